//! A language model that does not answer: in plain words, and with what was
//! done before.

use serde_json::{Value, json};

use super::{KEY, goes_on, said, says};
use crate::{
    scripted_model::{Reply, ScriptedModel},
    support::{Database, Person, TestApp, until},
};

on_both_databases! {
    a_model_that_fails_is_said_to,
    what_was_done_before_is_told_and_stays,
    a_model_that_fails_for_long_is_left_alone,
    a_repeated_failure_does_nothing_twice,
    a_server_that_stops_ends_its_turns,
}

fn broken() -> Reply {
    Reply::json(500, &json!({"error": {"message": KEY, "code": "server_error"}}))
}

async fn a_model_that_fails_is_said_to((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    for reply in [
        broken(),
        Reply::json(401, &json!({"error": {"message": KEY}})),
        Reply::stream("data: nonsense\n\n"),
    ] {
        model.says(reply);
        let answer = says(&ada, "add milk").await.is(502).coded("model_failed");
        let body = answer.json();
        assert!(!answer.text().contains(KEY) && body.get("response").is_none(), "{body}");
        assert_eq!((&body["tool_calls"], &body["batch_id"]), (&json!([]), &Value::Null));
        // The built-in assistant would have understood.
        assert!(ada.titles("/api/tasks").await.is_empty());
        assert_eq!(said(&ada, &body["conversation_id"]).await, ["user: add milk"]);
    }
}

async fn what_was_done_before_is_told_and_stays((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::calls(&[("add_task", json!({"title": "Milk"}))]));
    model.says(broken());
    let answer = says(&ada, "I need milk").await.is(502);
    let body = answer.json();
    assert_eq!(body["tool_calls"][0]["tool_name"], "add_task");
    assert_eq!(body["batch_id"], answer.batch());
    assert_eq!(ada.titles("/api/tasks").await, ["Milk"]);
    model.says(Reply::text("Here I am."));
    goes_on(&ada, &body["conversation_id"], "hello?").await.is(200);
}

async fn a_model_that_fails_for_long_is_left_alone((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    for _ in 0..5 {
        model.says(broken());
        says(&ada, "hi").await.is(502);
    }
    let answer = says(&ada, "hi").await.is(503).coded("model_unavailable");
    assert!((1..=30).contains(&answer.retry_after()), "{}", answer.retry_after());
    assert!(answer.json()["conversation_id"].is_i64());
    assert_eq!(model.asked().len(), 5);
    ada.adds("tasks are as they always are").await;
}

async fn a_repeated_failure_does_nothing_twice((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::calls(&[("add_task", json!({"title": "Milk"}))]));
    model.says(broken());
    let body = json!({"message": "I need milk"});
    let send = async || ada.keyed("k", axum::http::Method::POST, "/api/chat", &body).await;
    let (first, second) = (send().await.is(502), send().await.is(502));
    assert!(!first.is_replayed() && second.is_replayed());
    assert_eq!(first.json(), second.json());
    assert_eq!(ada.titles("/api/tasks").await, ["Milk"]);
}

async fn a_server_that_stops_ends_its_turns(database: Database) {
    let model = ScriptedModel::start().await;
    let test = TestApp::with(&database, |setup| {
        model.answers_for(setup);
        setup.http.turn_grace = std::time::Duration::from_millis(50);
    })
    .await;
    let ada = test.ada().await;
    model.says(Reply::calls(&[("add_task", json!({"title": "Milk"}))]));
    model.says(Reply::silence());
    let waiting = spawned(&ada);
    until("the model is silent", async || model.asked().len() == 2).await;
    test.readiness.fail();
    let answer = waiting.await.expect("it is answered").is(503).coded("shutting_down");
    let body = answer.json();
    assert_eq!(body["tool_calls"][0]["tool_name"], "add_task");
    assert_eq!(body["batch_id"], answer.batch());
    // Nothing is left running: the conversation is free at once.
    model.says(Reply::text("Here I am."));
    goes_on(&ada, &body["conversation_id"], "hello?").await.is(200);
}

fn spawned(ada: &Person) -> tokio::task::JoinHandle<crate::support::Answer> {
    let ada = ada.clone();
    tokio::spawn(async move { says(&ada, "I need milk").await })
}
