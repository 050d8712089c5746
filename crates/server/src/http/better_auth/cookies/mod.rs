//! The cookies of a session: how they are named, written, and read back.
//!
//! | cookie | holds |
//! | --- | --- |
//! | `better-auth.session_token` | the token and its signature |
//! | `better-auth.dont_remember` | `true`, signed: the session ends with the browser |
//! | `better-auth.session_data` | nothing of ours; a Better Auth server that was here before may have left it |
//!
//! Handlers and extractors only say what is to happen to the cookies; one
//! place writes them, after CORS, so that nobody forgets a header that belongs
//! to it.

mod left_over;
mod read;
mod write;

use std::convert::Infallible;

use axum::{
    http::HeaderMap,
    response::{IntoResponseParts, ResponseParts},
};
use rondo_app::{
    App,
    accounts::sessions::{self, SessionView},
};
use rondo_domain::Secret;

pub(crate) use left_over::LeftOver;
pub(crate) use write::expose;

/// How many cookies of the right name are looked at: one is ours, and another
/// program on the same host may have set a second.
const MAX_CANDIDATES: usize = 8;

/// The names of the cookies, which depend on how users reach us.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cookies {
    is_secure: bool,
}

impl Cookies {
    /// Cookies for users who come by this origin. By `https`, browsers send
    /// them over nothing else and keep other hosts' pages from setting them.
    pub(crate) fn new(public_origin: &str) -> Self {
        Self { is_secure: public_origin.starts_with("https://") }
    }

    /// What the cookie of the session is called.
    pub(crate) const fn session_token(self) -> &'static str {
        if self.is_secure {
            "__Secure-better-auth.session_token"
        } else {
            "better-auth.session_token"
        }
    }

    const fn dont_remember(self) -> &'static str {
        if self.is_secure {
            "__Secure-better-auth.dont_remember"
        } else {
            "better-auth.dont_remember"
        }
    }

    const fn session_data(self) -> &'static str {
        if self.is_secure {
            "__Secure-better-auth.session_data"
        } else {
            "better-auth.session_data"
        }
    }
}

/// The session token of a request, with its signature: the first cookie of the
/// name that we signed.
///
/// Upstream looks at the first cookie of the name only. A page of a
/// neighboring host can put one of its own in front, which must not lock
/// anybody out; one with our signature it cannot make.
pub(crate) fn signed_token(app: &App, headers: &HeaderMap) -> Option<SignedToken> {
    let name = Cookies::new(&app.settings().public_origin).session_token();
    let mut candidates = read::values(headers, name).take(MAX_CANDIDATES);
    candidates.find_map(|value| {
        let token = sessions::verify_signed(app, &value)?;
        Some(SignedToken { token, value: Secret::new(value) })
    })
}

/// A session token that came in a cookie.
pub(crate) struct SignedToken {
    /// The token alone.
    pub token: Secret<String>,
    /// The token and its signature, percent-decoded.
    pub value: Secret<String>,
}

/// What an answer does to the cookies of a session. A part of a response, as
/// in `(SessionCookie::Clear, Json(body))`.
#[derive(Clone, Debug)]
pub(crate) enum SessionCookie {
    /// This session is the browser's from now on.
    Set(Issued),
    /// There is none any more.
    Clear,
}

/// The values of the cookies of a session.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    token: Secret<String>,
    lifetime: Lifetime,
}

#[derive(Clone, Debug)]
enum Lifetime {
    /// The browser keeps it as long as the session was given.
    Seconds(i64),
    /// The browser forgets it when it closes; a second cookie says so.
    Browser { mark: Secret<String> },
}

impl SessionCookie {
    /// Gives a session to the browser.
    pub(crate) fn of(app: &App, session: &SessionView) -> Self {
        let lifetime = if session.remembered {
            let given = session.expires_at.seconds_since(session.updated_at);
            Lifetime::Seconds(given)
        } else {
            let mark = sessions::signed(app, &Secret::new("true".to_owned()));
            Lifetime::Browser { mark }
        };
        Self::Set(Issued { token: sessions::signed(app, &session.token), lifetime })
    }

    /// Writes the cookies, and for clients without cookies the header
    /// `set-auth-token`.
    pub(crate) fn write(&self, cookies: Cookies, headers: &mut HeaderMap) {
        match self {
            Self::Set(issued) => write::set(cookies, issued, headers),
            Self::Clear => write::clear(cookies, headers),
        }
    }
}

impl IntoResponseParts for SessionCookie {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        response.extensions_mut().insert(self);
        Ok(response)
    }
}
