//! What is refused before anybody answers.

use axum::http::Method;
use rondo_app::Limit;
use serde_json::{Value, json};

use super::{goes_on, says};
use crate::support::{Database, TestApp};

on_both_databases! {
    an_empty_message_is_refused,
    a_message_has_a_form,
    a_conversation_is_ones_own,
    who_may_not_write_may_not_talk,
    a_refusal_is_no_stream,
    a_flood_is_stopped,
}

const PATHS: [&str; 2] = ["/api/chat", "/api/ada/chat"];

async fn an_empty_message_is_refused(test: TestApp) {
    let ada = test.ada().await;
    for message in ["", " ", "\n\t ", "\u{3000}"] {
        for path in PATHS {
            let answer = ada.post(path, json!({"message": message})).await.is(400);
            answer.saying("Message cannot be empty").coded("empty_message");
        }
    }
    assert_eq!(ada.get("/api/conversations").await.json()["total"], 0);
}

async fn a_message_has_a_form(test: TestApp) {
    let ada = test.ada().await;
    for (message, problem) in [
        (json!(null), "string_type"),
        (json!(5), "string_type"),
        (json!(["a"]), "string_type"),
        (json!("x".repeat(4_001)), "string_too_long"),
        (json!("x".repeat(1_000_000)), "string_too_long"),
        (json!("a\u{0}b"), "value_error"),
    ] {
        let problems = ada.post("/api/chat", json!({"message": message})).await.problems();
        assert_eq!(problems, [format!("body.message {problem}")]);
    }
    assert_eq!(ada.post("/api/chat", json!({})).await.problems(), ["body.message missing"]);
    ada.post("/api/chat", json!({"message": "x".repeat(1 << 20)})).await.is(413);
    let request = ada.asks(Method::POST, "/api/chat").header("content-type", "application/json");
    ada.send(request, "{").await.is(400).coded("malformed_json");
    ada.send(ada.asks(Method::POST, "/api/chat"), "{}").await.is(415);
    assert_eq!(ada.get("/api/conversations").await.json()["total"], 0);
}

async fn a_conversation_is_ones_own(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let place = says(&ada, "hello").await.is(200).json()["conversation_id"].clone();
    let foreign = goes_on(&bob, &place, "list").await.is(404).saying("Conversation not found");
    let unknown = goes_on(&bob, &json!(999), "list").await.is(404);
    assert_eq!(foreign.body, unknown.body);
    for (id, status) in [
        (json!("x"), 422),
        (json!(-1), 422),
        (json!(0), 422),
        (json!(10_i64.pow(18)), 422),
        (json!({}), 422),
        (json!(1.5), 422),
        (Value::Null, 200),
    ] {
        goes_on(&ada, &id, "hello").await.is(status);
    }
    bob.post("/api/ada/chat", json!({"message": "list"})).await.is(403).saying("Access denied");
    test.nobody().post("/api/chat", json!({"message": "list"})).await.is(401);
}

async fn who_may_not_write_may_not_talk(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let reader = ada.makes_token(&["read"]).await;
    says(&reader, "list").await.is(403).coded("missing_scope");
    let writer = ada.makes_token(&["read", "write"]).await;
    says(&writer, "list").await.is(200);
}

async fn a_refusal_is_no_stream(test: TestApp) {
    let ada = test.ada().await;
    for path in ["/api/chat", "/api/chat/ui"] {
        let body = json!({"message": " ", "messages": [{"role": "user", "content": " "}]});
        let accept = [("accept", "text/event-stream")];
        let answer = ada.sends_with(&accept, Method::POST, path, &body).await.is(400);
        assert_eq!(answer.header("content-type"), "application/json");
        answer.saying("Message cannot be empty");
    }
}

async fn a_flood_is_stopped(database: Database) {
    let limit = Limit { count: 2, window_seconds: 60 };
    let test =
        TestApp::with(&database, |setup| setup.settings.limits.chat_per_user = Some(limit)).await;
    let (ada, bob) = (test.ada().await, test.bob().await);
    for status in [200, 200, 429] {
        says(&ada, "hello").await.is(status);
    }
    says(&bob, "hello").await.is(200);
    test.clock.advance_seconds(60);
    says(&ada, "hello").await.is(200);
}
