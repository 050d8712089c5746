//! What is known about the request that is being answered.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rondo_domain::UserId;

use crate::http::{
    better_auth::{self, LeftOver, SessionCookie},
    error::{Dialect, ErrorBody, Failure, INTERNAL},
};

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
    dialect: OnceLock<Dialect>,
    cookie: OnceLock<SessionCookie>,
    left_over: OnceLock<LeftOver>,
    more_time: OnceLock<Duration>,
}

impl RequestRecord {
    pub(super) const fn new(id: HeaderValue, peer: IpAddr) -> Self {
        Self {
            id,
            peer,
            route: OnceLock::new(),
            user: OnceLock::new(),
            dialect: OnceLock::new(),
            cookie: OnceLock::new(),
            left_over: OnceLock::new(),
            more_time: OnceLock::new(),
        }
    }

    /// Remembers which route it was; the first one counts.
    pub(super) fn note_route(&self, route: Arc<str>) {
        let _ = self.route.set(route);
    }

    /// Remembers who asks; the first one counts.
    pub(crate) fn note_user(&self, user: &UserId) {
        let _ = self.user.set(user.clone());
    }

    /// Remembers in whose form the route answers; the first one counts.
    pub(super) fn note_dialect(&self, dialect: Dialect) {
        let _ = self.dialect.set(dialect);
    }

    /// Remembers what the session of the request does to the cookies, unless
    /// the answer says otherwise; the first one counts.
    pub(crate) fn note_cookie(&self, cookie: SessionCookie) {
        let _ = self.cookie.set(cookie);
    }

    /// Remembers what another server left in the browser; the first one
    /// counts.
    pub(crate) fn note_left_over(&self, left_over: LeftOver) {
        let _ = self.left_over.set(left_over);
    }

    /// Lets the handler take longer than others may; the first one counts.
    pub(crate) fn allow_more_time(&self, more: Duration) {
        let _ = self.more_time.set(more);
    }

    pub(super) fn more_time(&self) -> Option<Duration> {
        self.more_time.get().copied()
    }

    pub(super) fn left_over(&self) -> Option<&LeftOver> {
        self.left_over.get()
    }

    pub(super) fn cookie(&self) -> Option<&SessionCookie> {
        self.cookie.get()
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

    /// Logs an error that is ours, and gives it the form of its route: in our
    /// own, a 500 has the request's id.
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
        let dialect = self.dialect.get().copied().unwrap_or_default();
        if status.is_server_error() && dialect != failure.dialect {
            // What went wrong around the route does not know whose it is.
            return better_auth::reword(response, failure.clone());
        }
        if status != StatusCode::INTERNAL_SERVER_ERROR || dialect == Dialect::BetterAuth {
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
