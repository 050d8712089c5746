//! A stream of server-sent events, as a browser reads it.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderMap, request},
};
use http_body_util::BodyExt;
use rondo_server::HttpService;
use serde_json::Value;
use tokio::time::timeout;

/// What a stream calls itself.
pub(super) const EVENT_STREAM: &str = "text/event-stream";

/// How long something may take that happens.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long is listened for what must not happen.
const MOMENT: Duration = Duration::from_millis(100);

/// An open stream.
pub(crate) struct Stream {
    pub(crate) headers: HeaderMap,
    body: Body,
    /// What has come and was not looked at.
    text: String,
    /// Where a browser would go on.
    pub(crate) last_id: String,
    /// How long a browser would wait before it does, in milliseconds.
    pub(crate) retry: Option<u64>,
}

/// What a browser would hand to the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) data: Value,
}

impl Stream {
    /// Opens a stream; the request has to be let in.
    pub(crate) async fn open(service: &HttpService, request: request::Builder) -> Self {
        let request = request.body(Body::empty()).expect("a test's request can be built");
        let (parts, body) = service.answer(request).await.into_parts();
        assert_eq!(parts.status, 200);
        assert_eq!(parts.headers["content-type"], EVENT_STREAM);
        let (text, last_id) = (String::new(), String::new());
        let mut stream = Self { headers: parts.headers, body, text, last_id, retry: None };
        // What comes at once says where it begins.
        let first = stream.block(PATIENCE).await.expect("something comes at once");
        assert_eq!(stream.read(&first), None, "{first}");
        assert!(!stream.last_id.is_empty(), "{first}");
        stream
    }

    /// The next event; `None` at the end.
    pub(crate) async fn event(&mut self) -> Option<Event> {
        loop {
            let block = self.block(PATIENCE).await?;
            if let Some(event) = self.read(&block) {
                return Some(event);
            }
        }
    }

    /// The numbers of the next events.
    pub(crate) async fn ids(&mut self, count: usize) -> Vec<i64> {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(self.event().await.unwrap_or_else(|| panic!("the end after {ids:?}")).id);
        }
        ids
    }

    /// What comes next, event or not.
    pub(crate) async fn line(&mut self) -> String {
        self.block(PATIENCE).await.expect("the stream goes on")
    }

    /// Asserts that the stream is over, or soon will be, without an event.
    pub(crate) async fn ends(mut self) {
        assert_eq!(self.event().await, None);
    }

    /// Asserts that nothing comes.
    pub(crate) async fn is_quiet(&mut self) {
        let next = timeout(MOMENT, self.block(PATIENCE)).await;
        assert!(next.is_err(), "{next:?}");
    }

    /// The next block, without the empty line behind it; `None` at the end.
    async fn block(&mut self, patience: Duration) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let frame = timeout(patience, self.body.frame()).await.expect("nothing comes");
            let data = frame?.expect("a stream does not break").into_data().expect("it has data");
            self.text.push_str(std::str::from_utf8(&data).expect("a stream is text"));
        }
    }

    /// What a browser makes of a block: an event if it has data.
    fn read(&mut self, block: &str) -> Option<Event> {
        let (mut name, mut data) = (String::new(), None);
        for line in block.lines() {
            match line.split_once(": ").unwrap_or((line, "")) {
                ("", _comment) => {}
                ("id", id) => id.clone_into(&mut self.last_id),
                ("event", event) => event.clone_into(&mut name),
                ("data", text) => data = serde_json::from_str(text).ok(),
                ("retry", pause) => self.retry = pause.parse().ok(),
                (other, _) => panic!("a field named {other}: {block}"),
            }
        }
        let id = self.last_id.parse().expect("the id is a number");
        data.map(|data| Event { id, name, data })
    }
}
