//! Mails: links that prove an address or set a new password.
//!
//! A mail is a row, stored in the same transaction as what it tells of and
//! sealed, because its link is as good as a password. Nobody waits for it to be
//! sent: a task of this process is told, and does that afterwards. A mail that
//! was handed over just before a crash may go out twice; none is lost.

mod folder;
mod letter;
mod message;
mod runner;
mod smtp;
mod templates;
#[cfg(test)]
mod tests;

use rondo_domain::{Timestamp, UserId};
use rondo_store::MailJob;
use tokio::sync::Notify;

use crate::{
    App,
    auth::keyring::Seal,
    machine::identifier,
    settings::{MailSettings, MailTransport},
};

pub(crate) use letter::{Letter, LetterKind};
pub use runner::MailRunner;
pub(crate) use templates::LINK_SECONDS;

use message::Mail;

/// Wakes whoever sends the mails of this process.
pub(crate) struct Mailer(Notify);

impl Mailer {
    /// Nothing to send yet.
    pub fn new() -> Self {
        Self(Notify::new())
    }

    /// Says that there is a new mail. Called after its row is committed: whoever
    /// looks earlier does not see it, and would sleep on.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    async fn woken(&self) {
        self.0.notified().await;
    }
}

impl App {
    /// Begins to send the mails that are stored, here or by a process that is
    /// gone. Without mail there is nothing to do, and nothing is asked of the
    /// database.
    #[must_use = "dropped, it sends nothing any more"]
    pub fn start_mail(&self) -> MailRunner {
        MailRunner::start(self.clone())
    }
}

/// A letter as a row: due now, worthless from `expires_at` on.
pub(crate) fn job(app: &App, user: &UserId, letter: &Letter, expires_at: Timestamp) -> MailJob {
    let now = app.now();
    let random = &*app.inner().random;
    let id = identifier(random);
    let place = place(user, &id);
    let sealed_mail = app.inner().keyring.seal(Seal::Mail, &place, &letter.to_bytes(), random);
    MailJob {
        id,
        user_id: user.clone(),
        sealed_mail,
        attempts: 0,
        created_at: now,
        next_attempt_at: now,
        expires_at,
    }
}

/// The letter in a row; `None` when it was sealed with another secret.
pub(crate) fn open(app: &App, job: &MailJob) -> Option<Letter> {
    let place = place(&job.user_id, &job.id);
    let bytes = app.inner().keyring.open(Seal::Mail, &place, &job.sealed_mail)?;
    Letter::from_bytes(&bytes)
}

/// Where a sealed letter belongs: moved to another row it does not open.
fn place(user: &UserId, id: &str) -> Vec<u8> {
    // An id of ours has no space, so no two pairs make the same text.
    format!("{id} {}", user.as_str()).into_bytes()
}

/// Hands a mail over. The reason of a failure is for the log: it names neither
/// the address nor the link.
async fn hand_over(transport: &MailTransport, mail: &Mail) -> Result<(), String> {
    match transport {
        MailTransport::Folder(folder) => folder::write(folder, mail).await,
        MailTransport::Smtp(server) => smtp::send(server, mail).await,
    }
}

/// Goes as far as a mail would go without being one: a folder is written to
/// and left as it was; a mail server is greeted, and shown user and password.
///
/// # Errors
/// What is in the way, in words that name neither addresses nor passwords.
pub async fn probe(settings: &MailSettings) -> Result<(), String> {
    match &settings.transport {
        MailTransport::Folder(folder) => folder::probe(folder).await,
        MailTransport::Smtp(server) => smtp::probe(server, &message::hello(&settings.from)).await,
    }
}
