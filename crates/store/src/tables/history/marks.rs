//! Reading of the history only what live events tell.

use rondo_domain::{BatchId, ChangeAction, ChangeId, TaskId, UserId};

use crate::{StoreError, Txn, sql::Row};

/// That something happened to a task, and not what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeMark {
    /// The number of the change.
    pub id: ChangeId,
    /// What it belongs to.
    pub batch_id: BatchId,
    /// Which task.
    pub task_id: TaskId,
    /// What happened.
    pub action: ChangeAction,
    /// The task's version since then.
    pub version: i64,
}

/// A part of a user's history, in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkPage {
    /// Oldest first, without a gap.
    pub marks: Vec<ChangeMark>,
    /// The number of the user's last change; 0 when there was none.
    pub latest: i64,
    /// The number of the first one that is still kept; one above `latest` when
    /// none is.
    pub oldest: i64,
}

impl Txn {
    /// That something happened after a change of the owner, in one statement.
    /// With a limit of 0 it only says where the history begins and ends.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_marks(
        &self,
        owner: &UserId,
        after: i64,
        limit: i64,
    ) -> Result<MarkPage, StoreError> {
        let rows = self
            .rows(
                "select u.change_count, first.id, c.id, c.batch_id, c.task_id, c.action, c.version
                 from users u
                 left join (
                     select id from changes where user_id = $1 order by id limit 1
                 ) first on true
                 left join (
                     select id, batch_id, task_id, action, version
                     from changes where user_id = $1 and id > $2 order by id limit $3
                 ) c on true
                 where u.id = $1
                 order by c.id",
                &[&owner.as_str(), &after, &limit],
                |row| marked(row, owner),
            )
            .await?;
        // A user without a row here has no history.
        let (latest, oldest) = rows.first().map_or((0, None), |(span, _)| *span);
        Ok(MarkPage {
            marks: rows.into_iter().filter_map(|(_, mark)| mark).collect(),
            latest,
            oldest: oldest.unwrap_or(latest + 1),
        })
    }
}

/// The last number, and the first one that is kept.
type Span = (i64, Option<i64>);

fn marked(row: &Row<'_>, owner: &UserId) -> Result<(Span, Option<ChangeMark>), StoreError> {
    let span = || Some((row.get(0)?, row.get(1)?));
    let span = span().ok_or_else(|| StoreError::corrupt("users", owner))?;
    let id: Option<i64> = row.get(2).unwrap_or_default();
    let Some(id) = id else { return Ok((span, None)) };
    let mark = || {
        Some(ChangeMark {
            id: ChangeId::new(id)?,
            batch_id: BatchId::parse(&row.get::<String>(3)?)?,
            task_id: TaskId::new(row.get(4)?)?,
            action: ChangeAction::parse(&row.get::<String>(5)?)?,
            version: row.get(6)?,
        })
    };
    let mark = mark().ok_or_else(|| StoreError::corrupt("changes", format!("{id} of {owner}")))?;
    Ok((span, Some(mark)))
}
