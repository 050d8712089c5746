//! Leaving: one's own account goes, with everything that belongs to it.

use rondo_domain::Secret;
use rondo_store::Txn;

use super::{
    password,
    sessions::{Current, hold, is_fresh},
};
use crate::{
    App,
    error::{Error, Refusal},
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
    match password {
        Some(password) => {
            password::confirm(app, &current.user.id, password).await?;
        }
        None if is_fresh(app, &current.session) => {}
        None => return Err(Error::Forbidden(Refusal::SessionExpired)),
    }
    let (user, session, now) = (current.user.id.clone(), current.session.id.clone(), app.now());
    let body = move |txn: Txn| async move {
        // The owner may have ended it elsewhere, because it is not theirs, or
        // may have a new password since; both end sessions.
        hold(&txn, &user, &session, now).await?;
        txn.delete_user(&user, now).await?;
        Ok::<_, Error>(())
    };
    app.store().write(body).await?;
    app.inner().standing.forget_all();
    tracing::info!(user.id = current.user.id.as_str(), "an account was deleted by its owner");
    Ok(())
}
