//! A language model that answers, by a script.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{KEY, goes_on, says};
use crate::{
    scripted_model::{Reply, ScriptedModel},
    support::{Person, TestApp, until},
};

on_both_databases! {
    the_model_answers_and_its_calls_are_made,
    the_model_is_told_what_was_said_before,
    the_model_reaches_nobody_elses_tasks,
    the_model_does_not_learn_who_it_talks_to,
    the_tools_of_the_model_are_those_of_mcp,
    a_turn_at_a_time,
}

async fn the_model_answers_and_its_calls_are_made((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    let calls = [("add_task", json!({"title": "Milk"})), ("add_task", json!({"title": "Bread"}))];
    model.says(Reply::calls(&calls));
    model.says(Reply::text("I added milk and bread."));
    let answer = says(&ada, "I need milk and bread").await.is(200);
    let body = answer.json();
    assert_eq!(body["provider"], "openai-compatible");
    assert_eq!(body["response"], "I added milk and bread.");
    assert_eq!(body["tool_calls"].as_array().map(Vec::len), Some(2));
    assert_eq!(body["batch_id"], answer.batch());
    assert_eq!(ada.titles("/api/tasks").await, ["Bread", "Milk"]);
    let asked = model.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].head.contains(KEY));
    let messages = asked[1].body["messages"].as_array().expect("there are messages");
    let results: Vec<_> = messages.iter().filter(|message| message["role"] == "tool").collect();
    assert_eq!(results.len(), 2);
    let calls = messages.iter().find(|message| message["tool_calls"].is_array());
    let calls = &calls.expect("the model's own message goes back")["tool_calls"];
    for (place, result) in results.iter().enumerate() {
        assert_eq!(result["tool_call_id"], calls[place]["id"]);
    }
}

async fn the_model_is_told_what_was_said_before((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::text("Hello, Ada."));
    let place = says(&ada, "Hi, I am Ada").await.is(200).json()["conversation_id"].clone();
    model.says(Reply::text("Ada."));
    goes_on(&ada, &place, "Who am I?").await.is(200);
    let asked = model.asked();
    let messages = asked[1].body["messages"].as_array().expect("there are messages");
    let spoken = messages.iter().filter(|message| message["role"] != "system");
    let spoken: Vec<_> = spoken.map(|message| message["content"].clone()).collect();
    assert_eq!(spoken, ["Hi, I am Ada", "Hello, Ada.", "Who am I?"]);
}

async fn the_model_reaches_nobody_elses_tasks((test, model): (TestApp, ScriptedModel)) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let hers = ada.adds("seen by nobody but her").await;
    model.says(Reply::calls(&[
        ("get_task", json!({"task_id": hers})),
        ("complete_task", json!({"task_id": hers})),
        ("list_tasks", json!({"user_id": "ada"})),
    ]));
    model.says(Reply::text("I cannot see that."));
    let answer = says(&bob, &format!("Complete task {hers} of Ada")).await.is(200);
    assert!(!answer.text().contains("nobody but her"), "{}", answer.text());
    assert!(!model.asked()[1].body.to_string().contains("nobody but her"));
    assert_eq!(answer.json()["batch_id"], Value::Null);
    assert_eq!(ada.sees(hers).await["version"], 1);
}

async fn the_model_does_not_learn_who_it_talks_to((test, model): (TestApp, ScriptedModel)) {
    let user = test.member("u7VwXyZ").await;
    let task = user.adds("Milk").await;
    model.says(Reply::calls(&[("get_task", json!({"task_id": task})), ("list_tasks", json!({}))]));
    model.says(Reply::text("Milk."));
    says(&user, "what is there?").await.is(200);
    for asked in model.asked() {
        let body = asked.body.to_string().to_lowercase();
        assert!(!body.contains("u7vwxyz") && !body.contains("example.com"), "{body}");
    }
}

/// What a program that speaks MCP is told of the tools.
async fn listed_by_mcp(person: &Person) -> Vec<Value> {
    let token = person.token.as_deref().expect("they have a token");
    let request = axum::http::Request::post("/mcp")
        .header("host", "localhost:8000")
        .header("authorization", format!("Bearer {token}"))
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json")
        .header("mcp-protocol-version", "2025-11-25");
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}});
    let answer = person.send(request, body.to_string()).await.is(200).json();
    answer["result"]["tools"].as_array().expect("there are tools").clone()
}

async fn the_tools_of_the_model_are_those_of_mcp((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::text("Hello."));
    says(&ada, "hi").await.is(200);
    let told = |tool: &Value| {
        let [name, description, schema] =
            [&tool["name"], &tool["description"], &tool["inputSchema"]];
        let function = json!({"name": name, "description": description, "parameters": schema});
        json!({"type": "function", "function": function})
    };
    let mut expected: Vec<_> = listed_by_mcp(&ada).await.iter().map(told).collect();
    let mut found = model.asked()[0].body["tools"].as_array().expect("there are tools").clone();
    for tools in [&mut expected, &mut found] {
        tools.sort_by_key(|tool| tool["function"]["name"].to_string());
    }
    assert_eq!(found, expected);
}

async fn a_turn_at_a_time((test, model): (TestApp, ScriptedModel)) {
    let ada = test.ada().await;
    model.says(Reply::text("Hello."));
    let place = says(&ada, "hi").await.is(200).json()["conversation_id"].clone();
    let go = Arc::new(Notify::new());
    model.says(Reply::text("That was hard.").when(&go));
    let thinking = tokio::spawn({
        let (ada, place) = (ada.clone(), place.clone());
        async move { goes_on(&ada, &place, "think").await.is(200).json() }
    });
    until("the model is asked", async || model.asked().len() == 2).await;
    goes_on(&ada, &place, "quick").await.is(409).coded("turn_running");
    model.says(Reply::text("Elsewhere."));
    says(&ada, "and elsewhere?").await.is(200);
    go.notify_one();
    let answer = thinking.await.expect("it is answered");
    assert_eq!(answer["response"], "That was hard.");
    model.says(Reply::text("Here again."));
    goes_on(&ada, &place, "quick").await.is(200);
}
