//! What is known about the request that is being answered.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rondo_domain::UserId;

use crate::http::error::{ErrorBody, Failure, INTERNAL};

/// Filled in on the way in, read for the log on the way out.
///
/// It travels as an extension of the request, behind one pointer, because
/// the request itself is used up by its handler.
pub(crate) struct RequestRecord {
    /// The client's `X-Request-Id`, or one of ours: visible ASCII.
    pub id: HeaderValue,
    /// The other end of the connection, which may be a proxy.
    pub peer: IpAddr,
    route: OnceLock<Arc<str>>,
    user: OnceLock<UserId>,
}

impl RequestRecord {
    pub(super) const fn new(id: HeaderValue, peer: IpAddr) -> Self {
        Self { id, peer, route: OnceLock::new(), user: OnceLock::new() }
    }

    /// Remembers which route it was; the first one counts.
    pub(super) fn note_route(&self, route: Arc<str>) {
        let _ = self.route.set(route);
    }

    /// Remembers who asks; the first one counts.
    pub(crate) fn note_user(&self, user: &UserId) {
        let _ = self.user.set(user.clone());
    }

    pub(super) fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }

    /// The route's pattern, never the path: paths hold ids and typed secrets.
    pub(super) fn route(&self) -> &str {
        self.route.get().map_or("(none)", AsRef::as_ref)
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.user.get().map(UserId::as_str)
    }

    /// Logs an error that is ours, and puts the request's id into a 500.
    pub(super) fn complete(&self, response: Response, failure: &Failure) -> Response {
        let status = response.status();
        if let Some(cause) = &failure.cause {
            tracing::error!(
                target: "rondo::http",
                status = status.as_u16(),
                route = self.route(),
                user.id = self.user(),
                request.id = self.id(),
                error.code = failure.code,
                error = cause.as_str(),
                "request failed"
            );
        }
        if status != StatusCode::INTERNAL_SERVER_ERROR {
            return response;
        }
        let body = ErrorBody { detail: INTERNAL, code: failure.code, request_id: Some(self.id()) };
        let (mut parts, _) = response.into_parts();
        let (fresh, body) = Json(body).into_response().into_parts();
        // The router has measured the body that is thrown away here.
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.extend(fresh.headers);
        Response::from_parts(parts, body)
    }
}
