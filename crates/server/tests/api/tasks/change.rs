//! Partial changes, and turning tasks around.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};

use super::{families, without_times};
use crate::support::{Person, TestApp};

on_both_databases! {
    put_and_patch_change_what_they_name,
    an_empty_change_changes_nothing,
    a_description_is_cleared_by_null,
    what_may_not_be_null_is_refused,
    a_wrong_change_is_refused_with_every_problem_and_changes_nothing,
    updated_at_moves_with_every_change_and_created_at_never,
    two_changes_in_one_moment_can_be_told_apart,
    completing_without_a_body_turns_the_task_around,
    completing_with_a_body_sets_it,
    a_body_that_is_no_completion_is_refused,
    ten_turns_at_once_are_ten_turns,
}

/// The task that most tests begin with: its path in both families.
async fn a_task(ada: &Person) -> [String; 2] {
    let body = json!({"title": "Buy milk", "description": "oat"});
    let id = ada.post("/api/tasks", body).await.is(201).json()["id"].clone();
    families(ada).map(|path| format!("{path}/{id}"))
}

async fn put_and_patch_change_what_they_name(test: TestApp) {
    let ada = test.ada().await;
    for method in [Method::PUT, Method::PATCH] {
        for path in a_task(&ada).await {
            let mut expected = without_times(&ada.get(&path).await.is(200).json());
            for (field, value) in [
                ("title", json!("Buy tea")),
                ("description", json!("green")),
                ("completed", json!(true)),
            ] {
                expected[field] = value.clone();
                let body = json!({ field: value });
                let changed = ada.sends(method.clone(), &path, &body).await.is(200).json();
                assert_eq!(without_times(&changed), expected, "{method} {body}");
                assert_eq!(ada.get(&path).await.json(), changed);
            }
        }
    }
}

async fn an_empty_change_changes_nothing(test: TestApp) {
    let ada = test.ada().await;
    let [path, _] = a_task(&ada).await;
    let before = ada.get(&path).await.json();
    test.clock.advance_seconds(60);
    for body in [json!({}), json!({"unknown": 1}), json!({"title": "Buy milk"})] {
        assert_eq!(ada.patch(&path, body).await.is(200).json(), before);
    }
}

async fn a_description_is_cleared_by_null(test: TestApp) {
    let ada = test.ada().await;
    let [path, _] = a_task(&ada).await;
    let cleared = ada.patch(&path, json!({"description": null})).await.is(200).json();
    assert_eq!(cleared["description"], Value::Null);
    assert_eq!(cleared["title"], "Buy milk");
    // Nothing is not the same as nothing written.
    let emptied = ada.patch(&path, json!({"description": ""})).await.is(200).json();
    assert_eq!(emptied["description"], "");
}

async fn what_may_not_be_null_is_refused(test: TestApp) {
    let ada = test.ada().await;
    for path in a_task(&ada).await {
        let nulls = json!({"title": null, "completed": null});
        let problems = ada.patch(&path, nulls).await.problems();
        assert_eq!(problems, ["body.title string_type", "body.completed bool_type"]);
    }
}

async fn a_wrong_change_is_refused_with_every_problem_and_changes_nothing(test: TestApp) {
    let ada = test.ada().await;
    for path in a_task(&ada).await {
        let before = ada.get(&path).await.json();
        let body = json!({"title": " ", "description": "x".repeat(1001), "completed": 1});
        for method in [Method::PUT, Method::PATCH] {
            let problems = ada.sends(method, &path, &body).await.problems();
            assert_eq!(
                problems,
                [
                    "body.title string_too_short",
                    "body.description string_too_long",
                    "body.completed bool_type"
                ]
            );
        }
        let half_right = json!({"title": "Buy tea", "completed": "yes"});
        ada.patch(&path, half_right).await.is(422);
        ada.patch(&path, json!({"title": "a\0"})).await.is(422);
        ada.patch(&path, json!([])).await.is(422);
        assert_eq!(ada.get(&path).await.json(), before);
    }
}

async fn updated_at_moves_with_every_change_and_created_at_never(test: TestApp) {
    let ada = test.ada().await;
    let [path, _] = a_task(&ada).await;
    let mut seen = Vec::new();
    for body in [json!({"title": "b"}), json!({"description": null}), json!({"completed": true})] {
        test.clock.advance_seconds(60);
        let task = ada.patch(&path, body).await.is(200).json();
        assert_eq!(task["created_at"], "2026-11-21T09:30:00.000Z");
        seen.push(task["updated_at"].clone());
    }
    test.clock.advance_seconds(60);
    seen.push(ada.toggles(1).await.is(200).json()["updated_at"].clone());
    assert_eq!(
        seen,
        [
            "2026-11-21T09:31:00.000Z",
            "2026-11-21T09:32:00.000Z",
            "2026-11-21T09:33:00.000Z",
            "2026-11-21T09:34:00.000Z"
        ]
    );
}

async fn two_changes_in_one_moment_can_be_told_apart(test: TestApp) {
    let ada = test.ada().await;
    let [path, _] = a_task(&ada).await;
    let one = ada.patch(&path, json!({"title": "b"})).await.json();
    let other = ada.patch(&path, json!({"title": "c"})).await.json();
    assert_eq!(one["updated_at"], "2026-11-21T09:30:00.001Z");
    assert_eq!(other["updated_at"], "2026-11-21T09:30:00.002Z");
}

async fn completing_without_a_body_turns_the_task_around(test: TestApp) {
    let ada = test.ada().await;
    for path in a_task(&ada).await {
        let path = format!("{path}/complete");
        for expected in [true, false, true] {
            let request = ada.asks(Method::PATCH, &path);
            let task = ada.send(request, Body::empty()).await.is(200).json();
            assert_eq!(task["completed"], expected);
            assert_eq!(task["title"], "Buy milk");
        }
        // White space is no body either, and neither is an empty object.
        let request = ada.asks(Method::PATCH, &path).header(header::CONTENT_TYPE, "text/plain");
        assert_eq!(ada.send(request, " \n").await.is(200).json()["completed"], false);
        assert_eq!(ada.patch(&path, json!({})).await.is(200).json()["completed"], true);
        // The paths lead to the same task, which the next one finds as it was.
        ada.patch(&path, json!({"completed": false})).await.is(200);
    }
}

async fn completing_with_a_body_sets_it(test: TestApp) {
    let ada = test.ada().await;
    for path in a_task(&ada).await {
        let path = format!("{path}/complete");
        for completed in [true, true, false, false] {
            let task = ada.patch(&path, json!({"completed": completed})).await.is(200).json();
            assert_eq!(task["completed"], completed);
        }
    }
    let total = |status| format!("/api/tasks?status={status}");
    assert_eq!(ada.get(&total("completed")).await.json()["total"], 0);
    assert_eq!(ada.get(&total("pending")).await.json()["total"], 1);
}

async fn a_body_that_is_no_completion_is_refused(test: TestApp) {
    let ada = test.ada().await;
    for path in a_task(&ada).await {
        let path = format!("{path}/complete");
        for wrong in [json!(1), json!("true"), json!(null), json!([])] {
            let problems = ada.patch(&path, json!({"completed": wrong})).await.problems();
            assert_eq!(problems, ["body.completed bool_type"]);
        }
        assert_eq!(ada.patch(&path, json!([])).await.problems(), ["body model_attributes_type"]);
        let request = ada.asks(Method::PATCH, &path).header(header::CONTENT_TYPE, "text/plain");
        ada.send(request, "completed=true").await.is(415);
        assert_eq!(ada.sees(1).await["completed"], false);
    }
}

async fn ten_turns_at_once_are_ten_turns(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    let mut turning = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let ada = ada.clone();
        turning.spawn(async move { ada.toggles(id).await.is(200).json()["completed"] == true });
    }
    let done = turning.join_all().await.into_iter().filter(|is_done| *is_done).count();
    assert_eq!(done, 5);
    assert_eq!(ada.sees(id).await["completed"], false);
    assert_eq!(ada.get("/api/tasks?status=completed").await.json()["total"], 0);
}
