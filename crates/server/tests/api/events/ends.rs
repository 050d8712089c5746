//! When streams end.

use axum::http::Method;
use serde_json::json;

use super::{listens, listens_after};
use crate::support::{Browser, DAY, Stream, TestApp};

on_both_databases! {
    a_stream_ends_with_its_token,
    a_logout_ends_the_stream,
    signing_out_ends_the_stream_of_the_browser,
    a_token_that_is_deleted_ends_its_stream,
    an_account_that_is_deleted_ends_its_streams,
    a_server_that_stops_says_when_to_come_back,
}

async fn a_stream_ends_with_its_token(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let mut stream = listens(&test, &ada).await;
    ada.adds("in time").await;
    assert_eq!(stream.ids(1).await, [1]);
    test.clock.advance_seconds(DAY);
    test.stranger("ada").adds("too late").await;
    stream.ends().await;
    ada.get("/api/events").await.is(401).saying("Token expired");
}

async fn a_logout_ends_the_stream(test: TestApp) {
    let stays = test.ada().await.logs_in().await;
    let leaves = stays.logs_in().await;
    let (mut here, gone) = (listens(&test, &stays).await, listens(&test, &leaves).await);
    leaves.post("/api/auth/logout", json!({})).await.is(200);
    gone.ends().await;
    stays.adds("still here").await;
    assert_eq!(here.ids(1).await, [1]);
}

async fn signing_out_ends_the_stream_of_the_browser(test: TestApp) {
    let mut browser = Browser::of_member(&test, "ada").await;
    let request = browser.asks(Method::GET, "/api/events");
    let stream = Stream::open(&test.service, request).await;
    browser.post("/sign-out", json!({})).await.is(200);
    stream.ends().await;
}

async fn a_token_that_is_deleted_ends_its_stream(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let robot = ada.makes_token(&["read"]).await;
    let stream = listens(&test, &robot).await;
    let tokens = ada.get("/api/tokens").await.is(200).json();
    let id = tokens["tokens"][0]["id"].as_i64().expect("an id is a number");
    ada.delete(&format!("/api/tokens/{id}")).await.is(204);
    stream.ends().await;
}

async fn an_account_that_is_deleted_ends_its_streams(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let stream = listens(&test, &ada).await;
    ada.delete("/api/auth/me").await.is(204);
    stream.ends().await;
}

async fn a_server_that_stops_says_when_to_come_back(test: TestApp) {
    let ada = test.ada().await;
    let mut stream = listens(&test, &ada).await;
    test.readiness.fail();
    assert_eq!(stream.event().await, None);
    assert!(stream.retry.is_some_and(|pause| (1_000..=5_000).contains(&pause)));
    // Who comes all the same is sent away like that, and not refused: a browser
    // would not try again after an error.
    let mut late = listens_after(&test, &ada, "0").await;
    assert_eq!(late.event().await, None);
    assert!(late.retry.is_some());
}
