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

use std::sync::Arc;

use rondo_domain::{Timestamp, UserId};
use rondo_store::{MailJob, Txn};
use tokio::sync::Notify;

use crate::{
    App,
    auth::keyring::Seal,
    error::Error,
    machine::identifier,
    settings::{MailSettings, MailTransport},
};

pub(crate) use letter::{Letter, LetterKind};
pub use runner::MailRunner;
pub(crate) use templates::LINK_SECONDS;

use message::Mail;

/// Wakes whoever sends the mails of this process.
#[derive(Clone)]
pub(crate) struct Mailer(Arc<Notify>);

impl Mailer {
    /// Nothing to send yet.
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// Says that there may be a mail to send. For a new one it is called after
    /// its row is committed: whoever looks earlier does not see it, and would
    /// sleep on.
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

/// Stores what a mail is part of, and has the mail sent. Who asked for it may be
/// gone before the end: what is committed is noticed all the same.
///
/// # Errors
/// Those of `body`.
pub(crate) async fn write<T, F, Fut>(app: &App, body: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<T, Error>> + Send,
{
    let writer = app.clone();
    let written = tokio::spawn(async move {
        let written = writer.store().write(body).await;
        // After a failure too: nobody may know whether it was committed.
        writer.inner().mailer.wake();
        written
    });
    written.await.unwrap_or_else(|panic| Err(Error::Internal(Box::new(panic))))
}

/// A letter as a row: due now, worthless from `expires_at` on.
pub(crate) fn job(app: &App, user: &UserId, letter: &Letter, expires_at: Timestamp) -> MailJob {
    let now = app.now();
    let random = &*app.inner().random;
    let id = identifier(random);
    let place = [user.as_str(), &id];
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
    let place = [job.user_id.as_str(), &job.id];
    let bytes = app.inner().keyring.open(Seal::Mail, &place, &job.sealed_mail)?;
    Letter::from_bytes(&bytes)
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
