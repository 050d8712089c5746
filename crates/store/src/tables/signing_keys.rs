//! Our own key set. The keys belong to nobody: all replicas share them.

use rondo_domain::Timestamp;

use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
};

/// More than there ever are: each signs for months.
const MAX_KEYS: i64 = 100;

/// A key that tokens are signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// What it signs with, as JWTs name it.
    pub algorithm: String,
    /// How many keys of this algorithm there were, this one included.
    pub generation: i64,
    /// The `kid` of its tokens.
    pub id: String,
    /// Its public half: a JWK as JSON.
    pub public_key: String,
    /// Its private half, sealed by the application.
    pub sealed_private_key: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs nothing.
    pub expires_at: Timestamp,
}

impl Txn {
    /// Stores a key. Of several replicas that make one at the same time, one
    /// succeeds; the others read what it has stored.
    ///
    /// # Errors
    /// `Conflict(Key)` when this generation exists.
    pub async fn insert_signing_key(&self, key: &SigningKey) -> Result<(), StoreError> {
        self.execute(
            "insert into signing_keys
                 (algorithm, generation, id, public_key, sealed_private_key, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &key.algorithm.as_str(),
                &key.generation,
                &key.id.as_str(),
                &key.public_key.as_str(),
                &&key.sealed_private_key[..],
                &Moment(key.created_at),
                &Moment(key.expires_at),
            ],
        )
        .await?;
        Ok(())
    }

    /// The keys, over or not, of each algorithm the newest first. By
    /// generation, because the clocks of replicas differ.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        self.rows(
            "select algorithm, generation, id, public_key, sealed_private_key, created_at,
                    expires_at
             from signing_keys order by generation desc, algorithm limit $1",
            &[&MAX_KEYS],
            signing_key,
        )
        .await
    }

    /// Removes keys that were over at a moment, at most as many as are listed.
    /// Meant for the transaction that stores the next one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_signing_keys(&self, over_at: Timestamp) -> Result<u64, StoreError> {
        self.execute(
            "delete from signing_keys where (algorithm, generation) in (
                 select algorithm, generation from signing_keys where expires_at <= $1
                 order by expires_at limit $2
             )",
            &[&Moment(over_at), &MAX_KEYS],
        )
        .await
    }
}

fn signing_key(row: &Row<'_>) -> Result<SigningKey, StoreError> {
    let read = || {
        Some(SigningKey {
            algorithm: row.get(0)?,
            generation: row.get(1)?,
            id: row.get(2)?,
            public_key: row.get(3)?,
            sealed_private_key: row.get(4)?,
            created_at: row.time(5)?,
            expires_at: row.time(6)?,
        })
    };
    read().ok_or_else(|| {
        StoreError::corrupt("signing_keys", row.get::<String>(2).unwrap_or_default())
    })
}
