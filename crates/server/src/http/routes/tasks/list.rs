//! Looking at tasks: the list, one, and how many there are.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rondo_app::{App, input, tasks};
use rondo_domain::TaskId;

use super::one;
use crate::http::{
    error::ApiError,
    extract::{Caller, ETag, IfNoneMatch, PathId, QueryPairs},
    openapi::schemas::listing::TaskListQuery,
    responses::{TaskListResponse, TaskResponse, TaskStatsResponse},
};

/// List tasks
///
/// Newest first, unless `sort` and `order` say otherwise; everything else that
/// is said must hold for each task that is shown. `total` counts what the
/// filter matches, not what the page shows.
///
/// To see all of it, follow `next_cursor` until it is null: a task that does
/// not move is then shown exactly once, whatever else changes meanwhile. A
/// cursor belongs to its sort, its order and its user, and does not go with
/// `offset`; other filters should stay as they were.
///
/// What contradicts itself is 422: `completed` and `status`, `overdue` and
/// tasks that are done, `no_due` and another filter of the due date. `search`,
/// `sort_by` and `sort_order` are other names of `q`, `sort` and `order`. Dates
/// are read as the owner's calendar and clock have them.
#[utoipa::path(
    get,
    path = "/api/tasks",
    tag = "tasks",
    params(TaskListQuery),
    responses((status = 200, description = "A part of the list", body = TaskListResponse))
)]
pub(crate) async fn list_tasks(
    caller: Caller,
    State(app): State<App>,
    query: QueryPairs,
) -> Result<Response, ApiError> {
    let listing = input::listing(query.iter())?;
    let listed = tasks::list(&app, caller.actor(), listing).await?;
    Ok(Json(TaskListResponse::from(&listed)).into_response())
}

/// Show a task
///
/// With `If-None-Match` and the version that the client has, the answer is 304
/// while that is the present one.
#[utoipa::path(
    get,
    path = "/api/tasks/{task_id}",
    tag = "tasks",
    responses((status = 200, description = "The task", body = TaskResponse))
)]
pub(crate) async fn get_task(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<TaskId>,
    known: IfNoneMatch,
) -> Result<Response, ApiError> {
    let shown = tasks::show(&app, caller.actor(), id).await?;
    let version = shown.task.version;
    if known.has(version) {
        return Ok((ETag(version), StatusCode::NOT_MODIFIED).into_response());
    }
    Ok(one(&shown))
}

/// Count tasks
///
/// Today, and what is overdue, are those of the owner's calendar and clock.
#[utoipa::path(
    get,
    path = "/api/tasks/stats",
    tag = "tasks",
    responses((status = 200, description = "How many there are", body = TaskStatsResponse))
)]
pub(crate) async fn count_tasks(
    caller: Caller,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let stats = tasks::stats(&app, caller.actor()).await?;
    Ok(Json(TaskStatsResponse::from(&stats)).into_response())
}
