//! Many tasks at once.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use rondo_app::{App, input, tasks};

use crate::http::{
    error::ApiError,
    extract::{Caller, JsonBody, Keyed},
    openapi::schemas::tasks::TaskBulk,
    responses::{BulkResponse, Marks},
};

/// Change many tasks at once
///
/// All of them or none, as one batch: a single id that does not exist, or is
/// somebody else's, refuses the whole. `patch` goes with `update`, and says
/// what the body of a `PATCH` says. Tasks that are like that already stay as
/// they are.
#[utoipa::path(
    post,
    path = "/api/tasks/bulk",
    tag = "tasks",
    request_body(content = TaskBulk),
    responses((status = 200, description = "The tasks as they are now", body = BulkResponse))
)]
pub(crate) async fn change_tasks(
    caller: Caller,
    State(app): State<App>,
    keyed: Keyed<JsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let bulk = input::bulk(keyed.body.0)?;
    let (tasks, marks) = Marks::of(tasks::bulk(&app, &batch, bulk).await?);
    let body = BulkResponse::new(&tasks, marks.batch_id.as_ref());
    let body = Json(body).into_response();
    Ok((marks, body).into_response())
}
