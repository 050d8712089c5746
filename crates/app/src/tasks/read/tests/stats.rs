//! How many tasks ada has of each kind, and how many she did each day.

use rondo_domain::{PriorityCounts, TaskStats, Timestamp};

use super::*;

async fn counted(test: &TestApp, who: &Actor) -> TaskStats {
    stats(&test.app, who).await.expect("they may")
}

#[tokio::test]
async fn nobody_has_done_anything_yet() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let eve = crate::testing::actor(crate::testing::id("external|eve"));
    for who in [&ada, &eve] {
        let stats = counted(&test, who).await;
        assert_eq!((stats.total, stats.pending, stats.completed), (0, 0, 0));
        assert_eq!((stats.overdue, stats.due_today), (0, 0));
        assert_eq!(stats.completed_last_7_days, [0; 7]);
    }
}

#[tokio::test]
async fn tasks_are_counted_by_kind() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    for body in [
        json!({"title": "a", "priority": "high", "due_date": "2026-11-20"}),
        json!({"title": "b", "priority": "high", "due_date": "2026-11-21"}),
        json!({"title": "c", "priority": "medium", "due_date": "2026-11-21T09:00"}),
        json!({"title": "d", "priority": "low", "due_date": "2026-11-21T18:00"}),
        json!({"title": "e", "due_date": "2026-11-22"}),
        json!({"title": "f", "priority": "low", "due_date": "2026-11-20", "completed": true}),
    ] {
        add(&test, &ada, body.clone()).await;
        add(&test, &bob, body).await;
    }
    let gone = add(&test, &ada, json!({"title": "g", "due_date": "2026-11-20"})).await;
    delete(&test, &ada, gone.task.id).await;
    let stats = counted(&test, &ada).await;
    assert_eq!((stats.total, stats.pending, stats.completed), (6, 5, 1));
    assert_eq!((stats.overdue, stats.due_today), (2, 3));
    let PriorityCounts { high, medium, low, none } = stats.by_priority;
    assert_eq!((high, medium, low, none), (2, 1, 2, 1));
    assert_eq!(stats.completed_last_7_days, [0, 0, 0, 0, 0, 0, 1]);
    let overdue = listed(&test, &ada, "overdue=true").await;
    assert_eq!(overdue.total, stats.overdue, "the list says the same");
}

/// It is half past nine on Saturday, 21 November 2026, in Greenwich.
#[tokio::test]
async fn today_is_the_day_of_the_owner() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for due_date in ["2026-11-20", "2026-11-21", "2026-11-21T09:00", "2026-11-22"] {
        add(&test, &ada, json!({"title": due_date, "due_date": due_date})).await;
    }
    for (zone, overdue, due_today) in [
        ("UTC", 2, 2),
        ("America/New_York", 1, 2),
        // Still Friday evening, and already late on Saturday.
        ("Pacific/Pago_Pago", 0, 1),
        ("Pacific/Kiritimati", 2, 2),
    ] {
        live_in(&test, &ada, zone).await;
        let stats = counted(&test, &ada).await;
        assert_eq!((stats.overdue, stats.due_today), (overdue, due_today), "{zone}");
    }
    test.clock.advance_seconds(30 * 60);
    let stats = counted(&test, &ada).await;
    assert_eq!((stats.overdue, stats.due_today), (3, 1), "it is Sunday on Kiritimati");
}

#[tokio::test]
async fn what_was_done_is_counted_on_the_owners_day_with_today_last() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    // Eight days later it is half past nine again.
    let end = test.app.now().plus_seconds(8 * 24 * 3_600);
    let hours_ago = [154, 153, 34, 10, 9, 1, 0];
    let mut ids = Vec::new();
    for hours in hours_ago {
        ids.push(add(&test, &ada, json!(format!("{hours} hours ago"))).await.task.id);
    }
    for (id, hours) in ids.into_iter().zip(hours_ago) {
        move_to(&test, end.plus_seconds(-hours * 3_600));
        complete(&test, &ada, id).await;
    }
    move_to(&test, end);
    for (zone, expected) in [
        // Nine hours ago it was today, ten hours ago yesterday.
        ("UTC", [1, 0, 0, 0, 1, 1, 3]),
        // Half past nine in the evening.
        ("Pacific/Norfolk", [2, 0, 0, 0, 0, 1, 4]),
        // Half past four in the morning.
        ("America/New_York", [0, 0, 0, 0, 1, 2, 2]),
    ] {
        live_in(&test, &ada, zone).await;
        assert_eq!(counted(&test, &ada).await.completed_last_7_days, expected, "{zone}");
    }
}

fn move_to(test: &TestApp, moment: Timestamp) {
    test.clock.advance_seconds(moment.seconds_since(test.app.now()));
}

#[tokio::test]
async fn what_was_reopened_was_not_done() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let id = add(&test, &ada, json!("milk")).await.task.id;
    complete(&test, &ada, id).await;
    assert_eq!(counted(&test, &ada).await.completed_last_7_days[6], 1);
    let reopened = tasks::set_completed(&test.app, &test.batch(&ada), id.into(), Some(false)).await;
    assert!(reopened.is_ok());
    assert_eq!(counted(&test, &ada).await.completed_last_7_days, [0; 7]);
}
