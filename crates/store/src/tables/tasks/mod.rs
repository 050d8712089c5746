//! Tasks: their rows, and how a row becomes a task again.
//!
//! A task's tags stand twice: in its own row in their order, so that a task is
//! read with one look, and in `task_tags`, which finds tasks by a tag.

mod read;
mod write;

use rondo_domain::{
    Description, DueDate, Plan, Priority, Recurrence, RecurrenceFrom, RecurrenceRule, TagName,
    Tags, Task, TaskId, TimeZoneName, Title, UserId, search_text,
};

use crate::{StoreError, sql::Row};

/// The columns that [`read_task`] reads, of a table that a statement calls `t`.
macro_rules! task_columns {
    () => {
        "t.id, t.title, t.description, t.completed, t.due_date, t.priority, t.tags, \
         t.recurrence_rule, t.recurrence_from, t.version, t.previous_task_id, t.next_task_id, \
         t.completed_at, t.created_at, t.updated_at"
    };
}

pub(in crate::tables) use task_columns;

/// How many columns [`read_task`] reads.
pub(in crate::tables) const TASK_COLUMNS: usize = 15;

/// Reads a task from the columns that begin at `first`: those of
/// [`task_columns!`], in that order.
pub(in crate::tables) fn read_task(
    row: &Row<'_>,
    owner: &UserId,
    first: usize,
) -> Result<Task, StoreError> {
    let id: i64 = row.get(first).unwrap_or_default();
    let read = || {
        Some(Task {
            id: TaskId::new(id)?,
            user_id: owner.clone(),
            title: Title::parse(&row.get::<String>(first + 1)?).ok()?,
            description: row.optional(first + 2, |text| Description::parse(text).ok()).ok()?,
            completed: row.get(first + 3)?,
            plan: read_plan(row, first + 4)?,
            version: row.get(first + 9)?,
            previous_task_id: row.optional(first + 10, TaskId::new).ok()?,
            next_task_id: row.optional(first + 11, TaskId::new).ok()?,
            completed_at: row.optional_time(first + 12).ok()?,
            created_at: row.time(first + 13)?,
            updated_at: row.time(first + 14)?,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("tasks", id))
}

fn read_plan(row: &Row<'_>, first: usize) -> Option<Plan> {
    let rule = |text: &str| RecurrenceRule::parse(text).ok();
    let from = |text: &str| RecurrenceFrom::parse(text).ok();
    let recurrence = match (row.optional_text(first + 3, rule), row.optional_text(first + 4, from))
    {
        (Ok(Some(rule)), Ok(Some(from))) => Some(Recurrence { rule, from }),
        (Ok(None), Ok(None)) => None,
        _ => return None,
    };
    Some(Plan {
        due: row.optional_text(first, read_due_key).ok()?,
        priority: row.optional(first + 1, read_priority).ok()?,
        tags: row.optional_text(first + 2, read_tags).ok()?.unwrap_or_default(),
        recurrence,
    })
}

/// The hour at which a day alone ends, as it is stored.
const END_OF_DAY: &str = "T24:00";

/// A due date as it is stored: the order of these texts is that of the dates,
/// a day alone being due at its end.
pub(in crate::tables) fn due_key(due: DueDate) -> String {
    let mut key = due.to_string();
    if due.time().is_none() {
        key.push_str(END_OF_DAY);
    }
    key
}

fn read_due_key(key: &str) -> Option<DueDate> {
    DueDate::parse(key.strip_suffix(END_OF_DAY).unwrap_or(key), &TimeZoneName::UTC).ok()
}

/// A priority as it is stored: 3 is the highest.
pub(in crate::tables) const fn priority_rank(priority: Priority) -> i64 {
    match priority {
        Priority::High => 3,
        Priority::Medium => 2,
        Priority::Low => 1,
    }
}

fn read_priority(rank: i64) -> Option<Priority> {
    Priority::ALL.into_iter().find(|priority| priority_rank(*priority) == rank)
}

/// One a line: a tag holds no line break.
fn tag_lines(tags: &Tags) -> Option<String> {
    let names: Vec<&str> = tags.as_slice().iter().map(TagName::as_str).collect();
    (!names.is_empty()).then(|| names.join("\n"))
}

fn read_tags(lines: &str) -> Option<Tags> {
    let names: Result<Vec<TagName>, _> = lines.split('\n').map(TagName::parse).collect();
    Tags::new(names.ok()?).ok()
}

/// The time zone in a column; users who are not asked for theirs have none.
pub(in crate::tables) fn read_zone(
    row: &Row<'_>,
    owner: &UserId,
    column: usize,
) -> Result<TimeZoneName, StoreError> {
    let zone = row.optional_text(column, |name| TimeZoneName::parse(name).ok());
    let zone = zone.map_err(|()| StoreError::corrupt("users", owner))?;
    Ok(zone.unwrap_or(TimeZoneName::UTC))
}

/// What a task's columns hold that are not its fields as they are.
struct Columns {
    due_date: Option<String>,
    priority: Option<i64>,
    tags: Option<String>,
    recurrence_rule: Option<String>,
    recurrence_from: Option<&'static str>,
    search_text: String,
}

impl Columns {
    fn of(title: &Title, description: Option<&Description>, plan: &Plan) -> Self {
        let Plan { due, priority, tags, recurrence } = plan;
        Self {
            due_date: due.map(due_key),
            priority: priority.map(priority_rank),
            tags: tag_lines(tags),
            recurrence_rule: recurrence.as_ref().map(|recurrence| recurrence.rule.to_string()),
            recurrence_from: recurrence.as_ref().map(|recurrence| recurrence.from.as_str()),
            search_text: search_text(title, description),
        }
    }
}
