//! The session cookie as a credential of the rest of the API.

use axum::http::Method;
use serde_json::json;

use crate::support::{Answer, Browser, Database, TestApp, encoded, sign_with, signed};

on_both_databases! {
    logging_out_by_cookie_ends_the_session_and_clears_the_cookie,
    a_cookie_whose_session_is_over_is_refused_and_cleared,
}

on_any_database! {
    logging_out_by_token_leaves_cookies_alone,
    a_cookie_that_we_did_not_sign_is_nothing,
    a_forged_cookie_in_front_locks_nobody_out,
    a_demo_visitor_may_have_any_cookie_but_a_dead_one,
    reading_with_the_cookie_sends_none_back,
    readable_headers_are_one_list,
}

const CLEARED: &str = "better-auth.session_token=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax";

/// Asks with this `Cookie` header, as no page does.
async fn gets(test: &TestApp, path: &str, cookie: &str) -> Answer {
    let nobody = test.nobody();
    let request = nobody.asks(Method::GET, path).header("cookie", cookie);
    nobody.send(request, "").await
}

async fn logs_out(browser: &mut Browser) -> Answer {
    let request = browser.asks(Method::POST, "/api/auth/logout");
    browser.send(request, String::new()).await
}

async fn logging_out_by_cookie_ends_the_session_and_clears_the_cookie(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let cookies = ada.cookies();
    let request = ada.begins(Method::POST, "/api/auth/logout");
    ada.send(request, String::new()).await.is(403).coded("missing_origin");
    assert!(ada.is_in().await);
    let answer = logs_out(&mut ada).await.is(200);
    assert_eq!(answer.json(), json!({"message": "Logged out successfully"}));
    assert_eq!(answer.cookies().len(), 3);
    assert_eq!(answer.cookies()[0], CLEARED);
    gets(&test, "/api/tasks", &cookies).await.is(401).saying("Invalid token");
    assert_eq!(gets(&test, "/api/auth/get-session", &cookies).await.is(200).text(), "null");
}

async fn logging_out_by_token_leaves_cookies_alone(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let robot = test.holder_of("ada", "ada").logs_in().await;
    let request = robot.asks(Method::POST, "/api/auth/logout").header("cookie", ada.cookies());
    let answer = robot.send(request, "").await.is(200);
    assert_eq!(answer.cookies(), [""; 0]);
    assert!(ada.is_in().await);
}

async fn a_cookie_whose_session_is_over_is_refused_and_cleared(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    test.clock.advance_seconds(8 * 86_400);
    for (method, path) in [
        (Method::GET, "/api/tasks"),
        (Method::HEAD, "/api/tasks"),
        (Method::POST, "/api/tasks"),
        (Method::POST, "/api/auth/logout"),
    ] {
        let request = ada.asks(method, path);
        let answer = ada.clone().send(request, String::new()).await.is(401);
        assert_eq!(answer.cookies()[0], CLEARED, "{}", answer.question);
    }
}

async fn a_cookie_that_we_did_not_sign_is_nothing(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    let value = ada.cookie("better-auth.session_token");
    let (token, _) = value.split_once('.').expect("a cookie is signed");
    let jwt = sign_with(&json!({"alg": "HS256"}), &json!({"sub": "ada"}), b"another secret");
    for forged in [
        token.to_owned(),
        format!("{token}."),
        format!("{value}x"),
        value.to_lowercase(),
        format!("{token}.{}", encoded("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
        format!("{token}%00{value}"),
        jwt,
        "null".to_owned(),
        "%".to_owned(),
        "x".repeat(20_000),
    ] {
        let cookie = format!("better-auth.session_token={forged}");
        let answer = gets(&test, "/api/tasks", &cookie).await.is(401).saying("Not authenticated");
        assert_eq!(answer.cookies(), [""; 0], "{forged:.80}");
        let answer = gets(&test, "/api/auth/get-session", &cookie).await.is(200);
        assert_eq!(answer.text(), "null", "{forged:.80}");
    }
    // What we signed for something else is not a session either.
    let mark = format!("better-auth.session_token={}", encoded(&signed("true")));
    gets(&test, "/api/tasks", &mark).await.is(401);
}

async fn a_forged_cookie_in_front_locks_nobody_out(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    let cookies = format!("better-auth.session_token=evil; \u{ff}=\u{e9}; {}", ada.cookies());
    gets(&test, "/api/tasks", &cookies).await.is(200);
    assert_ne!(gets(&test, "/api/auth/get-session", &cookies).await.is(200).text(), "null");
    // Two that we signed: the first one counts, as everywhere.
    let bob = Browser::of_member(&test, "bob").await;
    let cookies = format!("{}; {}", ada.cookies(), bob.cookies());
    assert_eq!(gets(&test, "/api/auth/me", &cookies).await.is(200).json()["id"], "ada");
}

async fn a_demo_visitor_may_have_any_cookie_but_a_dead_one(database: Database) {
    let test = TestApp::with(&database, |setup| setup.settings.demo_mode = true).await;
    for cookie in ["a=b", "better-auth.session_token=x", "better-auth.session_token=a.b"] {
        gets(&test, "/api/tasks", cookie).await.is(200);
        let nobody = test.nobody();
        let request = nobody.asks(Method::POST, "/api/tasks").header("cookie", cookie);
        let request = request.header("content-type", "application/json");
        nobody.send(request, json!({"title": "x"}).to_string()).await.is(201);
    }
    let mut ada = Browser::of_member(&test, "ada").await;
    let cookies = ada.cookies();
    assert_eq!(gets(&test, "/api/auth/me", &cookies).await.is(200).json()["id"], "ada");
    logs_out(&mut ada).await.is(200);
    gets(&test, "/api/tasks", &cookies).await.is(401);
}

async fn reading_with_the_cookie_sends_none_back(test: TestApp) {
    let ada = Browser::of_member(&test, "ada").await;
    test.clock.advance_seconds(3 * 86_400);
    let answer = gets(&test, "/api/tasks", &ada.cookies()).await.is(200);
    assert_eq!(answer.cookies(), [""; 0]);
    assert!(!answer.has("set-auth-token"));
}

async fn readable_headers_are_one_list(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    test.clock.advance_seconds(2 * 86_400);
    // A page of another origin, whose list is the policy's, and no page at all.
    for request in [
        ada.asks(Method::GET, "/api/auth/get-session"),
        ada.begins(Method::GET, "/api/auth/get-session"),
    ] {
        let answer = ada.send(request, String::new()).await.is(200);
        let exposed = answer.header("access-control-expose-headers");
        for name in ["set-auth-jwt", "set-auth-token"] {
            assert!(answer.has(name), "{name}");
            let count = exposed.split(',').filter(|listed| listed.trim() == name).count();
            assert_eq!(count, 1, "{exposed}");
        }
        test.clock.advance_seconds(2 * 86_400);
    }
}
