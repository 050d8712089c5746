//! What happened to tasks: who did it, what it was before, and how it is undone.
//!
//! Every change of a task is one [`Change`], numbered per user without gaps.
//! Changes that belong together are a batch, and are undone together.

mod author;
mod batch;
mod snapshot;
mod undo;

use crate::{ChangeId, Task, TaskId, Timestamp};

pub use author::{Author, AuthorKind, AuthorName};
pub use batch::BatchId;
pub use snapshot::Snapshot;
pub use undo::{Obstacle, Place, Reason, Step, plan_undo};

/// What happened to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeAction {
    /// It was made.
    Created,
    /// A field changed, and nothing below says it better.
    Updated,
    /// It was done, whatever else changed with it.
    Completed,
    /// It was to be done again, whatever else changed with it.
    Reopened,
    /// It went to the trash.
    Deleted,
    /// It came back from the trash.
    Restored,
    /// It was removed for good.
    Purged,
}

impl ChangeAction {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Updated,
        Self::Completed,
        Self::Reopened,
        Self::Deleted,
        Self::Restored,
        Self::Purged,
    ];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Completed => "completed",
            Self::Reopened => "reopened",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::Purged => "purged",
        }
    }

    /// The action of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// What happened to a task that is still on the list.
    #[must_use]
    pub const fn between(before: &Task, after: &Task) -> Self {
        match (before.completed, after.completed) {
            (false, true) => Self::Completed,
            (true, false) => Self::Reopened,
            _ => Self::Updated,
        }
    }
}

/// A change that has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// What it belongs to.
    pub batch_id: BatchId,
    /// When.
    pub at: Timestamp,
    /// Who, and through which door.
    pub author: Author,
    /// What happened.
    pub action: ChangeAction,
    /// To which task.
    pub task_id: TaskId,
    /// The task's version since then, in the trash as well.
    pub version: i64,
    /// The task as it was on the list; `None` when it was not there.
    pub before: Option<Task>,
    /// The task as it is on the list; `None` when it is not there any more.
    pub after: Option<Task>,
    /// The batch that this one undoes.
    pub undoes: Option<BatchId>,
}

/// One change of one task, with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Counts the changes of its user: 1, 2, 3 …
    pub id: ChangeId,
    /// What happened.
    pub change: NewChange,
}
