//! Storing and changing tasks.
//!
//! None of these moves the owner's counters: they move with the entry in the
//! history that says why, see `history::changes`.

use rondo_domain::{Description, NewTask, TagName, Tags, Task, TaskId, Timestamp, UserId};

use super::Columns;
use crate::{
    StoreError, Txn,
    sql::{Moment, one_row},
    tables::nothing_returned,
};

impl Txn {
    /// Stores a new task.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the user has no row yet. On PostgreSQL that ends
    /// the transaction.
    pub async fn insert_task(
        &self,
        owner: &UserId,
        new: NewTask,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let is_postgres = self.is_postgres();
        let id = if is_postgres {
            self.insert_numbered(owner, &new, now).await?
        } else {
            self.next_id("tasks").await?
        };
        let id = TaskId::new(id).ok_or_else(|| nothing_returned("tasks"))?;
        let task = Task::create(id, owner.clone(), new, now);
        if !is_postgres {
            self.keep_task(&task).await?;
        }
        self.keep_tags(&task, &task.plan.tags, &Tags::NONE).await?;
        Ok(task)
    }

    /// Stores a task under the next number of the sequence, which it gives.
    async fn insert_numbered(
        &self,
        owner: &UserId,
        new: &NewTask,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let columns = Columns::of(&new.title, new.description.as_ref(), &new.plan);
        self.row(
            "insert into tasks
                 (user_id, title, description, completed, due_date, priority, tags,
                  recurrence_rule, recurrence_from, previous_task_id, completed_at, search_text,
                  created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
             returning id",
            &[
                &owner.as_str(),
                &new.title.as_str(),
                &new.description.as_ref().map(Description::as_str),
                &new.completed,
                &columns.due_date,
                &columns.priority,
                &columns.tags,
                &columns.recurrence_rule,
                &columns.recurrence_from,
                &new.previous_task_id.map(TaskId::get),
                &new.completed.then_some(Moment(now)),
                &columns.search_text,
                &Moment(now),
            ],
            |row| row.get(0).ok_or_else(|| nothing_returned("tasks")),
        )
        .await?
        .ok_or_else(|| nothing_returned("tasks"))
    }

    /// Stores a task that has its number, without its tags.
    pub(in crate::tables) async fn keep_task(&self, task: &Task) -> Result<(), StoreError> {
        let columns = Columns::of(&task.title, task.description.as_ref(), &task.plan);
        self.later(
            one_row!(
                "insert into tasks
                     (user_id, id, title, description, completed, due_date, priority, tags,
                      recurrence_rule, recurrence_from, version, previous_task_id, next_task_id,
                      completed_at, search_text, created_at, updated_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                      $17)"
            ),
            vec![
                Box::new(task.user_id.as_str().to_owned()),
                Box::new(task.id.get()),
                Box::new(task.title.as_str().to_owned()),
                Box::new(task.description.as_ref().map(|text| text.as_str().to_owned())),
                Box::new(task.completed),
                Box::new(columns.due_date),
                Box::new(columns.priority),
                Box::new(columns.tags),
                Box::new(columns.recurrence_rule),
                Box::new(columns.recurrence_from),
                Box::new(task.version),
                Box::new(task.previous_task_id.map(TaskId::get)),
                Box::new(task.next_task_id.map(TaskId::get)),
                Box::new(task.completed_at.map(Moment)),
                Box::new(columns.search_text),
                Box::new(Moment(task.created_at)),
                Box::new(Moment(task.updated_at)),
            ],
        )
        .await
    }

    /// Replaces `before`, which was read in the same transaction, with `after`.
    ///
    /// # Errors
    /// [`StoreError`]; on PostgreSQL possibly only at the commit.
    pub async fn update_task(&self, before: &Task, after: &Task) -> Result<(), StoreError> {
        let columns = Columns::of(&after.title, after.description.as_ref(), &after.plan);
        self.later(
            one_row!(
                "update tasks set title = $1, description = $2, completed = $3, due_date = $4,
                     priority = $5, tags = $6, recurrence_rule = $7, recurrence_from = $8,
                     version = $9, previous_task_id = $10, next_task_id = $11,
                     completed_at = $12, search_text = $13, updated_at = $14
                 where user_id = $15 and id = $16"
            ),
            vec![
                Box::new(after.title.as_str().to_owned()),
                Box::new(after.description.as_ref().map(|text| text.as_str().to_owned())),
                Box::new(after.completed),
                Box::new(columns.due_date),
                Box::new(columns.priority),
                Box::new(columns.tags),
                Box::new(columns.recurrence_rule),
                Box::new(columns.recurrence_from),
                Box::new(after.version),
                Box::new(after.previous_task_id.map(TaskId::get)),
                Box::new(after.next_task_id.map(TaskId::get)),
                Box::new(after.completed_at.map(Moment)),
                Box::new(columns.search_text),
                Box::new(Moment(after.updated_at)),
                Box::new(after.user_id.as_str().to_owned()),
                Box::new(after.id.get()),
            ],
        )
        .await?;
        self.keep_tags(after, &after.plan.tags, &before.plan.tags).await
    }

    /// Makes a task found by these tags, and no longer by those it had.
    pub(in crate::tables) async fn keep_tags(
        &self,
        task: &Task,
        tags: &Tags,
        had: &Tags,
    ) -> Result<(), StoreError> {
        let only_in = |some: &Tags, others: &Tags| -> Vec<TagName> {
            some.as_slice().iter().filter(|tag| !others.as_slice().contains(tag)).cloned().collect()
        };
        for tag in only_in(had, tags) {
            self.later_any(
                "delete from task_tags where user_id = $1 and tag_key = $2 and task_id = $3",
                vec![
                    Box::new(task.user_id.as_str().to_owned()),
                    Box::new(tag.key()),
                    Box::new(task.id.get()),
                ],
            )
            .await?;
        }
        for tag in only_in(tags, had) {
            self.later(
                one_row!(
                    "insert into task_tags (user_id, tag_key, task_id, name)
                     values ($1, $2, $3, $4)"
                ),
                vec![
                    Box::new(task.user_id.as_str().to_owned()),
                    Box::new(tag.key()),
                    Box::new(task.id.get()),
                    Box::new(tag.as_str().to_owned()),
                ],
            )
            .await?;
        }
        Ok(())
    }
}
