//! What is said about requests that are none, and when the server is in trouble.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Client, NEW, OLD};
use crate::support::TestApp;

on_any_database! {
    what_is_no_message_is_told_why,
    what_is_declared_wrongly_is_told_why,
    a_message_has_a_bound,
    an_unknown_method_or_tool_is_an_error_of_the_protocol,
    headers_that_contradict_the_message_are_refused,
    a_revision_that_nobody_knows_is_refused,
    a_notification_has_no_answer,
    a_program_that_still_shakes_hands_is_answered,
    a_program_of_the_new_revision_discovers,
    a_server_that_breaks_says_so_in_json,
}

async fn what_is_no_message_is_told_why(test: TestApp) {
    let ada = Client::of(&test.ada().await, OLD);
    let deep = "[".repeat(50_000);
    for (body, number, id) in [
        ("{", -32700, json!(null)),
        (deep.as_str(), -32700, json!(null)),
        ("", -32700, json!(null)),
        ("[]", -32600, json!(null)),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600, json!(null)),
        ("null", -32600, json!(null)),
        (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, json!(1)),
        (r#"{"jsonrpc":"2.0","id":"a"}"#, -32600, json!("a")),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600, json!(null)),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}"#, -32602, json!(1)),
        (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32600, json!(null)),
    ] {
        let answer = ada.sends(ada.begins(Method::POST), body).await.is(400).json();
        assert_eq!(answer["error"]["code"], number, "{body}: {answer}");
        assert_eq!(answer["id"], id, "{body}: {answer}");
        assert!(answer["error"]["message"].is_string(), "{body}: {answer}");
    }
}

async fn what_is_declared_wrongly_is_told_why(test: TestApp) {
    let ada = Client::of(&test.ada().await, OLD);
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    for (name, value, status, code) in [
        ("accept", "text/html", 406, "not_acceptable"),
        ("accept", "text/event-stream", 406, "not_acceptable"),
        ("content-type", "text/plain", 415, "unsupported_media_type"),
        ("content-type", "", 415, "unsupported_media_type"),
    ] {
        let mut request = ada.begins(Method::POST);
        let headers = request.headers_mut().expect("the request is sound so far");
        headers.insert(name, value.parse().expect("a test header"));
        ada.sends(request, list).await.is(status).coded(code);
    }
    for accept in ["*/*", "application/json"] {
        let mut request = ada.begins(Method::POST);
        let headers = request.headers_mut().expect("the request is sound so far");
        headers.insert("accept", accept.parse().expect("a test header"));
        let answer = ada.sends(request, list).await.is(200);
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

async fn a_message_has_a_bound(test: TestApp) {
    let ada = Client::of(&test.ada().await, NEW);
    let long =
        |length: usize| json!({"name": "add_task", "arguments": {"title": "x".repeat(length)}});
    let answer = ada.asks("tools/call", long(256 * 1024)).await;
    answer.is(413).coded("body_too_large").saying("The request body is larger than 262144 bytes");
    assert_eq!(ada.is_told("add_task", json!({"title": "x".repeat(200_000)})).await.2, "title");
}

async fn an_unknown_method_or_tool_is_an_error_of_the_protocol(test: TestApp) {
    let ada = test.ada().await;
    for (revision, status) in [(OLD, 200), (NEW, 404)] {
        let client = Client::of(&ada, revision);
        let answer = client.asks("nope/nope", json!({})).await.is(status).json();
        assert_eq!(answer["error"]["code"], -32601, "{answer}");
        for params in [
            json!({"name": "nope", "arguments": {}}),
            json!({"name": "ADD_TASK", "arguments": {}}),
            json!({"name": 5}),
            json!({}),
            json!({"name": "add_task", "arguments": []}),
        ] {
            let answer = client.asks("tools/call", params.clone()).await.json();
            // Headers are compared before anything is looked for.
            let number = answer["error"]["code"].as_i64();
            assert!(matches!(number, Some(-32602 | -32020)), "{params}: {answer}");
        }
        assert_eq!(client.fails("tools/list", json!({"cursor": "x"})).await.0, -32602);
        let (number, message) = client.fails("prompts/get", json!({"name": "nope"})).await;
        assert_eq!((number, message.as_str()), (-32602, "Unknown prompt: nope"));
    }
}

async fn headers_that_contradict_the_message_are_refused(test: TestApp) {
    let ada = Client::of(&test.ada().await, NEW);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": NEW,
        "io.modelcontextprotocol/clientInfo": {"name": "x", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let params = json!({"name": "list_tasks", "arguments": {}, "_meta": meta});
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    for (revision, method, name) in [
        (NEW, "tools/list", "list_tasks"),
        (NEW, "tools/call", "delete_task"),
        (OLD, "tools/call", "list_tasks"),
    ] {
        let request = ada
            .begins(Method::POST)
            .header("mcp-protocol-version", revision)
            .header("mcp-method", method)
            .header("mcp-name", name);
        let answer = ada.sends(request, &body.to_string()).await.is(400).json();
        assert_eq!(answer["error"]["code"], -32020, "{answer}");
    }
}

async fn a_revision_that_nobody_knows_is_refused(test: TestApp) {
    let ada = Client::of(&test.ada().await, OLD);
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    for revision in ["1999-01-01", "é"] {
        let value = axum::http::HeaderValue::from_bytes(revision.as_bytes()).expect("a header");
        let request = ada.begins(Method::POST).header("mcp-protocol-version", value);
        let answer = ada.sends(request, list).await.is(400).json();
        assert_eq!(answer["error"]["code"], -32600, "{answer}");
    }
}

async fn a_notification_has_no_answer(test: TestApp) {
    let ada = Client::of(&test.ada().await, OLD);
    let body = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let answer = ada.sends(ada.begins(Method::POST), body).await.is(202);
    assert!(answer.body.is_empty());
}

async fn a_program_that_still_shakes_hands_is_answered(test: TestApp) {
    let ada = Client::of(&test.ada().await, OLD);
    for (asked, agreed) in [(OLD, OLD), ("2025-06-18", "2025-06-18"), (NEW, OLD), ("x", OLD)] {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": asked,
            "capabilities": {},
            "clientInfo": {"name": "x", "version": "1"},
        }});
        let answer = ada.sends(ada.begins(Method::POST), &body.to_string()).await.is(200);
        assert!(!answer.has("mcp-session-id"));
        let result = answer.json()["result"].clone();
        assert_eq!(result["protocolVersion"], agreed, "{asked}: {result}");
        assert_eq!(result["serverInfo"]["name"], "rondo");
        for capability in ["tools", "resources", "prompts", "completions"] {
            assert!(result["capabilities"][capability].is_object(), "{result}");
        }
        assert_eq!(result["capabilities"]["logging"], Value::Null, "{result}");
    }
    assert_eq!(ada.gets("ping", json!({})).await, json!({}));
}

async fn a_program_of_the_new_revision_discovers(test: TestApp) {
    let ada = Client::of(&test.ada().await, NEW);
    let found = ada.gets("server/discover", json!({})).await;
    let versions = found["supportedVersions"].as_array().expect("there are some");
    assert!([OLD, NEW].iter().all(|version| versions.contains(&json!(version))), "{found}");
    assert!(found["instructions"].is_string());
}

async fn a_server_that_breaks_says_so_in_json(test: TestApp) {
    let ada = Client::of(&test.ada().await, NEW);
    test.clock.break_down();
    ada.asks("tools/list", json!({})).await.is(500).coded("internal_error");
    test.clock.repair();
    ada.gets("tools/list", json!({})).await;
}
