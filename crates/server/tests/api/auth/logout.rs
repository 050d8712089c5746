//! Logging out.

use serde_json::json;

use crate::support::{Database, Log, TestApp, at, sign};

on_both_databases! {
    a_token_that_logged_out_is_dead,
    only_the_session_that_logs_out_ends,
    logging_out_needs_a_token,
    a_token_without_a_session_is_denied_by_its_hash,
    a_personal_access_token_cannot_log_out,
}

on_any_database! {
    a_user_id_with_a_line_break_forges_no_line_of_the_log,
}

on_lasting_databases! {
    a_logout_on_one_replica_holds_on_another_within_five_seconds,
    a_logout_outlives_a_restart,
}

async fn a_token_that_logged_out_is_dead(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    ada.get("/api/tasks").await.is(200);
    let answer = ada.post("/api/auth/logout", json!({})).await.is(200);
    assert_eq!(answer.json(), json!({"message": "Logged out successfully"}));
    ada.get("/api/tasks").await.is(401).saying("Invalid token").coded("invalid_token");
    ada.post("/api/tasks", json!({"title": "x"})).await.is(401);
    ada.get("/api/auth/me").await.is(401);
    ada.post("/api/auth/logout", json!({})).await.is(401);
}

async fn only_the_session_that_logs_out_ends(test: TestApp) {
    let ada = test.ada().await;
    let (phone, desk) = (ada.logs_in().await, ada.logs_in().await);
    assert_ne!(phone.token, desk.token);
    phone.post("/api/auth/logout", json!({})).await.is(200);
    phone.get("/api/tasks").await.is(401);
    desk.get("/api/tasks").await.is(200);
    ada.get("/api/tasks").await.is(200);
    test.clock.advance_seconds(10);
    desk.get("/api/tasks").await.is(200);
}

async fn logging_out_needs_a_token(test: TestApp) {
    test.nobody().post("/api/auth/logout", json!({})).await.is(401).saying("Not authenticated");
    test.expired("ada").post("/api/auth/logout", json!({})).await.is(401).saying("Token expired");
}

async fn a_token_without_a_session_is_denied_by_its_hash(test: TestApp) {
    let carl = test.stranger("carl");
    let other = test.holder_of("carl", &sign(&json!({"sub": "carl", "exp": at(7200)})));
    carl.post("/api/auth/logout", json!({})).await.is(200);
    carl.get("/api/tasks").await.is(401).saying("Invalid token");
    other.get("/api/tasks").await.is(200);
    test.clock.advance_seconds(6000);
    carl.get("/api/tasks").await.is(401).saying("Invalid token");
}

async fn a_personal_access_token_cannot_log_out(test: TestApp) {
    let robot = test.ada().await.makes_token(&["read", "write", "delete"]).await;
    robot.post("/api/auth/logout", json!({})).await.is(403).coded("login_required");
    robot.get("/api/tasks").await.is(200);
}

async fn a_user_id_with_a_line_break_forges_no_line_of_the_log(test: TestApp) {
    let eve = test.stranger("eve\n2026-11-21T09:30:00Z  INFO logged in user.id=\"ada\"");
    let log = Log::default();
    {
        let _kept = tracing::subscriber::set_default(log.subscriber());
        eve.post("/api/auth/logout", json!({})).await.is(200);
    }
    let log = log.text();
    let (logout, _) = log.split_once('\n').expect("a logout is logged");
    assert!(logout.contains("logged out") && logout.contains(r"eve\n2026"), "{log}");
    assert!(log.lines().all(|line| !line.starts_with("2026-11-21T09:30:00Z")), "{log}");
}

async fn a_logout_on_one_replica_holds_on_another_within_five_seconds(database: Database) {
    let (one, other) = (TestApp::new(&database).await, TestApp::new(&database).await);
    let here = one.ada().await.logs_in().await;
    let there = other.holder_of("ada", here.token.as_deref().expect("Ada has a token"));
    there.get("/api/tasks").await.is(200);
    here.post("/api/auth/logout", json!({})).await.is(200);
    other.clock.advance_seconds(5);
    there.get("/api/tasks").await.is(401).saying("Invalid token");
}

async fn a_logout_outlives_a_restart(database: Database) {
    let first = TestApp::new(&database).await;
    let ada = first.ada().await;
    let (left, stayed) = (ada.logs_in().await, ada.logs_in().await);
    ada.adds("x").await;
    left.post("/api/auth/logout", json!({})).await.is(200);
    first.store.close().await;

    let second = TestApp::new(&database).await;
    let again = |token: &Option<String>| {
        second.holder_of("ada", token.as_deref().expect("Ada has a token"))
    };
    again(&left.token).get("/api/tasks").await.is(401);
    assert_eq!(again(&stayed.token).titles("/api/tasks").await, ["x"]);
}
