//! Scripts of other origins.

use axum::{
    body::Body,
    http::{Method, request},
};
use serde_json::json;

use crate::support::{Answer, Database, Log, Person, TestApp};

on_any_database! {
    the_local_front_end_may_always_ask,
    a_configured_origin_may_ask,
    a_look_alike_may_not,
    a_preflight_names_what_may_be_sent,
    errors_can_be_read_too,
    answers_differ_by_origin,
    the_log_names_a_page_that_may_not_read_answers,
}

const LOCAL: &str = "http://localhost:3000";

fn from(person: &Person, method: Method, path: &str, origin: &str) -> request::Builder {
    person.asks(method, path).header("origin", origin)
}

async fn gets(person: &Person, path: &str, origin: &str) -> Answer {
    person.send(from(person, Method::GET, path, origin), Body::empty()).await
}

async fn asks_first(person: &Person, path: &str, origin: &str) -> Answer {
    let request = from(person, Method::OPTIONS, path, origin)
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", "authorization,content-type");
    person.send(request, Body::empty()).await
}

#[track_caller]
fn assert_allowed(answer: &Answer, origin: &str) {
    assert_eq!(answer.header("access-control-allow-origin"), origin);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
}

async fn the_local_front_end_may_always_ask(test: TestApp) {
    let ada = test.ada().await;
    let answer = gets(&ada, "/api/tasks", LOCAL).await.is(200);
    assert_allowed(&answer, LOCAL);
    let exposed: Vec<_> =
        answer.header("access-control-expose-headers").split(',').map(str::trim).collect();
    for name in [
        "retry-after",
        "location",
        "etag",
        "x-request-id",
        "x-batch-id",
        "idempotency-replayed",
        "www-authenticate",
        "mcp-protocol-version",
        "set-auth-token",
        "set-auth-jwt",
    ] {
        assert!(exposed.contains(&name), "{name} is not exposed: {exposed:?}");
    }
    // A page that knows no token can still ask what needs none.
    assert_allowed(&gets(&test.nobody(), "/health", LOCAL).await.is(200), LOCAL);
}

async fn a_configured_origin_may_ask(database: Database) {
    let origins = ["https://app.example.com".to_owned(), "tauri://localhost".to_owned()];
    let configured = origins.to_vec();
    let test = TestApp::with(&database, |setup| setup.http.cors_origins = configured).await;
    for origin in origins.iter().map(String::as_str).chain([LOCAL]) {
        assert_allowed(&gets(&test.nobody(), "/", origin).await, origin);
        assert_allowed(&asks_first(&test.nobody(), "/api/tasks/1", origin).await, origin);
    }
    assert!(
        !gets(&test.nobody(), "/", "http://app.example.com")
            .await
            .has("access-control-allow-origin")
    );
}

async fn a_look_alike_may_not(test: TestApp) {
    let ada = test.ada().await;
    for origin in [
        "null",
        "*",
        "https://evil.example",
        "http://localhost",
        "http://localhost:3001",
        "https://localhost:3000",
        "http://localhost:3000.evil.example",
        "http://localhost:3000/",
        "HTTP://LOCALHOST:3000",
        "http://evil.localhost:3000",
        "http://127.0.0.1:3000",
        "",
    ] {
        for answer in [
            gets(&ada, "/api/tasks", origin).await.is(200),
            asks_first(&ada, "/api/tasks/1", origin).await,
        ] {
            assert!(!answer.has("access-control-allow-origin"), "{origin}");
        }
    }
}

async fn a_preflight_names_what_may_be_sent(test: TestApp) {
    // A browser sends no token with the question whether it may send one.
    let answer = asks_first(&test.nobody(), "/api/tasks/1", LOCAL).await.is(200);
    assert_allowed(&answer, LOCAL);
    let list = |name| -> Vec<String> {
        answer.header(name).split(',').map(|item| item.trim().to_lowercase()).collect()
    };
    let methods = list("access-control-allow-methods");
    for method in ["get", "head", "post", "put", "patch", "delete"] {
        assert!(methods.contains(&method.to_owned()), "{methods:?}");
    }
    let headers = list("access-control-allow-headers");
    for header in [
        "authorization",
        "content-type",
        "if-match",
        "if-none-match",
        "idempotency-key",
        "last-event-id",
        "mcp-session-id",
        "mcp-protocol-version",
    ] {
        assert!(headers.contains(&header.to_owned()), "{headers:?}");
    }
    assert!(answer.has("access-control-max-age"));
    assert!(answer.body.is_empty());
}

async fn errors_can_be_read_too(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"title": ""}).to_string();
    let wrong = from(&ada, Method::POST, "/api/tasks", LOCAL);
    let wrong = wrong.header("content-type", "application/json");
    for answer in [
        gets(&test.nobody(), "/api/tasks", LOCAL).await.is(401),
        gets(&ada, "/api/bob/tasks", LOCAL).await.is(403),
        gets(&ada, "/nowhere", LOCAL).await.is(404),
        ada.send(from(&ada, Method::PUT, "/api/tasks", LOCAL), Body::empty()).await.is(405),
        ada.send(wrong, body).await.is(422),
    ] {
        assert_allowed(&answer, LOCAL);
    }
}

async fn answers_differ_by_origin(test: TestApp) {
    for answer in [
        test.nobody().get("/").await,
        gets(&test.nobody(), "/", LOCAL).await,
        gets(&test.nobody(), "/", "https://evil.example").await,
    ] {
        let vary = answer.headers.get_all("vary").iter();
        let names: Vec<_> = vary.filter_map(|value| value.to_str().ok()).collect();
        assert!(names.join(",").to_lowercase().contains("origin"), "{names:?}");
    }
}

async fn the_log_names_a_page_that_may_not_read_answers(test: TestApp) {
    let nobody = test.nobody();
    for (origin, is_told) in [
        ("http://localhost:5173", true),
        ("null", true),
        ("", false),
        (LOCAL, false),
        // The host of the requests, and the public address.
        ("http://rondo.test", false),
        ("http://localhost:8000", false),
    ] {
        let log = Log::default();
        {
            let _kept = tracing::subscriber::set_default(log.subscriber());
            asks_first(&nobody, "/api/tasks", origin).await;
            gets(&nobody, "/", origin).await;
        }
        let log = log.text();
        let told: Vec<_> = log.lines().filter(|line| line.contains("CORS_ORIGINS")).collect();
        assert_eq!(told.len(), if is_told { 2 } else { 0 }, "{origin}: {log}");
        for line in told {
            assert!(line.contains(&format!("origin.received=\"{origin}\"")), "{line}");
            assert!(line.contains(LOCAL) && line.contains("INFO"), "{line}");
        }
    }
}
