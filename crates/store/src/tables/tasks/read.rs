//! Finding tasks by their ids.
//!
//! A task comes with the time zone of its owner, which says which moment its
//! due date is.

use rondo_domain::{Task, TaskId, TimeZoneName, UserId};

use super::{TASK_COLUMNS, read_task, read_zone};
use crate::{
    StoreError, Txn,
    sql::{Numbers, Row},
};

/// The zone comes right behind the task.
fn found(row: &Row<'_>, owner: &UserId) -> Result<(Task, TimeZoneName), StoreError> {
    Ok((read_task(row, owner, 0)?, read_zone(row, owner, TASK_COLUMNS)?))
}

impl Txn {
    /// The owner's task with this id. Without a due date the time zone is not
    /// looked up, and is UTC.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_task(
        &self,
        owner: &UserId,
        id: TaskId,
    ) -> Result<Option<(Task, TimeZoneName)>, StoreError> {
        self.row(
            "select id, title, description, completed, due_date, priority, tags, recurrence_rule,
                 recurrence_from, version, previous_task_id, next_task_id, completed_at,
                 created_at, updated_at,
                 case when due_date is not null
                     then (select timezone from users where id = $1) end
             from tasks where user_id = $1 and id = $2",
            &[&owner.as_str(), &id.get()],
            |row| found(row, owner),
        )
        .await
    }

    /// The owner's task with this id, held still until the transaction ends,
    /// and the owner's time zone. On SQLite there is one writer, so nothing
    /// needs to be held.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_task_for_update(
        &self,
        owner: &UserId,
        id: TaskId,
    ) -> Result<Option<(Task, TimeZoneName)>, StoreError> {
        let sql = if self.is_postgres() {
            "select id, title, description, completed, due_date, priority, tags, recurrence_rule,
                 recurrence_from, version, previous_task_id, next_task_id, completed_at,
                 created_at, updated_at, (select timezone from users where id = $1)
             from tasks where user_id = $1 and id = $2 for no key update"
        } else {
            "select id, title, description, completed, due_date, priority, tags, recurrence_rule,
                 recurrence_from, version, previous_task_id, next_task_id, completed_at,
                 created_at, updated_at, (select timezone from users where id = $1)
             from tasks where user_id = $1 and id = $2"
        };
        self.row(sql, &[&owner.as_str(), &id.get()], |row| found(row, owner)).await
    }

    /// Those of these tasks that the owner has, by id, likewise held still.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_tasks_for_update(
        &self,
        owner: &UserId,
        ids: &[TaskId],
    ) -> Result<Vec<(Task, TimeZoneName)>, StoreError> {
        // Locked in the order of their ids: two who want the same cannot wait
        // for each other.
        let sql = if self.is_postgres() {
            "select id, title, description, completed, due_date, priority, tags, recurrence_rule,
                 recurrence_from, version, previous_task_id, next_task_id, completed_at,
                 created_at, updated_at, (select timezone from users where id = $1)
             from tasks where user_id = $1 and id = any($2)
             order by id limit $3 for no key update"
        } else {
            "select id, title, description, completed, due_date, priority, tags, recurrence_rule,
                 recurrence_from, version, previous_task_id, next_task_id, completed_at,
                 created_at, updated_at, (select timezone from users where id = $1)
             from tasks where user_id = $1 and id in (select value from json_each($2))
             order by id limit $3"
        };
        let (ids, limit) = Numbers::of(ids);
        self.rows(sql, &[&owner.as_str(), &ids, &limit], |row| found(row, owner)).await
    }

    /// Whether anybody has a task with this id on the list. Asked only after a
    /// miss.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn task_exists(&self, id: TaskId) -> Result<bool, StoreError> {
        let found =
            self.row("select 1 from tasks where id = $1 limit 1", &[&id.get()], |_| Ok(())).await?;
        Ok(found.is_some())
    }
}
