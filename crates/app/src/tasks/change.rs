//! Changing one task: by a patch, or by being done.

use std::sync::Arc;

use rondo_domain::{
    Actor, Changed, Scope, ShownTask, Task, TaskChange, TaskPatch, TimeZoneName, Timestamp,
    UserSettings, owned,
};
use rondo_store::{Touches, Txn};

use super::Target;
use crate::{
    App,
    auth::require,
    batch::{Batch, Done, Stop, Written, write_once_touching},
    error::Error,
    history::Journal,
    input::TaskPatchInput,
};

/// Changes what the patch names. A patch that changes nothing stores nothing.
///
/// # Errors
/// [`Error::NotFound`] when there is no such task, [`Error::Forbidden`] when it
/// is somebody else's or without the scope `write`,
/// [`Error::PreconditionFailed`] when it is not what the target says,
/// [`Error::Invalid`] when due date and recurrence do not go together, or
/// [`Error::Unavailable`].
pub async fn update(
    app: &App,
    batch: &Batch,
    target: Target,
    patch: TaskPatchInput,
) -> Result<Done<ShownTask>, Error> {
    require(batch.actor(), Scope::Write)?;
    let change = Change::of(app, batch);
    // The body is handed on and cloned on its way to the database.
    let patch = Arc::new(patch);
    write_once_touching(app, batch, Touches::task(target.id), move |txn| async move {
        let Found { task, zone } = find(&txn, &change.actor, &target).await?;
        let patch = Arc::unwrap_or_clone(patch);
        let changed = task.patched(resolved(patch, &zone), change.now, &zone)?;
        change.store(&txn, changed, &zone).await
    })
    .await
}

/// Sets whether a task is done; `None` turns it around. Doing it twice is not
/// an error. A task that recurs is followed by the next one.
///
/// # Errors
/// Those of [`update`].
pub async fn set_completed(
    app: &App,
    batch: &Batch,
    target: Target,
    completed: Option<bool>,
) -> Result<Done<ShownTask>, Error> {
    require(batch.actor(), Scope::Write)?;
    let change = Change::of(app, batch);
    write_once_touching(app, batch, Touches::task(target.id), move |txn| async move {
        let Found { task, zone } = find(&txn, &change.actor, &target).await?;
        let changed = task.with_completed(completed, change.now, &zone);
        change.store(&txn, changed, &zone).await
    })
    .await
}

/// What a patch means to somebody in this time zone, which is all that it asks
/// of the settings.
pub(super) fn resolved(patch: TaskPatchInput, zone: &TimeZoneName) -> TaskPatch {
    patch.resolve(&UserSettings { time_zone: zone.clone(), ..UserSettings::default() })
}

/// A task that may be changed, and its owner's time zone.
pub(super) struct Found {
    pub task: Task,
    pub zone: TimeZoneName,
}

/// The actor's task, to be changed in this transaction, if it is what the
/// target says. Whether the id exists elsewhere is asked only when the actor
/// has none of it.
pub(super) async fn find(txn: &Txn, actor: &Actor, target: &Target) -> Result<Found, Stop> {
    let found = txn.find_task_for_update(&actor.user_id, target.id).await?;
    let is_elsewhere = found.is_none() && txn.task_exists(target.id).await?;
    let (task, zone) = found.map_or((None, TimeZoneName::UTC), |(task, zone)| (Some(task), zone));
    let task = owned(actor, task, is_elsewhere)?;
    if !target.is_met_by(task.version) {
        let task = Box::new(ShownTask::new(task, &zone));
        return Err(Error::PreconditionFailed(task).into());
    }
    Ok(Found { task, zone })
}

/// A change of one task that is about to be stored.
#[derive(Clone)]
struct Change {
    actor: Actor,
    now: Timestamp,
    journal: Journal,
}

impl Change {
    fn of(app: &App, batch: &Batch) -> Self {
        let (actor, now) = (batch.actor().clone(), app.now());
        Self { actor, now, journal: Journal::of(batch, now) }
    }

    async fn store(
        &self,
        txn: &Txn,
        change: TaskChange,
        zone: &TimeZoneName,
    ) -> Result<Written<ShownTask>, Stop> {
        let Changed { before, mut after, follow_up } = match change {
            TaskChange::Unchanged(task) => {
                return Ok(Written::unchanged(ShownTask::new(*task, zone)));
            }
            TaskChange::Changed(changed) => *changed,
        };
        let follower = match follow_up {
            Some(new) => Some(txn.insert_task(&before.user_id, new, self.now).await?),
            None => None,
        };
        if let Some(follower) = &follower {
            after.next_task_id = Some(follower.id);
        }
        txn.update_task(&before, &after).await?;
        let changed = self.journal.updated(&before, &after);
        match &follower {
            None => self.journal.record(txn, changed).await?,
            Some(follower) => {
                let both = [changed, self.journal.created(follower)];
                self.journal.record_all(txn, &both).await?;
            }
        }
        Ok(Written::changed(ShownTask::new(after, zone)))
    }
}
