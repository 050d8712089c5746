//! Login sessions.

use rondo_domain::{SessionId, Timestamp, UserId};

use crate::{StoreError, Txn, sql::Moment};

/// A login session: what an access token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The `sid` claim of its tokens.
    pub id: SessionId,
    /// Who logged in.
    pub user_id: UserId,
    /// When.
    pub created_at: Timestamp,
    /// From when on it is over.
    pub expires_at: Timestamp,
}

impl Txn {
    /// Stores a new session.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the user is gone.
    pub async fn insert_session(&self, session: &Session) -> Result<(), StoreError> {
        self.execute(
            "insert into sessions (user_id, id, created_at, expires_at) values ($1, $2, $3, $4)",
            &[
                &session.user_id.as_str(),
                &session.id.as_str(),
                &Moment(session.created_at),
                &Moment(session.expires_at),
            ],
        )
        .await?;
        Ok(())
    }

    /// Whether a session of this user exists and is not over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session_is_live(
        &self,
        user_id: &UserId,
        id: &SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let found = self
            .row(
                "select 1 from sessions where user_id = $1 and id = $2 and expires_at > $3",
                &[&user_id.as_str(), &id.as_str(), &Moment(now)],
                |_| Ok(()),
            )
            .await?;
        Ok(found.is_some())
    }

    /// Ends a session. `false` when it had ended before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_session(
        &self,
        user_id: &UserId,
        id: &SessionId,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "delete from sessions where user_id = $1 and id = $2",
                &[&user_id.as_str(), &id.as_str()],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_sessions(&self, user_id: &UserId) -> Result<u64, StoreError> {
        self.execute("delete from sessions where user_id = $1", &[&user_id.as_str()]).await
    }
}
