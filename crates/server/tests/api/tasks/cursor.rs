//! Following a list page by page, while it changes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::families;
use crate::support::{Person, TestApp};

on_both_databases! {
    pages_yield_each_task_exactly_once_whatever_the_sort,
    what_changes_meanwhile_neither_repeats_nor_hides_a_task,
    the_last_page_says_so,
    a_cursor_belongs_to_its_sort_its_order_and_its_user,
    what_is_no_cursor_is_refused,
    a_cursor_leads_on_in_either_family_and_on_any_page_size,
}

const SORTS: [&str; 5] = ["created_at", "updated_at", "due_date", "priority", "title"];

/// All pages of a question, one after the other.
async fn follow(person: &Person, path: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut next = path.to_owned();
    loop {
        let page = person.get(&next).await.is(200).json();
        found.extend(page["tasks"].as_array().expect("a list").iter().cloned());
        assert!(found.len() < 1000, "the list has no end");
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{path}&cursor={cursor}"),
            None => return found,
        }
    }
}

fn ids(tasks: &[Value]) -> Vec<i64> {
    tasks.iter().map(|task| task["id"].as_i64().expect("a number")).collect()
}

/// Tasks of which many are alike in what they are sorted by.
async fn alike(person: &Person, count: usize) {
    for number in 0..count {
        let mut task = json!({"title": format!("task {}", number % 3)});
        if number % 4 > 0 {
            task["due_date"] = json!(format!("2026-11-{:02}", 22 + number % 2));
        }
        if number % 3 > 0 {
            task["priority"] = json!(["high", "low"][number % 2]);
        }
        person.makes(task).await;
    }
}

async fn pages_yield_each_task_exactly_once_whatever_the_sort(test: TestApp) {
    let ada = test.ada().await;
    alike(&ada, 14).await;
    for sort in SORTS {
        for order in ["asc", "desc"] {
            for filter in ["", "&completed=false", "&q=task", "&priority=high,low,none"] {
                let path = format!("/api/tasks?limit=3&sort={sort}&order={order}{filter}");
                let found = follow(&ada, &path).await;
                let whole = ada.get(&path.replace("limit=3", "limit=100")).await.is(200).json();
                assert_eq!(Value::from(found), whole["tasks"], "{path}");
            }
        }
    }
}

async fn what_changes_meanwhile_neither_repeats_nor_hides_a_task(test: TestApp) {
    let ada = test.ada().await;
    for sort in SORTS {
        alike(&ada, 9).await;
        let path = format!("/api/tasks?limit=2&sort={sort}");
        let before = ids(&follow(&ada, &path).await);
        let mut seen = Vec::new();
        let mut next = path.clone();
        let mut deleted = BTreeSet::new();
        loop {
            let page = ada.get(&next).await.is(200).json();
            seen.extend(ids(page["tasks"].as_array().expect("a list")));
            // Something new comes, and what was shown goes.
            ada.makes(json!({"title": "a new one", "priority": "high", "due_date": "2026-01-01"}))
                .await;
            let gone = *seen.last().expect("a page has tasks");
            ada.delete(&format!("/api/tasks/{gone}")).await.is(204);
            deleted.insert(gone);
            match page["next_cursor"].as_str() {
                Some(cursor) => next = format!("{path}&cursor={cursor}"),
                None => break,
            }
        }
        let unique: BTreeSet<_> = seen.iter().collect();
        assert_eq!(unique.len(), seen.len(), "{sort}: {seen:?}");
        let missed: Vec<_> = before.iter().filter(|id| !unique.contains(id)).collect();
        assert!(missed.is_empty(), "{sort} hides {missed:?}");
        assert!(!deleted.is_empty());
    }
}

async fn the_last_page_says_so(test: TestApp) {
    let ada = test.ada().await;
    let next = async |query: &str| {
        let page = ada.get(&format!("/api/tasks?{query}")).await.is(200).json();
        page["next_cursor"].clone()
    };
    assert_eq!(next("").await, Value::Null);
    for number in 0..4 {
        ada.adds(&number.to_string()).await;
    }
    assert_eq!(next("").await, Value::Null);
    assert_eq!(next("limit=4").await, Value::Null);
    assert_eq!(next("limit=2&offset=2").await, Value::Null);
    assert!(next("limit=3").await.is_string());
    // A page that was reached by its number leads on as well.
    let cursor = next("limit=1&offset=2").await;
    let cursor = cursor.as_str().expect("there is one more");
    assert_eq!(ada.titles(&format!("/api/tasks?limit=1&cursor={cursor}")).await, ["0"]);
    assert_eq!(next(&format!("limit=1&cursor={cursor}")).await, Value::Null);
}

async fn cursor(person: &Person, query: &str) -> String {
    let page = person.get(&format!("/api/tasks?limit=1&{query}")).await.is(200).json();
    page["next_cursor"].as_str().expect("there is more").to_owned()
}

async fn a_cursor_belongs_to_its_sort_its_order_and_its_user(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    for person in [&ada, &bob] {
        alike(person, 3).await;
    }
    let refused = ["query.cursor value_error"];
    let of_title = cursor(&ada, "sort=title&order=asc").await;
    for query in ["sort=title", "sort=title&order=asc", "sort_by=title&sort_order=asc"] {
        ada.get(&format!("/api/tasks?{query}&cursor={of_title}")).await.is(200);
    }
    for query in ["sort=title&order=desc", "sort=created_at", "", "sort=priority&order=asc"] {
        let path = format!("/api/tasks?{query}&cursor={of_title}");
        assert_eq!(ada.get(&path).await.problems(), refused, "{query}");
    }
    let path = format!("/api/tasks?sort=title&cursor={of_title}");
    assert_eq!(bob.get(&path).await.problems(), refused);
    let path = format!("/api/tasks?sort=title&offset=0&cursor={of_title}");
    assert_eq!(ada.get(&path).await.problems(), refused);
}

async fn what_is_no_cursor_is_refused(test: TestApp) {
    let ada = test.ada().await;
    alike(&ada, 3).await;
    let good = cursor(&ada, "").await;
    ada.get(&format!("/api/tasks?cursor={good}")).await.is(200);
    let turned: String = good.chars().rev().collect();
    let mut wrong = vec![
        String::new(),
        "x".to_owned(),
        "%00".to_owned(),
        "null".to_owned(),
        "%C3%A9".to_owned(),
        format!("{good}x"),
        format!("%20{good}x"),
        turned,
        good.repeat(200),
        "A".repeat(20_000),
    ];
    for place in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        wrong.push(String::from_utf8(bytes).expect("still ASCII"));
    }
    for cursor in wrong {
        let answer = ada.get(&format!("/api/tasks?cursor={cursor}")).await;
        assert!(answer.body.len() < 1000);
        assert_eq!(answer.problems(), ["query.cursor value_error"], "{cursor}");
    }
}

async fn a_cursor_leads_on_in_either_family_and_on_any_page_size(test: TestApp) {
    let ada = test.ada().await;
    alike(&ada, 7).await;
    let whole = ada.titles("/api/tasks").await;
    let cursor = cursor(&ada, "").await;
    for path in families(&ada) {
        for limit in [1, 2, 100] {
            let path = format!("{path}?limit={limit}&cursor={cursor}");
            let expected: Vec<_> = whole.iter().skip(1).take(limit).cloned().collect();
            assert_eq!(ada.titles(&path).await, expected);
        }
        assert_eq!(ada.get(&format!("{path}?cursor={cursor}")).await.json()["offset"], 0);
    }
}
