//! Removing what has been in the trash, or in the history, for too long.
//!
//! It rides on the writes of the user whose tasks they are, which are what
//! leaves something behind; an idle server leaves its database alone.

use quick_cache::sync::Cache;
use rondo_domain::{BatchId, Timestamp, UserId};
use rondo_store::{StoreError, Trashed, Txn};

use super::Journal;
use crate::{App, machine::identifier};

/// How often it is looked after a user at most, by each process.
const PAUSE_SECONDS: i64 = 600;
/// How many users are remembered. One who is forgotten is looked after again.
const USERS: usize = 10_000;
const DAY_SECONDS: i64 = 86_400;
/// How many tasks one transaction removes, and how many changes.
const TASKS_AT_ONCE: i64 = 500;
const CHANGES_AT_ONCE: i64 = 5_000;

/// How the batches of what is removed here begin.
const BATCH: &str = "sweep-";

/// Whether this is what a batch did. Nobody asked for it, so it is nothing that
/// somebody who says "undo that" can mean.
pub(super) fn did(batch_id: &BatchId) -> bool {
    batch_id.as_str().starts_with(BATCH)
}

/// Remembers after whom it was looked.
pub(crate) struct Sweeper(Cache<UserId, Timestamp>);

impl Sweeper {
    /// After nobody yet.
    pub fn new() -> Self {
        Self(Cache::new(USERS))
    }

    /// Removes what a user has had for too long, if it is time to look,
    /// without anybody waiting for it. A failure is made good by the next
    /// time.
    pub fn when_due(&self, app: &App, owner: &UserId) {
        let now = app.now();
        let is_recent = |swept: Timestamp| now.seconds_since(swept) < PAUSE_SECONDS;
        if self.0.get(owner).is_some_and(is_recent) {
            return;
        }
        self.0.insert(owner.clone(), now);
        let (app, owner) = (app.clone(), owner.clone());
        tokio::spawn(async move {
            if let Err(error) = sweep(&app, &owner, now).await {
                tracing::debug!(%error, "what is old could not be removed");
            }
        });
    }
}

/// Removes what a user has had for too long.
async fn sweep(app: &App, owner: &UserId, now: Timestamp) -> Result<(), StoreError> {
    let days = i64::from(app.settings().trash_days);
    let until = now.plus_seconds(-days.saturating_mul(DAY_SECONDS));
    let batch_id = BatchId::parse(&format!("{BATCH}{}", identifier(&*app.inner().random)))
        .expect("letters, digits and a hyphen are the name of a batch");
    let journal = Journal::of_server(owner.clone(), batch_id, now);
    loop {
        let journal = journal.clone();
        let body = move |txn: Txn| async move { remove_old(&txn, &journal, until).await };
        let removed: Removed = app.store().write_for(owner, body).await?;
        if removed.count > 0 {
            app.inner().events.changed(owner);
        }
        if !removed.may_leave_more {
            break;
        }
    }
    loop {
        let user = owner.clone();
        let body =
            move |txn: Txn| async move { txn.purge_changes(&user, until, CHANGES_AT_ONCE).await };
        let removed: u64 = app.store().write_for(owner, body).await?;
        if removed < CHANGES_AT_ONCE.unsigned_abs() {
            return Ok(());
        }
    }
}

/// What one transaction has removed from the trash.
pub(crate) struct Removed {
    pub count: i64,
    pub may_leave_more: bool,
}

/// Removes some tasks that were deleted earlier than this, the oldest first.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn remove_old(
    txn: &Txn,
    journal: &Journal,
    until: Timestamp,
) -> Result<Removed, StoreError> {
    let old = txn.old_trash(journal.owner(), until, TASKS_AT_ONCE).await?;
    remove_for_good(txn, journal, &old).await?;
    let count = i64::try_from(old.len()).unwrap_or(TASKS_AT_ONCE);
    Ok(Removed { count, may_leave_more: count >= TASKS_AT_ONCE })
}

/// Removes these tasks, which are held by this transaction, from the trash.
///
/// # Errors
/// [`StoreError`]; on PostgreSQL possibly only at the commit.
pub(crate) async fn remove_for_good(
    txn: &Txn,
    journal: &Journal,
    trashed: &[Trashed],
) -> Result<(), StoreError> {
    let mut changes = Vec::with_capacity(trashed.len());
    for Trashed { task, .. } in trashed {
        txn.delete_trashed(journal.owner(), task.id).await?;
        changes.push(journal.purged(task));
    }
    journal.record_all(txn, &changes).await
}
