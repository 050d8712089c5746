//! What every answer promises, whatever was asked: each answer that a test
//! gets is checked here.

use std::sync::OnceLock;

use axum::http::{Method, StatusCode};
use rondo_server::http::{ListedRoute, openapi_json, route_list};
use serde_json::Value;

use super::{Answer, schema::mismatch};

/// The headers that depend on the session, or on what a write did, and so may
/// be absent.
const AT_TIMES: [&str; 5] =
    ["Set-Cookie", "set-auth-token", "set-auth-jwt", "X-Batch-Id", "Idempotency-Replayed"];

/// Holds an answer to the contract's words about all answers.
#[track_caller]
pub(super) fn check(method: &Method, path: &str, answer: &Answer) {
    check_headers(answer);
    if is_better_auth(method, path) {
        check_better_auth_envelope(method, answer);
    } else {
        check_envelope(method, answer);
    }
    check_described(method, path, answer);
}

#[track_caller]
fn check_headers(answer: &Answer) {
    let question = &answer.question;
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{question}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{question}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{question}");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{question}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{question}: {policy}");
    assert!(!answer.header("x-request-id").is_empty(), "{question}");
    assert!(!answer.has("server"), "{question}: the server's version is nobody's business");
    if !path_is_public(question) {
        assert_eq!(answer.header("cache-control"), "no-store", "{question}");
    }
}

/// What is the same for everybody and may be kept by a cache.
fn path_is_public(question: &str) -> bool {
    question.contains(" /docs")
}

#[track_caller]
fn check_envelope(method: &Method, answer: &Answer) {
    let question = &answer.question;
    if !is_error(answer) {
        return;
    }
    check_error_headers(answer);
    if method == Method::HEAD {
        return;
    }
    assert_eq!(answer.header("content-type"), "application/json", "{question}");
    let body = answer.json();
    if body["jsonrpc"] == "2.0" {
        // What the MCP door refuses as a message of the protocol, it refuses in its words.
        assert!(
            question.ends_with(" /mcp") && body["error"]["code"].is_i64(),
            "{question}: {body}"
        );
        assert!(body["error"]["message"].is_string(), "{question}: {body}");
        return;
    }
    let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    assert!(body["code"].as_str().is_some_and(is_word), "{question}: {body}");
    let is_invalid = answer.status == StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!(body["detail"].is_array(), is_invalid, "{question}: {body}");
    assert_eq!(body["detail"].is_string(), !is_invalid, "{question}: {body}");
    if answer.status == StatusCode::INTERNAL_SERVER_ERROR {
        assert_eq!(body["detail"], "Internal server error", "{question}");
        assert_eq!(body["request_id"], answer.header("x-request-id"), "{question}");
    }
}

fn is_error(answer: &Answer) -> bool {
    answer.status.is_client_error() || answer.status.is_server_error()
}

#[track_caller]
fn check_error_headers(answer: &Answer) {
    let question = &answer.question;
    match answer.status {
        StatusCode::UNAUTHORIZED => {
            let challenge = answer.header("www-authenticate");
            assert!(challenge.starts_with("Bearer"), "{question}: {challenge}");
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            assert!(answer.retry_after() >= 1, "{question}");
        }
        StatusCode::METHOD_NOT_ALLOWED => assert!(answer.has("allow"), "{question}"),
        _ => {}
    }
}

/// The client of Better Auth reads `message` and `code`, and nothing else.
#[track_caller]
fn check_better_auth_envelope(method: &Method, answer: &Answer) {
    let question = &answer.question;
    if !is_error(answer) {
        return;
    }
    check_error_headers(answer);
    if method == Method::HEAD {
        return;
    }
    assert_eq!(answer.header("content-type"), "application/json", "{question}");
    let body = answer.json();
    let members = body.as_object().expect("an error is an object");
    assert!(members.keys().all(|key| key == "message" || key == "code"), "{question}: {body}");
    assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{question}: {body}");
    let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let code = members.get("code");
    assert!(code.is_none_or(|code| code.as_str().is_some_and(is_word)), "{question}: {body}");
}

/// Whether a route of Better Auth answered.
fn is_better_auth(method: &Method, path: &str) -> bool {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    route(method, path).is_some_and(|route| route.access.is_better_auth())
}

/// Every status that a route answers with is in its description.
#[track_caller]
fn check_described(method: &Method, path: &str, answer: &Answer) {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    let document = DOCUMENT
        .get_or_init(|| serde_json::from_str(&openapi_json()).expect("the description is JSON"));
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let Some(ListedRoute { path: pattern, .. }) = route(method, path) else { return };
    let operation = &document["paths"][&pattern][method.as_str().to_ascii_lowercase()];
    let status = answer.status.as_str();
    let described = &operation["responses"][status];
    assert!(
        described.is_object(),
        "{method} {pattern} answers {status}, which its OpenAPI description does not mention: {}",
        answer.text()
    );
    check_described_headers(described, answer);
    let schema = &described["content"]["application/json"]["schema"];
    if schema.is_object() && !answer.body.is_empty() {
        let found = mismatch(document, schema, &answer.json());
        assert_eq!(found, None, "{}: {}", answer.question, answer.text());
    }
}

/// What is described is there, and what tells a client who it is is described.
#[track_caller]
fn check_described_headers(described: &Value, answer: &Answer) {
    let question = &answer.question;
    let names = described["headers"].as_object().into_iter().flat_map(|headers| headers.keys());
    for name in names.filter(|name| !AT_TIMES.contains(&name.as_str())) {
        assert!(answer.has(name), "{question}: {name} is described and absent");
    }
    if is_error(answer) {
        return;
    }
    for name in AT_TIMES.iter().filter(|name| answer.has(name)) {
        assert!(described["headers"][name].is_object(), "{question}: {name} is not described");
    }
}

/// The route that a path takes: one with fewer parameters wins.
fn route(method: &Method, path: &str) -> Option<ListedRoute> {
    let fits = |pattern: &str| {
        let (pattern, path): (Vec<_>, Vec<_>) =
            (pattern.split('/').collect(), path.split('/').collect());
        pattern.len() == path.len()
            && pattern
                .iter()
                .zip(&path)
                .all(|(one, other)| one == other || (one.starts_with('{') && !other.is_empty()))
    };
    let routes = route_list();
    let fitting = routes.iter().filter(|route| fits(&route.path));
    // The path is decided before the method is looked at.
    let path = fitting.min_by_key(|route| route.path.matches('{').count())?.path.clone();
    routes.into_iter().find(|route| route.method == *method && route.path == path)
}
