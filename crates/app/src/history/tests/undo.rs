//! Undo and redo, and what stands in their way.

use rondo_domain::{BatchId, ChangeId, Door, Reason, Scope, Scopes};

use super::*;
use crate::error::{Kind, Refusal};

async fn undo_batch(
    test: &TestApp,
    actor: &Actor,
    batch: Option<BatchId>,
) -> Result<Done<Undone>, Error> {
    let target = UndoTarget::Batch(batch.expect("it changed something"));
    undo(&test.app, &test.batch(actor), target, false).await
}

async fn undo_latest(test: &TestApp, actor: &Actor) -> Result<Done<Undone>, Error> {
    undo(&test.app, &test.batch(actor), UndoTarget::Latest, false).await
}

fn is_not_found(result: &Result<Done<Undone>, Error>) -> bool {
    matches!(result, Err(Error::NotFound(Kind::Change)))
}

fn in_the_way(result: Result<Done<Undone>, Error>) -> Vec<(TaskId, Reason)> {
    match result {
        Err(Error::UndoConflict(tasks)) => tasks.iter().map(|t| (t.task_id, t.reason)).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_creation_is_undone_into_the_trash_and_redone_out_of_it() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let body = json!({"title": "Rent", "due_date": "2026-11-30", "priority": "p1",
        "tags": ["home"], "recurrence_rule": "monthly", "description": "to Bo"});
    let created = add(&test, &ada, body).await;
    let task = created.value.task.clone();
    let undone = undo_batch(&test, &ada, created.batch_id.clone()).await.expect("nothing is new");
    assert_eq!(Some(&undone.value.undoes), created.batch_id.as_ref());
    assert_eq!((&undone.value.tasks[..], &undone.value.trashed[..]), (&[][..], &[task.id][..]));
    assert_eq!((list(&test, &ada).await.len(), trash(&test, &ada).await.len()), (0, 1));

    let redone = undo_batch(&test, &ada, undone.batch_id).await.expect("nothing is new");
    let [again] = &redone.value.tasks[..] else { panic!("{redone:?}") };
    assert!(again.task.is_like(&task), "{again:?}");
    assert_eq!((again.due_at, again.task.version), (created.value.due_at, 3));
    assert_eq!(list(&test, &ada).await, std::slice::from_ref(&again.task));
}

#[tokio::test]
async fn completing_a_recurring_task_is_undone_with_what_follows_and_redone() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let body = json!({"title": "Rent", "due_date": "2026-11-30", "recurrence_rule": "monthly"});
    let task = add(&test, &ada, body).await.value.task;
    let batch = test.batch(&ada);
    let done = tasks::set_completed(&test.app, &batch, task.id.into(), None).await;
    let done = done.expect("it is hers").value.task;
    let next = done.next_task_id.expect("it recurs");

    let undone = undo_batch(&test, &ada, Some(batch.id().clone())).await.expect("nothing is new");
    assert_eq!(undone.value.trashed, [next]);
    assert!(undone.value.tasks[0].task.is_like(&task));
    let redone = undo_batch(&test, &ada, undone.batch_id).await.expect("nothing is new");
    assert_eq!(redone.value.trashed, []);
    let tasks = list(&test, &ada).await;
    assert!(tasks.iter().any(|task| task.id == next && task.previous_task_id == Some(done.id)));
    assert!(tasks.iter().any(|task| task.is_like(&done)));
}

#[tokio::test]
async fn a_change_names_its_whole_batch() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let ids = [1, 2, 3].map(|_| json!({"title": "x"}));
    for body in ids {
        add(&test, &ada, body).await;
    }
    let body = json!({"ids": [1, 2, 3], "action": "complete"});
    let bulk = input::bulk(body).expect("a test call is valid");
    tasks::bulk(&test.app, &test.batch(&ada), bulk).await.expect("all hers");
    let change = UndoTarget::Change(ChangeId::new(5).expect("it is a number"));
    let undone = undo(&test.app, &test.batch(&ada), change, false).await.expect("nothing is new");
    assert_eq!(undone.value.tasks.len(), 3);
    assert!(list(&test, &ada).await.iter().all(|task| !task.completed));
    let feed = all_changes(&test, &ada, 6).await.expect("it is kept");
    assert!(feed.changes.iter().all(|c| c.undoes.as_ref() == Some(&undone.value.undoes)));
}

#[tokio::test]
async fn what_changed_since_is_in_the_way_and_can_be_overridden() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for _ in 0..4 {
        add(&test, &ada, json!({"title": "x", "due_date": "2026-11-30"})).await;
    }
    let [one, two, three, four] = [1, 2, 3, 4].map(|id| TaskId::new(id).expect("an id"));
    let body = json!({"ids": [1, 2, 3, 4], "action": "update", "patch": {"title": "y"}});
    let bulk = input::bulk(body).expect("a test call is valid");
    let done = tasks::bulk(&test.app, &test.batch(&ada), bulk).await.expect("all hers");
    rename(&test, &ada, one, "z").await;
    delete(&test, &ada, two).await;
    delete(&test, &ada, three).await;
    tasks::purge(&test.app, &test.batch(&ada), three).await.expect("it is in the trash");

    let before = all_changes(&test, &ada, 0).await.expect("it is kept").latest;
    let refused = undo_batch(&test, &ada, done.batch_id.clone()).await;
    if let Err(Error::UndoConflict(tasks)) = &refused {
        assert!(tasks[0].task.as_ref().is_some_and(|shown| shown.due_at.is_some()));
        assert_eq!((&tasks[1].task, &tasks[2].task), (&None, &None));
    }
    let reasons = [(one, Reason::Changed), (two, Reason::Deleted), (three, Reason::Purged)];
    assert_eq!(in_the_way(refused), reasons);
    assert_eq!(all_changes(&test, &ada, 0).await.ok().map(|feed| feed.latest), Some(before));

    let target = UndoTarget::Batch(done.batch_id.expect("it changed something"));
    let forced = undo(&test.app, &test.batch(&ada), target, true).await.expect("it is forced");
    let mut put_back: Vec<_> = forced.value.tasks.iter().map(|shown| shown.task.id).collect();
    put_back.sort_unstable();
    assert_eq!(put_back, [one, two, four]);
    assert_eq!(titles(&test, &ada).await, ["x", "x", "x"]);
}

#[tokio::test]
async fn undo_that_goes_further_back_each_time_and_redo_comes_back() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    assert!(is_not_found(&undo_latest(&test, &ada).await));
    let id = add(&test, &ada, json!({"title": "one"})).await.value.task.id;
    rename(&test, &ada, id, "two").await;
    rename(&test, &ada, id, "three").await;

    let undone = undo_latest(&test, &ada).await.expect("there is something");
    assert_eq!(titles(&test, &ada).await, ["two"]);
    undo_batch(&test, &ada, undone.batch_id).await.expect("nothing is new");
    assert_eq!(titles(&test, &ada).await, ["three"]);
    for expected in [&["two"][..], &["one"], &[]] {
        undo_latest(&test, &ada).await.expect("there is something");
        assert_eq!(titles(&test, &ada).await, expected);
    }
    assert!(is_not_found(&undo_latest(&test, &ada).await));

    // What is done after an undo is the latest then.
    let tea = add(&test, &ada, json!({"title": "tea"})).await.value.task.id;
    delete(&test, &ada, tea).await;
    undo_latest(&test, &ada).await.expect("there is something");
    assert_eq!(titles(&test, &ada).await, ["tea"]);
}

#[tokio::test]
async fn what_was_removed_for_good_is_not_undone() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let id = add(&test, &ada, json!({"title": "x"})).await.value.task.id;
    delete(&test, &ada, id).await;
    tasks::empty_trash(&test.app, &test.batch(&ada)).await.expect("she may");
    assert_eq!(in_the_way(undo_latest(&test, &ada).await), [(id, Reason::Purged)]);
    let forced = undo(&test.app, &test.batch(&ada), UndoTarget::Latest, true).await;
    let forced = forced.expect("it is forced");
    assert_eq!((forced.batch_id, forced.value.tasks), (None, vec![]));
}

#[tokio::test]
async fn an_undo_happens_once() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let id = add(&test, &ada, json!({"title": "one"})).await.value.task.id;
    let renamed = rename(&test, &ada, id, "two").await;
    undo_batch(&test, &ada, renamed.batch_id.clone()).await.expect("nothing is new");
    let again = undo_batch(&test, &ada, renamed.batch_id).await;
    assert_eq!(in_the_way(again), [(id, Reason::Changed)]);
}

#[tokio::test]
async fn bob_cannot_undo_what_ada_did() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let created = add(&test, &ada, json!({"title": "hers"})).await;
    assert!(is_not_found(&undo_batch(&test, &bob, created.batch_id).await));
    let first = UndoTarget::Change(ChangeId::new(1).expect("it is a number"));
    let theirs = undo(&test.app, &test.batch(&bob), first, true).await;
    assert!(is_not_found(&theirs));
    assert_eq!(titles(&test, &ada).await, ["hers"]);
}

#[tokio::test]
async fn undoing_needs_write_and_what_would_delete_needs_delete() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let created = add(&test, &ada, json!({"title": "one"})).await;
    let renamed = rename(&test, &ada, created.value.task.id, "two").await;
    let with =
        |scope: Scope| Actor { door: Door::ApiToken, scopes: Scopes::of(&[scope]), ..ada.clone() };
    let lacks = |result: Result<Done<Undone>, Error>, scope| {
        let missing = Refusal::MissingScope(scope);
        assert!(matches!(result, Err(Error::Forbidden(refusal)) if refusal == missing));
    };
    for other in [Scope::Read, Scope::Delete] {
        lacks(undo_batch(&test, &with(other), renamed.batch_id.clone()).await, Scope::Write);
    }
    let undone = undo_batch(&test, &with(Scope::Write), renamed.batch_id).await;
    assert!(undone.is_ok(), "{undone:?}");
    let refused = undo_batch(&test, &with(Scope::Write), created.batch_id).await;
    lacks(refused, Scope::Delete);
    assert_eq!(titles(&test, &ada).await, ["one"]);
}

#[tokio::test]
async fn too_many_changes_are_not_undone_at_once() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, json!({"title": "one"})).await.value.task;
    let batch = test.batch(&ada);
    let journal = Journal::of(&batch, test.app.now());
    let changes: Vec<_> = (0..10_001).map(|_| journal.updated(&task, &task)).collect();
    test.write(move |txn| async move { journal.record_all(&txn, &changes).await }).await;
    let refused = undo_batch(&test, &ada, Some(batch.id().clone())).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
}
