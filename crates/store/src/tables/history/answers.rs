//! What requests with an Idempotency-Key were answered.
//!
//! The answer is stored in the transaction of the change, so one is never
//! there without the other.

use rondo_domain::{Timestamp, UserId};

use crate::{
    StoreError, Txn,
    sql::{Moment, one_row},
    tables::hash,
};

/// What a request was answered, and which request it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// A SHA-256 of the request: another one with the same key is a mistake.
    pub fingerprint: [u8; 32],
    /// The outcome, in the words of whoever stored it.
    pub answer: String,
}

impl Txn {
    /// What the owner's request with this key was answered, if that is still
    /// kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_answer(
        &self,
        owner: &UserId,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        self.row(
            "select fingerprint, answer from idempotency_keys
             where user_id = $1 and key = $2 and expires_at > $3",
            &[&owner.as_str(), &key, &Moment(now)],
            |row| {
                let read =
                    || Some(StoredAnswer { fingerprint: hash(row, 0)?, answer: row.get(1)? });
                read().ok_or_else(|| StoreError::corrupt("idempotency_keys", owner))
            },
        )
        .await
    }

    /// Keeps what the owner's request with this key was answered. `moments` are
    /// now, and when it may be forgotten.
    ///
    /// # Errors
    /// `Conflict(Key)` when there is an answer that is still kept: the request
    /// came twice at the same time, and this one must not count. `Conflict(Owner)`
    /// when the user has no row yet. On PostgreSQL possibly only at the commit.
    pub async fn keep_answer(
        &self,
        owner: &UserId,
        key: &str,
        answer: &StoredAnswer,
        moments: (Timestamp, Timestamp),
    ) -> Result<(), StoreError> {
        let (now, expires_at) = moments;
        self.later(
            one_row!(
                "insert into idempotency_keys
                     (user_id, key, fingerprint, answer, created_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6)
                 on conflict (user_id, key) do update set
                     fingerprint = excluded.fingerprint, answer = excluded.answer,
                     created_at = excluded.created_at, expires_at = excluded.expires_at
                 where idempotency_keys.expires_at <= $5" or Key
            ),
            vec![
                Box::new(owner.as_str().to_owned()),
                Box::new(key.to_owned()),
                Box::new(answer.fingerprint.to_vec()),
                Box::new(answer.answer.clone()),
                Box::new(Moment(now)),
                Box::new(Moment(expires_at)),
            ],
        )
        .await
    }
}
