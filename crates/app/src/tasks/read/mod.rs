//! Reading tasks: one of them, a page of a list or of the trash, how many there
//! are, and what a line of text would be.

mod cursor;
mod list;
mod parse;
mod stats;
#[cfg(test)]
mod tests;
mod trashed;

pub use list::{Listed, list, show};
pub use parse::parse;
pub use stats::stats;
pub use trashed::{TrashList, TrashedTask, trash};
