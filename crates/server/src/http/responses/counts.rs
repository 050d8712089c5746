//! How many tasks there are of which kind.

use rondo_domain::{PriorityCounts, TagCount, TaskStats};
use serde::Serialize;
use utoipa::ToSchema;

/// How many tasks there are, as the owner's calendar and clock have it now.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "total": 12,
    "pending": 7,
    "completed": 5,
    "overdue": 1,
    "due_today": 2,
    "by_priority": {"high": 1, "medium": 2, "low": 0, "none": 9},
    "completed_last_7_days": [0, 1, 0, 2, 0, 0, 2]
}))]
pub(crate) struct TaskStatsResponse {
    /// All of them.
    #[schema(minimum = 0)]
    total: i64,
    /// Those still to do.
    #[schema(minimum = 0)]
    pending: i64,
    /// Those done.
    #[schema(minimum = 0)]
    completed: i64,
    /// Those still to do that were due before now.
    #[schema(minimum = 0)]
    overdue: i64,
    /// Those still to do that are due today.
    #[schema(minimum = 0)]
    due_today: i64,
    /// All of them.
    by_priority: PriorityCountsResponse,
    /// How many were done on each of the last seven days, today last.
    #[schema(value_type = Vec<i64>, min_items = 7, max_items = 7)]
    completed_last_7_days: [i64; 7],
}

/// How many tasks there are of each priority.
#[derive(Serialize, ToSchema)]
pub(crate) struct PriorityCountsResponse {
    /// Before everything else.
    #[schema(minimum = 0)]
    high: i64,
    /// As usual.
    #[schema(minimum = 0)]
    medium: i64,
    /// Can wait.
    #[schema(minimum = 0)]
    low: i64,
    /// Nobody has said.
    #[schema(minimum = 0)]
    none: i64,
}

/// A tag, and how many tasks have it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TagResponse<'a> {
    /// The tag, without the `#` before it.
    #[schema(min_length = 1, max_length = 50, example = "shopping")]
    name: &'a str,
    /// How many tasks on the list have it, in whichever spelling.
    #[schema(minimum = 0, example = 3)]
    count: i64,
}

impl From<&TaskStats> for TaskStatsResponse {
    fn from(stats: &TaskStats) -> Self {
        let PriorityCounts { high, medium, low, none } = stats.by_priority;
        Self {
            total: stats.total,
            pending: stats.pending,
            completed: stats.completed,
            overdue: stats.overdue,
            due_today: stats.due_today,
            by_priority: PriorityCountsResponse { high, medium, low, none },
            completed_last_7_days: stats.completed_last_7_days,
        }
    }
}

impl<'a> From<&'a TagCount> for TagResponse<'a> {
    fn from(tag: &'a TagCount) -> Self {
        Self { name: tag.name.as_str(), count: tag.count }
    }
}
