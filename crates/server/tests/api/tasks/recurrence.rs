//! Tasks that recur: the next one comes when one is done.

use axum::http::Method;
use serde_json::{Value, json};

use super::families;
use crate::support::{Person, TestApp};

on_both_databases! {
    the_next_task_comes_when_one_is_done,
    it_comes_however_the_task_is_completed,
    it_comes_once,
    one_of_them_is_not_the_others,
    a_rule_ends,
    a_month_is_a_month_and_an_hour_is_the_users,
    a_task_that_is_made_done_is_followed_by_none,
    of_two_who_complete_at_once_one_makes_the_next,
}

async fn weekly(person: &Person) -> Value {
    let task = json!({
        "title": "Water plants",
        "description": "all of them",
        "due_date": "2026-11-21T18:00",
        "priority": "low",
        "tags": ["home"],
        "recurrence_rule": "weekly",
    });
    person.makes(task).await
}

/// The task that follows one, which was done just now.
async fn next(person: &Person, done: &Value) -> Value {
    let id = done["next_task_id"].as_i64().expect("a task follows");
    person.sees(id).await
}

async fn the_next_task_comes_when_one_is_done(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let task = weekly(&ada).await;
        let path = format!("{path}/{}/complete", task["id"]);
        let answer = ada.patch(&path, json!({"completed": true})).await.is(200);
        let done = answer.json();
        assert_eq!(done["completed"], true);
        assert_eq!(done["completed_at"], "2026-11-21T09:30:00.000Z");
        assert_eq!(done["due_date"], task["due_date"]);
        let next = next(&ada, &done).await;
        assert_eq!(next["previous_task_id"], task["id"]);
        assert_eq!(next["due_date"], "2026-11-28T18:00");
        assert_eq!(next["completed"], false);
        assert_eq!(next["version"], 1);
        for field in ["title", "description", "priority", "tags", "recurrence_rule"] {
            assert_eq!(next[field], task[field], "{field}");
        }
        // Both are what this one request did.
        let changes = ada.get("/api/changes?limit=1000").await.is(200).json();
        let changes = changes["changes"].as_array().expect("a list").clone();
        let batch = answer.batch();
        let of_batch = changes.iter().filter(|change| change["batch_id"] == batch.as_str());
        let actions: Vec<_> = of_batch.map(|change| change["action"].clone()).collect();
        assert_eq!(actions, ["completed", "created"]);
    }
}

async fn it_comes_however_the_task_is_completed(test: TestApp) {
    let ada = test.ada().await;
    for method in [Method::PUT, Method::PATCH] {
        let path = format!("/api/tasks/{}", weekly(&ada).await["id"]);
        // Completed and renamed at once: the next one has the new name.
        let body = json!({"completed": true, "title": "Water cacti"});
        let done = ada.sends(method, &path, &body).await.is(200).json();
        assert_eq!(next(&ada, &done).await["title"], "Water cacti");
    }
    let id = weekly(&ada).await["id"].as_i64().expect("a number");
    let done = ada.toggles(id).await.is(200).json();
    assert_eq!(next(&ada, &done).await["due_date"], "2026-11-28T18:00");
    let id = weekly(&ada).await["id"].clone();
    let bulk = json!({"ids": [id], "action": "complete"});
    let answer = ada.post("/api/tasks/bulk", bulk).await.is(200).json();
    assert_eq!(next(&ada, &answer["tasks"][0]).await["due_date"], "2026-11-28T18:00");
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 8);
}

async fn it_comes_once(test: TestApp) {
    let ada = test.ada().await;
    let id = weekly(&ada).await["id"].as_i64().expect("a number");
    let done = ada.toggles(id).await.is(200).json();
    for _ in 0..2 {
        ada.toggles(id).await.is(200);
        let again = ada.toggles(id).await.is(200).json();
        assert_eq!(again["next_task_id"], done["next_task_id"]);
    }
    let path = format!("/api/tasks/{id}/complete");
    ada.patch(&path, json!({"completed": true})).await.is(200);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 2);
}

async fn one_of_them_is_not_the_others(test: TestApp) {
    let ada = test.ada().await;
    let first = weekly(&ada).await["id"].as_i64().expect("a number");
    let done = ada.toggles(first).await.is(200).json();
    let second = next(&ada, &done).await;
    let done_again = ada.toggles(second["id"].as_i64().expect("a number")).await.is(200).json();
    assert_eq!(next(&ada, &done_again).await["due_date"], "2026-12-05T18:00");
    assert_eq!(ada.sees(first).await, done);
    // Without one of them the others go on.
    ada.delete(&format!("/api/tasks/{}", second["id"])).await.is(204);
    assert_eq!(ada.sees(first).await, done);
    assert_eq!(ada.get("/api/tasks?completed=false").await.json()["total"], 1);
}

async fn a_rule_ends(test: TestApp) {
    let ada = test.ada().await;
    for (rule, times) in
        [("FREQ=DAILY;COUNT=3", 3), ("FREQ=DAILY;COUNT=1", 1), ("FREQ=DAILY;UNTIL=20261123", 3)]
    {
        let task = json!({"title": rule, "due_date": "2026-11-21", "recurrence_rule": rule});
        let mut task = ada.makes(task).await;
        let mut count = 1;
        loop {
            let done = ada.toggles(task["id"].as_i64().expect("a number")).await.is(200).json();
            if done["next_task_id"].is_null() {
                break;
            }
            task = next(&ada, &done).await;
            count += 1;
            assert!(count < 10, "{rule} does not end");
        }
        assert_eq!(count, times, "{rule}");
    }
}

async fn a_month_is_a_month_and_an_hour_is_the_users(test: TestApp) {
    let ada = test.ada().await;
    ada.patch("/api/settings", json!({"timezone": "Europe/Berlin"})).await.is(200);
    let check = async |rule: &str, due: &str, expected: [&str; 3]| {
        let mut task =
            ada.makes(json!({"title": rule, "due_date": due, "recurrence_rule": rule})).await;
        for due in expected {
            let done = ada.toggles(task["id"].as_i64().expect("a number")).await.is(200).json();
            task = next(&ada, &done).await;
            assert_eq!(task["due_date"], due, "{rule}");
        }
        task
    };
    check("monthly", "2026-12-31", ["2027-01-31", "2027-02-28", "2027-03-31"]).await;
    check("yearly", "2028-02-29", ["2029-02-28", "2030-02-28", "2031-02-28"]).await;
    let expected = ["2027-03-21T09:00", "2027-03-28T09:00", "2027-04-04T09:00"];
    let summer = check("weekly", "2027-03-14T09:00", expected).await;
    // Nine stays nine on the wall; the moment is an hour earlier.
    assert_eq!(summer["due_at"], "2027-04-04T07:00:00.000Z");
}

async fn a_task_that_is_made_done_is_followed_by_none(test: TestApp) {
    let ada = test.ada().await;
    let task = json!({
        "title": "x",
        "due_date": "2026-11-21",
        "recurrence_rule": "daily",
        "completed": true,
    });
    let task = ada.makes(task).await;
    assert_eq!(task["next_task_id"], Value::Null);
    assert_eq!(task["completed_at"], task["created_at"]);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 1);
}

async fn of_two_who_complete_at_once_one_makes_the_next(test: TestApp) {
    let ada = test.ada().await;
    let path = format!("/api/tasks/{}/complete", weekly(&ada).await["id"]);
    let body = json!({"completed": true});
    let (one, other) = tokio::join!(ada.patch(&path, body.clone()), ada.patch(&path, body));
    assert_eq!(one.is(200).json(), other.is(200).json());
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 2);
}
