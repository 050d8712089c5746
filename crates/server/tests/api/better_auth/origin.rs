//! Which pages may let a browser act for somebody.

use axum::http::{Method, request::Builder};
use rondo_server::http::route_list;
use serde_json::{Value, json};

use crate::support::{ADA, Answer, Browser, Database, PASSWORD, TestApp};

on_any_database! {
    a_page_that_is_not_trusted_cannot_act_with_the_cookie,
    no_route_lets_a_page_that_is_not_trusted_change_anything,
    the_page_may_be_named_by_the_referer,
    looking_needs_no_origin,
    who_sends_no_cookie_needs_no_origin,
    signing_in_without_a_cookie_looks_at_how_the_browser_asks,
    wherever_people_are_sent_must_be_trusted,
    the_operator_names_further_origins,
    the_rest_of_the_api_has_the_same_rules_for_the_cookie,
}

/// What is answered in place of success.
type Refusal = (u16, &'static str, &'static str);

const INVALID: Refusal = (403, "Invalid origin", "INVALID_ORIGIN");
const MISSING: Refusal = (403, "Missing or null Origin", "MISSING_OR_NULL_ORIGIN");

/// Changes Ada's name by a request that has these headers besides the cookie.
async fn acts(ada: &Browser, headers: &[(&str, &str)]) -> Answer {
    let request = ada.begins(Method::POST, "/api/auth/update-user");
    sends(ada, request, headers, &json!({"name": "x"})).await
}

/// Signs in by a request that has these headers and no cookie.
async fn enters(test: &TestApp, headers: &[(&str, &str)]) -> Answer {
    let browser = Browser::of(test);
    let request = browser.begins(Method::POST, "/api/auth/sign-in/email");
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    sends(&browser, request, headers, &body).await
}

async fn sends(
    browser: &Browser,
    request: Builder,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let request = request.header("content-type", "application/json");
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    browser.clone().send(request, body.to_string()).await
}

/// Asserts that it passed, or why it did not.
#[track_caller]
fn check(answer: Answer, refused: Option<Refusal>) {
    match refused {
        Some((status, message, code)) => drop(answer.fails(status, message, code)),
        None => drop(answer.is(200)),
    }
}

/// Origins, and what becomes of a request that names them.
const ORIGINS: &[(&str, Option<Refusal>)] = &[
    ("http://localhost:3000", None),
    ("http://localhost:8000", None),
    // The host that the request itself is for.
    ("http://rondo.test", None),
    ("https://rondo.test", None),
    ("http://evil.example", Some(INVALID)),
    ("http://localhost:3001", Some(INVALID)),
    ("https://localhost:3000", Some(INVALID)),
    ("http://localhost:3000.evil.example", Some(INVALID)),
    ("http://evil.example/http://localhost:3000", Some(INVALID)),
    ("http://rondo.test.evil.example", Some(INVALID)),
    ("http://rondo.test:81", Some(INVALID)),
    ("null", Some(MISSING)),
    ("", Some(MISSING)),
];

async fn a_page_that_is_not_trusted_cannot_act_with_the_cookie(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for (origin, refused) in ORIGINS {
        check(acts(&ada, &[("origin", origin)]).await, *refused);
    }
    check(acts(&ada, &[]).await, Some(MISSING));
    // A page in a sandbox of our own has no origin, but a browser that says so.
    let same = [("origin", "null"), ("sec-fetch-site", "same-origin")];
    check(acts(&ada, &same).await, None);
    let cross = [("origin", "null"), ("sec-fetch-site", "cross-site")];
    check(acts(&ada, &cross).await, Some(MISSING));
    // Any cookie makes it a browser's request, the session's own or not.
    let request = test.nobody().asks(Method::POST, "/api/auth/sign-out");
    let request = request.header("cookie", "a=b").header("origin", "http://evil.example");
    check(test.nobody().send(request, "").await, Some(INVALID));
    assert!(ada.is_in().await);
}

async fn no_route_lets_a_page_that_is_not_trusted_change_anything(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    let changing = route_list().into_iter().filter(|route| {
        // This one refuses everybody, and does nothing at all.
        let is_shut = route.path == "/api/auth/get-session";
        route.access.is_better_auth() && route.method != Method::GET && !is_shut
    });
    for route in changing {
        let request = ada.begins(route.method.clone(), &route.path);
        let evil = [("origin", "http://evil.example")];
        check(sends(&ada, request, &evil, &json!({})).await, Some(INVALID));
    }
    assert!(ada.clone().is_in().await);
}

async fn the_page_may_be_named_by_the_referer(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    check(acts(&ada, &[("referer", "http://localhost:3000/tasks?a=b")]).await, None);
    check(acts(&ada, &[("referer", "http://evil.example/x")]).await, Some(INVALID));
    check(
        acts(&ada, &[("referer", "http://evil.example/http://localhost:3000/")]).await,
        Some(INVALID),
    );
    // The origin is what counts where there are both.
    let both = [("origin", "http://evil.example"), ("referer", "http://localhost:3000/")];
    check(acts(&ada, &both).await, Some(INVALID));
}

async fn looking_needs_no_origin(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    for path in ["/api/auth/get-session", "/api/auth/list-sessions", "/api/auth/token"] {
        for method in [Method::GET, Method::HEAD] {
            let request = ada.begins(method, path).header("origin", "http://evil.example");
            let answer = ada.clone().send(request, String::new()).await.is(200);
            // But the page is not shown what it gets.
            assert!(!answer.has("access-control-allow-origin"));
        }
    }
}

async fn who_sends_no_cookie_needs_no_origin(test: TestApp) {
    test.ada().await;
    let token = Browser::of(&test).signs_in("ada").await;
    let robot = test.holder_of("ada", &token);
    robot.post("/api/auth/update-user", json!({"name": "x"})).await.is(200);
    let request = robot.asks(Method::POST, "/api/auth/update-user");
    let request = request.header("content-type", "application/json");
    let request = request.header("origin", "http://evil.example");
    robot.send(request, json!({"name": "y"}).to_string()).await.is(200);
    // The token does not make a cookie harmless.
    let request = robot.asks(Method::POST, "/api/auth/sign-out").header("cookie", "a=b");
    check(robot.send(request, "").await, Some(MISSING));
}

async fn signing_in_without_a_cookie_looks_at_how_the_browser_asks(test: TestApp) {
    test.ada().await;
    let blocked = (
        403,
        "Cross-site navigation login blocked. This request appears to be a CSRF attack.",
        "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
    );
    // A program without a browser.
    check(enters(&test, &[]).await, None);
    for (headers, refused) in [
        (&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")][..], Some(blocked)),
        (&[("sec-fetch-mode", "cors")], Some(MISSING)),
        (&[("sec-fetch-dest", "empty")], Some(MISSING)),
        (&[("sec-fetch-mode", "cors"), ("origin", "http://evil.example")], Some(INVALID)),
        (&[("sec-fetch-mode", "cors"), ("origin", "http://localhost:3000")], None),
        (&[("sec-fetch-site", "same-origin"), ("origin", "http://rondo.test")], None),
        (&[("referer", "http://evil.example/x")], Some(INVALID)),
        (&[("referer", "http://localhost:3000/x")], None),
    ] {
        check(enters(&test, headers).await, refused);
    }
    for (origin, refused) in ORIGINS.iter().filter(|(origin, _)| !origin.is_empty()) {
        check(enters(&test, &[("origin", origin)]).await, *refused);
    }
}

async fn wherever_people_are_sent_must_be_trusted(test: TestApp) {
    test.ada().await;
    let evil = "https://evil.example";
    for (member, label, code) in [
        ("callbackURL", "callbackURL", "INVALID_CALLBACK_URL"),
        ("redirectTo", "redirectURL", "INVALID_REDIRECT_URL"),
        ("errorCallbackURL", "errorCallbackURL", "INVALID_ERROR_CALLBACK_URL"),
        ("newUserCallbackURL", "newUserCallbackURL", "INVALID_NEW_USER_CALLBACK_URL"),
    ] {
        for path in ["/sign-in/email", "/sign-up/email", "/request-password-reset", "/sign-out"] {
            let ask = async |value: Value| {
                let body = json!({"email": ADA, "password": PASSWORD, member: value});
                Browser::of(&test).post(path, body).await
            };
            let answer = ask(json!(evil)).await;
            answer.fails(403, &format!("Invalid {label}"), code);
            for value in [json!(5), json!(true), json!([]), json!([evil]), json!({"a": evil})] {
                let answer = ask(value).await;
                answer.fails(400, &format!("Invalid {label}: expected a string"), "");
            }
        }
        let body = json!({"email": ADA, "password": PASSWORD, member: "/welcome"});
        Browser::of(&test).post("/sign-in/email", body).await.is(200);
    }
    // The query may say it too.
    let ask = async |query: &str| {
        let body = json!({"email": ADA, "password": PASSWORD});
        Browser::of(&test).post(&format!("/sign-in/email?{query}"), body).await
    };
    let answer = ask("callbackURL=https://evil.example").await;
    answer.fails(403, "Invalid callbackURL", "INVALID_CALLBACK_URL");
    let answer = ask("callbackURL=/a&callbackURL=/b").await;
    answer.fails(400, "Invalid callbackURL: expected a string", "");
    ask("callbackURL=/a").await.is(200);
}

async fn the_operator_names_further_origins(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.http.trusted_origins =
            vec!["https://*.example.com".to_owned(), "http://192.168.0.5:8080".to_owned()];
        setup.http.cors_origins = vec!["https://app.example.org".to_owned()];
    })
    .await;
    let ada = Browser::of_member(&test, "ada").await;
    for (origin, refused) in [
        ("https://a.example.com", None),
        ("https://a.b.example.com", None),
        ("http://192.168.0.5:8080", None),
        ("https://app.example.org", None),
        ("https://example.com", Some(INVALID)),
        ("http://a.example.com", Some(INVALID)),
        ("https://example.com.evil.example", Some(INVALID)),
        ("http://192.168.0.5", Some(INVALID)),
        ("https://b.example.org", Some(INVALID)),
    ] {
        check(acts(&ada, &[("origin", origin)]).await, refused);
    }
}

async fn the_rest_of_the_api_has_the_same_rules_for_the_cookie(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    let adds = async |headers: &[(&str, &str)]| {
        let request = ada.begins(Method::POST, "/api/tasks");
        sends(&ada, request, headers, &json!({"title": "x"})).await
    };
    for (origin, refused) in ORIGINS {
        let answer = adds(&[("origin", origin)]).await;
        match refused {
            None => drop(answer.is(201)),
            Some((_, sentence, _)) => {
                let code =
                    if *refused == Some(INVALID) { "invalid_origin" } else { "missing_origin" };
                answer.is(403).saying(sentence).coded(code);
            }
        }
    }
    adds(&[]).await.is(403).coded("missing_origin");
    let request = ada.begins(Method::GET, "/api/tasks").header("origin", "http://evil.example");
    let answer = ada.clone().send(request, String::new()).await.is(200);
    assert!(!answer.has("access-control-allow-origin"));
    // A token needs none, as it always was.
    let robot = test.stranger("ada");
    let request = robot.asks(Method::POST, "/api/tasks").header("origin", "http://evil.example");
    let request = request.header("content-type", "application/json");
    robot.send(request, json!({"title": "x"}).to_string()).await.is(201);
}
