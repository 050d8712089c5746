//! Accounts.

use rondo_domain::{Email, Name, Page, Secret, Timestamp, User, UserId};

use crate::{
    StoreError, Txn,
    sql::{Moment, Row},
};

/// What a login is checked against.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose they are.
    pub user: User,
    /// `None` when the user has no password here.
    pub password_hash: Option<Secret<String>>,
}

impl Txn {
    /// The user with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        self.row(
            "select id, email, name, created_at, updated_at from users where id = $1",
            &[&id.as_str()],
            user,
        )
        .await
    }

    /// The user with this address.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        self.row(
            "select id, email, name, created_at, updated_at from users where email = $1",
            &[&email.as_str()],
            user,
        )
        .await
    }

    /// What a login with this address is checked against.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        self.row(
            "select id, email, name, created_at, updated_at, password_hash
             from users where email = $1",
            &[&email.as_str()],
            credentials,
        )
        .await
    }

    /// The same, held still until the transaction ends: nobody can replace the
    /// password meanwhile. On SQLite there is one writer, so nothing needs to
    /// be held.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_credentials_for_update(
        &self,
        email: &Email,
    ) -> Result<Option<Credentials>, StoreError> {
        if !self.is_postgres() {
            return self.find_credentials(email).await;
        }
        self.row(
            "select id, email, name, created_at, updated_at, password_hash
             from users where email = $1 for no key update",
            &[&email.as_str()],
            credentials,
        )
        .await
    }

    /// The user's password hash; `None` without a user or without a password.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_password_hash(
        &self,
        id: &UserId,
    ) -> Result<Option<Secret<String>>, StoreError> {
        let hash = self
            .row("select password_hash from users where id = $1", &[&id.as_str()], |row| {
                row.get::<Option<String>>(0).ok_or_else(|| StoreError::corrupt("users", id))
            })
            .await?;
        Ok(hash.flatten().map(Secret::new))
    }

    /// The users, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_users(&self, page: Page) -> Result<Vec<User>, StoreError> {
        self.rows(
            "select id, email, name, created_at, updated_at from users
             order by created_at, id limit $1 offset $2",
            &[&page.limit(), &page.offset()],
            user,
        )
        .await
    }

    /// Stores a new user.
    ///
    /// # Errors
    /// `Conflict(UserEmail)` when the address is taken, `Conflict(Key)` when
    /// the id is.
    pub async fn insert_user(
        &self,
        user: &User,
        password_hash: Option<&Secret<String>>,
    ) -> Result<(), StoreError> {
        self.execute(
            "insert into users (id, email, name, password_hash, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6)",
            &[
                &user.id.as_str(),
                &user.email.as_ref().map(Email::as_str),
                &user.name.as_str(),
                &password_hash.map(|hash| hash.expose().as_str()),
                &Moment(user.created_at),
                &Moment(user.updated_at),
            ],
        )
        .await?;
        Ok(())
    }

    /// Makes a row for a user whom only an external issuer knows, unless there
    /// is one. `false` when the account was deleted here: it stays so.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn provision_user(&self, id: &UserId, now: Timestamp) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "insert into users (id, created_at, updated_at)
                 select $1, $2, $2
                 where not exists (select 1 from deleted_users where id = $1)
                 on conflict (id) do update set id = excluded.id",
                &[&id.as_str(), &Moment(now)],
            )
            .await?;
        if touched == 0 {
            return Ok(false);
        }
        // The account may have been deleted while the insert waited for its
        // row, and only a statement that begins now sees the tombstone.
        let deleted = self
            .row("select 1 from deleted_users where id = $1", &[&id.as_str()], |_| Ok(()))
            .await?;
        if deleted.is_none() {
            return Ok(true);
        }
        self.execute("delete from users where id = $1", &[&id.as_str()]).await?;
        Ok(false)
    }

    /// Replaces a password. `false` when there is no such user.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_password(
        &self,
        id: &UserId,
        password_hash: &Secret<String>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let touched = self
            .execute(
                "update users set password_hash = $1, updated_at = $2 where id = $3",
                &[&password_hash.expose().as_str(), &Moment(now), &id.as_str()],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Removes a user and everything of it, and remembers that the id is
    /// spent. `false` when there is no such user.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_user(&self, id: &UserId, now: Timestamp) -> Result<bool, StoreError> {
        let touched = self.execute("delete from users where id = $1", &[&id.as_str()]).await?;
        if touched == 0 {
            return Ok(false);
        }
        // The tombstone refuses them all, so the list of some is no longer needed.
        self.execute("delete from revoked_tokens where user_id = $1", &[&id.as_str()]).await?;
        self.execute(
            "insert into deleted_users (id, deleted_at) values ($1, $2)
             on conflict (id) do update set deleted_at = excluded.deleted_at",
            &[&id.as_str(), &Moment(now)],
        )
        .await?;
        Ok(true)
    }
}

fn credentials(row: &Row<'_>) -> Result<Credentials, StoreError> {
    let user = user(row)?;
    let hash: Option<Option<String>> = row.get(5);
    let hash = hash.ok_or_else(|| StoreError::corrupt("users", &user.id))?;
    Ok(Credentials { user, password_hash: hash.map(Secret::new) })
}

fn user(row: &Row<'_>) -> Result<User, StoreError> {
    let id: String = row.get(0).unwrap_or_default();
    let read = || {
        let email: Option<String> = row.get(1)?;
        Some(User {
            id: UserId::parse(&id).ok()?,
            email: email.map(|email| Email::parse(&email)).transpose().ok()?,
            name: Name::parse(&row.get::<String>(2)?).ok()?,
            created_at: row.time(3)?,
            updated_at: row.time(4)?,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("users", &id))
}
