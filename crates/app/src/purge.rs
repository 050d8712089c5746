//! Clearing out what has expired: counters, revoked tokens, ended sessions,
//! links in mails.
//!
//! It rides on logins, logouts and mails, which are what leaves something
//! behind, whether they are limited or not; an idle server leaves its database
//! alone. For the same reason this is where the mailer is told to look again:
//! what a replica stored, or could not send, before it died is nobody's until
//! somebody asks.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use rondo_domain::Timestamp;
use rondo_store::{Store, StoreError};

use crate::mail::Mailer;

/// At most this often each process clears out.
const PAUSE_SECONDS: i64 = 600;
/// At most this often each process looks for mails that others have left.
const MAIL_PAUSE_SECONDS: i64 = 60;

/// Remembers when this process cleared out last.
pub(crate) struct Purge {
    clearing: Rarely,
    mailing: Rarely,
    mailer: Mailer,
}

impl Purge {
    /// Has never been done.
    pub const fn new(mailer: Mailer) -> Self {
        Self {
            clearing: Rarely::new(PAUSE_SECONDS),
            mailing: Rarely::new(MAIL_PAUSE_SECONDS),
            mailer,
        }
    }

    /// Clears out if that is due, without anybody waiting for it. A failure is
    /// made good by the next time.
    pub fn when_due(&self, store: &Store, now: Timestamp) {
        if self.mailing.is_due(now.as_seconds()) {
            self.mailer.wake();
        }
        if !self.clearing.is_due(now.as_seconds()) {
            return;
        }
        let store = store.clone();
        tokio::spawn(async move {
            let purged: Result<(), StoreError> =
                store.write(move |txn| async move { txn.purge_expired(now).await }).await;
            if let Err(error) = purged {
                tracing::debug!(%error, "what has expired could not be cleared out");
            }
        });
    }
}

/// Something that is done at most so often.
struct Rarely {
    last: AtomicI64,
    pause_seconds: i64,
}

impl Rarely {
    const fn new(pause_seconds: i64) -> Self {
        Self { last: AtomicI64::new(i64::MIN), pause_seconds }
    }

    /// Whether it is this caller's turn; says so to one of many.
    fn is_due(&self, seconds: i64) -> bool {
        let last = self.last.load(SeqCst);
        let is_due = seconds.saturating_sub(last) >= self.pause_seconds;
        is_due && self.last.compare_exchange(last, seconds, SeqCst, SeqCst).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_at_the_start_and_then_every_ten_minutes() {
        let clearing = Rarely::new(PAUSE_SECONDS);
        let due = [0, 1, 599, 600, 601, 1200].map(|seconds| clearing.is_due(seconds));
        assert_eq!(due, [true, false, false, true, false, true]);
    }
}
