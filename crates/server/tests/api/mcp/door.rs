//! Who comes in, from where, and how often.

use axum::http::Method;
use rondo_app::Limit;
use serde_json::json;

use super::{Client, NEW, OLD};
use crate::support::{Browser, Database, TestApp};

on_both_databases! {
    nobody_comes_in_without_a_token,
    every_kind_of_token_opens_it_until_it_is_over,
    a_token_opens_what_it_was_made_for,
    whoever_asks_too_often_waits,
}

on_any_database! {
    a_cookie_and_demo_mode_open_nothing,
    a_token_in_the_address_opens_nothing,
    a_page_of_a_stranger_is_refused,
    a_name_of_a_stranger_is_refused,
    there_is_nothing_but_post,
}

const LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

async fn nobody_comes_in_without_a_token(test: TestApp) {
    test.ada().await;
    for revision in [OLD, NEW] {
        let nobody = Client::of(&test.nobody(), revision);
        let answer = nobody.asks("tools/list", json!({})).await.is(401).coded("not_authenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        let expired = Client::of(&test.expired("ada"), revision);
        let answer = expired.asks("tools/list", json!({})).await.is(401).coded("token_expired");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        let forged = Client::of(&test.holder_of("ada", "nonsense"), revision);
        forged.asks("tools/list", json!({})).await.is(401).coded("invalid_token");
    }
}

async fn every_kind_of_token_opens_it_until_it_is_over(test: TestApp) {
    let ada = test.ada().await;
    let session = ada.signs_in().await;
    for person in [ada.clone(), ada.logs_in().await, session, ada.makes_token(&["read"]).await] {
        Client::of(&person, NEW).gets("tools/list", json!({})).await;
    }
    let login = ada.logs_in().await;
    login.post("/api/auth/logout", json!({})).await.is(200);
    Client::of(&login, NEW).asks("tools/list", json!({})).await.is(401);
}

async fn a_token_opens_what_it_was_made_for(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    let reader = Client::of(&ada.makes_token(&["read"]).await, NEW).that_asks();
    assert_eq!(reader.calls("list_tasks", json!({})).await["total"], 1);
    for (tool, arguments) in [
        ("add_task", json!({"title": "y"})),
        ("complete_task", json!({"task_id": id})),
        ("delete_task", json!({"task_id": id})),
    ] {
        let (code, message, _) = reader.is_told(tool, arguments).await;
        assert_eq!(code, "insufficient_scope", "{tool}: {message}");
    }
    let writer = Client::of(&ada.makes_token(&["write"]).await, OLD);
    let (code, ..) = writer.is_told("list_tasks", json!({})).await;
    assert_eq!(code, "insufficient_scope");
    assert_eq!(ada.titles("/api/tasks").await, ["x"]);
}

async fn whoever_asks_too_often_waits(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.settings.limits.mcp_per_user = Some(Limit { count: 3, window_seconds: 60 });
    })
    .await;
    let (ada, bob) = (test.ada().await, test.bob().await);
    let client = Client::of(&ada, NEW);
    for _ in 0..3 {
        client.gets("tools/list", json!({})).await;
    }
    test.clock.advance_seconds(10);
    let answer = client.asks("tools/list", json!({})).await.is(429).coded("rate_limited");
    assert_eq!(answer.retry_after(), 50);
    // Another token of hers is hers; the API and other people are not concerned.
    Client::of(&ada.makes_token(&["read"]).await, OLD).asks("tools/list", json!({})).await.is(429);
    ada.get("/api/tasks").await.is(200);
    Client::of(&bob, NEW).gets("tools/list", json!({})).await;
    test.clock.advance_seconds(50);
    client.gets("tools/list", json!({})).await;
}

async fn a_cookie_and_demo_mode_open_nothing(database: Database) {
    let test = TestApp::with(&database, |setup| setup.settings.demo_mode = true).await;
    let ada = Browser::of_member(&test, "ada").await;
    let nobody = Client::of(&test.nobody(), NEW);
    nobody.asks("tools/list", json!({})).await.is(401).coded("not_authenticated");
    let request = nobody.begins(Method::POST);
    let request = request.header("cookie", ada.cookies()).header("origin", "http://localhost:3000");
    nobody.sends(request, LIST).await.is(401).coded("not_authenticated");
}

async fn a_token_in_the_address_opens_nothing(test: TestApp) {
    let ada = test.ada().await;
    let token = ada.token.clone().expect("Ada has a token");
    let nobody = Client::of(&test.nobody(), NEW);
    for name in ["access_token", "token"] {
        let request = nobody.begins(Method::POST).uri(format!("/mcp?{name}={token}"));
        nobody.sends(request, LIST).await.is(401).coded("not_authenticated");
    }
}

async fn a_page_of_a_stranger_is_refused(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.http.trusted_origins.push("https://*.example.net".to_owned());
    })
    .await;
    let ada = Client::of(&test.ada().await, OLD);
    for origin in ["http://evil.example", "https://evil.example:8000", "null", ""] {
        let request = ada.begins(Method::POST).header("origin", origin);
        ada.sends(request, LIST).await.is(403).coded("invalid_origin");
    }
    for origin in ["http://localhost:8000", "http://127.0.0.1:6274", "https://app.example.net"] {
        let request = ada.begins(Method::POST).header("origin", origin);
        ada.sends(request, LIST).await.is(200);
    }
}

async fn a_name_of_a_stranger_is_refused(test: TestApp) {
    let ada = Client::of(&test.ada().await, OLD);
    for (host, status) in [
        ("evil.example", 403),
        ("evil.example:8000", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1:38124", 200),
        ("[::1]:8000", 200),
        ("192.0.2.7", 200),
    ] {
        let mut request = ada.begins(Method::POST);
        let headers = request.headers_mut().expect("the request is sound so far");
        headers.insert("host", host.parse().expect("a test header"));
        let answer = ada.sends(request, LIST).await.is(status);
        assert!(status == 200 || answer.json()["code"] == "foreign_host", "{host}");
        assert!(!answer.text().contains("evil"), "{host}");
    }
}

async fn there_is_nothing_but_post(test: TestApp) {
    let ada = Client::of(&test.ada().await, OLD);
    for method in [Method::GET, Method::DELETE, Method::PUT] {
        let answer = ada.sends(ada.begins(method), "").await;
        let answer = answer.is(405).coded("method_not_allowed");
        assert_eq!(answer.header("allow"), "POST");
    }
    // Sessions are no more; a number of one is nobody's business.
    let request = ada.begins(Method::POST).header("mcp-session-id", "made up");
    assert!(!ada.sends(request, LIST).await.is(200).has("mcp-session-id"));
}
