//! What is in the trash, and for whom.

use super::*;

async fn trashed(test: &TestApp, who: &Actor, page: Page) -> (Vec<String>, i64) {
    let list = trash(&test.app, who, page).await.expect("they may");
    assert_eq!(list.page, page);
    (list.tasks.iter().map(|t| t.task.task.title.as_str().to_owned()).collect(), list.total)
}

#[tokio::test]
async fn the_trash_shows_the_latest_deleted_first() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let mut ids = Vec::new();
    for title in ["one", "two", "three", "kept"] {
        ids.push(add(&test, &ada, json!(title)).await.task.id);
    }
    for index in [1, 0, 2] {
        test.clock.advance_seconds(1);
        delete(&test, &ada, ids[index]).await;
    }
    let (titles, total) = trashed(&test, &ada, Page::default()).await;
    assert_eq!((titles.join(" "), total), ("three one two".to_owned(), 3));
    let (titles, total) = trashed(&test, &ada, Page::new(1, 1)).await;
    assert_eq!((titles.join(" "), total), ("one".to_owned(), 3));
    assert_eq!(trashed(&test, &bob, Page::default()).await, (vec![], 0));
}

#[tokio::test]
async fn a_task_in_the_trash_is_as_it_was_and_in_no_list() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    live_in(&test, &ada, "Asia/Tokyo").await;
    let body = json!({
        "title": "Call", "description": "d", "due_date": "2026-12-24T09:00", "priority": "high",
        "tags": ["home"], "recurrence_rule": "weekly"
    });
    let made = add(&test, &ada, body).await;
    test.clock.advance_seconds(5);
    delete(&test, &ada, made.task.id).await;
    let list = trash(&test.app, &ada, Page::default()).await.expect("she may");
    let found = &list.tasks[0];
    assert_eq!(found.deleted_at, test.app.now());
    assert_eq!(found.task.task.plan, made.task.plan);
    assert_eq!(found.task.due_at, made.due_at);
    assert_eq!(found.task.task.version, made.task.version + 1);
    for query in ["", "completed=false", "tag=home", "q=call", "priority=high", "sort=due_date"] {
        assert_eq!(titles(&test, &ada, query).await, [""; 0], "{query}");
    }
    assert_eq!(stats(&test.app, &ada).await.map(|stats| stats.total).ok(), Some(0));
}
