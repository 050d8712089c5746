//! What requests about tasks and tags may hold.

#![expect(
    dead_code,
    reason = "the fields are read by the macro that makes the schema, never at run time"
)]

use utoipa::ToSchema;

/// A task to create, by its fields, by a line of text, or by both.
///
/// One of `title` and `text` is needed, and a recurrence needs a due date.
// A struct cannot say the first of it: see `openapi::alternatives`.
#[derive(ToSchema)]
#[schema(example = json!({
    "title": "Buy milk",
    "description": "Two liters, oat",
    "due_date": "2026-11-22T17:00",
    "priority": "high",
    "tags": ["shopping"],
    "recurrence_rule": "FREQ=WEEKLY"
}))]
pub(crate) struct TaskCreate {
    /// What it is called; trimmed, and not blank.
    #[schema(
        required = false,
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\u0000]*[^\u0000\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000][^\u0000]*$"
    )]
    title: String,
    /// A line that the other fields are read from, as far as they are absent.
    #[schema(required = false)]
    text: TaskLine,
    /// What it is about; kept as written.
    #[schema(max_length = 1000, pattern = r"^[^\u0000]*$")]
    description: Option<String>,
    /// Whether it is done already.
    #[schema(default = false)]
    #[schema(required = false)]
    completed: bool,
    /// When it is due.
    due_date: Option<DueDateText>,
    /// How much it matters; `none` is another word for null.
    priority: Option<PriorityWord>,
    /// What it belongs to; a `#` before a label is taken away.
    #[schema(required = false, max_items = 20)]
    tags: Vec<TagText>,
    /// How it recurs: a rule of RFC 5545, or one word for it.
    recurrence_rule: Option<RecurrenceText>,
    /// From where the next date is counted.
    #[schema(required = false, default = "due")]
    recurrence_from: RecurrenceFromName,
}

/// A change of a task: what is absent stays as it is.
#[derive(ToSchema)]
#[schema(example = json!({"title": "Buy oat milk", "description": null}))]
pub(crate) struct TaskUpdate {
    /// What it is called; trimmed, and not blank.
    #[schema(
        required = false,
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\u0000]*[^\u0000\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000][^\u0000]*$"
    )]
    title: String,
    /// What it is about; null clears it.
    #[schema(max_length = 1000, pattern = r"^[^\u0000]*$")]
    description: Option<String>,
    /// Whether it is done.
    #[schema(required = false)]
    completed: bool,
    /// When it is due; null clears it, which a recurrence does not allow.
    due_date: Option<DueDateText>,
    /// How much it matters; null clears it.
    priority: Option<PriorityWord>,
    /// What it belongs to, in place of all labels that there are.
    #[schema(required = false, max_items = 20)]
    tags: Vec<TagText>,
    /// How it recurs; null ends that.
    recurrence_rule: Option<RecurrenceText>,
    /// From where the next date is counted.
    #[schema(required = false)]
    recurrence_from: RecurrenceFromName,
}

/// Whether a task is done.
#[derive(ToSchema)]
#[schema(example = json!({"completed": true}))]
pub(crate) struct TaskComplete {
    /// Sets it; absent, the task is turned around.
    #[schema(required = false)]
    completed: bool,
}

/// One change of many tasks.
#[derive(ToSchema)]
#[schema(example = json!({"ids": [1, 2, 3], "action": "complete"}))]
pub(crate) struct TaskBulk {
    /// Which tasks; never all of them because none is named.
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<TaskNumber>,
    /// What becomes of them.
    action: BulkActionName,
    /// What is to change; only with the action `update`, and then not empty.
    #[schema(required = false)]
    patch: TaskUpdate,
}

/// The number of a task.
#[derive(ToSchema)]
#[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
pub(crate) struct TaskNumber(i64);

/// What becomes of many tasks.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum BulkActionName {
    /// They are done.
    Complete,
    /// They are to be done again.
    Reopen,
    /// They go to the trash.
    Delete,
    /// They come back from the trash.
    Restore,
    /// They all change as `patch` says.
    Update,
}

/// A line to read a task from.
#[derive(ToSchema)]
#[schema(example = json!({"text": "Call Ana tomorrow at 9 #work p1 every week"}))]
pub(crate) struct TaskParse {
    /// The line.
    text: TaskLine,
}

/// A line of text. At most 200 characters may be left for the title.
#[derive(ToSchema)]
#[schema(
    min_length = 1,
    max_length = 2000,
    pattern = r"^[^\u0000]*[^\u0000\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000][^\u0000]*$",
    example = "Call Ana tomorrow at 9 #work p1 every week"
)]
pub(crate) struct TaskLine(String);

/// A day, or a day and a time, in the user's time zone. RFC 3339 with an
/// offset becomes what the user's calendar and clock then show.
#[derive(ToSchema)]
#[schema(
    pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?)?$",
    example = "2026-11-22T17:00"
)]
pub(crate) struct DueDateText(String);

/// How much a task matters, in any case. `p1` and `urgent` are high, `p2` and
/// `normal` medium, `p3` is low, `none` is null.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum PriorityWord {
    /// Before everything else.
    High,
    /// As usual.
    Medium,
    /// Can wait.
    Low,
    /// `high`.
    P1,
    /// `medium`.
    P2,
    /// `low`.
    P3,
    /// `high`.
    Urgent,
    /// `high`.
    Critical,
    /// `medium`.
    Normal,
    /// Nobody has said.
    None,
}

/// A rule of RFC 5545, `daily`, `weekly`, `monthly`, `yearly` or `weekdays`.
/// It may not fire more often than hourly, and has to fire at all.
#[derive(ToSchema)]
#[schema(min_length = 1, example = "FREQ=WEEKLY;BYDAY=MO,TH")]
pub(crate) struct RecurrenceText(String);

/// A label: one line, compared without regard to case.
#[derive(ToSchema)]
#[schema(
    min_length = 1,
    max_length = 50,
    pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$",
    example = "shopping"
)]
pub(crate) struct TagText(String);

/// A new name of a tag.
#[derive(ToSchema)]
#[schema(example = json!({"name": "groceries"}))]
pub(crate) struct TagRename {
    /// What it is called from now on.
    name: TagText,
}

/// What a part of a line was understood as: the field that it fills.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum SpanKindName {
    /// A day, a time, or both.
    DueDate,
    /// How much it matters.
    Priority,
    /// One label, with its `#`.
    Tags,
    /// How it recurs.
    RecurrenceRule,
}

/// How much a task matters.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum PriorityName {
    /// Before everything else.
    High,
    /// As usual.
    Medium,
    /// Can wait.
    Low,
}

/// From where the next date of a task that recurs is counted.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum RecurrenceFromName {
    /// From the due date, however late the task was done: rent.
    Due,
    /// From the day on which it was done: a haircut.
    Completion,
}
