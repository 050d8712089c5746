//! Many tasks at once: all of them or none.

use serde_json::{Value, json};

use super::families;
use crate::support::{Person, TestApp};

on_both_databases! {
    each_action_does_what_its_name_says,
    a_call_is_one_batch_and_is_undone_as_one,
    what_is_so_already_stays_as_it_is,
    all_of_them_or_none,
    somebody_elses_task_refuses_the_whole,
    what_names_no_tasks_or_too_many_is_refused,
    what_is_not_a_call_is_refused_with_every_problem,
    five_hundred_tasks_change_at_once,
    a_token_does_only_what_it_was_made_for,
}

async fn does(person: &Person, ids: &[i64], action: &str) -> Value {
    let body = json!({"ids": ids, "action": action});
    person.post("/api/tasks/bulk", body).await.is(200).json()
}

async fn three(person: &Person) -> [i64; 3] {
    [person.adds("one").await, person.adds("two").await, person.adds("three").await]
}

async fn each_action_does_what_its_name_says(test: TestApp) {
    let ada = test.ada().await;
    let ids = three(&ada).await;
    // The answer is in the order that was asked for, and says each task once.
    let asked = [ids[2], ids[0], ids[2]];
    let done = does(&ada, &asked, "complete").await;
    assert_eq!(done["tasks"], json!([ada.sees(ids[2]).await, ada.sees(ids[0]).await]));
    assert_eq!(ada.titles("/api/tasks?completed=true").await, ["three", "one"]);
    does(&ada, &ids[..1], "reopen").await;
    assert_eq!(ada.titles("/api/tasks?completed=true").await, ["three"]);

    let patch = json!({"priority": "high", "tags": ["x"], "due_date": "2026-11-22"});
    for path in families(&ada) {
        let body = json!({"ids": ids, "action": "update", "patch": patch});
        let answer = ada.post(&format!("{path}/bulk"), body).await.is(200).json();
        for task in answer["tasks"].as_array().expect("a list") {
            assert_eq!((&task["priority"], &task["tags"]), (&json!("high"), &json!(["x"])));
            assert_eq!(task["due_at"], "2026-11-22T23:59:59.999Z");
        }
    }
    does(&ada, &ids[..2], "delete").await;
    assert_eq!(ada.titles("/api/tasks").await, ["three"]);
    assert_eq!(ada.get("/api/trash").await.json()["total"], 2);
    let back = does(&ada, &ids[..2], "restore").await;
    assert_eq!(back["tasks"][1], ada.sees(ids[1]).await);
    assert_eq!(ada.get("/api/trash").await.json()["total"], 0);
    assert_eq!(ada.titles("/api/tasks").await, ["three", "two", "one"]);
}

async fn a_call_is_one_batch_and_is_undone_as_one(test: TestApp) {
    let ada = test.ada().await;
    let ids = three(&ada).await;
    let body = json!({"ids": ids, "action": "delete"});
    let answer = ada.post("/api/tasks/bulk", body).await.is(200);
    assert_eq!(answer.json()["batch_id"], answer.batch());
    let changes = ada.get("/api/changes?after=3").await.is(200).json();
    let changes = changes["changes"].as_array().expect("a list").clone();
    assert_eq!(changes.len(), 3);
    assert!(changes.iter().all(|change| change["batch_id"] == answer.batch()));
    let path = format!("/api/changes/{}/undo", changes[1]["id"]);
    let undone = ada.post(&path, json!({})).await.is(200).json();
    assert_eq!(undone["tasks"].as_array().map(Vec::len), Some(3));
    assert_eq!(ada.titles("/api/tasks").await, ["three", "two", "one"]);
}

async fn what_is_so_already_stays_as_it_is(test: TestApp) {
    let ada = test.ada().await;
    let ids = three(&ada).await;
    does(&ada, &ids[..1], "complete").await;
    let before = ada.sees(ids[0]).await;
    does(&ada, &ids, "complete").await;
    assert_eq!(ada.sees(ids[0]).await, before);
    let changes = ada.get("/api/changes").await.json()["changes"].clone();
    assert_eq!(changes.as_array().map(Vec::len), Some(3 + 1 + 2));
    let body = json!({"ids": ids, "action": "complete"});
    let answer = ada.post("/api/tasks/bulk", body).await.is(200);
    assert!(!answer.has("x-batch-id"));
    assert_eq!(answer.json()["batch_id"], Value::Null);
    assert_eq!(answer.json()["tasks"].as_array().map(Vec::len), Some(3));
}

async fn all_of_them_or_none(test: TestApp) {
    let ada = test.ada().await;
    let ids = three(&ada).await;
    let before = ada.get("/api/tasks").await.json();
    for missing in [99_i64, 9_007_199_254_740_991] {
        for action in ["complete", "delete", "restore"] {
            let body = json!({"ids": [ids[0], missing, ids[1]], "action": action});
            let refused = ada.post("/api/tasks/bulk", body).await.is(404);
            refused.saying("Task not found").coded("task_not_found");
        }
        let patch = json!({"title": "x"});
        let body = json!({"ids": [ids[0], missing], "action": "update", "patch": patch});
        ada.post("/api/tasks/bulk", body).await.is(404);
    }
    // A rule for one of them that another has no date for.
    let patch = json!({"due_date": "2026-11-22"});
    ada.patch(&format!("/api/tasks/{}", ids[0]), patch).await.is(200);
    let patch = json!({"recurrence_rule": "daily"});
    let body = json!({"ids": ids, "action": "update", "patch": patch});
    let problems = ada.post("/api/tasks/bulk", body).await.problems();
    assert_eq!(problems, ["body.patch.recurrence_rule value_error"]);
    ada.patch(&format!("/api/tasks/{}", ids[0]), json!({"due_date": null})).await.is(200);
    for (task, before) in [(ids[1], &before["tasks"][1]), (ids[2], &before["tasks"][0])] {
        assert_eq!(&ada.sees(task).await, before);
    }
    assert_eq!(ada.get("/api/changes").await.json()["next_after"], 5);
}

async fn somebody_elses_task_refuses_the_whole(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let hers = three(&ada).await;
    let his = bob.adds("his").await;
    let before = ada.get("/api/tasks").await.json();
    for action in ["complete", "reopen", "delete"] {
        let body = json!({"ids": [his, hers[0]], "action": action});
        let refused = bob.post("/api/tasks/bulk", body.clone()).await.is(403);
        refused.saying("Access denied").coded("access_denied");
        bob.post("/api/ada/tasks/bulk", body.clone()).await.is(403);
        test.nobody().post("/api/tasks/bulk", body).await.is(401);
    }
    assert_eq!(ada.get("/api/tasks").await.json(), before);
    assert_eq!(bob.sees(his).await["version"], 1);
}

async fn what_names_no_tasks_or_too_many_is_refused(test: TestApp) {
    let ada = test.ada().await;
    three(&ada).await;
    for action in ["complete", "delete", "restore"] {
        for (ids, problem) in [
            (json!([]), "body.ids too_short"),
            (json!(null), "body.ids list_type"),
            (json!("all"), "body.ids list_type"),
            (json!("*"), "body.ids list_type"),
            (json!(1), "body.ids list_type"),
            (json!({"0": 1}), "body.ids list_type"),
            (json!((1..=501).collect::<Vec<_>>()), "body.ids too_long"),
            (json!([1, "2"]), "body.ids.1 int_parsing"),
            (json!([1.5]), "body.ids.0 int_parsing"),
            (json!([null]), "body.ids.0 int_parsing"),
            (json!([true]), "body.ids.0 int_parsing"),
            (json!([0]), "body.ids.0 value_error"),
            (json!([-1]), "body.ids.0 value_error"),
        ] {
            let body = json!({"ids": ids, "action": action});
            assert_eq!(ada.post("/api/tasks/bulk", body).await.problems(), [problem], "{ids}");
        }
        let missing = ada.post("/api/tasks/bulk", json!({"action": action})).await;
        assert_eq!(missing.problems(), ["body.ids missing"]);
    }
    assert_eq!(ada.get("/api/tasks?completed=false").await.json()["total"], 3);
}

async fn what_is_not_a_call_is_refused_with_every_problem(test: TestApp) {
    let ada = test.ada().await;
    let [id, ..] = three(&ada).await;
    for (body, expected) in [
        (json!({}), &["body.ids missing", "body.action missing"][..]),
        (json!({"ids": [id]}), &["body.action missing"]),
        (json!({"ids": [id], "action": "destroy"}), &["body.action literal_error"]),
        (json!({"ids": [id], "action": 5}), &["body.action string_type"]),
        (json!({"ids": [id], "action": "update"}), &["body.patch missing"]),
        (json!({"ids": [id], "action": "update", "patch": {}}), &["body.patch value_error"]),
        (
            json!({"ids": [id], "action": "update", "patch": []}),
            &["body.patch model_attributes_type"],
        ),
        (
            json!({"ids": [id], "action": "complete", "patch": {"title": "x"}}),
            &["body.patch value_error"],
        ),
        (
            json!({"ids": [], "action": "update", "patch": {"title": "", "tags": [1]}}),
            &[
                "body.ids too_short",
                "body.patch.title string_too_short",
                "body.patch.tags.0 string_type",
            ],
        ),
        (json!([id]), &["body model_attributes_type"]),
    ] {
        let problems = ada.post("/api/tasks/bulk", body.clone()).await.problems();
        assert_eq!(problems, expected, "{body}");
    }
    assert_eq!(ada.sees(id).await["version"], 1);
}

async fn five_hundred_tasks_change_at_once(test: TestApp) {
    let ada = test.ada().await;
    let mut ids = Vec::new();
    for number in 0..500 {
        ids.push(ada.adds(&number.to_string()).await);
    }
    for (action, total, completed) in
        [("complete", 500, 500), ("delete", 0, 0), ("restore", 500, 500), ("reopen", 500, 0)]
    {
        let answer = does(&ada, &ids, action).await;
        assert_eq!(answer["tasks"].as_array().map(Vec::len), Some(500));
        assert_eq!(ada.get("/api/tasks?limit=1").await.json()["total"], total, "{action}");
        let done = ada.get("/api/tasks?limit=1&completed=true").await.json();
        assert_eq!(done["total"], completed, "{action}");
    }
    let feed = ada.get("/api/changes?limit=1").await.is(200).json();
    assert_eq!(feed["latest"], 2500);
}

async fn a_token_does_only_what_it_was_made_for(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    for (scope, complete, delete) in [("read", 403, 403), ("write", 200, 403), ("delete", 403, 200)]
    {
        let id = ada.adds("x").await;
        let robot = ada.makes_token(&[scope]).await;
        for (action, status) in [("complete", complete), ("delete", delete)] {
            let body = json!({"ids": [id], "action": action});
            robot.post("/api/tasks/bulk", body).await.is(status);
        }
    }
}
