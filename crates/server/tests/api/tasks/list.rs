//! The list: order, filters, paging, totals.

use serde_json::json;

use super::families;
use crate::support::{Person, TestApp};

on_both_databases! {
    an_empty_list_is_a_list,
    the_newest_task_comes_first,
    a_filter_shows_what_it_names_and_counts_it,
    a_page_is_a_window_on_the_list,
    pages_together_are_the_whole_list,
    a_wrong_question_is_refused_with_every_problem,
    filters_that_contradict_each_other_are_refused,
    what_is_unknown_in_a_question_is_ignored,
    nobody_elses_tasks_are_in_the_list,
}

async fn an_empty_list_is_a_list(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let list = ada.get(&path).await.is(200).json();
        let empty =
            json!({"tasks": [], "total": 0, "limit": 100, "offset": 0, "next_cursor": null});
        assert_eq!(list, empty);
    }
    // Somebody of whom there is no row yet can look, too.
    let list = test.stranger("carl").get("/api/tasks").await.is(200).json();
    assert_eq!(list["total"], 0);
}

async fn the_newest_task_comes_first(test: TestApp) {
    let ada = test.ada().await;
    for title in ["first", "second"] {
        ada.adds(title).await;
        test.clock.advance_seconds(1);
    }
    // Within one moment the higher number is newer.
    ada.adds("third").await;
    ada.adds("fourth").await;
    for path in families(&ada) {
        assert_eq!(ada.titles(&path).await, ["fourth", "third", "second", "first"]);
    }
    // A change does not move a task.
    ada.toggles(1).await.is(200);
    assert_eq!(ada.titles("/api/tasks").await, ["fourth", "third", "second", "first"]);
}

/// One, two and three; the second is done.
async fn three_tasks(ada: &Person) {
    for title in ["one", "two", "three"] {
        ada.adds(title).await;
    }
    ada.toggles(2).await.is(200);
}

async fn a_filter_shows_what_it_names_and_counts_it(test: TestApp) {
    let ada = test.ada().await;
    three_tasks(&ada).await;
    let all: &[&str] = &["three", "two", "one"];
    let (pending, done): (&[&str], &[&str]) = (&["three", "one"], &["two"]);
    for (query, expected) in [
        ("", all),
        ("status=all", all),
        ("status=pending", pending),
        ("status=completed", done),
        ("completed=false", pending),
        ("completed=true", done),
        ("completed=True", done),
        ("completed=true&status=completed", done),
        ("completed=true&status=all", done),
        ("completed=false&status=pending", pending),
        ("status=completed&status=pending", pending),
    ] {
        for path in families(&ada) {
            let path = format!("{path}?{query}");
            assert_eq!(ada.titles(&path).await, expected, "{query}");
            assert_eq!(ada.get(&path).await.json()["total"], expected.len(), "{query}");
        }
    }
}

async fn a_page_is_a_window_on_the_list(test: TestApp) {
    let ada = test.ada().await;
    three_tasks(&ada).await;
    for (query, expected, limit, offset) in [
        ("limit=2", &["three", "two"][..], 2, 0),
        ("limit=2&offset=1", &["two", "one"], 2, 1),
        ("offset=2", &["one"], 100, 2),
        ("offset=3", &[], 100, 3),
        ("limit=1000", &["three", "two", "one"], 1000, 0),
        ("offset=9223372036854775807", &[], 100, i64::MAX),
    ] {
        let path = format!("/api/tasks?{query}");
        assert_eq!(ada.titles(&path).await, expected, "{query}");
        let list = ada.get(&path).await.json();
        assert_eq!(list["total"], 3, "{query}");
        assert_eq!(list["limit"], limit, "{query}");
        assert_eq!(list["offset"], offset, "{query}");
    }
    let path = "/api/tasks?status=pending&limit=1&offset=1";
    assert_eq!(ada.titles(path).await, ["one"]);
    assert_eq!(ada.get(path).await.json()["total"], 2);
}

async fn pages_together_are_the_whole_list(test: TestApp) {
    let ada = test.ada().await;
    for number in 0..7 {
        ada.adds(&number.to_string()).await;
    }
    let mut found = Vec::new();
    for offset in [0, 3, 6] {
        found.extend(ada.titles(&format!("/api/tasks?limit=3&offset={offset}")).await);
    }
    assert_eq!(found, ["6", "5", "4", "3", "2", "1", "0"]);
}

async fn a_wrong_question_is_refused_with_every_problem(test: TestApp) {
    let ada = test.ada().await;
    for (query, expected) in [
        ("limit=0", &["query.limit greater_than_equal"][..]),
        ("limit=-1", &["query.limit greater_than_equal"]),
        ("limit=1001", &["query.limit less_than_equal"]),
        ("limit=ten", &["query.limit int_parsing"]),
        ("limit=", &["query.limit int_parsing"]),
        ("limit=1.5", &["query.limit int_parsing"]),
        ("limit=99999999999999999999", &["query.limit less_than_equal"]),
        ("offset=-1", &["query.offset greater_than_equal"]),
        ("offset=%00", &["query.offset int_parsing"]),
        ("completed=maybe", &["query.completed bool_type"]),
        ("status=done", &["query.status literal_error"]),
        ("status=", &["query.status literal_error"]),
        (
            "status=done&limit=0&offset=x",
            &[
                "query.status literal_error",
                "query.limit greater_than_equal",
                "query.offset int_parsing",
            ],
        ),
    ] {
        for path in families(&ada) {
            let problems = ada.get(&format!("{path}?{query}")).await.problems();
            assert_eq!(problems, expected, "{query}");
        }
    }
}

async fn filters_that_contradict_each_other_are_refused(test: TestApp) {
    let ada = test.ada().await;
    for query in ["completed=true&status=pending", "status=completed&completed=false"] {
        let problems = ada.get(&format!("/api/tasks?{query}")).await.problems();
        assert_eq!(problems, ["query.status value_error"], "{query}");
    }
}

async fn what_is_unknown_in_a_question_is_ignored(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    ada.adds("hers").await;
    bob.adds("his").await;
    for query in ["user_id=bob", "user_id=bob&sort=title&_=1", "&&&", "%FF%FE=%FF"] {
        assert_eq!(ada.titles(&format!("/api/tasks?{query}")).await, ["hers"], "{query}");
    }
}

async fn nobody_elses_tasks_are_in_the_list(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    ada.adds("hers").await;
    bob.adds("his").await;
    assert_eq!(ada.titles("/api/tasks").await, ["hers"]);
    assert_eq!(bob.titles("/api/bob/tasks").await, ["his"]);
    bob.get("/api/ada/tasks").await.is(403).saying("Access denied").coded("access_denied");
}
