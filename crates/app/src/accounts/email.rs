//! Addresses: showing that mail arrives, and moving to another one.

use std::net::IpAddr;

use rondo_domain::{Email, Timestamp, User};
use rondo_store::{Constraint, MailJob, Purpose, StoreError, Txn};

use super::{
    ending,
    links::{self, Callback, Claims, Foreign},
    sessions::Current,
    unhurried,
};
use crate::{
    App,
    auth::throttle::{Attempt, MailFor},
    error::{Error, Refusal},
    mail,
};

const INVALID: Error = Error::Forbidden(Refusal::InvalidLink);

/// Sends a mail with a link that verifies an address: one's own when one is
/// signed in, or any.
///
/// Who is not signed in gets the same answer after the same time, whether there
/// is something to verify or not.
///
/// # Errors
/// [`Refusal::VerificationDisabled`] without mail; signed in also
/// [`Refusal::EmailMismatch`] and [`Refusal::EmailAlreadyVerified`];
/// [`Error::RateLimited`], [`Error::Invalid`] or [`Error::Unavailable`].
pub async fn send_verification(
    app: &App,
    (address, current): (IpAddr, Option<&Current>),
    email: Email,
    callback: Option<String>,
) -> Result<(), Error> {
    require_mail(app)?;
    let callback = Callback::parse("callbackURL", callback)?;
    app.inner().purge.when_due(app.store(), app.now());
    let Some(Current { user, session, .. }) = current else {
        return unhurried(verify_unseen(app, address, email, callback)).await;
    };
    if user.email.as_ref() != Some(&email) {
        return Err(Error::Forbidden(Refusal::EmailMismatch));
    }
    if user.email_verified {
        return Err(Error::Forbidden(Refusal::EmailAlreadyVerified));
    }
    let attempt = Attempt::OwnMail(&user.id, &email, MailFor::Verify);
    app.inner().throttle.count(app.store(), attempt, app.now()).await?;
    let posted = links::to_verify(app, (&user.id, &email), &callback);
    links::post(app, posted, user, Some(&session.id)).await
}

/// Sends a mail to an address if it has an account that is not verified.
async fn verify_unseen(
    app: &App,
    address: IpAddr,
    email: Email,
    callback: Callback,
) -> Result<(), Error> {
    let attempt = Attempt::Mail(address, &email, MailFor::Verify);
    app.inner().throttle.count(app.store(), attempt, app.now()).await?;
    let wanted = email.clone();
    let body = move |txn: Txn| async move { txn.find_user_by_email(&wanted).await };
    let found: Option<User> = app.store().read(body).await?;
    let Some(user) = found.filter(|user| !user.email_verified) else {
        return Ok(());
    };
    let posted = links::to_verify(app, (&user.id, &email), &callback);
    links::post(app, posted, &user, None).await
}

/// Sends a mail to the address that somebody wants to have instead of theirs;
/// the link in it makes the change. An address that is taken gets none, and
/// neither the answer nor the time says so.
///
/// # Errors
/// [`Refusal::VerificationDisabled`] without mail, [`Refusal::SameEmail`],
/// [`Error::RateLimited`], [`Error::Invalid`] or [`Error::Unavailable`].
pub async fn request_email_change(
    app: &App,
    current: &Current,
    new: Email,
    callback: Option<String>,
) -> Result<(), Error> {
    if current.user.email.as_ref() == Some(&new) {
        return Err(Error::Forbidden(Refusal::SameEmail));
    }
    require_mail(app)?;
    let callback = Callback::parse("callbackURL", callback)?;
    app.inner().purge.when_due(app.store(), app.now());
    unhurried(async {
        let Current { user, session, .. } = current;
        let attempt = Attempt::OwnMail(&user.id, &new, MailFor::Change);
        app.inner().throttle.count(app.store(), attempt, app.now()).await?;
        let wanted = new.clone();
        let body = move |txn: Txn| async move { txn.find_user_by_email(&wanted).await };
        let taken = app.store().read(body).await?;
        match links::to_change(app, user, &new, &callback) {
            Some(posted) if taken.is_none() => {
                links::post(app, posted, user, Some(&session.id)).await
            }
            _ => Ok(()),
        }
    })
    .await
}

fn require_mail(app: &App) -> Result<(), Error> {
    match app.settings().mail {
        Some(_) => Ok(()),
        None => Err(Error::Forbidden(Refusal::VerificationDisabled)),
    }
}

/// Follows a link about an address: it is verified, or becomes another one.
/// Answers the user in the second case. Opens no session: the mail may be read
/// by others, and programs follow links before people do. The old address is
/// told that it was replaced.
///
/// `session` is whose browser follows it, if that is known: nobody changes
/// somebody else's address by mistake.
///
/// # Errors
/// [`Refusal::InvalidLink`] when it was not made by us, was used before, or no
/// longer fits the account; [`Refusal::LinkExpired`], [`Refusal::UnknownUser`],
/// [`Refusal::WrongUser`] when it is about a change and the session is somebody
/// else's, which leaves it good; or [`Error::Unavailable`].
pub async fn verify_email(
    app: &App,
    token: &str,
    session: Option<&Current>,
) -> Result<Option<User>, Error> {
    let claims = read_link(app, token).await?;
    let is_strangers = session.is_some_and(|current| current.user.id != claims.user);
    if is_strangers && claims.change_to.is_some() {
        return Err(Error::Forbidden(Refusal::WrongUser));
    }
    app.inner().purge.when_due(app.store(), app.now());
    let (user, is_change) = (claims.user.clone(), claims.change_to.is_some());
    let now = app.now();
    let farewell = is_change.then(|| links::farewell(app, &user, &claims.email)).flatten();
    let body = move |txn: Txn| async move { follow(&txn, claims, farewell, now).await };
    let changed: User =
        if is_change { mail::write(app, body).await? } else { app.store().write(body).await? };
    let what = if is_change { "an address was changed" } else { "an address was verified" };
    tracing::info!(user.id = user.as_str(), "{what}");
    Ok(is_change.then_some(changed))
}

/// Uses a link up and does what it is for; answers the user as it is then. Both
/// change nothing unless the account still has the old address.
async fn follow(
    txn: &Txn,
    claims: Claims,
    farewell: Option<MailJob>,
    now: Timestamp,
) -> Result<User, Error> {
    let Claims { user, email, change_to, token_hash } = claims;
    let held = txn.find_credentials_by_id_for_update(&user).await?;
    held.ok_or(Error::Forbidden(Refusal::UnknownUser))?;
    let purpose = if change_to.is_some() { Purpose::ChangeEmail } else { Purpose::VerifyEmail };
    if !txn.take_verification(&user, &token_hash, purpose, now).await? {
        return Err(INVALID);
    }
    let Some(to) = change_to else {
        return txn.mark_email_verified(&user, &email, now).await?.ok_or(INVALID);
    };
    let changed = match txn.update_email(&user, &email, &to, now).await {
        // Somebody else was quicker.
        Err(StoreError::Conflict(Constraint::UserEmail)) => return Err(INVALID),
        other => other?.ok_or(INVALID)?,
    };
    ending::after_new_email(txn, &user).await?;
    if let Some(mail) = farewell {
        txn.insert_mail_job(&mail).await?;
    }
    Ok(changed)
}

/// What a link of ours says. What is wrong with others is said in the words of
/// Better Auth where it would have signed them; they are never acted on. That
/// an address has no account is told only to somebody who has the secret.
async fn read_link(app: &App, token: &str) -> Result<Claims, Error> {
    let read = links::read(app, token);
    let (Err(Error::Forbidden(Refusal::InvalidLink)), Some(foreign)) =
        (&read, links::read_foreign(app, token))
    else {
        return read;
    };
    let email = match foreign {
        Foreign::Expired => return Err(Error::Forbidden(Refusal::LinkExpired)),
        Foreign::About(email) => email,
    };
    let body = move |txn: Txn| async move { txn.find_user_by_email(&email).await };
    let found: Option<User> = app.store().read(body).await?;
    Err(found.map_or(Error::Forbidden(Refusal::UnknownUser), |_| INVALID))
}
