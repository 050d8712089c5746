//! What happened to tasks, as it is shown.

use rondo_app::history::{Feed, ShownChange, TaskHistory, Undone};
use rondo_domain::{Author, AuthorName, BatchId, TaskId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::{TaskResponse, task::shown};
use crate::http::openapi::schemas::history::{ActorKindName, ChangeActionName};

/// Who changed something.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActorResponse<'a> {
    /// Through which door.
    #[schema(value_type = ActorKindName, example = "token")]
    kind: &'static str,
    /// Which token, which program; null for the user in person.
    #[schema(required, max_length = 100, example = "laptop")]
    name: Option<&'a str>,
}

/// One change of one task.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeResponse<'a> {
    /// Counts the changes of the user: 1, 2, 3 … without gaps.
    #[schema(minimum = 1, example = 43)]
    id: i64,
    /// What else was changed by the same request has the same.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7w")]
    batch_id: &'a str,
    /// When.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    at: Timestamp,
    /// Who.
    actor: ActorResponse<'a>,
    /// What happened.
    #[schema(value_type = ChangeActionName, example = "completed")]
    action: &'static str,
    /// To which task.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 7)]
    task_id: i64,
    /// The task as it was on the list; null when it was not there.
    #[schema(required)]
    before: Option<TaskResponse<'a>>,
    /// The task as it is on the list since; null when it is not there.
    #[schema(required)]
    after: Option<TaskResponse<'a>>,
    /// The batch that this one undoes.
    #[schema(required, example = json!(null))]
    undoes: Option<&'a str>,
}

impl<'a> From<&'a Author> for ActorResponse<'a> {
    fn from(author: &'a Author) -> Self {
        Self { kind: author.kind.as_str(), name: author.name.as_ref().map(AuthorName::as_str) }
    }
}

impl<'a> From<&'a ShownChange> for ChangeResponse<'a> {
    fn from(change: &'a ShownChange) -> Self {
        Self {
            id: change.id.get(),
            batch_id: change.batch_id.as_str(),
            at: change.at,
            actor: ActorResponse::from(&change.author),
            action: change.action.as_str(),
            task_id: change.task_id.get(),
            before: change.before.as_ref().map(TaskResponse::from),
            after: change.after.as_ref().map(TaskResponse::from),
            undoes: change.undoes.as_ref().map(BatchId::as_str),
        }
    }
}

/// A part of the history, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeListResponse<'a> {
    /// At most `limit` of them.
    changes: Vec<ChangeResponse<'a>>,
    /// What to ask for next time as `after`.
    #[schema(minimum = 0, example = 43)]
    next_after: i64,
    /// Whether there is more already.
    has_more: bool,
    /// The number of the user's last change.
    #[schema(minimum = 0, example = 43)]
    latest: i64,
}

impl<'a> From<&'a Feed> for ChangeListResponse<'a> {
    fn from(feed: &'a Feed) -> Self {
        Self {
            changes: feed.changes.iter().map(ChangeResponse::from).collect(),
            next_after: feed.next_after,
            has_more: feed.has_more,
            latest: feed.latest,
        }
    }
}

/// A part of the history of one task, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskHistoryResponse<'a> {
    /// At most `limit` of them.
    changes: Vec<ChangeResponse<'a>>,
    /// What to ask for next time as `after`.
    #[schema(minimum = 0, example = 43)]
    next_after: i64,
    /// Whether there is more already.
    has_more: bool,
}

impl<'a> From<&'a TaskHistory> for TaskHistoryResponse<'a> {
    fn from(history: &'a TaskHistory) -> Self {
        Self {
            changes: history.changes.iter().map(ChangeResponse::from).collect(),
            next_after: history.next_after,
            has_more: history.has_more,
        }
    }
}

/// What undoing did.
#[derive(Serialize, ToSchema)]
pub(crate) struct UndoResponse<'a> {
    /// What this itself is undone by; null when there was nothing to do.
    #[schema(required, example = "mN2bVq8sYb1tPz0mXc4n")]
    batch_id: Option<&'a str>,
    /// The batch that was undone.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7w")]
    undoes: &'a str,
    /// The tasks that are on the list again as they were.
    tasks: Vec<TaskResponse<'a>>,
    /// The tasks that went to the trash, because the batch had made them.
    #[schema(example = json!([8]))]
    trashed: Vec<i64>,
}

impl<'a> UndoResponse<'a> {
    /// What came of undoing, as this batch.
    pub(crate) fn new(undone: &'a Undone, batch_id: Option<&'a BatchId>) -> Self {
        Self {
            batch_id: batch_id.map(BatchId::as_str),
            undoes: undone.undoes.as_str(),
            tasks: shown(&undone.tasks),
            trashed: undone.trashed.iter().copied().map(TaskId::get).collect(),
        }
    }
}
