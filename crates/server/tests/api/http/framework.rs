//! Paths and methods that are not there, HEAD, and Host.

use axum::{body::Body, http::Method};
use rondo_server::http::route_list;
use serde_json::json;

use crate::support::TestApp;

on_any_database! {
    a_path_that_is_not_there_is_404,
    a_method_that_is_not_there_is_405_and_says_which_are,
    every_get_has_a_head_without_a_body,
    a_host_is_required_and_never_reflected,
}

async fn a_path_that_is_not_there_is_404(test: TestApp) {
    let ada = test.ada().await;
    for path in [
        "/api",
        "/api/",
        "/api/task",
        "/api/tasks/",
        "/api/tasks/1/",
        "/api/tasks/1/complete/x",
        "//api/tasks",
        "/API/tasks",
        "/api/auth",
        "/api/auth/unknown",
        "/api/auth/me/x",
        "/api/ada/ada/tasks",
        "/health/",
        "/admin",
        "/.env",
        "/%00",
        "/%ff",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = ada.send(ada.asks(method, path), Body::empty()).await;
            answer.is(404).saying("Not Found").coded("not_found");
        }
    }
    for file in ["swagger-ui.js.map", "%2e%2e%2fetc%2fpasswd", "../../etc/passwd", "start.js%00"] {
        ada.get(&format!("/docs/{file}")).await.is(404).coded("not_found");
    }
    // Nobody learns whether a path exists by being nobody.
    test.nobody().get("/api/unknown").await.is(404);
}

async fn a_method_that_is_not_there_is_405_and_says_which_are(test: TestApp) {
    let ada = test.ada().await;
    for (method, path, allowed) in [
        (Method::DELETE, "/api/tasks", "GET,HEAD,POST"),
        (Method::PATCH, "/api/ada/tasks", "GET,HEAD,POST"),
        (Method::POST, "/api/tasks/1", "DELETE,GET,HEAD,PATCH,PUT"),
        (Method::PUT, "/api/tasks/1/complete", "PATCH"),
        (Method::GET, "/api/auth/login", "POST"),
        (Method::GET, "/api/auth/logout", "POST"),
        (Method::POST, "/api/auth/me", "DELETE,GET,HEAD"),
        (Method::PUT, "/api/tokens", "GET,HEAD,POST"),
        (Method::GET, "/api/tokens/1", "DELETE"),
        (Method::POST, "/health", "GET,HEAD"),
        (Method::POST, "/", "GET,HEAD"),
        (Method::OPTIONS, "/api/tasks", "GET,HEAD,POST"),
        (Method::TRACE, "/api/tasks", "GET,HEAD,POST"),
    ] {
        let answer = ada.send(ada.asks(method, path), Body::empty()).await;
        let answer = answer.is(405).saying("Method Not Allowed").coded("method_not_allowed");
        let mut found: Vec<_> = answer.header("allow").split(',').map(str::trim).collect();
        found.sort_unstable();
        assert_eq!(found.join(","), allowed, "{path}");
    }
    let odd = Method::from_bytes(b"BREW").expect("this is a token");
    ada.send(ada.asks(odd, "/api/tasks"), Body::empty()).await.is(405);
}

async fn every_get_has_a_head_without_a_body(test: TestApp) {
    let ada = test.ada().await;
    ada.adds("x").await;
    for route in route_list().into_iter().filter(|route| route.method == Method::GET) {
        let path = route
            .path
            .replace("{user_id}", "ada")
            .replace("{task_id}", "1")
            .replace("{conversation_id}", "1")
            .replace("{file}", "swagger-ui.css");
        let got = ada.get(&path).await;
        let head = ada.send(ada.asks(Method::HEAD, &path), Body::empty()).await;
        assert_eq!(head.status, got.status, "{path}");
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(head.header("content-type"), got.header("content-type"), "{path}");
        if got.header("content-type") != "text/event-stream" {
            assert_eq!(head.header("content-length"), got.body.len().to_string(), "{path}");
        }
    }
    let head = test.nobody().asks(Method::HEAD, "/api/tasks");
    test.nobody().send(head, Body::empty()).await.is(401);
}

async fn a_host_is_required_and_never_reflected(test: TestApp) {
    let ada = test.ada().await;
    let token = ada.token.clone().expect("Ada has a token");
    let begin = |path: &str| {
        axum::http::Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
    };
    let body = json!({"title": "x"}).to_string();
    let without = ada.send(begin("/api/tasks"), body.clone()).await;
    without.is(400).coded("bad_host");
    for hosts in [&["a", "b"][..], &["user@evil.example"], &["a b"], &[""], &["evil.example/x"]] {
        let request =
            hosts.iter().fold(begin("/api/tasks"), |request, host| request.header("host", *host));
        ada.send(request, body.clone()).await.is(400);
    }
    let request = begin("/api/tasks").header("host", "evil.example");
    let request = request.header("x-forwarded-host", "evil.example");
    let answer = ada.send(request, body).await.is(201);
    assert_eq!(answer.header("location"), "/api/tasks/1");
    let reflected = answer.headers.values().any(|value| value.as_bytes().ends_with(b"example"));
    assert!(!reflected && !answer.text().contains("evil"));
}
