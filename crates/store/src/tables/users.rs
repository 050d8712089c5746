//! Accounts.

use rondo_domain::{Email, Image, Name, Page, Secret, Timestamp, User, UserId};

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
            "select id, email, name, email_verified, image, created_at, updated_at
             from users where id = $1",
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
            "select id, email, name, email_verified, image, created_at, updated_at
             from users where email = $1",
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
            "select id, email, name, email_verified, image, created_at, updated_at, password_hash
             from users where email = $1",
            &[&email.as_str()],
            credentials,
        )
        .await
    }

    /// What this user's password is checked against, held still until the
    /// transaction ends: nobody can replace it meanwhile. On SQLite there is
    /// one writer, so nothing needs to be held.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_credentials_by_id_for_update(
        &self,
        id: &UserId,
    ) -> Result<Option<Credentials>, StoreError> {
        let sql = if self.is_postgres() {
            "select id, email, name, email_verified, image, created_at, updated_at, password_hash
             from users where id = $1 for no key update"
        } else {
            "select id, email, name, email_verified, image, created_at, updated_at, password_hash
             from users where id = $1"
        };
        self.row(sql, &[&id.as_str()], credentials).await
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
            "select id, email, name, email_verified, image, created_at, updated_at from users
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
            "insert into users
                 (id, email, name, email_verified, image, password_hash, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &user.id.as_str(),
                &user.email.as_ref().map(Email::as_str),
                &user.name.as_str(),
                &user.email_verified,
                &user.image.as_ref().map(Image::as_str),
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

    /// Changes what a user shows of themselves: `None` leaves a field as it
    /// is, `Some(None)` takes the picture away. `None` when there is no such
    /// user.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_profile(
        &self,
        id: &UserId,
        name: Option<&Name>,
        image: Option<Option<&Image>>,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        self.row(
            "update users set name = coalesce($1, name),
                 image = case when $2 then $3 else image end, updated_at = $4
             where id = $5
             returning id, email, name, email_verified, image, created_at, updated_at",
            &[
                &name.map(Name::as_str),
                &image.is_some(),
                &image.flatten().map(Image::as_str),
                &Moment(now),
                &id.as_str(),
            ],
            user,
        )
        .await
    }

    /// Notes that mail to a user's address reaches them; a second time changes
    /// nothing. `None` when this is not the user's address (any more).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_email_verified(
        &self,
        id: &UserId,
        email: &Email,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        self.row(
            "update users set email_verified = true,
                 updated_at = case when email_verified then updated_at else $1 end
             where id = $2 and email = $3
             returning id, email, name, email_verified, image, created_at, updated_at",
            &[&Moment(now), &id.as_str(), &email.as_str()],
            user,
        )
        .await
    }

    /// Gives a user another address, which is as verified as the old one was.
    /// `None` when `from` is not the user's address (any more).
    ///
    /// # Errors
    /// `Conflict(UserEmail)` when the address is taken.
    pub async fn update_email(
        &self,
        id: &UserId,
        from: &Email,
        to: &Email,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        self.row(
            "update users set email = $1, updated_at = $2
             where id = $3 and email = $4
             returning id, email, name, email_verified, image, created_at, updated_at",
            &[&to.as_str(), &Moment(now), &id.as_str(), &from.as_str()],
            user,
        )
        .await
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
    let hash: Option<Option<String>> = row.get(7);
    let hash = hash.ok_or_else(|| StoreError::corrupt("users", &user.id))?;
    Ok(Credentials { user, password_hash: hash.map(Secret::new) })
}

/// The user whose columns a row begins with.
pub(super) fn user(row: &Row<'_>) -> Result<User, StoreError> {
    let id: String = row.get(0).unwrap_or_default();
    let read = || {
        let (email, image): (Option<String>, Option<String>) = (row.get(1)?, row.get(4)?);
        Some(User {
            id: UserId::parse(&id).ok()?,
            email: email.map(|email| Email::parse(&email)).transpose().ok()?,
            name: Name::parse(&row.get::<String>(2)?).ok()?,
            email_verified: row.get(3)?,
            image: image.map(|image| Image::parse(&image)).transpose().ok()?,
            created_at: row.time(5)?,
            updated_at: row.time(6)?,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("users", &id))
}
