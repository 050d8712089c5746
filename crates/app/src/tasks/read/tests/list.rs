//! Pages of a list: how long they are, how they are sorted, where they end.

use super::*;

#[tokio::test]
async fn ada_sees_her_tasks_newest_first_with_the_total() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    for title in ["one", "two", "three"] {
        let id = add(&test, &ada, json!(title)).await.task.id;
        if title == "two" {
            complete(&test, &ada, id).await;
        }
    }
    add(&test, &bob, json!("his")).await;
    assert_eq!(titles(&test, &ada, "").await, ["three", "two", "one"]);
    for (query, shown, total) in [
        ("limit=1", &["three"][..], 3),
        ("limit=1&offset=1", &["two"], 3),
        ("offset=3", &[], 3),
        ("status=completed", &["two"], 1),
        ("status=pending&limit=1", &["three"], 2),
    ] {
        let page = listed(&test, &ada, query).await;
        assert_eq!((names(&page.tasks).as_slice(), page.total), (shown, total), "{query}");
    }
    let page = listed(&test, &ada, "limit=7&offset=2").await;
    assert_eq!((page.limit, page.offset, page.next_cursor), (7, 2, None));
}

#[tokio::test]
async fn a_user_whom_nobody_knows_yet_has_an_empty_list() {
    let test = TestApp::new().await;
    let eve = crate::testing::actor(crate::testing::id("external|eve"));
    for query in ["", "overdue=true", "q=milk&tag=home&sort=due_date"] {
        let page = listed(&test, &eve, query).await;
        assert_eq!((page.tasks.len(), page.total, page.next_cursor), (0, 0, None), "{query}");
    }
}

#[tokio::test]
async fn a_list_is_sorted_as_asked() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for (title, due_date, priority) in [
        ("beta", json!("2026-12-02"), json!("low")),
        ("Alpha", json!(null), json!("high")),
        ("gamma", json!("2026-12-01T09:00"), json!(null)),
        ("delta", json!("2026-12-01"), json!("medium")),
    ] {
        test.clock.advance_seconds(1);
        let body = json!({"title": title, "due_date": due_date, "priority": priority});
        add(&test, &ada, body).await;
    }
    for (query, expected) in [
        ("sort=created_at", ["delta", "gamma", "Alpha", "beta"]),
        ("sort=created_at&order=asc", ["beta", "Alpha", "gamma", "delta"]),
        ("sort=title", ["Alpha", "beta", "delta", "gamma"]),
        ("sort=title&order=desc", ["gamma", "delta", "beta", "Alpha"]),
        // A day alone ends later than any of its hours; no date is last either way.
        ("sort=due_date", ["gamma", "delta", "beta", "Alpha"]),
        ("sort=due_date&order=desc", ["beta", "delta", "gamma", "Alpha"]),
        ("sort=priority", ["Alpha", "delta", "beta", "gamma"]),
        ("sort=priority&order=asc", ["beta", "delta", "Alpha", "gamma"]),
    ] {
        assert_eq!(titles(&test, &ada, query).await, expected, "{query}");
    }
}
