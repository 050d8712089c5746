//! Passwords of people who have an account: changed, given once more, forgotten.
//!
//! What a new one puts an end to is written in `ending`.

use std::net::IpAddr;

use rondo_domain::{Email, Secret, User, UserId};
use rondo_store::{Purpose, Txn, Verification};

use super::{
    ending, hash_new,
    links::{self, Callback},
    sessions::{Current, Device, SessionView, hold, new_session},
    unhurried,
};
use crate::{
    App,
    auth::{
        password::{self, NewPassword},
        throttle::{Attempt, MailFor},
    },
    error::{Error, Refusal, Why},
};

const INVALID: Error = Error::Forbidden(Refusal::InvalidLink);
const WRONG: Error = Error::Forbidden(Refusal::WrongPassword);

/// A new password for somebody who knows the old one.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// The old one, exactly as typed.
    pub current: Secret<String>,
    /// The new one.
    pub new: NewPassword,
    /// Whether the session that asks is replaced too, by one with another
    /// token.
    pub renew: bool,
}

/// Replaces a password. All other sessions end, and all links that are still in
/// a mailbox are void.
///
/// # Errors
/// [`Refusal::WrongPassword`], [`Refusal::NoPassword`], [`Error::Invalid`] for a
/// new one that is easy to guess, [`Error::RateLimited`] or
/// [`Error::Unavailable`].
pub async fn change_password(
    app: &App,
    current: &Current,
    device: &Device,
    change: PasswordChange,
) -> Result<(User, Option<SessionView>), Error> {
    let PasswordChange { current: old, new, renew } = change;
    let old_hash = confirm(app, &current.user.id, old).await?;
    let hash = hash_for(app, &current.user, &new).await?;
    let remembered = current.session.remembered;
    let renewed = renew.then(|| new_session(app, &current.user.id, device, remembered));
    let (session, view) = renewed.unzip();
    let (id, own, now) = (current.user.id.clone(), current.session.id.clone(), app.now());
    let body = move |txn: Txn| async move {
        let held = hold(&txn, &id, &own, now).await?;
        // Replaced by somebody else since it was checked.
        if held.password_hash.as_ref() != Some(&old_hash) {
            return Err(WRONG);
        }
        txn.update_password(&id, &hash, now).await?;
        let kept = session.is_none().then_some(&own);
        ending::after_new_password(&txn, &id, kept).await?;
        if let Some(session) = session {
            txn.insert_session(&session).await?;
        }
        txn.find_user(&id).await?.ok_or(Why::InvalidToken.into())
    };
    let user = app.store().write(body).await?;
    app.inner().standing.forget_all();
    app.inner().events.ended(&user.id);
    tracing::info!(user.id = user.id.as_str(), "a password was changed");
    Ok((user, view))
}

/// Sends a link to a new password, if the address has an account; whether it
/// has is told neither by the answer nor by the time. Somebody who came by an
/// external issuer and has no password yet gets one that way.
///
/// # Errors
/// [`Refusal::ResetDisabled`] without mail, [`Error::RateLimited`],
/// [`Error::Invalid`] when `redirect_to` is too long, or [`Error::Unavailable`].
pub async fn request_password_reset(
    app: &App,
    address: IpAddr,
    email: Email,
    redirect_to: Option<String>,
) -> Result<(), Error> {
    if app.settings().mail.is_none() {
        return Err(Error::Forbidden(Refusal::ResetDisabled));
    }
    let callback = Callback::parse("redirectTo", redirect_to)?;
    app.inner().purge.when_due(app.store(), app.now());
    unhurried(async {
        let attempt = Attempt::Mail(address, &email, MailFor::Reset);
        app.inner().throttle.count(app.store(), attempt, app.now()).await?;
        let wanted = email.clone();
        let body = move |txn: Txn| async move { txn.find_user_by_email(&wanted).await };
        let found: Option<User> = app.store().read(body).await?;
        let Some(user) = found else {
            tracing::debug!("a new password was asked for, nobody has this address");
            return Ok(());
        };
        tracing::info!(user.id = user.id.as_str(), "a new password was asked for");
        let posted = links::to_reset(app, (&user.id, &email), &callback);
        links::post(app, posted, &user, None).await
    })
    .await
}

/// Whether a link to a new password still works. Asking does not use it up.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn reset_link_is_good(app: &App, token: &str) -> Result<bool, Error> {
    Ok(links::find_reset(app, token).await?.is_some())
}

/// Sets a new password with the link from a mail. All sessions end, personal
/// access tokens are deleted, and no other link works any more. The address is
/// verified: the link was in its mailbox.
///
/// # Errors
/// [`Error::Invalid`] for a password that is easy to guess by what is known of
/// the person: the link works on. [`Refusal::InvalidLink`] when it never did,
/// was used, or is too old; [`Error::RateLimited`] or [`Error::Unavailable`].
pub async fn reset_password(app: &App, token: &str, new: NewPassword) -> Result<(), Error> {
    app.inner().purge.when_due(app.store(), app.now());
    let found = links::find_reset(app, token).await?.ok_or(INVALID)?;
    let Verification { user_id, token_hash, .. } = found;
    let id = user_id.clone();
    let body = move |txn: Txn| async move { txn.find_user(&id).await };
    let user: User = app.store().read(body).await?.ok_or(INVALID)?;
    let hash = hash_for(app, &user, &new).await?;
    let (id, now) = (user_id.clone(), app.now());
    let body = move |txn: Txn| async move {
        let held = txn.find_credentials_by_id_for_update(&id).await?.ok_or(INVALID)?;
        if !txn.take_verification(&id, &token_hash, Purpose::ResetPassword, now).await? {
            return Err(INVALID);
        }
        txn.update_password(&id, &hash, now).await?;
        // A new address makes all links void, so this one went to the address
        // that the account has now.
        if let Some(email) = held.user.email.filter(|_| !held.user.email_verified) {
            txn.mark_email_verified(&id, &email, now).await?;
        }
        ending::after_reset(&txn, &id).await?;
        Ok(())
    };
    app.store().write(body).await?;
    app.inner().standing.forget_all();
    app.inner().events.ended(&user_id);
    tracing::info!(user.id = user_id.as_str(), "a password was reset");
    Ok(())
}

/// Hashes a new password, unless it is too easy for whose it is to be.
async fn hash_for(app: &App, user: &User, new: &NewPassword) -> Result<Secret<String>, Error> {
    let email = user.email.as_ref().map_or("", Email::as_str);
    hash_new(app, new, ("newPassword", [email, user.name.as_str()])).await
}

/// Whether that is the password of whoever is signed in, before something that
/// only they should do.
///
/// # Errors
/// [`Refusal::WrongPassword`], [`Refusal::NoPassword`],
/// [`Error::RateLimited`] or [`Error::Unavailable`].
pub async fn verify_password(
    app: &App,
    current: &Current,
    password: Secret<String>,
) -> Result<(), Error> {
    confirm(app, &current.user.id, password).await.map(|_| ())
}

/// Whether the account has a password, or is known to an external issuer only.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn has_password(app: &App, current: &Current) -> Result<bool, Error> {
    Ok(stored(app, &current.user.id).await?.is_some())
}

/// Holds somebody who is signed in to their password, and answers the hash that
/// it was compared with.
pub(super) async fn confirm(
    app: &App,
    user: &UserId,
    password: Secret<String>,
) -> Result<Secret<String>, Error> {
    let attempt = Attempt::PasswordCheck(user);
    app.inner().throttle.count(app.store(), attempt, app.now()).await?;
    let hash = stored(app, user).await?.ok_or(Error::Forbidden(Refusal::NoPassword))?;
    // Longer than any password can be, so it is not worth a hash.
    if NewPassword::is_too_long(password.expose()) {
        return Err(WRONG);
    }
    if !password::check(app, password, Some(hash.clone())).await?.is_right() {
        tracing::info!(user.id = user.as_str(), "a wrong password was given in a session");
        return Err(WRONG);
    }
    Ok(hash)
}

async fn stored(app: &App, user: &UserId) -> Result<Option<Secret<String>>, Error> {
    let user = user.clone();
    let body = move |txn: Txn| async move { txn.find_password_hash(&user).await };
    Ok(app.store().read(body).await?)
}
