//! A page of a list of tasks, with the total and the owner's time zone: one
//! statement, whatever is asked for.

mod given;
mod statements;
mod stats;
#[cfg(test)]
mod tests;

use rondo_domain::{
    Position, SortKey, Start, StatusFilter, Task, TaskCounts, TaskQuery, TaskSort, TimeZoneName,
    UserId,
};

use crate::{
    StoreError, Txn,
    sql::Row,
    tables::tasks::{read_task, read_zone},
};
use given::Given;
use statements::{Filter, KEY, TASK, TOTAL, ZONE};

/// A page of a user's tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPage {
    /// In the order that was asked for.
    pub tasks: Vec<Task>,
    /// How many tasks pass the filter, whatever the page.
    pub total: i64,
    /// What to go on after; `None` when nothing follows.
    pub next: Option<Position>,
    /// In which the user's due dates are meant.
    pub zone: TimeZoneName,
}

impl Txn {
    /// A page of the owner's tasks. Tasks with the same sort key are in the
    /// order of their ids, in the same direction; tasks without a due date or
    /// a priority are last when sorted by it. A user without a row has no tasks.
    ///
    /// # Errors
    /// [`StoreError`]; internal for a position of another sort.
    pub async fn list_tasks(
        &self,
        owner: &UserId,
        query: &TaskQuery,
    ) -> Result<TaskPage, StoreError> {
        let is_postgres = self.is_postgres();
        let given = Given::new(owner.as_str(), query, is_postgres)?;
        let filter = Filter::of(&query.filter);
        let is_newest = filter == Filter::None && query.sort == TaskSort::CreatedAt;
        let (sql, params) = if is_newest {
            (statements::newest(query), given.newest(query.filter.status))
        } else {
            (statements::listed(filter, query, is_postgres), given.listed(filter))
        };
        let mut reader = Reader::new(owner, query, filter);
        let tasks = self.rows(sql, &params, |row| reader.read(row)).await?;
        Ok(reader.page(tasks.into_iter().flatten().collect()))
    }
}

/// Reads the rows of a page one after the other.
struct Reader<'a> {
    owner: &'a UserId,
    sort: TaskSort,
    /// What the owner's counters are asked for; `None` when there is a count.
    counted: Option<StatusFilter>,
    limit: i64,
    /// How many tasks are skipped; `None` behind a position.
    offset: Option<i64>,
    rows: i64,
    total: i64,
    zone: TimeZoneName,
    /// The position of the last task of a full page.
    last: Option<Position>,
}

impl<'a> Reader<'a> {
    fn new(owner: &'a UserId, query: &TaskQuery, filter: Filter) -> Self {
        Self {
            owner,
            sort: query.sort,
            counted: (filter == Filter::None).then_some(query.filter.status),
            limit: query.limit,
            offset: match query.start {
                Start::Offset(offset) => Some(offset),
                Start::After(_) => None,
            },
            rows: 0,
            total: 0,
            zone: TimeZoneName::UTC,
            last: None,
        }
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Option<Task>, StoreError> {
        self.rows += 1;
        if self.rows == 1 {
            self.total = self.total(row).ok_or_else(|| StoreError::corrupt("users", self.owner))?;
            self.zone = read_zone(row, self.owner, ZONE)?;
        }
        let is_one_more = self.rows > self.limit;
        let is_without_tasks = || row.get::<Option<i64>>(TASK) == Some(None);
        if is_one_more || is_without_tasks() {
            return Ok(None);
        }
        let task = read_task(row, self.owner, TASK)?;
        if self.rows == self.limit {
            let task_id = task.id.get();
            let key = self.key(row).ok_or_else(|| StoreError::corrupt("tasks", task_id))?;
            self.last = Some(Position { key, task_id });
        }
        Ok(Some(task))
    }

    fn page(self, tasks: Vec<Task>) -> TaskPage {
        let has_more = match self.offset {
            Some(offset) => offset.saturating_add(self.rows) < self.total,
            None => self.rows > self.limit,
        };
        let next = self.last.filter(|_| has_more);
        TaskPage { tasks, total: self.total, next, zone: self.zone }
    }

    fn total(&self, row: &Row<'_>) -> Option<i64> {
        let Some(status) = self.counted else { return row.get(TOTAL) };
        Some(status.total(TaskCounts { all: row.get(TOTAL)?, completed: row.get(TOTAL + 1)? }))
    }

    fn key(&self, row: &Row<'_>) -> Option<SortKey> {
        match self.sort {
            TaskSort::CreatedAt | TaskSort::UpdatedAt => {
                row.time(KEY).map(|moment| SortKey::Number(moment.as_micros()))
            }
            TaskSort::Priority => row.get(KEY).map(SortKey::Number),
            TaskSort::DueDate | TaskSort::Title => row.get(KEY).map(SortKey::Text),
        }
    }
}
