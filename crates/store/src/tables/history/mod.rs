//! What happened to tasks, those that are in the trash, and what was answered
//! to requests that may come again: everything that lets a client undo, catch
//! up and retry.

mod answers;
mod changes;
mod feed;
mod marks;
mod trash;

use rondo_domain::{Snapshot, Task, UserId};

use crate::StoreError;

pub use answers::StoredAnswer;
pub use changes::Moved;
pub use feed::ChangePage;
pub use marks::{ChangeMark, MarkPage};
pub use trash::{TrashPage, Trashed};

/// A task as text.
fn write_snapshot(task: &Task) -> Result<String, StoreError> {
    serde_json::to_string(&Snapshot::from(task)).map_err(|error| StoreError::Internal(error.into()))
}

/// A task from such a text; `None` when it is none.
fn read_snapshot(text: &str, owner: &UserId) -> Option<Task> {
    serde_json::from_str::<Snapshot>(text).ok()?.into_task(owner)
}
