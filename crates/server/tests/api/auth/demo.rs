//! Demo mode: who shows no token is somebody, who shows a bad one is not.

use axum::http::Method;
use serde_json::json;

use crate::support::{Database, TestApp};

on_any_database! {
    who_shows_no_token_is_the_demo_user,
    a_bad_token_is_refused_all_the_same,
    the_demo_user_has_no_keys_to_hand_out,
    outside_demo_mode_nobody_is_nobody,
}

async fn demo(database: &Database) -> TestApp {
    TestApp::with(database, |setup| setup.settings.demo_mode = true).await
}

async fn who_shows_no_token_is_the_demo_user(database: Database) {
    let test = demo(&database).await;
    let nobody = test.nobody();
    let id = nobody.adds("x").await;
    assert_eq!(nobody.sees(id).await["user_id"], "demo-user");
    assert_eq!(nobody.titles("/api/demo-user/tasks").await, ["x"]);
    nobody.delete(&format!("/api/tasks/{id}")).await.is(204);
    let ada = test.ada().await;
    nobody.get("/api/ada/tasks").await.is(403);
    nobody.get(&format!("/api/tasks/{}", ada.adds("hers").await)).await.is(403);
}

async fn a_bad_token_is_refused_all_the_same(database: Database) {
    let test = demo(&database).await;
    test.expired("ada").get("/api/tasks").await.is(401).saying("Token expired");
    let nobody = test.nobody();
    for credential in ["Bearer x", "Bearer ", "Basic YTpi", ""] {
        let request = nobody.asks(Method::GET, "/api/tasks").header("authorization", credential);
        nobody.send(request, "").await.is(401).saying("Invalid token");
    }
}

async fn the_demo_user_has_no_keys_to_hand_out(database: Database) {
    let nobody = demo(&database).await.nobody();
    let body = json!({"name": "x", "scopes": ["read"]});
    nobody.post("/api/tokens", body).await.is(403).coded("login_required");
    nobody.get("/api/tokens").await.is(403);
    nobody.post("/api/auth/logout", json!({})).await.is(401).saying("Not authenticated");
}

async fn outside_demo_mode_nobody_is_nobody(test: TestApp) {
    test.nobody().get("/api/tasks").await.is(401).saying("Not authenticated");
    test.nobody().get("/api/demo-user/tasks").await.is(401);
}
