//! The feed of changes: what a client follows to know what a server knows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{DAY, Person, TestApp, until};

on_both_databases! {
    every_change_of_a_task_is_in_the_feed,
    going_to_the_trash_and_back_is_in_the_feed,
    what_changed_nothing_is_not_in_the_feed,
    whoever_replays_the_feed_has_what_the_list_has,
    the_feed_says_who_did_it,
    the_feed_is_read_in_parts,
    a_wrong_question_is_refused_with_every_problem,
    a_number_beyond_the_feed_is_410,
    what_is_no_longer_kept_is_410,
    a_task_has_a_history_of_its_own,
    somebody_elses_feed_is_nobody_elses_business,
    a_token_does_only_what_it_was_made_for,
    a_request_is_one_batch,
}

async fn changes(person: &Person, after: i64) -> Vec<Value> {
    let path = format!("/api/changes?limit=1000&after={after}");
    let feed = person.get(&path).await.is(200).json();
    let path = format!("/api/{}/changes?limit=1000&after={after}", person.id);
    assert_eq!(person.get(&path).await.is(200).json(), feed);
    feed["changes"].as_array().expect("a list").clone()
}

async fn every_change_of_a_task_is_in_the_feed(test: TestApp) {
    let ada = test.ada().await;
    let task = json!({"title": "x", "due_date": "2026-11-22", "tags": ["a"], "priority": "high"});
    let mut last = ada.makes(task).await;
    let path = format!("/api/tasks/{}", last["id"]);
    let created = changes(&ada, 0).await;
    let mut expected = json!({
        "id": 1,
        "batch_id": created[0]["batch_id"],
        "at": "2026-11-21T09:30:00.000Z",
        "actor": {"kind": "user", "name": null},
        "action": "created",
        "task_id": last["id"],
        "before": null,
        "after": last,
        "undoes": null,
    });
    assert_eq!(created, [expected.clone()]);
    for (patch, action) in [
        (json!({"title": "y"}), "updated"),
        (json!({"completed": true, "title": "z"}), "completed"),
        (json!({"completed": false}), "reopened"),
        (json!({"tags": []}), "updated"),
    ] {
        test.clock.advance_seconds(60);
        let answer = ada.patch(&path, patch).await.is(200);
        expected["id"] = json!(expected["id"].as_i64().map(|id| id + 1));
        expected["batch_id"] = json!(answer.batch());
        expected["at"] = answer.json()["updated_at"].clone();
        expected["action"] = json!(action);
        expected["before"] = last;
        last = answer.json();
        expected["after"] = last.clone();
        assert_eq!(changes(&ada, 0).await.last(), Some(&expected));
    }
}

async fn going_to_the_trash_and_back_is_in_the_feed(test: TestApp) {
    let ada = test.ada().await;
    let path = format!("/api/tasks/{}", ada.adds("x").await);
    let last = ada.get(&path).await.json();
    ada.delete(&path).await.is(204);
    ada.post(&format!("{path}/restore"), json!({})).await.is(200);
    let [deleted, restored] = &changes(&ada, 1).await[..] else { panic!("two changes") };
    assert_eq!((&deleted["action"], &deleted["after"]), (&json!("deleted"), &Value::Null));
    assert_eq!(deleted["before"], last);
    assert_eq!((&restored["action"], &restored["before"]), (&json!("restored"), &Value::Null));
    assert_eq!(restored["after"], ada.get(&path).await.json());
}

async fn what_changed_nothing_is_not_in_the_feed(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    let path = format!("/api/tasks/{id}");
    for body in [json!({}), json!({"title": "x"}), json!({"completed": false, "tags": []})] {
        assert!(!ada.patch(&path, body).await.is(200).has("x-batch-id"));
    }
    ada.patch(&format!("{path}/complete"), json!({"completed": false})).await.is(200);
    ada.patch(&path, json!({"title": ""})).await.is(422);
    ada.post("/api/tasks", json!({})).await.is(422);
    ada.delete("/api/tasks/99").await.is(404);
    ada.patch("/api/settings", json!({"name": "Ada"})).await.is(200);
    assert_eq!(changes(&ada, 0).await.len(), 1);
    assert_eq!(ada.get("/api/changes").await.json()["latest"], 1);
}

/// What a client has that does nothing but follow the feed.
fn replay(changes: &[Value]) -> BTreeMap<i64, Value> {
    let mut tasks = BTreeMap::new();
    for change in changes {
        let id = change["task_id"].as_i64().expect("a number");
        let known = tasks.get(&id).cloned().unwrap_or_default();
        assert_eq!(change["before"], known, "{change}");
        if change["after"].is_null() {
            tasks.remove(&id);
        } else {
            tasks.insert(id, change["after"].clone());
        }
    }
    tasks
}

async fn whoever_replays_the_feed_has_what_the_list_has(test: TestApp) {
    let ada = test.ada().await;
    for number in 0..6 {
        let task = json!({"title": number.to_string(), "tags": ["a"], "due_date": "2026-11-22"});
        ada.makes(task).await;
        test.clock.advance_seconds(7);
    }
    ada.patch("/api/tasks/1", json!({"recurrence_rule": "daily"})).await.is(200);
    for id in [1, 2, 3] {
        ada.toggles(id).await.is(200);
    }
    ada.delete("/api/tasks/2").await.is(204);
    ada.delete("/api/tasks/4").await.is(204);
    ada.post("/api/tasks/2/restore", json!({})).await.is(200);
    ada.patch("/api/tags/a", json!({"name": "b"})).await.is(200);
    let bulk = json!({"ids": [3, 5], "action": "update", "patch": {"priority": "low"}});
    ada.post("/api/tasks/bulk", bulk).await.is(200);
    ada.post("/api/changes/1/undo", json!({"force": true})).await.is(200);
    ada.delete("/api/trash").await.is(204);
    ada.delete("/api/tags/b").await.is(204);
    let changes = changes(&ada, 0).await;
    let numbers: Vec<_> = changes.iter().filter_map(|change| change["id"].as_i64()).collect();
    let expected: Vec<_> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected);
    let list = ada.get("/api/tasks").await.is(200).json();
    let listed = list["tasks"].as_array().expect("a list").iter();
    let listed = listed.map(|task| (task["id"].as_i64().expect("a number"), task.clone()));
    assert_eq!(replay(&changes), listed.collect());
}

async fn the_feed_says_who_did_it(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let robot = ada.makes_token(&["write"]).await;
    ada.adds("by hand").await;
    robot.adds("by a program").await;
    let actors: Vec<_> = changes(&ada, 0).await.iter().map(|one| one["actor"].clone()).collect();
    let expected =
        [json!({"kind": "user", "name": null}), json!({"kind": "token", "name": "robot"})];
    assert_eq!(actors, expected);
}

async fn the_feed_is_read_in_parts(test: TestApp) {
    let ada = test.ada().await;
    let empty = ada.get("/api/changes").await.is(200).json();
    let nothing = json!({"changes": [], "next_after": 0, "has_more": false, "latest": 0});
    assert_eq!(empty, nothing);
    for number in 0..7 {
        ada.adds(&number.to_string()).await;
    }
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let path = format!("/api/changes?after={after}&limit=3");
        let part = ada.get(&path).await.is(200).json();
        let ids = part["changes"].as_array().expect("a list").iter();
        seen.extend(ids.filter_map(|change| change["id"].as_i64()));
        after = part["next_after"].as_i64().expect("a number");
        assert_eq!(part["latest"], 7);
        if part["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
    let end = ada.get("/api/changes?after=7").await.is(200).json();
    assert_eq!(end, json!({"changes": [], "next_after": 7, "has_more": false, "latest": 7}));
    let exact = ada.get("/api/changes?after=4&limit=3").await.is(200).json();
    assert_eq!(exact["has_more"], false);
}

async fn a_wrong_question_is_refused_with_every_problem(test: TestApp) {
    let ada = test.ada().await;
    ada.adds("x").await;
    for (query, expected) in [
        ("after=-1", &["query.after greater_than_equal"][..]),
        ("after=x", &["query.after int_parsing"]),
        ("after=1.5", &["query.after int_parsing"]),
        ("limit=0", &["query.limit greater_than_equal"]),
        ("limit=1001", &["query.limit less_than_equal"]),
        ("after=&limit=x", &["query.after int_parsing", "query.limit int_parsing"]),
    ] {
        for path in ["/api/changes", "/api/ada/changes", "/api/tasks/1/changes"] {
            assert_eq!(ada.get(&format!("{path}?{query}")).await.problems(), expected, "{query}");
        }
    }
}

async fn a_number_beyond_the_feed_is_410(test: TestApp) {
    let ada = test.ada().await;
    ada.adds("x").await;
    for after in ["2", "99999999999999999999"] {
        let refused = ada.get(&format!("/api/changes?after={after}")).await.is(410);
        let refused = refused.coded("changes_purged");
        assert_eq!(refused.json()["latest"], 1);
    }
    test.bob().await.get("/api/changes?after=1").await.is(410);
}

async fn what_is_no_longer_kept_is_410(test: TestApp) {
    let ada = test.ada().await;
    for title in ["one", "two", "three"] {
        ada.adds(title).await;
    }
    test.clock.advance_seconds(30 * DAY + 1);
    ada.adds("four").await;
    let is_gone = async || ada.get("/api/changes?after=0").await.status == 410;
    until("the old changes are gone", is_gone).await;
    let refused = ada.get("/api/changes").await.is(410).coded("changes_purged");
    assert_eq!(refused.json()["latest"], 4);
    ada.get("/api/changes?after=2").await.is(410);
    // Whoever has read up to the last one that is gone has missed nothing.
    assert_eq!(changes(&ada, 3).await.len(), 1);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 4);
    ada.post("/api/changes/1/undo", json!({})).await.is(404).coded("change_not_found");
    ada.adds("five").await;
    assert_eq!(changes(&ada, 4).await[0]["id"], 5);
}

async fn a_task_has_a_history_of_its_own(test: TestApp) {
    let ada = test.ada().await;
    let (one, other) = (ada.adds("one").await, ada.adds("other").await);
    ada.toggles(one).await.is(200);
    ada.toggles(other).await.is(200);
    ada.delete(&format!("/api/tasks/{one}")).await.is(204);
    for path in [format!("/api/tasks/{one}/changes"), format!("/api/ada/tasks/{one}/changes")] {
        // Also of a task in the trash.
        let history = ada.get(&path).await.is(200).json();
        let found = history["changes"].as_array().expect("a list").clone();
        let numbers: Vec<_> = found.iter().filter_map(|change| change["id"].as_i64()).collect();
        assert_eq!(numbers, [1, 3, 5]);
        assert_eq!(found[1], changes(&ada, 0).await[2]);
        assert_eq!(history["has_more"], false);
        let part = ada.get(&format!("{path}?limit=1&after=1")).await.is(200).json();
        assert_eq!(part["changes"][0]["id"], 3);
        assert_eq!((&part["next_after"], &part["has_more"]), (&json!(3), &json!(true)));
    }
    ada.get("/api/tasks/99/changes").await.is(404).coded("task_not_found");
    ada.get("/api/tasks/x/changes").await.is(422);
}

async fn somebody_elses_feed_is_nobody_elses_business(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let id = ada.adds("hers").await;
    let his = bob.adds("his").await;
    assert_eq!(changes(&bob, 0).await[0]["task_id"], his);
    assert_eq!(changes(&bob, 0).await[0]["id"], 1);
    bob.get(&format!("/api/tasks/{id}/changes")).await.is(403).coded("access_denied");
    for path in ["/api/ada/changes".to_owned(), format!("/api/ada/tasks/{id}/changes")] {
        bob.get(&path).await.is(403);
        test.nobody().get(&path).await.is(401);
    }
    // Her change has the number of his own.
    bob.post("/api/ada/changes/1/undo", json!({})).await.is(403);
    bob.post("/api/changes/1/undo", json!({})).await.is(200);
    assert_eq!(ada.sees(id).await["version"], 1);
    bob.get(&format!("/api/tasks/{his}")).await.is(404);
}

async fn a_token_does_only_what_it_was_made_for(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let id = ada.adds("x").await;
    for (scope, status) in [("read", 200), ("write", 403), ("delete", 403)] {
        let robot = ada.makes_token(&[scope]).await;
        robot.get("/api/changes").await.is(status);
        robot.get(&format!("/api/tasks/{id}/changes")).await.is(status);
    }
}

async fn a_request_is_one_batch(test: TestApp) {
    let ada = test.ada().await;
    let mut batches = Vec::new();
    for number in 0..20 {
        let answer = ada.post("/api/tasks", json!({"title": number.to_string()})).await.is(201);
        let batch = answer.batch();
        assert!(batch.len() >= 20 && batch.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        batches.push(batch);
    }
    let found: Vec<_> = changes(&ada, 0).await.iter().map(|one| one["batch_id"].clone()).collect();
    assert_eq!(found, batches);
    batches.sort_unstable();
    batches.dedup();
    assert_eq!(batches.len(), 20);
}
