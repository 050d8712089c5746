//! The tools, as programs of both revisions call them, for themselves and for
//! others.

use serde_json::{Value, json};

use super::{Client, NEW, OLD};
use crate::{agreed::Agreed, support::TestApp};

on_both_databases! {
    a_task_is_added_changed_completed_and_deleted,
    somebody_elses_task_is_as_good_as_none,
    a_call_is_undone_as_one,
    the_history_names_the_program,
}

on_any_database! {
    every_tool_says_what_it_is,
    what_the_model_can_repair_is_an_answer,
    whose_tasks_they_are_is_not_an_argument,
}

async fn a_task_is_added_changed_completed_and_deleted(test: TestApp) {
    let ada = test.ada().await;
    for revision in [OLD, NEW] {
        let client = Client::of(&ada, revision);
        let added = client
            .calls(
                "add_task",
                json!({"title": "Buy milk", "due_date": "2026-11-22", "tags": ["home"]}),
            )
            .await;
        assert_eq!((&added["status"], &added["title"]), (&json!("created"), &json!("Buy milk")));
        let id = added["task_id"].clone();
        let list = client.calls("list_tasks", json!({"status": "pending", "tag": "home"})).await;
        assert_eq!(list["tasks"][0]["task_id"], id);
        let updated = client.calls("update_task", json!({"task_id": id, "title": "Bread"})).await;
        assert_eq!(updated["status"], "updated");
        for _ in 0..2 {
            let done = client.calls("complete_task", json!({"task_id": id})).await;
            assert_eq!(done["status"], "completed");
        }
        let whole = client.calls("get_task", json!({"task_id": id})).await;
        assert_eq!((&whole["title"], &whole["completed"]), (&json!("Bread"), &json!(true)));
        let deleted = client.calls("delete_task", json!({"task_id": id})).await;
        assert_eq!(deleted["status"], "deleted");
        let (code, ..) = client.is_told("delete_task", json!({"task_id": id})).await;
        assert_eq!(code, "task_not_found");
    }
    assert_eq!(ada.titles("/api/trash").await, ["Bread", "Bread"]);
}

async fn somebody_elses_task_is_as_good_as_none(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let hers = ada.adds("hers").await;
    for client in [Client::of(&bob, OLD), Client::of(&bob, NEW), Client::of(&bob, NEW).that_asks()]
    {
        assert_eq!(client.calls("list_tasks", json!({})).await["total"], 0);
        for tool in ["get_task", "complete_task", "delete_task", "update_task"] {
            let mut found = Vec::new();
            for id in [hers, 999_999] {
                let mut arguments = json!({"task_id": id});
                if tool == "update_task" {
                    arguments["title"] = json!("mine");
                }
                let (code, message, field) = client.is_told(tool, arguments).await;
                found.push((code, message.replace(&id.to_string(), "N"), field));
            }
            assert_eq!(found[0], found[1], "{tool}");
        }
    }
    assert_eq!(ada.titles("/api/tasks").await, ["hers"]);
}

async fn a_call_is_undone_as_one(test: TestApp) {
    let ada = test.ada().await;
    let client = Client::of(&ada, NEW);
    let id = client.adds("x").await;
    let done = client.calls("complete_task", json!({"task_id": id})).await;
    let other = client.adds("y").await;
    let undone = client.calls("undo", json!({"batch_id": done["batch_id"]})).await;
    assert_eq!((&undone["status"], &undone["tasks"]), (&json!("undone"), &json!(1)));
    assert_eq!(ada.sees(id).await["completed"], false);
    assert_eq!(ada.sees(other).await["title"], "y");
}

async fn the_history_names_the_program(test: TestApp) {
    let ada = test.ada().await;
    Client::of(&ada, NEW).adds("by a program that says its name").await;
    let robot = ada.makes_token(&["read", "write"]).await;
    Client::of(&robot, OLD).adds("by one that has a token").await;
    Client::of(&ada, OLD).adds("by one that has neither").await;
    let changes = ada.get("/api/changes").await.is(200).json();
    let changes = changes["changes"].as_array().expect("changes are a list").clone();
    let authors: Vec<_> = changes.iter().map(|change| change["actor"].clone()).collect();
    let expected = [json!("test program"), json!("robot"), Value::Null];
    for (author, name) in authors.iter().zip(expected) {
        assert_eq!((&author["kind"], &author["name"]), (&json!("mcp"), &name), "{author}");
    }
    assert_eq!(authors.len(), 3);
}

/// What programs and models choose by.
const TOOLS: Agreed =
    Agreed { what: "tools", text: include_str!("tools.json"), file: "mcp/tools.json" };

async fn every_tool_says_what_it_is(test: TestApp) {
    let ada = test.ada().await;
    for revision in [OLD, NEW] {
        let list = Client::of(&ada, revision).gets("tools/list", json!({})).await;
        TOOLS.is(&list["tools"]);
        let tools = list["tools"].as_array().expect("tools are a list");
        let names: Vec<_> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
        for name in ["add_task", "list_tasks", "complete_task", "delete_task", "update_task"] {
            assert!(names.contains(&name), "{names:?}");
        }
        for tool in tools {
            let hints = &tool["annotations"];
            for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
                assert!(hints[hint].is_boolean(), "{tool}");
            }
            assert!(hints["title"].is_string() && tool["title"].is_string(), "{tool}");
            assert!(tool["description"].is_string(), "{tool}");
            assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
            assert_eq!(tool["outputSchema"]["type"], "object", "{tool}");
        }
    }
}

async fn what_the_model_can_repair_is_an_answer(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    for revision in [OLD, NEW] {
        let client = Client::of(&ada, revision);
        for (tool, arguments, field) in [
            ("add_task", json!({}), "title"),
            ("add_task", json!({"title": "  "}), "title"),
            ("add_task", json!({"title": "x".repeat(201)}), "title"),
            ("add_task", json!({"title": 5}), "title"),
            ("list_tasks", json!({"status": "nonsense"}), "status"),
            ("complete_task", json!({"task_id": 9_007_199_254_740_993_i64}), "task_id"),
            ("complete_task", json!({"task_id": "x"}), "task_id"),
        ] {
            let (code, message, found) = client.is_told(tool, arguments.clone()).await;
            assert_eq!(found, field, "{tool} {arguments}: {code} {message}");
        }
        client.is_told("update_task", json!({"task_id": id})).await;
        client.is_told("add_task", json!({"title": "x", "surprise": 1})).await;
    }
    assert_eq!(ada.titles("/api/tasks").await, ["x"]);
}

async fn whose_tasks_they_are_is_not_an_argument(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    ada.adds("hers").await;
    let client = Client::of(&bob, NEW);
    client.is_told("add_task", json!({"title": "for another", "user_id": "ada"})).await;
    client.is_told("list_tasks", json!({"user_id": "ada"})).await;
    client.calls("add_task", json!({"title": "for himself", "user_id": "bob"})).await;
    assert_eq!(ada.titles("/api/tasks").await, ["hers"]);
    assert_eq!(bob.titles("/api/tasks").await, ["for himself"]);
}
