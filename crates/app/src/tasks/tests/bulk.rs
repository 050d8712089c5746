//! Changing many tasks at once.

use rondo_domain::{Door, Scope, Scopes, TaskId};

use super::*;
use crate::error::{Kind, PathPart, Refusal};

async fn all(
    test: &TestApp,
    actor: &Actor,
    ids: &[TaskId],
    action: Value,
) -> Result<Done<Vec<ShownTask>>, Error> {
    let mut body = action;
    body["ids"] = ids.iter().map(|id| id.get()).collect();
    let input = input::bulk(body).expect("a test call is valid");
    bulk(&test.app, &Batch::new(&test.app, actor), input).await
}

async fn three(test: &TestApp, actor: &Actor) -> [TaskId; 3] {
    let mut ids = Vec::new();
    for title in ["one", "two", "three"] {
        ids.push(add(test, actor, title).await.id);
    }
    ids.try_into().expect("there are three")
}

#[tokio::test]
async fn many_tasks_are_done_in_one_batch_and_in_the_order_named() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let [one, two, three] = three(&test, &ada).await;
    let complete = json!({"action": "complete"});
    let done = all(&test, &ada, &[three, one, three], complete.clone()).await.expect("all hers");
    let ids: Vec<_> = done.value.iter().map(|shown| shown.task.id).collect();
    assert_eq!(ids, [three, one]);
    assert!(done.value.iter().all(|shown| shown.task.completed));
    let batches: Vec<_> = changes(&test, &ada).await.into_iter().map(|c| c.batch_id).collect();
    assert!(batches[3..].iter().all(|batch| Some(batch) == done.batch_id.as_ref()));
    assert_eq!(batches.len(), 5);

    // Those that are done already stay as they are.
    let again = all(&test, &ada, &[one, two, three], complete.clone()).await.expect("all hers");
    assert!(again.batch_id.is_some());
    assert_eq!(story(&test, &ada).await[5..], ["completed 2 v2"]);
    let nothing = all(&test, &ada, &[one, two, three], complete).await.expect("all hers");
    assert_eq!((nothing.batch_id, nothing.value), (None, again.value));
}

#[tokio::test]
async fn one_task_that_cannot_be_changed_stops_all_of_them() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let [one, two, _] = three(&test, &ada).await;
    let foreign = add(&test, &bob, "his").await.id;
    let unknown = TaskId::new(4711).expect("it could be an id");
    let before = story(&test, &ada).await;
    for action in ["complete", "reopen", "delete", "restore"] {
        let action = json!({"action": action});
        let missing = all(&test, &ada, &[one, unknown, two], action.clone()).await;
        assert!(matches!(missing, Err(Error::NotFound(Kind::Task))), "{missing:?}");
        let denied = all(&test, &ada, &[one, foreign, two], action).await;
        assert!(matches!(denied, Err(Error::Forbidden(Refusal::AccessDenied))), "{denied:?}");
    }
    assert_eq!(story(&test, &ada).await, before);
}

#[tokio::test]
async fn a_patch_that_one_task_refuses_stops_all_of_them() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let dated = add_with(&test, &ada, json!({"title": "Rent", "due_date": "2026-11-30"})).await;
    let plain = add(&test, &ada, "milk").await;
    let daily = json!({"action": "update", "patch": {"recurrence_rule": "daily"}});
    let refused = all(&test, &ada, &[dated.id, plain.id], daily.clone()).await;
    let Err(Error::Invalid(problems)) = refused else { panic!("{refused:?}") };
    assert_eq!(problems[0].field, Some("patch"));
    assert_eq!(problems[0].inner, [PathPart::Field("recurrence_rule")]);
    assert!(all(&test, &ada, &[dated.id], daily).await.is_ok());

    let tagged = json!({"action": "update", "patch": {"tags": ["home"], "priority": "low"}});
    let done = all(&test, &ada, &[dated.id, plain.id], tagged).await.expect("all hers");
    assert!(done.value.iter().all(|shown| shown.task.plan.tags.as_slice().len() == 1));
}

#[tokio::test]
async fn tasks_go_to_the_trash_together_and_come_back_together() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let ids = three(&test, &ada).await;
    let before = listed(&test, &ada).await.tasks;
    let deleted = all(&test, &ada, &ids, json!({"action": "delete"})).await.expect("all hers");
    let mut as_they_were = deleted.value;
    as_they_were.reverse();
    assert_eq!(as_they_were, before);
    assert_eq!(trashed(&test, &ada).await.len(), 3);

    let [one, two, _] = ids;
    let batch = Batch::new(&test.app, &ada);
    restore(&test.app, &batch, two).await.expect("it is in the trash");
    let restored = all(&test, &ada, &[one, two], json!({"action": "restore"})).await;
    let versions = restored.expect("all hers").value.into_iter().map(|shown| shown.task.version);
    assert_eq!(versions.collect::<Vec<_>>(), [3, 3]);
    assert_eq!(titles(&test, &ada).await, ["two", "one"]);
}

#[tokio::test]
async fn each_of_many_recurring_tasks_is_followed_by_its_own() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let mut ids = Vec::new();
    for number in 0..100 {
        let body = json!({"title": format!("{number}"), "due_date": "2026-11-22",
            "recurrence_rule": "daily"});
        ids.push(add_with(&test, &ada, body).await.id);
    }
    let done = all(&test, &ada, &ids, json!({"action": "complete"})).await.expect("all hers");
    for shown in done.value {
        let next = shown.task.next_task_id.expect("it recurs");
        let next = show(&test.app, &ada, next).await.expect("it is there").task;
        assert_eq!((next.title, next.previous_task_id), (shown.task.title, Some(shown.task.id)));
    }
    assert_eq!(listed(&test, &ada).await.total, 200);
    let versions = changes(&test, &ada).await;
    assert_eq!(versions.len(), 100, "the first page of the history is full");
}

#[tokio::test]
async fn deleting_many_needs_the_scope_delete_and_the_rest_the_scope_write() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let ids = three(&test, &ada).await;
    for (action, needed) in [("delete", Scope::Delete), ("complete", Scope::Write)] {
        for scope in Scope::ALL {
            let scopes = Scopes::of(&[scope]);
            let token = Actor { door: Door::ApiToken, scopes, ..ada.clone() };
            let done = all(&test, &token, &ids, json!({"action": action})).await;
            assert_eq!(done.is_ok(), scope == needed, "{action} with {scope:?}");
        }
        all(&test, &ada, &ids, json!({"action": "restore"})).await.expect("all hers");
    }
}
