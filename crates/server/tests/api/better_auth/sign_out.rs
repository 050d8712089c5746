//! Signing out.

use axum::http::Method;
use serde_json::json;

use crate::support::{Browser, Database, TestApp};

on_both_databases! {
    a_session_that_signed_out_is_over,
    the_tokens_of_a_session_end_with_it,
    only_the_session_that_signs_out_ends,
    signing_out_never_fails,
}

on_lasting_databases! {
    a_sign_out_on_one_replica_holds_on_another_within_five_seconds,
}

async fn a_session_that_signed_out_is_over(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let mut thief = ada.clone();
    assert!(thief.is_in().await);
    let answer = ada.post("/sign-out", json!({})).await.is(200);
    assert_eq!(answer.json(), json!({"success": true}));
    assert!(ada.cookies().is_empty());
    assert!(!ada.is_in().await);
    assert!(!thief.is_in().await);
}

async fn the_tokens_of_a_session_end_with_it(test: TestApp) {
    test.ada().await;
    let mut ada = Browser::of(&test);
    let session = ada.signs_in("ada").await;
    let token = ada.get("/token").await.is(200).json()["token"].clone();
    let token = token.as_str().expect("a token is text");
    let [by_session, by_token] = [&*session, token].map(|token| test.holder_of("ada", token));
    let thief = ada.clone();
    for person in [&by_session, &by_token] {
        person.get("/api/tasks").await.is(200);
    }
    ada.post("/sign-out", json!({})).await.is(200);
    for person in [&by_session, &by_token] {
        person.get("/api/tasks").await.is(401).saying("Invalid token");
    }
    let request = thief.asks(Method::GET, "/api/tasks");
    thief.clone().send(request, String::new()).await.is(401);
}

async fn only_the_session_that_signs_out_ends(test: TestApp) {
    test.ada().await;
    let (mut phone, mut desk) = (Browser::of(&test), Browser::of(&test));
    phone.signs_in("ada").await;
    desk.signs_in("ada").await;
    let logged_in = test.stranger("ada").logs_in().await;
    phone.post("/sign-out", json!({})).await.is(200);
    assert!(desk.is_in().await);
    logged_in.get("/api/tasks").await.is(200);
}

async fn signing_out_never_fails(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let mut again = ada.clone();
    ada.post("/sign-out", json!({})).await.is(200);
    for browser in [&mut again, &mut ada, &mut Browser::of(&test)] {
        let answer = browser.post("/sign-out", json!({})).await.is(200);
        assert_eq!(answer.json(), json!({"success": true}));
    }
    // The client of Better Auth sends an object; others send nothing.
    let mut ada = Browser::of(&test);
    ada.signs_in("ada").await;
    let request = ada.asks(Method::POST, "/api/auth/sign-out");
    ada.send(request, String::new()).await.is(200);
    assert!(!ada.is_in().await);
    // A program has the token instead of the cookie.
    let token = ada.signs_in("ada").await;
    let robot = test.holder_of("ada", &token);
    robot.post("/api/auth/sign-out", json!({})).await.is(200);
    robot.get("/api/tasks").await.is(401);
}

async fn a_sign_out_on_one_replica_holds_on_another_within_five_seconds(database: Database) {
    let (one, other) = (TestApp::new(&database).await, TestApp::new(&database).await);
    one.ada().await;
    let mut ada = Browser::of(&one);
    let token = ada.signs_in("ada").await;
    let there = other.holder_of("ada", &token);
    there.get("/api/tasks").await.is(200);
    ada.post("/sign-out", json!({})).await.is(200);
    // Better Auth's own routes look at the session each time.
    assert_eq!(there.get("/api/auth/get-session").await.is(200).text(), "null");
    other.clock.advance_seconds(5);
    there.get("/api/tasks").await.is(401).saying("Invalid token");
}
