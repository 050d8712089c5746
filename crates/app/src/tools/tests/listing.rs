//! What `list_tasks` shows.

use rondo_domain::{TimeZoneName, UserSettingsPatch, WeekStart};

use super::*;
use crate::user_settings;

/// It is Saturday, 21 November 2026, half past nine.
async fn planned(test: &TestApp, ada: &Actor) {
    for (title, due) in [
        ("Yesterday", "2026-11-20"),
        ("This morning", "2026-11-21T09:00"),
        ("Today", "2026-11-21"),
        ("Tonight", "2026-11-21T23:59"),
        ("Midnight", "2026-11-22T00:00"),
        ("Tomorrow", "2026-11-22"),
        ("Monday", "2026-11-23"),
        ("Last Monday", "2026-11-16"),
    ] {
        add(test, ada, json!({"title": title, "due_date": due})).await;
    }
    add(test, ada, json!({"title": "Some day"})).await;
}

#[tokio::test]
async fn days_are_those_of_the_user() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    planned(&test, &ada).await;
    for (mut arguments, expected) in [
        (json!({"due": "overdue"}), "Last Monday, Yesterday, This morning"),
        (json!({"due": "today"}), "This morning, Tonight, Today"),
        (json!({"due": "tomorrow"}), "Midnight, Tomorrow"),
        (
            json!({"due": "this_week"}),
            "Last Monday, Yesterday, This morning, Tonight, Today, Midnight, Tomorrow",
        ),
        (json!({"due": "none"}), "Some day"),
        (json!({"due_from": "2026-11-22", "due_to": "2026-11-23"}), "Midnight, Tomorrow, Monday"),
        (json!({"due_from": "2026-11-23"}), "Monday"),
        (json!({"due_to": "2026-11-20"}), "Last Monday, Yesterday"),
        (
            json!({"due_from": "0001-01-01", "due_to": "9999-12-31", "limit": 2}),
            "Last Monday, Yesterday",
        ),
    ] {
        let shown = arguments.to_string();
        assert_eq!(titles(&test, &ada, arguments.take()).await.join(", "), expected, "{shown}");
    }
    let patch = UserSettingsPatch {
        time_zone: TimeZoneName::parse("Pacific/Auckland").ok(),
        week_start: Some(WeekStart::Sunday),
        name: None,
    };
    test.clock.advance_seconds(2 * 60 * 60);
    user_settings::update(&test.app, &test.batch(&ada), patch).await.expect("it is stored");
    // It is past midnight in Auckland.
    let today = titles(&test, &ada, json!({"due": "today"})).await;
    assert_eq!(today, ["Midnight", "Tomorrow"]);
    let week = titles(&test, &ada, json!({"due": "this_week"})).await;
    assert_eq!(week, ["Midnight", "Tomorrow", "Monday"]);
}

#[tokio::test]
async fn every_filter_must_hold() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for (title, priority, tags) in [
        ("Write report", "high", json!(["work"])),
        ("Read report", "low", json!(["Work", "later"])),
        ("Paint fence", "none", json!([])),
    ] {
        add(&test, &ada, json!({"title": title, "priority": priority, "tags": tags})).await;
    }
    call(&test, &ada, "complete_task", json!({"task_id": 1})).await;
    for (mut arguments, expected) in [
        (json!({}), "Paint fence, Read report, Write report"),
        (json!({"status": "pending"}), "Paint fence, Read report"),
        (json!({"status": "completed"}), "Write report"),
        (json!({"q": "REPORT"}), "Read report, Write report"),
        (json!({"q": ""}), "Paint fence, Read report, Write report"),
        (json!({"q": "report", "status": "pending"}), "Read report"),
        (json!({"tag": "work"}), "Read report, Write report"),
        (json!({"tag": "work", "priority": "high"}), "Write report"),
        (json!({"priority": "none"}), "Paint fence"),
        (json!({"q": "nothing like it"}), ""),
    ] {
        let shown = arguments.to_string();
        assert_eq!(titles(&test, &ada, arguments.take()).await.join(", "), expected, "{shown}");
    }
    let contradiction = json!({"due": "overdue", "status": "completed"});
    assert_eq!(refused(&test, &ada, "list_tasks", contradiction).await.code, "validation_error");
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for number in 1..=60 {
        add(&test, &ada, json!({"title": format!("Task {number}")})).await;
    }
    let first = call(&test, &ada, "list_tasks", json!({})).await;
    assert_eq!((first["tasks"].as_array().map(Vec::len), &first["total"]), (Some(50), &json!(60)));
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let rest = call(&test, &ada, "list_tasks", json!({"cursor": cursor})).await;
    assert_eq!(rest["tasks"].as_array().map(Vec::len), Some(10));
    assert_eq!(rest["next_cursor"], Value::Null);
    let elsewhere = json!({"cursor": cursor, "due": "today"});
    let refusal = refused(&test, &ada, "list_tasks", elsewhere).await;
    assert_eq!(refusal.field.as_deref(), Some("cursor"));
}

#[tokio::test]
async fn rows_are_short() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    add(&test, &ada, json!({"title": "Bare"})).await;
    let note = "ü".repeat(121);
    add(&test, &ada, json!({"title": "Noted", "description": note, "tags": ["a"]})).await;
    add(&test, &ada, json!({"title": "Briefly", "description": "é".repeat(120)})).await;
    let page = call(&test, &ada, "list_tasks", json!({})).await;
    let brief = json!({
        "task_id": 3, "title": "Briefly", "completed": false, "description": "é".repeat(120),
    });
    assert_eq!(page["tasks"][0], brief);
    let note = page["tasks"][1]["description"].as_str().expect("there is a note");
    assert_eq!((note.chars().count(), note.ends_with('…')), (120, true));
    assert_eq!(page["tasks"][2], json!({"task_id": 1, "title": "Bare", "completed": false}));
}
