//! A request to a route of Better Auth, checked in Better Auth's order.
//!
//! | step | refusal |
//! | --- | --- |
//! | the body can be read | 413, 415, 400 |
//! | with a cookie: it comes from a trusted page | 403 |
//! | what it wants people to be sent to is safe | 403 |
//! | body or query have the form | 400 |
//! | a login: no page made its visitor do it | 403 |
//! | there is a session | 401 |

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use rondo_app::accounts::sessions::Current;
use rondo_domain::Secret;
use serde_json::{Map, Value};

use super::{
    AuthError, Schema, Word,
    body::{self, Accepted},
    codes,
    origin::{OriginProblem, TrustedOrigins},
    schema::{self, is_given},
    session,
};
use crate::http::{extract::QueryPairs, state::HttpState};

/// The members that lead people somewhere, and what is said of bad ones.
const TARGETS: [(&str, &str, Word); 4] = [
    ("callbackURL", "callbackURL", codes::INVALID_CALLBACK_URL),
    ("redirectTo", "redirectURL", codes::INVALID_REDIRECT_URL),
    ("errorCallbackURL", "errorCallbackURL", codes::INVALID_ERROR_CALLBACK_URL),
    ("newUserCallbackURL", "newUserCallbackURL", codes::INVALID_NEW_USER_CALLBACK_URL),
];

/// The body of a request that needs no session.
pub(crate) struct AuthBody<T>(pub(crate) T);

impl<T: Schema> FromRequest<HttpState> for AuthBody<T> {
    type Rejection = AuthError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, AuthError> {
        let (_, body) = receive(request, state, Accepted::Json).await?;
        Ok(Self(body))
    }
}

/// The body of a sign-in or sign-up: the one that may be a form, and that a
/// page of a stranger would like to send.
pub(crate) struct LoginBody<T>(pub(crate) T);

impl<T: Schema> FromRequest<HttpState> for LoginBody<T> {
    type Rejection = AuthError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, AuthError> {
        let (parts, body) = receive(request, state, Accepted::FormToo).await?;
        state.origins().check_login(&parts.headers)?;
        Ok(Self(body))
    }
}

/// The session of somebody who has one, and the body of their request.
pub(crate) struct SessionBody<T>(pub(crate) Current, pub(crate) T);

impl<T: Schema + Send> FromRequest<HttpState> for SessionBody<T> {
    type Rejection = AuthError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, AuthError> {
        let (mut parts, body) = receive(request, state, Accepted::Json).await?;
        Ok(Self(session::require(&mut parts, state).await?, body))
    }
}

/// The session token that was shown, whether there is such a session or not,
/// and the body of the request.
pub(crate) struct SessionTokenBody<T>(pub(crate) Option<Secret<String>>, pub(crate) T);

impl<T: Schema + Send> FromRequest<HttpState> for SessionTokenBody<T> {
    type Rejection = AuthError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, AuthError> {
        let (parts, body) = receive(request, state, Accepted::Json).await?;
        Ok(Self(session::token(&parts, state)?, body))
    }
}

/// The session of somebody who may have none, and the body of their request.
pub(crate) struct MaybeSessionBody<T>(pub(crate) Option<Current>, pub(crate) T);

impl<T: Schema + Send> FromRequest<HttpState> for MaybeSessionBody<T> {
    type Rejection = AuthError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, AuthError> {
        let (mut parts, body) = receive(request, state, Accepted::Json).await?;
        Ok(Self(session::find(&mut parts, state).await?, body))
    }
}

/// The query of a request without a body; `callbackURL` in it is safe.
pub(crate) struct AuthQuery<T>(pub(crate) T);

impl<T: Schema> FromRequestParts<HttpState> for AuthQuery<T> {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, AuthError> {
        let query = Value::Object(query(parts));
        let target = query.get("callbackURL").cloned();
        let read = schema::parse("query", Some(query))?;
        check_target(target.as_ref(), 0, state.origins())?;
        Ok(Self(read))
    }
}

async fn receive<T: Schema>(
    request: Request,
    state: &HttpState,
    accepted: Accepted,
) -> Result<(Parts, T), AuthError> {
    let (parts, body) = request.into_parts();
    let input = body::receive(&parts.headers, body, accepted, state.settings()).await?;
    state.origins().check_unless_cookieless(&parts.headers)?;
    check_targets(input.as_ref(), &parts, state.origins())?;
    Ok((parts, schema::parse("body", input)?))
}

/// Upstream takes a `callbackURL` of the query where the body has none.
fn check_targets(
    body: Option<&Value>,
    parts: &Parts,
    origins: &TrustedOrigins,
) -> Result<(), AuthError> {
    let member = |name| body.and_then(|body| body.get(name)).filter(|value| is_given(value));
    let query = query(parts);
    let callback = member(TARGETS[0].0).or_else(|| query.get(TARGETS[0].0));
    check_target(callback, 0, origins)?;
    (1..TARGETS.len()).try_for_each(|index| check_target(member(TARGETS[index].0), index, origins))
}

fn check_target(
    value: Option<&Value>,
    index: usize,
    origins: &TrustedOrigins,
) -> Result<(), AuthError> {
    let (_, label, refusal) = TARGETS[index];
    match value.filter(|value| is_given(value)) {
        None => Ok(()),
        Some(Value::String(target)) if origins.is_safe_target(target) => Ok(()),
        Some(Value::String(_)) => Err(refusal.into()),
        Some(_) => Err(AuthError::NotText(label)),
    }
}

/// The query as an object; a name that comes twice has a list.
fn query(parts: &Parts) -> Map<String, Value> {
    let mut values = Map::new();
    for (name, value) in QueryPairs::of(&parts.uri).iter() {
        let value = Value::from(value);
        match values.get_mut(&*name) {
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => drop(values.insert(name.into_owned(), value)),
        }
    }
    values
}

impl From<OriginProblem> for AuthError {
    fn from(problem: OriginProblem) -> Self {
        Self::Word(match problem {
            OriginProblem::Missing => codes::MISSING_OR_NULL_ORIGIN,
            OriginProblem::Untrusted => codes::INVALID_ORIGIN,
            OriginProblem::CrossSiteLogin => codes::CROSS_SITE_NAVIGATION_LOGIN_BLOCKED,
        })
    }
}
