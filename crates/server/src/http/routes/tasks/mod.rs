//! Tasks: one, many, the list, the trash, and lines of text.

pub(in crate::http) mod bulk;
pub(in crate::http) mod list;
pub(in crate::http) mod parse;
pub(in crate::http) mod trash;
pub(in crate::http) mod write;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use rondo_app::Done;
use rondo_domain::ShownTask;

use crate::http::{
    extract::ETag,
    responses::{Marks, TaskResponse},
};

/// A task, with its version for conditions.
fn one(shown: &ShownTask) -> Response {
    (ETag(shown.task.version), Json(TaskResponse::from(shown))).into_response()
}

/// A task as a write left it.
fn written(done: Done<ShownTask>) -> Response {
    let (shown, marks) = Marks::of(done);
    (marks, one(&shown)).into_response()
}
