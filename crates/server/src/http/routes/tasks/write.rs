//! Making, changing and deleting one task.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rondo_app::{App, input, tasks};
use rondo_domain::TaskId;

use super::written;
use crate::http::{
    error::ApiError,
    extract::{Caller, JsonBody, Keyed, NoBody, OptionalJsonBody, TaskTarget},
    openapi::schemas::tasks::{TaskComplete, TaskCreate, TaskUpdate},
    responses::{Marks, TaskResponse},
};

/// Create a task
///
/// The owner comes from the token. Unknown fields are ignored. With `text`, the
/// task is read from that line as `/api/tasks/parse` reads it, and fields that
/// are given as well win over what was read, also when they are null.
#[utoipa::path(
    post,
    path = "/api/tasks",
    tag = "tasks",
    request_body(content = TaskCreate),
    responses((status = 201, description = "The new task", body = TaskResponse))
)]
pub(crate) async fn create_task(
    caller: Caller,
    State(app): State<App>,
    uri: Uri,
    keyed: Keyed<JsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let new = input::new_task(keyed.body.0)?;
    let done = tasks::create(&app, &batch, new).await?;
    let location = [(header::LOCATION, location(&uri, done.value.task.id))];
    Ok((StatusCode::CREATED, location, written(done)).into_response())
}

/// Change a task
///
/// Partial, whether by `PUT` or `PATCH`: absent fields stay as they are, and
/// null clears those that may be null. Completing a task that recurs makes the
/// next one, as `/complete` does.
#[utoipa::path(
    put,
    path = "/api/tasks/{task_id}",
    tag = "tasks",
    request_body(content = TaskUpdate),
    responses((status = 200, description = "The task as it is now", body = TaskResponse))
)]
pub(crate) async fn update_task(
    caller: Caller,
    State(app): State<App>,
    TaskTarget(target): TaskTarget,
    keyed: Keyed<JsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let patch = input::task_patch(keyed.body.0)?;
    Ok(written(tasks::update(&app, &batch, target, patch).await?))
}

/// Complete or reopen a task
///
/// Without a body it turns the task around; `completed` in the body sets it.
/// Completing a task that recurs makes the next one, which `next_task_id`
/// names.
#[utoipa::path(
    patch,
    path = "/api/tasks/{task_id}/complete",
    tag = "tasks",
    request_body(content = TaskComplete),
    responses((status = 200, description = "The task as it is now", body = TaskResponse))
)]
pub(crate) async fn complete_task(
    caller: Caller,
    State(app): State<App>,
    TaskTarget(target): TaskTarget,
    keyed: Keyed<OptionalJsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let completed = input::completion(keyed.body.0)?;
    Ok(written(tasks::set_completed(&app, &batch, target, completed).await?))
}

/// Delete a task
///
/// It goes to the trash, and can be restored from there for 30 days, or as
/// long as the operator says.
#[utoipa::path(
    delete,
    path = "/api/tasks/{task_id}",
    tag = "tasks",
    responses((status = 204, description = "It is in the trash"))
)]
pub(crate) async fn delete_task(
    caller: Caller,
    State(app): State<App>,
    TaskTarget(target): TaskTarget,
    keyed: Keyed<NoBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let (_, marks) = Marks::of(tasks::delete(&app, &batch, target).await?);
    Ok((marks, StatusCode::NO_CONTENT).into_response())
}

/// Where a new task is: below the path it was posted to, so that a client of
/// either family stays in it.
fn location(uri: &Uri, id: TaskId) -> HeaderValue {
    let path = format!("{}/{id}", uri.path());
    // A path may hold bytes that are no ASCII; a header value may too.
    HeaderValue::from_bytes(path.as_bytes()).unwrap_or(HeaderValue::from_static("/api/tasks"))
}
