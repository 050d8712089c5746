//! Mails as files.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[tokio::test]
async fn a_mail_is_a_file_that_mail_programs_read() {
    let folder = new_folder("file").await;
    let settings = settings(MailTransport::Folder(folder.join("made/for/it")));
    assert_eq!(hand_over(&settings.transport, &adas_mail(&settings)).await, Ok(()));
    let inner = folder.join("made/for/it");
    assert_eq!(names(&inner).await, ["2026-11-21T09-30-00.000000Z-Xq7.eml"]);
    let stored = fs::read(inner.join(&names(&inner).await[0])).await.expect("it is there");
    let stored = String::from_utf8(stored).expect("a mail is text");
    for line in [
        "From: Rondo <todo@example.com>",
        "To: ada@example.com",
        "Subject: Choose a new password",
        "Date: Sat, 21 Nov 2026 09:30:00 +0000",
        "Message-ID: <Xq7@example.com>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
        LINK,
    ] {
        assert!(stored.contains(&format!("{line}\r\n")), "{line:?} is missing in:\n{stored}");
    }
    assert!(stored.lines().all(|line| line.len() <= 998));
    fs::remove_dir_all(folder).await.expect("it is ours");
}

#[tokio::test]
async fn a_mail_is_nobody_elses_to_read() {
    let folder = new_folder("mode").await;
    let settings = settings(MailTransport::Folder(folder.clone()));
    assert_eq!(hand_over(&settings.transport, &adas_mail(&settings)).await, Ok(()));
    let mail = folder.join(&names(&folder).await[0]);
    for (path, expected) in [(&folder, 0o700), (&mail, 0o600)] {
        let mode = fs::metadata(path).await.expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, expected, "{}", path.display());
    }
    fs::remove_dir_all(folder).await.expect("it is ours");
}

#[tokio::test]
async fn a_mail_that_is_written_twice_is_one_file_and_later_ones_come_later() {
    let folder = new_folder("twice").await;
    let test = app_with(MailTransport::Folder(folder.clone())).await;
    let settings = test.app.settings().mail.clone().expect("there is mail");
    for _ in 0..2 {
        let mail = adas_mail(&settings);
        assert_eq!(hand_over(&settings.transport, &mail).await, Ok(()));
    }
    assert_eq!(names(&folder).await.len(), 1);
    test.clock.advance_seconds(1);
    write(&test).await;
    assert_eq!(deliver(&test).await, None);
    let names = names(&folder).await;
    assert_eq!(names.len(), 2);
    assert!(names[0].ends_with("-Xq7.eml") && names[1].starts_with("2026-11-21T09-30-01"));
    fs::remove_dir_all(folder).await.expect("it is ours");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_a_reason() {
    let folder = new_folder("refused").await;
    fs::create_dir_all(&folder).await.expect("it is ours");
    let file = folder.join("file");
    fs::write(&file, "no folder").await.expect("it is ours");
    let settings = settings(MailTransport::Folder(file));
    let reason = hand_over(&settings.transport, &adas_mail(&settings)).await;
    let reason = reason.expect_err("a file is no folder");
    assert!(reason.starts_with("the folder of MAIL_URL: "), "{reason}");
    fs::remove_dir_all(folder).await.expect("it is ours");
}

#[test]
fn a_link_that_is_longer_than_a_line_may_be_is_encoded() {
    let settings = settings(MailTransport::Folder("nowhere".into()));
    let link = format!("http://localhost:8000/api/auth/verify-email?token={}", "x".repeat(2000));
    let link = Secret::new(link);
    let letter = Letter { kind: LetterKind::VerifyEmail, to: email("ada"), link };
    let mail = text(&mail_of(&settings, &letter));
    assert!(mail.contains("Content-Transfer-Encoding: quoted-printable\r\n"));
    assert!(mail.lines().all(|line| line.len() <= 76), "{mail}");
}
