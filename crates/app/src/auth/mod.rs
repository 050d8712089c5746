//! Who is asking? From a bearer token to an actor.
//!
//! Every way in ends in an [`Actor`], which is all that use cases look at:
//! what kind of token it was matters to nobody but logout.

pub(crate) mod fingerprint;
pub(crate) mod gate;
pub(crate) mod jwt;
pub(crate) mod keyring;
pub(crate) mod meter;
pub(crate) mod password;
pub(crate) mod personal;
pub(crate) mod session_token;
pub(crate) mod standing;
pub(crate) mod throttle;

use rondo_domain::{Actor, Door, Scope, Scopes, Secret, Timestamp, UserId};

use self::{fingerprint::fingerprint, standing::Subject};
use crate::{
    App,
    error::{Error, Refusal, Why},
};

pub(crate) use jwt::LEEWAY_SECONDS;
pub use jwt::{KeySet, ListedKey, OwnKeySet, external_keys, own_keys};

/// The user that demo mode acts as.
const DEMO_USER: &str = "demo-user";

/// An actor, and what opened the door for it.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// Who acts.
    pub actor: Actor,
    /// What they showed.
    pub credential: Credential,
}

/// What opened the door: what a logout has to close.
#[derive(Clone, Debug)]
pub struct Credential {
    pub(crate) kind: CredentialKind,
    pub(crate) dead_at: Timestamp,
}

impl Credential {
    /// From when on it is refused at the latest: what goes on for long (a
    /// stream of events) has to end then.
    #[must_use]
    pub const fn dead_at(&self) -> Timestamp {
        self.dead_at
    }
}

#[derive(Clone, Debug)]
pub(crate) enum CredentialKind {
    /// A token that can be revoked on its own.
    Revocable(Subject),
    /// A personal access token: deleted, not logged out. It is found again by
    /// the hash of its secret.
    ApiToken { user_id: UserId, secret_hash: [u8; 32] },
}

/// Says who shows this token, the text after `Bearer `: a personal access
/// token, a session token in any of its forms, or a JWT.
///
/// # Errors
/// [`Error::Unauthenticated`] with the reason; [`Error::Unavailable`] or
/// [`Error::IssuerUnavailable`] when it takes the database or a key server to
/// know and there is none.
pub async fn authenticate(app: &App, token: &str) -> Result<Authenticated, Error> {
    let now = app.now();
    if token.starts_with(personal::PREFIX) {
        return with_api_token(app, token, now).await;
    }
    if let Some(token) = session_token::shown(&app.inner().keyring, token) {
        let found = with_session_token(app, &token, now).await;
        if matches!(found, Err(Error::Unauthenticated(Why::InvalidToken))) {
            let (expected, received) =
                ("a session of ours", "one that ended, or of another server");
            tracing::info!(part = "session", expected, received, "a token was refused");
        }
        return found;
    }
    let verified = app.inner().jwts.verify(app, token, now).await?;
    let user_id = verified.user_id;
    let subject = match verified.session_id {
        Some(session) => Subject::Session(user_id.clone(), session),
        None => Subject::Token(user_id.clone(), fingerprint(token.as_bytes())),
    };
    logged_in(app, (user_id, subject), (verified.dead_at, now)).await
}

/// Says who shows this session cookie, percent-decoded; `None` when it is none
/// that we signed, which is as good as no cookie.
///
/// # Errors
/// [`Error::Unauthenticated`] when its session is over; [`Error::Unavailable`]
/// when it takes the database to know and there is none.
pub async fn authenticate_cookie(app: &App, cookie: &str) -> Result<Option<Authenticated>, Error> {
    let Some(token) = session_token::verify(&app.inner().keyring, cookie) else {
        return Ok(None);
    };
    with_session_token(app, &token, app.now()).await.map(Some)
}

/// A session that is used like this is not renewed: whoever renews it has to
/// send the cookie again, and only Better Auth's own routes do.
async fn with_session_token(
    app: &App,
    token: &Secret<String>,
    now: Timestamp,
) -> Result<Authenticated, Error> {
    let holder = app.inner().session_tokens.find(app, token, now).await?;
    let user_id = holder.user_id.clone();
    let subject = Subject::Session(user_id.clone(), holder.session_id.clone());
    logged_in(app, (user_id, subject), (holder.expires_at, now)).await
}

/// Lets in whose token is genuine, if nothing has ended it.
async fn logged_in(
    app: &App,
    (user_id, subject): (UserId, Subject),
    (dead_at, now): (Timestamp, Timestamp),
) -> Result<Authenticated, Error> {
    app.inner().standing.check(app.store(), &subject, now).await?;
    let kind = CredentialKind::Revocable(subject);
    Ok(Authenticated {
        actor: Actor { user_id, door: Door::Session, scopes: Scopes::FULL, token_name: None },
        credential: Credential { kind, dead_at },
    })
}

async fn with_api_token(app: &App, token: &str, now: Timestamp) -> Result<Authenticated, Error> {
    let (token, secret_hash) = personal::find(app.store(), token, now).await?;
    app.inner().last_use.note(app.store(), &token, now);
    let kind = CredentialKind::ApiToken { user_id: token.user_id.clone(), secret_hash };
    Ok(Authenticated {
        actor: Actor {
            user_id: token.user_id,
            door: Door::ApiToken,
            scopes: token.scopes,
            token_name: Some(token.name),
        },
        credential: Credential { kind, dead_at: token.expires_at },
    })
}

/// Who acts when no token is shown at all: nobody, or in demo mode the demo
/// user. A token that is shown and wrong never ends here.
///
/// # Errors
/// [`Why::NoToken`] outside demo mode.
pub fn anonymous(app: &App) -> Result<Actor, Error> {
    if !app.settings().demo_mode {
        return Err(Why::NoToken.into());
    }
    let user_id = UserId::parse(DEMO_USER).map_err(|_| Why::InvalidIdentity)?;
    Ok(Actor { user_id, door: Door::Demo, scopes: Scopes::FULL, token_name: None })
}

/// Holds a path like `/api/{user_id}/tasks` to the actor's own.
///
/// # Errors
/// [`Refusal::AccessDenied`] for any other user's.
pub fn owner_of_path(actor: &Actor, path_user: &str) -> Result<(), Error> {
    if actor.user_id.as_str() == path_user {
        Ok(())
    } else {
        Err(Error::Forbidden(Refusal::AccessDenied))
    }
}

/// Counts a request that the actor's program sends through the MCP door.
///
/// # Errors
/// [`Error::RateLimited`] for the request after the last that is allowed.
pub fn count_program_request(app: &App, actor: &Actor) -> Result<(), Error> {
    app.inner().meter.count(app.settings().limits.mcp_per_user, &actor.user_id, app.now())
}

/// Holds an actor to what its token was made for.
pub(crate) fn require(actor: &Actor, scope: Scope) -> Result<(), Error> {
    if actor.scopes.has(scope) {
        Ok(())
    } else {
        Err(Error::Forbidden(Refusal::MissingScope(scope)))
    }
}

/// Holds an actor to having logged in.
pub(crate) fn require_login(actor: &Actor) -> Result<(), Error> {
    match actor.door {
        Door::Session => Ok(()),
        Door::ApiToken | Door::Demo => Err(Error::Forbidden(Refusal::NeedsLogin)),
    }
}

#[cfg(test)]
mod tests;
