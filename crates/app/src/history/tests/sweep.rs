//! What is removed from the trash and the history after 30 days.

use rondo_domain::{AuthorName, ChangeAction};
use tokio::task::yield_now;

use super::*;

const DAY: i64 = 86_400;

/// Waits for what the last write has started in the background.
async fn swept(test: &TestApp, actor: &Actor, is_done: impl AsyncFn() -> bool) {
    for _ in 0..10_000 {
        if is_done().await {
            return;
        }
        yield_now().await;
    }
    let feed = all_changes(test, actor, 0).await;
    panic!("nothing was removed: {feed:?}");
}

async fn oldest(test: &TestApp, actor: &Actor) -> i64 {
    let owner = actor.user_id.clone();
    test.read(|txn| async move { txn.list_changes(&owner, 0, 1).await }).await.oldest
}

#[tokio::test]
async fn a_write_removes_what_is_older_than_the_operator_wants() {
    let test = TestApp::with(|settings| settings.trash_days = 2).await;
    let ada = test.user("ada").await;
    let old = add(&test, &ada, json!({"title": "old"})).await.value.task.id;
    delete(&test, &ada, old).await;
    test.clock.advance_seconds(DAY);
    let recent = add(&test, &ada, json!({"title": "recent"})).await.value.task.id;
    delete(&test, &ada, recent).await;
    test.clock.advance_seconds(DAY + 1);
    add(&test, &ada, json!({"title": "now"})).await;

    swept(&test, &ada, async || oldest(&test, &ada).await == 3).await;
    let left: Vec<_> = trash(&test, &ada).await.iter().map(|task| task.id).collect();
    assert_eq!(left, [recent]);
    let feed = all_changes(&test, &ada, 2).await.expect("the rest is kept");
    let purged = feed.changes.last().expect("there is a history");
    assert_eq!((purged.action, purged.task_id), (ChangeAction::Purged, old));
    let name = purged.author.name.as_ref().map(AuthorName::as_str);
    assert_eq!(name, Some("automatic clean-up"));
    let ids: Vec<_> = feed.changes.iter().map(|change| change.id.get()).collect();
    assert_eq!(ids, [3, 4, 5, 6]);
    // Whoever wants to know what came before has to begin anew.
    let gap = all_changes(&test, &ada, 1).await;
    assert!(matches!(gap, Err(Error::ChangesPurged { latest: 6 })), "{gap:?}");

    // Nobody asked for this, so nobody means it by "undo that".
    let undone = undo(&test.app, &test.batch(&ada), UndoTarget::Latest, false).await;
    assert!(undone.is_ok(), "{undone:?}");
    assert_eq!(titles(&test, &ada).await, [""; 0]);
}

#[tokio::test]
async fn it_is_looked_after_a_user_every_ten_minutes_at_most() {
    let test = TestApp::with(|settings| settings.trash_days = 1).await;
    let ada = test.user("ada").await;
    add(&test, &ada, json!({"title": "one"})).await;
    test.clock.advance_seconds(DAY + 1);
    add(&test, &ada, json!({"title": "two"})).await;
    swept(&test, &ada, async || oldest(&test, &ada).await == 2).await;

    // The second change is a day old only when the pause is not over.
    test.clock.advance_seconds(599);
    add(&test, &ada, json!({"title": "three"})).await;
    for _ in 0..1_000 {
        yield_now().await;
    }
    assert_eq!(oldest(&test, &ada).await, 2);
    test.clock.advance_seconds(DAY);
    add(&test, &ada, json!({"title": "four"})).await;
    swept(&test, &ada, async || oldest(&test, &ada).await == 3).await;
}
