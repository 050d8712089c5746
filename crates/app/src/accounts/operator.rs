//! What the operator does with accounts, from the command line.
//!
//! No limits, no closed doors: whoever can run these can read the database.

use rondo_domain::{Email, Page, User, UserId};

use super::{
    ending, hash_new,
    register::{self, By},
};
use crate::{
    App,
    auth::password::NewPassword,
    error::{Error, Kind},
    input::Registration,
};

/// Makes an account, whether registration is open or not. Its address counts as
/// verified: the operator vouches for it, and there may be no mail at all.
///
/// # Errors
/// [`Error::Conflict`] when the address has one, or [`Error::Unavailable`].
pub async fn add_user(app: &App, registration: Registration) -> Result<User, Error> {
    register::insert(app, registration, By::Operator).await
}

/// The account with this address.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or [`Error::Unavailable`].
pub async fn find_user(app: &App, email: &Email) -> Result<User, Error> {
    let email = email.clone();
    let found =
        app.store().read(move |txn| async move { txn.find_user_by_email(&email).await }).await?;
    found.ok_or(Error::NotFound(Kind::User))
}

/// A page of all accounts, oldest first.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn list_users(app: &App, page: Page) -> Result<Vec<User>, Error> {
    Ok(app.store().read(move |txn| async move { txn.list_users(page).await }).await?)
}

/// Replaces a password. All of the user's login sessions end, and all links
/// that are still in a mailbox are void. Personal access tokens stay;
/// they are revoked one by one.
///
/// # Errors
/// [`Error::NotFound`] when there is no such user, [`Error::Invalid`] for a
/// password that is easy to guess, or [`Error::Unavailable`].
pub async fn set_password(app: &App, user: &UserId, password: NewPassword) -> Result<(), Error> {
    let id = user.clone();
    let found = app.store().read(move |txn| async move { txn.find_user(&id).await }).await?;
    let whose: User = found.ok_or(Error::NotFound(Kind::User))?;
    let known = [whose.email.as_ref().map_or("", Email::as_str), whose.name.as_str()];
    let hash = hash_new(app, &password, ("password", known)).await?;
    let (id, now) = (user.clone(), app.now());
    app.store()
        .write(move |txn| async move {
            if !txn.update_password(&id, &hash, now).await? {
                return Err(Error::NotFound(Kind::User));
            }
            ending::after_new_password(&txn, &id, None).await?;
            Ok(())
        })
        .await?;
    app.inner().standing.forget_all();
    app.inner().events.ended(user);
    tracing::info!(user.id = user.as_str(), "a password was replaced");
    Ok(())
}

/// Removes an account with everything that belongs to it. The id is
/// remembered: tokens that name it are refused for good.
///
/// # Errors
/// [`Error::NotFound`] when there is no such user, or [`Error::Unavailable`].
pub async fn delete_user(app: &App, user: &UserId) -> Result<(), Error> {
    let (id, now) = (user.clone(), app.now());
    let was_there =
        app.store().write(move |txn| async move { txn.delete_user(&id, now).await }).await?;
    if !was_there {
        return Err(Error::NotFound(Kind::User));
    }
    app.inner().standing.forget_all();
    app.inner().events.ended(user);
    tracing::info!(user.id = user.as_str(), "an account was deleted");
    Ok(())
}
