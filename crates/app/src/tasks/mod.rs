//! What can be done with tasks: load, decide, save, in one transaction.

mod parse;

use rondo_domain::{
    Actor, NewTask, Page, Scope, StatusFilter, Task, TaskChange, TaskId, TaskPatch, owned,
};
use rondo_store::{TaskList, Txn};

use crate::{App, auth::require, error::Error, provision::write_as_owner};

pub use parse::parse;

/// Stores a new task of the actor's.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `write`, or [`Error::Unavailable`].
pub async fn create(app: &App, actor: &Actor, new: NewTask) -> Result<Task, Error> {
    require(actor, Scope::Write)?;
    let (owner, now) = (actor.user_id.clone(), app.now());
    write_as_owner(app, &actor.user_id, move |txn| async move {
        txn.insert_task(&owner, new, now).await
    })
    .await
}

/// A page of the actor's tasks, newest first, with the totals.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: StatusFilter,
    page: Page,
) -> Result<TaskList, Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    let body = move |txn: Txn| async move { txn.list_tasks(&owner, filter, page).await };
    Ok(app.store().read(body).await?)
}

/// One task of the actor's.
///
/// # Errors
/// [`Error::NotFound`] when there is none, [`Error::Forbidden`] when it is
/// somebody else's or without the scope `read`, or [`Error::Unavailable`].
pub async fn show(app: &App, actor: &Actor, id: TaskId) -> Result<Task, Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    let found = app.store().read(move |txn| async move { txn.find_task(&owner, id).await }).await?;
    let is_elsewhere = found.is_none()
        && app.store().read(move |txn| async move { txn.task_exists(id).await }).await?;
    Ok(owned(actor, found, is_elsewhere)?)
}

/// Changes what the patch names. A patch that changes nothing stores nothing.
///
/// # Errors
/// [`Error::NotFound`] when there is no such task, [`Error::Forbidden`] when it
/// is somebody else's or without the scope `write`, or [`Error::Unavailable`].
pub async fn update(app: &App, actor: &Actor, id: TaskId, patch: TaskPatch) -> Result<Task, Error> {
    let now = app.now();
    change(app, actor, id, move |task| task.patched(patch, now)).await
}

/// Sets whether a task is done; `None` turns it around. Doing it twice is not
/// an error.
///
/// # Errors
/// Those of [`update`].
pub async fn set_completed(
    app: &App,
    actor: &Actor,
    id: TaskId,
    completed: Option<bool>,
) -> Result<Task, Error> {
    let now = app.now();
    change(app, actor, id, move |task| task.with_completed(completed, now)).await
}

/// Removes a task.
///
/// # Errors
/// [`Error::NotFound`] when there is no such task, [`Error::Forbidden`] when it
/// is somebody else's or without the scope `delete`, or [`Error::Unavailable`].
pub async fn delete(app: &App, actor: &Actor, id: TaskId) -> Result<(), Error> {
    require(actor, Scope::Delete)?;
    let (actor, owner) = (actor.clone(), &actor.user_id);
    app.store()
        .write_for(owner, move |txn| async move {
            let task = load(&txn, &actor, id).await?;
            Ok(txn.delete_task(&task).await?)
        })
        .await
}

async fn change<F>(app: &App, actor: &Actor, id: TaskId, decide: F) -> Result<Task, Error>
where
    F: FnOnce(Task) -> TaskChange + Clone + Send + 'static,
{
    require(actor, Scope::Write)?;
    let (actor, owner) = (actor.clone(), &actor.user_id);
    app.store()
        .write_for(owner, move |txn| async move {
            let change = decide(load(&txn, &actor, id).await?);
            if let TaskChange::Changed(task, moved) = &change {
                txn.update_task(task, *moved).await?;
            }
            Ok(change.into_task())
        })
        .await
}

/// The actor's task, to be changed in this transaction. Whether the id exists
/// elsewhere is asked only when the actor has none of it.
async fn load(txn: &Txn, actor: &Actor, id: TaskId) -> Result<Task, Error> {
    let found = txn.find_task_for_update(&actor.user_id, id).await?;
    let is_elsewhere = found.is_none() && txn.task_exists(id).await?;
    Ok(owned(actor, found, is_elsewhere)?)
}

#[cfg(test)]
mod tests;
