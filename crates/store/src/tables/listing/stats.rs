//! How many tasks there are of each kind.

use rondo_domain::{PriorityCounts, StatsBounds, TaskStats, UserId};

use super::given::beginning;
use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
    tables::tasks::due_key,
};

impl Txn {
    /// Counts the owner's tasks: one look at each of them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn task_stats(
        &self,
        owner: &UserId,
        bounds: &StatsBounds,
    ) -> Result<TaskStats, StoreError> {
        let StatsBounds { open, today, days } = bounds;
        let days = days.map(Moment);
        let stats = self
            .row(
                "select
                     count(*),
                     count(*) filter (where completed),
                     count(*) filter (where not completed and due_date < $1),
                     count(*) filter (where not completed and due_date >= $2 and due_date <= $3),
                     count(*) filter (where priority = 3),
                     count(*) filter (where priority = 2),
                     count(*) filter (where priority = 1),
                     count(*) filter (where completed_at >= $4 and completed_at < $5),
                     count(*) filter (where completed_at >= $5 and completed_at < $6),
                     count(*) filter (where completed_at >= $6 and completed_at < $7),
                     count(*) filter (where completed_at >= $7 and completed_at < $8),
                     count(*) filter (where completed_at >= $8 and completed_at < $9),
                     count(*) filter (where completed_at >= $9 and completed_at < $10),
                     count(*) filter (where completed_at >= $10 and completed_at < $11)
                 from tasks where user_id = $12",
                &[
                    &beginning(*open),
                    &beginning(*today),
                    &due_key(*today),
                    &days[0],
                    &days[1],
                    &days[2],
                    &days[3],
                    &days[4],
                    &days[5],
                    &days[6],
                    &days[7],
                    &owner.as_str(),
                ],
                |row| read(row).ok_or_else(|| StoreError::corrupt("tasks", owner)),
            )
            .await?;
        stats.ok_or_else(|| StoreError::internal("a count gave no row"))
    }
}

fn read(row: &Row<'_>) -> Option<TaskStats> {
    let count = |column| row.get::<i64>(column);
    let (total, completed) = (count(0)?, count(1)?);
    let (high, medium, low) = (count(4)?, count(5)?, count(6)?);
    let mut completed_last_7_days = [0; 7];
    for (day, column) in completed_last_7_days.iter_mut().zip(7..) {
        *day = count(column)?;
    }
    Some(TaskStats {
        total,
        pending: total - completed,
        completed,
        overdue: count(2)?,
        due_today: count(3)?,
        by_priority: PriorityCounts { high, medium, low, none: total - high - medium - low },
        completed_last_7_days,
    })
}
