//! Leaving: one's own account goes, with everything that belongs to it.

use rondo_domain::{Secret, Timestamp};
use rondo_store::Txn;

use super::{
    password,
    sessions::{Current, began_lately},
};
use crate::{
    App,
    auth::{Authenticated, CredentialKind, standing::Subject},
    error::{Error, Kind, Refusal, Why},
};

/// Deletes the account of whoever is signed in. It takes the password, or a
/// session that began less than a day ago, and never a mail. The id is
/// remembered: whatever names it is refused for good.
///
/// # Errors
/// [`Refusal::WrongPassword`], [`Refusal::NoPassword`],
/// [`Refusal::SessionExpired`], [`Error::RateLimited`], or
/// [`Error::Unavailable`]; [`Error::Unauthenticated`] when the session ended
/// meanwhile.
pub async fn delete_own_account(
    app: &App,
    current: &Current,
    password: Option<Secret<String>>,
) -> Result<(), Error> {
    let (user, session) = (current.user.id.clone(), current.session.id.clone());
    leave(app, &Subject::Session(user, session), password).await
}

/// [`delete_own_account`] for whoever shows a token of any kind but a personal
/// access token: that was made for a program. A token without a session of ours
/// says nothing about when its holder signed in, and takes the password.
///
/// # Errors
/// [`Refusal::NeedsLogin`] for a personal access token, [`Error::NotFound`] for
/// an external user who has not written anything yet, and those of
/// [`delete_own_account`].
pub async fn delete_me(
    app: &App,
    authenticated: &Authenticated,
    password: Option<Secret<String>>,
) -> Result<(), Error> {
    match &authenticated.credential.kind {
        CredentialKind::Revocable(subject) => leave(app, subject, password).await,
        CredentialKind::ApiToken { .. } => Err(Error::Forbidden(Refusal::NeedsLogin)),
    }
}

async fn leave(
    app: &App,
    subject: &Subject,
    password: Option<Secret<String>>,
) -> Result<(), Error> {
    let is_confirmed = password.is_some();
    if let Some(password) = password {
        password::confirm(app, subject.user(), password).await?;
    }
    let (leaving, now) = (subject.clone(), app.now());
    let body = move |txn: Txn| async move {
        let user = leaving.user();
        // The owner may have ended it elsewhere, because it is not theirs, or
        // may have a new password since; both end sessions, and hold the row.
        txn.find_credentials_by_id_for_update(user).await?;
        if !leaving.is_good(&txn, now).await? {
            return Err(Why::InvalidToken.into());
        }
        if !is_confirmed && !is_fresh(&txn, &leaving, now).await? {
            return Err(Error::Forbidden(Refusal::SessionExpired));
        }
        if txn.delete_user(user, now).await? { Ok(()) } else { Err(Error::NotFound(Kind::User)) }
    };
    app.store().write(body).await?;
    app.inner().standing.forget_all();
    app.inner().events.ended(subject.user());
    tracing::info!(user.id = subject.user().as_str(), "an account was deleted by its owner");
    Ok(())
}

/// Whether it is a session that began less than a day ago.
async fn is_fresh(txn: &Txn, subject: &Subject, now: Timestamp) -> Result<bool, Error> {
    let Subject::Session(user, id) = subject else {
        return Ok(false);
    };
    let sessions = txn.list_sessions(user, now).await?;
    let own = sessions.iter().find(|session| session.id == *id);
    Ok(own.is_some_and(|session| began_lately(session.created_at, now)))
}
