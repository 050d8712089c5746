//! Bodies that are none, too large or of the wrong kind, and paths that are
//! not Better Auth's.

use axum::http::Method;
use rondo_server::http::route_list;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Database, PASSWORD, TestApp};

on_any_database! {
    a_body_must_be_json,
    a_body_must_be_declared_to_be_json,
    a_body_must_be_an_object,
    a_body_that_is_too_large_is_refused,
    what_is_sent_is_looked_at_before_who_sends_it,
    no_value_of_a_wrong_type_is_our_fault,
    other_paths_and_methods_are_the_servers_own,
}

async fn sends(ada: &mut Browser, path: &str, kind: Option<&str>, body: &str) -> Answer {
    let mut request = ada.asks(Method::POST, &format!("/api/auth{path}"));
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    ada.send(request, body.to_owned()).await
}

const JSON: Option<&str> = Some("application/json");
const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

async fn a_body_must_be_json(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for path in ["/sign-in/email", "/sign-up/email", "/update-user", "/sign-out"] {
        for body in ["{", "{'a': 1}", "{}{}", "name=x", "{\"name\":\"\\ud800\"}"] {
            let answer = sends(&mut ada, path, JSON, body).await;
            answer.fails(400, "Invalid JSON in request body", "BAD_REQUEST");
        }
    }
}

async fn a_body_must_be_declared_to_be_json(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let code = "UNSUPPORTED_MEDIA_TYPE";
    let form = "email=ada%40example.com&password=correct+horse+battery";
    for (path, kind, allowed) in [
        ("/sign-in/email", "text/plain", "application/x-www-form-urlencoded, application/json"),
        ("/update-user", "text/plain", "application/json"),
        ("/update-user", "application/x-www-form-urlencoded", "application/json"),
        ("/change-email", "multipart/form-data; boundary=x", "application/json"),
        ("/sign-out", "application/x-www-form-urlencoded", "application/json"),
    ] {
        let answer = sends(&mut ada, path, Some(kind), form).await;
        let message = format!("Content-Type \"{kind}\" is not allowed. Allowed types: {allowed}");
        answer.fails(415, &message, code);
    }
    // A body that is not declared is none.
    let answer = sends(&mut ada, "/update-user", None, "{\"name\":\"x\"}").await;
    let message = "[body] Invalid input: expected record, received undefined";
    answer.fails(400, message, "VALIDATION_ERROR");
    let charset = Some("application/json; charset=utf-8");
    sends(&mut ada, "/update-user", charset, "{\"name\":\"x\"}").await.is(200);
    assert_eq!(ada.session().await["user"]["name"], "x");
    // Of a form, all values are text.
    let form = format!("{form}&rememberMe=false");
    let message = "[body.rememberMe] Invalid input: expected boolean, received string";
    let answer = sends(&mut ada, "/sign-in/email", FORM, &form).await;
    answer.fails(400, message, "VALIDATION_ERROR");
    let form = "name=Eve&email=eve%40example.com&password=correct+horse+battery";
    sends(&mut Browser::of(&test), "/sign-up/email", FORM, form).await.is(200);
}

async fn a_body_must_be_an_object(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let problem =
        |shape: &str, kind| format!("[body] Invalid input: expected {shape}, received {kind}");
    for (body, kind) in [("[]", "array"), ("\"x\"", "string"), ("5", "number"), ("null", "null")] {
        let both = format!("{}; {}", problem("object", kind), problem("record", kind));
        let code = "VALIDATION_ERROR";
        sends(&mut ada, "/sign-up/email", JSON, body).await.fails(400, &both, code);
        let object = problem("object", kind);
        sends(&mut ada, "/sign-in/email", JSON, body).await.fails(400, &object, code);
        sends(&mut ada, "/change-password", JSON, body).await.fails(400, &object, code);
        let record = problem("record", kind);
        sends(&mut ada, "/update-user", JSON, body).await.fails(400, &record, code);
    }
    let nothing = problem("object", "undefined");
    let answer = sends(&mut ada, "/change-password", None, "").await;
    answer.fails(400, &nothing, "VALIDATION_ERROR");
}

async fn a_body_that_is_too_large_is_refused(database: Database) {
    let test = TestApp::with(&database, |setup| setup.http.body_limit_bytes = 1000).await;
    let mut ada = Browser::of_member(&test, "ada").await;
    for path in ["/update-user", "/sign-in/email", "/sign-out", "/revoke-sessions"] {
        let body = json!({"name": "x".repeat(1000)}).to_string();
        let answer = sends(&mut ada, path, JSON, &body).await.is(413);
        assert_eq!(answer.json()["code"], "PAYLOAD_TOO_LARGE");
    }
    assert_eq!(ada.session().await["user"]["name"], "");
}

async fn what_is_sent_is_looked_at_before_who_sends_it(test: TestApp) {
    let mut nobody = Browser::of(&test);
    sends(&mut nobody, "/update-user", JSON, "{").await.is(400);
    sends(&mut nobody, "/update-user", FORM, "name=x").await.is(415);
    sends(&mut nobody, "/update-user", JSON, "[]").await.is(400);
    sends(&mut nobody, "/update-user", JSON, "{}").await.is(401);
}

/// Every member that some route reads.
const FIELDS: [&str; 14] = [
    "name",
    "email",
    "password",
    "image",
    "callbackURL",
    "rememberMe",
    "token",
    "newPassword",
    "currentPassword",
    "revokeOtherSessions",
    "newEmail",
    "redirectTo",
    "errorCallbackURL",
    "newUserCallbackURL",
];

/// What none of them should be.
fn wrong_values() -> [Value; 10] {
    [
        json!(null),
        json!(true),
        json!(-1.5),
        json!(""),
        json!("\u{0}"),
        json!("x\u{202e}ü\n"),
        json!([]),
        json!([{"a": []}]),
        json!({"$ne": null}),
        json!("x".repeat(5000)),
    ]
}

async fn no_value_of_a_wrong_type_is_our_fault(test: TestApp) {
    let posts = route_list().into_iter();
    let posts = posts.filter(|route| route.access.is_better_auth() && route.method == Method::POST);
    for (number, route) in posts.enumerate() {
        let path = route.path.trim_start_matches("/api/auth");
        let name = |attempt: usize| format!("ada{number}-{attempt}");
        let mut ada = Browser::of_member(&test, &name(0)).await;
        for (attempt, value) in (1..).zip(wrong_values()) {
            let all = FIELDS.iter().map(|field| ((*field).to_owned(), value.clone()));
            let body = Value::Object(all.collect());
            let answer = sends(&mut ada, path, JSON, &body.to_string()).await;
            assert!(answer.status.as_u16() < 500, "{path} {body}: {}", answer.text());
            // Signing out takes no more than that, and deleting an account neither.
            if !ada.is_in().await {
                ada = Browser::of_member(&test, &name(attempt)).await;
            }
        }
    }
}

async fn other_paths_and_methods_are_the_servers_own(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for path in ["/set-password", "/forget-password", "/sign-in", "/ok/", "/sign-in/social", "/x"] {
        ada.post(path, json!({"newPassword": PASSWORD})).await.is(404).coded("not_found");
        ada.get(path).await.is(404).saying("Not Found");
    }
    for path in ["/sign-out", "/sign-in/email", "/update-user", "/delete-user"] {
        let answer = ada.get(path).await.is(405).coded("method_not_allowed");
        assert_eq!(answer.header("allow"), "POST");
    }
    for path in ["/list-sessions", "/token", "/jwks", "/ok", "/verify-email"] {
        let answer = ada.post(path, json!({})).await.is(405).coded("method_not_allowed");
        assert_eq!(answer.header("allow"), "GET,HEAD");
    }
    assert!(ada.is_in().await);
}
