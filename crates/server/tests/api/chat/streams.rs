//! Answers as streams, part by part.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Method, header},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{Streamed, goes_on, said};
use crate::{
    scripted_model::{Reply, ScriptedModel, delta},
    support::{Database, Person, TestApp, until},
};

on_both_databases! {
    the_built_in_assistant_streams,
    the_model_streams_with_its_calls,
    a_call_that_is_refused_is_an_error_of_its_own,
    a_failure_ends_the_stream_in_words,
    a_repeated_answer_is_streamed_too,
    words_come_as_they_are_said,
    who_hangs_up_stops_the_turn,
    a_stream_says_that_it_is_there_while_the_model_thinks,
}

async fn the_built_in_assistant_streams(test: TestApp) {
    let ada = test.ada().await;
    let streamed = Streamed::hears(&test, &ada, &json!({"message": "add milk"})).await;
    assert_eq!(
        streamed.types(),
        [
            "start",
            "start-step",
            "tool-input-available",
            "tool-output-available",
            "text-start",
            "text-delta",
            "text-end",
            "finish-step",
            "finish",
        ]
    );
    let input = streamed.part("tool-input-available");
    assert_eq!(
        (&input["toolName"], &input["input"]["title"]),
        (&json!("add_task"), &json!("milk"))
    );
    let output = streamed.part("tool-output-available");
    assert_eq!(
        (&output["toolCallId"], &output["output"]["title"]),
        (&input["toolCallId"], &json!("milk"))
    );
    let metadata = streamed.metadata();
    assert_eq!(metadata["provider"], "builtin");
    assert_eq!(metadata["batch_id"], output["output"]["batch_id"]);
    assert_eq!(
        streamed.part("start")["messageMetadata"]["conversation_id"],
        metadata["conversation_id"]
    );
    assert!(!streamed.part("start")["messageId"].as_str().expect("it has a name").is_empty());
    let said = said(&ada, &metadata["conversation_id"]).await;
    assert_eq!(said[1], format!("assistant: {}", streamed.text()));
    assert_eq!(streamed.headers["cache-control"], "no-store");
}

async fn the_model_streams_with_its_calls((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::calls(&[("add_task", json!({"title": "Milk"})), ("list_tasks", json!({}))]));
    model.says(Reply::text("You have one task: milk. 🥛"));
    let streamed = Streamed::hears(&test, &ada, &json!({"message": "I need milk"})).await;
    let mut types = streamed.types();
    types.dedup_by(|one, other| *one == "text-delta" && one == other);
    assert_eq!(
        types,
        [
            "start",
            "start-step",
            "tool-input-available",
            "tool-output-available",
            "tool-input-available",
            "tool-output-available",
            "finish-step",
            "start-step",
            "text-start",
            "text-delta",
            "text-end",
            "finish-step",
            "finish",
        ]
    );
    assert_eq!(streamed.text(), "You have one task: milk. 🥛");
    assert_eq!(streamed.metadata()["provider"], "openai-compatible");
}

async fn a_call_that_is_refused_is_an_error_of_its_own((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::calls(&[("get_task", json!({"task_id": 999}))]));
    model.says(Reply::text("There is no such task."));
    let streamed = Streamed::hears(&test, &ada, &json!({"message": "show task 999"})).await;
    let refused = streamed.part("tool-output-error");
    assert_eq!(refused["errorText"], "Task 999 not found");
}

async fn a_failure_ends_the_stream_in_words((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::calls(&[("add_task", json!({"title": "Milk"}))]));
    model.says(Reply::json(500, &json!({"error": {"message": "hush"}})));
    let streamed = Streamed::hears(&test, &ada, &json!({"message": "I need milk"})).await;
    let types = streamed.types();
    assert_eq!(types.last(), Some(&"error"), "{types:?}");
    assert!(!types.contains(&"finish"));
    let opened = types.iter().filter(|part| **part == "start-step").count();
    assert_eq!(types.iter().filter(|part| **part == "finish-step").count(), opened);
    let error = &streamed.part("error")["errorText"];
    assert_eq!(
        *error,
        "The language model did not answer; what you wrote is kept. What was changed before stays \
         changed: look at the list"
    );
    let output = streamed.part("tool-output-available");
    assert_eq!(streamed.metadata()["batch_id"], output["output"]["batch_id"]);
    model.says(Reply::text("Here I am."));
    goes_on(&ada, &streamed.metadata()["conversation_id"], "hello?").await.is(200);
}

async fn a_repeated_answer_is_streamed_too(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"message": "add milk"});
    let hear = async || {
        let request = ada.asks(Method::POST, "/api/chat").header("idempotency-key", "k");
        Streamed::of(&test, request.header(header::ACCEPT, "text/event-stream"), &body).await
    };
    let (first, second) = (hear().await, hear().await);
    assert_eq!(second.headers["idempotency-replayed"], "true");
    assert_eq!((first.text(), first.metadata()), (second.text(), second.metadata()));
    assert_eq!(first.types(), second.types());
    assert_eq!(ada.titles("/api/tasks").await, ["milk"]);
}

async fn words_come_as_they_are_said((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::open(&[delta(&json!({"content": "Let me think"}))]).open_ended());
    let mut body = open(&test, &ada).await;
    let mut heard = String::new();
    while !heard.contains("\"delta\":\"Let me think\"") {
        let frame = body.frame().await.expect("it is not over").expect("it is not broken");
        let data = frame.into_data().expect("it is data");
        heard.push_str(std::str::from_utf8(&data).expect("a part is text"));
    }
}

async fn a_stream_says_that_it_is_there_while_the_model_thinks(database: Database) {
    let model = ScriptedModel::start().await;
    let test = TestApp::with(&database, |setup| {
        model.answers_for(setup);
        setup.http.heartbeat = std::time::Duration::from_millis(20);
    })
    .await;
    let ada = test.ada().await;
    model.says(Reply::silence());
    let mut body = open(&test, &ada).await;
    let mut heard = String::new();
    while !heard.ends_with("\n\n: still here\n\n") {
        let frame = body.frame().await.expect("it is not over").expect("it is not broken");
        let data = frame.into_data().expect("it is data");
        heard.push_str(std::str::from_utf8(&data).expect("a part is text"));
    }
}

async fn who_hangs_up_stops_the_turn((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    let go = Arc::new(Notify::new());
    model.says(Reply::calls(&[("add_task", json!({"title": "Milk"}))]).when(&go));
    let mut body = open(&test, &ada).await;
    let start = body.frame().await.expect("it begins").expect("it is not broken");
    let start = String::from_utf8(start.into_data().expect("it is data").to_vec());
    let start = start.expect("a stream is text");
    let start: Value = serde_json::from_str(start["data: ".len()..].trim()).expect("it is JSON");
    let place = &start["messageMetadata"]["conversation_id"];
    until("the model is asked", async || model.asked().len() == 1).await;
    goes_on(&ada, place, "busy?").await.is(409);
    drop(body);
    model.says(Reply::text("Yes."));
    until("the conversation is free", async || {
        goes_on(&ada, place, "free?").await.status.is_success()
    })
    .await;
    go.notify_one();
    assert!(ada.titles("/api/tasks").await.is_empty(), "nobody waited for that");
}

async fn open(test: &TestApp, ada: &Person) -> Body {
    let request = ada
        .asks(Method::POST, "/api/chat")
        .header(header::ACCEPT, "text/event-stream")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({"message": "I need milk"}).to_string()));
    test.service.answer(request.expect("it can be built")).await.into_body()
}
