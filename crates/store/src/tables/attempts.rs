//! Counting what is limited, over all replicas.

use rondo_domain::Timestamp;

use crate::{StoreError, Txn, sql::Moment, tables::nothing_returned};

/// How often something was tried in the current window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// This attempt included.
    pub count: i64,
    /// When the counting begins anew.
    pub resets_at: Timestamp,
}

impl Txn {
    /// Counts an attempt and says how many there were. Attempts at the same
    /// time each get a number of their own.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_attempt(
        &self,
        key: &str,
        window_seconds: i64,
        now: Timestamp,
    ) -> Result<Attempts, StoreError> {
        let resets_at = now.plus_seconds(window_seconds);
        self.row(
            "insert into attempts (key, count, resets_at) values ($1, 1, $2)
             on conflict (key) do update set
                 count = case when attempts.resets_at <= $3 then 1 else attempts.count + 1 end,
                 resets_at = case
                     when attempts.resets_at <= $3 then excluded.resets_at
                     else attempts.resets_at
                 end
             returning count, resets_at",
            &[&key, &Moment(resets_at), &Moment(now)],
            |row| {
                let read = || Some(Attempts { count: row.get(0)?, resets_at: row.time(1)? });
                read().ok_or_else(|| StoreError::corrupt("attempts", key))
            },
        )
        .await?
        .ok_or_else(|| nothing_returned("attempts"))
    }

    /// Forgets the attempts of a key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_attempts(&self, key: &str) -> Result<(), StoreError> {
        self.execute("delete from attempts where key = $1", &[&key]).await?;
        Ok(())
    }
}
