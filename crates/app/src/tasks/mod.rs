//! What can be done with tasks: load, decide, save, in one transaction.

mod bulk;
mod change;
mod create;
mod read;
mod target;
mod trash;

pub use bulk::bulk;
pub use change::{set_completed, update};
pub use create::create;
pub use read::{Listed, TrashList, TrashedTask, list, parse, show, stats, trash};
pub use target::{IfMatch, Target};
pub use trash::{delete, empty_trash, purge, restore};

#[cfg(test)]
mod tests;
