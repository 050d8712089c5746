//! Small things on the wire that clients and pages of Better Auth rely on.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, DAY, Database, Mailbox, PASSWORD, TestApp, encoded, signed};

on_any_database! {
    a_cookie_that_is_sent_again_lasts_its_seven_days,
    a_body_without_a_type_is_no_body,
    all_sessions_end_whatever_the_body_is,
    json_is_read_behind_a_byte_order_mark_and_by_longer_names,
    what_a_sign_out_says_is_of_the_right_type,
    a_page_reads_the_new_token_and_not_an_old_one,
    a_link_that_names_no_page_gives_its_token_to_nobody,
    an_address_without_a_path_gets_its_slash,
    an_address_in_a_header_is_plain_ascii,
    a_dead_bearer_token_clears_the_cookies,
    what_another_server_left_is_taken_away,
    an_app_is_trusted_by_its_scheme,
    a_refused_look_is_kept_by_no_cache,
    without_mail_an_address_cannot_be_changed,
}

const CLEARED: &str = "=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax";

async fn sends(browser: &mut Browser, path: &str, kind: Option<&str>, body: &str) -> Answer {
    let mut request = browser.asks(Method::POST, &format!("/api/auth{path}"));
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    browser.send(request, body.to_owned()).await
}

fn cleared(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("better-auth.{name}{CLEARED}")).collect()
}

async fn a_cookie_that_is_sent_again_lasts_its_seven_days(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for seconds in [1, 3600, DAY - 3602] {
        test.clock.advance_seconds(seconds);
        let answer = ada.post("/update-user", json!({"name": "Ada"})).await.is(200);
        assert!(answer.cookies()[0].contains("; Max-Age=604800;"), "{:?}", answer.cookies());
    }
    test.clock.advance_seconds(DAY);
    let answer = ada.get("/get-session").await.is(200);
    assert!(answer.cookies()[0].contains("; Max-Age=604800;"), "{:?}", answer.cookies());
}

async fn a_body_without_a_type_is_no_body(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let nothing = |shape| format!("[body] Invalid input: expected {shape}, received undefined");
    for kind in [None, Some("")] {
        sends(&mut ada, "/revoke-other-sessions", kind, "{}").await.is(200);
        for path in ["/sign-in/email", "/revoke-session", "/change-password", "/delete-user"] {
            let answer = sends(&mut ada, path, kind, "{\"token\":\"x\"}").await;
            answer.fails(400, &nothing("object"), "VALIDATION_ERROR");
        }
        let answer = sends(&mut ada, "/update-user", kind, "{\"name\":\"x\"}").await;
        answer.fails(400, &nothing("record"), "VALIDATION_ERROR");
        let answer = sends(&mut Browser::of(&test), "/revoke-sessions", kind, "{}").await;
        answer.fails(401, "Unauthorized", "UNAUTHORIZED");
    }
    // A form and plain text are not nothing.
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        sends(&mut ada, "/sign-out", Some(kind), "{}").await.is(415);
    }
    assert_eq!(ada.session().await["user"]["name"], "");
    for kind in [None, Some("")] {
        ada.signs_in("ada").await;
        sends(&mut ada, "/sign-out", kind, "{}").await.is(200);
        assert!(!ada.is_in().await);
    }
}

async fn all_sessions_end_whatever_the_body_is(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let kind = Some("application/json");
    for body in ["{}", "[]", "null", "\"x\"", "1", "true", "{\"a\":[]}"] {
        let mut desk = ada.emptied();
        desk.signs_in("ada").await;
        sends(&mut ada, "/revoke-other-sessions", kind, body).await.is(200);
        assert!(!desk.is_in().await, "{body}");
        let mut own = ada.emptied();
        own.signs_in("ada").await;
        sends(&mut own, "/revoke-sessions", kind, body).await.is(200);
        assert!(!ada.is_in().await, "{body}");
        ada.signs_in("ada").await;
    }
    for path in ["/revoke-other-sessions", "/revoke-sessions"] {
        let answer = sends(&mut ada, path, kind, "{").await;
        answer.fails(400, "Invalid JSON in request body", "BAD_REQUEST");
    }
    assert!(ada.is_in().await);
}

async fn json_is_read_behind_a_byte_order_mark_and_by_longer_names(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for (number, kind) in ["application/json", "application/json-seq"].iter().enumerate() {
        for (mark, letter) in [("", "a"), ("\u{feff}", "b")] {
            let name = format!("{letter}{number}");
            let body = format!("{mark}{}", json!({"name": name}));
            sends(&mut ada, "/update-user", Some(kind), &body).await.is(200);
            assert_eq!(ada.session().await["user"]["name"], name);
        }
    }
    for kind in ["application/ld+json", "application/vnd.api+json", "text/json"] {
        sends(&mut ada, "/update-user", Some(kind), "{\"name\":\"x\"}").await.is(415);
    }
}

async fn what_a_sign_out_says_is_of_the_right_type(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let body = json!({"state": null, "disableRedirect": "", "callbackURL": null});
    let message = "[body.callbackURL] Invalid input: expected string, received null; \
                   [body.disableRedirect] Invalid input: expected boolean, received string; \
                   [body.state] Invalid input: expected string, received null";
    ada.post("/sign-out", body).await.fails(400, message, "VALIDATION_ERROR");
    for (body, received) in [(json!(null), "null"), (json!([]), "array"), (json!("x"), "string")] {
        let message = format!("[body] Invalid input: expected object, received {received}");
        ada.post("/sign-out", body).await.fails(400, &message, "VALIDATION_ERROR");
    }
    let body = json!({"callbackURL": "https://evil.example"});
    let answer = ada.post("/sign-out", body).await;
    answer.fails(403, "Invalid callbackURL", "INVALID_CALLBACK_URL");
    assert!(ada.is_in().await);
    let body = json!({"state": "x", "disableRedirect": true, "callbackURL": "/bye", "other": 1});
    ada.post("/sign-out", body).await.is(200);
    assert!(!ada.is_in().await);
}

/// Where a link to reset a password leads, good or not, with this page.
async fn leads(test: &TestApp, token: &str, page: &str) -> String {
    let target = format!("/api/auth/reset-password/{token}?callbackURL={}", encoded(page));
    test.follows(&target).await.is(302).header("location").to_owned()
}

/// The token of a mail to reset Ada's password.
async fn token((test, mails): (&TestApp, &Mailbox)) -> String {
    test.ada().await;
    let body = json!({"email": "ada@example.com"});
    Browser::of(test).post("/request-password-reset", body).await.is(200);
    mails.link("ada@example.com").await.token()
}

async fn a_page_reads_the_new_token_and_not_an_old_one((test, mails): (TestApp, Mailbox)) {
    let token = token((&test, &mails)).await;
    let base = "http://localhost:8000";
    for (page, query) in [
        ("/a?token=old&error=x", format!("token={token}&error=x")),
        ("/a?b=c&token=old&d=e&token=older#f", format!("b=c&token={token}&d=e#f")),
        ("/a?mytoken=b", format!("mytoken=b&token={token}")),
    ] {
        assert_eq!(leads(&test, &token, page).await, format!("{base}/a?{query}"));
    }
    let page = leads(&test, "unknown", "/a?token=b&error=x").await;
    assert_eq!(page, format!("{base}/a?token=b&error=INVALID_TOKEN"));
    let target = "/api/auth/verify-email?token=x&callbackURL=/a%3Ferror%3Dold";
    let answer = test.follows(target).await.is(302);
    assert_eq!(answer.header("location"), "/a?error=INVALID_TOKEN");
}

async fn a_link_that_names_no_page_gives_its_token_to_nobody((test, mails): (TestApp, Mailbox)) {
    let token = token((&test, &mails)).await;
    let page = leads(&test, &token, "").await;
    assert_eq!(page, "http://localhost:8000/api/auth/error?error=INVALID_TOKEN");
    // The token is still good for whoever reads the mail.
    let body = json!({"newPassword": "another horse battery", "token": token});
    Browser::of(&test).post("/reset-password", body).await.is(200);
}

async fn an_address_without_a_path_gets_its_slash((test, mails): (TestApp, Mailbox)) {
    let token = token((&test, &mails)).await;
    for (page, expected) in [
        ("http://localhost:3000", "http://localhost:3000/"),
        ("HTTP://LocalHost:3000?a", "http://localhost:3000/?a"),
        ("http://localhost:3000/x/../y", "http://localhost:3000/y"),
        ("/", "http://localhost:8000/"),
        ("/ü", "http://localhost:8000/%C3%BC"),
    ] {
        let separator = if expected.contains('?') { '&' } else { '?' };
        let with = |parameter: &str| format!("{expected}{separator}{parameter}");
        assert_eq!(leads(&test, &token, page).await, with(&format!("token={token}")));
        assert_eq!(leads(&test, "unknown", page).await, with("error=INVALID_TOKEN"));
        let target = format!("/api/auth/verify-email?token=x&callbackURL={}", encoded(page));
        let answer = test.follows(&target).await.is(302);
        let location = with("error=INVALID_TOKEN");
        // A path stays one here.
        let location = location.strip_prefix("http://localhost:8000").unwrap_or(&location);
        assert_eq!(answer.header("location"), location);
    }
    for page in ["/.//evil.example", "/..//evil.example", "//evil.example"] {
        for path in ["/verify-email?token=x&", "/reset-password/x?"] {
            let target = format!("/api/auth{path}callbackURL={}", encoded(page));
            test.follows(&target).await.is(403);
        }
    }
}

async fn an_address_in_a_header_is_plain_ascii(test: TestApp) {
    test.ada().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "callbackURL": "/ä b?ü"});
    let answer = Browser::of(&test).post("/sign-in/email", body).await.is(200);
    assert_eq!(answer.header("location"), "/%C3%A4%20b?%C3%BC");
    assert_eq!(answer.json()["url"], "/ä b?ü");
}

async fn a_dead_bearer_token_clears_the_cookies(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test);
    let token = ada.signs_in("ada").await;
    ada.post("/sign-out", json!({})).await.is(200);
    let names = ["session_token", "session_data", "dont_remember"];
    for token in [&token, &signed(&token), &"x".repeat(32)] {
        let robot = test.holder_of("ada", token);
        let answer = robot.get("/api/auth/get-session").await.is(200);
        assert_eq!((answer.json(), answer.cookies()), (Value::Null, as_text(&cleared(&names))));
        let answer = robot.get("/api/auth/list-sessions").await.is(401);
        assert_eq!(answer.cookies(), cleared(&names));
    }
    // What we did not sign is nobody's.
    for token in [&format!("{token}.{}", "A".repeat(43) + "="), "a.b.c"] {
        let answer = test.holder_of("ada", token).get("/api/auth/get-session").await.is(200);
        assert_eq!((answer.json(), answer.cookies().len()), (Value::Null, 0));
    }
}

fn as_text(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

async fn what_another_server_left_is_taken_away(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let asks = async |browser: &Browser, left: &str| {
        let cookies = [browser.cookies(), left.to_owned()].join("; ");
        let request = test.nobody().asks(Method::GET, "/api/auth/get-session");
        test.nobody().send(request.header("cookie", cookies), "").await.is(200)
    };
    let whole = "better-auth.session_data=abc";
    let parts = "better-auth.session_data.0=abc; better-auth.session_data.1=d";
    for (left, names) in
        [(whole, &["session_data"][..]), (parts, &["session_data.0", "session_data.1"])]
    {
        let answer = asks(&ada, left).await;
        assert_eq!(answer.json()["user"]["id"], "ada");
        assert_eq!(answer.cookies(), cleared(names));
        let answer = asks(&ada.emptied(), left).await;
        assert_eq!((answer.json(), answer.cookies()), (Value::Null, as_text(&cleared(names))));
    }
    // Once is enough when everything goes.
    let dead = ada.clone();
    ada.post("/sign-out", json!({})).await.is(200);
    let names = ["session_token", "session_data", "dont_remember"];
    assert_eq!(asks(&dead, whole).await.cookies(), cleared(&names));
}

async fn an_app_is_trusted_by_its_scheme(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.http.trusted_origins = vec!["myapp://".to_owned(), "exp://a/b/".to_owned()];
    })
    .await;
    let ada = Browser::of_member(&test, "ada").await;
    for (origin, status) in [("myapp://x", 200), ("myapp://", 200), ("other://x", 403)] {
        let request = ada.begins(Method::POST, "/api/auth/update-user").header("origin", origin);
        let request = request.header("content-type", "application/json");
        ada.clone().send(request, "{\"name\":\"x\"}".to_owned()).await.is(status);
    }
    for (url, status) in [
        ("myapp://x/y", 200),
        ("myapp:/x", 200),
        ("myapp:x", 200),
        ("MYAPP://X", 200),
        ("exp://a/b/c", 200),
        ("exp://a/bc", 403),
        ("other://x", 403),
    ] {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "callbackURL": url});
        Browser::of(&test).post("/sign-in/email", body).await.is(status);
    }
}

async fn a_refused_look_is_kept_by_no_cache(test: TestApp) {
    let answer = Browser::of(&test).post("/get-session", json!({})).await.is(405);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
}

async fn without_mail_an_address_cannot_be_changed(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let answer = ada.post("/change-email", json!({"newEmail": "b@example.com"})).await.is(400);
    assert_eq!(answer.text(), r#"{"message":"Verification email isn't enabled"}"#);
}
