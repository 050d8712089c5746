//! Who calls: the `Authorization` header becomes an actor, or else the session
//! cookie.
//!
//! A browser sends the cookie whichever page asked it to, so a request that
//! changes something and shows nothing else has to come from a trusted page.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, Method, header, request::Parts},
};
use rondo_app::{
    Error, Why,
    auth::{self, Authenticated, Credential},
};
use rondo_domain::Actor;

use crate::http::{
    better_auth::{self, OriginProblem, SessionCookie},
    error::ApiError,
    middleware::RequestRecord,
    state::HttpState,
};

/// Somebody who may use the route: known, and the user in the path if there
/// is one. It is the first argument of a handler, so that nobody learns
/// whether the rest of a request was right before it is clear who asks.
pub(crate) struct Caller {
    actor: Actor,
    credential: Option<Credential>,
}

impl Caller {
    /// Who acts.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What they showed; `None` for a visitor in demo mode.
    pub(crate) const fn credential(&self) -> Option<&Credential> {
        self.credential.as_ref()
    }
}

impl FromRequestParts<HttpState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &HttpState,
    ) -> Result<Self, Self::Rejection> {
        let (actor, credential) = match authenticate(parts, state).await? {
            Some(Shown { authenticated: Authenticated { actor, credential }, .. }) => {
                (actor, Some(credential))
            }
            None => (auth::anonymous(state.app())?, None),
        };
        note(parts, &actor);
        check_owner(parts, state, &actor).await?;
        Ok(Self { actor, credential })
    }
}

/// Somebody who showed a credential, together with it: what logging out needs.
pub(crate) struct TokenHolder {
    /// Who, and by what.
    pub(crate) authenticated: Authenticated,
    /// What logging out does to the cookies.
    pub(crate) cookie: Option<SessionCookie>,
}

impl FromRequestParts<HttpState> for TokenHolder {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &HttpState,
    ) -> Result<Self, Self::Rejection> {
        let shown = authenticate(parts, state).await?;
        let Shown { authenticated, is_cookie } =
            shown.ok_or(Error::Unauthenticated(Why::NoToken))?;
        note(parts, &authenticated.actor);
        Ok(Self { authenticated, cookie: is_cookie.then_some(SessionCookie::Clear) })
    }
}

/// A credential that is good.
struct Shown {
    authenticated: Authenticated,
    is_cookie: bool,
}

/// `None` when there is no credential at all. A cookie that we did not sign is
/// none: anybody can set one, and it must not keep a visitor out.
async fn authenticate(parts: &Parts, state: &HttpState) -> Result<Option<Shown>, ApiError> {
    let app = state.app();
    if let Some(token) = bearer(&parts.headers)? {
        let authenticated = auth::authenticate(app, token).await?;
        return Ok(Some(Shown { authenticated, is_cookie: false }));
    }
    let Some(cookie) = better_auth::signed_token(app, &parts.headers) else {
        return Ok(None);
    };
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        state.origins().check(&parts.headers).map_err(refusal)?;
    }
    let authenticated = auth::authenticate_cookie(app, cookie.value.expose()).await;
    if matches!(authenticated, Err(Error::Unauthenticated(_)))
        && let Some(record) = parts.extensions.get::<Arc<RequestRecord>>()
    {
        // It opens nothing any more, and would be sent again and again.
        record.note_cookie(SessionCookie::Clear);
    }
    Ok(authenticated?.map(|authenticated| Shown { authenticated, is_cookie: true }))
}

const fn refusal(problem: OriginProblem) -> ApiError {
    match problem {
        OriginProblem::Missing => ApiError::MissingOrigin,
        OriginProblem::Untrusted | OriginProblem::CrossSiteLogin => ApiError::InvalidOrigin,
    }
}

/// The token of the one `Authorization: Bearer` header.
///
/// Anything but exactly one such header is a bad token rather than none: a
/// demo server must not mistake a broken credential for a visitor, and of two
/// headers a proxy may have believed the other.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = sent.next() else {
        return Ok(None);
    };
    let invalid = || Error::Unauthenticated(Why::InvalidToken);
    if sent.next().is_some() {
        return Err(invalid());
    }
    let (scheme, token) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(invalid)?;
    let token = token.trim_matches(' ');
    let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if scheme.eq_ignore_ascii_case("bearer") && is_token { Ok(Some(token)) } else { Err(invalid()) }
}

fn note(parts: &Parts, actor: &Actor) {
    if let Some(record) = parts.extensions.get::<Arc<RequestRecord>>() {
        record.note_user(&actor.user_id);
    }
}

async fn check_owner(parts: &mut Parts, state: &HttpState, actor: &Actor) -> Result<(), ApiError> {
    let params = RawPathParams::from_request_parts(parts, state).await;
    // A parameter that is no text names no user and no thing.
    let params = params.map_err(|_| ApiError::NoRoute)?;
    match params.iter().find(|(name, _)| *name == "user_id") {
        Some((_, user)) => auth::owner_of_path(actor, user).map_err(ApiError::from),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sent: &[&[u8]], expected: Result<Option<&str>, ()>) {
        let mut headers = HeaderMap::new();
        for value in sent {
            let value = axum::http::HeaderValue::from_bytes(value).expect("a test header");
            headers.append(header::AUTHORIZATION, value);
        }
        assert_eq!(bearer(&headers).map_err(drop), expected, "{sent:?}");
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case() {
        check(&[b"Bearer a.b.c"], Ok(Some("a.b.c")));
        check(&[b"bEARER  a.b.c "], Ok(Some("a.b.c")));
    }

    #[test]
    fn no_header_is_nobody_and_a_bad_header_is_a_bad_token() {
        check(&[], Ok(None));
        for sent in [
            &b""[..],
            b"Bearer",
            b"Bearer ",
            b"Bearer a b",
            b"Basic YTpi",
            b"Bearera.b.c",
            b"Bearer\ta",
            b"Bearer \x80\xff",
        ] {
            check(&[sent], Err(()));
        }
        check(&[b"Bearer a", b"Bearer a"], Err(()));
    }
}
