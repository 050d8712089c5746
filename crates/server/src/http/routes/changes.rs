//! The history of tasks: the feed that clients follow, and undoing.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use rondo_app::{
    App,
    history::{self, UndoTarget},
    input,
};
use rondo_domain::{ChangeId, TaskId};

use crate::http::{
    error::ApiError,
    extract::{Caller, Keyed, OptionalJsonBody, PathId, QueryPairs},
    openapi::schemas::history::{FeedQuery, UndoRequest},
    responses::{ChangeListResponse, Marks, TaskHistoryResponse, UndoResponse},
};

/// List changes
///
/// Every change of every task of the caller's, oldest first, numbered without
/// gaps: who has read up to a number and asks for what comes after it misses
/// nothing. `next_after` is what to ask for next. What is older than 30 days,
/// or than the operator says, is no longer kept: 410, with the number to go on
/// from after all tasks were read once more.
#[utoipa::path(
    get,
    path = "/api/changes",
    tag = "changes",
    params(FeedQuery),
    responses((status = 200, description = "A part of the history", body = ChangeListResponse))
)]
pub(crate) async fn list_changes(
    caller: Caller,
    State(app): State<App>,
    query: QueryPairs,
) -> Result<Response, ApiError> {
    let query = input::feed(query.iter())?;
    let feed = history::feed(&app, caller.actor(), query).await?;
    Ok(Json(ChangeListResponse::from(&feed)).into_response())
}

/// List the changes of one task
///
/// Oldest first, also of a task in the trash.
#[utoipa::path(
    get,
    path = "/api/tasks/{task_id}/changes",
    tag = "changes",
    params(FeedQuery),
    responses((status = 200, description = "A part of its history", body = TaskHistoryResponse))
)]
pub(crate) async fn list_task_changes(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<TaskId>,
    query: QueryPairs,
) -> Result<Response, ApiError> {
    let query = input::feed(query.iter())?;
    let history = history::of_task(&app, caller.actor(), id, query).await?;
    Ok(Json(TaskHistoryResponse::from(&history)).into_response())
}

/// Undo a change
///
/// With everything else that the same request did: the whole batch. That is a
/// batch of its own, so undoing it is redo. If a task of the batch has changed
/// since, nothing happens: 409, with the tasks in the way. `force` undoes what
/// happened since as well. A task that was removed for good stays gone.
#[utoipa::path(
    post,
    path = "/api/changes/{change_id}/undo",
    tag = "changes",
    request_body(content = UndoRequest),
    responses((status = 200, description = "What is as it was", body = UndoResponse))
)]
pub(crate) async fn undo_change(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<ChangeId>,
    keyed: Keyed<OptionalJsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let force = input::undo(keyed.body.0)?;
    let undone = history::undo(&app, &batch, UndoTarget::Change(id), force).await?;
    let (undone, marks) = Marks::of(undone);
    let body = Json(UndoResponse::new(&undone, marks.batch_id.as_ref())).into_response();
    Ok((marks, body).into_response())
}
