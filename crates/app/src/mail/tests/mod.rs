//! Mails on their way: to a folder, to a server, and through its bad days.

mod addresses;
mod folder;
mod runner;
mod server;
mod stub;

use std::path::{Path, PathBuf};

use rondo_domain::{Email, Secret};
use tokio::fs;

use self::stub::{Mood, Stub};
use super::{
    message::{Mail, mail},
    runner::deliver_due,
    *,
};
use crate::{
    Sender,
    settings::{Encryption, MailSettings, SmtpServer},
    testing::{NOW, TestApp, email, id},
};

const LINK: &str = "http://localhost:8000/api/auth/reset-password/AbC123?callbackURL=%2Freset";

fn settings(transport: MailTransport) -> MailSettings {
    let from = Sender::parse("Rondo <todo@example.com>").expect("a test sender is valid");
    MailSettings { transport, from }
}

fn smtp(stub: &Stub) -> SmtpServer {
    SmtpServer {
        host: stub.address.ip().to_string(),
        port: stub.address.port(),
        encryption: Encryption::None,
        credentials: None,
    }
}

fn letter_to(to: Email) -> Letter {
    let link = Secret::new(LINK.to_owned());
    Letter { kind: LetterKind::ResetPassword, to, link }
}

/// A mail to ada.
fn adas_mail(settings: &MailSettings) -> Mail {
    mail_of(settings, &letter_to(email("ada")))
}

fn mail_of(settings: &MailSettings, letter: &Letter) -> Mail {
    let job = MailJob {
        id: "Xq7".to_owned(),
        user_id: id("ada"),
        sealed_mail: Vec::new(),
        attempts: 1,
        created_at: NOW,
        next_attempt_at: NOW,
        expires_at: NOW,
    };
    mail(settings, "localhost:8000", &job, letter).expect("it is an address")
}

fn text(mail: &Mail) -> String {
    String::from_utf8(mail.message.formatted()).expect("a mail is text")
}

/// An application whose mails go there, and ada.
async fn app_with(transport: MailTransport) -> TestApp {
    let test = TestApp::with(|all| all.mail = Some(settings(transport))).await;
    test.add_user("ada").await;
    test
}

/// Stores a letter to ada.
async fn write(test: &TestApp) {
    let expires_at = test.app.now().plus_seconds(LINK_SECONDS);
    let job = job(&test.app, &id("ada"), &letter_to(email("ada")), expires_at);
    test.write(move |txn| async move { txn.insert_mail_job(&job).await }).await;
}

/// Sends what is due; says when more will be, in seconds from now.
async fn deliver(test: &TestApp) -> Option<i64> {
    let settings = test.app.settings().mail.clone().expect("there is mail");
    let next = deliver_due(&test.app, &settings).await.expect("there is a database");
    next.map(|next| next.seconds_since(test.app.now()))
}

/// A folder of this test's own, which is not there yet.
async fn new_folder(test: &str) -> PathBuf {
    let name = format!("mails-{}-{test}", std::process::id());
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tmp");
    let folder = target.join(name);
    // What a run with the same number has left.
    let _ = fs::remove_dir_all(&folder).await;
    folder
}

/// The names in a folder, in order; none when it is not there.
async fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(mut entries) = fs::read_dir(folder).await {
        while let Ok(Some(entry)) = entries.next_entry().await {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}
