//! What happened to tasks: written down with each change, kept for a while, and
//! undone if somebody wants to.

mod feed;
mod journal;
mod look;
mod sweep;
mod undo;

pub use feed::{Feed, ShownChange, TaskHistory, feed, of_task};
pub(crate) use journal::Journal;
pub(crate) use look::{Undoable, undoable};
pub(crate) use sweep::{Sweeper, remove_for_good, remove_old};
pub use undo::{UndoTarget, Undone, undo};

#[cfg(test)]
mod tests;
