//! Undoing, and undoing that.

use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp};

on_both_databases! {
    each_change_can_be_undone_and_done_again,
    what_is_undone_is_as_it_was,
    a_whole_batch_is_undone_by_any_of_its_changes,
    one_can_go_back_step_by_step,
    a_task_that_changed_since_is_in_the_way,
    force_undoes_what_happened_since,
    what_is_gone_for_good_stays_gone,
    completing_a_recurring_task_is_undone_with_its_successor,
    what_is_no_undo_is_refused,
    a_token_needs_to_be_made_for_what_undoing_does,
    of_two_who_undo_at_once_one_finds_it_changed,
}

async fn undoes(person: &Person, change: i64) -> Answer {
    person.post(&format!("/api/changes/{change}/undo"), json!({})).await
}

async fn latest(person: &Person) -> i64 {
    person.get("/api/changes?limit=1").await.is(200).json()["latest"].as_i64().expect("a number")
}

/// All that a user sees of their tasks, but what counts on.
async fn state(person: &Person) -> Vec<Value> {
    let mut state = Vec::new();
    for path in ["/api/tasks", "/api/trash"] {
        for mut task in
            person.get(path).await.is(200).json()["tasks"].as_array().expect("a list").clone()
        {
            let members = task.as_object_mut().expect("an object");
            for counts_on in ["version", "updated_at", "deleted_at"] {
                members.remove(counts_on);
            }
            state.push(task);
        }
    }
    state
}

async fn each_change_can_be_undone_and_done_again(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    let path = format!("/api/tasks/{id}");
    let plan = json!({"title": "y", "priority": "high", "tags": ["a"], "due_date": "2026-11-22"});
    ada.patch(&path, plan).await.is(200);
    ada.patch(&path, json!({"recurrence_rule": "daily"})).await.is(200);
    for what in ["patch", "complete", "delete", "restore"] {
        let before = state(&ada).await;
        let answer = match what {
            "patch" => ada.patch(&path, json!({"title": "z"})).await.is(200),
            "complete" => ada.toggles(id).await.is(200),
            "delete" => ada.delete(&path).await.is(204),
            _ => ada.post(&format!("{path}/restore"), json!({})).await.is(200),
        };
        let after = state(&ada).await;
        let undone = undoes(&ada, latest(&ada).await).await.is(200);
        assert_eq!(undone.json()["undoes"], answer.batch(), "{what}");
        assert_eq!(undone.json()["batch_id"], undone.batch(), "{what}");
        // A task that followed is in the trash, where it had not been.
        let is_first = |task: &Value| task["previous_task_id"].is_null();
        let mut now = state(&ada).await;
        now.retain(is_first);
        assert_eq!(now, before, "{what}");
        // Undoing that is doing it again.
        let again = undoes(&ada, latest(&ada).await).await.is(200);
        assert_eq!(again.json()["undoes"], undone.batch(), "{what}");
        assert_eq!(state(&ada).await, after, "{what}");
        if what == "complete" {
            undoes(&ada, latest(&ada).await).await.is(200);
            ada.delete("/api/trash").await.is(204);
        }
    }
}

async fn what_is_undone_is_as_it_was(test: TestApp) {
    let ada = test.ada().await;
    let before = ada
        .makes(json!({
            "title": "x",
            "description": "y",
            "due_date": "2026-11-22T10:00",
            "priority": "low",
            "tags": ["B", "a"],
            "recurrence_rule": "weekly",
            "recurrence_from": "completion",
        }))
        .await;
    let path = format!("/api/tasks/{}", before["id"]);
    test.clock.advance_seconds(60);
    let other = json!({
        "title": "other",
        "description": null,
        "due_date": "2027-01-01",
        "priority": null,
        "tags": [],
        "recurrence_rule": "daily",
        "recurrence_from": "due",
    });
    ada.patch(&path, other).await.is(200);
    let undone = undoes(&ada, 2).await.is(200).json();
    let after = ada.get(&path).await.is(200).json();
    assert_eq!(undone["tasks"], json!([after]));
    assert_eq!(undone["trashed"], json!([]));
    let mut expected = before;
    // The version counts on: it never names two states.
    expected["version"] = json!(3);
    expected["updated_at"] = after["updated_at"].clone();
    assert_eq!(after, expected);
    let change = ada.get("/api/changes?after=2").await.json()["changes"][0].clone();
    assert_eq!(change["undoes"], undone["undoes"]);
    assert_eq!(change["batch_id"], undone["batch_id"]);
    assert_eq!(change["after"], after);
}

async fn a_whole_batch_is_undone_by_any_of_its_changes(test: TestApp) {
    let ada = test.ada().await;
    let ids = [ada.adds("a").await, ada.adds("b").await, ada.adds("c").await];
    let before = state(&ada).await;
    let body = json!({"ids": ids, "action": "update", "patch": {"title": "all alike"}});
    ada.post("/api/tasks/bulk", body).await.is(200);
    let undone = undoes(&ada, 5).await.is(200).json();
    assert_eq!(undone["tasks"].as_array().map(Vec::len), Some(3));
    assert_eq!(state(&ada).await, before);
}

async fn one_can_go_back_step_by_step(test: TestApp) {
    let ada = test.ada().await;
    let fresh = ada.adds("d").await;
    let path = format!("/api/tasks/{fresh}");
    ada.patch(&path, json!({"title": "e"})).await.is(200);
    ada.patch(&path, json!({"title": "f"})).await.is(200);
    // An earlier step is in nobody's way once the later ones are undone.
    undoes(&ada, 2).await.is(409);
    undoes(&ada, 3).await.is(200);
    undoes(&ada, 2).await.is(200);
    assert_eq!(ada.sees(fresh).await["title"], "d");
    // Making a task is undone by putting it into the trash.
    let undone = undoes(&ada, 1).await.is(200).json();
    assert_eq!((&undone["tasks"], &undone["trashed"]), (&json!([]), &json!([fresh])));
    assert_eq!(ada.get("/api/trash").await.json()["tasks"][0]["id"], fresh);
    undoes(&ada, latest(&ada).await).await.is(200);
    assert_eq!(ada.sees(fresh).await["title"], "d");
}

async fn a_task_that_changed_since_is_in_the_way(test: TestApp) {
    let ada = test.ada().await;
    let ids: Vec<i64> = [
        ada.adds("stays").await,
        ada.adds("changes").await,
        ada.adds("goes").await,
        ada.adds("is gone").await,
    ]
    .to_vec();
    let body = json!({"ids": ids, "action": "complete"});
    ada.post("/api/tasks/bulk", body).await.is(200);
    ada.patch(&format!("/api/tasks/{}", ids[1]), json!({"title": "changed"})).await.is(200);
    ada.delete(&format!("/api/tasks/{}", ids[2])).await.is(204);
    ada.delete(&format!("/api/tasks/{}", ids[3])).await.is(204);
    ada.delete(&format!("/api/trash/{}", ids[3])).await.is(204);
    let before = (state(&ada).await, latest(&ada).await);
    let refused = undoes(&ada, 5).await.is(409).coded("undo_conflict");
    assert!(!refused.has("x-batch-id"));
    assert_eq!(
        refused.json()["tasks"],
        json!([
            {"task_id": ids[1], "reason": "changed", "task": ada.sees(ids[1]).await},
            {"task_id": ids[2], "reason": "deleted", "task": null},
            {"task_id": ids[3], "reason": "purged", "task": null},
        ])
    );
    assert_eq!((state(&ada).await, latest(&ada).await), before);
}

async fn force_undoes_what_happened_since(test: TestApp) {
    let ada = test.ada().await;
    let (one, other) = (ada.adds("one").await, ada.adds("other").await);
    let body = json!({"ids": [one, other], "action": "update", "patch": {"priority": "high"}});
    ada.post("/api/tasks/bulk", body).await.is(200);
    ada.patch(&format!("/api/tasks/{one}"), json!({"title": "renamed"})).await.is(200);
    ada.delete(&format!("/api/tasks/{other}")).await.is(204);
    undoes(&ada, 3).await.is(409);
    let path = "/api/ada/changes/3/undo";
    ada.post(path, json!({"force": false})).await.is(409);
    let undone = ada.post(path, json!({"force": true})).await.is(200).json();
    assert_eq!(undone["tasks"].as_array().map(Vec::len), Some(2));
    for (id, title) in [(one, "one"), (other, "other")] {
        let task = ada.sees(id).await;
        assert_eq!((&task["title"], &task["priority"]), (&json!(title), &Value::Null));
    }
}

async fn what_is_gone_for_good_stays_gone(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    ada.delete(&format!("/api/tasks/{id}")).await.is(204);
    ada.delete(&format!("/api/trash/{id}")).await.is(204);
    for change in [1, 2, 3] {
        let refused = undoes(&ada, change).await.is(409).json();
        assert_eq!(refused["tasks"], json!([{"task_id": id, "reason": "purged", "task": null}]));
        let path = format!("/api/changes/{change}/undo");
        let answer = ada.post(&path, json!({"force": true})).await.is(200);
        assert!(!answer.has("x-batch-id"));
        assert_eq!(answer.json()["batch_id"], Value::Null);
    }
    ada.get(&format!("/api/tasks/{id}")).await.is(404);
    assert_eq!(latest(&ada).await, 3);
}

async fn completing_a_recurring_task_is_undone_with_its_successor(test: TestApp) {
    let ada = test.ada().await;
    let task = json!({"title": "x", "due_date": "2026-11-21", "recurrence_rule": "daily"});
    let id = ada.makes(task).await["id"].as_i64().expect("a number");
    let next = ada.toggles(id).await.is(200).json()["next_task_id"].clone();
    let undone = undoes(&ada, 2).await.is(200).json();
    assert_eq!(undone["trashed"], json!([next]));
    let task = ada.sees(id).await;
    assert_eq!((&task["completed"], &task["next_task_id"]), (&json!(false), &Value::Null));
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 1);
    // Done once more, it is followed once more.
    let again = ada.toggles(id).await.is(200).json();
    assert!(again["next_task_id"].is_i64());
    assert_ne!(again["next_task_id"], next);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 2);
}

async fn what_is_no_undo_is_refused(test: TestApp) {
    let ada = test.ada().await;
    ada.adds("x").await;
    for change in ["2", "0", "-1", "9007199254740992", "99999999999999999999"] {
        let refused = ada.post(&format!("/api/changes/{change}/undo"), json!({})).await.is(404);
        refused.saying("Change not found").coded("change_not_found");
    }
    let answer = ada.post("/api/changes/x/undo", json!({})).await;
    assert_eq!(answer.problems(), ["path.change_id int_parsing"]);
    for force in [json!(1), json!("true"), json!(null)] {
        let answer = ada.post("/api/changes/1/undo", json!({"force": force})).await;
        assert_eq!(answer.problems(), ["body.force bool_type"]);
    }
    let answer = ada.post("/api/changes/1/undo", json!([])).await;
    assert_eq!(answer.problems(), ["body model_attributes_type"]);
    let request = ada.asks(axum::http::Method::POST, "/api/changes/1/undo");
    ada.send(request, "force").await.is(415);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 1);
    let request = ada.asks(axum::http::Method::POST, "/api/changes/1/undo");
    ada.send(request, "").await.is(200);
}

async fn a_token_needs_to_be_made_for_what_undoing_does(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let (reader, writer) = (ada.makes_token(&["read"]).await, ada.makes_token(&["write"]).await);
    let both = ada.makes_token(&["write", "delete"]).await;
    ada.adds("x").await;
    ada.patch("/api/tasks/1", json!({"title": "y"})).await.is(200);
    undoes(&reader, 2).await.is(403).coded("missing_scope");
    undoes(&writer, 2).await.is(200);
    ada.adds("z").await;
    // This puts a task into the trash, which takes more.
    let made = latest(&ada).await;
    undoes(&writer, made).await.is(403).coded("missing_scope");
    undoes(&both, made).await.is(200);
}

async fn of_two_who_undo_at_once_one_finds_it_changed(test: TestApp) {
    let ada = test.ada().await;
    ada.adds("x").await;
    ada.patch("/api/tasks/1", json!({"title": "y"})).await.is(200);
    let (one, other) = tokio::join!(undoes(&ada, 2), undoes(&ada, 2));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(ada.sees(1).await["title"], "x");
}
