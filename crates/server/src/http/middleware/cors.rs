//! Which scripts of other origins may talk to us.

use axum::{
    http::{HeaderName, HeaderValue, Method, header},
    response::Response,
};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::http::HttpSettings;

/// How long a browser may remember that it was allowed to ask.
const PREFLIGHT_SECONDS: u64 = 600;

const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

const REQUEST_HEADERS: [HeaderName; 10] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("mcp-method"),
    HeaderName::from_static("mcp-name"),
    HeaderName::from_static("mcp-protocol-version"),
    HeaderName::from_static("mcp-session-id"),
];

const EXPOSED_HEADERS: [HeaderName; 10] = [
    header::RETRY_AFTER,
    header::LOCATION,
    header::ETAG,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-batch-id"),
    HeaderName::from_static("idempotency-replayed"),
    HeaderName::from_static("mcp-protocol-version"),
    HeaderName::from_static("set-auth-token"),
    HeaderName::from_static("set-auth-jwt"),
];

/// The policy of these settings. Origins are compared as text, so that no
/// look-alike (`http://localhost:3000.evil.example`) slips through a pattern.
pub(super) fn policy(settings: &HttpSettings) -> CorsLayer {
    let origins = settings
        .cors_origins
        .iter()
        .map(String::as_str)
        .chain([HttpSettings::LOCAL_ORIGIN])
        // What cannot be a header value is never sent by a browser either.
        .filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(EXPOSED_HEADERS)
        .max_age(Duration::from_secs(PREFLIGHT_SECONDS))
}

/// Tells caches that the answer may differ by origin, where the layer that
/// knows the origin was not passed.
pub(super) fn vary(response: &mut Response) {
    let value = HeaderValue::from_static("origin");
    response.headers_mut().append(header::VARY, value);
}
