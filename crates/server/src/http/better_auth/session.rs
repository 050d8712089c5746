//! Whose session it is: the bearer token, or else the cookie.
//!
//! Neither is an error when it is wrong: then nobody asks, and each route says
//! what nobody gets. What the outcome does to the cookies is noted on the way
//! and written by the middleware, so no handler can forget it.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, request::Parts},
};
use rondo_app::{
    App,
    accounts::sessions::{self, Current, Renewal},
};
use rondo_domain::Secret;

use super::{
    AuthError, codes,
    cookies::{self, Cookies, LeftOver, SessionCookie},
};
use crate::http::{
    extract::{QueryPairs, bearer},
    middleware::RequestRecord,
    state::HttpState,
};

/// The session of somebody who has one; nobody gets 401. For routes without a
/// body: where there is one, [`super::SessionBody`] looks at it first.
pub(crate) struct CurrentSession(pub(crate) Current);

impl FromRequestParts<HttpState> for CurrentSession {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, AuthError> {
        require(parts, state).await.map(Self)
    }
}

/// The session of somebody who may have none.
pub(crate) struct MaybeSession(pub(crate) Option<Current>);

impl FromRequestParts<HttpState> for MaybeSession {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, AuthError> {
        find(parts, state).await.map(Self)
    }
}

/// What somebody who has a link of a mail wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// To follow it.
    Follow,
    /// To know where it leads: programs that look at mails before people do
    /// ask this way, and must not use up what works once.
    Look,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AuthError> {
        Ok(if parts.method == Method::HEAD { Self::Look } else { Self::Follow })
    }
}

/// The session of a request, or 401.
pub(super) async fn require(parts: &mut Parts, state: &HttpState) -> Result<Current, AuthError> {
    find(parts, state).await?.ok_or(AuthError::Word(codes::UNAUTHORIZED))
}

/// The session token that was shown, whether there is such a session or not.
pub(super) fn token(parts: &Parts, state: &HttpState) -> Result<Option<Secret<String>>, AuthError> {
    check_origin(parts, state)?;
    note_left_over(parts, state);
    Ok(shown(state.app(), &parts.headers))
}

/// Who reads a body has looked at the origin before; here nobody can forget it,
/// whatever else a handler takes.
fn check_origin(parts: &Parts, state: &HttpState) -> Result<(), AuthError> {
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        state.origins().check_unless_cookieless(&parts.headers)?;
    }
    Ok(())
}

/// The session of a request.
pub(super) async fn find(
    parts: &mut Parts,
    state: &HttpState,
) -> Result<Option<Current>, AuthError> {
    let app = state.app();
    let Some(token) = token(parts, state)? else {
        return Ok(None);
    };
    let current = sessions::current(app, &token, renewal(parts)).await?;
    let change = match &current {
        Some(current) => current.is_renewed.then(|| SessionCookie::of(app, &current.session)),
        // The browser may have kept a bearer token's cookie too.
        None => Some(SessionCookie::Clear),
    };
    if let Some(record) = parts.extensions.get::<Arc<RequestRecord>>() {
        if let Some(current) = &current {
            record.note_user(&current.user.id);
        }
        if let Some(change) = change {
            record.note_cookie(change);
        }
    }
    Ok(current)
}

/// What another server left in the browser is of no use with any session.
fn note_left_over(parts: &Parts, state: &HttpState) {
    let names = Cookies::new(&state.app().settings().public_origin);
    if let Some(left_over) = LeftOver::of(names, &parts.headers)
        && let Some(record) = parts.extensions.get::<Arc<RequestRecord>>()
    {
        record.note_left_over(left_over);
    }
}

/// A bearer token goes first, as upstream. One that is no session token, or no
/// token at all, is passed over: the cookie beside it may be one.
fn shown(app: &App, headers: &HeaderMap) -> Option<Secret<String>> {
    let bearer = bearer(headers).ok().flatten().and_then(|token| sessions::shown(app, token));
    bearer.or_else(|| cookies::signed_token(app, headers).map(|cookie| cookie.token))
}

/// A client that only watches its session asks for it not to be renewed.
fn renewal(parts: &Parts) -> Renewal {
    let query = QueryPairs::of(&parts.uri);
    let is_asked = query
        .iter()
        .any(|(name, value)| name == "disableRefresh" && !matches!(&*value, "" | "false"));
    if is_asked { Renewal::Never } else { Renewal::IfDue }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn a_client_may_ask_for_no_renewal() {
        for (query, expected) in [
            ("", Renewal::IfDue),
            ("?disableRefresh=true", Renewal::Never),
            ("?a=b&disableRefresh=1", Renewal::Never),
            ("?disableRefresh=false", Renewal::IfDue),
            ("?disableRefresh", Renewal::IfDue),
            ("?disablerefresh=true", Renewal::IfDue),
            ("?disableCookieCache=true", Renewal::IfDue),
        ] {
            let request = Request::get(format!("/x{query}")).body(()).expect("a test request");
            assert_eq!(renewal(&request.into_parts().0), expected, "{query}");
        }
    }
}
