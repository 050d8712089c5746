//! Deleting a task, which moves it to the trash; and what can be done there.

use futures_util::future::join;
use rondo_domain::{Actor, Denied, Scope, ShownTask, TaskId};
use rondo_store::{StoreError, Touches, Trashed, Txn};

use super::{Target, change::find};
use crate::{
    App,
    auth::require,
    batch::{Batch, Done, Part, Written, write_in_parts, write_once_touching},
    error::Error,
    history::{Journal, remove_for_good, remove_old},
};

/// Moves a task to the trash, and gives it as it was.
///
/// # Errors
/// [`Error::NotFound`] when there is no such task, [`Error::Forbidden`] when it
/// is somebody else's or without the scope `delete`,
/// [`Error::PreconditionFailed`] when it is not what the target says, or
/// [`Error::Unavailable`].
pub async fn delete(app: &App, batch: &Batch, target: Target) -> Result<Done<ShownTask>, Error> {
    require(batch.actor(), Scope::Delete)?;
    let (actor, now) = (batch.actor().clone(), app.now());
    let journal = Journal::of(batch, now);
    write_once_touching(app, batch, Touches::task(target.id), move |txn| async move {
        let found = find(&txn, &actor, &target).await?;
        let trashed = found.task.clone().touched(now);
        txn.trash_task(&found.task, &trashed, now).await?;
        journal.record(&txn, journal.deleted(&found.task, &trashed)).await?;
        Ok(Written::changed(ShownTask::new(found.task, &found.zone)))
    })
    .await
}

/// Brings a task back from the trash. One that is on the list already stays
/// as it is: restoring twice is not an error.
///
/// # Errors
/// [`Error::NotFound`] when there is no such task in the trash,
/// [`Error::Forbidden`] when it is somebody else's or without the scope
/// `write`, or [`Error::Unavailable`].
pub async fn restore(app: &App, batch: &Batch, id: TaskId) -> Result<Done<ShownTask>, Error> {
    require(batch.actor(), Scope::Write)?;
    let (actor, now) = (batch.actor().clone(), app.now());
    let journal = Journal::of(batch, now);
    write_once_touching(app, batch, Touches::task(id), move |txn| async move {
        let (trashed, settings) = join(
            txn.find_trashed_for_update(&actor.user_id, &[id]),
            txn.find_settings(&actor.user_id),
        )
        .await;
        let zone = settings?.unwrap_or_default().time_zone;
        let Some(Trashed { task, .. }) = trashed?.into_iter().next() else {
            let found = find(&txn, &actor, &id.into()).await?;
            return Ok(Written::unchanged(ShownTask::new(found.task, &zone)));
        };
        let after = task.touched(now);
        txn.restore_task(&after).await?;
        journal.record(&txn, journal.restored(&after)).await?;
        Ok(Written::changed(ShownTask::new(after, &zone)))
    })
    .await
}

/// Removes a task in the trash for good.
///
/// # Errors
/// [`Error::NotFound`] when there is no such task in the trash,
/// [`Error::Forbidden`] when it is somebody else's or without the scope
/// `delete`, or [`Error::Unavailable`].
pub async fn purge(app: &App, batch: &Batch, id: TaskId) -> Result<Done<()>, Error> {
    require(batch.actor(), Scope::Delete)?;
    let (actor, journal) = (batch.actor().clone(), Journal::of(batch, app.now()));
    write_once_touching(app, batch, Touches::task(id), move |txn| async move {
        let trashed = txn.find_trashed_for_update(&actor.user_id, &[id]).await?;
        if trashed.is_empty() {
            return Err(absence(&txn, &actor, id).await?.into());
        }
        remove_for_good(&txn, &journal, &trashed).await?;
        Ok(Written::changed(()))
    })
    .await
}

/// Why the actor has no such task in the trash.
async fn absence(txn: &Txn, actor: &Actor, id: TaskId) -> Result<Denied, StoreError> {
    let (own, any) = join(txn.find_task(&actor.user_id, id), txn.task_exists(id)).await;
    let is_elsewhere = any? && own?.is_none();
    Ok(if is_elsewhere { Denied::Forbidden } else { Denied::NotFound })
}

/// Removes everything in the trash for good, and says how many tasks that
/// were. What gets there meanwhile stays.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `delete`, or [`Error::Unavailable`];
/// a part may be gone then.
pub async fn empty_trash(app: &App, batch: &Batch) -> Result<Done<i64>, Error> {
    require(batch.actor(), Scope::Delete)?;
    let now = app.now();
    let journal = Journal::of(batch, now);
    // What was deleted in this very moment is in the trash already.
    let until = now.plus_micros(1);
    write_in_parts(app, batch, 0, move |txn, so_far| async move {
        let removed = remove_old(&txn, &journal, until).await?;
        Ok(Part {
            value: so_far + removed.count,
            has_changes: removed.count > 0,
            is_last: !removed.may_leave_more,
        })
    })
    .await
}
