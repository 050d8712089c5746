//! The trash: what was deleted, and what becomes of it.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rondo_app::{App, input, tasks};
use rondo_domain::TaskId;

use super::written;
use crate::http::{
    error::ApiError,
    extract::{Caller, Keyed, NoBody, PathId, QueryPairs},
    openapi::schemas::PageQuery,
    responses::{Marks, TaskResponse, TrashResponse},
};

/// List the trash
///
/// What was deleted last comes first. Tasks stay here for 30 days, or as long
/// as the operator says.
#[utoipa::path(
    get,
    path = "/api/trash",
    tag = "trash",
    params(PageQuery),
    responses((status = 200, description = "A part of the trash", body = TrashResponse))
)]
pub(crate) async fn list_trash(
    caller: Caller,
    State(app): State<App>,
    query: QueryPairs,
) -> Result<Response, ApiError> {
    let page = input::page(query.iter())?;
    let trash = tasks::trash(&app, caller.actor(), page).await?;
    Ok(Json(TrashResponse::from(&trash)).into_response())
}

/// Restore a task
///
/// It comes back from the trash as it was, with the same id. One that is on
/// the list already stays as it is.
#[utoipa::path(
    post,
    path = "/api/tasks/{task_id}/restore",
    tag = "trash",
    responses((status = 200, description = "The task is on the list", body = TaskResponse))
)]
pub(crate) async fn restore_task(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<TaskId>,
    keyed: Keyed<NoBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    Ok(written(tasks::restore(&app, &batch, id).await?))
}

/// Remove a task for good
///
/// Out of the trash. Nothing brings it back.
#[utoipa::path(
    delete,
    path = "/api/trash/{task_id}",
    tag = "trash",
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn purge_task(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<TaskId>,
    keyed: Keyed<NoBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let ((), marks) = Marks::of(tasks::purge(&app, &batch, id).await?);
    Ok((marks, StatusCode::NO_CONTENT).into_response())
}

/// Empty the trash
///
/// All that is in it is removed for good.
#[utoipa::path(
    delete,
    path = "/api/trash",
    tag = "trash",
    responses((status = 204, description = "The trash is empty"))
)]
pub(crate) async fn empty_trash(
    caller: Caller,
    State(app): State<App>,
    keyed: Keyed<NoBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let (_, marks) = Marks::of(tasks::empty_trash(&app, &batch).await?);
    Ok((marks, StatusCode::NO_CONTENT).into_response())
}
