//! How many tasks there are of which kind.

use serde_json::{Value, json};

use crate::support::{DAY, Person, TestApp};

on_both_databases! {
    nothing_is_counted_where_there_is_nothing,
    tasks_are_counted_by_state_date_and_priority,
    what_was_done_is_counted_by_the_days_of_the_user,
    nobody_counts_what_is_somebody_elses,
}

async fn stats(person: &Person) -> Value {
    let stats = person.get("/api/tasks/stats").await.is(200).json();
    let path = format!("/api/{}/tasks/stats", person.id);
    assert_eq!(person.get(&path).await.is(200).json(), stats);
    stats
}

fn nothing() -> Value {
    json!({
        "total": 0,
        "pending": 0,
        "completed": 0,
        "overdue": 0,
        "due_today": 0,
        "by_priority": {"high": 0, "medium": 0, "low": 0, "none": 0},
        "completed_last_7_days": [0, 0, 0, 0, 0, 0, 0],
    })
}

async fn nothing_is_counted_where_there_is_nothing(test: TestApp) {
    assert_eq!(stats(&test.ada().await).await, nothing());
    assert_eq!(stats(&test.stranger("carl")).await, nothing());
}

async fn tasks_are_counted_by_state_date_and_priority(test: TestApp) {
    let ada = test.ada().await;
    for task in [
        json!({"title": "late", "due_date": "2026-11-20", "priority": "high"}),
        json!({"title": "late today", "due_date": "2026-11-21T09:00", "priority": "high"}),
        json!({"title": "today", "due_date": "2026-11-21", "priority": "medium"}),
        json!({"title": "tomorrow", "due_date": "2026-11-22T00:00", "priority": "low"}),
        json!({"title": "whenever"}),
        json!({"title": "done", "due_date": "2026-11-20", "completed": true}),
        json!({"title": "done today", "due_date": "2026-11-21", "completed": true}),
        json!({"title": "deleted", "due_date": "2026-11-20"}),
    ] {
        ada.makes(task).await;
    }
    ada.delete("/api/tasks/8").await.is(204);
    let found = stats(&ada).await;
    for (name, expected) in
        [("total", 7), ("pending", 5), ("completed", 2), ("overdue", 2), ("due_today", 2)]
    {
        assert_eq!(found[name], expected, "{name}");
    }
    assert_eq!(found["by_priority"], json!({"high": 2, "medium": 1, "low": 1, "none": 3}));
    assert_eq!(found["completed_last_7_days"], json!([0, 0, 0, 0, 0, 0, 2]));
    assert_eq!(found["overdue"], ada.get("/api/tasks?overdue=true").await.json()["total"]);
    // On Kiritimati it is 23:30, and a day begins in half an hour.
    ada.patch("/api/settings", json!({"timezone": "Pacific/Kiritimati"})).await.is(200);
    test.clock.advance_seconds(1800);
    let found = stats(&ada).await;
    assert_eq!((&found["overdue"], &found["due_today"]), (&json!(3), &json!(1)));
}

async fn what_was_done_is_counted_by_the_days_of_the_user(test: TestApp) {
    let ada = test.ada().await;
    for day in 0..8 {
        for number in 0..=day {
            ada.makes(json!({"title": format!("{day} {number}"), "completed": true})).await;
        }
        test.clock.advance_seconds(DAY);
    }
    // Nothing was done today, and one on the first day, which is over a week ago.
    assert_eq!(stats(&ada).await["completed_last_7_days"], json!([3, 4, 5, 6, 7, 8, 0]));
    ada.patch("/api/settings", json!({"timezone": "Pacific/Kiritimati"})).await.is(200);
    assert_eq!(stats(&ada).await["completed_last_7_days"], json!([3, 4, 5, 6, 7, 8, 0]));
    test.clock.advance_seconds(1800);
    assert_eq!(stats(&ada).await["completed_last_7_days"], json!([4, 5, 6, 7, 8, 0, 0]));
    // What is reopened was not done.
    let last = ada.get("/api/tasks?limit=1").await.json()["tasks"][0]["id"].clone();
    ada.toggles(last.as_i64().expect("a number")).await.is(200);
    assert_eq!(stats(&ada).await["completed_last_7_days"], json!([4, 5, 6, 7, 7, 0, 0]));
}

async fn nobody_counts_what_is_somebody_elses(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    ada.makes(json!({"title": "hers", "completed": true, "due_date": "2026-11-01"})).await;
    assert_eq!(stats(&bob).await, nothing());
    bob.get("/api/ada/tasks/stats").await.is(403);
    test.nobody().get("/api/tasks/stats").await.is(401);
    let ada = ada.logs_in().await;
    for (scope, status) in [("read", 200), ("write", 403), ("delete", 403)] {
        ada.makes_token(&[scope]).await.get("/api/tasks/stats").await.is(status);
    }
}
