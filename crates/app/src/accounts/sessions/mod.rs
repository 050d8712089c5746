//! Login sessions: who is signed in where, for how long, and how it ends.
//!
//! There is one kind of session, whichever route opened it. What ends one ends
//! everything that names it: its token, its cookie, and the JWTs that were made
//! for it; here at once, on other replicas within five seconds.

mod open;
mod renew;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use rondo_domain::{Secret, SessionId, Timestamp, User, UserId};
use rondo_store::{Credentials, Session, Txn};

use super::ending;
use crate::{
    App,
    auth::{KeySet, jwt, session_token, standing::Subject},
    error::{Error, Refusal, Why},
};

pub(crate) use open::{login_session, new_session};
pub use renew::{Renewal, current};

/// How long a session counts as fresh: a new sign-in, near enough.
const FRESH_SECONDS: i64 = 86_400;

/// A session as its owner may see it: with its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The `sid` claim of the JWTs made for it.
    pub id: SessionId,
    /// What opens it.
    pub token: Secret<String>,
    /// Whose it is.
    pub user_id: UserId,
    /// Where it was opened from.
    pub ip_address: String,
    /// The program that opened it, in its own words.
    pub user_agent: String,
    /// Whether it is renewed while it is used, and outlives the browser.
    pub remembered: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was renewed last.
    pub updated_at: Timestamp,
    /// From when on it is over.
    pub expires_at: Timestamp,
}

/// What a session is opened on.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its network address.
    pub address: IpAddr,
    /// The `User-Agent` header; empty when there is none.
    pub user_agent: String,
}

/// A session that is good now, and its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// The session.
    pub session: SessionView,
    /// Whose it is.
    pub user: User,
    /// Whether it was renewed just now, so that the cookie has to be sent
    /// again.
    pub is_renewed: bool,
}

impl SessionView {
    fn new(session: Session, token: Secret<String>) -> Self {
        let Session { id, user_id, remembered, ip_address, user_agent, .. } = session;
        let Session { created_at, updated_at, expires_at, .. } = session;
        Self {
            id,
            token,
            user_id,
            ip_address,
            user_agent,
            remembered,
            created_at,
            updated_at,
            expires_at,
        }
    }
}

/// Whether the session was opened less than a day ago: some things ask for a
/// new sign-in.
#[must_use]
pub fn is_fresh(app: &App, session: &SessionView) -> bool {
    began_lately(session.created_at, app.now())
}

/// Whether a session that was opened at that moment counts as fresh.
pub(super) fn began_lately(created_at: Timestamp, now: Timestamp) -> bool {
    now < created_at.plus_seconds(FRESH_SECONDS)
}

/// Holds a user's row until the end of the transaction, and requires the session
/// to be good in it. Whatever ends sessions by hand holds the row as well, so it
/// comes wholly before what follows here or wholly after.
///
/// # Errors
/// [`Why::InvalidToken`] when the session has ended, or its user is gone.
pub(crate) async fn hold(
    txn: &Txn,
    user: &UserId,
    session: &SessionId,
    now: Timestamp,
) -> Result<Credentials, Error> {
    let held = txn.find_credentials_by_id_for_update(user).await?;
    match held {
        Some(held) if txn.session_is_live(user, session, now).await? => Ok(held),
        _ => Err(Why::InvalidToken.into()),
    }
}

/// The user's sessions that are good now, newest first.
///
/// # Errors
/// [`Refusal::SessionNotFresh`] a day after the session was opened: the list
/// holds the tokens of all others. [`Error::Unavailable`].
pub async fn list(app: &App, current: &Current) -> Result<Vec<SessionView>, Error> {
    if !is_fresh(app, &current.session) {
        return Err(Error::Forbidden(Refusal::SessionNotFresh));
    }
    let (user, now) = (current.user.id.clone(), app.now());
    let body = move |txn: Txn| async move { txn.list_sessions(&user, now).await };
    let sessions = app.store().read(body).await?;
    let keyring = &app.inner().keyring;
    let shown = sessions.into_iter().filter_map(|session| {
        // Made under another secret, it is over.
        let token = session_token::open(keyring, &session)?;
        Some(SessionView::new(session, token))
    });
    Ok(shown.collect())
}

/// Ends the user's session with this token; any other token has no effect.
/// `true` when it was the one that asked.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn revoke(app: &App, current: &Current, token: &str) -> Result<bool, Error> {
    app.inner().purge.when_due(app.store(), app.now());
    let user = current.user.id.clone();
    let hash = session_token::hash(&Secret::new(token.to_owned()));
    let body = move |txn: Txn| async move {
        txn.find_credentials_by_id_for_update(&user).await?;
        let ended = txn.delete_session_by_token(&user, &hash).await?;
        if ended.is_some() {
            ending::after_sign_out(&txn, &user).await?;
        }
        Ok::<_, Error>(ended)
    };
    let Some(ended) = app.store().write(body).await? else {
        return Ok(false);
    };
    let is_own = ended == current.session.id;
    forget(app, &current.user.id, ended);
    Ok(is_own)
}

/// Ends all sessions of the user, the one that asks included.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn revoke_all(app: &App, current: &Current) -> Result<(), Error> {
    let ended = end_but(app, current, None).await?;
    tracing::info!(user.id = current.user.id.as_str(), ended, "all sessions were ended");
    Ok(())
}

/// Ends all sessions of the user but the one that asks.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn revoke_others(app: &App, current: &Current) -> Result<(), Error> {
    let ended = end_but(app, current, Some(current.session.id.clone())).await?;
    tracing::info!(user.id = current.user.id.as_str(), ended, "the other sessions were ended");
    Ok(())
}

/// Ends a user's sessions but the one to keep; says how many those were.
async fn end_but(app: &App, current: &Current, keep: Option<SessionId>) -> Result<usize, Error> {
    app.inner().purge.when_due(app.store(), app.now());
    let user = current.user.id.clone();
    let body = move |txn: Txn| async move {
        txn.find_credentials_by_id_for_update(&user).await?;
        let ended = match &keep {
            Some(keep) => txn.delete_other_sessions(&user, keep).await?,
            None => txn.delete_sessions(&user).await?,
        };
        ending::after_sign_out(&txn, &user).await?;
        Ok::<_, Error>(ended)
    };
    let ended = app.store().write(body).await?;
    let count = ended.len();
    // One by one: if all tokens were forgotten, one user could make the next
    // request of everybody else ask the database.
    for id in ended {
        forget(app, &current.user.id, id);
    }
    Ok(count)
}

/// Ends the session behind a token. One that has none is signed out already.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn sign_out(app: &App, token: &Secret<String>) -> Result<(), Error> {
    app.inner().purge.when_due(app.store(), app.now());
    let Some((session, _)) = session_token::look_up(app, token).await? else {
        return Ok(());
    };
    let (user, own) = (session.user_id.clone(), session.id.clone());
    let body = move |txn: Txn| async move {
        txn.find_credentials_by_id_for_update(&user).await?;
        if txn.delete_session(&user, &own).await? {
            ending::after_sign_out(&txn, &user).await?;
        }
        Ok::<_, Error>(())
    };
    app.store().write(body).await?;
    forget(app, &session.user_id, session.id);
    tracing::info!(user.id = session.user_id.as_str(), "signed out");
    Ok(())
}

/// Ends one session that is over, in the database first: whoever asks in between hears from
/// there that it is over.
async fn end(app: &App, user: UserId, id: SessionId) -> Result<(), Error> {
    let (owner, session) = (user.clone(), id.clone());
    let body = move |txn: Txn| async move { txn.delete_session(&owner, &session).await };
    app.store().write(body).await?;
    forget(app, &user, id);
    Ok(())
}

fn forget(app: &App, user: &UserId, id: SessionId) {
    app.inner().standing.kill(&Subject::Session(user.clone(), id));
    app.inner().events.ended(user);
}

/// A value with its signature, as a cookie holds it before it is
/// percent-encoded.
#[must_use]
pub fn signed(app: &App, value: &Secret<String>) -> Secret<String> {
    session_token::sign(&app.inner().keyring, value)
}

/// The value of a signed cookie that was percent-decoded; `None` when we did
/// not sign it.
#[must_use]
pub fn verify_signed(app: &App, cookie: &str) -> Option<Secret<String>> {
    session_token::verify(&app.inner().keyring, cookie)
}

/// The session token in what stands behind `Bearer`: plain, signed, or signed
/// and percent-encoded. `None` for everything else; says nothing about whether
/// there is such a session.
#[must_use]
pub fn shown(app: &App, bearer: &str) -> Option<Secret<String>> {
    session_token::shown(&app.inner().keyring, bearer)
}

/// Makes a JWT for the session: good for a quarter of an hour, or until the
/// session ends.
///
/// # Errors
/// [`Error::Unavailable`] when it takes the database to have a key and there
/// is none.
pub async fn mint_token(app: &App, current: &Current) -> Result<Secret<String>, Error> {
    jwt::own::mint(app, (&current.user, &current.session.id)).await
}

/// The public half of our own keys (RFC 7517): those that sign, and those
/// whose tokens may still be about.
///
/// # Errors
/// [`Error::Unavailable`] without a database.
pub async fn key_set(app: &App) -> Result<KeySet, Error> {
    jwt::own::published(app).await
}
