//! Creating, changing and completing one task.

use rondo_domain::{
    Author, AuthorKind, AuthorName, Door, Scope, Scopes, TimeZoneName, TokenName, UserSettingsPatch,
};

use super::*;
use crate::{
    error::{Kind, Refusal, Why},
    testing::{actor, id},
    user_settings,
};

#[tokio::test]
async fn ada_sees_her_tasks_newest_first_with_the_total() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    for title in ["one", "two", "three"] {
        add(&test, &ada, title).await;
    }
    assert_eq!(titles(&test, &ada).await, ["three", "two", "one"]);
    assert_eq!(listed(&test, &ada).await.total, 3);
}

#[tokio::test]
async fn bob_may_not_touch_adas_task_and_learns_only_that_it_is_not_his() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let task = add(&test, &ada, "hers").await;
    let his = Batch::new(&test.app, &bob);

    let denied = |error: Option<Error>| {
        assert!(matches!(error, Some(Error::Forbidden(Refusal::AccessDenied))), "{error:?}");
    };
    denied(show(&test.app, &bob, task.id).await.err());
    denied(update(&test.app, &his, task.id.into(), titled("his")).await.err());
    denied(set_completed(&test.app, &his, task.id.into(), None).await.err());
    denied(delete(&test.app, &his, task.id.into()).await.err());
    denied(restore(&test.app, &his, task.id).await.err());
    denied(purge(&test.app, &his, task.id).await.err());
    assert_eq!(titles(&test, &bob).await, [""; 0]);
    assert_eq!(show(&test.app, &ada, task.id).await.ok().map(|shown| shown.task), Some(task));
}

#[tokio::test]
async fn a_task_that_does_not_exist_is_not_found() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "short-lived").await;
    let batch = Batch::new(&test.app, &ada);
    assert!(delete(&test.app, &batch, task.id.into()).await.is_ok());

    let missing = |error: Option<Error>| {
        assert!(matches!(error, Some(Error::NotFound(Kind::Task))), "{error:?}");
    };
    missing(show(&test.app, &ada, task.id).await.err());
    missing(update(&test.app, &batch, task.id.into(), titled("x")).await.err());
    missing(set_completed(&test.app, &batch, task.id.into(), Some(true)).await.err());
    missing(delete(&test.app, &batch, task.id.into()).await.err());
}

#[tokio::test]
async fn a_change_moves_version_and_updated_at_and_no_change_moves_nothing() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "milk").await;
    test.clock.advance_seconds(60);

    let batch = Batch::new(&test.app, &ada);
    let same = update(&test.app, &batch, task.id.into(), titled("milk")).await;
    let same = same.expect("nothing to do");
    assert_eq!((same.value.task, same.batch_id), (task.clone(), None));
    let changed = update(&test.app, &batch, task.id.into(), titled("tea")).await;
    let changed = changed.expect("a new title");
    assert_eq!(changed.batch_id.as_ref(), Some(batch.id()));
    let changed = changed.value.task;
    assert_eq!((changed.version, changed.created_at), (2, task.created_at));
    assert_eq!(changed.updated_at, task.updated_at.plus_seconds(60));
    assert_eq!(show(&test.app, &ada, task.id).await.ok().map(|shown| shown.task), Some(changed));
    assert_eq!(story(&test, &ada).await, ["created 1 v1", "updated 1 v2"]);
}

#[tokio::test]
async fn completing_toggles_and_doing_it_twice_changes_nothing() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "milk").await;
    for (asked, is_done, version) in
        [(None, true, 2), (Some(true), true, 2), (None, false, 3), (Some(false), false, 3)]
    {
        let batch = Batch::new(&test.app, &ada);
        let done = set_completed(&test.app, &batch, task.id.into(), asked).await;
        let task = done.expect("it is hers").value.task;
        assert_eq!((task.completed, task.version), (is_done, version));
    }
    assert_eq!(story(&test, &ada).await, ["created 1 v1", "completed 1 v2", "reopened 1 v3"]);
}

#[tokio::test]
async fn a_recurring_task_is_followed_by_the_next_in_the_same_batch() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let body = json!({"title": "Rent", "due_date": "2026-01-31", "recurrence_rule": "monthly",
        "tags": ["home"], "priority": "high"});
    let rent = add_with(&test, &ada, body).await;
    let batch = Batch::new(&test.app, &ada);
    let done = set_completed(&test.app, &batch, rent.id.into(), None).await;
    let done = done.expect("it is hers").value.task;
    let next = done.next_task_id.expect("it recurs");
    let next = show(&test.app, &ada, next).await.expect("it is there").task;
    assert_eq!(next.previous_task_id, Some(rent.id));
    assert_eq!(next.plan.due.map(|due| due.to_string()).as_deref(), Some("2026-02-28"));
    assert_eq!((next.plan.tags, next.plan.priority), (rent.plan.tags, rent.plan.priority));
    assert_eq!(story(&test, &ada).await[1..], ["completed 1 v2", "created 2 v1"]);
    let batches: Vec<_> = changes(&test, &ada).await.into_iter().map(|c| c.batch_id).collect();
    assert_eq!(batches[1..], [batch.id().clone(), batch.id().clone()]);

    // Done again after it was reopened, it makes no second one.
    for _ in 0..2 {
        let again = Batch::new(&test.app, &ada);
        set_completed(&test.app, &again, rent.id.into(), None).await.expect("it is hers");
    }
    assert_eq!(listed(&test, &ada).await.total, 2);
}

#[tokio::test]
async fn a_patch_that_completes_makes_the_next_one_too() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let body = json!({"title": "Water", "due_date": "2026-11-22", "recurrence_rule": "daily"});
    let task = add_with(&test, &ada, body).await;
    let batch = Batch::new(&test.app, &ada);
    let both = patch(json!({"completed": true, "title": "Water the plants"}));
    let done = update(&test.app, &batch, task.id.into(), both).await.expect("it is hers");
    assert!(done.value.task.next_task_id.is_some());
    assert_eq!(titles(&test, &ada).await, ["Water the plants", "Water the plants"]);
}

#[tokio::test]
async fn what_does_not_go_together_is_refused() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "milk").await;
    let batch = Batch::new(&test.app, &ada);
    let daily = patch(json!({"recurrence_rule": "daily"}));
    let refused = update(&test.app, &batch, task.id.into(), daily).await;
    let Err(Error::Invalid(problems)) = refused else { panic!("{refused:?}") };
    assert_eq!(problems[0].field, Some("recurrence_rule"));
    assert_eq!(story(&test, &ada).await, ["created 1 v1"]);
}

#[tokio::test]
async fn a_due_date_is_shown_in_the_zone_of_its_owner() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let zone = TimeZoneName::parse("America/New_York").ok();
    let choice = UserSettingsPatch { time_zone: zone, ..UserSettingsPatch::default() };
    let batch = Batch::new(&test.app, &ada);
    user_settings::update(&test.app, &batch, choice).await.expect("settings are stored");

    let body = json!({"title": "Call", "due_date": "2026-11-22T17:00"});
    let created = try_add(&test, &ada, body).await.expect("a task is stored").value;
    let due_at = created.due_at.map(|due_at| due_at.to_string());
    assert_eq!(due_at.as_deref(), Some("2026-11-22T22:00:00.000Z"));
    let plain = add(&test, &ada, "milk").await;
    let dated = patch(json!({"due_date": "2026-11-22T22:00:00Z"}));
    let dated = update(&test.app, &batch, plain.id.into(), dated).await.expect("it is hers").value;
    assert_eq!(dated.task.plan.due, created.task.plan.due);
    assert_eq!(dated.due_at, created.due_at);
}

#[tokio::test]
async fn a_version_that_is_not_there_any_more_may_not_be_changed() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "milk").await;
    let batch = Batch::new(&test.app, &ada);
    let at = |versions: &[i64]| Target {
        id: task.id,
        if_match: Some(IfMatch::Versions(versions.to_vec())),
    };
    let any = Target { id: task.id, if_match: Some(IfMatch::Any) };
    update(&test.app, &batch, at(&[7, 1]), titled("tea")).await.expect("it is version 1");
    update(&test.app, &batch, any, titled("oat")).await.expect("it is there");

    let current = show(&test.app, &ada, task.id).await.expect("it is hers");
    let refused = |error: Option<Error>| match error {
        Some(Error::PreconditionFailed(task)) => assert_eq!(*task, current),
        other => panic!("{other:?}"),
    };
    for versions in [&[1, 2][..], &[4], &[]] {
        refused(update(&test.app, &batch, at(versions), titled("x")).await.err());
        refused(set_completed(&test.app, &batch, at(versions), None).await.err());
        refused(delete(&test.app, &batch, at(versions)).await.err());
    }
    // Somebody else is not told what it is.
    let bob = Batch::new(&test.app, &test.user("bob").await);
    let denied = update(&test.app, &bob, at(&[1]), titled("x")).await;
    assert!(matches!(denied, Err(Error::Forbidden(Refusal::AccessDenied))), "{denied:?}");
    assert!(delete(&test.app, &batch, at(&[3])).await.is_ok());
}

#[tokio::test]
async fn a_token_does_only_what_it_was_made_for() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let task = add(&test, &ada, "milk").await;
    let done = patch(json!({"completed": true}));
    for allowed in Scope::ALL {
        let token = Actor { door: Door::ApiToken, scopes: Scopes::of(&[allowed]), ..ada.clone() };
        let batch = Batch::new(&test.app, &token);
        let to = || Target::from(task.id);
        let answers = [
            (Scope::Read, show(&test.app, &token, task.id).await.err()),
            (Scope::Write, update(&test.app, &batch, to(), done.clone()).await.err()),
            (Scope::Write, try_add(&test, &token, json!({"title": "more"})).await.err()),
            (Scope::Write, set_completed(&test.app, &batch, to(), None).await.err()),
            (Scope::Delete, delete(&test.app, &batch, to()).await.err()),
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
async fn the_history_says_who_did_it() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let token = Actor {
        door: Door::ApiToken,
        token_name: TokenName::parse("my\nlaptop").ok(),
        ..ada.clone()
    };
    add(&test, &ada, "by hand").await;
    add(&test, &token, "by a program").await;
    let claude = Author { kind: AuthorKind::Mcp, name: AuthorName::parse("a model").ok() };
    let input = input::new_task(json!({"title": "by a model"})).expect("a test task is valid");
    let batch = Batch::new(&test.app, &token).by(claude.clone());
    create(&test.app, &batch, input).await.expect("a task is stored");
    let authors: Vec<_> = changes(&test, &ada).await.into_iter().map(|c| c.author).collect();
    let laptop = Author { kind: AuthorKind::Token, name: AuthorName::parse("my laptop").ok() };
    assert_eq!(authors, [Author::USER, laptop, claude]);
}

#[tokio::test]
async fn an_external_user_gets_a_row_with_the_first_task() {
    let test = TestApp::new().await;
    let eve = actor(id("external|eve"));
    assert_eq!(titles(&test, &eve).await, [""; 0]);
    let user = eve.user_id.clone();
    assert_eq!(test.read(|txn| async move { txn.find_user(&user).await }).await, None);

    add(&test, &eve, "first").await;
    add(&test, &eve, "second").await;
    assert_eq!(titles(&test, &eve).await, ["second", "first"]);
    assert_eq!(story(&test, &eve).await, ["created 1 v1", "created 2 v1"]);
    let user = eve.user_id.clone();
    let row = test.read(|txn| async move { txn.find_user(&user).await }).await;
    assert!(row.is_some_and(|user| user.email.is_none()));
}

#[tokio::test]
async fn a_deleted_user_does_not_come_back_with_a_task() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    crate::accounts::delete_user(&test.app, &ada.user_id).await.expect("ada is there");
    let created = try_add(&test, &ada, json!({"title": "ghost"})).await;
    assert!(matches!(created, Err(Error::Unauthenticated(Why::InvalidToken))), "{created:?}");
}
