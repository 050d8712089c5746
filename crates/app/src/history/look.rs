//! What undoing would take back, for whoever asks before it is done.

use rondo_domain::{Actor, BatchId, Change};

use super::undo::latest;
use crate::{App, error::Error};

/// The most changes that are looked at.
const MAX_CHANGES: i64 = 100;

/// A batch that may be undone.
#[derive(Clone, Debug)]
pub(crate) struct Undoable {
    /// Its name.
    pub batch_id: BatchId,
    /// What it did, the first of it.
    pub changes: Vec<Change>,
    /// Whether it is what undoing without a name would take back.
    pub is_latest: bool,
    /// Whether it is an undoing itself, and nothing was done since.
    pub is_last_undoing: bool,
}

/// The batch of that name, or the latest; `None` when there is none.
///
/// # Errors
/// [`Error::Unavailable`].
pub(crate) async fn undoable(
    app: &App,
    actor: &Actor,
    named: Option<BatchId>,
) -> Result<Option<Undoable>, Error> {
    let owner = actor.user_id.clone();
    let look = app.store().snapshot(move |txn| async move {
        let latest = latest(&txn, &owner).await?;
        let Some(batch_id) = named.or_else(|| latest.clone()) else { return Ok(None) };
        let changes = txn.list_batch(&owner, &batch_id, MAX_CHANGES).await?;
        if changes.is_empty() {
            return Ok(None);
        }
        let last = txn.recent_marks(&owner, i64::MAX, 1).await?.pop();
        let is_last_undoing =
            last.is_some_and(|(_, last, undoes)| last == batch_id && undoes.is_some());
        let is_latest = latest.as_ref() == Some(&batch_id);
        Ok::<_, Error>(Some(Undoable { batch_id, changes, is_latest, is_last_undoing }))
    });
    look.await
}
