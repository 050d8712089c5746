//! Before a task is deleted, a program that can ask its user does.

use serde_json::{Value, json};

use super::{Client, NEW, OLD};
use crate::support::TestApp;

on_both_databases! {
    a_task_is_deleted_when_its_user_says_yes,
    a_task_stays_when_its_user_does_not_say_yes,
    an_answer_is_good_for_one_task_of_one_user_and_not_for_long,
    a_yes_counts_once_also_when_the_task_is_brought_back,
    who_may_not_read_is_asked_without_the_title,
}

on_any_database! {
    programs_that_cannot_ask_delete_at_once,
    nobody_is_asked_about_what_cannot_be,
}

/// A call of `delete_task`, with what goes along.
fn deletion(id: i64, more: &Value) -> Value {
    let mut params = json!({"name": "delete_task", "arguments": {"task_id": id}});
    for (name, value) in more.as_object().into_iter().flatten() {
        params[name] = value.clone();
    }
    params
}

/// What the user said, to the question that was asked.
fn answered(state: &Value, answer: Value) -> Value {
    json!({"requestState": state, "inputResponses": {"confirm": answer}})
}

/// Asks to delete; the question.
async fn question(client: &Client, id: i64) -> Value {
    let result = client.gets("tools/call", deletion(id, &json!({}))).await;
    assert_eq!(result["resultType"], "input_required", "{result}");
    let request = &result["inputRequests"]["confirm"];
    assert_eq!(request["method"], "elicitation/create", "{result}");
    result
}

async fn a_task_is_deleted_when_its_user_says_yes(test: TestApp) {
    let ada = test.ada().await;
    let client = Client::of(&ada, NEW).that_asks();
    let id = client.adds("Buy milk").await;
    let asked = question(&client, id).await;
    let form = &asked["inputRequests"]["confirm"]["params"];
    assert!(form["message"].as_str().is_some_and(|text| text.contains("Buy milk")), "{form}");
    assert_eq!(form["requestedSchema"]["properties"]["confirm"]["type"], "boolean");
    assert_eq!(ada.titles("/api/tasks").await, ["Buy milk"]);
    let yes = json!({"action": "accept", "content": {"confirm": true}});
    let yes = answered(&asked["requestState"], yes);
    let done = client.gets("tools/call", deletion(id, &yes)).await;
    assert_eq!(done["structuredContent"]["status"], "deleted", "{done}");
    assert!(ada.titles("/api/tasks").await.is_empty());
    // Once more: the task is gone, whatever was said.
    let again = client.gets("tools/call", deletion(id, &yes)).await;
    assert_eq!(again["structuredContent"]["code"], "task_not_found", "{again}");
}

async fn a_task_stays_when_its_user_does_not_say_yes(test: TestApp) {
    let ada = test.ada().await;
    let client = Client::of(&ada, NEW).that_asks();
    let id = client.adds("x").await;
    let state = question(&client, id).await["requestState"].clone();
    for answer in [
        json!({"action": "decline"}),
        json!({"action": "cancel"}),
        json!({"action": "accept", "content": {"confirm": false}}),
    ] {
        let result = client.gets("tools/call", deletion(id, &answered(&state, answer))).await;
        assert_eq!(result["isError"], true, "{result}");
        assert_eq!(result["structuredContent"]["code"], "not_confirmed", "{result}");
    }
    // What is no answer is asked for again.
    for answer in [
        json!({"action": "accept"}),
        json!({"action": "accept", "content": {"confirm": "yes"}}),
        json!({"action": "maybe"}),
        json!("yes"),
        json!(null),
    ] {
        let result = client.gets("tools/call", deletion(id, &answered(&state, answer))).await;
        assert_eq!(result["resultType"], "input_required", "{result}");
    }
    let other = json!({"requestState": state, "inputResponses": {"other": {"action": "accept"}}});
    let result = client.gets("tools/call", deletion(id, &other)).await;
    assert_eq!(result["resultType"], "input_required", "{result}");
    assert_eq!(ada.titles("/api/tasks").await, ["x"]);
}

async fn an_answer_is_good_for_one_task_of_one_user_and_not_for_long(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let (hers, his) = (Client::of(&ada, NEW).that_asks(), Client::of(&bob, NEW).that_asks());
    let (id, other, bobs) = (hers.adds("x").await, hers.adds("y").await, his.adds("z").await);
    let state = question(&hers, id).await["requestState"].clone();
    let yes = json!({"action": "accept", "content": {"confirm": true}});
    let refused = async |client: &Client, id: i64, state: &Value| {
        let sent = deletion(id, &answered(state, yes.clone()));
        let result = client.gets("tools/call", sent).await;
        assert_eq!(result["structuredContent"]["code"], "confirmation_expired", "{result}");
    };
    refused(&hers, other, &state).await;
    refused(&his, bobs, &state).await;
    let sealed = state.as_str().expect("it is a text").to_owned();
    for forged in ["x".to_owned(), format!("{sealed}A"), sealed[1..].to_owned(), String::new()] {
        refused(&hers, id, &json!(forged)).await;
    }
    // An answer without a question is none.
    let result =
        hers.gets("tools/call", deletion(id, &json!({"inputResponses": {"confirm": yes}}))).await;
    assert_eq!(result["resultType"], "input_required", "{result}");
    test.clock.advance_seconds(600);
    refused(&hers, id, &state).await;
    assert_eq!(ada.titles("/api/tasks").await, ["y", "x"]);
    assert_eq!(bob.titles("/api/tasks").await, ["z"]);
}

async fn a_yes_counts_once_also_when_the_task_is_brought_back(test: TestApp) {
    let ada = test.ada().await;
    let client = Client::of(&ada, NEW).that_asks();
    let id = client.adds("x").await;
    let state = question(&client, id).await["requestState"].clone();
    let yes = answered(&state, json!({"action": "accept", "content": {"confirm": true}}));
    let done = client.gets("tools/call", deletion(id, &yes)).await;
    assert_eq!(done["structuredContent"]["status"], "deleted", "{done}");
    client.calls("undo", json!({})).await;
    assert_eq!(ada.titles("/api/tasks").await, ["x"]);
    let again = client.gets("tools/call", deletion(id, &yes)).await;
    assert_eq!(again["structuredContent"]["code"], "confirmation_expired", "{again}");
    assert_eq!(ada.titles("/api/tasks").await, ["x"]);
}

async fn who_may_not_read_is_asked_without_the_title(test: TestApp) {
    let ada = test.ada().await;
    let id = Client::of(&ada, NEW).adds("Secret").await;
    let client = Client::of(&ada.makes_token(&["write", "delete"]).await, NEW).that_asks();
    let asked = question(&client, id).await;
    let message = &asked["inputRequests"]["confirm"]["params"]["message"];
    assert!(message.as_str().is_some_and(|text| text.contains(&format!("task {id}?"))), "{asked}");
    assert!(!asked.to_string().contains("Secret"), "{asked}");
    assert_eq!(ada.titles("/api/tasks").await, ["Secret"]);
}

async fn programs_that_cannot_ask_delete_at_once(test: TestApp) {
    let ada = test.ada().await;
    for client in [Client::of(&ada, NEW), Client::of(&ada, OLD), Client::of(&ada, OLD).that_asks()]
    {
        let id = client.adds("x").await;
        assert_eq!(client.calls("delete_task", json!({"task_id": id})).await["status"], "deleted");
    }
}

async fn nobody_is_asked_about_what_cannot_be(test: TestApp) {
    let ada = test.ada().await;
    let client = Client::of(&ada, NEW).that_asks();
    let id = client.adds("x").await;
    for arguments in [
        json!({}),
        json!({"task_id": 999_999}),
        json!({"task_id": id, "surprise": 1}),
        json!({"task_id": id, "user_id": "bob"}),
    ] {
        client.is_told("delete_task", arguments).await;
    }
    // A reader would be refused afterwards, so is at once.
    let reader = Client::of(&ada.makes_token(&["read"]).await, NEW).that_asks();
    assert_eq!(reader.is_told("delete_task", json!({"task_id": id})).await.0, "insufficient_scope");
    assert_eq!(ada.titles("/api/tasks").await, ["x"]);
}
