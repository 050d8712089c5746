//! Who waits for an answer: as a document or as a stream, and for how long.

use std::{cmp::Ordering, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

use crate::http::middleware::RequestRecord;

/// What a turn may take beyond the time of every request: it is bounded by
/// itself, at 45 seconds.
const MORE_TIME: Duration = Duration::from_secs(30);

/// Whoever sent the message.
pub(crate) struct Listener {
    /// Whether the answer is to be streamed.
    pub(super) wants_stream: bool,
    record: Option<Arc<RequestRecord>>,
}

impl Listener {
    /// The same, for a route that streams always.
    pub(super) fn streaming(self) -> Self {
        Self { wants_stream: true, ..self }
    }

    /// Lets the request take as long as a turn may.
    pub(super) fn expect_a_turn(&self) {
        if let Some(record) = &self.record {
            record.allow_more_time(MORE_TIME);
        }
    }

    /// The number of the request, which is also that of the message on its way.
    pub(super) fn request_id(&self) -> String {
        let id = self.record.as_ref().and_then(|record| record.id.to_str().ok());
        id.unwrap_or_default().to_owned()
    }
}

impl<S: Sync> FromRequestParts<S> for Listener {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let record = parts.extensions.get::<Arc<RequestRecord>>().cloned();
        Ok(Self { wants_stream: wants_stream(&parts.headers), record })
    }
}

/// Whether a stream is asked for by name, and not less than JSON is.
fn wants_stream(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let (mut stream, mut json) = (None, None);
    for (place, part) in lines.flat_map(|line| line.split(',')).enumerate() {
        let (kind, parameters) = part.split_once(';').unwrap_or((part, ""));
        let wish = Wish { quality: quality(parameters), place };
        match kind.trim().to_ascii_lowercase().as_str() {
            "text/event-stream" => stream = Some(wish),
            "application/json" => json = Some(wish),
            _ => {}
        }
    }
    match (stream, json) {
        (Some(stream), Some(json)) => stream.quality > 0.0 && stream.is_before(&json),
        (Some(stream), None) => stream.quality > 0.0,
        (None, _) => false,
    }
}

struct Wish {
    quality: f32,
    place: usize,
}

impl Wish {
    /// Of what is wanted alike, what is named first is meant.
    fn is_before(&self, other: &Self) -> bool {
        match self.quality.total_cmp(&other.quality) {
            Ordering::Greater => true,
            Ordering::Equal => self.place < other.place,
            Ordering::Less => false,
        }
    }
}

fn quality(parameters: &str) -> f32 {
    let value = parameters.split(';').find_map(|one| one.trim().strip_prefix("q="));
    value.map_or(1.0, |value| value.trim().parse().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_for_those_who_ask_for_one() {
        for (accept, expected) in [
            ("text/event-stream", true),
            ("Text/Event-Stream; charset=utf-8", true),
            ("text/event-stream, */*;q=0.1", true),
            ("text/event-stream, application/json", true),
            ("application/json;q=0.5, text/event-stream", true),
            ("application/json, text/event-stream", false),
            ("application/json, text/event-stream;q=0.9", false),
            ("text/event-stream;q=0", false),
            ("application/json", false),
            ("text/*", false),
            ("*/*", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().expect("a test header"));
            assert_eq!(wants_stream(&headers), expected, "{accept}");
        }
        assert!(!wants_stream(&HeaderMap::new()));
    }
}
