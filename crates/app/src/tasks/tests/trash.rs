//! Deleting, restoring and removing for good.

use rondo_domain::{ChangeAction, Door, Scope, Scopes};

use super::*;
use crate::error::{Kind, Refusal};

/// A task with everything that a task can have.
fn full() -> Value {
    json!({"title": "Rent", "description": "to Bo", "due_date": "2026-11-30T09:00",
        "priority": "low", "tags": ["Home", "money"], "recurrence_rule": "FREQ=MONTHLY;COUNT=3",
        "recurrence_from": "completion"})
}

#[tokio::test]
async fn a_deleted_task_is_in_the_trash_and_nowhere_else() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add_with(&test, &ada, full()).await;
    let batch = Batch::new(&test.app, &ada);
    let deleted = delete(&test.app, &batch, task.id.into()).await.expect("it is hers");
    assert_eq!(deleted.value.task, task);
    assert_eq!((titles(&test, &ada).await.len(), listed(&test, &ada).await.total), (0, 0));
    let [trashed] = &trashed(&test, &ada).await[..] else { panic!("there is one") };
    assert!(trashed.is_like(&task) && trashed.version == 2, "{trashed:?}");
    let bob = Batch::new(&test.app, &test.user("bob").await);
    for refused in [
        show(&test.app, bob.actor(), task.id).await.err(),
        restore(&test.app, &bob, task.id).await.err(),
        purge(&test.app, &bob, task.id).await.err(),
    ] {
        assert!(matches!(refused, Some(Error::NotFound(Kind::Task))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_restored_task_has_everything_it_had() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add_with(&test, &ada, full()).await;
    let batch = Batch::new(&test.app, &ada);
    delete(&test.app, &batch, task.id.into()).await.expect("it is hers");
    let restored = restore(&test.app, &batch, task.id).await.expect("it is in the trash");
    assert!(restored.value.task.is_like(&task), "{restored:?}");
    assert_eq!(restored.value.task.version, 3);
    assert!(restored.value.due_at.is_some());
    assert_eq!(show(&test.app, &ada, task.id).await.ok(), Some(restored.value.clone()));
    assert_eq!(trashed(&test, &ada).await, []);
    // Once more is no mistake, and no change.
    let again = restore(&test.app, &batch, task.id).await.expect("it is hers");
    assert_eq!((again.value, again.batch_id), (restored.value, None));
    assert_eq!(story(&test, &ada).await, ["created 1 v1", "deleted 1 v2", "restored 1 v3"]);
}

#[tokio::test]
async fn what_is_removed_for_good_does_not_come_back() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add_with(&test, &ada, full()).await;
    let batch = Batch::new(&test.app, &ada);
    let missing = |error: Option<Error>| {
        assert!(matches!(error, Some(Error::NotFound(Kind::Task))), "{error:?}");
    };
    missing(purge(&test.app, &batch, task.id).await.err());
    delete(&test.app, &batch, task.id.into()).await.expect("it is hers");
    purge(&test.app, &batch, task.id).await.expect("it is in the trash");
    missing(purge(&test.app, &batch, task.id).await.err());
    missing(restore(&test.app, &batch, task.id).await.err());
    let last = changes(&test, &ada).await.pop().expect("there is a history");
    assert_eq!((last.action, last.version), (ChangeAction::Purged, 3));
    assert_eq!((last.before, last.after), (None, None));
}

#[tokio::test]
async fn the_trash_is_emptied_in_one_batch_however_full_it_is() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let batch = Batch::new(&test.app, &ada);
    let empty = empty_trash(&test.app, &batch).await.expect("she may");
    assert_eq!((empty.value, empty.batch_id), (0, None));
    for number in 0..501 {
        let task = add(&test, &ada, &format!("task {number}")).await;
        delete(&test.app, &batch, task.id.into()).await.expect("it is hers");
    }
    add(&test, &ada, "stays").await;
    let batch = Batch::new(&test.app, &ada);
    let emptied = empty_trash(&test.app, &batch).await.expect("she may");
    assert_eq!((emptied.value, emptied.batch_id.as_ref()), (501, Some(batch.id())));
    assert_eq!(trashed(&test, &ada).await, []);
    assert_eq!(titles(&test, &ada).await, ["stays"]);
}

#[tokio::test]
async fn removing_needs_the_scope_delete_and_bringing_back_the_scope_write() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "milk").await;
    delete(&test.app, &Batch::new(&test.app, &ada), task.id.into()).await.expect("it is hers");
    let lacks = |error: Option<Error>, scope: Scope| {
        let missing = Refusal::MissingScope(scope);
        assert!(matches!(error, Some(Error::Forbidden(refusal)) if refusal == missing));
    };
    let with = |scope: Scope| {
        let scopes = Scopes::of(&[scope]);
        Batch::new(&test.app, &Actor { door: Door::ApiToken, scopes, ..ada.clone() })
    };
    lacks(purge(&test.app, &with(Scope::Write), task.id).await.err(), Scope::Delete);
    lacks(empty_trash(&test.app, &with(Scope::Write)).await.err(), Scope::Delete);
    lacks(restore(&test.app, &with(Scope::Delete), task.id).await.err(), Scope::Write);
    assert!(restore(&test.app, &with(Scope::Write), task.id).await.is_ok());
}
