//! Mails over SMTP.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::*;

/// Tries to send ada's mail.
async fn send(server: SmtpServer) -> Result<(), String> {
    let settings = settings(MailTransport::Smtp(server));
    hand_over(&settings.transport, &adas_mail(&settings)).await
}

#[tokio::test]
async fn a_mail_is_handed_to_the_server() {
    let stub = Stub::new(Mood::Takes).await;
    assert_eq!(send(smtp(&stub)).await, Ok(()));
    for line in ["EHLO example.com", "MAIL FROM:<todo@example.com>", "RCPT TO:<ada@example.com>"] {
        assert!(stub.has_heard(line), "{line} in {:?}", stub.heard());
    }
    assert!(stub.has_heard(LINK) && stub.has_heard("Auto-Submitted: auto-generated"));
    assert!(!stub.has_heard("AUTH"));
}

#[tokio::test]
async fn a_server_that_wants_a_password_gets_it() {
    let stub = Stub::new(Mood::Takes).await;
    let credentials = Some(("ada@x".to_owned(), Secret::new("p:/@%w".to_owned())));
    assert_eq!(send(SmtpServer { credentials, ..smtp(&stub) }).await, Ok(()));
    let expected = format!("AUTH PLAIN {}", STANDARD.encode("\0ada@x\0p:/@%w"));
    assert!(stub.heard().contains(&expected), "{:?}", stub.heard());
}

#[tokio::test]
async fn a_refusal_is_told_by_its_number_only() {
    let stub = Stub::new(Mood::Refuses).await;
    let reason = send(smtp(&stub)).await.expect_err("the server refuses");
    assert_eq!(reason, "the mail server answered 550");
    assert!(!stub.has_heard("DATA"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_reason() {
    let stub = Stub::new(Mood::Takes).await;
    let server = smtp(&stub);
    drop(stub);
    let reason = send(server).await.expect_err("nobody listens");
    assert!(reason.to_lowercase().contains("connection"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let stub = Stub::new(Mood::Silent).await;
    let reason = send(smtp(&stub)).await.expect_err("the server says nothing");
    assert_eq!(reason, "the mail server took longer than 30 seconds");
}

#[tokio::test]
async fn without_the_encryption_that_was_asked_for_nothing_is_said() {
    let stub = Stub::new(Mood::Takes).await;
    let credentials = Some(("ada".to_owned(), Secret::new("hush".to_owned())));
    let server = SmtpServer { credentials, ..smtp(&stub) };
    let encryption = Encryption::StartTls;
    let reason = send(SmtpServer { encryption, ..server.clone() }).await;
    let reason = reason.expect_err("the server has no TLS");
    assert!(reason.contains("STARTTLS"), "{reason}");
    assert!(send(SmtpServer { encryption: Encryption::Tls, ..server }).await.is_err());
    assert!(!stub.has_heard("AUTH") && !stub.has_heard("MAIL"), "{:?}", stub.heard());
}
