//! Login sessions.

use rondo_domain::{SessionId, Timestamp, User, UserId};

use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
    tables::{hash, users::user},
};

/// A login session: what an access token or a session token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The `sid` claim of its access tokens.
    pub id: SessionId,
    /// Who logged in.
    pub user_id: UserId,
    /// The SHA-256 of its session token.
    pub token_hash: [u8; 32],
    /// The session token itself, sealed by the application.
    pub sealed_token: Vec<u8>,
    /// Whether it is renewed while it is used.
    pub remembered: bool,
    /// Where the login came from; may be empty.
    pub ip_address: String,
    /// With which program; may be empty.
    pub user_agent: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was made or last renewed.
    pub updated_at: Timestamp,
    /// From when on it is over.
    pub expires_at: Timestamp,
}

impl Txn {
    /// Stores a new session.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the user is gone, `Conflict(Key)` when the id or
    /// the token exists.
    pub async fn insert_session(&self, session: &Session) -> Result<(), StoreError> {
        self.execute(
            "insert into sessions
                 (user_id, id, token_hash, sealed_token, remembered, ip_address, user_agent,
                  created_at, updated_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                &session.user_id.as_str(),
                &session.id.as_str(),
                &&session.token_hash[..],
                &&session.sealed_token[..],
                &session.remembered,
                &session.ip_address.as_str(),
                &session.user_agent.as_str(),
                &Moment(session.created_at),
                &Moment(session.updated_at),
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

    /// The session whose token has this hash, and whose it is. Also one that
    /// is over: the caller decides what to do with it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_session_by_token(
        &self,
        token_hash: &[u8; 32],
    ) -> Result<Option<(Session, User)>, StoreError> {
        self.row(
            "select u.id, u.email, u.name, u.email_verified, u.image, u.created_at, u.updated_at,
                    s.id, s.token_hash, s.sealed_token, s.remembered, s.ip_address, s.user_agent,
                    s.created_at, s.updated_at, s.expires_at
             from sessions s join users u on u.id = s.user_id
             where s.token_hash = $1",
            &[&&token_hash[..]],
            |row| {
                let user = user(row)?;
                Ok((session(row, 7, &user.id)?, user))
            },
        )
        .await
    }

    /// The user's sessions that are not over, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_sessions(
        &self,
        user_id: &UserId,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        self.rows(
            "select id, token_hash, sealed_token, remembered, ip_address, user_agent,
                    created_at, updated_at, expires_at
             from sessions where user_id = $1 and expires_at > $2
             order by created_at desc, id desc limit 1000",
            &[&user_id.as_str(), &Moment(now)],
            |row| session(row, 0, user_id),
        )
        .await
    }

    /// Lets a session end later. `false` when it has ended or is over: it is
    /// not brought back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn extend_session(
        &self,
        user_id: &UserId,
        id: &SessionId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "update sessions set expires_at = $1, updated_at = $2
                 where user_id = $3 and id = $4 and expires_at > $2",
                &[&Moment(expires_at), &Moment(now), &user_id.as_str(), &id.as_str()],
            )
            .await?;
        Ok(touched == 1)
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

    /// Ends the user's session whose token has this hash, and says which it
    /// was. `None` when the user has no such session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_session_by_token(
        &self,
        user_id: &UserId,
        token_hash: &[u8; 32],
    ) -> Result<Option<SessionId>, StoreError> {
        self.row(
            "delete from sessions where user_id = $1 and token_hash = $2 returning id",
            &[&user_id.as_str(), &&token_hash[..]],
            |row| session_id(row, 0),
        )
        .await
    }

    /// Ends all sessions of a user, and says which they were, in any order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_sessions(&self, user_id: &UserId) -> Result<Vec<SessionId>, StoreError> {
        self.rows(
            "delete from sessions where user_id = $1 returning id",
            &[&user_id.as_str()],
            |row| session_id(row, 0),
        )
        .await
    }

    /// Ends all sessions of a user but one, and says which they were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_other_sessions(
        &self,
        user_id: &UserId,
        keep: &SessionId,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.rows(
            "delete from sessions where user_id = $1 and id <> $2 returning id",
            &[&user_id.as_str(), &keep.as_str()],
            |row| session_id(row, 0),
        )
        .await
    }
}

fn session_id(row: &Row<'_>, column: usize) -> Result<SessionId, StoreError> {
    let id: String = row.get(column).unwrap_or_default();
    SessionId::new(&id).ok_or_else(|| StoreError::corrupt("sessions", id))
}

/// The session whose columns begin at `first`.
fn session(row: &Row<'_>, first: usize, user_id: &UserId) -> Result<Session, StoreError> {
    let id = session_id(row, first)?;
    let read = || {
        Some(Session {
            id: id.clone(),
            user_id: user_id.clone(),
            token_hash: hash(row, first + 1)?,
            sealed_token: row.get(first + 2)?,
            remembered: row.get(first + 3)?,
            ip_address: row.get(first + 4)?,
            user_agent: row.get(first + 5)?,
            created_at: row.time(first + 6)?,
            updated_at: row.time(first + 7)?,
            expires_at: row.time(first + 8)?,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("sessions", id.as_str()))
}
