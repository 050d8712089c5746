//! What the headers of an answer say about a write.

use std::convert::Infallible;

use axum::{
    http::{HeaderName, HeaderValue},
    response::{IntoResponseParts, ResponseParts},
};
use rondo_app::Done;
use rondo_domain::BatchId;

const X_BATCH_ID: HeaderName = HeaderName::from_static("x-batch-id");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The batch that a write made, and whether this is an earlier answer.
///
/// A repeated answer is the first one, and has this one header more.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    /// What the write is undone by; `None` when it changed no task.
    pub(crate) batch_id: Option<BatchId>,
    is_replayed: bool,
}

impl Marks {
    /// What a write made.
    pub(crate) const fn new(batch_id: Option<BatchId>, is_replayed: bool) -> Self {
        Self { batch_id, is_replayed }
    }

    /// Takes apart what came of a write.
    pub(crate) fn of<T>(done: Done<T>) -> (T, Self) {
        let Done { value, batch_id, is_replayed } = done;
        (value, Self { batch_id, is_replayed })
    }
}

impl IntoResponseParts for Marks {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        let headers = parts.headers_mut();
        let batch = self.batch_id.and_then(|id| HeaderValue::from_str(id.as_str()).ok());
        if let Some(batch) = batch {
            headers.insert(X_BATCH_ID, batch);
        }
        if self.is_replayed {
            headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(parts)
    }
}
