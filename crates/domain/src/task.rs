//! A task: what it is, and what may happen to it.

use crate::{Description, TaskCounts, TaskId, Timestamp, Title, UserId};

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
    /// When it was made; it never changes.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
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
}

/// What became of a task that was asked to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskChange {
    /// It was like that already: nothing to store, `updated_at` stays.
    Unchanged(Task),
    /// It changed; the counts say by how much the owner's totals move.
    Changed(Task, TaskCounts),
}

impl TaskChange {
    /// The task as it is now.
    #[must_use]
    pub fn into_task(self) -> Task {
        match self {
            Self::Unchanged(task) | Self::Changed(task, _) => task,
        }
    }
}

impl Task {
    /// The smallest step of `updated_at`: what the API can show.
    const STEP_MICROS: i64 = 1_000;

    /// Gives a new task its id, owner and birthday.
    #[must_use]
    pub fn create(id: TaskId, user_id: UserId, new: NewTask, now: Timestamp) -> Self {
        let NewTask { title, description, completed } = new;
        Self { id, user_id, title, description, completed, created_at: now, updated_at: now }
    }

    /// What the owner's totals are moved by when this task appears.
    #[must_use]
    pub fn counts(&self) -> TaskCounts {
        TaskCounts { all: 1, completed: i64::from(self.completed) }
    }

    /// Applies a partial change.
    ///
    /// `updated_at` moves on every change, even when the clock did not: two
    /// changes within a millisecond are still told apart by a client.
    #[must_use]
    pub fn patched(self, patch: TaskPatch, now: Timestamp) -> TaskChange {
        let mut task = self.clone();
        if let Some(title) = patch.title {
            task.title = title;
        }
        if let Some(description) = patch.description {
            task.description = description;
        }
        if let Some(completed) = patch.completed {
            task.completed = completed;
        }
        if task == self {
            return TaskChange::Unchanged(self);
        }
        task.updated_at = now.max(self.updated_at.plus_micros(Self::STEP_MICROS));
        let completed = i64::from(task.completed) - i64::from(self.completed);
        TaskChange::Changed(task, TaskCounts { all: 0, completed })
    }

    /// Sets whether the task is done; `None` turns it around.
    #[must_use]
    pub fn with_completed(self, completed: Option<bool>, now: Timestamp) -> TaskChange {
        let completed = Some(completed.unwrap_or(!self.completed));
        self.patched(TaskPatch { completed, ..TaskPatch::default() }, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds).expect("a test moment is valid")
    }

    fn title(text: &str) -> Title {
        Title::parse(text).expect("a test title is valid")
    }

    fn task() -> Task {
        let new = NewTask {
            title: title("Buy milk"),
            description: Some(Description::parse("oat".to_owned()).expect("short")),
            completed: false,
        };
        let owner = UserId::parse("ada").expect("a test id is valid");
        Task::create(TaskId::new(1).expect("one is an id"), owner, new, at(100))
    }

    #[test]
    fn an_empty_patch_changes_nothing() {
        assert_eq!(task().patched(TaskPatch::default(), at(200)), TaskChange::Unchanged(task()));
    }

    #[test]
    fn a_patch_changes_what_it_names_and_keeps_the_rest() {
        let patch = TaskPatch { title: Some(title("Buy tea")), ..TaskPatch::default() };
        let changed = task().patched(patch, at(200)).into_task();
        assert_eq!(changed, Task { title: title("Buy tea"), updated_at: at(200), ..task() });
    }

    #[test]
    fn a_description_can_be_cleared() {
        let patch = TaskPatch { description: Some(None), ..TaskPatch::default() };
        assert_eq!(task().patched(patch, at(200)).into_task().description, None);
    }

    #[test]
    fn updated_at_moves_even_when_the_clock_stands_still_or_goes_back() {
        for now in [at(100), at(50)] {
            let changed = task().with_completed(None, now).into_task();
            assert_eq!(changed.updated_at, at(100).plus_micros(1_000));
            assert_eq!(changed.created_at, at(100));
        }
    }

    #[test]
    fn completing_toggles_or_sets_and_counts() {
        let one = TaskCounts { all: 0, completed: 1 };
        let done = task().with_completed(None, at(200));
        assert!(
            matches!(&done, TaskChange::Changed(task, counts) if task.completed && *counts == one)
        );
        let done = done.into_task();
        assert_eq!(
            done.clone().with_completed(Some(true), at(300)),
            TaskChange::Unchanged(done.clone())
        );
        let reopened = done.with_completed(None, at(300));
        assert!(
            matches!(reopened, TaskChange::Changed(task, counts) if !task.completed && counts.completed == -1)
        );
    }
}
