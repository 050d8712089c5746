//! Looking at the session: who is in, for how long.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Browser, DAY, Database, PASSWORD, START, TestApp, encoded, signed};

on_both_databases! {
    the_session_and_its_user_are_shown,
    nobody_is_answered_with_null,
    a_session_is_renewed_after_a_day_and_ends_after_seven,
    every_look_renews_and_not_only_one_at_the_session,
    a_session_that_is_not_remembered_ends_after_a_day,
    a_session_token_is_as_good_as_the_cookie,
}

on_any_database! {
    a_cookie_that_is_not_ours_is_nobody,
    a_dead_cookie_is_cleared,
    a_login_token_is_no_session,
    only_looking_is_possible,
}

/// A moment so many seconds after the clock's start, as it is shown.
fn after(seconds: i64) -> String {
    START.plus_seconds(seconds).to_string()
}

async fn the_session_and_its_user_are_shown(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test).at("198.51.100.7");
    let token = ada.signs_in("ada").await;
    let answer = ada.get("/get-session").await.is(200);
    let id = answer.json()["session"]["id"].clone();
    assert_eq!(
        answer.text(),
        format!(
            "{{\"session\":{{\"expiresAt\":\"{expires}\",\"token\":\"{token}\",\
             \"createdAt\":\"{now}\",\"updatedAt\":\"{now}\",\"ipAddress\":\"198.51.100.7\",\
             \"userAgent\":\"\",\"userId\":\"ada\",\"id\":{id}}},\"user\":{{\"name\":\"\",\
             \"email\":\"ada@example.com\",\"emailVerified\":false,\"image\":null,\
             \"createdAt\":\"{now}\",\"updatedAt\":\"{now}\",\"id\":\"ada\"}}}}",
            now = after(0),
            expires = after(7 * DAY),
        )
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert!(answer.has("set-auth-jwt"));
    let exposed = answer.header("access-control-expose-headers");
    assert!(exposed.split(',').any(|name| name.trim() == "set-auth-jwt"), "{exposed}");
    assert!(answer.cookies().is_empty());
    // What a browser calls itself is kept, and not all of it when it is long.
    let request = ada.emptied().asks(Method::POST, "/api/auth/sign-in/email");
    let request = request.header("content-type", "application/json");
    let request = request.header("user-agent", format!("Ada/{}", "9".repeat(2000)));
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    ada.send(request, body.to_string()).await.is(200);
    let agent = ada.session().await["session"]["userAgent"].clone();
    let agent = agent.as_str().expect("it is text");
    assert!(agent.starts_with("Ada/99") && agent.len() == 512, "{agent}");
}

async fn nobody_is_answered_with_null(test: TestApp) {
    let answer = Browser::of(&test).get("/get-session").await.is(200);
    assert_eq!(answer.text(), "null");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert!(!answer.has("set-auth-jwt") && answer.cookies().is_empty());
}

async fn a_session_is_renewed_after_a_day_and_ends_after_seven(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    test.clock.advance_seconds(DAY - 1);
    let answer = ada.get("/get-session").await.is(200);
    assert_eq!(answer.json()["session"]["expiresAt"], after(7 * DAY));
    assert!(answer.cookies().is_empty());
    test.clock.advance_seconds(1);
    // Not by who says that it should not be.
    for query in ["disableRefresh=true", "disableRefresh=true&disableCookieCache=true"] {
        let answer = ada.get(&format!("/get-session?{query}")).await.is(200);
        assert_eq!(answer.json()["session"]["expiresAt"], after(7 * DAY));
        assert!(answer.cookies().is_empty());
    }
    let answer = ada.get("/get-session?disableRefresh=false").await.is(200);
    let session = answer.json()["session"].clone();
    assert_eq!(session["expiresAt"], after(8 * DAY));
    assert_eq!(session["updatedAt"], after(DAY));
    assert_eq!(session["createdAt"], after(0));
    assert!(answer.cookies()[0].contains("; Max-Age=604800;"), "{:?}", answer.cookies());
    assert!(ada.get("/get-session").await.is(200).cookies().is_empty());
    test.clock.advance_seconds(7 * DAY - 1);
    let mut thief = ada.clone();
    assert!(thief.is_in().await);
    test.clock.advance_seconds(7 * DAY);
    assert!(!ada.is_in().await);
}

async fn every_look_renews_and_not_only_one_at_the_session(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    test.clock.advance_seconds(2 * DAY);
    let answer = ada.get("/list-accounts").await.is(200);
    assert!(answer.cookies()[0].contains("; Max-Age=604800;"), "{:?}", answer.cookies());
    assert_eq!(answer.header("set-auth-token").len(), 32 + 1 + 44);
    test.clock.advance_seconds(2 * DAY);
    ada.post("/update-user", json!({"name": "Ada"})).await.is(200);
    assert_eq!(ada.session().await["session"]["expiresAt"], after(11 * DAY));
}

async fn a_session_that_is_not_remembered_ends_after_a_day(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test);
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "rememberMe": false});
    ada.post("/sign-in/email", body).await.is(200);
    // Whether or not the browser says that it should not be remembered.
    let mut sly = ada.clone();
    sly.forgets("better-auth.dont_remember");
    test.clock.advance_seconds(DAY - 1);
    for browser in [&mut ada, &mut sly] {
        let answer = browser.get("/get-session").await.is(200);
        assert_eq!(answer.json()["session"]["expiresAt"], after(DAY));
        assert!(answer.cookies().is_empty());
    }
    test.clock.advance_seconds(1);
    assert!(!ada.is_in().await);
    assert!(!sly.is_in().await);
}

async fn a_session_token_is_as_good_as_the_cookie(test: TestApp) {
    test.ada().await;
    let token = Browser::of(&test).signs_in("ada").await;
    let signed = signed(&token);
    for token in [&token, &signed, &encoded(&signed)] {
        let robot = test.holder_of("ada", token);
        let session = robot.get("/api/auth/get-session").await.is(200).json();
        assert_eq!(session["user"]["id"], "ada", "{token}");
        robot.post("/api/auth/update-user", json!({"name": "Robot"})).await.is(200);
        robot.adds("x").await;
    }
    let lower = test.nobody().asks(Method::GET, "/api/auth/get-session");
    let lower = lower.header("authorization", format!("bearer {token}"));
    assert_eq!(test.nobody().send(lower, "").await.is(200).json()["user"]["id"], "ada");
    // A signature that is wrong is as if nothing had been sent.
    let forged = format!("{token}.{}", &signed[33..].replace(|c: char| c.is_lowercase(), "x"));
    for token in [&forged, "x", &token[1..]] {
        let eve = test.holder_of("ada", token);
        assert_eq!(eve.get("/api/auth/get-session").await.is(200).text(), "null", "{token}");
        eve.post("/api/auth/update-user", json!({"name": "Eve"})).await.is(401);
        eve.get("/api/tasks").await.is(401);
    }
}

async fn a_cookie_that_is_not_ours_is_nobody(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test);
    let token = ada.signs_in("ada").await;
    let good = ada.cookie("better-auth.session_token").to_owned();
    for value in [
        "",
        "x",
        &token,
        &format!("{token}."),
        &format!("{token}.{}", "A".repeat(43) + "%3D"),
        &good[..good.len() - 3],
        &good.replace(&token, &token.to_uppercase()),
        "%ff.%ff",
    ] {
        let request = test.nobody().asks(Method::GET, "/api/auth/get-session");
        let request = request.header("cookie", format!("better-auth.session_token={value}"));
        let answer = test.nobody().send(request, "").await.is(200);
        assert_eq!(answer.text(), "null", "{value}");
        // It may be another application's on this host.
        assert!(answer.cookies().is_empty(), "{value}");
    }
    // Unencoded, and among others, it is ours all the same.
    let request = test.nobody().asks(Method::GET, "/api/auth/get-session");
    let cookies = format!("a=b; better-auth.session_token={}; c=d", signed(&token));
    let answer = test.nobody().send(request.header("cookie", cookies), "").await.is(200);
    assert_eq!(answer.json()["user"]["id"], "ada");
}

async fn a_dead_cookie_is_cleared(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let late = ada.clone();
    test.clock.advance_seconds(7 * DAY);
    assert_eq!(ada.session().await, Value::Null);
    assert!(ada.cookies().is_empty());
    let mut late = late;
    let answer = late.get("/list-accounts").await.fails(401, "Unauthorized", "UNAUTHORIZED");
    assert!(answer.cookies()[0].contains("Max-Age=0"), "{:?}", answer.cookies());
    assert!(late.cookies().is_empty());
}

async fn a_login_token_is_no_session(test: TestApp) {
    let ada = test.ada().await;
    let robot = ada.makes_token(&["read", "write"]).await;
    for person in [&ada, &ada.logs_in().await, &robot] {
        assert_eq!(person.get("/api/auth/get-session").await.is(200).text(), "null");
        let answer = person.get("/api/auth/list-sessions").await;
        answer.fails(401, "Unauthorized", "UNAUTHORIZED");
    }
}

async fn only_looking_is_possible(database: Database) {
    let test = TestApp::new(&database).await;
    let mut ada = Browser::of_member(&test, "ada").await;
    let message = "POST method requires deferSessionRefresh to be enabled in session config";
    let answer = ada.post("/get-session", json!({})).await;
    let answer = answer.fails(405, message, "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED");
    assert_eq!(answer.header("allow"), "GET, HEAD");
    let request = ada.asks(Method::HEAD, "/api/auth/get-session");
    let answer = ada.send(request, String::new()).await.is(200);
    assert!(answer.body.is_empty());
}
