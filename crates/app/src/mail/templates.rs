//! The words of a mail, as text and as HTML.
//!
//! The link is the first URL in the text, because programs look for it there.
//! The name of the site is written without a scheme, so it is none.

use super::LetterKind;

/// How long the links in mails work.
pub(crate) const LINK_SECONDS: i64 = 3600;

/// What a person reads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub subject: &'static str,
    pub text: String,
    pub html: String,
}

/// The sentences of one kind of mail.
struct Sentences {
    subject: &'static str,
    /// What happened; the name of the site follows.
    cause: &'static str,
    /// What the link does, and what is written on it.
    action: &'static str,
    /// Whether that works once, and not for long.
    is_once: bool,
    /// What becomes of it when nobody follows the link.
    otherwise: &'static str,
}

const fn sentences(kind: LetterKind) -> Sentences {
    match kind {
        LetterKind::ResetPassword => Sentences {
            subject: "Choose a new password",
            cause: "Somebody asked for a new password for your account at",
            action: "Choose a new password",
            is_once: true,
            otherwise: "If it was not you, ignore this mail: your password stays as it is.",
        },
        LetterKind::VerifyEmail => Sentences {
            subject: "Confirm your email address",
            cause: "This address was given for an account at",
            action: "Confirm the address",
            is_once: true,
            otherwise: "If it was not you, ignore this mail: the address stays unconfirmed.",
        },
        LetterKind::ChangeEmail => Sentences {
            subject: "Confirm your new email address",
            cause: "This address is to become the one of an account at",
            action: "Confirm the change",
            is_once: true,
            otherwise: "If it was not you, ignore this mail: nothing changes.",
        },
        LetterKind::AccountExists => Sentences {
            subject: "You have an account already",
            cause: "Somebody signed up with this address, but it already has an account at",
            action: "Choose a new password for it",
            is_once: true,
            otherwise: "If it was not you, ignore this mail: nothing changes.",
        },
        LetterKind::EmailChanged => Sentences {
            subject: "Your email address was changed",
            cause: "This address is no longer the one of your account at",
            action: "Go to the site",
            is_once: false,
            otherwise: "If it was not you, tell the people who run it at once.",
        },
    }
}

/// Puts a mail into words. `site` is our public host, `link` an absolute URL;
/// both are ASCII.
pub(super) fn words(kind: LetterKind, site: &str, link: &str) -> Words {
    let Sentences { subject, cause, action, is_once, otherwise } = sentences(kind);
    let minutes = LINK_SECONDS / 60;
    let once = is_once.then(|| format!("The link works once, within {minutes} minutes."));
    let end: Vec<&str> = once.as_deref().into_iter().chain([otherwise]).collect();
    let (text_end, html_end) = (end.join("\n"), end.join("<br>\n"));
    let text = format!("{cause} {site}.\n\n{action}:\n\n{link}\n\n{text_end}\n");
    let (site, link) = (escaped(site), escaped(link));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <title>{subject}</title></head>\n<body>\n<p>{cause} {site}.</p>\n\
         <p><a href=\"{link}\">{action}</a></p>\n<p>{html_end}</p>\n</body>\n</html>\n"
    );
    Words { subject, text, html }
}

/// Text that means nothing in HTML, between tags or in quotes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_the_only_url_and_stands_alone_on_its_line() {
        let link = "https://todo.example.com/api/auth/verify-email?token=a.b.c&callbackURL=%2F";
        for kind in LetterKind::ALL {
            let text = words(kind, "todo.example.com:8443", link).text;
            let urls: Vec<_> =
                text.split_whitespace().filter(|word| word.contains("://")).collect();
            assert_eq!(urls, [link]);
            assert!(text.lines().any(|line| line == link), "{text}");
        }
    }

    #[test]
    fn html_means_what_the_text_says() {
        let link = "http://h/\"><script>alert('x')</script>?a=1&b=2";
        for kind in LetterKind::ALL {
            let html = words(kind, "<b>", link).html;
            assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
            assert!(html.contains("href=\"http://h/&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)"));
            assert!(html.contains("a=1&amp;b=2\""), "{html}");
        }
    }

    #[test]
    fn a_mail_that_only_tells_something_promises_no_link_that_works_once() {
        let link = "https://todo.example.com";
        for kind in LetterKind::ALL {
            let Words { text, html, .. } = words(kind, "todo.example.com", link);
            let is_once = kind != LetterKind::EmailChanged;
            assert_eq!([text, html].map(|words| words.contains("works once")), [is_once; 2]);
        }
    }
}
