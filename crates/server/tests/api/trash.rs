//! What was deleted: it can be seen, comes back, or is gone for good.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{DAY, Database, Person, TestApp, until};

on_both_databases! {
    what_is_deleted_is_in_the_trash_and_nowhere_else,
    what_comes_back_is_as_it_was,
    what_is_removed_for_good_does_not_come_back,
    the_trash_is_emptied_at_once,
    the_trash_is_a_list_with_pages,
    somebody_elses_trash_is_nobody_elses_business,
    a_token_does_only_what_it_was_made_for,
    of_two_who_restore_at_once_one_finds_it_there,
    what_is_old_goes_after_a_write,
    a_large_trash_is_emptied,
}

on_any_database! {
    how_long_it_is_kept_is_the_operators_choice,
}

async fn trash(person: &Person) -> Vec<Value> {
    let trash = person.get("/api/trash").await.is(200).json();
    let path = format!("/api/{}/trash", person.id);
    assert_eq!(person.get(&path).await.is(200).json(), trash);
    trash["tasks"].as_array().expect("a list").clone()
}

async fn deletes(person: &Person, id: i64) {
    person.delete(&format!("/api/tasks/{id}")).await.is(204);
}

async fn what_is_deleted_is_in_the_trash_and_nowhere_else(test: TestApp) {
    let ada = test.ada().await;
    let task = json!({"title": "Pay rent", "due_date": "2026-11-20", "tags": ["home"]});
    let task = ada.makes(task).await;
    let path = format!("/api/tasks/{}", task["id"]);
    test.clock.advance_seconds(60);
    assert!(ada.delete(&path).await.is(204).has("x-batch-id"));
    let found = trash(&ada).await;
    assert_eq!(found.len(), 1);
    for field in ["id", "title", "due_date", "due_at", "tags", "user_id", "created_at"] {
        assert_eq!(found[0][field], task[field], "{field}");
    }
    assert_eq!(found[0]["deleted_at"], "2026-11-21T09:31:00.000Z");
    for query in ["", "?q=rent", "?overdue=true", "?tag=home", "?sort=due_date", "?status=all"] {
        let list = ada.get(&format!("/api/tasks{query}")).await.is(200).json();
        assert_eq!((&list["tasks"], &list["total"]), (&json!([]), &json!(0)), "{query}");
    }
    assert_eq!(ada.get("/api/tags").await.json(), json!([]));
    assert_eq!(ada.get("/api/tasks/stats").await.json()["total"], 0);
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::PUT, path.clone()),
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::PATCH, format!("{path}/complete")),
    ] {
        let answer = ada.sends(method, &path, &json!({"title": "x"})).await.is(404);
        answer.saying("Task not found").coded("task_not_found");
    }
    // Nobody learns that it is there: 404 is for everyone.
    test.bob().await.get(&path).await.is(404);
}

async fn what_comes_back_is_as_it_was(test: TestApp) {
    let ada = test.ada().await;
    let before = ada
        .makes(json!({
            "title": "Pay rent",
            "description": "to Bo",
            "due_date": "2026-11-30T09:00",
            "priority": "high",
            "tags": ["home", "Money"],
            "recurrence_rule": "monthly",
            "completed": true,
        }))
        .await;
    let path = format!("/api/tasks/{}", before["id"]);
    for restore in [format!("{path}/restore"), format!("/api/ada/tasks/{}/restore", before["id"])] {
        ada.delete(&path).await.is(204);
        let answer = ada.post(&restore, json!({})).await.is(200);
        let after = answer.json();
        let mut expected = before.clone();
        expected["version"] = after["version"].clone();
        expected["updated_at"] = after["updated_at"].clone();
        assert_eq!(after, expected);
        assert!(answer.has("x-batch-id"));
        assert_eq!(ada.get(&path).await.is(200).json(), after);
        assert!(trash(&ada).await.is_empty());
    }
    assert_eq!(ada.get("/api/tasks?completed=true").await.json()["total"], 1);
    assert_eq!(ada.get("/api/tags").await.json().as_array().map(Vec::len), Some(2));
    // What is on the list stays there, and that is no change.
    let again = ada.post(&format!("{path}/restore"), json!({})).await.is(200);
    assert!(!again.has("x-batch-id"));
    assert_eq!(again.json(), ada.get(&path).await.json());
    ada.post("/api/tasks/99/restore", json!({})).await.is(404).coded("task_not_found");
}

async fn what_is_removed_for_good_does_not_come_back(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    let purge = format!("/api/trash/{id}");
    // Only what is in the trash can be removed from there.
    ada.delete(&purge).await.is(404).coded("task_not_found");
    deletes(&ada, id).await;
    assert!(ada.delete(&purge).await.is(204).body.is_empty());
    ada.delete(&purge).await.is(404);
    ada.post(&format!("/api/tasks/{id}/restore"), json!({})).await.is(404);
    ada.get(&format!("/api/tasks/{id}")).await.is(404);
    assert!(trash(&ada).await.is_empty());
    let changes = ada.get("/api/changes").await.is(200).json();
    let actions: Vec<_> = changes["changes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|change| change["action"].clone())
        .collect();
    assert_eq!(actions, ["created", "deleted", "purged"]);
    assert_eq!(changes["changes"][2]["before"], Value::Null);
    assert_eq!(changes["changes"][2]["after"], Value::Null);
    // The number is not given again.
    assert_ne!(ada.adds("y").await, id);
}

async fn the_trash_is_emptied_at_once(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    for person in [&ada, &bob] {
        for title in ["a", "b", "c"] {
            let id = person.adds(title).await;
            deletes(person, id).await;
        }
    }
    let kept = ada.adds("kept").await;
    let batch = ada.delete("/api/trash").await.is(204).batch();
    assert!(trash(&ada).await.is_empty());
    ada.sees(kept).await;
    assert_eq!(trash(&bob).await.len(), 3);
    let changes = ada.get("/api/changes?after=7").await.is(200).json();
    let changes = changes["changes"].as_array().expect("a list").clone();
    assert_eq!(changes.len(), 3);
    for change in changes {
        assert_eq!((&change["action"], &change["batch_id"]), (&json!("purged"), &json!(batch)));
    }
    // Nothing in it is nothing to do.
    assert!(!ada.delete("/api/ada/trash").await.is(204).has("x-batch-id"));
}

async fn the_trash_is_a_list_with_pages(test: TestApp) {
    let ada = test.ada().await;
    for number in 0..5 {
        ada.adds(&number.to_string()).await;
    }
    // What was deleted last comes first, whenever it was made.
    for id in [2, 5, 1, 4] {
        deletes(&ada, id).await;
        test.clock.advance_seconds(1);
    }
    for (query, expected) in [
        ("", &["3", "0", "4", "1"][..]),
        ("limit=2", &["3", "0"]),
        ("limit=2&offset=1", &["0", "4"]),
        ("offset=4", &[]),
        ("offset=9223372036854775807", &[]),
    ] {
        let path = format!("/api/trash?{query}");
        assert_eq!(ada.titles(&path).await, expected, "{query}");
        assert_eq!(ada.get(&path).await.json()["total"], 4);
    }
    let page = ada.get("/api/trash?limit=2&offset=1").await.json();
    assert_eq!((&page["limit"], &page["offset"]), (&json!(2), &json!(1)));
    // It has all that a list has; its pages are reached by their offset.
    assert_eq!(page.get("next_cursor"), Some(&Value::Null));
    for (query, problem) in [
        ("limit=0", "query.limit greater_than_equal"),
        ("limit=1001", "query.limit less_than_equal"),
        ("offset=-1", "query.offset greater_than_equal"),
        ("limit=x", "query.limit int_parsing"),
    ] {
        assert_eq!(ada.get(&format!("/api/trash?{query}")).await.problems(), [problem]);
    }
}

async fn somebody_elses_trash_is_nobody_elses_business(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let id = ada.adds("hers").await;
    deletes(&ada, id).await;
    let before = trash(&ada).await;
    assert!(trash(&bob).await.is_empty());
    bob.post(&format!("/api/tasks/{id}/restore"), json!({})).await.is(404);
    bob.delete(&format!("/api/trash/{id}")).await.is(404);
    bob.delete("/api/trash").await.is(204);
    for (method, path) in [
        (Method::GET, "/api/ada/trash".to_owned()),
        (Method::DELETE, "/api/ada/trash".to_owned()),
        (Method::DELETE, format!("/api/ada/trash/{id}")),
        (Method::POST, format!("/api/ada/tasks/{id}/restore")),
    ] {
        bob.sends(method.clone(), &path, &json!({})).await.is(403).coded("access_denied");
        test.nobody().sends(method, &path, &json!({})).await.is(401);
    }
    assert_eq!(trash(&ada).await, before);
    // Restoring what is on somebody's list: it exists, and is not his.
    let other = ada.adds("on the list").await;
    bob.post(&format!("/api/tasks/{other}/restore"), json!({})).await.is(403);
}

async fn a_token_does_only_what_it_was_made_for(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    for (scope, read, write, delete) in
        [("read", 200, 403, 403), ("write", 403, 200, 403), ("delete", 403, 403, 204)]
    {
        let robot = ada.makes_token(&[scope]).await;
        let id = ada.adds("x").await;
        deletes(&ada, id).await;
        robot.get("/api/trash").await.is(read);
        robot.delete(&format!("/api/trash/{id}")).await.is(delete);
        robot.delete("/api/trash").await.is(delete);
        let id = ada.adds("y").await;
        deletes(&ada, id).await;
        robot.post(&format!("/api/tasks/{id}/restore"), json!({})).await.is(write);
    }
}

async fn of_two_who_restore_at_once_one_finds_it_there(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    deletes(&ada, id).await;
    let path = format!("/api/tasks/{id}/restore");
    let (one, other) = tokio::join!(ada.post(&path, json!({})), ada.post(&path, json!({})));
    assert_eq!(usize::from(one.has("x-batch-id")) + usize::from(other.has("x-batch-id")), 1);
    assert_eq!(one.is(200).json(), other.is(200).json());
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 1);
    assert!(trash(&ada).await.is_empty());
}

async fn what_is_old_goes_after_a_write(test: TestApp) {
    let ada = test.ada().await;
    let old = ada.adds("old").await;
    deletes(&ada, old).await;
    test.clock.advance_seconds(20 * DAY);
    let young = ada.adds("young").await;
    deletes(&ada, young).await;
    test.clock.advance_seconds(10 * DAY + 1);
    // Looking removes nothing.
    assert_eq!(trash(&ada).await.len(), 2);
    ada.adds("a write").await;
    let left = async || ada.get("/api/trash").await.is(200).json()["total"].clone();
    until("the old task is gone", async || left().await == 1).await;
    assert_eq!(trash(&ada).await[0]["id"], young);
    // The feed says so to whoever has seen it in the trash.
    let feed = ada.get("/api/changes?after=4&limit=1000").await.is(200).json();
    let purged = feed["changes"].as_array().expect("a list").iter();
    let purged: Vec<_> = purged.filter(|change| change["action"] == "purged").collect();
    assert_eq!(purged.len(), 1);
    assert_eq!(purged[0]["task_id"], old);
    ada.post(&format!("/api/tasks/{old}/restore"), json!({})).await.is(404);
}

async fn a_large_trash_is_emptied(test: TestApp) {
    let ada = test.ada().await;
    for _ in 0..3 {
        let mut ids = Vec::new();
        for number in 0..400 {
            ids.push(ada.adds(&number.to_string()).await);
        }
        let body = json!({"ids": ids, "action": "delete"});
        ada.post("/api/tasks/bulk", body).await.is(200);
    }
    assert_eq!(ada.get("/api/trash?limit=1").await.json()["total"], 1200);
    ada.delete("/api/trash").await.is(204);
    assert_eq!(ada.get("/api/trash?limit=1").await.json()["total"], 0);
    assert_eq!(ada.get("/api/changes?limit=1").await.json()["latest"], 3600);
}

async fn how_long_it_is_kept_is_the_operators_choice(database: Database) {
    let test = TestApp::with(&database, |setup| setup.settings.trash_days = 2).await;
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    deletes(&ada, id).await;
    test.clock.advance_seconds(2 * DAY + 1);
    ada.adds("a write").await;
    let left = async || ada.get("/api/trash").await.is(200).json()["total"].clone();
    until("the task is gone", async || left().await == 0).await;
}
