//! When a task is due, how much it matters, what it belongs to, how it recurs.

use axum::http::Method;
use serde_json::{Value, json};

use super::families;
use crate::support::{Person, TestApp};

on_both_databases! {
    everything_that_is_planned_is_shown,
    what_is_written_in_another_way_is_shown_in_one,
    null_takes_away_what_was_planned,
    every_problem_of_a_plan_is_listed_at_once,
    a_value_of_another_form_is_refused,
    a_recurrence_needs_a_due_date,
    a_due_date_floats_and_its_moment_follows_the_zone,
    a_line_of_text_becomes_a_task,
    what_is_said_wins_over_what_was_read,
    a_line_that_leaves_no_title_or_is_no_line_is_refused,
}

/// Everything that one can say of a plan.
fn planned() -> Value {
    json!({
        "title": "Pay rent",
        "due_date": "2026-11-30T09:00",
        "priority": "high",
        "tags": ["Home", "money"],
        "recurrence_rule": "FREQ=MONTHLY;BYMONTHDAY=-1",
        "recurrence_from": "completion",
    })
}

async fn everything_that_is_planned_is_shown(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let task = ada.post(&path, planned()).await.is(201).json();
        for (field, value) in planned().as_object().expect("an object") {
            assert_eq!(&task[field], value, "{field}");
        }
        assert_eq!(task["due_at"], "2026-11-30T09:00:00.000Z");
        assert_eq!(task["version"], 1);
        for field in ["previous_task_id", "next_task_id", "completed_at"] {
            assert_eq!(task[field], Value::Null, "{field}");
        }
        let path = format!("{path}/{}", task["id"]);
        assert_eq!(ada.get(&path).await.is(200).json(), task);
        let list = ada.get("/api/tasks?limit=1").await.is(200).json();
        assert_eq!(list["tasks"][0], task);
    }
}

async fn what_is_written_in_another_way_is_shown_in_one(test: TestApp) {
    let ada = test.ada().await;
    for (field, written, shown) in [
        ("due_date", json!(" 2026-11-30 "), json!("2026-11-30")),
        ("due_date", json!("2026-11-30T09:00:59"), json!("2026-11-30T09:00")),
        ("due_date", json!("2026-11-30T09:00:00+02:00"), json!("2026-11-30T07:00")),
        ("priority", json!("URGENT"), json!("high")),
        ("priority", json!("p1"), json!("high")),
        ("priority", json!("Normal"), json!("medium")),
        ("priority", json!("p3"), json!("low")),
        ("priority", json!("none"), Value::Null),
        ("tags", json!(["#Work", " work ", "WORK", "日本"]), json!(["Work", "日本"])),
        ("tags", json!([]), json!([])),
    ] {
        let task = ada.makes(json!({"title": "x", field: written})).await;
        assert_eq!(task[field], shown, "{field}: {written}");
        let path = format!("/api/tasks/{}", task["id"]);
        ada.patch(&path, json!({"due_date": null, "priority": null, "tags": []})).await.is(200);
        let task = ada.patch(&path, json!({field: written})).await.is(200).json();
        assert_eq!(task[field], shown, "{field}: {written}");
    }
    for (written, shown) in [
        ("daily", "FREQ=DAILY"),
        ("Weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("RRULE:freq=weekly;interval=2", "FREQ=WEEKLY;INTERVAL=2"),
    ] {
        let task = json!({"title": "x", "due_date": "2026-11-30", "recurrence_rule": written});
        let task = ada.makes(task).await;
        assert_eq!(task["recurrence_rule"], shown, "{written}");
        assert_eq!(task["recurrence_from"], "due");
    }
}

async fn null_takes_away_what_was_planned(test: TestApp) {
    let ada = test.ada().await;
    let path = format!("/api/tasks/{}", ada.makes(planned()).await["id"]);
    let mut expected = ada.get(&path).await.json();
    for (patch, left) in [
        (
            json!({"recurrence_rule": null}),
            json!({"recurrence_rule": null, "recurrence_from": "due"}),
        ),
        (json!({"due_date": null}), json!({"due_date": null, "due_at": null})),
        (json!({"priority": null}), json!({"priority": null})),
        (json!({"tags": []}), json!({"tags": []})),
    ] {
        let task = ada.patch(&path, patch.clone()).await.is(200).json();
        for (field, value) in left.as_object().expect("an object") {
            expected[field] = value.clone();
        }
        expected["version"] = json!(expected["version"].as_i64().map(|version| version + 1));
        expected["updated_at"] = task["updated_at"].clone();
        assert_eq!(task, expected, "{patch}");
    }
}

/// Sends a plan in every way that there is; all of them are refused alike.
async fn is_refused(ada: &Person, plan: Value, expected: &[&str]) {
    let mut task = plan.clone();
    task["title"] = json!("x");
    let path = format!("/api/tasks/{}", ada.adds("y").await);
    assert_eq!(ada.post("/api/tasks", task).await.problems(), expected, "{plan}");
    for method in [Method::PUT, Method::PATCH] {
        assert_eq!(ada.sends(method, &path, &plan).await.problems(), expected, "{plan}");
    }
}

async fn every_problem_of_a_plan_is_listed_at_once(test: TestApp) {
    let ada = test.ada().await;
    let all = json!({
        "due_date": "tomorrow",
        "priority": "p4",
        "tags": ["ok", "", 5],
        "recurrence_rule": "FREQ=SECONDLY",
        "recurrence_from": "now",
    });
    let problems = [
        "body.due_date value_error",
        "body.priority literal_error",
        "body.tags.1 string_too_short",
        "body.tags.2 string_type",
        "body.recurrence_rule value_error",
        "body.recurrence_from literal_error",
    ];
    is_refused(&ada, all, &problems).await;
}

async fn a_value_of_another_form_is_refused(test: TestApp) {
    let ada = test.ada().await;
    for date in ["", "2026-02-29", "2026-13-01", "24:00", "2026-11-30T25:00", "x\0"] {
        is_refused(&ada, json!({"due_date": date}), &["body.due_date value_error"]).await;
    }
    for other in [json!(5), json!(true), json!({"date": "2026-11-30"}), json!([])] {
        let plan = json!({"due_date": other, "priority": other, "recurrence_rule": other});
        let problems = [
            "body.due_date string_type",
            "body.priority string_type",
            "body.recurrence_rule string_type",
        ];
        is_refused(&ada, plan, &problems).await;
    }
    for other in [json!(null), json!("work"), json!({"0": "work"})] {
        is_refused(&ada, json!({"tags": other}), &["body.tags list_type"]).await;
    }
    let many: Vec<_> = (0..21).map(|number| number.to_string()).collect();
    is_refused(&ada, json!({"tags": many}), &["body.tags too_long"]).await;
    is_refused(&ada, json!({"tags": ["x".repeat(51)]}), &["body.tags.0 string_too_long"]).await;
    is_refused(&ada, json!({"tags": ["a\nb"]}), &["body.tags.0 value_error"]).await;
    let megabyte = json!({"title": "x", "recurrence_rule": "FREQ=DAILY;".repeat(80_000)});
    let answer = ada.post("/api/tasks", megabyte).await.is(422);
    assert!(answer.body.len() < 1000, "{} bytes come back", answer.body.len());
}

async fn a_recurrence_needs_a_due_date(test: TestApp) {
    let ada = test.ada().await;
    let needed = ["body.recurrence_rule value_error"];
    let without = json!({"title": "x", "recurrence_rule": "daily"});
    assert_eq!(ada.post("/api/tasks", without).await.problems(), needed);
    let path = format!("/api/tasks/{}", ada.adds("x").await);
    assert_eq!(ada.patch(&path, json!({"recurrence_rule": "daily"})).await.problems(), needed);
    let both = json!({"recurrence_rule": "daily", "due_date": "2026-11-30"});
    let task = ada.patch(&path, both).await.is(200).json();
    // The date may not go while the rule stays.
    assert_eq!(ada.patch(&path, json!({"due_date": null})).await.problems(), needed);
    // A rule that never comes to a date is none.
    let never = json!({"recurrence_rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"});
    assert_eq!(ada.patch(&path, never).await.problems(), needed);
    assert_eq!(ada.get(&path).await.json(), task);
    let from = json!({"title": "x", "recurrence_from": "completion"});
    let problems = ada.post("/api/tasks", from).await.problems();
    assert_eq!(problems, ["body.recurrence_from value_error"]);
}

async fn a_due_date_floats_and_its_moment_follows_the_zone(test: TestApp) {
    let ada = test.ada().await;
    let at_nine = ada.makes(json!({"title": "x", "due_date": "2026-11-30T09:00"})).await;
    let day = ada.makes(json!({"title": "y", "due_date": "2026-11-30"})).await;
    assert_eq!(day["due_at"], "2026-11-30T23:59:59.999Z");
    ada.patch("/api/settings", json!({"timezone": "America/New_York"})).await.is(200);
    for (task, due_at) in
        [(&at_nine, "2026-11-30T14:00:00.000Z"), (&day, "2026-12-01T04:59:59.999Z")]
    {
        let path = format!("/api/tasks/{}", task["id"]);
        let mut expected = task.clone();
        expected["due_at"] = json!(due_at);
        assert_eq!(ada.get(&path).await.is(200).json(), expected);
    }
    let moment = json!({"title": "z", "due_date": "2026-11-30T14:00:00Z"});
    assert_eq!(ada.makes(moment).await["due_date"], "2026-11-30T09:00");
}

async fn a_line_of_text_becomes_a_task(test: TestApp) {
    let ada = test.ada().await;
    let line = json!({"text": "Call Ana tomorrow at 9 #work p1 every week"});
    for path in families(&ada) {
        let read = ada.post(&format!("{path}/parse"), line.clone()).await.is(200).json();
        let task = ada.post(&path, line.clone()).await.is(201).json();
        for field in ["title", "due_date", "priority", "tags", "recurrence_rule"] {
            assert_eq!(task[field], read[field], "{field}");
        }
        assert_eq!(task["due_date"], "2026-11-22T09:00");
        assert_eq!(task["due_at"], "2026-11-22T09:00:00.000Z");
    }
    ada.patch("/api/settings", json!({"timezone": "Pacific/Kiritimati"})).await.is(200);
    test.clock.advance_seconds(3600);
    let task = ada.makes(json!({"text": "Call tomorrow"})).await;
    assert_eq!(task["due_date"], "2026-11-23");
}

async fn what_is_said_wins_over_what_was_read(test: TestApp) {
    let ada = test.ada().await;
    let line = "Call Ana tomorrow at 9 #work p1 every week";
    let task = ada
        .makes(json!({
            "text": line,
            "title": "Write to Ana",
            "description": "about the move",
            "due_date": "2026-12-24",
            "priority": "low",
            "tags": ["private"],
            "recurrence_rule": "monthly",
            "completed": true,
        }))
        .await;
    for (field, value) in [
        ("title", json!("Write to Ana")),
        ("description", json!("about the move")),
        ("due_date", json!("2026-12-24")),
        ("priority", json!("low")),
        ("tags", json!(["private"])),
        ("recurrence_rule", json!("FREQ=MONTHLY")),
        ("completed", json!(true)),
    ] {
        assert_eq!(task[field], value, "{field}");
    }
    let nothing = json!({"text": line, "priority": null, "recurrence_rule": null, "tags": []});
    let task = ada.makes(nothing).await;
    assert_eq!(task["title"], "Call Ana");
    assert_eq!(task["due_date"], "2026-11-22T09:00");
    for (field, value) in
        [("priority", json!(null)), ("recurrence_rule", json!(null)), ("tags", json!([]))]
    {
        assert_eq!(task[field], value, "{field}");
    }
}

async fn a_line_that_leaves_no_title_or_is_no_line_is_refused(test: TestApp) {
    let ada: Person = test.ada().await;
    for (line, problem) in [
        (json!(""), "body.text string_too_short"),
        (json!(" \n"), "body.text string_too_short"),
        (json!("x".repeat(2001)), "body.text string_too_long"),
        (json!("x".repeat(201)), "body.text value_error"),
        (json!(5), "body.text string_type"),
        (json!("a\0"), "body.text value_error"),
    ] {
        assert_eq!(ada.post("/api/tasks", json!({"text": line})).await.problems(), [problem]);
    }
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 0);
}
