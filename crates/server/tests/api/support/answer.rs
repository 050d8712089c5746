//! What a person gets: a status, headers and a body, read to the end.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
    response::Response,
};
use bytes::Bytes;
use http_body_util::BodyExt;
use rondo_server::HttpService;
use serde_json::{Value, json};

use super::{promise, stream::EVENT_STREAM};

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What was asked, for messages.
    pub(crate) question: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Asks, and holds the answer to what every answer promises.
pub(crate) async fn ask(service: &HttpService, request: Request<Body>) -> Answer {
    let question = format!("{} {}", request.method(), request.uri());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (parts, body) = service.answer(request).await.into_parts();
    let answer = Answer::read(question, Response::from_parts(parts, body)).await;
    promise::check(&method, &path, &answer);
    answer
}

impl Answer {
    async fn read(question: String, response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let is_stream = parts.headers.get("content-type").is_some_and(|kind| kind == EVENT_STREAM);
        // A stream has no end: its head is the answer.
        let body = if is_stream { Body::empty() } else { body };
        let body = body.collect().await.expect("an answer can be read to its end").to_bytes();
        Self { question, status: parts.status, headers: parts.headers, body }
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}\n{}", self.question, self.text());
        self
    }

    /// Asserts the sentence in `detail`.
    #[track_caller]
    pub(crate) fn saying(self, detail: &str) -> Self {
        assert_eq!(self.json()["detail"], detail, "{}", self.question);
        self
    }

    /// Asserts the word in `code`.
    #[track_caller]
    pub(crate) fn coded(self, code: &str) -> Self {
        assert_eq!(self.json()["code"], code, "{}", self.question);
        self
    }

    /// Asserts an error of Better Auth: its status, sentence and word. An empty
    /// word stands for none.
    #[track_caller]
    pub(crate) fn fails(self, status: u16, message: &str, code: &str) -> Self {
        let answer = self.is(status);
        let expected = if code.is_empty() {
            json!({"message": message})
        } else {
            json!({"message": message, "code": code})
        };
        assert_eq!(answer.json(), expected, "{}", answer.question);
        answer
    }

    /// The problems of a 422, as `body.title string_too_long`.
    #[track_caller]
    pub(crate) fn problems(self) -> Vec<String> {
        let answer = self.is(422).coded("validation_error");
        let part = |part: &Value| part.as_str().map_or_else(|| part.to_string(), str::to_owned);
        let shown = |problem: &Value| {
            let path = problem["loc"].as_array().expect("`loc` is a list");
            let path: Vec<_> = path.iter().map(part).collect();
            let kind = problem["type"].as_str().expect("`type` is text");
            assert!(problem["msg"].is_string(), "{problem}");
            format!("{} {kind}", path.join("."))
        };
        answer.json()["detail"].as_array().expect("`detail` is a list").iter().map(shown).collect()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.question, self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header that must be there, once.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().unwrap_or_else(|| panic!("{}: no {name}", self.question));
        assert_eq!(values.next(), None, "{}: {name} twice", self.question);
        value.to_str().expect("the header is text")
    }

    /// The cookies that it sets, in order.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        let set = self.headers.get_all("set-cookie").iter();
        set.map(|cookie| cookie.to_str().expect("a cookie is text")).collect()
    }

    /// All that a client can see, but the request's own number.
    pub(crate) fn seen(&self) -> (u16, String, BTreeMap<String, String>) {
        (self.status.as_u16(), self.text(), self.seen_headers())
    }

    /// The headers of that.
    pub(crate) fn seen_headers(&self) -> BTreeMap<String, String> {
        let headers = self.headers.iter().filter(|(name, _)| *name != "x-request-id");
        headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect()
    }

    /// Whether the header is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// What the write is undone by.
    #[track_caller]
    pub(crate) fn batch(&self) -> String {
        self.header("x-batch-id").to_owned()
    }

    /// Whether it was given before.
    pub(crate) fn is_replayed(&self) -> bool {
        self.has("idempotency-replayed") && self.header("idempotency-replayed") == "true"
    }

    /// The header as a number of seconds.
    #[track_caller]
    pub(crate) fn retry_after(&self) -> i64 {
        self.header("retry-after").parse().expect("`Retry-After` is a number of seconds")
    }
}
