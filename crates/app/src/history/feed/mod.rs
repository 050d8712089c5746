//! Reading the history: what a client has missed, and what became of one task.

use rondo_domain::{
    Actor, Author, BatchId, Change, ChangeAction, ChangeId, Denied, NewChange, Scope, ShownTask,
    TaskId, TimeZoneName, Timestamp, UserId,
};
use rondo_store::{ChangePage, Txn};

use crate::{App, auth::require, error::Error, input::FeedQuery};

/// A change, and the tasks in it as their owner sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownChange {
    /// Counts the changes of its user.
    pub id: ChangeId,
    /// What it belongs to.
    pub batch_id: BatchId,
    /// When.
    pub at: Timestamp,
    /// Who, and through which door.
    pub author: Author,
    /// What happened.
    pub action: ChangeAction,
    /// To which task.
    pub task_id: TaskId,
    /// The version that the task has since.
    pub version: i64,
    /// The task as it was on the list; `None` when it was not there.
    pub before: Option<ShownTask>,
    /// The task as it is on the list; `None` when it is not there any more.
    pub after: Option<ShownTask>,
    /// The batch that this one undoes.
    pub undoes: Option<BatchId>,
}

/// A part of all changes of a user's tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// In the order in which they happened.
    pub changes: Vec<ShownChange>,
    /// The number after which the next part begins.
    pub next_after: i64,
    /// Whether there is more already.
    pub has_more: bool,
    /// The number of the latest change of all; 0 before the first.
    pub latest: i64,
}

/// A part of the changes of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskHistory {
    /// In the order in which they happened.
    pub changes: Vec<ShownChange>,
    /// The number after which the next part begins.
    pub next_after: i64,
    /// Whether there is more already.
    pub has_more: bool,
}

/// The changes of the actor's tasks after a number.
///
/// # Errors
/// [`Error::ChangesPurged`] when some of them are no longer kept, or the number
/// is none that there was: whoever follows has to read everything again.
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn feed(app: &App, actor: &Actor, query: FeedQuery) -> Result<Feed, Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    let FeedQuery { after, limit } = query;
    let body = move |txn: Txn| async move { txn.list_changes(&owner, after, limit).await };
    let ChangePage { changes, latest, oldest, zone } = app.store().read(body).await?;
    if after.saturating_add(1) < oldest || after > latest {
        return Err(Error::ChangesPurged { latest });
    }
    let next_after = changes.last().map_or(after, |change| change.id.get());
    let has_more = next_after < latest;
    let changes = changes.into_iter().map(|change| ShownChange::new(change, &zone)).collect();
    Ok(Feed { changes, next_after, has_more, latest })
}

/// The changes of one task of the actor's, whether it is on the list or in the
/// trash.
///
/// # Errors
/// [`Error::NotFound`] when nothing is known of such a task,
/// [`Error::Forbidden`] when it is somebody else's or without the scope `read`,
/// or [`Error::Unavailable`].
pub async fn of_task(
    app: &App,
    actor: &Actor,
    id: TaskId,
    query: FeedQuery,
) -> Result<TaskHistory, Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    let FeedQuery { after, limit } = query;
    let body = move |txn: Txn| async move {
        let changes = txn.list_task_changes(&owner, id, after, limit + 1).await?;
        if changes.is_empty() {
            check_known(&txn, &owner, id).await?;
        }
        let settings = txn.find_settings(&owner).await?.unwrap_or_default();
        Ok::<_, Error>((changes, settings.time_zone))
    };
    let (mut changes, zone) = app.store().snapshot(body).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = changes.len() > limit;
    changes.truncate(limit);
    let next_after = changes.last().map_or(after, |change| change.id.get());
    let changes = changes.into_iter().map(|change| ShownChange::new(change, &zone)).collect();
    Ok(TaskHistory { changes, next_after, has_more })
}

/// Whether a task of which there is nothing to show is the owner's: what
/// happened to it was seen already, or is no longer kept.
async fn check_known(txn: &Txn, owner: &UserId, id: TaskId) -> Result<(), Error> {
    let is_known = !txn.list_task_changes(owner, id, 0, 1).await?.is_empty()
        || txn.find_task(owner, id).await?.is_some();
    match is_known {
        true => Ok(()),
        false if txn.task_exists(id).await? => Err(Denied::Forbidden.into()),
        false => Err(Denied::NotFound.into()),
    }
}

impl ShownChange {
    /// The change as somebody in this time zone sees it.
    fn new(change: Change, zone: &TimeZoneName) -> Self {
        let Change { id, change } = change;
        let NewChange { batch_id, at, author, action, task_id, version, before, after, undoes } =
            change;
        let [before, after] =
            [before, after].map(|task| task.map(|task| ShownTask::new(task, zone)));
        Self { id, batch_id, at, author, action, task_id, version, before, after, undoes }
    }
}

#[cfg(test)]
mod tests;
