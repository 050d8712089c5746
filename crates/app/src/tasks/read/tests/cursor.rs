//! Following a list page by page, and what does not lead anywhere.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rondo_domain::Secret;

use super::*;

const SORTS: [&str; 5] = ["created_at", "updated_at", "due_date", "priority", "title"];
const ORDERS: [&str; 2] = ["asc", "desc"];

/// Tasks of which many have the same key, or none.
async fn scene() -> (TestApp, Actor) {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    for n in 0..23 {
        if n % 4 == 0 {
            test.clock.advance_seconds(60);
        }
        let due_date = match n % 3 {
            0 => json!(null),
            1 => json!("2026-12-24"),
            _ => json!(format!("2026-12-{:02}T10:00", 1 + n % 7)),
        };
        let priority = [json!(null), json!("high"), json!("low")][n % 3].clone();
        let title = format!("{} Ärger", ["x", "É", "😀", "%"][n % 4]);
        let completed = n % 5 == 0;
        let body = json!({
            "title": title, "due_date": due_date, "priority": priority, "completed": completed,
            "tags": if n % 2 == 0 { json!(["even"]) } else { json!([]) }
        });
        add(&test, &ada, body.clone()).await;
        add(&test, &bob, body).await;
    }
    (test, ada)
}

/// The tasks of all pages, and how many pages there were.
async fn followed(test: &TestApp, who: &Actor, query: &str, limit: usize) -> (Vec<TaskId>, usize) {
    let (mut ids, mut pages) = (Vec::new(), 1);
    let mut page = listed(test, who, &format!("{query}&limit={limit}")).await;
    loop {
        ids.extend(page.tasks.iter().map(|shown| shown.task.id));
        assert_eq!(page.offset, 0);
        let Some(cursor) = &page.next_cursor else {
            return (ids, pages);
        };
        assert_eq!(page.tasks.len(), limit, "only the last page may be short");
        page = listed(test, who, &format!("{query}&limit={limit}&cursor={cursor}")).await;
        assert!(!page.tasks.is_empty(), "a cursor leads to something");
        pages += 1;
    }
}

#[tokio::test]
async fn following_the_cursors_shows_each_task_once_whatever_the_order() {
    let (test, ada) = scene().await;
    for sort in SORTS {
        for order in ORDERS {
            for filter in ["", "&completed=false", "&tag=even", "&q=ärger", "&due_after=2026-01-01"]
            {
                let query = format!("sort={sort}&order={order}{filter}");
                let whole = listed(&test, &ada, &query).await;
                let expected: Vec<TaskId> = whole.tasks.iter().map(|s| s.task.id).collect();
                assert_eq!(whole.next_cursor, None);
                for limit in [1, 4, expected.len(), 100] {
                    let (ids, pages) = followed(&test, &ada, &query, limit).await;
                    assert_eq!(ids, expected, "{query} by {limit}");
                    assert_eq!(pages, expected.len().div_ceil(limit), "{query} by {limit}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_task_that_comes_or_goes_meanwhile_moves_no_other() {
    let (test, ada) = scene().await;
    let before = listed(&test, &ada, "").await;
    let first = listed(&test, &ada, "limit=5").await;
    let cursor = first.next_cursor.expect("there is more");
    // An offset would show one twice, or none of it.
    test.clock.advance_seconds(60);
    add(&test, &ada, json!("newer than all")).await;
    delete(&test, &ada, first.tasks[4].task.id).await;
    delete(&test, &ada, first.tasks[0].task.id).await;
    let rest = listed(&test, &ada, &format!("limit=100&cursor={cursor}")).await;
    let ids = |tasks: &[ShownTask]| tasks.iter().map(|s| s.task.id).collect::<Vec<_>>();
    assert_eq!(ids(&rest.tasks), ids(&before.tasks[5..]));
}

async fn is_refused(test: &TestApp, who: &Actor, query: &str) {
    let Err(Error::Invalid(problems)) = list(&test.app, who, asked(query)).await else {
        panic!("{query} was accepted");
    };
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!((problem.location.as_str(), problem.field), ("query", Some("cursor")));
    assert!(problem.problem.to_string().contains("not a cursor of this list"));
    assert_eq!(problem.input, None);
}

#[tokio::test]
async fn a_cursor_is_good_for_one_users_list_in_one_order() {
    let (test, ada) = scene().await;
    let bob = crate::testing::actor(crate::testing::id("bob"));
    let first = listed(&test, &ada, "limit=5&sort=title").await;
    let cursor = first.next_cursor.expect("there is more");
    let good = format!("cursor={cursor}&sort=title");
    // The filter may change: the place in the order is the same.
    for query in [good.clone(), format!("{good}&order=asc&completed=false&limit=1")] {
        assert!(list(&test.app, &ada, asked(&query)).await.is_ok(), "{query}");
    }
    is_refused(&test, &bob, &good).await;
    is_refused(&test, &ada, &format!("{good}&order=desc")).await;
    is_refused(&test, &ada, &format!("cursor={cursor}")).await;
    for sort in SORTS.iter().filter(|sort| **sort != "title") {
        is_refused(&test, &ada, &format!("cursor={cursor}&sort={sort}")).await;
    }
    let other = test.replica(2, |settings| {
        settings.secret = Secret::new("another secret, of 32 characters or more".to_owned());
    });
    is_refused(&other, &ada, &good).await;
    let replica = test.replica(3, |_| ());
    assert!(list(&replica.app, &ada, asked(&good)).await.is_ok());
}

#[tokio::test]
async fn a_cursor_cannot_be_made_or_changed_by_anybody_else() {
    let (test, ada) = scene().await;
    let cursor = listed(&test, &ada, "limit=5").await.next_cursor.expect("there is more");
    assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')));
    for index in 0..cursor.len() {
        let other = if cursor.as_bytes()[index] == b'A' { "B" } else { "A" };
        let mut forged = cursor.clone();
        forged.replace_range(index..=index, other);
        is_refused(&test, &ada, &format!("cursor={forged}")).await;
    }
    let plain = URL_SAFE_NO_PAD.encode("[1795253400000000,5]");
    for forged in ["", " ", "0", "null", "%00", "é", &cursor[1..], &plain, &"A".repeat(100_000)] {
        is_refused(&test, &ada, &format!("cursor={forged}")).await;
    }
}

#[tokio::test]
async fn a_cursor_tells_nothing() {
    let (test, ada) = scene().await;
    let mut seen = HashSet::new();
    for _ in 0..10 {
        let cursor = listed(&test, &ada, "limit=5&sort=title").await.next_cursor;
        let cursor = cursor.expect("there is more");
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).expect("it is base64");
        assert!(!String::from_utf8_lossy(&bytes).contains("rger"), "no title can be read");
        assert!(seen.insert(cursor), "the same place looks different each time");
    }
}
