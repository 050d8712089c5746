//! Refusals that show more than a sentence: which task is in the way, or where
//! to go on from.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use rondo_app::{Error, InTheWay};
use serde::Serialize;
use utoipa::ToSchema;

use super::TaskResponse;
use crate::http::{error::ErrorBody, extract::ETag, openapi::schemas::history::ObstacleReasonName};

/// What a use case refused, in words and with what they are about. Whoever
/// calls it sets the status.
pub(crate) fn refusal(error: &Error, detail: &str) -> Response {
    let code = error.code();
    match error {
        Error::PreconditionFailed(shown) => {
            let task = TaskResponse::from(&**shown);
            let body = PreconditionFailedResponse { detail, code, task };
            // What to send as `If-Match` next time.
            (ETag(shown.task.version), Json(body)).into_response()
        }
        Error::UndoConflict(tasks) => {
            let tasks = tasks.iter().map(ObstacleResponse::from).collect();
            Json(UndoConflictResponse { detail, code, tasks }).into_response()
        }
        Error::ChangesPurged { latest } => {
            Json(ChangesPurgedResponse { detail, code, latest: *latest }).into_response()
        }
        _ => Json(ErrorBody { detail, code, request_id: None }).into_response(),
    }
}

/// The task is not what the client thinks it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreconditionFailedResponse<'a> {
    /// A sentence for people.
    detail: &'a str,
    /// Always `precondition_failed`.
    #[schema(pattern = "^precondition_failed$", example = "precondition_failed")]
    code: &'a str,
    /// The task as it is.
    task: TaskResponse<'a>,
}

/// What was asked for is no longer kept, or not there yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangesPurgedResponse<'a> {
    /// A sentence for people.
    detail: &'a str,
    /// Always `changes_purged`.
    #[schema(pattern = "^changes_purged$", example = "changes_purged")]
    code: &'a str,
    /// The number of the last change: read all tasks once more, and go on from
    /// here.
    #[schema(minimum = 0, example = 43)]
    latest: i64,
}

/// Tasks have changed since, and undoing would lose that.
#[derive(Serialize, ToSchema)]
pub(crate) struct UndoConflictResponse<'a> {
    /// A sentence for people.
    detail: &'a str,
    /// Always `undo_conflict`.
    #[schema(pattern = "^undo_conflict$", example = "undo_conflict")]
    code: &'a str,
    /// Those in the way.
    tasks: Vec<ObstacleResponse<'a>>,
}

/// A task in the way.
#[derive(Serialize, ToSchema)]
pub(crate) struct ObstacleResponse<'a> {
    /// Which task.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 7)]
    task_id: i64,
    /// What happened to it since.
    #[schema(value_type = ObstacleReasonName, example = "changed")]
    reason: &'static str,
    /// The task as it is; null when it is not on the list.
    #[schema(required)]
    task: Option<TaskResponse<'a>>,
}

impl<'a> From<&'a InTheWay> for ObstacleResponse<'a> {
    fn from(InTheWay { task_id, reason, task }: &'a InTheWay) -> Self {
        Self {
            task_id: task_id.get(),
            reason: reason.as_str(),
            task: task.as_ref().map(TaskResponse::from),
        }
    }
}
