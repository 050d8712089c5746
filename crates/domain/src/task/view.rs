//! A task as its owner sees it.

use super::Task;
use crate::{TimeZoneName, Timestamp};

/// A task, and the moment that its due date is in its owner's time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTask {
    /// The task.
    pub task: Task,
    /// The moment after which it is overdue: see [`crate::DueDate::due_at`].
    pub due_at: Option<Timestamp>,
}

impl ShownTask {
    /// The task as somebody in this time zone sees it.
    #[must_use]
    pub fn new(task: Task, zone: &TimeZoneName) -> Self {
        let due_at = task.plan.due.map(|due| due.due_at(zone));
        Self { task, due_at }
    }
}
