//! Which tasks a query string asks for, in which order, and from where on.

use rondo_domain::{
    DueDate, DueFilter, DueInput, Page, Priority, Problem, SearchText, SortOrder, StatusFilter,
    TagName, TaskFilter, TaskSort, TimeZoneName, Timestamp,
};

use super::{
    limit, offset,
    parameters::{Pair, REPEATABLE, either, parameters, truth},
};
use crate::{
    error::Error,
    input::{Fields, text},
};

/// The longest list of labels that is looked through for repetitions.
const MAX_LISTED_TAGS: usize = 5 * TaskFilter::MAX_TAGS;

/// A part of a list of tasks. Which due dates it means may depend on the
/// owner's time zone, and what is overdue on the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingInput {
    /// All that is asked for but the due date.
    filter: TaskFilter,
    due: DueInputs,
    pub(crate) sort: TaskSort,
    pub(crate) order: SortOrder,
    pub(crate) limit: i64,
    pub(crate) start: StartInput,
}

/// What is asked of the due date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct DueInputs {
    before: Option<DueInput>,
    after: Option<DueInput>,
    overdue: bool,
    none: bool,
}

/// From where on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StartInput {
    /// After so many tasks.
    Offset(i64),
    /// Where the page ended that gave this.
    Cursor(String),
}

impl Default for ListingInput {
    /// The first hundred of all, newest first.
    fn default() -> Self {
        Self {
            filter: TaskFilter::default(),
            due: DueInputs::default(),
            sort: TaskSort::default(),
            order: TaskSort::default().default_order(),
            limit: Page::DEFAULT_LIMIT,
            start: StartInput::Offset(0),
        }
    }
}

/// The filter, the order and the window of a task list.
///
/// `tag` may be repeated; `search`, `sort_by` and `sort_order` are other names
/// of `q`, `sort` and `order`. An empty `q` asks for nothing.
///
/// # Errors
/// [`Error::Invalid`] with all problems, parameters that contradict each other
/// among them.
pub fn listing<'a>(query: impl Iterator<Item = Pair<'a>>) -> Result<ListingInput, Error> {
    let mut fields = parameters(query)?;
    let status = status(&mut fields);
    let text = either(&mut fields, ["q", "search"], search);
    let priorities = fields.optional("priority", self::text(priorities));
    let tags = tags(&mut fields);
    let due = due(&mut fields, status);
    let sort = either(&mut fields, ["sort", "sort_by"], TaskSort::parse);
    let order = either(&mut fields, ["order", "sort_order"], SortOrder::parse);
    let (limit, start) = (limit(&mut fields), start(&mut fields));
    fields.finish(|| {
        let filter = TaskFilter {
            status: status?,
            text: text?.flatten(),
            priorities: priorities?.unwrap_or_default(),
            tags: tags?,
            due: DueFilter::default(),
        };
        let (due, sort) = (due?, sort?.unwrap_or_default());
        let order = order?.unwrap_or_else(|| sort.default_order());
        Some(ListingInput { filter, due, sort, order, limit: limit?, start: start? })
    })
}

impl ListingInput {
    /// Whether it takes the owner's time zone to know what is asked for: it costs a read.
    pub(crate) fn needs_settings(&self) -> bool {
        let needs_zone = |due: Option<DueInput>| due.is_some_and(DueInput::needs_zone);
        self.due.overdue || needs_zone(self.due.before) || needs_zone(self.due.after)
    }

    /// Which tasks, for an owner in this time zone at this moment.
    pub(crate) fn filter(&self, now: Timestamp, zone: &TimeZoneName) -> TaskFilter {
        let DueInputs { before, after, overdue, none } = self.due;
        let before = before.map(|due| due.not_before(zone));
        let after = after.map(|due| due.due_date(zone));
        let mut filter =
            TaskFilter { due: DueFilter { before, after, none }, ..self.filter.clone() };
        if overdue {
            let open = DueDate::earliest_open(now, zone);
            let earlier = |due: &DueDate| begins_before(*due, open);
            filter.due.before = before.filter(earlier).or(Some(open));
            filter.status = StatusFilter::Pending;
        }
        filter
    }
}

/// Compares two dates where a day means its beginning.
fn begins_before(one: DueDate, other: DueDate) -> bool {
    (one.date(), one.time().unwrap_or_default()) < (other.date(), other.time().unwrap_or_default())
}

fn status(fields: &mut Fields) -> Option<StatusFilter> {
    let status = fields.optional("status", text(StatusFilter::parse));
    let completed = fields.optional("completed", text(truth));
    let (status, completed) = (status?.unwrap_or_default(), completed?);
    let combined = combine(status, completed);
    if combined.is_none() {
        let sentence = "'completed' and 'status' contradict each other";
        fields.refuse("status", Problem::Refused { sentence });
    }
    combined
}

/// `None` when the two exclude each other.
fn combine(status: StatusFilter, completed: Option<bool>) -> Option<StatusFilter> {
    let Some(completed) = completed else {
        return Some(status);
    };
    let asked = if completed { StatusFilter::Completed } else { StatusFilter::Pending };
    (status == StatusFilter::All || status == asked).then_some(asked)
}

/// What every text contains is not worth asking for: a search field that was
/// left empty is sent as well.
fn search(text: &str) -> Result<Option<SearchText>, Problem> {
    if text.trim().is_empty() { Ok(None) } else { SearchText::parse(text).map(Some) }
}

/// `high,low,none`, each once.
fn priorities(text: &str) -> Result<Vec<Option<Priority>>, Problem> {
    let mut priorities = Vec::new();
    for word in text.split(',') {
        let priority = Priority::parse(word)?;
        if !priorities.contains(&priority) {
            priorities.push(priority);
        }
    }
    Ok(priorities)
}

fn tags(fields: &mut Fields) -> Option<Vec<TagName>> {
    let parse = |name: &_| text(TagName::parse)(name);
    let names = fields.list(REPEATABLE, 0..=MAX_LISTED_TAGS, parse)?.unwrap_or_default();
    let (mut tags, mut keys) = (Vec::new(), Vec::new());
    for name in names {
        let key = name.key();
        if !keys.contains(&key) {
            keys.push(key);
            tags.push(name);
        }
    }
    let (max, found) = (TaskFilter::MAX_TAGS, tags.len());
    if found > max {
        fields.refuse(REPEATABLE, Problem::TooManyItems { max, found });
        return None;
    }
    Some(tags)
}

fn due(fields: &mut Fields, status: Option<StatusFilter>) -> Option<DueInputs> {
    let before = fields.optional("due_before", text(due_date));
    let after = fields.optional("due_after", text(due_date));
    let overdue = fields.optional("overdue", text(truth));
    let none = fields.optional("no_due", text(truth));
    let (overdue, none) = (overdue?.unwrap_or(false), none?.unwrap_or(false));
    let (before, after) = (before?, after?);
    if overdue && status == Some(StatusFilter::Completed) {
        let sentence = "a task that is done is not overdue";
        fields.refuse("overdue", Problem::Refused { sentence });
    }
    if none && (overdue || before.is_some() || after.is_some()) {
        let sentence = "'no_due' contradicts every other filter of the due date";
        fields.refuse("no_due", Problem::Refused { sentence });
    }
    Some(DueInputs { before, after, overdue, none })
}

/// The plus sign of an offset arrives as a blank when nobody has encoded it. No
/// date has a blank at that place otherwise.
fn due_date(text: &str) -> Result<DueInput, Problem> {
    DueInput::parse(text).or_else(|problem| match text.trim().rsplit_once(' ') {
        Some((local, offset)) => DueInput::parse(&format!("{local}+{offset}")).map_err(|_| problem),
        None => Err(problem),
    })
}

fn start(fields: &mut Fields) -> Option<StartInput> {
    let offset = offset(fields);
    let cursor = fields.optional("cursor", text(|text| Ok(text.to_owned())));
    match (offset?, cursor?) {
        (Some(_), Some(_)) => {
            let sentence = "'cursor' and 'offset' contradict each other";
            fields.refuse("cursor", Problem::Refused { sentence });
            None
        }
        (None, Some(cursor)) => Some(StartInput::Cursor(cursor)),
        (offset, None) => Some(StartInput::Offset(offset.unwrap_or(0))),
    }
}
