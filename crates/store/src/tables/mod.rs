//! One file or folder for each table, or for what belongs together: the
//! statements, and how their rows become domain types. A row goes through the
//! same parsers as what a user sends, so what comes out of the store is as
//! valid as what goes in.

mod api_tokens;
mod attempts;
mod conversations;
mod history;
mod imports;
mod listing;
mod mail_jobs;
mod revoked_tokens;
mod sessions;
mod settings;
mod signing_keys;
mod tags;
mod tasks;
mod users;
mod verifications;

use rondo_domain::Timestamp;

use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
};

pub use api_tokens::NewApiToken;
pub use attempts::Attempts;
pub use conversations::{Said, TurnRecord, TurnState};
pub use history::{ChangeMark, ChangePage, MarkPage, Moved, StoredAnswer, TrashPage, Trashed};
pub use imports::{ImportKey, ImportKind, Imported, Numbered};
pub use listing::TaskPage;
pub use mail_jobs::MailJob;
pub use sessions::Session;
pub use signing_keys::SigningKey;
pub use users::Credentials;
pub use verifications::{Purpose, Verification};

impl Txn {
    /// The next id of a table, for the engine that has no sequences.
    async fn next_id(&self, table: &'static str) -> Result<i64, StoreError> {
        self.row(
            "update id_counters set value = value + 1 where name = $1 returning value",
            &[&table],
            |row| row.get(0).ok_or_else(|| StoreError::corrupt("id_counters", table)),
        )
        .await?
        .ok_or_else(|| StoreError::corrupt("id_counters", table))
    }

    /// Removes what has expired: attempts, revoked tokens, sessions, links in
    /// mails, mails and answers, at most 5,000 of each. Called now and then after a
    /// write, never on a timer, and bounded because others wait meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn purge_expired(&self, now: Timestamp) -> Result<(), StoreError> {
        for sql in [
            "delete from attempts where key in (
                 select key from attempts where resets_at <= $1 order by resets_at limit 5000
             )",
            "delete from revoked_tokens where (user_id, token_hash) in (
                 select user_id, token_hash from revoked_tokens where expires_at <= $1
                 order by expires_at limit 5000
             )",
            "delete from sessions where (user_id, id) in (
                 select user_id, id from sessions where expires_at <= $1
                 order by expires_at limit 5000
             )",
            "delete from verifications where (user_id, token_hash) in (
                 select user_id, token_hash from verifications where expires_at <= $1
                 order by expires_at limit 5000
             )",
            "delete from mail_jobs where (user_id, id) in (
                 select user_id, id from mail_jobs where expires_at <= $1
                 order by expires_at limit 5000
             )",
            "delete from idempotency_keys where (user_id, key) in (
                 select user_id, key from idempotency_keys where expires_at <= $1
                 order by expires_at limit 5000
             )",
        ] {
            self.execute(sql, &[&Moment(now)]).await?;
        }
        Ok(())
    }
}

/// What `returning` must give and did not.
fn nothing_returned(table: &'static str) -> StoreError {
    StoreError::internal(format!("an insert into {table} returned nothing"))
}

/// A column that holds a SHA-256; `None` when it holds anything else.
fn hash(row: &Row<'_>, column: usize) -> Option<[u8; 32]> {
    row.get::<Vec<u8>>(column)?.try_into().ok()
}
