//! Which tasks are asked for, in which order, and from where on.

use super::{Page, StatusFilter};
use crate::{DueDate, Priority, Problem, TagName};

/// Which tasks; everything that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Done or not.
    pub status: StatusFilter,
    /// A text in the title or the description, in any case.
    pub text: Option<SearchText>,
    /// One of these; `None` among them stands for tasks without a priority.
    /// Empty: any.
    pub priorities: Vec<Option<Priority>>,
    /// One of these labels. Empty: any.
    pub tags: Vec<TagName>,
    /// What is known of the due date.
    pub due: DueFilter,
}

/// What is known of the due date; everything that is set must hold. A day
/// alone is due at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DueFilter {
    /// Due earlier than this: a day means its beginning.
    pub before: Option<DueDate>,
    /// Due later than this: a day means its end.
    pub after: Option<DueDate>,
    /// Without a due date.
    pub none: bool,
}

impl TaskFilter {
    /// The most labels that one filter names.
    pub const MAX_TAGS: usize = 20;

    /// Whether the owner's totals say how many tasks pass, without counting.
    #[must_use]
    pub fn is_status_only(&self) -> bool {
        let Self { status: _, text, priorities, tags, due } = self;
        text.is_none() && priorities.is_empty() && tags.is_empty() && *due == DueFilter::default()
    }
}

/// A text to look for: 1 to 200 characters, folded like what it is compared to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// The longest text, in Unicode code points.
    pub const MAX_CHARS: usize = 200;

    /// Takes the white space around it away, and folds it.
    ///
    /// # Errors
    /// Nothing left, too long, or a NUL.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::TooShort { min: 1 });
        }
        crate::text::bounded(text, Self::MAX_CHARS)?;
        Ok(Self(crate::text::folded(text)))
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TaskSort {
    /// When it was made.
    #[default]
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// When it is due; tasks without a date come last in either order.
    DueDate,
    /// How much it matters; tasks without a priority come last in either order.
    Priority,
    /// What it is called, in any case.
    Title,
}

impl TaskSort {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::CreatedAt, Self::UpdatedAt, Self::DueDate, Self::Priority, Self::Title];

    /// The sort of that name in the API.
    ///
    /// # Errors
    /// Not one of the names.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        let found = Self::ALL.into_iter().find(|sort| sort.as_str() == name);
        found.ok_or(Problem::NotOneOf {
            expected: "'created_at', 'updated_at', 'due_date', 'priority' or 'title'",
        })
    }

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::DueDate => "due_date",
            Self::Priority => "priority",
            Self::Title => "title",
        }
    }

    /// The order when nothing is said: what one wants to see first.
    #[must_use]
    pub const fn default_order(self) -> SortOrder {
        match self {
            Self::CreatedAt | Self::UpdatedAt | Self::Priority => SortOrder::Descending,
            Self::DueDate | Self::Title => SortOrder::Ascending,
        }
    }
}

/// From small to large, or the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortOrder {
    /// From small to large.
    Ascending,
    /// From large to small.
    Descending,
}

impl SortOrder {
    /// The order of that name in the API.
    ///
    /// # Errors
    /// Not one of the two names.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        match name {
            "asc" => Ok(Self::Ascending),
            "desc" => Ok(Self::Descending),
            _ => Err(Problem::NotOneOf { expected: "'asc' or 'desc'" }),
        }
    }

    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

/// Where a page ended: the sort key of its last task and that task's id, which
/// tells apart what has the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The sort key as the store made it; nobody else reads it.
    pub key: SortKey,
    /// The last task of the page.
    pub task_id: i64,
}

/// What a task is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// A moment, in microseconds since 1970, or a rank.
    Number(i64),
    /// A text.
    Text(String),
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// After so many tasks.
    Offset(i64),
    /// After this one.
    After(Position),
}

/// A page of a list of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskQuery {
    /// Which tasks.
    pub filter: TaskFilter,
    /// By what they are sorted.
    pub sort: TaskSort,
    /// In which direction.
    pub order: SortOrder,
    /// How many at most: 1 to [`Page::MAX_LIMIT`].
    pub limit: i64,
    /// From where on.
    pub start: Start,
}

impl Default for TaskQuery {
    fn default() -> Self {
        Self {
            filter: TaskFilter::default(),
            sort: TaskSort::default(),
            order: TaskSort::default().default_order(),
            limit: Page::DEFAULT_LIMIT,
            start: Start::Offset(0),
        }
    }
}
