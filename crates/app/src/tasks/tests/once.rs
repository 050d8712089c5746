//! Writes of tasks with a key, sent twice.

use super::*;

fn same<T: std::fmt::Debug + PartialEq>(
    first: Result<Done<T>, Error>,
    again: Result<Done<T>, Error>,
) {
    let (first, again) = (first.expect("it is done"), again.expect("it was done"));
    assert!(!first.is_replayed);
    assert_eq!(again, Done { is_replayed: true, ..first });
}

/// What happened, in words.
async fn actions(test: &TestApp, actor: &Actor) -> Vec<&'static str> {
    changes(test, actor).await.iter().map(|change| change.action.as_str()).collect()
}

#[tokio::test]
async fn making_and_changing_happen_once() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let app = &test.app;
    let create = async || {
        let body = json!({"title": "Rent", "due_date": "2026-11-30", "recurrence_rule": "monthly"});
        let input = input::new_task(body).expect("a test task is valid");
        create(app, &test.keyed(&ada, "create"), input).await
    };
    let first = create().await;
    let id = first.as_ref().expect("a task is stored").value.task.id;
    same(first, create().await);
    let rename =
        async || update(app, &test.keyed(&ada, "rename"), id.into(), titled("Rent!")).await;
    same(rename().await, rename().await);
    let toggle = async || set_completed(app, &test.keyed(&ada, "toggle"), id.into(), None).await;
    same(toggle().await, toggle().await);
    let tag = async || {
        let body = json!({"ids": [id.get()], "action": "update", "patch": {"tags": ["x"]}});
        let input = input::bulk(body).expect("a test call is valid");
        bulk(app, &test.keyed(&ada, "bulk"), input).await
    };
    same(tag().await, tag().await);
    let expected = ["created", "updated", "completed", "created", "updated"];
    assert_eq!(actions(&test, &ada).await, expected);
}

#[tokio::test]
async fn deleting_and_bringing_back_happen_once() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let app = &test.app;
    let id = add(&test, &ada, "milk").await.id;
    let delete = async |key: &str| delete(app, &test.keyed(&ada, key), id.into()).await;
    same(delete("1").await, delete("1").await);
    let undo = async || {
        history::undo(app, &test.keyed(&ada, "undo"), history::UndoTarget::Latest, false).await
    };
    same(undo().await, undo().await);
    delete("2").await.expect("it is hers");
    let restore = async || restore(app, &test.keyed(&ada, "restore"), id).await;
    same(restore().await, restore().await);
    delete("3").await.expect("it is hers");
    let purge = async || purge(app, &test.keyed(&ada, "purge"), id).await;
    same(purge().await, purge().await);
    let empty = async || empty_trash(app, &test.keyed(&ada, "empty")).await;
    same(empty().await, empty().await);
    let expected = ["created", "deleted", "restored", "deleted", "restored", "deleted", "purged"];
    assert_eq!(actions(&test, &ada).await, expected);
}

#[tokio::test]
async fn a_replay_comes_before_everything_else() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "milk").await;
    let batch = || test.keyed(&ada, "k");
    let target = || Target { id: task.id, if_match: Some(IfMatch::Versions(vec![1])) };
    let first = update(&test.app, &batch(), target(), titled("tea")).await;
    // By now it is another version, and then it is gone.
    let again = update(&test.app, &batch(), target(), titled("tea")).await;
    assert_eq!(again.as_ref().ok().map(|done| done.is_replayed), Some(true));
    delete(&test.app, &Batch::new(&test.app, &ada), task.id.into()).await.expect("it is hers");
    same(first, update(&test.app, &batch(), target(), titled("tea")).await);
    assert_eq!(story(&test, &ada).await.len(), 3);
}

#[tokio::test]
async fn a_write_that_changed_nothing_is_remembered_too() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "milk").await;
    let first = update(&test.app, &test.keyed(&ada, "k"), task.id.into(), titled("milk")).await;
    assert_eq!(first.as_ref().ok().map(|done| done.batch_id.clone()), Some(None));
    let other = Batch::new(&test.app, &ada);
    update(&test.app, &other, task.id.into(), titled("tea")).await.expect("it is hers");
    let again = update(&test.app, &test.keyed(&ada, "k"), task.id.into(), titled("milk")).await;
    same(first, again);
    assert_eq!(titles(&test, &ada).await, ["tea"]);
}
