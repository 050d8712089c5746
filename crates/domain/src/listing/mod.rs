//! Which part of a list is asked for.

mod find;
mod stats;

use crate::{Problem, TaskCounts};

pub use find::{
    DueFilter, Position, SearchText, SortKey, SortOrder, Start, TaskFilter, TaskQuery, TaskSort,
};
pub use stats::{PriorityCounts, StatsBounds, TagCount, TaskStats};

/// A window on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    limit: i64,
    offset: i64,
}

impl Page {
    /// How many entries are shown when nothing is said.
    pub const DEFAULT_LIMIT: i64 = 100;
    /// The most that one answer holds.
    pub const MAX_LIMIT: i64 = 1000;

    /// Checks the number of entries asked for.
    ///
    /// # Errors
    /// Below 1 or above 1000.
    pub const fn parse_limit(limit: i64) -> Result<i64, Problem> {
        match limit {
            ..1 => Err(Problem::TooSmall { min: 1 }),
            1..=Self::MAX_LIMIT => Ok(limit),
            _ => Err(Problem::TooLarge { max: Self::MAX_LIMIT }),
        }
    }

    /// Checks the number of entries to skip.
    ///
    /// # Errors
    /// Below 0.
    pub const fn parse_offset(offset: i64) -> Result<i64, Problem> {
        if offset < 0 { Err(Problem::TooSmall { min: 0 }) } else { Ok(offset) }
    }

    /// A page from numbers that [`Self::parse_limit`] and
    /// [`Self::parse_offset`] accepted; others are brought into range.
    #[must_use]
    pub fn new(limit: i64, offset: i64) -> Self {
        Self { limit: limit.clamp(1, Self::MAX_LIMIT), offset: offset.max(0) }
    }

    /// How many entries at most.
    #[must_use]
    pub const fn limit(self) -> i64 {
        self.limit
    }

    /// How many entries are skipped.
    #[must_use]
    pub const fn offset(self) -> i64 {
        self.offset
    }
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: Self::DEFAULT_LIMIT, offset: 0 }
    }
}

/// Which tasks, by whether they are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusFilter {
    /// All of them.
    #[default]
    All,
    /// Those still to do.
    Pending,
    /// Those done.
    Completed,
}

impl StatusFilter {
    /// The filter of that name in the API.
    ///
    /// # Errors
    /// Not one of the three names.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        match name {
            "all" => Ok(Self::All),
            "pending" => Ok(Self::Pending),
            "completed" => Ok(Self::Completed),
            _ => Err(Problem::NotOneOf { expected: "'all', 'pending' or 'completed'" }),
        }
    }

    /// The state that a task must have to pass; `None` lets both pass.
    #[must_use]
    pub const fn completed(self) -> Option<bool> {
        match self {
            Self::All => None,
            Self::Pending => Some(false),
            Self::Completed => Some(true),
        }
    }

    /// How many of the counted tasks pass.
    #[must_use]
    pub const fn total(self, counts: TaskCounts) -> i64 {
        match self {
            Self::All => counts.all,
            Self::Pending => counts.all - counts.completed,
            Self::Completed => counts.completed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_1_to_1000_entries() {
        assert_eq!(Page::parse_limit(0), Err(Problem::TooSmall { min: 1 }));
        assert_eq!(Page::parse_limit(1), Ok(1));
        assert_eq!(Page::parse_limit(1000), Ok(1000));
        assert_eq!(Page::parse_limit(1001), Err(Problem::TooLarge { max: 1000 }));
        assert_eq!(Page::parse_offset(-1), Err(Problem::TooSmall { min: 0 }));
        assert_eq!(Page::parse_offset(i64::MAX), Ok(i64::MAX));
    }

    #[test]
    fn a_total_needs_no_counting() {
        let counts = TaskCounts { all: 5, completed: 2 };
        for (name, total) in [("all", 5), ("pending", 3), ("completed", 2)] {
            assert_eq!(StatusFilter::parse(name).map(|filter| filter.total(counts)), Ok(total));
        }
        assert!(StatusFilter::parse("done").is_err());
    }
}
