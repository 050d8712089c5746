//! Reading tasks: one of them, or a page of a list.

use rondo_domain::{Actor, Scope, ShownTask, Start, TaskId, TaskQuery, TimeZoneName, owned};
use rondo_store::{TaskPage, Txn};

use super::cursor::Cursor;
use crate::{
    App,
    auth::require,
    error::Error,
    input::{ListingInput, StartInput},
    user_settings,
};

/// A page of a list of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// In the order that was asked for.
    pub tasks: Vec<ShownTask>,
    /// How many tasks pass the filter, whatever the page.
    pub total: i64,
    /// As asked for.
    pub limit: i64,
    /// As asked for; 0 behind a cursor.
    pub offset: i64,
    /// What to ask for the next page with; `None` at the end.
    pub next_cursor: Option<String>,
}

/// A page of the actor's tasks.
///
/// # Errors
/// [`Error::Invalid`] for a cursor that is not of this list,
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn list(app: &App, actor: &Actor, input: ListingInput) -> Result<Listed, Error> {
    require(actor, Scope::Read)?;
    let cursor = Cursor { owner: actor.user_id.clone(), sort: input.sort, order: input.order };
    let (start, offset) = match &input.start {
        StartInput::Offset(offset) => (Start::Offset(*offset), *offset),
        StartInput::Cursor(text) => (Start::After(cursor.open(app, text)?), 0),
    };
    let zone = if input.needs_settings() {
        user_settings::of(app, &actor.user_id).await?.time_zone
    } else {
        TimeZoneName::UTC
    };
    let ListingInput { sort, order, limit, .. } = input;
    let query = TaskQuery { filter: input.filter(app.now(), &zone), sort, order, limit, start };
    let owner = actor.user_id.clone();
    let body = move |txn: Txn| async move { txn.list_tasks(&owner, &query).await };
    let TaskPage { tasks, total, next, zone } = app.store().read(body).await?;
    let next_cursor = next.map(|position| cursor.seal(app, &position));
    let tasks = tasks.into_iter().map(|task| ShownTask::new(task, &zone)).collect();
    Ok(Listed { tasks, total, limit, offset, next_cursor })
}

/// One task of the actor's.
///
/// # Errors
/// [`Error::NotFound`] when there is none, [`Error::Forbidden`] when it is
/// somebody else's or without the scope `read`, or [`Error::Unavailable`].
pub async fn show(app: &App, actor: &Actor, id: TaskId) -> Result<ShownTask, Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    let found = app.store().read(move |txn| async move { txn.find_task(&owner, id).await }).await?;
    let is_elsewhere = found.is_none()
        && app.store().read(move |txn| async move { txn.task_exists(id).await }).await?;
    let (task, zone) = found.map_or((None, TimeZoneName::UTC), |(task, zone)| (Some(task), zone));
    Ok(ShownTask::new(owned(actor, task, is_elsewhere)?, &zone))
}
