//! What a list is asked for, as the parameters of its statement.
//!
//! A filter that is not set is a parameter that lets everything pass: so few
//! statements serve all combinations.

use rondo_domain::{
    DueDate, DueFilter, Position, SortKey, Start, StatusFilter, TaskFilter, TaskQuery, TaskSort,
    Timestamp,
};

use super::statements::{Filter, NO_DUE_DATE};
use crate::{
    StoreError,
    sql::{Moment, Param},
    tables::tasks::{due_key, priority_rank},
};

/// After everything that stands in the place of a missing due date.
const LAST: &str = "~~";

/// Parameters, before they are put in the order of a statement.
pub(super) struct Given<'a> {
    owner: &'a str,
    completed: [bool; 2],
    /// A part of a text for `instr`, a pattern for `like`.
    text: String,
    /// Between these, both excluded.
    due: [String; 2],
    /// The rank 0 stands for no priority.
    priorities: [i64; 4],
    tags: [Option<String>; TaskFilter::MAX_TAGS],
    is_after: bool,
    key: Key,
    id: i64,
    limit: i64,
    offset: i64,
}

/// A sort key, of the type that the statement compares it to.
enum Key {
    Moment(Option<Moment>),
    Number(Option<i64>),
    Text(Option<String>),
}

impl<'a> Given<'a> {
    /// # Errors
    /// A position that is not of this sort, or more tags than a filter has.
    pub(super) fn new(
        owner: &'a str,
        query: &'a TaskQuery,
        is_postgres: bool,
    ) -> Result<Self, StoreError> {
        let filter = &query.filter;
        let (position, offset) = match &query.start {
            Start::Offset(offset) => (None, *offset),
            Start::After(position) => (Some(position), 0),
        };
        Ok(Self {
            owner,
            completed: match filter.status {
                StatusFilter::All => [false, true],
                StatusFilter::Pending => [false, false],
                StatusFilter::Completed => [true, true],
            },
            text: text(filter, is_postgres),
            due: due(filter.due),
            priorities: priorities(filter),
            tags: tags(filter)?,
            is_after: position.is_some(),
            key: Key::new(query.sort, position)?,
            id: position.map_or(0, |position| position.task_id),
            // Behind a position nobody knows how many follow: one more tells.
            limit: query.limit.saturating_add(i64::from(position.is_some())),
            offset,
        })
    }

    /// For a list by when tasks were made, with no filter but the status.
    pub(super) fn newest(&self, status: StatusFilter) -> Vec<&dyn Param> {
        let mut params: Vec<&dyn Param> = vec![&self.owner];
        if status.completed().is_some() {
            params.push(&self.completed[0]);
        }
        if self.is_after {
            params.extend([self.key.param(), &self.id]);
        }
        params.push(&self.limit);
        if !self.is_after {
            params.push(&self.offset);
        }
        params
    }

    /// For any other list.
    pub(super) fn listed(&self, filter: Filter) -> Vec<&dyn Param> {
        let mut params: Vec<&dyn Param> = vec![&self.owner];
        if !matches!(filter, Filter::None | Filter::Tags) {
            params.push(&self.text);
        }
        params.extend(self.completed.iter().map(|completed| completed as &dyn Param));
        if matches!(filter, Filter::Fields | Filter::Due | Filter::All) {
            params.extend(self.due.iter().map(|due| due as &dyn Param));
            params.extend(self.priorities.iter().map(|priority| priority as &dyn Param));
        }
        if matches!(filter, Filter::Tags | Filter::All) {
            params.extend(self.tags.iter().map(|tag| tag as &dyn Param));
        }
        let last: [&dyn Param; 5] =
            [&self.is_after, self.key.param(), &self.id, &self.limit, &self.offset];
        params.extend(last);
        params
    }
}

impl Key {
    fn new(sort: TaskSort, position: Option<&Position>) -> Result<Self, StoreError> {
        let key = position.map(|position| &position.key);
        let moment = |micros: i64| Timestamp::from_micros(micros).map(Moment);
        match (sort, key) {
            (TaskSort::CreatedAt | TaskSort::UpdatedAt, None) => Some(Self::Moment(None)),
            (TaskSort::CreatedAt | TaskSort::UpdatedAt, Some(SortKey::Number(micros))) => {
                moment(*micros).map(|moment| Self::Moment(Some(moment)))
            }
            (TaskSort::Priority, None) => Some(Self::Number(None)),
            (TaskSort::Priority, Some(SortKey::Number(rank))) => Some(Self::Number(Some(*rank))),
            (TaskSort::DueDate | TaskSort::Title, None) => Some(Self::Text(None)),
            (TaskSort::DueDate | TaskSort::Title, Some(SortKey::Text(text))) => {
                Some(Self::Text(Some(text.clone())))
            }
            _ => None,
        }
        .ok_or_else(|| StoreError::internal("a position of another sort"))
    }

    fn param(&self) -> &dyn Param {
        match self {
            Self::Moment(key) => key,
            Self::Number(key) => key,
            Self::Text(key) => key,
        }
    }
}

/// An empty text, and the pattern made of it, are in every text.
fn text(filter: &TaskFilter, is_postgres: bool) -> String {
    let text = filter.text.as_ref().map_or("", |text| text.as_str());
    if !is_postgres {
        return text.to_owned();
    }
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    if !text.is_empty() {
        pattern.push('%');
    }
    pattern
}

fn due(filter: DueFilter) -> [String; 2] {
    let DueFilter { before, after, none } = filter;
    // Nothing but what stands for a missing one comes after this.
    let none = none.then(|| "}".to_owned());
    // Who asks for later ones does not mean those without any.
    let last = if after.is_some() { NO_DUE_DATE } else { LAST };
    [
        none.or_else(|| after.map(due_key)).unwrap_or_default(),
        before.map_or_else(|| last.to_owned(), beginning),
    ]
}

/// The first moment of a day; a time is its own.
pub(super) fn beginning(due: DueDate) -> String {
    let key = due.to_string();
    if due.time().is_none() { key + "T00:00" } else { key }
}

fn priorities(filter: &TaskFilter) -> [i64; 4] {
    let rank = |priority: &Option<_>| priority.map_or(0, priority_rank);
    let passes = |asked: &i64| {
        filter.priorities.is_empty() || filter.priorities.iter().any(|one| rank(one) == *asked)
    };
    let mut ranks = [0, 1, 2, 3].into_iter().filter(passes).cycle();
    [0; 4].map(|_: i64| ranks.next().unwrap_or_default())
}

/// A null is no tag's key.
fn tags(filter: &TaskFilter) -> Result<[Option<String>; TaskFilter::MAX_TAGS], StoreError> {
    if filter.tags.len() > TaskFilter::MAX_TAGS {
        return Err(StoreError::internal("a filter of too many tags"));
    }
    let mut keys = [const { None }; TaskFilter::MAX_TAGS];
    for (key, tag) in keys.iter_mut().zip(&filter.tags) {
        *key = Some(tag.key());
    }
    Ok(keys)
}
