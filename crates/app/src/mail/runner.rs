//! Sends what is stored, again and again until it is through or worthless.
//!
//! Asks the database when it is told of a new mail, when a mail that could not
//! be sent is due again, at the start and at the end, and once a minute while
//! people log in, for what a replica left that is gone; an idle server asks
//! nothing. Replicas share the work: who has taken a mail has it for two minutes, and if
//! nothing is heard of it by then the next may try.

use std::time::Duration;

use rondo_domain::Timestamp;
use rondo_store::{MailJob, StoreError};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::sleep,
};

use super::{hand_over, message, open};
use crate::{
    App,
    error::Error,
    settings::{MailSettings, MailTransport},
};

/// How many mails are taken at a time; they are sent side by side.
const BATCH: i64 = 8;
/// For how long a mail that was taken is left alone by others: longer than
/// sending it may take.
const LEASE_SECONDS: i64 = 120;
/// The first and the longest pause between two attempts at one mail.
const FIRST_PAUSE_SECONDS: i64 = 5;
const LONGEST_PAUSE_SECONDS: i64 = 900;
/// The first and the longest pause while the database is away.
const FIRST_AWAY: Duration = Duration::from_secs(1);
const LONGEST_AWAY: Duration = Duration::from_mins(1);

/// The task that sends mails. Dropped, it stops at once: what it was sending
/// stays stored, and may go out a second time.
#[derive(Debug)]
pub struct MailRunner {
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl MailRunner {
    pub(super) fn start(app: App) -> Self {
        let (stop, stopped) = watch::channel(false);
        let settings = app.settings().mail.clone();
        let task = settings.map(|settings| tokio::spawn(run(app, settings, stopped)));
        Self { stop, task }
    }

    /// Sends what is due by now, and ends: nothing may be stored any more that
    /// this process is to send. How long to wait is for the caller to limit.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Some(task) = &mut self.task {
            // A panic was told by the runtime already.
            let _ = task.await;
        }
    }
}

impl Drop for MailRunner {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

async fn run(app: App, settings: MailSettings, mut stopped: watch::Receiver<bool>) {
    let mut away = FIRST_AWAY;
    loop {
        // Read before looking: what was stored until then is seen.
        let is_last = *stopped.borrow();
        let pause = match deliver_due(&app, &settings).await {
            Ok(next) => {
                away = FIRST_AWAY;
                next.map(|next| until(next, app.now()))
            }
            Err(error) => {
                if away == FIRST_AWAY {
                    tracing::warn!(%error, "stored mails could not be looked at, trying again");
                } else {
                    tracing::debug!(%error, "stored mails could not be looked at");
                }
                let pause = away;
                away = (away * 2).min(LONGEST_AWAY);
                Some(pause)
            }
        };
        if is_last {
            return;
        }
        tokio::select! {
            _ = stopped.changed() => {}
            () = app.inner().mailer.woken() => {}
            () = wait(pause) => {}
        }
    }
}

/// Waits so long, or for ever.
async fn wait(pause: Option<Duration>) {
    match pause {
        Some(pause) => sleep(pause).await,
        None => std::future::pending().await,
    }
}

fn until(next: Timestamp, now: Timestamp) -> Duration {
    let micros = next.as_micros().saturating_sub(now.as_micros());
    Duration::from_micros(micros.try_into().unwrap_or_default())
}

/// Sends what is due and says when more will be; `None`: nothing is stored.
///
/// # Errors
/// [`Error::Unavailable`]; what was taken becomes due again by itself.
pub(super) async fn deliver_due(
    app: &App,
    settings: &MailSettings,
) -> Result<Option<Timestamp>, Error> {
    loop {
        // Looking comes first: it takes no lock, and mostly there is nothing.
        let next = app.store().read(|txn| async move { txn.next_mail_job_at().await });
        let (next, now): (Option<Timestamp>, _) = (next.await?, app.now());
        if next.is_none_or(|next| next > now) {
            return Ok(next);
        }
        let lease = now.plus_seconds(LEASE_SECONDS);
        let claim = move |txn: rondo_store::Txn| async move {
            txn.claim_mail_jobs(now, lease, BATCH).await
        };
        let jobs: Vec<MailJob> = app.store().write(claim).await?;
        if jobs.is_empty() {
            // Another replica is taking it at this very moment.
            return Ok(Some(now.plus_seconds(1)));
        }
        deliver(app, settings, jobs).await;
    }
}

/// Sends some mails side by side, so that one that hangs does not add to another.
async fn deliver(app: &App, settings: &MailSettings, jobs: Vec<MailJob>) {
    let mut sending = JoinSet::new();
    for job in jobs {
        let (app, settings) = (app.clone(), settings.clone());
        sending.spawn(async move {
            let outcome = attempt(&app, &settings, &job).await;
            if let Err(error) = settle(&app, job, outcome).await {
                tracing::warn!(%error, "what became of a mail could not be stored");
            }
        });
    }
    while sending.join_next().await.is_some() {}
}

/// What became of an attempt.
enum Outcome {
    Sent,
    /// It may go better next time.
    Failed(String),
    /// It never will.
    Hopeless(String),
}

/// What a mail is called in the log, and what became of it.
type Attempted = (&'static str, Outcome);

async fn attempt(app: &App, settings: &MailSettings, job: &MailJob) -> Attempted {
    let Some(letter) = open(app, job) else {
        return ("unknown", Outcome::Hopeless("it was stored under another secret".to_owned()));
    };
    let kind = letter.kind.as_str();
    if job.expires_at <= app.now() {
        return (kind, Outcome::Hopeless("its link has expired".to_owned()));
    }
    let (_, site) = app.settings().public_origin.split_once("://").unwrap_or_default();
    let mail = match message::mail(settings, site, job, &letter) {
        Ok(mail) => mail,
        Err(reason) => return (kind, Outcome::Hopeless(reason)),
    };
    let sent = hand_over(&settings.transport, &mail).await;
    (kind, sent.map_or_else(Outcome::Failed, |()| Outcome::Sent))
}

/// Deletes a mail that needs nothing more, or lets it wait.
///
/// A server's refusal is not the end, because most of them are about the
/// server: an address on a block list, a wrong password, a full disk.
async fn settle(app: &App, job: MailJob, (kind, outcome): Attempted) -> Result<(), StoreError> {
    let MailJob { id, user_id, attempts, expires_at, .. } = job;
    let user = user_id.as_str().to_owned();
    let next = app.now().plus_seconds(pause_seconds(attempts));
    match outcome {
        Outcome::Sent => tracing::info!(user.id = user, kind, attempts, "a mail was sent"),
        Outcome::Failed(reason) if next < expires_at => {
            let server = place(app);
            tracing::warn!(
                user.id = user, kind, attempts, server, %next, "a mail could not be sent: {reason}"
            );
            let body = move |txn: rondo_store::Txn| async move {
                txn.postpone_mail_job(&user_id, &id, next).await
            };
            return app.store().write(body).await.map(|_| ());
        }
        Outcome::Failed(reason) | Outcome::Hopeless(reason) => {
            tracing::error!(user.id = user, kind, attempts, "a mail was given up: {reason}");
        }
    }
    let body = move |txn: rondo_store::Txn| async move { txn.delete_mail_job(&user_id, &id).await };
    app.store().write(body).await.map(|_| ())
}

/// Where mails go, without what it takes to get in.
fn place(app: &App) -> Option<String> {
    app.settings().mail.as_ref().map(|mail| match &mail.transport {
        MailTransport::Smtp(server) => format!("{}:{}", server.host, server.port),
        MailTransport::Folder(folder) => folder.display().to_string(),
    })
}

/// How long a mail waits after so many attempts.
fn pause_seconds(attempts: i64) -> i64 {
    let steps = u32::try_from(attempts.max(1) - 1).unwrap_or(u32::MAX);
    3_i64.saturating_pow(steps).saturating_mul(FIRST_PAUSE_SECONDS).min(LONGEST_PAUSE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_and_then_stay() {
        let pauses: Vec<_> = (0..9).map(pause_seconds).collect();
        assert_eq!(pauses, [5, 5, 15, 45, 135, 405, 900, 900, 900]);
        assert_eq!(pause_seconds(i64::MAX), LONGEST_PAUSE_SECONDS);
    }
}
