//! JSON bodies: declared as such, bounded in size, time and depth.

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderValue, header},
};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;
use tokio::time::timeout;

use crate::http::{HttpSettings, error::ApiError, state::HttpState};

/// A JSON body. Which members it must have is the application's to say.
pub(crate) struct JsonBody(pub(crate) Value);

impl FromRequest<HttpState> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        check_declared(&parts.headers)?;
        let bytes = read(body, state.settings()).await?;
        parse(&bytes).map(Self)
    }
}

/// A JSON body that may be left out. White space is nothing.
pub(crate) struct OptionalJsonBody(pub(crate) Option<Value>);

impl FromRequest<HttpState> for OptionalJsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &HttpState) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let bytes = read(body, state.settings()).await?;
        parse_optional(&parts.headers, &bytes).map(Self)
    }
}

/// JSON, or nothing.
pub(super) fn parse_optional(headers: &HeaderMap, bytes: &[u8]) -> Result<Option<Value>, ApiError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    check_declared(headers)?;
    parse(bytes).map(Some)
}

/// A page of another origin can make a browser send text or a form without
/// asking first, but not JSON: this check is also the protection against that.
pub(in crate::http) fn check_declared(headers: &HeaderMap) -> Result<(), ApiError> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    match (types.next(), types.next()) {
        (Some(kind), None) if is_json(kind) => Ok(()),
        _ => Err(ApiError::NotDeclaredJson),
    }
}

/// `application/json`, or a type built on it (`application/merge-patch+json`),
/// with or without parameters.
fn is_json(kind: &HeaderValue) -> bool {
    let kind = kind.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let Some((main, sub)) = kind.split_once('/') else {
        return false;
    };
    let suffix = sub.rsplit_once('+').map(|(_, suffix)| suffix);
    main.eq_ignore_ascii_case("application")
        && (sub.eq_ignore_ascii_case("json")
            || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("json")))
}

/// Reads a body to its end, if that is neither far nor late.
pub(in crate::http) async fn read(body: Body, settings: &HttpSettings) -> Result<Bytes, ApiError> {
    read_within(body, settings, settings.body_limit_bytes).await
}

/// The same where less is enough.
pub(in crate::http) async fn read_within(
    body: Body,
    settings: &HttpSettings,
    limit_bytes: usize,
) -> Result<Bytes, ApiError> {
    let limit_bytes = limit_bytes.min(settings.body_limit_bytes);
    let too_large = ApiError::BodyTooLarge { limit_bytes };
    // The announced length is the lower bound; a body that announces too much
    // is refused before a byte of it is read.
    if body.size_hint().lower() > u64::try_from(limit_bytes).unwrap_or(u64::MAX) {
        return Err(too_large);
    }
    let collected = Limited::new(body, limit_bytes).collect();
    match timeout(settings.body_read_timeout, collected).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large),
        Ok(Err(_)) => Err(ApiError::BrokenBody),
        Err(_) => Err(ApiError::BodyTimeout),
    }
}

/// Reads JSON. Nesting deeper than 128 levels is refused by the parser, so
/// that a small body cannot use up the stack.
pub(in crate::http) fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::MalformedJson(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll},
        time::Duration,
    };

    use hyper::body::{Frame, SizeHint};

    use super::*;

    /// A body that announces its length and never comes.
    struct Announced(u64);

    impl HttpBody for Announced {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.0)
        }
    }

    #[tokio::test]
    async fn a_body_is_bounded_in_size_and_time() {
        let body_read_timeout = Duration::from_millis(20);
        let settings =
            HttpSettings { body_limit_bytes: 3, body_read_timeout, ..HttpSettings::default() };
        let read = |body| read(body, &settings);
        assert_eq!(read(Body::from("123")).await.ok(), Some(Bytes::from_static(b"123")));
        for body in [Body::from("1234"), Body::new(Announced(4))] {
            assert!(matches!(read(body).await, Err(ApiError::BodyTooLarge { limit_bytes: 3 })));
        }
        let stalled = read(Body::new(Announced(3))).await;
        assert!(matches!(stalled, Err(ApiError::BodyTimeout)));
    }

    #[test]
    fn a_body_must_be_declared_as_json() {
        for (kind, declared) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("application/json ;x=y", true),
            ("application/jsonx", false),
            ("application/xml", false),
            ("text/plain", false),
            ("text/json", false),
            ("application/x-www-form-urlencoded", false),
            ("application/json, text/plain", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(header::CONTENT_TYPE, kind.parse().expect("a test header"));
            assert_eq!(check_declared(&headers).is_ok(), declared, "{kind}");
            headers.append(header::CONTENT_TYPE, kind.parse().expect("a test header"));
            assert!(check_declared(&headers).is_err(), "{kind} twice");
        }
        assert!(check_declared(&HeaderMap::new()).is_err());
    }

    #[test]
    fn what_is_not_json_or_too_deep_is_malformed() {
        let deep = "[".repeat(100_000);
        for text in
            ["", "{", "{}x", "{'a':1}", "{\"a\":NaN}", "{\"a\":\"\\ud800\"}", "1e400", &deep]
        {
            let error = parse(text.as_bytes()).expect_err("no JSON");
            assert!(matches!(error, ApiError::MalformedJson(_)));
        }
        assert!(parse(b" {\"a\": [1, 2.5, null]}\n").is_ok());
    }
}
