//! How many tasks there are of each kind.

use crate::{DueDate, TagName, Timestamp};

/// What a calendar and a clock say about the tasks that are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatsBounds {
    /// The earliest due date that is not past: see [`DueDate::earliest_open`].
    pub open: DueDate,
    /// Today, as a day alone.
    pub today: DueDate,
    /// When each of the last seven days began, today last, and when today ends.
    pub days: [Timestamp; 8],
}

/// How many tasks somebody has, by what is to be known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskStats {
    /// All of them.
    pub total: i64,
    /// Those still to do.
    pub pending: i64,
    /// Those done.
    pub completed: i64,
    /// Those still to do that were due before now.
    pub overdue: i64,
    /// Those still to do that are due today.
    pub due_today: i64,
    /// All of them, by how much they matter.
    pub by_priority: PriorityCounts,
    /// Those done on each of the last seven days, today last.
    pub completed_last_7_days: [i64; 7],
}

/// How many tasks there are of each priority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PriorityCounts {
    /// Before everything else.
    pub high: i64,
    /// As usual.
    pub medium: i64,
    /// Can wait.
    pub low: i64,
    /// Nobody has said.
    pub none: i64,
}

/// A label, and how many tasks have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    /// As it is spelled on the task that was made last among them.
    pub name: TagName,
    /// How many tasks have it, in whichever spelling.
    pub count: i64,
}
