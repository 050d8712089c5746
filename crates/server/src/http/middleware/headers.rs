//! The headers that every answer carries, errors included.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

use super::RequestRecord;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An API answer is data: nothing may run, be framed or be loaded from it.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
);

/// What the embedded API browser needs, and nothing from elsewhere. Its
/// style sheet holds its icons as `data:` images.
pub(crate) const DOCS_CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; \
     object-src 'none'",
);

/// Two years, as browsers ask of hosts that want to be known as HTTPS only.
const STRICT_TRANSPORT_SECURITY: HeaderValue =
    HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// The number of headers that are added here, so that the map grows once.
const ADDED: usize = 7;

/// What is added to every answer of this server.
#[derive(Clone, Copy)]
pub(super) struct ResponseHeaders {
    hsts: bool,
}

impl ResponseHeaders {
    pub(super) const fn new(hsts: bool) -> Self {
        Self { hsts }
    }

    /// Completes an answer. A policy that a handler set itself stays.
    pub(super) fn add(self, record: &RequestRecord, response: &mut Response) {
        let headers = response.headers_mut();
        headers.reserve(ADDED);
        headers.insert(REQUEST_ID, record.id.clone());
        let nosniff = HeaderValue::from_static("nosniff");
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        let no_referrer = HeaderValue::from_static("no-referrer");
        headers.insert(header::REFERRER_POLICY, no_referrer);
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CONTENT_SECURITY_POLICY);
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        if self.hsts {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
        }
    }
}
