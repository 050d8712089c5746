//! Bodies: declared as JSON, within a megabyte, in time.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    http::{Method, header, request},
};
use bytes::Bytes;
use hyper::body::Frame;

use crate::support::{Database, Person, TestApp};

on_any_database! {
    what_is_not_json_is_400,
    what_is_not_declared_to_be_json_is_415,
    json_by_any_of_its_names_is_json,
    more_than_a_megabyte_is_413_by_its_announcement_alone,
    more_than_a_megabyte_is_413_when_it_is_streamed,
    exactly_a_megabyte_is_read,
    a_body_that_does_not_come_is_408,
    a_body_where_none_is_expected_does_no_harm,
}

/// A body that comes in pieces and does not say how long it is.
struct Pieces {
    piece: Bytes,
    left: usize,
    then_stall: bool,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Poll::Ready(Some(Ok(Frame::data(self.piece.clone()))))
            }
            // Whoever polls is not woken: nothing ever comes.
            None if self.then_stall => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}

fn posts(person: &Person, content_type: &str) -> request::Builder {
    person.asks(Method::POST, "/api/tasks").header(header::CONTENT_TYPE, content_type)
}

async fn what_is_not_json_is_400(test: TestApp) {
    let ada = test.ada().await;
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let bodies: [&[u8]; 12] = [
        b"",
        b" ",
        b"{",
        b"{\"title\": \"x\"",
        b"{\"title\": \"x\"}}",
        b"{'title': 'x'}",
        b"{\"title\": NaN}",
        b"{\"title\": \"\\ud800\"}",
        b"{\"title\": \"\xff\"}",
        b"title=x",
        b"\xef\xbb\xbf{\"title\": \"x\"}",
        deep.as_bytes(),
    ];
    for body in bodies {
        let answer = ada.send(posts(&ada, "application/json"), body.to_vec()).await.is(400);
        let answer = answer.coded("malformed_json");
        assert!(answer.json()["detail"].as_str().is_some_and(|d| d.starts_with("Malformed JSON")));
    }
    ada.send(posts(&ada, "application/json"), r#"{"title":"a","title":"b"}"#).await.is(201);
    assert_eq!(ada.titles("/api/tasks").await, ["b"]);
}

async fn what_is_not_declared_to_be_json_is_415(test: TestApp) {
    let ada = test.ada().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/jsonp",
        "application/json, text/plain",
        "json",
        "",
    ] {
        let answer = ada.send(posts(&ada, kind), r#"{"title":"x"}"#).await;
        answer.is(415).coded("unsupported_media_type");
    }
    let without = ada.asks(Method::POST, "/api/tasks");
    ada.send(without, r#"{"title":"x"}"#).await.is(415);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 0);
}

async fn json_by_any_of_its_names_is_json(test: TestApp) {
    let ada = test.ada().await;
    for kind in [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/merge-patch+json",
    ] {
        ada.send(posts(&ada, kind), r#"{"title":"x"}"#).await.is(201);
    }
}

const MEGABYTE: usize = 1024 * 1024;

/// A task of that many bytes.
fn task_of(bytes: usize) -> String {
    let (begin, end) = (r#"{"title":"x","padding":""#, r#""}"#);
    format!("{begin}{}{end}", "x".repeat(bytes - begin.len() - end.len()))
}

async fn more_than_a_megabyte_is_413_by_its_announcement_alone(test: TestApp) {
    let ada = test.ada().await;
    let answer = ada.send(posts(&ada, "application/json"), task_of(MEGABYTE + 1)).await;
    let answer = answer.is(413).coded("body_too_large");
    assert_eq!(answer.header("connection"), "close");
}

async fn more_than_a_megabyte_is_413_when_it_is_streamed(test: TestApp) {
    let ada = test.ada().await;
    let piece = Bytes::from_static(&[b' '; 1024]);
    for path in ["/api/tasks", "/api/auth/login", "/api/tokens"] {
        let body = Body::new(Pieces { piece: piece.clone(), left: 1_000_000, then_stall: false });
        let request = ada.asks(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
        ada.send(request, body).await.is(413).coded("body_too_large");
    }
}

async fn exactly_a_megabyte_is_read(test: TestApp) {
    let ada = test.ada().await;
    ada.send(posts(&ada, "application/json"), task_of(MEGABYTE)).await.is(201);
    let left = MEGABYTE / 1024 - 1;
    let piece = Bytes::from_static(&[b' '; 1024]);
    // White space only: it is read, and then it is no JSON.
    let body = Body::new(Pieces { piece, left, then_stall: false });
    ada.send(posts(&ada, "application/json"), body).await.is(400);
}

async fn a_body_that_does_not_come_is_408(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.http.body_read_timeout = Duration::from_millis(20);
    })
    .await;
    let ada = test.ada().await;
    let piece = Bytes::from_static(b"{\"title\":");
    let body = Body::new(Pieces { piece, left: 1, then_stall: true });
    let answer = ada.send(posts(&ada, "application/json"), body).await;
    let answer = answer.is(408).coded("body_timeout");
    assert_eq!(answer.header("connection"), "close");
}

async fn a_body_where_none_is_expected_does_no_harm(test: TestApp) {
    let ada = test.ada().await;
    for (method, status) in [(Method::GET, 200), (Method::HEAD, 200)] {
        let request = ada.asks(method, "/api/tasks").header(header::CONTENT_TYPE, "text/plain");
        ada.send(request, "whatever").await.is(status);
    }
    let id = ada.adds("x").await;
    let request = ada.asks(Method::DELETE, &format!("/api/tasks/{id}"));
    ada.send(request, "{\"title\":").await.is(204);
}
