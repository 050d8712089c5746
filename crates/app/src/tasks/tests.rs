//! Tasks of ada, and what bob can do about them.

use rondo_domain::{Door, Scopes, Title};
use serde_json::json;

use super::*;
use crate::{
    error::{Kind, Refusal, Why},
    input,
    testing::{TestApp, actor, id},
};

fn new(title: &str) -> NewTask {
    input::new_task(json!({"title": title})).expect("a test task is valid")
}

fn patch(title: &str) -> TaskPatch {
    TaskPatch { title: Title::parse(title).ok(), ..TaskPatch::default() }
}

async fn titles(test: &TestApp, actor: &Actor) -> Vec<String> {
    let page = list(&test.app, actor, StatusFilter::All, Page::default()).await;
    let tasks = page.expect("a list is shown").tasks;
    tasks.iter().map(|task| task.title.as_str().to_owned()).collect()
}

#[tokio::test]
async fn ada_sees_her_tasks_newest_first_with_totals() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for title in ["one", "two", "three"] {
        create(&test.app, &ada, new(title)).await.expect("a task is stored");
    }
    assert_eq!(titles(&test, &ada).await, ["three", "two", "one"]);
    let first = list(&test.app, &ada, StatusFilter::All, Page::new(1, 0)).await;
    let counts = first.expect("a list is shown").counts;
    assert_eq!((counts.all, counts.completed), (3, 0));
}

#[tokio::test]
async fn bob_may_not_touch_adas_task_and_learns_only_that_it_is_not_his() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let task = create(&test.app, &ada, new("hers")).await.expect("a task is stored");

    let denied = |error: Option<Error>| {
        assert!(matches!(error, Some(Error::Forbidden(Refusal::AccessDenied))), "{error:?}");
    };
    denied(show(&test.app, &bob, task.id).await.err());
    denied(update(&test.app, &bob, task.id, patch("his")).await.err());
    denied(set_completed(&test.app, &bob, task.id, None).await.err());
    denied(delete(&test.app, &bob, task.id).await.err());
    assert_eq!(titles(&test, &bob).await, [""; 0]);
    assert_eq!(show(&test.app, &ada, task.id).await.ok(), Some(task));
}

#[tokio::test]
async fn a_task_that_does_not_exist_is_not_found() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = create(&test.app, &ada, new("short-lived")).await.expect("a task is stored");
    assert!(delete(&test.app, &ada, task.id).await.is_ok());

    let missing = |error: Option<Error>| {
        assert!(matches!(error, Some(Error::NotFound(Kind::Task))), "{error:?}");
    };
    missing(show(&test.app, &ada, task.id).await.err());
    missing(update(&test.app, &ada, task.id, patch("x")).await.err());
    missing(set_completed(&test.app, &ada, task.id, Some(true)).await.err());
    missing(delete(&test.app, &ada, task.id).await.err());
}

#[tokio::test]
async fn a_change_moves_updated_at_and_no_change_does_not() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = create(&test.app, &ada, new("milk")).await.expect("a task is stored");
    test.clock.advance_seconds(60);

    let same = update(&test.app, &ada, task.id, patch("milk")).await.expect("nothing to do");
    assert_eq!(same, task);
    let changed = update(&test.app, &ada, task.id, patch("tea")).await.expect("a new title");
    assert_eq!(changed.updated_at, task.updated_at.plus_seconds(60));
    assert_eq!(changed.created_at, task.created_at);
    assert_eq!(show(&test.app, &ada, task.id).await.ok(), Some(changed));
}

#[tokio::test]
async fn completing_toggles_and_the_totals_follow() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = create(&test.app, &ada, new("milk")).await.expect("a task is stored");
    for (asked, is_done) in [(None, true), (Some(true), true), (None, false), (Some(false), false)]
    {
        let task = set_completed(&test.app, &ada, task.id, asked).await.expect("it is hers");
        assert_eq!(task.completed, is_done);
        let done = list(&test.app, &ada, StatusFilter::Completed, Page::default()).await;
        let done = done.expect("a list is shown");
        assert_eq!(done.counts.completed, i64::from(is_done));
        assert_eq!(done.tasks.len(), usize::from(is_done));
    }
}

#[tokio::test]
async fn a_token_does_only_what_it_was_made_for() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = create(&test.app, &ada, new("milk")).await.expect("a task is stored");
    for allowed in Scope::ALL {
        let token = Actor { door: Door::ApiToken, scopes: Scopes::of(&[allowed]), ..ada.clone() };
        let answers = [
            (Scope::Read, show(&test.app, &token, task.id).await.err()),
            (Scope::Write, update(&test.app, &token, task.id, patch("tea")).await.err()),
            (Scope::Write, create(&test.app, &token, new("more")).await.err()),
            (Scope::Write, set_completed(&test.app, &token, task.id, None).await.err()),
            (Scope::Delete, delete(&test.app, &token, task.id).await.err()),
        ];
        for (needed, error) in answers {
            match error {
                None => assert_eq!(needed, allowed),
                Some(Error::Forbidden(Refusal::MissingScope(scope))) => {
                    assert_eq!(scope, needed);
                    assert_ne!(scope, allowed);
                }
                Some(other) => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn an_external_user_gets_a_row_with_the_first_task() {
    let test = TestApp::new().await;
    let eve = actor(id("external|eve"));
    assert_eq!(titles(&test, &eve).await, [""; 0]);
    let user = eve.user_id.clone();
    assert_eq!(test.read(|txn| async move { txn.find_user(&user).await }).await, None);

    create(&test.app, &eve, new("first")).await.expect("a task is stored");
    create(&test.app, &eve, new("second")).await.expect("a task is stored");
    assert_eq!(titles(&test, &eve).await, ["second", "first"]);
    let user = eve.user_id.clone();
    let row = test.read(|txn| async move { txn.find_user(&user).await }).await;
    assert!(row.is_some_and(|user| user.email.is_none()));
}

#[tokio::test]
async fn a_deleted_user_does_not_come_back_with_a_task() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    crate::accounts::delete_user(&test.app, &ada.user_id).await.expect("ada is there");
    let created = create(&test.app, &ada, new("ghost")).await;
    assert!(matches!(created, Err(Error::Unauthenticated(Why::InvalidToken))), "{created:?}");
}
