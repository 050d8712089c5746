//! A task: what it is, and what may happen to it.

mod change;
mod view;

use crate::{
    Description, DueDate, Priority, Recurrence, RecurrenceFrom, RecurrenceRule, Tags, TaskCounts,
    TaskId, Timestamp, Title, UserId,
};

pub use change::{Changed, PlanProblem, TaskChange};
pub use view::ShownTask;

/// A user's to-do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Unique over all users.
    pub id: TaskId,
    /// The owner; it never changes.
    pub user_id: UserId,
    /// What it is called.
    pub title: Title,
    /// What it is about.
    pub description: Option<Description>,
    /// Whether it is done.
    pub completed: bool,
    /// When it is due, how much it matters, what it belongs to, how it recurs.
    pub plan: Plan,
    /// 1 at first, and one more with every change, undoing included: no two
    /// states of a task have the same.
    pub version: i64,
    /// The task that this one follows, if that one recurs.
    pub previous_task_id: Option<TaskId>,
    /// The task that followed when this one was done, if it recurs.
    pub next_task_id: Option<TaskId>,
    /// Since when it is done.
    pub completed_at: Option<Timestamp>,
    /// When it was made; it never changes.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// When a task is due, how much it matters, what it belongs to, how it recurs.
///
/// A recurrence needs a due date; [`Plan::check`] says whether it has one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// A day, or a day and a time, in the owner's time zone.
    pub due: Option<DueDate>,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// What it belongs to.
    pub tags: Tags,
    /// How it recurs.
    pub recurrence: Option<Recurrence>,
}

/// A task that has no id yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// What it is called.
    pub title: Title,
    /// What it is about.
    pub description: Option<Description>,
    /// Whether it is done already.
    pub completed: bool,
    /// When it is due, and so on.
    pub plan: Plan,
    /// The task that it follows.
    pub previous_task_id: Option<TaskId>,
}

impl NewTask {
    /// A task that is to be done, and nothing else is known of it.
    #[must_use]
    pub const fn titled(title: Title) -> Self {
        Self {
            title,
            description: None,
            completed: false,
            plan: Plan::NONE,
            previous_task_id: None,
        }
    }
}

/// A partial change: `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskPatch {
    /// A new title.
    pub title: Option<Title>,
    /// A new description; `Some(None)` clears it.
    pub description: Option<Option<Description>>,
    /// Done or not.
    pub completed: Option<bool>,
    /// Another due date; `Some(None)` clears it.
    pub due: Option<Option<DueDate>>,
    /// Another priority; `Some(None)` clears it.
    pub priority: Option<Option<Priority>>,
    /// Other labels, in place of all that there are.
    pub tags: Option<Tags>,
    /// Another rule; `Some(None)` clears it.
    pub recurrence_rule: Option<Option<RecurrenceRule>>,
    /// From where the rule counts.
    pub recurrence_from: Option<RecurrenceFrom>,
}

impl Task {
    /// The version of a new task.
    const FIRST_VERSION: i64 = 1;

    /// Gives a new task its id, owner and birthday.
    #[must_use]
    pub fn create(id: TaskId, user_id: UserId, new: NewTask, now: Timestamp) -> Self {
        let NewTask { title, description, completed, plan, previous_task_id } = new;
        Self {
            id,
            user_id,
            title,
            description,
            completed,
            plan,
            version: Self::FIRST_VERSION,
            previous_task_id,
            next_task_id: None,
            completed_at: completed.then_some(now),
            created_at: now,
            updated_at: now,
        }
    }

    /// What the owner's totals are moved by when this task appears.
    #[must_use]
    pub fn counts(&self) -> TaskCounts {
        TaskCounts { all: 1, completed: i64::from(self.completed) }
    }
}

#[cfg(test)]
mod tests;
