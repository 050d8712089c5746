//! To whom a mail can go: everybody whose address we accept.

use super::*;

/// Addresses that are not like others; each is one that we accept.
const ODD: [&str; 9] = [
    "o'brien+a=b@example.com",
    "a.very.long.name.that.goes.on.and.on.until.the.line.is.full.xxxx@example.com",
    "!#$%&*/?^`{|}~@example.com",
    "a@1.b-c.d--e.museum",
    "ada@exa\u{308}mple.com",
    "ada@ex\u{e4}mple.com",
    "ada@xn--exmple-cua.com",
    "\u{fc}n\u{ef}c\u{f6}d\u{e9}@example.com",
    "\u{65e5}\u{672c}\u{8a9e}@\u{4f8b}\u{3048}.jp",
];

fn accepted(text: &str) -> Email {
    Email::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

#[test]
fn no_address_adds_a_header() {
    let settings = settings(MailTransport::Folder("nowhere".into()));
    for address in ODD {
        let to = accepted(address);
        let mail = text(&mail_of(&settings, &letter_to(to.clone())));
        let head = mail.split("\r\n\r\n").next().expect("a mail has a head");
        let begins: Vec<_> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap_or_default())
            .collect();
        let expected = [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type",
        ];
        assert_eq!(begins, expected, "{address}");
        assert!(head.contains(&format!("To: {}\r\n", to.as_str())), "{head}");
    }
}

#[tokio::test]
async fn a_mail_reaches_every_address_that_we_accept() {
    let stub = Stub::new(Mood::TakesAll).await;
    let settings = settings(MailTransport::Smtp(smtp(&stub)));
    for address in ODD {
        let to = accepted(address);
        let mail = mail_of(&settings, &letter_to(to.clone()));
        assert_eq!(hand_over(&settings.transport, &mail).await, Ok(()), "{address}");
        let heard = stub.heard();
        let recipient = heard.iter().rfind(|line| line.starts_with("RCPT"));
        assert_eq!(recipient, Some(&format!("RCPT TO:<{}>", to.as_str())));
    }
}

#[tokio::test]
async fn a_server_without_unicode_gets_mails_to_international_domains_and_says_what_it_lacks() {
    let stub = Stub::new(Mood::Takes).await;
    let settings = settings(MailTransport::Smtp(smtp(&stub)));
    let domain = mail_of(&settings, &letter_to(accepted("ada@ex\u{e4}mple.com")));
    assert_eq!(hand_over(&settings.transport, &domain).await, Ok(()));
    assert!(stub.has_heard("RCPT TO:<ada@xn--exmple-cua.com>"), "{:?}", stub.heard());
    let local = mail_of(&settings, &letter_to(accepted("\u{e4}da@example.com")));
    let reason = hand_over(&settings.transport, &local).await.expect_err("it lacks SMTPUTF8");
    assert!(reason.contains("does not support SMTPUTF8"), "{reason}");
    assert!(!reason.contains("example"), "{reason}");
}
