//! Clearing out what has expired: counters, revoked tokens, ended sessions,
//! links in mails.
//!
//! It rides on logins, logouts and mails, which are what leaves something
//! behind, whether they are limited or not; an idle server leaves its database
//! alone.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use rondo_domain::Timestamp;
use rondo_store::{Store, StoreError};

/// At most this often each process clears out.
const PAUSE_SECONDS: i64 = 600;

/// Remembers when this process cleared out last.
pub(crate) struct Purge(AtomicI64);

impl Purge {
    /// Has never been done.
    pub const fn new() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }

    /// Clears out if that is due, without anybody waiting for it. A failure is
    /// made good by the next time.
    pub fn when_due(&self, store: &Store, now: Timestamp) {
        if !self.is_due(now.as_seconds()) {
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

    /// Whether it is this caller's turn; says so to one of many.
    fn is_due(&self, seconds: i64) -> bool {
        let last = self.0.load(SeqCst);
        let is_due = seconds.saturating_sub(last) >= PAUSE_SECONDS;
        is_due && self.0.compare_exchange(last, seconds, SeqCst, SeqCst).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_at_the_start_and_then_every_ten_minutes() {
        let purge = Purge::new();
        let due = [0, 1, 599, 600, 601, 1200].map(|seconds| purge.is_due(seconds));
        assert_eq!(due, [true, false, false, true, false, true]);
    }
}
