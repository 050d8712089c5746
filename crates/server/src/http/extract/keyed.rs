//! Requests that change something: the body, and the `Idempotency-Key` under
//! which the outcome is kept.

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderName, Method, Uri},
};
use bytes::Bytes;
use rondo_app::{App, Batch, Error, IdempotencyKey, Invalid, Location, Once};
use rondo_domain::Problem;

use super::{Caller, JsonBody, OptionalJsonBody, read_body};
use crate::http::{error::ApiError, state::HttpState};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// The body of a request that changes something, and its key. The last
/// argument of a handler, because it uses the request up.
pub(crate) struct Keyed<B> {
    /// The body.
    pub(crate) body: B,
    once: Option<Once>,
}

impl<B> Keyed<B> {
    /// What the caller is about to do, as one batch.
    pub(crate) fn batch(&self, app: &App, caller: &Caller) -> Batch {
        let batch = Batch::new(app, caller.actor());
        match &self.once {
            Some(once) => batch.once(once.clone()),
            None => batch,
        }
    }
}

impl<B: Content> FromRequest<HttpState> for Keyed<B> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let key = key(&parts.headers)?;
        let bytes = if B::IS_READ {
            B::check(&parts.headers)?;
            read_body(body, state.settings()).await?
        } else {
            Bytes::new()
        };
        let once = key.map(|key| fingerprinted(key, &parts.method, &parts.uri, &bytes));
        Ok(Self { body: B::parse(&parts.headers, &bytes)?, once })
    }
}

/// A request is the same only with the same method, path, query and body.
fn fingerprinted(key: IdempotencyKey, method: &Method, uri: &Uri, body: &[u8]) -> Once {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Once::new(key, method.as_str(), path, body)
}

/// What the body of a request becomes.
pub(crate) trait Content: Sized {
    /// Whether anybody looks at the body.
    const IS_READ: bool = true;

    /// Looks at what is said of the body before a byte of it is read.
    fn check(_: &HeaderMap) -> Result<(), ApiError> {
        Ok(())
    }

    /// Makes something of all of it.
    fn parse(headers: &HeaderMap, bytes: &Bytes) -> Result<Self, ApiError>;
}

/// No body is asked for: whatever comes is not looked at.
pub(crate) struct NoBody;

impl Content for NoBody {
    const IS_READ: bool = false;

    fn parse(_: &HeaderMap, _: &Bytes) -> Result<Self, ApiError> {
        Ok(Self)
    }
}

impl Content for JsonBody {
    fn check(headers: &HeaderMap) -> Result<(), ApiError> {
        super::body::check_declared(headers)
    }

    fn parse(_: &HeaderMap, bytes: &Bytes) -> Result<Self, ApiError> {
        super::body::parse(bytes).map(Self)
    }
}

impl Content for OptionalJsonBody {
    fn parse(headers: &HeaderMap, bytes: &Bytes) -> Result<Self, ApiError> {
        super::body::parse_optional(headers, bytes).map(Self)
    }
}

/// The key of the one header, if there is one. Of two a proxy may have
/// believed the other.
fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, Error> {
    let mut sent = headers.get_all(HEADER).iter();
    let Some(value) = sent.next() else {
        return Ok(None);
    };
    if sent.next().is_some() {
        let problem = Problem::Refused { sentence: "there is more than one key" };
        let field = Some("Idempotency-Key");
        return Err(Error::Invalid(vec![Invalid::new(Location::Header, field, problem)]));
    }
    // What is not even text becomes characters that no key has.
    IdempotencyKey::parse(String::from_utf8_lossy(value.as_bytes()).trim_matches([' ', '\t']))
        .map(Some)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key_of(lines: &[&[u8]]) -> Result<Option<IdempotencyKey>, Error> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HEADER, HeaderValue::from_bytes(line).expect("a test header"));
        }
        key(&headers)
    }

    #[test]
    fn a_key_is_1_to_255_visible_characters() {
        assert!(matches!(key_of(&[]), Ok(None)));
        for key in ["a", " a\t", "~!\"#%", "7f9c2b1e-5a51-4c9a", &"x".repeat(255)] {
            assert!(matches!(key_of(&[key.as_bytes()]), Ok(Some(_))), "{key}");
        }
    }

    #[test]
    fn anything_else_is_a_problem_of_the_header() {
        let long = "x".repeat(256);
        for lines in [
            &[&b""[..]][..],
            &[b" "],
            &[b"a b"],
            &[b"a\tb"],
            &[b"\xff"],
            &["é".as_bytes()],
            &[long.as_bytes()],
            &[b"a", b"a"],
        ] {
            let Err(Error::Invalid(problems)) = key_of(lines) else {
                panic!("{lines:?} was accepted");
            };
            assert_eq!(problems.len(), 1);
            assert_eq!(problems[0].location, Location::Header);
            assert_eq!(problems[0].field, Some("Idempotency-Key"));
        }
    }
}
