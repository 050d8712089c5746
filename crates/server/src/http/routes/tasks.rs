//! Tasks.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rondo_app::{App, input, tasks};
use rondo_domain::{Description, Page, Task, TaskId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    error::ApiError,
    extract::{Caller, JsonBody, OptionalJsonBody, PathId, QueryPairs},
    openapi::schemas::{TaskComplete, TaskCreate, TaskListQuery, TaskUpdate},
};

/// A task as it is shown.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskResponse<'a> {
    /// Unique over all users; a JavaScript number holds it exactly.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
    id: i64,
    /// What it is called, trimmed.
    #[schema(min_length = 1, max_length = 200, example = "Buy milk")]
    title: &'a str,
    /// What it is about, as written.
    #[schema(max_length = 1000, example = "Two liters, oat")]
    #[schema(required)]
    description: Option<&'a str>,
    /// Whether it is done.
    completed: bool,
    /// The owner.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e")]
    user_id: &'a str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    created_at: Timestamp,
    /// When it last changed; moves on every change.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    updated_at: Timestamp,
}

impl<'a> From<&'a Task> for TaskResponse<'a> {
    fn from(task: &'a Task) -> Self {
        Self {
            id: task.id.get(),
            title: task.title.as_str(),
            description: task.description.as_ref().map(Description::as_str),
            completed: task.completed,
            user_id: task.user_id.as_str(),
            created_at: task.created_at,
            updated_at: task.updated_at,
        }
    }
}

/// A part of the list of tasks, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskListResponse<'a> {
    /// At most `limit` of them.
    tasks: Vec<TaskResponse<'a>>,
    /// How many tasks match the filter in all.
    #[schema(minimum = 0, example = 1)]
    total: i64,
    /// As asked for.
    #[schema(minimum = 1, maximum = 1000, example = 100)]
    limit: i64,
    /// As asked for.
    #[schema(minimum = 0, example = 0)]
    offset: i64,
}

impl<'a> TaskListResponse<'a> {
    fn new(tasks: &'a [Task], total: i64, page: Page) -> Self {
        Self {
            tasks: tasks.iter().map(TaskResponse::from).collect(),
            total,
            limit: page.limit(),
            offset: page.offset(),
        }
    }
}

/// List tasks
///
/// Newest first. `total` counts what the filter matches, not what the page
/// shows. `status=all|pending|completed` is another way to say `completed`;
/// if the two contradict each other, that is 422.
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
    let (filter, page) = input::listing(query.iter())?;
    let list = tasks::list(&app, caller.actor(), filter, page).await?;
    let total = filter.total(list.counts);
    Ok(Json(TaskListResponse::new(&list.tasks, total, page)).into_response())
}

/// Create a task
///
/// The owner comes from the token. Unknown fields are ignored.
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
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let new = input::new_task(body)?;
    let task = tasks::create(&app, caller.actor(), new).await?;
    let location = [(header::LOCATION, location(&uri, task.id))];
    Ok((StatusCode::CREATED, location, Json(TaskResponse::from(&task))).into_response())
}

/// Show a task
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
) -> Result<Response, ApiError> {
    let task = tasks::show(&app, caller.actor(), id).await?;
    Ok(Json(TaskResponse::from(&task)).into_response())
}

/// Change a task
///
/// Partial, whether by `PUT` or `PATCH`: absent fields stay as they are, and
/// `description: null` clears the description.
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
    PathId(id): PathId<TaskId>,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let patch = input::task_patch(body)?;
    let task = tasks::update(&app, caller.actor(), id, patch).await?;
    Ok(Json(TaskResponse::from(&task)).into_response())
}

/// Complete or reopen a task
///
/// Without a body it turns the task around; `completed` in the body sets it.
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
    PathId(id): PathId<TaskId>,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Response, ApiError> {
    let completed = input::completion(body)?;
    let task = tasks::set_completed(&app, caller.actor(), id, completed).await?;
    Ok(Json(TaskResponse::from(&task)).into_response())
}

/// Delete a task
#[utoipa::path(
    delete,
    path = "/api/tasks/{task_id}",
    tag = "tasks",
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete_task(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<TaskId>,
) -> Result<StatusCode, ApiError> {
    tasks::delete(&app, caller.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where a new task is: below the path it was posted to, so that a client of
/// either family stays in it.
fn location(uri: &Uri, id: TaskId) -> HeaderValue {
    let path = format!("{}/{id}", uri.path());
    // A path may hold bytes that are no ASCII; a header value may too.
    HeaderValue::from_bytes(path.as_bytes()).unwrap_or(HeaderValue::from_static("/api/tasks"))
}
