//! Reading the history.

use rondo_domain::{
    Author, AuthorKind, AuthorName, BatchId, Change, ChangeAction, ChangeId, NewChange, TaskId,
    TimeZoneName, UserId,
};

use super::read_snapshot;
use crate::{StoreError, Txn, sql::Row, tables::tasks::read_zone};

/// A part of a user's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePage {
    /// Oldest first, without a gap.
    pub changes: Vec<Change>,
    /// The number of the user's last change; 0 when there was none.
    pub latest: i64,
    /// The number of the first one that is still kept; one above `latest` when
    /// none is.
    pub oldest: i64,
    /// The user's time zone, which says which moments the due dates are.
    pub zone: TimeZoneName,
}

impl Txn {
    /// What happened after a change of the owner, in one statement.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_changes(
        &self,
        owner: &UserId,
        after: i64,
        limit: i64,
    ) -> Result<ChangePage, StoreError> {
        let mut feed = None;
        let changes = self
            .rows(
                "select u.change_count, u.timezone, first.id,
                     c.id, c.batch_id, c.author_kind, c.author_name, c.action, c.task_id,
                     c.version, c.before, c.after, c.undoes, c.created_at
                 from users u
                 left join (
                     select id from changes where user_id = $1 order by id limit 1
                 ) first on true
                 left join (
                     select id, batch_id, author_kind, author_name, action, task_id, version,
                         before, after, undoes, created_at
                     from changes where user_id = $1 and id > $2 order by id limit $3
                 ) c on true
                 where u.id = $1
                 order by c.id",
                &[&owner.as_str(), &after, &limit],
                |row| {
                    // Each row says the same about the feed.
                    if feed.is_none() {
                        feed = Some(read_feed(row, owner)?);
                    }
                    read_joined(row, owner)
                },
            )
            .await?;
        // A user without a row here has no history.
        let (latest, oldest, zone) = feed.unwrap_or((0, None, TimeZoneName::UTC));
        let changes = changes.into_iter().flatten().collect();
        Ok(ChangePage { changes, latest, oldest: oldest.unwrap_or(latest + 1), zone })
    }

    /// What happened to one task of the owner after a change, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_task_changes(
        &self,
        owner: &UserId,
        task_id: TaskId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Change>, StoreError> {
        self.rows(
            "select id, batch_id, author_kind, author_name, action, task_id, version, before,
                 after, undoes, created_at
             from changes where user_id = $1 and task_id = $2 and id > $3 order by id limit $4",
            &[&owner.as_str(), &task_id.get(), &after, &limit],
            |row| change(row, owner, 0),
        )
        .await
    }

    /// The owner's change of this number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_change(
        &self,
        owner: &UserId,
        id: ChangeId,
    ) -> Result<Option<Change>, StoreError> {
        self.row(
            "select id, batch_id, author_kind, author_name, action, task_id, version, before,
                 after, undoes, created_at
             from changes where user_id = $1 and id = $2",
            &[&owner.as_str(), &id.get()],
            |row| change(row, owner, 0),
        )
        .await
    }

    /// What belongs together, in the order in which it happened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_batch(
        &self,
        owner: &UserId,
        batch_id: &BatchId,
        limit: i64,
    ) -> Result<Vec<Change>, StoreError> {
        self.rows(
            "select id, batch_id, author_kind, author_name, action, task_id, version, before,
                 after, undoes, created_at
             from changes where user_id = $1 and batch_id = $2 order by id limit $3",
            &[&owner.as_str(), &batch_id.as_str(), &limit],
            |row| change(row, owner, 0),
        )
        .await
    }

    /// The batches of the owner's last changes before one, latest first: the
    /// number of the change, its batch, and the batch that this one undoes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn recent_marks(
        &self,
        owner: &UserId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<(i64, BatchId, Option<BatchId>)>, StoreError> {
        self.rows(
            "select id, batch_id, undoes from changes
             where user_id = $1 and id < $2 order by id desc limit $3",
            &[&owner.as_str(), &before, &limit],
            |row| {
                let read = || {
                    let batch_id = BatchId::parse(&row.get::<String>(1)?)?;
                    Some((row.get(0)?, batch_id, row.optional_text(2, BatchId::parse).ok()?))
                };
                read().ok_or_else(|| StoreError::corrupt("changes", owner))
            },
        )
        .await
    }
}

/// The last number, the first one that is kept, and the time zone.
type Feed = (i64, Option<i64>, TimeZoneName);

fn read_feed(row: &Row<'_>, owner: &UserId) -> Result<Feed, StoreError> {
    let counts = || Some((row.get(0)?, row.get(2)?));
    let (latest, oldest) = counts().ok_or_else(|| StoreError::corrupt("users", owner))?;
    Ok((latest, oldest, read_zone(row, owner, 1)?))
}

/// The change of a row that may have none.
fn read_joined(row: &Row<'_>, owner: &UserId) -> Result<Option<Change>, StoreError> {
    match row.get::<Option<i64>>(3) {
        Some(None) => Ok(None),
        _ => change(row, owner, 3).map(Some),
    }
}

/// Reads a change from the columns that begin at `first`.
fn change(row: &Row<'_>, owner: &UserId, first: usize) -> Result<Change, StoreError> {
    let id: i64 = row.get(first).unwrap_or_default();
    let task = |column| row.optional_text(column, |text| read_snapshot(text, owner)).ok();
    let name = |text: &str| AuthorName::parse(text).ok();
    let read = || {
        let change = NewChange {
            batch_id: BatchId::parse(&row.get::<String>(first + 1)?)?,
            at: row.time(first + 10)?,
            author: Author {
                kind: AuthorKind::parse(&row.get::<String>(first + 2)?)?,
                name: row.optional_text(first + 3, name).ok()?,
            },
            action: ChangeAction::parse(&row.get::<String>(first + 4)?)?,
            task_id: TaskId::new(row.get(first + 5)?)?,
            version: row.get(first + 6)?,
            before: task(first + 7)?,
            after: task(first + 8)?,
            undoes: row.optional_text(first + 9, BatchId::parse).ok()?,
        };
        Some(Change { id: ChangeId::new(id)?, change })
    };
    read().ok_or_else(|| StoreError::corrupt("changes", format!("{id} of {owner}")))
}
