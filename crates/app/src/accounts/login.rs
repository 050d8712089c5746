//! Logging in: from an address and a password to a session.
//!
//! There are two ways in and one rule: what the Better Auth routes call signing
//! in opens the same kind of session, and only its token looks different.

use rondo_domain::{Secret, User};
use rondo_store::{Credentials, Session, Txn};

use super::{
    hash,
    sessions::{Current, Device, login_session, new_session},
};
use crate::{
    App,
    auth::{
        LEEWAY_SECONDS,
        password::{self, Verdict},
        throttle::Attempt,
    },
    error::{Error, Refusal, Why},
    input::LoginInput,
    machine::identifier,
};

/// How often a login is tried whose password is replaced while it is checked.
/// Once is what another login at the same time does that brings an imported
/// hash up to date.
const ROUNDS: usize = 3;

/// What somebody gets who logged in.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// Shown once; good until it expires or is logged out.
    pub access_token: Secret<String>,
    /// Who they are.
    pub user: User,
}

/// Opens a login session that lasts as long as its access token.
///
/// An unknown address and a wrong password cost the same and say the same.
///
/// # Errors
/// [`Why::WrongCredentials`], [`Refusal::EmailNotVerified`] where that is
/// required, [`Error::RateLimited`] or [`Error::Unavailable`].
pub async fn login(app: &App, device: &Device, input: LoginInput) -> Result<LoggedIn, Error> {
    let email = input.email.clone();
    let open = |user: &User| {
        let now = app.now();
        let expires_at = now.plus_seconds(app.settings().access_token_ttl_seconds);
        // As long as the token is accepted: one that is over says so, and not
        // that its session is gone.
        let ends_at = expires_at.plus_seconds(LEEWAY_SECONDS);
        let (session, _) = login_session(app, &user.id, device, ends_at);
        let jti = identifier(&*app.inner().random);
        let lifetime = (now, expires_at);
        let token = app.inner().jwts.sign((&user.id, &email), &session.id, lifetime, &jti)?;
        Ok((session, token))
    };
    let (user, access_token) = enter(app, device, input, open).await?;
    Ok(LoggedIn { access_token, user })
}

/// Opens a session with a token of its own: a week, renewed while it is used,
/// when it is to be remembered; a day otherwise.
///
/// # Errors
/// Those of [`login`].
pub async fn sign_in(
    app: &App,
    device: &Device,
    input: LoginInput,
    remember: bool,
) -> Result<Current, Error> {
    let open = |user: &User| Ok(new_session(app, &user.id, device, remember));
    let (user, session) = enter(app, device, input, open).await?;
    Ok(Current { session, user, is_renewed: false })
}

/// Checks a password and stores the session that `open` makes for its owner,
/// together with what was made of it.
async fn enter<T: Send>(
    app: &App,
    device: &Device,
    input: LoginInput,
    open: impl Fn(&User) -> Result<(Session, T), Error> + Send + Sync,
) -> Result<(User, T), Error> {
    app.inner().purge.when_due(app.store(), app.now());
    let attempt = Attempt::Login(device.address, &input.email);
    app.inner().throttle.count(app.store(), attempt, app.now()).await?;
    let forgiven = app.inner().throttle.forgiven_by_login((device.address, &input.email));
    for _ in 0..ROUNDS {
        let (credentials, verdict) = check_password(app, &input).await?;
        let mut user = credentials.user.clone();
        // Only now: who does not know the password learns nothing.
        if app.settings().email_verification_required && !user.email_verified {
            return Err(Error::Forbidden(Refusal::EmailNotVerified));
        }
        let better_hash = better_hash(app, &input.password, verdict).await;
        let (session, made) = open(&user)?;
        if better_hash.is_some() {
            user.updated_at = session.created_at;
        }
        let entry = Entry { credentials, better_hash, session, forgiven: forgiven.clone() };
        if store(app, entry).await? {
            tracing::info!(user.id = user.id.as_str(), "logged in");
            return Ok((user, made));
        }
    }
    Err(Why::WrongCredentials.into())
}

/// Whose address and password these are; never with [`Verdict::Wrong`].
async fn check_password(app: &App, input: &LoginInput) -> Result<(Credentials, Verdict), Error> {
    let email = input.email.clone();
    let body = move |txn: Txn| async move { txn.find_credentials(&email).await };
    let found = app.store().read(body).await?;
    let stored = found.as_ref().and_then(|found| found.password_hash.clone());
    let verdict = password::check(app, input.password.clone(), stored).await?;
    match found {
        Some(found) if verdict.is_right() => Ok((found, verdict)),
        Some(found) => {
            tracing::info!(user.id = found.user.id.as_str(), "a login failed");
            Err(Why::WrongCredentials.into())
        }
        None => {
            tracing::debug!("a login failed, nobody has this address");
            Err(Why::WrongCredentials.into())
        }
    }
}

/// A hash of ours for a password whose hash was imported. It can only be made
/// now, while the password is known; with too much to do, the next login will.
async fn better_hash(
    app: &App,
    password: &Secret<String>,
    verdict: Verdict,
) -> Option<Secret<String>> {
    match verdict {
        Verdict::Outdated => hash(app, password).await.ok(),
        Verdict::Right | Verdict::Wrong => None,
    }
}

/// What a login writes.
#[derive(Clone)]
struct Entry {
    /// As they were when the password was checked.
    credentials: Credentials,
    better_hash: Option<Secret<String>>,
    session: Session,
    /// The counter that starts anew.
    forgiven: Option<String>,
}

/// Stores a session. `false` when the password has been replaced, and all
/// sessions ended, since it was checked: this one would be left over.
async fn store(app: &App, entry: Entry) -> Result<bool, Error> {
    let Entry { credentials, better_hash, session, forgiven } = entry;
    let body = move |txn: Txn| async move {
        let user = credentials.user.id;
        let held = txn.find_credentials_by_id_for_update(&user).await?;
        let is_same = |held: &Credentials| {
            held.password_hash == credentials.password_hash
                && held.user.email == credentials.user.email
        };
        if !held.as_ref().is_some_and(is_same) {
            return Ok(false);
        }
        if let Some(better) = better_hash {
            txn.update_password(&user, &better, session.created_at).await?;
        }
        txn.insert_session(&session).await?;
        if let Some(counter) = forgiven {
            txn.forget_attempts(&counter).await?;
        }
        Ok::<_, Error>(true)
    };
    app.store().write(body).await
}
