//! What passes a filter, and when that depends on where the owner lives.

use super::*;

async fn scene() -> (TestApp, Actor) {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for body in [
        json!({"title": "Buy milk", "tags": ["Shop", "home"], "priority": "high"}),
        json!({"title": "Straße fegen", "description": "vor dem Haus", "tags": ["HOME"]}),
        json!({"title": "100% sure_thing", "priority": "low", "due_date": "2026-11-20"}),
        json!({"title": "Call", "due_date": "2026-11-21T09:00", "tags": ["work"]}),
        json!({"title": "Pay", "due_date": "2026-11-21", "priority": "medium"}),
        json!({"title": "Done", "due_date": "2026-11-01", "completed": true}),
    ] {
        test.clock.advance_seconds(1);
        add(&test, &ada, body).await;
    }
    (test, ada)
}

#[tokio::test]
async fn everything_that_is_asked_for_must_hold() {
    let (test, ada) = scene().await;
    for (query, expected) in [
        ("q=MILK", &["Buy milk"][..]),
        ("q=STRASSE", &["Straße fegen"]),
        ("q=haus", &["Straße fegen"]),
        ("q=100%", &["100% sure_thing"]),
        ("q=_", &["100% sure_thing"]),
        ("q=nothing", &[]),
        ("tag=home", &["Straße fegen", "Buy milk"]),
        ("tag=shop&tag=WORK", &["Call", "Buy milk"]),
        ("tag=home&q=milk", &["Buy milk"]),
        ("priority=high,none&completed=false", &["Call", "Straße fegen", "Buy milk"]),
        ("priority=medium,low", &["Pay", "100% sure_thing"]),
        ("no_due=true", &["Straße fegen", "Buy milk"]),
        ("no_due=true&tag=shop", &["Buy milk"]),
        ("due_before=2026-11-21", &["Done", "100% sure_thing"]),
        ("due_before=2026-11-21T09:00", &["Done", "100% sure_thing"]),
        ("due_before=2026-11-21T09:01", &["Done", "Call", "100% sure_thing"]),
        ("due_after=2026-11-20", &["Pay", "Call"]),
        ("due_after=2026-11-21T09:00", &["Pay"]),
        ("due_after=2026-11-21", &[]),
        ("due_after=2026-11-01&due_before=2026-11-21&priority=low", &["100% sure_thing"]),
        ("completed=true", &["Done"]),
    ] {
        let page = listed(&test, &ada, query).await;
        assert_eq!(names(&page.tasks), expected, "{query}");
        assert_eq!(usize::try_from(page.total).ok(), Some(expected.len()), "{query}");
    }
}

/// It is 09:30 in Greenwich, and a few seconds.
#[tokio::test]
async fn what_is_overdue_depends_on_where_its_owner_lives() {
    let (test, ada) = scene().await;
    for (zone, expected) in [
        ("UTC", &["Call", "100% sure_thing"][..]),
        // Half past four in the morning.
        ("America/New_York", &["100% sure_thing"]),
        // Half past eleven in the evening of the day before.
        ("Pacific/Pago_Pago", &[]),
        // The day is nearly over.
        ("Pacific/Kiritimati", &["Call", "100% sure_thing"]),
    ] {
        live_in(&test, &ada, zone).await;
        assert_eq!(titles(&test, &ada, "overdue=true").await, expected, "{zone}");
    }
    live_in(&test, &ada, "Pacific/Kiritimati").await;
    test.clock.advance_seconds(30 * 60);
    let overdue = titles(&test, &ada, "overdue=true").await;
    assert_eq!(overdue, ["Pay", "Call", "100% sure_thing"], "midnight has passed");
}

#[tokio::test]
async fn a_moment_in_a_filter_is_read_where_the_owner_lives() {
    let (test, ada) = scene().await;
    let query = "due_before=2026-11-21T00:30:00Z&completed=false";
    assert_eq!(titles(&test, &ada, query).await, ["100% sure_thing"]);
    live_in(&test, &ada, "Asia/Tokyo").await;
    assert_eq!(titles(&test, &ada, query).await, ["Call", "100% sure_thing"]);
}

/// On 31 October 2027 the clocks in Berlin show 02:00 to 03:00 twice.
#[tokio::test]
async fn what_was_due_in_the_hour_that_comes_twice_is_not_late_twice() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    live_in(&test, &ada, "Europe/Berlin").await;
    for time in ["01:59", "02:30", "03:00"] {
        add(&test, &ada, json!({"title": time, "due_date": format!("2027-10-31T{time}")})).await;
    }
    // 2027-10-31T00:00:00Z, two in the morning for the first time.
    let first = rondo_domain::Timestamp::from_seconds(1_824_940_800).expect("a moment");
    test.clock.advance_seconds(first.seconds_since(test.app.now()));
    for (minutes, expected) in [
        (0, &["01:59"][..]),
        (31, &["02:30", "01:59"]),
        // It is 02:05 once more.
        (34, &["02:30", "01:59"]),
        (55, &["02:30", "01:59"]),
        (1, &["03:00", "02:30", "01:59"]),
    ] {
        test.clock.advance_seconds(minutes * 60);
        let overdue = titles(&test, &ada, "overdue=true").await;
        assert_eq!(overdue, expected, "{}", test.app.now());
    }
}
