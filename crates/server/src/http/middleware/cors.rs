//! Which scripts of other origins may talk to us.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, Request, header},
    response::Response,
};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::http::{
    HttpSettings,
    better_auth::{is_same_host, shown},
};

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
    // What cannot be a header value is never sent by a browser either.
    let origins = allowed(settings).filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(EXPOSED_HEADERS)
        .max_age(Duration::from_secs(PREFLIGHT_SECONDS))
}

fn allowed(settings: &HttpSettings) -> impl Iterator<Item = &str> {
    settings.cors_origins.iter().map(String::as_str).chain([HttpSettings::LOCAL_ORIGIN])
}

/// Pages that are not allowed to read answers, of which nobody would learn but
/// who looks into the browser's console.
pub(super) struct Strangers {
    allowed: Vec<String>,
    public_origin: String,
}

impl Strangers {
    pub(super) fn new(settings: &HttpSettings, public_origin: &str) -> Self {
        let allowed = allowed(settings).map(str::to_owned).collect();
        Self { allowed, public_origin: public_origin.to_owned() }
    }

    /// Tells the operator of a request whose page will not see the answer; not
    /// of our own pages, which need no leave.
    pub(super) fn note(&self, request: &Request<Body>) {
        let Some(origin) = request.headers().get(header::ORIGIN) else {
            return;
        };
        let is_known = |known: &String| origin.as_bytes() == known.as_bytes();
        let is_ours = || is_known(&self.public_origin) || is_same_host(request.headers());
        if origin.is_empty() || self.allowed.iter().any(is_known) || is_ours() {
            return;
        }
        tracing::info!(
            origin.received = origin.to_str().map_or_else(|_| "(not readable)".to_owned(), shown),
            origin.expected = self.allowed.join(", "),
            preflight = *request.method() == Method::OPTIONS,
            "a page may not read answers: CORS_ORIGINS lacks its origin"
        );
    }
}

/// Tells caches that the answer may differ by origin, where the layer that
/// knows the origin was not passed.
pub(super) fn vary(response: &mut Response) {
    let value = HeaderValue::from_static("origin");
    response.headers_mut().append(header::VARY, value);
}
