//! Headers of answers. Those that every answer has are checked with every
//! answer, in `support/promise.rs`.

use std::collections::HashSet;

use axum::{
    body::Body,
    http::{HeaderValue, Method},
};
use serde_json::json;

use crate::support::{Answer, Database, Person, TestApp};

on_any_database! {
    a_clients_request_id_comes_back,
    an_unfit_request_id_is_replaced,
    every_request_has_an_id_of_its_own,
    what_was_wrong_with_a_token_is_said_in_the_challenge,
    nothing_that_needs_a_token_is_kept_by_a_cache,
    https_is_asked_for_only_where_there_is_https,
    json_is_json,
}

async fn with_id(person: &Person, path: &str, ids: &[&[u8]]) -> Answer {
    let request = ids.iter().fold(person.asks(Method::GET, path), |request, id| {
        request.header("x-request-id", HeaderValue::from_bytes(id).expect("a header's value"))
    });
    person.send(request, Body::empty()).await
}

async fn a_clients_request_id_comes_back(test: TestApp) {
    let (ada, nobody) = (test.ada().await, test.nobody());
    for (person, path) in [(&ada, "/api/tasks"), (&nobody, "/api/tasks"), (&nobody, "/nowhere")] {
        let answer = with_id(person, path, &[b"abc-123_/{}\""]).await;
        assert_eq!(answer.header("x-request-id"), "abc-123_/{}\"");
    }
    let longest = "x".repeat(128);
    let answer = with_id(&ada, "/", &[longest.as_bytes()]).await;
    assert_eq!(answer.header("x-request-id"), longest);
}

async fn an_unfit_request_id_is_replaced(test: TestApp) {
    let nobody = test.nobody();
    let long = [b'x'; 129];
    let two: [&[u8]; 2] = [b"one", b"two"];
    for ids in [&[&b""[..]][..], &[b"two words"], &[b"\xc3\xbc"], &[&long], &two] {
        let answer = with_id(&nobody, "/", ids).await;
        let id = answer.header("x-request-id");
        assert!(!ids.contains(&id.as_bytes()) && (16..=64).contains(&id.len()), "{id}");
    }
}

async fn every_request_has_an_id_of_its_own(test: TestApp) {
    let mut ids = HashSet::new();
    for _ in 0..100 {
        ids.insert(test.nobody().get("/").await.header("x-request-id").to_owned());
    }
    assert_eq!(ids.len(), 100);
}

async fn what_was_wrong_with_a_token_is_said_in_the_challenge(test: TestApp) {
    let challenge = |answer: Answer| answer.is(401).header("www-authenticate").to_owned();
    assert_eq!(challenge(test.nobody().get("/api/tasks").await), "Bearer");
    assert_eq!(challenge(test.ada().await.tries("wrong horse").await), "Bearer");
    for person in [test.expired("ada"), test.holder_of("ada", "x.y.z")] {
        let answer = person.get("/api/tasks").await;
        assert_eq!(challenge(answer), "Bearer error=\"invalid_token\"");
    }
}

async fn nothing_that_needs_a_token_is_kept_by_a_cache(test: TestApp) {
    let ada = test.ada().await;
    let robot = ada.makes_token(&["read"]).await;
    for answer in [
        ada.get("/api/tasks").await.is(200),
        ada.get("/api/tasks/1").await.is(404),
        ada.get("/api/bob/tasks").await.is(403),
        test.nobody().get("/api/tasks").await.is(401),
        robot.get("/api/auth/me").await.is(200),
        ada.post("/api/tokens", json!({"name": "x", "scopes": ["read"]})).await.is(201),
        ada.tries(crate::support::PASSWORD).await.is(200),
    ] {
        assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.question);
    }
}

async fn https_is_asked_for_only_where_there_is_https(database: Database) {
    let plain = TestApp::new(&database).await;
    assert!(!plain.nobody().get("/").await.has("strict-transport-security"));
    let secure = TestApp::with(&database, |setup| setup.http.hsts = true).await;
    for path in ["/", "/nowhere", "/api/tasks"] {
        let answer = secure.nobody().get(path).await;
        assert!(answer.header("strict-transport-security").starts_with("max-age=63072000"));
    }
}

async fn json_is_json(test: TestApp) {
    let ada = test.ada().await;
    for path in ["/", "/health", "/openapi.json", "/api/tasks", "/api/auth/me", "/nowhere"] {
        let answer = ada.get(path).await;
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
        answer.json();
    }
}
