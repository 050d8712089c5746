//! Tasks as they are shown, on the list and in the trash.

use rondo_app::tasks::{Listed, TrashList, TrashedTask};
use rondo_domain::{
    BatchId, Description, DueDate, Priority, RecurrenceFrom, RecurrenceRule, ShownTask, TagName,
    TaskId, Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::openapi::schemas::tasks::{PriorityName, RecurrenceFromName};

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
    /// A day, or a day and a time, as the owner's calendar and clock show it.
    #[schema(required, value_type = Option<String>, example = "2026-11-22T17:00")]
    due_date: Option<DueDate>,
    /// The moment that the due date is in the owner's time zone; a day alone
    /// is due at its end.
    #[schema(
        required,
        value_type = Option<String>,
        format = DateTime,
        example = "2026-11-22T17:00:00.000Z"
    )]
    due_at: Option<Timestamp>,
    /// How much it matters.
    #[schema(required, value_type = Option<PriorityName>)]
    priority: Option<&'static str>,
    /// What it belongs to: labels without the `#` before them.
    #[schema(max_items = 20, example = json!(["shopping"]))]
    tags: Vec<&'a str>,
    /// How it recurs: a rule of RFC 5545.
    #[schema(required, value_type = Option<String>, example = "FREQ=WEEKLY")]
    recurrence_rule: Option<&'a RecurrenceRule>,
    /// From where the next date is counted; says nothing without a rule.
    #[schema(value_type = RecurrenceFromName, example = "due")]
    recurrence_from: &'static str,
    /// One more with every change; the `ETag` of the task.
    #[schema(minimum = 1, example = 1)]
    version: i64,
    /// The task that this one follows, when that one recurs.
    #[schema(required, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = json!(null))]
    previous_task_id: Option<i64>,
    /// The task that followed when this one was done, when it recurs.
    #[schema(required, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = json!(null))]
    next_task_id: Option<i64>,
    /// Since when it is done.
    #[schema(required, value_type = Option<String>, format = DateTime, example = json!(null))]
    completed_at: Option<Timestamp>,
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

impl<'a> From<&'a ShownTask> for TaskResponse<'a> {
    fn from(ShownTask { task, due_at }: &'a ShownTask) -> Self {
        let plan = &task.plan;
        let from = plan.recurrence.as_ref().map(|recurrence| recurrence.from).unwrap_or_default();
        Self {
            id: task.id.get(),
            title: task.title.as_str(),
            description: task.description.as_ref().map(Description::as_str),
            completed: task.completed,
            due_date: plan.due,
            due_at: *due_at,
            priority: plan.priority.map(Priority::as_str),
            tags: plan.tags.as_slice().iter().map(TagName::as_str).collect(),
            recurrence_rule: plan.recurrence.as_ref().map(|recurrence| &recurrence.rule),
            recurrence_from: RecurrenceFrom::as_str(from),
            version: task.version,
            previous_task_id: task.previous_task_id.map(TaskId::get),
            next_task_id: task.next_task_id.map(TaskId::get),
            completed_at: task.completed_at,
            user_id: task.user_id.as_str(),
            created_at: task.created_at,
            updated_at: task.updated_at,
        }
    }
}

/// What several tasks look like.
pub(super) fn shown(tasks: &[ShownTask]) -> Vec<TaskResponse<'_>> {
    tasks.iter().map(TaskResponse::from).collect()
}

/// A part of the list of tasks.
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
    /// As asked for; 0 with a cursor.
    #[schema(minimum = 0, example = 0)]
    offset: i64,
    /// Where the next page begins; null when this is the last one.
    #[schema(required, example = json!(null))]
    next_cursor: Option<&'a str>,
}

impl<'a> From<&'a Listed> for TaskListResponse<'a> {
    fn from(listed: &'a Listed) -> Self {
        Self {
            tasks: shown(&listed.tasks),
            total: listed.total,
            limit: listed.limit,
            offset: listed.offset,
            next_cursor: listed.next_cursor.as_deref(),
        }
    }
}

/// A task in the trash.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrashedTaskResponse<'a> {
    #[serde(flatten)]
    task: TaskResponse<'a>,
    /// When it went there.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    deleted_at: Timestamp,
}

impl<'a> From<&'a TrashedTask> for TrashedTaskResponse<'a> {
    fn from(trashed: &'a TrashedTask) -> Self {
        Self { task: TaskResponse::from(&trashed.task), deleted_at: trashed.deleted_at }
    }
}

/// A part of the trash, what was deleted last first.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrashResponse<'a> {
    /// At most `limit` of them.
    tasks: Vec<TrashedTaskResponse<'a>>,
    /// How many tasks are in the trash in all.
    #[schema(minimum = 0, example = 1)]
    total: i64,
    /// As asked for.
    #[schema(minimum = 1, maximum = 1000, example = 100)]
    limit: i64,
    /// As asked for.
    #[schema(minimum = 0, example = 0)]
    offset: i64,
    /// Always null: the pages of the trash are reached by `offset`.
    #[schema(required, value_type = Option<String>, example = json!(null))]
    next_cursor: (),
}

impl<'a> From<&'a TrashList> for TrashResponse<'a> {
    fn from(trash: &'a TrashList) -> Self {
        Self {
            tasks: trash.tasks.iter().map(TrashedTaskResponse::from).collect(),
            total: trash.total,
            limit: trash.page.limit(),
            offset: trash.page.offset(),
            next_cursor: (),
        }
    }
}

/// What a call about many tasks did.
#[derive(Serialize, ToSchema)]
pub(crate) struct BulkResponse<'a> {
    /// The tasks, in the order of `ids`; deleted ones as they are in the trash.
    tasks: Vec<TaskResponse<'a>>,
    /// What all of it is undone by; null when nothing changed.
    #[schema(required, example = "Vq8sYb1tPz0mXc4nRk7w")]
    batch_id: Option<&'a str>,
}

impl<'a> BulkResponse<'a> {
    /// What became of the tasks, as this batch.
    pub(crate) fn new(tasks: &'a [ShownTask], batch_id: Option<&'a BatchId>) -> Self {
        Self { tasks: shown(tasks), batch_id: batch_id.map(BatchId::as_str) }
    }
}
