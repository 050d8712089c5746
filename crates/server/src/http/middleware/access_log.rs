//! One line for each request.
//!
//! The pattern of the route stands in for the path, and neither query nor
//! headers nor bodies are at hand here, so no token, address or task text can
//! get into the line.

use std::time::Duration;

use axum::response::Response;

use super::{Failure, RequestRecord};

/// Writes the line of a request by this method, and of its answer.
pub(super) fn write(
    record: &RequestRecord,
    method: &str,
    (response, failure): (&Response, Option<&Failure>),
    took: Duration,
) {
    tracing::info!(
        target: "rondo::http",
        method,
        route = record.route(),
        status = response.status().as_u16(),
        duration_ms = milliseconds(took),
        user.id = record.user(),
        request.id = record.id(),
        error.code = failure.map(|failure| failure.code),
        "request"
    );
}

/// Milliseconds, exact to the microsecond and no longer than that in the log.
fn milliseconds(took: Duration) -> f64 {
    f64::from(u32::try_from(took.as_micros()).unwrap_or(u32::MAX)) / 1000.0
}
