//! Personal access tokens.

use rondo_domain::{ApiToken, ApiTokenId, Scopes, Timestamp, TokenName, UserId};

use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
    tables::nothing_returned,
};

/// A personal access token to be stored.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// Whose data it opens.
    pub user_id: UserId,
    /// What the user calls it.
    pub name: TokenName,
    /// What it may do.
    pub scopes: Scopes,
    /// The SHA-256 of its secret.
    pub secret_hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

impl Txn {
    /// Stores a token.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the user has no row.
    pub async fn insert_api_token(&self, new: &NewApiToken) -> Result<ApiToken, StoreError> {
        let (user_id, name) = (new.user_id.as_str(), new.name.as_str());
        let (scopes, hash) = (new.scopes.bits(), &new.secret_hash[..]);
        let (created_at, expires_at) = (Moment(new.created_at), Moment(new.expires_at));
        let read = |row: &Row<'_>| api_token(row, &new.user_id);
        let stored = if self.is_postgres() {
            self.row(
                "insert into api_tokens
                     (user_id, name, scopes, secret_hash, created_at, expires_at)
                 values ($1, $2, $3, $4, $5, $6)
                 returning id, name, scopes, created_at, expires_at, last_used_at",
                &[&user_id, &name, &scopes, &hash, &created_at, &expires_at],
                read,
            )
            .await?
        } else {
            let id = self.next_id("api_tokens").await?;
            self.row(
                "insert into api_tokens
                     (user_id, name, scopes, secret_hash, created_at, expires_at, id)
                 values ($1, $2, $3, $4, $5, $6, $7)
                 returning id, name, scopes, created_at, expires_at, last_used_at",
                &[&user_id, &name, &scopes, &hash, &created_at, &expires_at, &id],
                read,
            )
            .await?
        };
        stored.ok_or_else(|| nothing_returned("api_tokens"))
    }

    /// The user's token with this secret.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_api_token(
        &self,
        user_id: &UserId,
        secret_hash: &[u8; 32],
    ) -> Result<Option<ApiToken>, StoreError> {
        self.row(
            "select id, name, scopes, created_at, expires_at, last_used_at
             from api_tokens where user_id = $1 and secret_hash = $2",
            &[&user_id.as_str(), &&secret_hash[..]],
            |row| api_token(row, user_id),
        )
        .await
    }

    /// The user's tokens, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_api_tokens(&self, user_id: &UserId) -> Result<Vec<ApiToken>, StoreError> {
        self.rows(
            "select id, name, scopes, created_at, expires_at, last_used_at
             from api_tokens where user_id = $1 order by created_at desc, id desc limit 1000",
            &[&user_id.as_str()],
            |row| api_token(row, user_id),
        )
        .await
    }

    /// How many tokens the user has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_api_tokens(&self, user_id: &UserId) -> Result<i64, StoreError> {
        let count = self
            .row(
                "select count(*) from api_tokens where user_id = $1",
                &[&user_id.as_str()],
                |row| row.get(0).ok_or_else(|| StoreError::internal("count(*) gave no number")),
            )
            .await?;
        Ok(count.unwrap_or(0))
    }

    /// Removes a token. `false` when the user has no such token.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_api_token(
        &self,
        user_id: &UserId,
        id: ApiTokenId,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "delete from api_tokens where user_id = $1 and id = $2",
                &[&user_id.as_str(), &id.get()],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Removes all tokens of a user.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_api_tokens(&self, user_id: &UserId) -> Result<u64, StoreError> {
        self.execute("delete from api_tokens where user_id = $1", &[&user_id.as_str()]).await
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn touch_api_token(
        &self,
        user_id: &UserId,
        id: ApiTokenId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "update api_tokens set last_used_at = $1 where user_id = $2 and id = $3",
            &[&Moment(now), &user_id.as_str(), &id.get()],
        )
        .await?;
        Ok(())
    }
}

fn api_token(row: &Row<'_>, user_id: &UserId) -> Result<ApiToken, StoreError> {
    let id: i64 = row.get(0).unwrap_or_default();
    let read = || {
        Some(ApiToken {
            id: ApiTokenId::new(id)?,
            user_id: user_id.clone(),
            name: TokenName::parse(&row.get::<String>(1)?).ok()?,
            scopes: Scopes::from_bits(row.get(2)?)?,
            created_at: row.time(3)?,
            expires_at: row.time(4)?,
            last_used_at: row.get::<Option<Moment>>(5)?.map(|moment| moment.0),
        })
    };
    read().ok_or_else(|| StoreError::corrupt("api_tokens", id))
}
