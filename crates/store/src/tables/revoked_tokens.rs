//! Tokens without a session of ours that were logged out.

use rondo_domain::{Timestamp, UserId};

use crate::{StoreError, Txn, sql::Moment};

impl Txn {
    /// Whether a token without a session may be used: it was not revoked, and
    /// its user's account was not deleted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn token_is_allowed(
        &self,
        user_id: &UserId,
        hash: &[u8; 32],
    ) -> Result<bool, StoreError> {
        let refused = self
            .row(
                "select 1 from deleted_users where id = $1
                 union all
                 select 1 from revoked_tokens where user_id = $1 and token_hash = $2
                 limit 1",
                &[&user_id.as_str(), &&hash[..]],
                |_| Ok(()),
            )
            .await?;
        Ok(refused.is_none())
    }

    /// Refuses a token from now on. Twice is the same as once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_token(
        &self,
        user_id: &UserId,
        hash: &[u8; 32],
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "insert into revoked_tokens (user_id, token_hash, expires_at) values ($1, $2, $3)
             on conflict (user_id, token_hash) do nothing",
            &[&user_id.as_str(), &&hash[..], &Moment(expires_at)],
        )
        .await?;
        Ok(())
    }
}
