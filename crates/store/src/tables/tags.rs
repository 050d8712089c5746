//! The tags of all of a user's tasks.

use rondo_domain::{TagCount, TagName, Task, UserId};

use super::tasks::read_task;
use crate::{StoreError, Txn, sql::Row};

/// More tags than anybody looks through.
const MAX_LISTED: i64 = 10_000;

impl Txn {
    /// The owner's tags in the order of the alphabet, each spelled as on the
    /// task with the highest id that has it; 10,000 at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_tags(&self, owner: &UserId) -> Result<Vec<TagCount>, StoreError> {
        self.rows(
            "select g.name, tag.tasks
             from (
                 select tag_key, count(*) as tasks, max(task_id) as last_task_id
                 from task_tags where user_id = $1
                 group by tag_key order by tag_key limit $2
             ) tag
             join task_tags g
                 on g.user_id = $1 and g.tag_key = tag.tag_key and g.task_id = tag.last_task_id
             order by g.tag_key limit $2",
            &[&owner.as_str(), &MAX_LISTED],
            |row| read_count(row, owner),
        )
        .await
    }

    /// One of the owner's tags; `None` when no task has it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_tag(
        &self,
        owner: &UserId,
        tag_key: &str,
    ) -> Result<Option<TagCount>, StoreError> {
        self.row(
            "select g.name, tag.tasks
             from (
                 select count(*) as tasks, max(task_id) as last_task_id
                 from task_tags where user_id = $1 and tag_key = $2
             ) tag
             join task_tags g
                 on g.user_id = $1 and g.tag_key = $2 and g.task_id = tag.last_task_id",
            &[&owner.as_str(), &tag_key],
            |row| read_count(row, owner),
        )
        .await
    }

    /// The owner's tasks with this tag and an id above `after`, by id, held
    /// still until the transaction ends.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tasks_with_tag(
        &self,
        owner: &UserId,
        tag_key: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Task>, StoreError> {
        let sql = if self.is_postgres() {
            "select t.id, t.title, t.description, t.completed, t.due_date, t.priority, t.tags,
                 t.recurrence_rule, t.recurrence_from, t.version, t.previous_task_id,
                 t.next_task_id, t.completed_at, t.created_at, t.updated_at
             from task_tags g join tasks t on t.user_id = g.user_id and t.id = g.task_id
             where g.user_id = $1 and g.tag_key = $2 and g.task_id > $3
             order by g.task_id limit $4 for no key update of t"
        } else {
            "select t.id, t.title, t.description, t.completed, t.due_date, t.priority, t.tags,
                 t.recurrence_rule, t.recurrence_from, t.version, t.previous_task_id,
                 t.next_task_id, t.completed_at, t.created_at, t.updated_at
             from task_tags g join tasks t on t.user_id = g.user_id and t.id = g.task_id
             where g.user_id = $1 and g.tag_key = $2 and g.task_id > $3
             order by g.task_id limit $4"
        };
        let params: [&dyn crate::sql::Param; 4] = [&owner.as_str(), &tag_key, &after, &limit];
        self.rows(sql, &params, |row| read_task(row, owner, 0)).await
    }
}

fn read_count(row: &Row<'_>, owner: &UserId) -> Result<TagCount, StoreError> {
    let read = || {
        let name = TagName::parse(&row.get::<String>(0)?).ok()?;
        Some(TagCount { name, count: row.get(1)? })
    };
    read().ok_or_else(|| StoreError::corrupt("task_tags", owner))
}
