//! Which part of a list is asked for, and in which order.

#![expect(
    dead_code,
    reason = "the fields are read by the macro that makes the schema, never at run time"
)]

use utoipa::{IntoParams, ToSchema};

/// Which part of the list of tasks.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TaskListQuery {
    /// Only those done, or only those not done.
    #[param(required = false)]
    completed: bool,
    /// The same in other words; must not contradict `completed`.
    #[param(required = false, inline)]
    status: StatusName,
    /// A text in the title or the description, in any case.
    #[param(required = false, max_length = 200, pattern = r"^[^\u0000]*$", example = "milk")]
    q: String,
    /// One of these, with commas between them: `high`, `medium`, `low`, `none`.
    #[param(
        required = false,
        pattern = "^(high|medium|low|none)(,(high|medium|low|none)){0,9}$",
        example = "high,medium"
    )]
    priority: String,
    /// One of these labels; may be repeated.
    #[param(required = false, max_items = 20, style = Form, explode)]
    tag: Vec<super::tasks::TagText>,
    /// Due earlier than this; a day means its beginning.
    #[param(required = false, value_type = String, format = Date, example = "2026-11-23")]
    due_before: String,
    /// Due later than this; a day means its end.
    #[param(required = false, value_type = String, format = Date, example = "2026-11-21")]
    due_after: String,
    /// Only those to be done that were due before now. Not with tasks that are
    /// done.
    #[param(required = false, default = false)]
    overdue: bool,
    /// Only those without a due date. Not with another filter of the due date.
    #[param(required = false, default = false)]
    no_due: bool,
    /// By what the list is sorted. Tasks without a due date, or without a
    /// priority, come last in either order.
    #[param(required = false, inline, default = "created_at")]
    sort: TaskSortName,
    /// From small to large, or the other way. When it is not said: titles and
    /// due dates from small to large, everything else the other way.
    #[param(required = false, inline)]
    order: SortOrderName,
    /// How many at most.
    #[param(required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: i64,
    /// The `next_cursor` of the page before; with the same `sort` and `order`.
    #[param(required = false)]
    cursor: String,
    /// How many to skip; any number. Not with `cursor`.
    #[param(required = false, value_type = usize, minimum = 0, default = 0)]
    offset: i64,
}

/// Which tasks, by whether they are done.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum StatusName {
    /// All of them.
    All,
    /// Those still to do.
    Pending,
    /// Those done.
    Completed,
}

/// By what a list is sorted.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum TaskSortName {
    /// When it was made.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// When it is due.
    DueDate,
    /// How much it matters.
    Priority,
    /// What it is called, in any case.
    Title,
}

/// From small to large, or the other way.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum SortOrderName {
    /// From small to large.
    Asc,
    /// From large to small.
    Desc,
}
