//! What ada has missed, and what became of one task of hers.

use rondo_domain::{Door, Scopes};
use serde_json::{Value, json};

use super::*;
use crate::{
    batch::Batch,
    error::{Kind, Refusal},
    input,
    tasks::{self, Target},
    testing::TestApp,
    user_settings,
};

fn target(id: TaskId) -> Target {
    id.into()
}

async fn add(test: &TestApp, batch: &Batch, body: Value) -> TaskId {
    let body = if body.is_string() { json!({"title": body}) } else { body };
    let new = input::new_task(body).expect("a test task is valid");
    tasks::create(&test.app, batch, new).await.expect("a task is stored").value.task.id
}

async fn change(test: &TestApp, batch: &Batch, id: TaskId, body: Value) {
    let patch = input::task_patch(body).expect("a test patch is valid");
    tasks::update(&test.app, batch, target(id), patch).await.expect("the task is theirs");
}

const fn after(after: i64, limit: i64) -> FeedQuery {
    FeedQuery { after, limit }
}

async fn read(test: &TestApp, who: &Actor, query: FeedQuery) -> Feed {
    feed(&test.app, who, query).await.expect("they may")
}

fn words(changes: &[ShownChange]) -> Vec<(i64, &'static str)> {
    changes.iter().map(|change| (change.id.get(), change.action.as_str())).collect()
}

/// A task of ada's that was made, changed, done, reopened, deleted and restored.
async fn scene() -> (TestApp, Actor, TaskId) {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let batch = || test.batch(&ada);
    let id = add(&test, &batch(), json!("milk")).await;
    change(&test, &batch(), id, json!({"title": "tea"})).await;
    for _ in 0..2 {
        tasks::set_completed(&test.app, &batch(), target(id), None).await.expect("it is hers");
    }
    tasks::delete(&test.app, &batch(), target(id)).await.expect("it is hers");
    tasks::restore(&test.app, &batch(), id).await.expect("it is in the trash");
    (test, ada, id)
}

#[tokio::test]
async fn a_client_catches_up_from_where_it_was() {
    let (test, ada, id) = scene().await;
    let all = read(&test, &ada, after(0, 100)).await;
    let expected = [
        (1, "created"),
        (2, "updated"),
        (3, "completed"),
        (4, "reopened"),
        (5, "deleted"),
        (6, "restored"),
    ];
    assert_eq!(words(&all.changes), expected);
    assert_eq!((all.next_after, all.has_more, all.latest), (6, false, 6));
    assert!(all.changes.iter().all(|change| change.task_id == id && change.undoes.is_none()));
    let versions: Vec<i64> = all.changes.iter().map(|change| change.version).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);

    for (query, numbers, next_after, has_more) in [
        (after(0, 2), &[1, 2][..], 2, true),
        (after(2, 2), &[3, 4], 4, true),
        (after(4, 2), &[5, 6], 6, false),
        (after(6, 2), &[], 6, false),
    ] {
        let part = read(&test, &ada, query).await;
        let found: Vec<i64> = part.changes.iter().map(|change| change.id.get()).collect();
        assert_eq!(found, numbers, "{query:?}");
        assert_eq!((part.next_after, part.has_more), (next_after, has_more), "{query:?}");
    }
}

#[tokio::test]
async fn a_change_says_what_was_and_what_is_on_the_list() {
    let (test, ada, id) = scene().await;
    let changes = read(&test, &ada, after(0, 100)).await.changes;
    let title = |task: &Option<ShownTask>| task.as_ref().map(|t| t.task.title.as_str().to_owned());
    let told: Vec<_> = changes.iter().map(|c| (title(&c.before), title(&c.after))).collect();
    let (milk, tea) = (Some("milk".to_owned()), Some("tea".to_owned()));
    assert_eq!(
        told,
        [
            (None, milk.clone()),
            (milk, tea.clone()),
            (tea.clone(), tea.clone()),
            (tea.clone(), tea.clone()),
            (tea.clone(), None),
            (None, tea),
        ]
    );
    let now = tasks::show(&test.app, &ada, id).await.expect("it is hers");
    assert_eq!(changes[5].after.as_ref(), Some(&now), "the last one is what there is");
}

#[tokio::test]
async fn a_change_says_who_it_was_and_what_belongs_together() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let token_name = rondo_domain::TokenName::parse("cron").ok();
    let script = Actor { door: Door::ApiToken, token_name, ..ada.clone() };
    let turn = test.batch(&script);
    let first = add(&test, &turn, json!("one")).await;
    add(&test, &turn, json!("two")).await;
    change(&test, &test.batch(&ada), first, json!({"title": "three"})).await;
    let changes = read(&test, &ada, after(0, 100)).await.changes;
    assert_eq!(changes[0].batch_id, changes[1].batch_id);
    assert_eq!(&changes[0].batch_id, turn.id());
    assert_ne!(changes[1].batch_id, changes[2].batch_id);
    let by = |change: &ShownChange| {
        let name = change.author.name.as_ref().map(|name| name.as_str().to_owned());
        (change.author.kind.as_str(), name)
    };
    assert_eq!(by(&changes[0]), ("token", Some("cron".to_owned())));
    assert_eq!(by(&changes[2]), ("user", None));
    assert_eq!(changes[2].at, test.app.now());
}

#[tokio::test]
async fn everybody_has_a_history_of_their_own() {
    let (test, ada, _) = scene().await;
    let bob = test.user("bob").await;
    let eve = crate::testing::actor(crate::testing::id("external|eve"));
    for who in [&bob, &eve] {
        let nothing = read(&test, who, after(0, 100)).await;
        assert_eq!((nothing.changes.len(), nothing.latest), (0, 0));
    }
    add(&test, &test.batch(&bob), json!("his")).await;
    assert_eq!(words(&read(&test, &bob, after(0, 100)).await.changes), [(1, "created")]);
    assert_eq!(read(&test, &ada, after(0, 100)).await.latest, 6);
}

#[tokio::test]
async fn whoever_comes_from_a_number_that_is_not_kept_reads_everything_again() {
    let (test, ada, _) = scene().await;
    let gone = async |number| match feed(&test.app, &ada, after(number, 10)).await {
        Ok(_) => None,
        Err(Error::ChangesPurged { latest }) => Some(latest),
        Err(other) => panic!("{other:?}"),
    };
    // From another database, or from the future.
    assert_eq!((gone(7).await, gone(i64::MAX).await), (Some(6), Some(6)));
    assert_eq!(gone(6).await, None);

    test.clock.advance_seconds(60);
    let batch = test.batch(&ada);
    add(&test, &batch, json!("newer")).await;
    let (owner, before) = (ada.user_id.clone(), test.app.now());
    let purged =
        test.write(move |txn| async move { txn.purge_changes(&owner, before, 100).await }).await;
    assert_eq!(purged, 6);
    assert_eq!((gone(0).await, gone(5).await), (Some(7), Some(7)));
    assert_eq!(words(&read(&test, &ada, after(6, 10)).await.changes), [(7, "created")]);

    let (owner, before) = (ada.user_id.clone(), test.app.now().plus_seconds(1));
    test.write(move |txn| async move { txn.purge_changes(&owner, before, 100).await }).await;
    assert_eq!((gone(0).await, gone(6).await, gone(8).await), (Some(7), Some(7), Some(7)));
    let nothing = read(&test, &ada, after(7, 10)).await;
    assert_eq!((nothing.changes.len(), nothing.next_after, nothing.has_more), (0, 7, false));
}

#[tokio::test]
async fn due_dates_in_the_history_are_shown_where_the_owner_lives_now() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let body = json!({"title": "Call", "due_date": "2026-12-24T09:00"});
    let id = add(&test, &test.batch(&ada), body).await;
    let patch = rondo_domain::UserSettingsPatch {
        time_zone: TimeZoneName::parse("Asia/Tokyo").ok(),
        ..Default::default()
    };
    assert!(user_settings::update(&test.app, &test.batch(&ada), patch).await.is_ok());
    let whole = read(&test, &ada, after(0, 1)).await.changes;
    let of_one = of_task(&test.app, &ada, id, after(0, 1)).await.expect("it is hers").changes;
    assert_eq!(whole, of_one);
    let due_at = whole[0].after.as_ref().and_then(|task| task.due_at);
    assert_eq!(due_at.map(|at| at.to_string()).as_deref(), Some("2026-12-24T00:00:00.000Z"));
}

#[tokio::test]
async fn a_task_has_a_history_even_in_the_trash_and_after_that() {
    let (test, ada, id) = scene().await;
    let other = add(&test, &test.batch(&ada), json!("other")).await;
    let of = async |id, query| of_task(&test.app, &ada, id, query).await;
    let all = of(id, after(0, 100)).await.expect("it is hers");
    assert_eq!((all.changes.len(), all.next_after, all.has_more), (6, 6, false));
    let first = of(id, after(0, 2)).await.expect("it is hers");
    assert_eq!(words(&first.changes), [(1, "created"), (2, "updated")]);
    assert_eq!((first.next_after, first.has_more), (2, true));
    let last = of(id, after(4, 2)).await.expect("it is hers");
    assert_eq!((last.changes.len(), last.next_after, last.has_more), (2, 6, false));
    let others = of(other, after(0, 100)).await.expect("it is hers");
    assert_eq!(words(&others.changes), [(7, "created")]);

    tasks::delete(&test.app, &test.batch(&ada), target(id)).await.expect("it is hers");
    for (query, count) in [(after(0, 100), 7), (after(8, 100), 0), (after(i64::MAX, 1), 0)] {
        let part = of(id, query).await.expect("it is in the trash");
        assert_eq!(part.changes.len(), count, "{query:?}");
    }
    tasks::purge(&test.app, &test.batch(&ada), id).await.expect("it is in the trash");
    let purged = of(id, after(8, 100)).await.expect("the history is kept");
    let [(9, "purged")] = words(&purged.changes)[..] else { panic!("{purged:?}") };
    assert_eq!((&purged.changes[0].before, &purged.changes[0].after), (&None, &None));
}

#[tokio::test]
async fn a_task_that_is_older_than_the_history_has_none_and_is_known() {
    let (test, ada, id) = scene().await;
    let (owner, before) = (ada.user_id.clone(), test.app.now().plus_seconds(1));
    test.write(move |txn| async move { txn.purge_changes(&owner, before, 100).await }).await;
    let nothing = of_task(&test.app, &ada, id, after(0, 10)).await.expect("it is hers");
    assert_eq!((nothing.changes.len(), nothing.next_after, nothing.has_more), (0, 0, false));
}

#[tokio::test]
async fn somebody_elses_task_has_no_history_for_bob() {
    let (test, ada, id) = scene().await;
    let bob = test.user("bob").await;
    let asked = async |id| of_task(&test.app, &bob, id, after(0, 10)).await;
    let denied = asked(id).await;
    assert!(matches!(denied, Err(Error::Forbidden(Refusal::AccessDenied))), "{denied:?}");
    let nobodys = asked(TaskId::new(999).expect("an id")).await;
    assert!(matches!(nobodys, Err(Error::NotFound(Kind::Task))), "{nobodys:?}");
    tasks::delete(&test.app, &test.batch(&ada), target(id)).await.expect("it is hers");
    let trashed = asked(id).await;
    assert!(matches!(trashed, Err(Error::NotFound(Kind::Task))), "{trashed:?}");
}

#[tokio::test]
async fn the_history_is_for_whoever_may_read() {
    let (test, ada, id) = scene().await;
    for allowed in Scope::ALL {
        let scopes = Scopes::of(&[allowed]);
        let token = Actor { door: Door::ApiToken, scopes, ..ada.clone() };
        for error in [
            feed(&test.app, &token, after(0, 1)).await.err(),
            of_task(&test.app, &token, id, after(0, 1)).await.err(),
        ] {
            let lacks = Refusal::MissingScope(Scope::Read);
            let is_refused = matches!(error, Some(Error::Forbidden(r)) if r == lacks);
            assert_eq!(is_refused, allowed != Scope::Read);
        }
    }
}
