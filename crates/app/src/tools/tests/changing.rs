//! Adding, changing, completing, deleting and undoing.

use super::*;

#[tokio::test]
async fn a_task_is_added_with_all_that_is_said() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let mut arguments = json!({
        "title": " Pay rent ",
        "description": "To the new account",
        "due_date": "2026-12-01T09:00",
        "priority": "high",
        "tags": ["home", "Money"],
        "recurrence_rule": "FREQ=MONTHLY",
        "recurrence_from": "due",
    });
    let answer = call(&test, &ada, "add_task", arguments.take()).await;
    let id = answer["task_id"].as_i64().expect("a number");
    assert_eq!((&answer["status"], &answer["title"]), (&json!("created"), &json!("Pay rent")));
    assert!(answer["batch_id"].is_string());
    let whole = get(&test, &ada, id).await;
    for (name, expected) in [
        ("description", json!("To the new account")),
        ("completed", json!(false)),
        ("due_date", json!("2026-12-01T09:00")),
        ("due_at", json!("2026-12-01T09:00:00.000Z")),
        ("priority", json!("high")),
        ("tags", json!(["home", "Money"])),
        ("recurrence_rule", json!("FREQ=MONTHLY")),
        ("recurrence_from", json!("due")),
        ("created_at", json!("2026-11-21T09:30:00.000Z")),
    ] {
        assert_eq!(whole[name], expected, "{name}");
    }
}

#[tokio::test]
async fn null_is_no_value() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let nothing = json!({"title": "Milk", "due_date": null, "tags": null, "description": null});
    let id = add(&test, &ada, nothing).await;
    assert_eq!(get(&test, &ada, id).await["tags"], json!([]));
    assert_eq!(titles(&test, &ada, json!({"status": null, "limit": null})).await, ["Milk"]);
}

#[tokio::test]
async fn completing_twice_is_completing() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let id = add(&test, &ada, json!({"title": "Milk"})).await;
    let first = call(&test, &ada, "complete_task", json!({"task_id": id})).await;
    assert_eq!(first["status"], "completed");
    assert!(first["batch_id"].is_string());
    let again = call(&test, &ada, "complete_task", json!({"task_id": id})).await;
    assert_eq!((&again["status"], &again["batch_id"]), (&json!("completed"), &Value::Null));
    let reopen = json!({"task_id": id, "completed": false});
    let reopened = call(&test, &ada, "complete_task", reopen.clone()).await;
    assert_eq!(reopened["status"], "reopened");
    let again = call(&test, &ada, "complete_task", reopen).await;
    assert_eq!((&again["status"], &again["batch_id"]), (&json!("reopened"), &Value::Null));
    assert_eq!(get(&test, &ada, id).await["completed"], false);
}

#[tokio::test]
async fn a_task_that_recurs_names_the_one_that_follows() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let arguments =
        json!({"title": "Water", "due_date": "2026-11-21", "recurrence_rule": "FREQ=DAILY"});
    let id = add(&test, &ada, arguments).await;
    let done = call(&test, &ada, "complete_task", json!({"task_id": id})).await;
    let next = done["next_task_id"].as_i64().expect("it recurs");
    assert_eq!(get(&test, &ada, next).await["due_date"], "2026-11-22");
    let again = call(&test, &ada, "complete_task", json!({"task_id": id})).await;
    assert_eq!(again["next_task_id"], Value::Null);
}

#[tokio::test]
async fn an_update_changes_what_is_given_and_null_clears() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let mut arguments = json!({
        "title": "Call mom", "description": "About the party", "due_date": "2026-11-22",
        "priority": "low", "tags": ["family"], "recurrence_rule": "FREQ=WEEKLY",
    });
    let id = add(&test, &ada, arguments.take()).await;
    let renamed =
        call(&test, &ada, "update_task", json!({"task_id": id, "title": "Call dad"})).await;
    assert_eq!((&renamed["status"], &renamed["title"]), (&json!("updated"), &json!("Call dad")));
    let before = get(&test, &ada, id).await;
    assert_eq!((&before["priority"], &before["tags"]), (&json!("low"), &json!(["family"])));
    let mut clear = json!({
        "task_id": id, "description": null, "due_date": null, "priority": null, "tags": null,
        "recurrence_rule": null,
    });
    call(&test, &ada, "update_task", clear.take()).await;
    let after = get(&test, &ada, id).await;
    for name in ["description", "due_date", "due_at", "priority", "recurrence_rule"] {
        assert_eq!(after[name], Value::Null, "{name}");
    }
    assert_eq!((&after["tags"], &after["title"]), (&json!([]), &json!("Call dad")));
    let same = json!({"task_id": id, "title": "Call dad"});
    assert_eq!(call(&test, &ada, "update_task", same).await["batch_id"], Value::Null);
}

#[tokio::test]
async fn what_was_deleted_is_gone_until_it_is_undone() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let id = add(&test, &ada, json!({"title": "Milk"})).await;
    let deleted = call(&test, &ada, "delete_task", json!({"task_id": id})).await;
    assert_eq!((&deleted["status"], &deleted["title"]), (&json!("deleted"), &json!("Milk")));
    let refusal = refused(&test, &ada, "delete_task", json!({"task_id": id})).await;
    assert_eq!(refusal, ToolRefusal::no_task(id));
    let undone = call(&test, &ada, "undo", json!({})).await;
    assert_eq!((&undone["status"], &undone["tasks"]), (&json!("undone"), &json!(1)));
    assert_eq!(undone["undoes"], deleted["batch_id"]);
    assert_eq!(titles(&test, &ada, json!({})).await, ["Milk"]);
    let redo = json!({"batch_id": undone["batch_id"]});
    call(&test, &ada, "undo", redo).await;
    assert!(titles(&test, &ada, json!({})).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_undone_says_why() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let refusal = refused(&test, &ada, "undo", json!({})).await;
    assert_eq!(refusal.code, "change_not_found");
    let added = call(&test, &ada, "add_task", json!({"title": "Milk"})).await;
    let foreign = refused(&test, &bob, "undo", json!({"batch_id": added["batch_id"]})).await;
    assert_eq!(foreign.code, "change_not_found");
    let mut rename = json!({"task_id": added["task_id"], "title": "Oat milk"});
    call(&test, &ada, "update_task", rename.take()).await;
    let refusal = refused(&test, &ada, "undo", json!({"batch_id": added["batch_id"]})).await;
    assert_eq!(refusal.code, "undo_conflict");
    assert!(refusal.message.ends_with("task 1 \"Oat milk\""), "{refusal}");
}

#[tokio::test]
async fn calls_of_one_batch_are_undone_together() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let batch = test.batch(&ada);
    for title in ["One", "Two"] {
        let task = json!({"title": title});
        let added = super::super::call(&test.app, &batch, "add_task", &task).await;
        let added = added.expect("it is added");
        assert_eq!(added["batch_id"], batch.id().as_str());
    }
    assert_eq!(call(&test, &ada, "undo", json!({})).await["tasks"], 2);
    assert!(titles(&test, &ada, json!({})).await.is_empty());
}
