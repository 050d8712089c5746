//! The part of a migration that SQL cannot do: folding what a search looks
//! through.
//!
//! `lower()` is right for ASCII, and for nothing else in SQLite or in a
//! PostgreSQL database of the locale C. What holds more is folded here, so that
//! a task of before the search is found like one that was written after.

use rondo_domain::{Description, Title, search_text};

/// The migration that adds the column.
pub(crate) const SINCE: i64 = 12;

/// The next thousand rows, behind one, that are not all ASCII: whose they are, their
/// number, title, description and what a search looks through.
pub(crate) const NEXT: &str = "select user_id, id, title, description, search_text from tasks
     where (user_id, id) > ($1, $2) and octet_length(search_text) > length(search_text)
     order by user_id, id limit 1000";

/// Replaces what a search looks through.
pub(crate) const REPLACE: &str = "update tasks set search_text = $1 where user_id = $2 and id = $3";

/// A row as [`NEXT`] gives it.
pub(crate) struct Row {
    pub(crate) user_id: String,
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) search_text: String,
}

impl Row {
    /// What the row should hold, if it holds something else. A row that makes
    /// no sense is left as it is, for whoever reads it to report.
    pub(crate) fn mended(&self) -> Option<String> {
        let title = Title::parse(&self.title).ok()?;
        let description = self.description.clone().map(Description::parse).transpose().ok()?;
        let folded = search_text(&title, description.as_ref());
        (folded != self.search_text).then_some(folded)
    }
}
