//! What a line of text would be as a task, for whom.
//!
//! The clock begins on Saturday, 21 November 2026, at 09:30 UTC.

use serde_json::{Value, json};

use super::families;
use crate::support::{Person, TestApp};

on_both_databases! {
    everything_in_a_line_is_found_and_shown_where_it_is,
    a_line_of_plain_words_is_a_title,
    tomorrow_depends_on_where_one_is,
    next_week_depends_on_the_day_it_begins_with,
    two_people_read_one_line_each_in_their_way,
    a_stranger_reads_with_the_defaults,
    places_count_characters_and_not_bytes,
    nothing_is_stored,
    what_is_no_line_is_refused,
    only_what_is_left_has_to_fit_a_title,
    hostile_lines_are_titles,
    a_token_needs_the_scope_read,
    it_is_nobody_elses_calendar,
}

/// What a line is understood as, the same through both families.
async fn parsed(person: &Person, text: &str) -> Value {
    let [short, long] = families(person).map(|path| format!("{path}/parse"));
    let answer = person.post(&short, json!({"text": text})).await.is(200).json();
    let same = person.post(&long, json!({"text": text})).await.is(200).json();
    assert_eq!(same, answer, "{text}");
    answer
}

async fn due(person: &Person, text: &str) -> Value {
    parsed(person, text).await["due_date"].clone()
}

async fn chooses(person: &Person, settings: Value) {
    person.patch("/api/settings", settings).await.is(200);
}

async fn everything_in_a_line_is_found_and_shown_where_it_is(test: TestApp) {
    let ada = test.ada().await;
    assert_eq!(
        parsed(&ada, "Call Ana tomorrow at 9 #work p1 every week").await,
        json!({
            "title": "Call Ana",
            "due_date": "2026-11-22T09:00",
            "priority": "high",
            "tags": ["work"],
            "recurrence_rule": "FREQ=WEEKLY",
            "spans": [
                {"start": 9, "end": 22, "kind": "due_date"},
                {"start": 23, "end": 28, "kind": "tags"},
                {"start": 29, "end": 31, "kind": "priority"},
                {"start": 32, "end": 42, "kind": "recurrence_rule"},
            ],
        })
    );
}

async fn a_line_of_plain_words_is_a_title(test: TestApp) {
    let ada = test.ada().await;
    for text in ["Buy milk", "read \"The Man Who Was Thursday\"", "pay 5/12", "tomorrow"] {
        assert_eq!(
            parsed(&ada, text).await,
            json!({
                "title": text,
                "due_date": null,
                "priority": null,
                "tags": [],
                "recurrence_rule": null,
                "spans": [],
            })
        );
    }
}

async fn tomorrow_depends_on_where_one_is(test: TestApp) {
    let ada = test.ada().await;
    assert_eq!(due(&ada, "Call tomorrow").await, "2026-11-22");
    // An hour later it is Sunday on Kiritimati, and still Friday on Pago Pago.
    test.clock.advance_seconds(3600);
    for (zone, expected) in [
        ("Pacific/Kiritimati", "2026-11-23"),
        ("Pacific/Pago_Pago", "2026-11-21"),
        ("Asia/Kolkata", "2026-11-22"),
    ] {
        chooses(&ada, json!({"timezone": zone})).await;
        assert_eq!(due(&ada, "Call tomorrow").await, expected, "{zone}");
    }
}

async fn next_week_depends_on_the_day_it_begins_with(test: TestApp) {
    let ada = test.ada().await;
    for (day, expected) in
        [("monday", "2026-11-23"), ("sunday", "2026-11-22"), ("saturday", "2026-11-28")]
    {
        chooses(&ada, json!({"week_start": day})).await;
        assert_eq!(due(&ada, "Call next week").await, expected, "{day}");
    }
}

async fn two_people_read_one_line_each_in_their_way(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    chooses(&bob, json!({"timezone": "Asia/Tokyo", "week_start": "sunday"})).await;
    // Half past midnight in Tokyo.
    test.clock.advance_seconds(6 * 3600);
    for (text, of_ada, of_bob) in [
        ("Call tomorrow", "2026-11-22", "2026-11-23"),
        ("Call at 16:00", "2026-11-21T16:00", "2026-11-22T16:00"),
        ("Call next week", "2026-11-23", "2026-11-29"),
    ] {
        assert_eq!(due(&ada, text).await, of_ada, "{text}");
        assert_eq!(due(&bob, text).await, of_bob, "{text}");
    }
}

async fn a_stranger_reads_with_the_defaults(test: TestApp) {
    let eve = test.stranger("external-eve");
    assert_eq!(due(&eve, "Call tomorrow").await, "2026-11-22");
    eve.get("/api/auth/me").await.is(404);
}

async fn places_count_characters_and_not_bytes(test: TestApp) {
    let ada = test.ada().await;
    let words = "😀 日本 tomorrow #büro";
    let found = parsed(&ada, words).await;
    assert_eq!((&found["title"], &found["tags"]), (&json!("😀 日本"), &json!(["büro"])));
    let letters: Vec<char> = words.chars().collect();
    let phrases = found["spans"].as_array().expect("there are spans").iter().map(|span| {
        let place = |end: &str| {
            let place = span[end].as_u64().expect("a place is a number");
            usize::try_from(place).expect("it is a small one")
        };
        letters[place("start")..place("end")].iter().collect::<String>()
    });
    assert_eq!(phrases.collect::<Vec<_>>(), ["tomorrow", "#büro"]);
}

async fn nothing_is_stored(test: TestApp) {
    let ada = test.ada().await;
    parsed(&ada, "Call Ana tomorrow #work").await;
    assert_eq!(ada.get("/api/tasks").await.is(200).json()["total"], 0);
    assert_eq!(ada.adds("the first").await, 1);
    // The path is no task, and takes nothing but a line.
    let answer = ada.get("/api/tasks/parse").await.is(405);
    assert_eq!(answer.header("allow"), "POST");
}

async fn what_is_no_line_is_refused(test: TestApp) {
    let ada = test.ada().await;
    let check = async |body: Value, expected: &str| {
        for path in families(&ada) {
            let problems = ada.post(&format!("{path}/parse"), body.clone()).await.problems();
            assert_eq!(problems, [expected], "{body}");
        }
    };
    check(json!({}), "body.text missing").await;
    check(json!({"title": "Call Ana"}), "body.text missing").await;
    for other in [json!(null), json!(5), json!(true), json!(["x"]), json!({"x": 1})] {
        check(json!({"text": other}), "body.text string_type").await;
    }
    for blank in ["", " ", "\t\n", "\u{2003}"] {
        check(json!({"text": blank}), "body.text string_too_short").await;
    }
    for letter in ["x", "é", "😀"] {
        check(json!({"text": letter.repeat(2001)}), "body.text string_too_long").await;
    }
    check(json!({"text": "a\0b"}), "body.text value_error").await;
    for other in [json!([]), json!("Call Ana"), json!(null)] {
        check(other, "body model_attributes_type").await;
    }
    let long = json!({"text": "x ".repeat(250_000)});
    let answer = ada.post("/api/tasks/parse", long).await.is(422);
    assert!(answer.body.len() < 1000, "{} bytes come back", answer.body.len());
    assert_eq!(answer.json()["detail"][0]["msg"], "String should have at most 2000 characters");
}

async fn only_what_is_left_has_to_fit_a_title(test: TestApp) {
    let ada = test.ada().await;
    let title = "日".repeat(200);
    let found = parsed(&ada, &format!("{title} tomorrow at 9 p1")).await;
    assert_eq!((&found["title"], &found["priority"]), (&json!(title), &json!("high")));
    let answer = ada.post("/api/tasks/parse", json!({"text": format!("{title}x p1")})).await;
    assert_eq!(answer.clone().problems(), ["body.text value_error"]);
    let sentence = "Value error, more than 200 characters are left for the title";
    assert_eq!(answer.json()["detail"][0]["msg"], sentence);
}

async fn hostile_lines_are_titles(test: TestApp) {
    let ada = test.ada().await;
    for text in [
        "'; drop table users; --",
        "<script>alert(1)</script>",
        "in 99999999999999999999 days",
        "every 0 days",
        "call \u{202e}worromot\u{feff}",
        "30 feb",
        "#",
        "### p0 p4 p99",
        "at 25:61",
        "{{7*7}} ${jndi:ldap://x} %s %n \\",
    ] {
        let found = parsed(&ada, text).await;
        assert_eq!((&found["title"], &found["due_date"]), (&json!(text), &json!(null)), "{text}");
    }
    // Much of everything, as long as a line may be.
    for phrase in ["tomorrow ", "#a ", "every monday ", "\" ", "( ", "p1 ", "at 5pm on ", "1."] {
        let line: String = phrase.chars().cycle().take(2000).collect();
        let answer = ada.post("/api/tasks/parse", json!({"text": line})).await;
        assert!([200, 422].contains(&answer.status.as_u16()), "{phrase}: {}", answer.text());
    }
}

async fn a_token_needs_the_scope_read(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    for (scope, status) in [("read", 200), ("write", 403), ("delete", 403)] {
        let robot = ada.makes_token(&[scope]).await;
        robot.post("/api/tasks/parse", json!({"text": "x"})).await.is(status);
    }
}

async fn it_is_nobody_elses_calendar(test: TestApp) {
    let (_, bob) = (test.ada().await, test.bob().await);
    let line = json!({"text": "Call tomorrow"});
    bob.post("/api/ada/tasks/parse", line.clone()).await.is(403).saying("Access denied");
    bob.post("/api/ada/tasks/parse", json!({})).await.is(403);
    test.nobody().post("/api/tasks/parse", line).await.is(401).saying("Not authenticated");
}
