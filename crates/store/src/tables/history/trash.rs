//! Deleted tasks, until they are restored or removed for good.
//!
//! A task is either on the list or here, never both: whatever looks for tasks
//! cannot find a deleted one by mistake.

use rondo_domain::{Page, Tags, Task, TaskId, TimeZoneName, Timestamp, UserId};

use super::{read_snapshot, write_snapshot};
use crate::{
    StoreError, Txn,
    sql::{Moment, Numbers, Row, one_row},
    tables::tasks::read_zone,
};

/// A task in the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trashed {
    /// The task.
    pub task: Task,
    /// Since when it is there.
    pub deleted_at: Timestamp,
}

/// A page of the trash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrashPage {
    /// Deleted last, listed first.
    pub tasks: Vec<Trashed>,
    /// How many there are altogether.
    pub total: i64,
    /// The user's time zone, which says which moments the due dates are.
    pub zone: TimeZoneName,
}

impl Txn {
    /// Moves a task, which was read in the same transaction, from the list to
    /// the trash, where it is `trashed`.
    ///
    /// # Errors
    /// [`StoreError`]; on PostgreSQL possibly only at the commit.
    pub async fn trash_task(
        &self,
        before: &Task,
        trashed: &Task,
        deleted_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.keep_tags(before, &Tags::NONE, &before.plan.tags).await?;
        self.later(
            one_row!("delete from tasks where user_id = $1 and id = $2"),
            vec![Box::new(before.user_id.as_str().to_owned()), Box::new(before.id.get())],
        )
        .await?;
        self.later(
            one_row!(
                "insert into trash (user_id, id, deleted_at, snapshot) values ($1, $2, $3, $4)"
            ),
            vec![
                Box::new(trashed.user_id.as_str().to_owned()),
                Box::new(trashed.id.get()),
                Box::new(Moment(deleted_at)),
                Box::new(write_snapshot(trashed)?),
            ],
        )
        .await
    }

    /// Moves a task, which was read in the same transaction, from the trash to
    /// the list, where it is `after`.
    ///
    /// # Errors
    /// [`StoreError`]; on PostgreSQL possibly only at the commit.
    pub async fn restore_task(&self, after: &Task) -> Result<(), StoreError> {
        self.delete_trashed(&after.user_id, after.id).await?;
        self.keep_task(after).await?;
        self.keep_tags(after, &after.plan.tags, &Tags::NONE).await
    }

    /// Removes a task, which was read in the same transaction, from the trash.
    ///
    /// # Errors
    /// [`StoreError`]; on PostgreSQL possibly only at the commit.
    pub async fn delete_trashed(&self, owner: &UserId, id: TaskId) -> Result<(), StoreError> {
        self.later(
            one_row!("delete from trash where user_id = $1 and id = $2"),
            vec![Box::new(owner.as_str().to_owned()), Box::new(id.get())],
        )
        .await
    }

    /// Those of these tasks that are in the owner's trash, by id, held still
    /// until the transaction ends. On SQLite there is one writer, so nothing
    /// needs to be held.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_trashed_for_update(
        &self,
        owner: &UserId,
        ids: &[TaskId],
    ) -> Result<Vec<Trashed>, StoreError> {
        let sql = if self.is_postgres() {
            "select id, deleted_at, snapshot from trash
             where user_id = $1 and id = any($2) order by id limit $3 for no key update"
        } else {
            "select id, deleted_at, snapshot from trash
             where user_id = $1 and id in (select value from json_each($2))
             order by id limit $3"
        };
        let (ids, limit) = Numbers::of(ids);
        self.rows(sql, &[&owner.as_str(), &ids, &limit], |row| trashed(row, owner, 0)).await
    }

    /// A page of the owner's trash, latest first, in one statement with the
    /// total.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_trash(&self, owner: &UserId, page: Page) -> Result<TrashPage, StoreError> {
        let mut whole = None;
        let tasks = self
            .rows(
                "select u.trash_count, u.timezone, t.id, t.deleted_at, t.snapshot
                 from users u
                 left join (
                     select id, deleted_at, snapshot from trash where user_id = $1
                     order by deleted_at desc, id desc limit $2 offset $3
                 ) t on true
                 where u.id = $1
                 order by t.deleted_at desc, t.id desc",
                &[&owner.as_str(), &page.limit(), &page.offset()],
                |row| {
                    // Each row says the same about the whole.
                    if whole.is_none() {
                        whole = Some(read_whole(row, owner)?);
                    }
                    read_joined(row, owner)
                },
            )
            .await?;
        // A user without a row here has no trash.
        let (total, zone) = whole.unwrap_or((0, TimeZoneName::UTC));
        Ok(TrashPage { tasks: tasks.into_iter().flatten().collect(), total, zone })
    }

    /// What has been in the owner's trash since before a moment, oldest first,
    /// held still until the transaction ends.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn old_trash(
        &self,
        owner: &UserId,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<Trashed>, StoreError> {
        let sql = if self.is_postgres() {
            "select id, deleted_at, snapshot from trash
             where user_id = $1 and deleted_at < $2
             order by deleted_at, id limit $3 for no key update"
        } else {
            "select id, deleted_at, snapshot from trash
             where user_id = $1 and deleted_at < $2 order by deleted_at, id limit $3"
        };
        let params: [&dyn crate::sql::Param; 3] = [&owner.as_str(), &Moment(before), &limit];
        self.rows(sql, &params, |row| trashed(row, owner, 0)).await
    }
}

fn read_whole(row: &Row<'_>, owner: &UserId) -> Result<(i64, TimeZoneName), StoreError> {
    let total = row.get(0).ok_or_else(|| StoreError::corrupt("users", owner))?;
    Ok((total, read_zone(row, owner, 1)?))
}

/// The task of a row that may have none.
fn read_joined(row: &Row<'_>, owner: &UserId) -> Result<Option<Trashed>, StoreError> {
    match row.get::<Option<i64>>(2) {
        Some(None) => Ok(None),
        _ => trashed(row, owner, 2).map(Some),
    }
}

/// Reads a task in the trash from the columns that begin at `first`.
fn trashed(row: &Row<'_>, owner: &UserId, first: usize) -> Result<Trashed, StoreError> {
    let id: i64 = row.get(first).unwrap_or_default();
    let read = || {
        let deleted_at = row.time(first + 1)?;
        let task = read_snapshot(&row.get::<String>(first + 2)?, owner)?;
        (task.id.get() == id).then_some(Trashed { task, deleted_at })
    };
    read().ok_or_else(|| StoreError::corrupt("trash", id))
}
