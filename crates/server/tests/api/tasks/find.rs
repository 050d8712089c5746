//! Finding tasks: filters, and the order of the list.

use axum::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::families;
use crate::support::{Person, TestApp};

on_both_databases! {
    a_filter_finds_what_it_names_and_counts_it,
    filters_hold_together,
    a_text_is_found_in_any_case_and_as_it_is_written,
    what_is_overdue_depends_on_the_users_clock,
    a_list_is_sorted_as_it_is_asked_for,
    every_problem_of_a_question_is_listed,
    what_contradicts_itself_is_refused,
    other_names_of_parameters_mean_the_same,
    nobody_finds_what_is_somebody_elses,
}

/// It is Saturday, 21 November 2026, half past nine.
async fn some_tasks(person: &Person) {
    for task in [
        json!({"title": "Pay rent", "due_date": "2026-11-20", "priority": "high", "tags": ["home"]}),
        json!({"title": "Buy MILK", "due_date": "2026-11-21", "tags": ["Shopping"]}),
        json!({"title": "Call Ana", "due_date": "2026-11-21T09:00", "priority": "low"}),
        json!({"title": "Buy bread", "description": "and oat milk", "tags": ["shopping", "home"]}),
        json!({"title": "Taxes", "due_date": "2026-12-31T12:00", "priority": "medium"}),
        json!({"title": "Old", "due_date": "2026-11-01", "completed": true, "priority": "high"}),
    ] {
        person.makes(task).await;
    }
}

async fn finds(person: &Person, query: &str, expected: &[&str]) {
    for path in families(person) {
        let path = format!("{path}?{query}");
        let mut found = person.titles(&path).await;
        found.sort();
        assert_eq!(found, expected, "{query}");
        assert_eq!(person.get(&path).await.json()["total"], expected.len(), "{query}");
    }
}

async fn a_filter_finds_what_it_names_and_counts_it(test: TestApp) {
    let ada = test.ada().await;
    some_tasks(&ada).await;
    let all = ["Buy MILK", "Buy bread", "Call Ana", "Old", "Pay rent", "Taxes"];
    for (query, expected) in [
        ("q=", &all[..]),
        ("q=milk", &["Buy MILK", "Buy bread"]),
        ("q=BUY%20m", &["Buy MILK"]),
        ("q=nothing+like+it", &[]),
        ("priority=high", &["Old", "Pay rent"]),
        ("priority=high,LOW", &["Call Ana", "Old", "Pay rent"]),
        ("priority=p2", &["Taxes"]),
        ("priority=none", &["Buy MILK", "Buy bread"]),
        ("priority=none,medium,none", &["Buy MILK", "Buy bread", "Taxes"]),
        ("tag=home", &["Buy bread", "Pay rent"]),
        ("tag=%23SHOPPING", &["Buy MILK", "Buy bread"]),
        ("tag=home&tag=shopping", &["Buy MILK", "Buy bread", "Pay rent"]),
        ("tag=hom", &[]),
        ("due_before=2026-11-21", &["Old", "Pay rent"]),
        ("due_before=2026-11-21T09:01", &["Call Ana", "Old", "Pay rent"]),
        ("due_before=2026-11-21T09:00", &["Old", "Pay rent"]),
        ("due_before=2026-11-22", &["Buy MILK", "Call Ana", "Old", "Pay rent"]),
        ("due_after=2026-11-21", &["Taxes"]),
        ("due_after=2026-11-21T08:59", &["Buy MILK", "Call Ana", "Taxes"]),
        ("due_after=2026-11-20&due_before=2026-11-22", &["Buy MILK", "Call Ana"]),
        ("due_after=2026-11-21T08:59:00Z", &["Buy MILK", "Call Ana", "Taxes"]),
        ("overdue=true", &["Call Ana", "Pay rent"]),
        ("overdue=false", &all),
        ("no_due=true", &["Buy bread"]),
        ("no_due=false", &all),
    ] {
        finds(&ada, query, expected).await;
    }
}

async fn filters_hold_together(test: TestApp) {
    let ada = test.ada().await;
    some_tasks(&ada).await;
    for (query, expected) in [
        ("q=buy&tag=home", &["Buy bread"][..]),
        ("q=buy&no_due=true&status=pending", &["Buy bread"]),
        ("priority=high&completed=false", &["Pay rent"]),
        ("priority=high&status=completed", &["Old"]),
        ("overdue=true&priority=low,high&tag=home", &["Pay rent"]),
        ("overdue=true&due_after=2026-11-20", &["Call Ana"]),
        ("overdue=true&due_before=2026-12-31", &["Call Ana", "Pay rent"]),
        ("due_after=2026-12-31&due_before=2026-11-01", &[]),
    ] {
        finds(&ada, query, expected).await;
    }
    // A page is a part of what was found, and the total is all of it.
    let page = ada.get("/api/tasks?q=buy&limit=1&offset=1").await.is(200).json();
    assert_eq!((&page["total"], &page["tasks"][0]["title"]), (&json!(2), &json!("Buy MILK")));
}

async fn a_text_is_found_in_any_case_and_as_it_is_written(test: TestApp) {
    let ada = test.ada().await;
    for title in ["100 % done", "a_b", "axb", "ÜBER \\ grün", "it's \"quoted\"", "日本語 😀"]
    {
        ada.adds(title).await;
    }
    for (text, expected) in [
        ("%", &["100 % done"][..]),
        ("_", &["a_b"]),
        ("\\", &["ÜBER \\ grün"]),
        ("über", &["ÜBER \\ grün"]),
        ("GRÜN", &["ÜBER \\ grün"]),
        ("'s", &["it's \"quoted\""]),
        ("\"", &["it's \"quoted\""]),
        ("本", &["日本語 😀"]),
        ("😀", &["日本語 😀"]),
        (" a_b ", &["a_b"]),
        ("*", &[]),
        (".", &[]),
    ] {
        let query = format!("q={}", utf8_percent_encode(text, NON_ALPHANUMERIC));
        finds(&ada, &query, expected).await;
    }
}

async fn what_is_overdue_depends_on_the_users_clock(test: TestApp) {
    let ada = test.ada().await;
    for due in ["2026-11-20", "2026-11-21", "2026-11-21T09:30", "2026-11-21T23:00"] {
        ada.makes(json!({"title": due, "due_date": due})).await;
    }
    finds(&ada, "overdue=true", &["2026-11-20"]).await;
    test.clock.advance_seconds(1);
    finds(&ada, "overdue=true", &["2026-11-20", "2026-11-21T09:30"]).await;
    // On Kiritimati it is 23:30 already.
    ada.patch("/api/settings", json!({"timezone": "Pacific/Kiritimati"})).await.is(200);
    let late = ["2026-11-20", "2026-11-21T09:30", "2026-11-21T23:00"];
    finds(&ada, "overdue=true", &late).await;
    ada.patch("/api/settings", json!({"timezone": "America/Los_Angeles"})).await.is(200);
    finds(&ada, "overdue=true", &["2026-11-20"]).await;
}

async fn a_list_is_sorted_as_it_is_asked_for(test: TestApp) {
    let ada = test.ada().await;
    for task in [
        json!({"title": "b", "due_date": "2026-11-22", "priority": "low"}),
        json!({"title": "A"}),
        json!({"title": "c", "due_date": "2026-11-21T10:00", "priority": "high"}),
        json!({"title": "Ä", "due_date": "2026-11-22T08:00", "priority": "medium"}),
    ] {
        ada.makes(task).await;
        test.clock.advance_seconds(1);
    }
    ada.patch("/api/tasks/1", json!({"description": "changed last"})).await.is(200);
    for (query, expected) in [
        ("", ["Ä", "c", "A", "b"]),
        ("sort=created_at", ["Ä", "c", "A", "b"]),
        ("order=asc", ["b", "A", "c", "Ä"]),
        ("sort=updated_at", ["b", "Ä", "c", "A"]),
        ("sort=updated_at&order=asc", ["A", "c", "Ä", "b"]),
        // What has no date, or no priority, comes last either way.
        ("sort=due_date", ["c", "Ä", "b", "A"]),
        ("sort=due_date&order=desc", ["b", "Ä", "c", "A"]),
        ("sort=priority", ["c", "Ä", "b", "A"]),
        ("sort=priority&order=asc", ["b", "Ä", "c", "A"]),
        ("sort=title", ["A", "b", "c", "Ä"]),
        ("sort=title&order=desc", ["Ä", "c", "b", "A"]),
    ] {
        for path in families(&ada) {
            assert_eq!(ada.titles(&format!("{path}?{query}")).await, expected, "{query}");
        }
    }
}

async fn every_problem_of_a_question_is_listed(test: TestApp) {
    let ada = test.ada().await;
    let long = format!("q={}", "x".repeat(201));
    let many: Vec<_> = (0..21).map(|number| format!("tag={number}")).collect();
    let many = many.join("&");
    for (query, expected) in [
        ("priority=urgently", &["query.priority literal_error"][..]),
        ("priority=high,", &["query.priority literal_error"]),
        ("tag=", &["query.tag.0 string_too_short"]),
        ("tag=a&tag=%00", &["query.tag.1 value_error"]),
        (&many, &["query.tag too_long"]),
        (&long, &["query.q string_too_long"]),
        ("q=a%00b", &["query.q value_error"]),
        ("due_before=soon", &["query.due_before value_error"]),
        ("due_after=2026-02-30", &["query.due_after value_error"]),
        ("overdue=1", &["query.overdue bool_type"]),
        ("no_due=yes", &["query.no_due bool_type"]),
        ("sort=id", &["query.sort literal_error"]),
        ("sort=", &["query.sort literal_error"]),
        ("order=up", &["query.order literal_error"]),
        (
            "q=%00&priority=x&due_before=x&sort=x&order=x&limit=0&offset=-1",
            &[
                "query.q value_error",
                "query.priority literal_error",
                "query.due_before value_error",
                "query.sort literal_error",
                "query.order literal_error",
                "query.limit greater_than_equal",
                "query.offset greater_than_equal",
            ],
        ),
    ] {
        for path in families(&ada) {
            let problems = ada.get(&format!("{path}?{query}")).await.problems();
            assert_eq!(problems, expected, "{query}");
        }
    }
}

async fn what_contradicts_itself_is_refused(test: TestApp) {
    let ada = test.ada().await;
    for (query, expected) in [
        ("overdue=true&completed=true", "query.overdue value_error"),
        ("overdue=true&status=completed", "query.overdue value_error"),
        ("no_due=true&overdue=true", "query.no_due value_error"),
        ("no_due=true&due_before=2026-11-21", "query.no_due value_error"),
        ("no_due=true&due_after=2026-11-21", "query.no_due value_error"),
        ("sort=title&sort_by=priority", "query.sort_by value_error"),
        ("order=asc&sort_order=desc", "query.sort_order value_error"),
        ("q=a&search=b", "query.search value_error"),
    ] {
        let problems = ada.get(&format!("/api/tasks?{query}")).await.problems();
        assert_eq!(problems, [expected], "{query}");
    }
}

async fn other_names_of_parameters_mean_the_same(test: TestApp) {
    let ada = test.ada().await;
    for title in ["one", "two", "tree"] {
        ada.adds(title).await;
    }
    let expected = ["two", "tree"];
    for query in [
        "q=T&sort=title&order=desc",
        "search=t&sort_by=title&sort_order=desc",
        "q=t&search=t&sort=title&sort_by=title&order=desc&sort_order=desc",
    ] {
        let path = format!("/api/tasks?{query}");
        assert_eq!(ada.titles(&path).await, expected, "{query}");
    }
}

async fn nobody_finds_what_is_somebody_elses(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    some_tasks(&ada).await;
    for query in ["q=buy", "tag=home", "priority=high", "overdue=true", "sort=title", "no_due=true"]
    {
        let found = bob.get(&format!("/api/tasks?{query}")).await.is(200).json();
        assert_eq!((&found["tasks"], &found["total"]), (&json!([]), &json!(0)), "{query}");
        bob.get(&format!("/api/ada/tasks?{query}")).await.is(403);
        test.nobody().get(&format!("/api/tasks?{query}")).await.is(401);
    }
    let head = ada.asks(Method::HEAD, "/api/tasks?q=buy");
    assert!(ada.send(head, String::new()).await.is(200).body.is_empty());
    let stranger: Value = test.stranger("carl").get("/api/tasks?q=x").await.is(200).json();
    assert_eq!(stranger["total"], 0);
}
