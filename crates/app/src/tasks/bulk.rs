//! One change of many tasks: all of them or none, in one batch.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::{join, try_join_all};
use rondo_domain::{
    Actor, Changed, Denied, NewChange, PlanProblem, Scope, ShownTask, Task, TaskChange, TaskId,
    TimeZoneName, Timestamp, owned,
};
use rondo_store::{StoreError, Txn};

use super::change::resolved;
use crate::{
    App,
    auth::require,
    batch::{Batch, Done, Stop, Written, write_once},
    error::{Error, Invalid, Location, PathPart},
    history::Journal,
    input::{BulkAction, BulkInput, TaskPatchInput},
};

/// Changes many tasks in the same way, and gives them in the order in which
/// they were named: as they are then, or as they were before they went to the
/// trash. Tasks that follow because those named recur are not among them.
///
/// # Errors
/// For one of the tasks and so for all: [`Error::NotFound`] when there is no
/// such task, [`Error::Forbidden`] when it is somebody else's or without the
/// scope `write` (`delete` to delete), [`Error::Invalid`] when the patch does
/// not go with it; or [`Error::Unavailable`].
pub async fn bulk(
    app: &App,
    batch: &Batch,
    input: BulkInput,
) -> Result<Done<Vec<ShownTask>>, Error> {
    let BulkInput { ids, action } = input;
    let scope = if action == BulkAction::Delete { Scope::Delete } else { Scope::Write };
    require(batch.actor(), scope)?;
    let (actor, now) = (batch.actor().clone(), app.now());
    // The body is handed on and cloned on its way to the database.
    let bulk = Arc::new(Bulk { actor, now, journal: Journal::of(batch, now), ids });
    write_once(app, batch, move |txn| async move {
        let Outcome { tasks, changes } = match action {
            BulkAction::Complete => bulk.set_completed(&txn, true).await?,
            BulkAction::Reopen => bulk.set_completed(&txn, false).await?,
            BulkAction::Update(patch) => bulk.update(&txn, &patch).await?,
            BulkAction::Delete => bulk.delete(&txn).await?,
            BulkAction::Restore => bulk.restore(&txn).await?,
        };
        bulk.journal.record_all(&txn, &changes).await?;
        Ok(Written { value: tasks, has_changes: !changes.is_empty() })
    })
    .await
}

struct Bulk {
    actor: Actor,
    now: Timestamp,
    journal: Journal,
    /// Each once, in the order in which they were named.
    ids: Vec<TaskId>,
}

/// What became of the tasks, and what the history says about it.
#[derive(Default)]
struct Outcome {
    tasks: Vec<ShownTask>,
    changes: Vec<NewChange>,
}

/// Tasks that may be changed, each with its owner's time zone.
type Found = BTreeMap<TaskId, (Task, TimeZoneName)>;

impl Bulk {
    async fn set_completed(&self, txn: &Txn, completed: bool) -> Result<Outcome, Stop> {
        self.change(txn, |task, zone| Ok(task.with_completed(Some(completed), self.now, zone)))
            .await
    }

    async fn update(&self, txn: &Txn, patch: &TaskPatchInput) -> Result<Outcome, Stop> {
        let refused = |PlanProblem { field, problem }| {
            let inner = vec![PathPart::Field(field)];
            let whole = Invalid::new(Location::Body, Some("patch"), problem);
            Error::Invalid(vec![Invalid { inner, ..whole }])
        };
        self.change(txn, |task, zone| {
            task.patched(resolved(patch.clone(), zone), self.now, zone).map_err(refused)
        })
        .await
    }

    /// Changes each task as decided, and stores those that follow.
    async fn change(
        &self,
        txn: &Txn,
        decide: impl Fn(Task, &TimeZoneName) -> Result<TaskChange, Error>,
    ) -> Result<Outcome, Stop> {
        let mut found = self.find(txn, &self.ids).await?;
        let mut decided = Vec::with_capacity(self.ids.len());
        for (task, zone) in self.ids.iter().filter_map(|id| found.remove(id)) {
            decided.push((decide(task, &zone)?, zone));
        }
        let mut followers = self.store_followers(txn, &decided).await?;
        let mut outcome = Outcome::default();
        for (change, zone) in decided {
            let task = match change {
                TaskChange::Unchanged(task) => *task,
                TaskChange::Changed(changed) => {
                    let Changed { before, mut after, .. } = *changed;
                    let follower = followers.remove(&after.id);
                    if let Some(follower) = &follower {
                        after.next_task_id = Some(follower.id);
                    }
                    txn.update_task(&before, &after).await?;
                    outcome.changes.push(self.journal.updated(&before, &after));
                    outcome.changes.extend(follower.map(|task| self.journal.created(&task)));
                    after
                }
            };
            outcome.tasks.push(ShownTask::new(task, &zone));
        }
        Ok(outcome)
    }

    /// Stores the tasks that follow, by the task that each follows. All at
    /// once: on PostgreSQL they share a round trip.
    async fn store_followers(
        &self,
        txn: &Txn,
        decided: &[(TaskChange, TimeZoneName)],
    ) -> Result<BTreeMap<TaskId, Task>, Stop> {
        let owner = &self.actor.user_id;
        let storing = decided.iter().filter_map(|(change, _)| match change {
            TaskChange::Changed(changed) => {
                let (id, new) = (changed.after.id, changed.follow_up.clone()?);
                let storing = txn.insert_task(owner, new, self.now);
                Some(async move { Ok::<_, StoreError>((id, storing.await?)) })
            }
            TaskChange::Unchanged(_) => None,
        });
        Ok(try_join_all(storing).await?.into_iter().collect())
    }

    async fn delete(&self, txn: &Txn) -> Result<Outcome, Stop> {
        let mut found = self.find(txn, &self.ids).await?;
        let mut outcome = Outcome::default();
        for (task, zone) in self.ids.iter().filter_map(|id| found.remove(id)) {
            let trashed = task.clone().touched(self.now);
            txn.trash_task(&task, &trashed, self.now).await?;
            outcome.changes.push(self.journal.deleted(&task, &trashed));
            outcome.tasks.push(ShownTask::new(task, &zone));
        }
        Ok(outcome)
    }

    /// Those that are on the list already stay as they are.
    async fn restore(&self, txn: &Txn) -> Result<Outcome, Stop> {
        let owner = &self.actor.user_id;
        let (trashed, settings) =
            join(txn.find_trashed_for_update(owner, &self.ids), txn.find_settings(owner)).await;
        let zone = settings?.unwrap_or_default().time_zone;
        let mut trashed: BTreeMap<TaskId, Task> =
            trashed?.into_iter().map(|trashed| (trashed.task.id, trashed.task)).collect();
        let elsewhere: Vec<TaskId> =
            self.ids.iter().copied().filter(|id| !trashed.contains_key(id)).collect();
        let mut listed = self.find(txn, &elsewhere).await?;
        let mut outcome = Outcome::default();
        for id in &self.ids {
            if let Some(task) = trashed.remove(id) {
                let after = task.touched(self.now);
                txn.restore_task(&after).await?;
                outcome.changes.push(self.journal.restored(&after));
                outcome.tasks.push(ShownTask::new(after, &zone));
            } else if let Some((task, zone)) = listed.remove(id) {
                outcome.tasks.push(ShownTask::new(task, &zone));
            }
        }
        Ok(outcome)
    }

    /// The actor's tasks with these ids, all of which have to be there. The
    /// first that is not decides what is wrong.
    async fn find(&self, txn: &Txn, ids: &[TaskId]) -> Result<Found, Stop> {
        if ids.is_empty() {
            return Ok(Found::new());
        }
        let mut found = Found::new();
        for (task, zone) in txn.find_tasks_for_update(&self.actor.user_id, ids).await? {
            let task = owned(&self.actor, Some(task), false)?;
            found.insert(task.id, (task, zone));
        }
        match ids.iter().find(|id| !found.contains_key(id)) {
            None => Ok(found),
            Some(missing) if txn.task_exists(*missing).await? => Err(Denied::Forbidden.into()),
            Some(_) => Err(Denied::NotFound.into()),
        }
    }
}
