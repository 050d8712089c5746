//! E-mail addresses: checked by libraries, compared in lower case.
//!
//! A domain is kept in ASCII (`ada@xn--exmple-cua.com`), however it was typed:
//! it has one spelling then, and every mail server can be handed it. The part
//! before the `@` has no such form. Letters of all scripts may stand there, and
//! mail to them needs a mail server that knows SMTPUTF8.

use std::{borrow::Cow, fmt};

use email_address::{EmailAddress, Options};

use crate::{Problem, text::bounded};

/// An address that mail could be sent to, in lower case.
///
/// `Debug` and logs show `[hidden]`: an address is personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The longest address we store, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Trims, lower-cases and checks an address.
    ///
    /// What is checked is what is kept: some letters (`İ`) are longer in lower
    /// case or end in a mark that no address may have, and the store refuses
    /// what does not parse again.
    ///
    /// A domain needs a dot and a top label that could be one, and neither a
    /// display name (`Ada <ada@…>`) nor a literal host (`ada@[127.0.0.1]`) nor a
    /// quoted local part is accepted: they are valid in RFC 5322 and never what
    /// a person signing up means.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let refused = |reason: String| Problem::NotEmail { reason };
        let typed = text.trim().to_lowercase();
        bounded(&typed, Self::MAX_CHARS)?;
        let address = with_ascii_domain(&typed)
            .ok_or_else(|| refused("the domain has characters that no domain has".to_owned()))?;
        bounded(&address, Self::MAX_CHARS)?;
        let options =
            Options::default().with_required_tld().without_domain_literal().without_display_text();
        EmailAddress::parse_with_options(&address, options).map_err(|e| refused(e.to_string()))?;
        if address.contains('"') {
            return Err(refused("a quoted local part is not supported".to_owned()));
        }
        let domain = domain_of(&address);
        if !domain.split('.').all(is_label) {
            let reason = "a label of the domain is not letters, digits, and hyphens between them";
            return Err(refused(reason.to_owned()));
        }
        if !domain.rsplit('.').next().is_some_and(is_top_label) {
            return Err(refused("the domain does not end in a top-level domain".to_owned()));
        }
        Ok(Self(address.into_owned()))
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`, in ASCII.
    #[must_use]
    pub fn domain(&self) -> &str {
        domain_of(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// The address with its domain as the domain name system knows it (UTS 46, as
/// browsers do); `None` when no domain has that name.
fn with_ascii_domain(typed: &str) -> Option<Cow<'_, str>> {
    match typed.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => {
            let domain = idna::domain_to_ascii_strict(domain).ok()?;
            Some(Cow::Owned(format!("{local}@{domain}")))
        }
        _ => Some(Cow::Borrowed(typed)),
    }
}

fn domain_of(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

/// Letters, digits, and hyphens between them (RFC 1123 2.1). The library lets
/// everything through that may stand before the `@`, `/` and `#` too.
fn is_label(label: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
}

/// No top-level domain has digits or hyphens, but for the international ones:
/// `127.0.0.1` is no domain.
fn is_top_label(label: &str) -> bool {
    let is_word = label.len() >= 2 && label.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_word || label.starts_with("xn--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_lower_case() {
        let email = Email::parse("  Ada.Lovelace+todo@Example.COM ");
        assert_eq!(email.as_ref().map(Email::as_str), Ok("ada.lovelace+todo@example.com"));
    }

    #[test]
    fn an_address_that_changes_in_lower_case_does_not_break_its_account() {
        let letters =
            ["A", "İ", "ẞ", "\u{212a}", "Å", "Ⱥ", "Ω", "Σ", "ΑΣ", "ﬁ", "Ǆ", "ß", "é", "日"];
        for letter in letters {
            for count in [1, 2, 16, 21, 22, 31, 32, 33, 63, 64, 65] {
                let part = letter.repeat(count);
                for text in [format!("{part}@example.com"), format!("ada@{part}.com")] {
                    let Ok(email) = Email::parse(&text) else { continue };
                    assert_eq!(Email::parse(email.as_str()), Ok(email), "{text:?}");
                }
            }
        }
        assert!(Email::parse(&format!("{}@example.com", "İ".repeat(32))).is_err());
        let kelvin = Email::parse("\u{212a}@example.com");
        assert_eq!(kelvin.as_ref().map(Email::as_str), Ok("k@example.com"));
    }

    #[test]
    fn an_impossible_address_is_refused() {
        let long_local = format!("{}@b.com", "x".repeat(65));
        let long_domain = format!("a@{}.com", "b".repeat(250));
        for text in [
            "",
            "a",
            "@b.com",
            "a@",
            "a b@c.com",
            "a@b",
            "a@@b.com",
            "a@b..com",
            ".a@b.com",
            "a.@b.com",
            "a@b.com\r\nBcc: x@y.z",
            "a@b.com,c@d.com",
            "<script>@b.com",
            "a@-b.com",
            "a@b-.com",
            "a@b.com\0",
            "Ada <ada@b.com>",
            "a@[127.0.0.1]",
            "\"a b\"@c.com",
            "\"a\"@c.com",
            &long_local,
            &long_domain,
        ] {
            assert!(Email::parse(text).is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        let long = format!("a@{}.de", "ä".repeat(63));
        for text in [
            "a@b.de/x",
            "a@b.de#x",
            "a@b.de?x",
            "a@b/c.de",
            "a@b_c.de",
            "a@127.0.0.1",
            "a@b.c-d",
            "a@b.c1",
            "a@b.1c",
            "a@b.c",
            "a@b.de.",
            "a@.b.de",
            "a@b..de",
            "a@b.-de",
            "a@xn--.com-",
            "a@ä/b.de",
            "a@ä_b.de",
            "a@-ä.de",
            "a@ä-.de",
            "a@ä..de",
            "a@ä",
            "a@ä.1",
            "a@１２７.０.０.１",
            "a@ä.de\u{202e}",
            "a@ä.de\r\nbcc",
            &long,
        ] {
            assert!(Email::parse(text).is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn what_mail_servers_know_is_accepted() {
        for text in [
            "a@b.de",
            "a@b-c.de",
            "a@b--c.de",
            "a@1.de",
            "a@163.com",
            "a@a.b.c.d.e.museum",
            "a@xn--exmple-cua.com",
            "a@example.xn--p1ai",
            "o'brien@example.com",
            "ada.lovelace+todo=1@example.com",
            "!#$%&*/?^`{|}~@example.com",
            "ünïcödé@example.com",
            "日本語@example.com",
        ] {
            let email = Email::parse(text);
            assert_eq!(email.as_ref().map(Email::as_str), Ok(text));
        }
    }

    #[test]
    fn an_international_domain_has_one_spelling() {
        for (typed, kept) in [
            ("ada@exämple.com", "ada@xn--exmple-cua.com"),
            ("Ada@EXÄMPLE.com", "ada@xn--exmple-cua.com"),
            // As a Mac types it.
            ("ada@exa\u{308}mple.com", "ada@xn--exmple-cua.com"),
            ("ada@XN--EXMPLE-CUA.com", "ada@xn--exmple-cua.com"),
            ("ada@straße.de", "ada@xn--strae-oqa.de"),
            ("ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai"),
            ("日本語@例え。ＪＰ", "日本語@xn--r8jz45g.jp"),
        ] {
            let email = Email::parse(typed);
            assert_eq!(email.as_ref().map(Email::as_str), Ok(kept), "{typed}");
            assert_eq!(Email::parse(kept), email, "{kept}");
            assert_eq!(email.as_ref().map(Email::domain).ok(), kept.split('@').nth(1));
        }
    }

    #[test]
    fn an_address_never_shows_in_debug_output() {
        let shown = Email::parse("ada@example.com").map(|e| format!("{e:?}"));
        assert_eq!(shown, Ok("[hidden]".to_owned()));
    }
}
