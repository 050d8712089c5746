//! What can be done with accounts: make one, log in, log out, look.
//!
//! Passwords are hashed between transactions, never inside one.

mod operator;
pub(crate) mod purge;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use rondo_domain::{Actor, Email, Scope, Secret, SessionId, User, UserId};
use rondo_store::{Credentials, Session, Txn};

use crate::{
    App,
    auth::{
        Authenticated, CredentialKind, LEEWAY_SECONDS,
        password::{self, NewPassword},
        require,
        standing::Subject,
        throttle::Purpose,
    },
    error::{Error, Kind, Refusal, Taken, Why},
    input::{LoginInput, Registration},
    machine::identifier,
};

pub use operator::{add_user, delete_user, find_user, list_users, set_password};

/// What somebody gets who logged in.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// Shown once; good until it expires or is logged out.
    pub access_token: Secret<String>,
    /// Who they are.
    pub user: User,
}

/// Makes an account for a stranger at this network address.
///
/// # Errors
/// [`Error::Forbidden`] when registration is closed, [`Error::RateLimited`],
/// [`Error::Conflict`] when the address has an account, or
/// [`Error::Unavailable`].
pub async fn register(
    app: &App,
    address: IpAddr,
    registration: Registration,
) -> Result<User, Error> {
    if !app.settings().registration_open {
        return Err(Error::Forbidden(Refusal::RegistrationClosed));
    }
    app.inner().purge.when_due(app.store(), app.now());
    let who = (address, &registration.email);
    app.inner().throttle.count(app.store(), Purpose::Register, who, app.now()).await?;
    insert(app, registration).await
}

/// Opens a login session for somebody at this network address.
///
/// An unknown address and a wrong password cost the same and say the same.
///
/// # Errors
/// [`Why::WrongCredentials`], [`Error::RateLimited`] or [`Error::Unavailable`].
pub async fn login(app: &App, address: IpAddr, input: LoginInput) -> Result<LoggedIn, Error> {
    app.inner().purge.when_due(app.store(), app.now());
    let who = (address, &input.email);
    app.inner().throttle.count(app.store(), Purpose::Login, who, app.now()).await?;
    let forgiven = app.inner().throttle.forgiven_by_login(who);
    let email = input.email.clone();
    let credentials = check_password(app, input).await?;
    let user = credentials.user.clone();
    let access_token = open_session(app, credentials, email, forgiven).await?;
    tracing::info!(user.id = user.id.as_str(), "logged in");
    Ok(LoggedIn { access_token, user })
}

/// Ends the login session behind a token, or the token itself when it has
/// none. It is refused at once here, and within five seconds elsewhere.
///
/// # Errors
/// [`Error::Forbidden`] for a personal access token, which is deleted instead;
/// [`Error::Unavailable`].
pub async fn logout(app: &App, authenticated: &Authenticated) -> Result<(), Error> {
    app.inner().purge.when_due(app.store(), app.now());
    let CredentialKind::Revocable(subject) = &authenticated.credential.kind else {
        return Err(Error::Forbidden(Refusal::NeedsLogin));
    };
    let (ending, dead_at) = (subject.clone(), authenticated.credential.dead_at);
    app.store()
        .write(move |txn| async move {
            match &ending {
                Subject::Session(user, id) => {
                    // Gone already is as good.
                    txn.delete_session(user, id).await?;
                }
                // Remembered for as long as it would be accepted.
                Subject::Token(user, hash) => txn.revoke_token(user, hash, dead_at).await?,
            }
            Ok::<_, Error>(())
        })
        .await?;
    app.inner().standing.kill(subject);
    tracing::info!(user.id = authenticated.actor.user_id.as_str(), "logged out");
    Ok(())
}

/// The actor's account.
///
/// # Errors
/// [`Error::NotFound`] for an external user who has not written anything yet,
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn show(app: &App, actor: &Actor) -> Result<User, Error> {
    require(actor, Scope::Read)?;
    let id = actor.user_id.clone();
    let found = app.store().read(move |txn| async move { txn.find_user(&id).await }).await?;
    found.ok_or(Error::NotFound(Kind::User))
}

/// Stores a new account.
///
/// Looking for the address first only saves the hash. Two at the same moment
/// both find it free, and the database decides between them.
async fn insert(app: &App, registration: Registration) -> Result<User, Error> {
    let Registration { email, password, name } = registration;
    let wanted = email.clone();
    let taken =
        app.store().read(move |txn| async move { txn.find_user_by_email(&wanted).await }).await?;
    if taken.is_some() {
        return Err(Error::Conflict(Taken::Email));
    }
    let hash = hash(app, password).await?;
    let id = identifier(&*app.inner().random);
    let id = UserId::parse(&id).expect("an identifier is 32 letters and digits");
    let now = app.now();
    let user = User { id, email: Some(email), name, created_at: now, updated_at: now };
    let stored = user.clone();
    app.store()
        .write(move |txn| async move { txn.insert_user(&stored, Some(&hash)).await })
        .await?;
    tracing::info!(user.id = user.id.as_str(), "an account was made");
    Ok(user)
}

/// Hashes a password on a thread of its own, when it is its turn.
async fn hash(app: &App, password: NewPassword) -> Result<Secret<String>, Error> {
    let mut salt = [0; 16];
    app.inner().random.fill(&mut salt);
    let work = move || password::hash(password.secret().expose(), salt);
    app.inner().gate.run(work).await
}

/// Whose address and password these are.
async fn check_password(app: &App, input: LoginInput) -> Result<Credentials, Error> {
    let LoginInput { email, password } = input;
    let body = move |txn: Txn| async move { txn.find_credentials(&email).await };
    let found = app.store().read(body).await?;
    let stored = found.as_ref().and_then(|found| found.password_hash.clone());
    let work = move || password::verify(password.expose(), stored.as_ref());
    let is_right = app.inner().gate.run(work).await?;
    match found {
        Some(found) if is_right => Ok(found),
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

/// Stores a session and makes its token; the counter that this login forgives
/// starts anew.
async fn open_session(
    app: &App,
    credentials: Credentials,
    email: Email,
    forgiven: Option<String>,
) -> Result<Secret<String>, Error> {
    let Credentials { user, password_hash } = credentials;
    let random = &*app.inner().random;
    let (id, jti) = (identifier(random), identifier(random));
    let id = SessionId::new(&id).expect("an identifier is 32 letters and digits");
    let now = app.now();
    let expires_at = now.plus_seconds(app.settings().access_token_ttl_seconds);
    let token = app.inner().jwts.sign((&user.id, &email), &id, (now, expires_at), &jti)?;
    let session = Session {
        id,
        user_id: user.id,
        created_at: now,
        // As long as the token is accepted: one that is over says so, and not
        // that its session is gone.
        expires_at: expires_at.plus_seconds(LEEWAY_SECONDS),
    };
    app.store()
        .write(move |txn| async move {
            // The password may have been replaced, and all sessions ended, while
            // the old one was being checked; this session would be left over.
            let held = txn.find_credentials_for_update(&email).await?;
            let now = held.and_then(|found| found.password_hash);
            if now != password_hash {
                return Err(Why::WrongCredentials.into());
            }
            txn.insert_session(&session).await?;
            if let Some(counter) = forgiven {
                txn.forget_attempts(&counter).await?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    Ok(token)
}
