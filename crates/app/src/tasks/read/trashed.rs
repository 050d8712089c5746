//! What is in the trash.

use rondo_domain::{Actor, Page, Scope, ShownTask, Timestamp};
use rondo_store::{TrashPage, Trashed, Txn};

use crate::{App, auth::require, error::Error};

/// A task in the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrashedTask {
    /// As it went there.
    pub task: ShownTask,
    /// When it went there.
    pub deleted_at: Timestamp,
}

/// A page of the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrashList {
    /// The latest deleted first.
    pub tasks: Vec<TrashedTask>,
    /// How many tasks are in the trash.
    pub total: i64,
    /// Which part of it this is.
    pub page: Page,
}

/// A page of the actor's trash.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn trash(app: &App, actor: &Actor, page: Page) -> Result<TrashList, Error> {
    require(actor, Scope::Read)?;
    let owner = actor.user_id.clone();
    let body = move |txn: Txn| async move { txn.list_trash(&owner, page).await };
    let TrashPage { tasks, total, zone } = app.store().read(body).await?;
    let shown = |Trashed { task, deleted_at }| TrashedTask {
        task: ShownTask::new(task, &zone),
        deleted_at,
    };
    Ok(TrashList { tasks: tasks.into_iter().map(shown).collect(), total, page })
}
