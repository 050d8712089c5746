//! What streams tell.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use super::{listens, listens_after};
use crate::support::{Browser, Database, Stream, TestApp};

on_both_databases! {
    every_change_comes_at_once_and_in_order,
    a_batch_comes_as_one_event_for_each_task,
    a_browser_that_comes_back_misses_nothing,
    a_number_that_was_never_given_is_a_reset,
    nobody_hears_of_somebody_elses_tasks,
    the_cookie_opens_a_stream,
    what_is_no_number_is_refused,
    a_user_has_twenty_streams,
    a_question_for_the_headers_takes_no_place,
    where_nothing_happens_a_comment_comes_now_and_then,
}

async fn every_change_comes_at_once_and_in_order(test: TestApp) {
    let ada = test.ada().await;
    let mut stream = listens(&test, &ada).await;
    assert_eq!(stream.headers["cache-control"], "no-store");
    assert_eq!(stream.headers["x-accel-buffering"], "no");
    assert_eq!(stream.last_id, "0");

    let answer = ada.post("/api/tasks", json!({"title": "Buy milk"})).await.is(201);
    let (id, batch) = (answer.json()["id"].clone(), answer.header("x-batch-id").to_owned());
    let event = stream.event().await.expect("the stream goes on");
    assert_eq!((event.id, event.name.as_str()), (1, "change"));
    assert_eq!(
        event.data,
        json!({"change_id": 1, "batch_id": batch, "task_id": id, "action": "created", "version": 1})
    );

    let path = format!("/api/tasks/{id}");
    ada.patch(&path, json!({"title": "Buy oat milk"})).await.is(200);
    ada.toggles(id.as_i64().expect("an id is a number")).await.is(200);
    ada.patch(&path, json!({})).await.is(200);
    ada.delete(&path).await.is(204);
    for (number, action) in [(2, "updated"), (3, "completed"), (4, "deleted")] {
        let event = stream.event().await.expect("the stream goes on");
        assert_eq!((event.id, event.data["action"].as_str()), (number, Some(action)));
    }
    stream.is_quiet().await;
}

async fn a_batch_comes_as_one_event_for_each_task(test: TestApp) {
    let ada = test.ada().await;
    let ids = [ada.adds("one").await, ada.adds("two").await, ada.adds("three").await];
    let mut stream = listens(&test, &ada).await;
    let body = json!({"ids": ids, "action": "complete"});
    let answer = ada.post("/api/tasks/bulk", body).await.is(200).json();
    for number in 4..=6 {
        let event = stream.event().await.expect("the stream goes on");
        assert_eq!(event.id, number);
        assert_eq!(event.data["batch_id"], answer["batch_id"]);
    }
}

async fn a_browser_that_comes_back_misses_nothing(test: TestApp) {
    let ada = test.ada().await;
    ada.adds("before").await;
    let mut stream = listens(&test, &ada).await;
    ada.adds("heard").await;
    assert_eq!(stream.ids(1).await, [2]);
    let last_id = stream.last_id.clone();
    drop(stream);
    ada.adds("missed").await;
    let mut stream = listens_after(&test, &ada, &last_id).await;
    ada.adds("live").await;
    assert_eq!(stream.ids(2).await, [3, 4]);

    let request = ada.asks(Method::GET, "/api/events?after=1");
    let mut stream = Stream::open(&test.service, request).await;
    assert_eq!(stream.ids(3).await, [2, 3, 4]);
    // The address of a page that comes back is as old as the page.
    let request = ada.asks(Method::GET, "/api/events?after=1").header("last-event-id", "3");
    let mut stream = Stream::open(&test.service, request).await;
    assert_eq!(stream.ids(1).await, [4]);
}

async fn a_number_that_was_never_given_is_a_reset(test: TestApp) {
    let ada = test.ada().await;
    ada.adds("the only one").await;
    let mut stream = listens_after(&test, &ada, "99").await;
    let event = stream.event().await.expect("the stream goes on");
    assert_eq!((event.name.as_str(), event.data), ("reset", json!({"latest": 1})));
    assert_eq!(stream.last_id, "1");
    ada.adds("another").await;
    assert_eq!(stream.ids(1).await, [2]);
}

async fn nobody_hears_of_somebody_elses_tasks(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let mut stream = listens(&test, &bob).await;
    ada.adds("Ada's own").await;
    stream.is_quiet().await;
    let request = bob.asks(Method::GET, "/api/bob/events");
    let mut stream = Stream::open(&test.service, request).await;
    bob.adds("Bob's own").await;
    assert_eq!(stream.ids(1).await, [1]);
}

async fn the_cookie_opens_a_stream(test: TestApp) {
    let browser = Browser::of_member(&test, "ada").await;
    let request = browser.asks(Method::GET, "/api/events");
    let mut stream = Stream::open(&test.service, request).await;
    test.stranger("ada").adds("Buy milk").await;
    assert_eq!(stream.ids(1).await, [1]);
}

async fn what_is_no_number_is_refused(test: TestApp) {
    let ada = test.ada().await;
    for (text, kind) in [("x", "int_parsing"), ("-1", "greater_than_equal")] {
        let request = ada.asks(Method::GET, "/api/events").header("last-event-id", text);
        let answer = ada.send(request, "").await;
        assert_eq!(answer.problems(), [format!("header.Last-Event-ID {kind}")]);
        let answer = ada.get(&format!("/api/events?after={text}")).await;
        assert_eq!(answer.problems(), [format!("query.after {kind}")]);
    }
}

async fn a_user_has_twenty_streams(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(listens(&test, &ada).await);
    }
    ada.get("/api/events").await.is(429).coded("rate_limited");
    listens(&test, &bob).await;
    streams.pop();
    let mut stream = listens(&test, &ada).await;
    ada.adds("for all of them").await;
    assert_eq!(stream.ids(1).await, [1]);
    for stream in &mut streams {
        assert_eq!(stream.ids(1).await, [1]);
    }
}

async fn a_question_for_the_headers_takes_no_place(test: TestApp) {
    let ada = test.ada().await;
    for _ in 0..25 {
        let request = ada.asks(Method::HEAD, "/api/events");
        let answer = ada.send(request, "").await.is(200);
        assert_eq!(answer.header("content-type"), "text/event-stream");
        assert!(answer.body.is_empty());
    }
    listens(&test, &ada).await;
}

async fn where_nothing_happens_a_comment_comes_now_and_then(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.http.heartbeat = Duration::from_millis(20);
    });
    let test = test.await;
    let ada = test.ada().await;
    let mut stream = listens(&test, &ada).await;
    for _ in 0..3 {
        assert!(stream.line().await.starts_with(':'));
    }
    ada.adds("in between").await;
    assert_eq!(stream.ids(1).await, [1]);
}
