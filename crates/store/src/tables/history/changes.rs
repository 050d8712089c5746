//! Writing the history.
//!
//! The number of a change and the owner's counters stand on the owner's row and
//! move in one statement, so that they can never disagree. That row is busy:
//! all of its owner's writes come by. On PostgreSQL everything here travels
//! with the commit, so that the row is locked for no round trip.

use rondo_domain::{AuthorName, BatchId, NewChange, Timestamp, UserId};

use super::write_snapshot;
use crate::{
    Constraint, StoreError, Txn,
    sql::{Moment, OneRow, Params, one_row},
};

/// By how much the owner's counters move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Tasks on the list.
    pub tasks: i64,
    /// Those of them that are done.
    pub completed: i64,
    /// Tasks in the trash.
    pub trash: i64,
}

/// All of it in one statement, for PostgreSQL, which alone can change two
/// tables in one. Without a row of the user's it fails as [`one_row!`] does.
const RECORD: &str = "with counted as (
        update users set task_count = task_count + $1, completed_count = completed_count + $2,
            trash_count = trash_count + $3, change_count = change_count + 1
        where id = $4 returning change_count
    ), touched as (
        insert into changes
            (user_id, id, batch_id, author_kind, author_name, action, task_id, version, before,
             after, undoes, created_at)
        select $4, change_count, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 from counted
        returning 1
    )
    select 1 / count(*) from touched";

impl Txn {
    /// Writes down what happened to one task, and moves its owner's counters.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the user has no row yet; [`StoreError`]. On
    /// PostgreSQL possibly only at the commit.
    pub async fn record_change(
        &self,
        owner: &UserId,
        change: &NewChange,
        moved: Moved,
    ) -> Result<(), StoreError> {
        if !self.is_postgres() {
            return self.record_changes(owner, std::slice::from_ref(change), moved).await;
        }
        let mut params: Params = vec![
            Box::new(moved.tasks),
            Box::new(moved.completed),
            Box::new(moved.trash),
            Box::new(owner.as_str().to_owned()),
        ];
        params.extend(columns(change)?);
        let record = OneRow { plain: RECORD, failing: RECORD, rule: Some(Constraint::Owner) };
        self.later(record, params).await
    }

    /// Writes down what happened to many tasks, in this order, and moves their
    /// owner's counters.
    ///
    /// # Errors
    /// As [`Self::record_change`].
    pub async fn record_changes(
        &self,
        owner: &UserId,
        changes: &[NewChange],
        moved: Moved,
    ) -> Result<(), StoreError> {
        let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
        let counted = one_row!(
            "update users set task_count = task_count + $1,
                 completed_count = completed_count + $2, trash_count = trash_count + $3,
                 change_count = change_count + $4
             where id = $5" or Owner
        );
        let mut statements: Vec<(OneRow, Params)> = vec![(
            counted,
            vec![
                Box::new(moved.tasks),
                Box::new(moved.completed),
                Box::new(moved.trash),
                Box::new(count),
                Box::new(owner.as_str().to_owned()),
            ],
        )];
        // The last one has the number that the row shows now.
        for (later, change) in (0..count).rev().zip(changes) {
            let mut params: Params = vec![Box::new(owner.as_str().to_owned()), Box::new(later)];
            params.extend(columns(change)?);
            let listed = one_row!(
                "insert into changes
                     (user_id, id, batch_id, author_kind, author_name, action, task_id,
                      version, before, after, undoes, created_at)
                 select $1, change_count - $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
                 from users where id = $1"
            );
            statements.push((listed, params));
        }
        self.later_together(statements).await
    }

    /// Forgets the oldest changes of before a moment, and says how many. What
    /// is left has no gap.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_changes(
        &self,
        owner: &UserId,
        before: Timestamp,
        limit: i64,
    ) -> Result<u64, StoreError> {
        // The clocks of two replicas differ: one that is too young to go keeps
        // those behind it.
        self.execute(
            "with oldest as (
                 select id, created_at from changes where user_id = $1 order by id limit $2
             )
             delete from changes where user_id = $1 and id in (
                 select id from oldest where id < coalesce(
                     (select min(id) from oldest where created_at >= $3), 9007199254740992)
             )",
            &[&owner.as_str(), &limit, &Moment(before)],
        )
        .await
    }
}

/// What a change's columns hold behind its number.
fn columns(change: &NewChange) -> Result<Params, StoreError> {
    let NewChange { batch_id, at, author, action, task_id, version, before, after, undoes } =
        change;
    Ok(vec![
        Box::new(batch_id.as_str().to_owned()),
        Box::new(author.kind.as_str()),
        Box::new(author.name.as_ref().map(AuthorName::as_str).map(str::to_owned)),
        Box::new(action.as_str()),
        Box::new(task_id.get()),
        Box::new(*version),
        Box::new(before.as_ref().map(write_snapshot).transpose()?),
        Box::new(after.as_ref().map(write_snapshot).transpose()?),
        Box::new(undoes.as_ref().map(BatchId::as_str).map(str::to_owned)),
        Box::new(Moment(*at)),
    ])
}
