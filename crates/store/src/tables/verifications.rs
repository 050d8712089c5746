//! Links in mails that have not been followed yet. Each works once.

use rondo_domain::{Timestamp, UserId};

use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
};

/// What a link in a mail is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To set a new password.
    ResetPassword,
    /// To show that mail to an address reaches its user.
    VerifyEmail,
    /// To take another address.
    ChangeEmail,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
        }
    }
}

/// A link that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// To whom.
    pub user_id: UserId,
    /// The SHA-256 of what it holds.
    pub token_hash: [u8; 32],
    /// What it is good for.
    pub purpose: Purpose,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

impl Txn {
    /// Stores a link.
    ///
    /// # Errors
    /// `Conflict(Owner)` when the user is gone, `Conflict(Key)` when the token
    /// exists.
    pub async fn insert_verification(&self, new: &Verification) -> Result<(), StoreError> {
        self.execute(
            "insert into verifications (user_id, token_hash, purpose, created_at, expires_at)
             values ($1, $2, $3, $4, $5)",
            &[
                &new.user_id.as_str(),
                &&new.token_hash[..],
                &new.purpose.as_str(),
                &Moment(new.created_at),
                &Moment(new.expires_at),
            ],
        )
        .await?;
        Ok(())
    }

    /// The link that holds the token with this hash, unless it is over or for
    /// something else. Finding it does not use it up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_verification(
        &self,
        token_hash: &[u8; 32],
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Option<Verification>, StoreError> {
        self.row(
            "select user_id, created_at, expires_at from verifications
             where token_hash = $1 and purpose = $2 and expires_at > $3",
            &[&&token_hash[..], &purpose.as_str(), &Moment(now)],
            |row| verification(row, token_hash, purpose),
        )
        .await
    }

    /// Uses a link up. `false` when the user has none like this: never had,
    /// used before, or over. Of several at the same time one hears `true`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_verification(
        &self,
        user_id: &UserId,
        token_hash: &[u8; 32],
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "delete from verifications
                 where user_id = $1 and token_hash = $2 and purpose = $3 and expires_at > $4",
                &[&user_id.as_str(), &&token_hash[..], &purpose.as_str(), &Moment(now)],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Makes all links void that were sent to a user for one purpose.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_verifications(
        &self,
        user_id: &UserId,
        purpose: Purpose,
    ) -> Result<u64, StoreError> {
        self.execute(
            "delete from verifications where user_id = $1 and purpose = $2",
            &[&user_id.as_str(), &purpose.as_str()],
        )
        .await
    }
}

fn verification(
    row: &Row<'_>,
    token_hash: &[u8; 32],
    purpose: Purpose,
) -> Result<Verification, StoreError> {
    let user_id: String = row.get(0).unwrap_or_default();
    let read = || {
        Some(Verification {
            user_id: UserId::parse(&user_id).ok()?,
            token_hash: *token_hash,
            purpose,
            created_at: row.time(1)?,
            expires_at: row.time(2)?,
        })
    };
    // Named by its owner: a link's hash is no help to whoever looks for it.
    read().ok_or_else(|| StoreError::corrupt("verifications", &user_id))
}
