//! What becomes a task, and what is wrong with the rest.

use serde_json::{Value, json};

use super::families;
use crate::support::TestApp;

on_both_databases! {
    a_title_is_all_that_a_task_needs,
    everything_about_a_task_can_be_said_at_once,
    the_location_of_a_new_task_leads_to_it,
    a_title_is_trimmed_and_a_description_is_not,
    limits_count_characters_and_not_bytes,
    what_is_not_a_task_is_refused_with_every_problem,
    a_wrong_value_is_shown_but_never_a_long_one,
    unknown_fields_are_ignored_and_never_obeyed,
    text_of_any_language_survives,
    the_number_of_a_task_is_a_friendly_one,
    two_tasks_of_one_moment_differ,
    fifty_tasks_at_once_are_fifty_tasks,
}

async fn a_title_is_all_that_a_task_needs(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let answer = ada.post(&path, json!({"title": "Buy milk"})).await.is(201);
        let task = answer.json();
        assert_eq!(
            task,
            json!({
                "id": task["id"],
                "title": "Buy milk",
                "description": null,
                "completed": false,
                "due_date": null,
                "due_at": null,
                "priority": null,
                "tags": [],
                "recurrence_rule": null,
                "recurrence_from": "due",
                "version": 1,
                "previous_task_id": null,
                "next_task_id": null,
                "completed_at": null,
                "user_id": "ada",
                "created_at": "2026-11-21T09:30:00.000Z",
                "updated_at": "2026-11-21T09:30:00.000Z",
            })
        );
        assert!(task["id"].is_u64());
    }
}

async fn everything_about_a_task_can_be_said_at_once(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"title": "Buy milk", "description": "oat", "completed": true});
    let task = ada.post("/api/tasks", body).await.is(201).json();
    for (field, value) in
        [("title", json!("Buy milk")), ("description", json!("oat")), ("completed", json!(true))]
    {
        assert_eq!(task[field], value, "{field}");
    }
    assert_eq!(task["completed_at"], task["created_at"]);
    assert_eq!(ada.sees(task["id"].as_i64().expect("a number")).await, task);
}

async fn the_location_of_a_new_task_leads_to_it(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let created = ada.post(&path, json!({"title": "x"})).await.is(201);
        let location = created.header("location").to_owned();
        assert!(location.starts_with(&path), "{location}");
        assert_eq!(ada.get(&location).await.is(200).json(), created.json());
    }
}

async fn a_title_is_trimmed_and_a_description_is_not(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"title": "\u{a0}\t Buy milk \n", "description": "  two\r\nlines  "});
    let task = ada.post("/api/tasks", body).await.is(201).json();
    assert_eq!(task["title"], "Buy milk");
    assert_eq!(task["description"], "  two\r\nlines  ");
}

async fn limits_count_characters_and_not_bytes(test: TestApp) {
    let ada = test.ada().await;
    for letter in ["x", "é", "日", "😀"] {
        let body = json!({"title": letter.repeat(200), "description": letter.repeat(1000)});
        let task = ada.post("/api/tasks", body.clone()).await.is(201).json();
        assert_eq!(task["title"], body["title"]);
        assert_eq!(task["description"], body["description"]);

        let body = json!({"title": letter.repeat(201), "description": letter.repeat(1001)});
        let problems = ada.post("/api/tasks", body).await.problems();
        assert_eq!(problems, ["body.title string_too_long", "body.description string_too_long"]);
    }
    let padded = format!("  {}  ", "x".repeat(200));
    ada.post("/api/tasks", json!({"title": padded})).await.is(201);
}

async fn what_is_not_a_task_is_refused_with_every_problem(test: TestApp) {
    let ada = test.ada().await;
    let check = async |body: Value, expected: &[&str]| {
        for path in families(&ada) {
            let problems = ada.post(&path, body.clone()).await.problems();
            assert_eq!(problems, expected, "{body}");
        }
    };
    check(json!({}), &["body.title missing"]).await;
    for blank in ["", " ", "\t\n", "\u{2003}"] {
        check(json!({"title": blank}), &["body.title string_too_short"]).await;
    }
    for other in [json!(null), json!(5), json!(true), json!(["x"]), json!({"x": 1})] {
        check(json!({"title": other}), &["body.title string_type"]).await;
    }
    check(json!({"title": "a\0b"}), &["body.title value_error"]).await;
    check(json!({"title": "x", "description": "\0"}), &["body.description value_error"]).await;
    check(json!({"title": "x", "description": 5}), &["body.description string_type"]).await;
    for other in [json!(null), json!(0), json!("true"), json!([])] {
        check(json!({"title": "x", "completed": other}), &["body.completed bool_type"]).await;
    }
    check(
        json!({"title": "", "description": "x".repeat(1001), "completed": "yes"}),
        &[
            "body.title string_too_short",
            "body.description string_too_long",
            "body.completed bool_type",
        ],
    )
    .await;
    for other in [json!([]), json!("x"), json!(1), json!(null), json!(true)] {
        check(other, &["body model_attributes_type"]).await;
    }
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 0);
}

async fn a_wrong_value_is_shown_but_never_a_long_one(test: TestApp) {
    let ada = test.ada().await;
    let answer = ada.post("/api/tasks", json!({"title": 5})).await.is(422).json();
    assert_eq!(
        answer,
        json!({
            "detail": [{
                "type": "string_type",
                "loc": ["body", "title"],
                "msg": "Input should be a valid string",
                "input": 5,
            }],
            "code": "validation_error",
        })
    );
    let long = json!({"title": "x".repeat(500_000)});
    let answer = ada.post("/api/tasks", long).await.is(422);
    assert!(answer.body.len() < 1000, "{} bytes come back", answer.body.len());
    assert_eq!(answer.json()["detail"][0]["msg"], "String should have at most 200 characters");
    let missing = ada.post("/api/tasks", json!({})).await.is(422).json();
    assert_eq!(missing["detail"][0]["msg"], "Field required");
}

async fn unknown_fields_are_ignored_and_never_obeyed(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let body = json!({
        "title": "x",
        "id": 77,
        "user_id": "bob",
        "userId": "bob",
        "owner": {"id": "bob"},
        "created_at": "1999-01-01T00:00:00Z",
        "updated_at": 0,
        "is_admin": true,
    });
    let path = "/api/tasks?user_id=bob";
    let task = ada.post(path, body.clone()).await.is(201).json();
    assert_eq!(task["user_id"], "ada");
    assert_ne!(task["id"], 77);
    assert_eq!(task["created_at"], "2026-11-21T09:30:00.000Z");
    let id = &task["id"];
    let patched = ada.patch(&format!("/api/tasks/{id}"), body).await.is(200).json();
    assert_eq!(patched, task);
    assert_eq!(bob.get("/api/tasks").await.json()["total"], 0);
}

async fn text_of_any_language_survives(test: TestApp) {
    let ada = test.ada().await;
    for text in [
        "日本語 Ünïcödé 👩‍👩‍👧‍👦",
        "'; drop table tasks; --",
        "<script>alert(1)</script>",
        "{{7*7}} ${jndi:ldap://x} %s %n \\ \" \u{202e}",
        "\u{1}\u{7f}\u{feff}x",
    ] {
        let id = ada.adds(text).await;
        assert_eq!(ada.sees(id).await["title"], text);
    }
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 5);
}

async fn the_number_of_a_task_is_a_friendly_one(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let ids = [ada.adds("a").await, bob.adds("b").await, ada.adds("c").await];
    assert_eq!(ids, [1, 2, 3]);
}

async fn two_tasks_of_one_moment_differ(test: TestApp) {
    let ada = test.ada().await;
    assert_ne!(ada.adds("x").await, ada.adds("x").await);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 2);
}

async fn fifty_tasks_at_once_are_fifty_tasks(test: TestApp) {
    let ada = test.ada().await;
    let mut adding = tokio::task::JoinSet::new();
    for number in 0..50 {
        let ada = ada.clone();
        adding.spawn(async move { ada.adds(&format!("task {number}")).await });
    }
    let mut ids = adding.join_all().await;
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 50);
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 50);
}
