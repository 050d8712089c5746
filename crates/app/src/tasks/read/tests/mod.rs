//! What ada sees of her tasks, and what bob does not.

mod cursor;
mod filter;
mod list;
mod stats;
mod trash;

use rondo_domain::{Actor, Door, Scopes, TimeZoneName, UserSettingsPatch};
use serde_json::{Value, json};

use super::*;
use crate::{
    error::{Error, Kind, Refusal},
    input::{self, ListingInput},
    tasks,
    testing::TestApp,
};
use rondo_domain::{Page, Scope, ShownTask, TaskId};

/// Stores a task; a text stands for a title.
async fn add(test: &TestApp, owner: &Actor, body: Value) -> ShownTask {
    let body = if body.is_string() { json!({"title": body}) } else { body };
    let new = input::new_task(body).expect("a test task is valid");
    let made = tasks::create(&test.app, &test.batch(owner), new).await;
    made.expect("a task is stored").value
}

async fn complete(test: &TestApp, owner: &Actor, id: TaskId) {
    let done = tasks::set_completed(&test.app, &test.batch(owner), id.into(), Some(true)).await;
    done.expect("the task is theirs");
}

async fn delete(test: &TestApp, owner: &Actor, id: TaskId) {
    tasks::delete(&test.app, &test.batch(owner), id.into()).await.expect("the task is theirs");
}

async fn live_in(test: &TestApp, who: &Actor, zone: &str) {
    let time_zone = TimeZoneName::parse(zone).ok();
    let patch = UserSettingsPatch { time_zone, ..UserSettingsPatch::default() };
    let done = crate::user_settings::update(&test.app, &test.batch(who), patch).await;
    done.expect("settings are stored");
}

/// A query as it would be sent, decoded.
fn asked(query: &str) -> ListingInput {
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.into(), value.into())
    });
    input::listing(pairs).unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

async fn listed(test: &TestApp, who: &Actor, query: &str) -> Listed {
    let page = list(&test.app, who, asked(query)).await;
    page.unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

fn names(tasks: &[ShownTask]) -> Vec<&str> {
    tasks.iter().map(|shown| shown.task.title.as_str()).collect()
}

async fn titles(test: &TestApp, who: &Actor, query: &str) -> Vec<String> {
    let page = listed(test, who, query).await;
    names(&page.tasks).into_iter().map(str::to_owned).collect()
}

/// The same person with a token that may do one thing.
fn with_scope(who: &Actor, scope: Scope) -> Actor {
    Actor { door: Door::ApiToken, scopes: Scopes::of(&[scope]), ..who.clone() }
}

fn lacks_read<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Forbidden(Refusal::MissingScope(Scope::Read))))
}

#[tokio::test]
async fn whoever_may_not_read_sees_nothing() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let id = add(&test, &ada, json!("hers")).await.task.id;
    for scope in [Scope::Write, Scope::Delete] {
        let token = with_scope(&ada, scope);
        assert!(lacks_read(&show(&test.app, &token, id).await));
        assert!(lacks_read(&list(&test.app, &token, ListingInput::default()).await));
        assert!(lacks_read(&trash(&test.app, &token, Page::default()).await));
        assert!(lacks_read(&stats(&test.app, &token).await));
    }
    let token = with_scope(&ada, Scope::Read);
    assert!(show(&test.app, &token, id).await.is_ok());
    assert!(list(&test.app, &token, ListingInput::default()).await.is_ok());
    assert!(trash(&test.app, &token, Page::default()).await.is_ok());
    assert!(stats(&test.app, &token).await.is_ok());
}

#[tokio::test]
async fn a_task_is_shown_to_its_owner_only() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let made = add(&test, &ada, json!({"title": "hers", "due_date": "2026-12-24"})).await;
    let id = made.task.id;
    assert_eq!(show(&test.app, &ada, id).await.ok(), Some(made));
    let denied = show(&test.app, &bob, id).await;
    assert!(matches!(denied, Err(Error::Forbidden(Refusal::AccessDenied))), "{denied:?}");
    delete(&test, &ada, id).await;
    for who in [&ada, &bob] {
        let gone = show(&test.app, who, id).await;
        assert!(matches!(gone, Err(Error::NotFound(Kind::Task))), "{gone:?}");
    }
}

#[tokio::test]
async fn a_due_date_is_the_moment_that_it_is_where_its_owner_lives_now() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    live_in(&test, &ada, "Asia/Tokyo").await;
    let task = json!({"title": "Call", "due_date": "2026-12-24T09:00"});
    let id = add(&test, &ada, task).await.task.id;
    for (zone, moment) in [
        ("Asia/Tokyo", "2026-12-24T00:00:00.000Z"),
        ("America/New_York", "2026-12-24T14:00:00.000Z"),
    ] {
        live_in(&test, &ada, zone).await;
        let shown = show(&test.app, &ada, id).await.expect("it is hers");
        let listed = listed(&test, &ada, "").await.tasks;
        for task in [&shown, &listed[0]] {
            let due = task.task.plan.due.map(|due| due.to_string());
            assert_eq!(due.as_deref(), Some("2026-12-24T09:00"), "{zone}");
            assert_eq!(task.due_at.map(|at| at.to_string()).as_deref(), Some(moment), "{zone}");
        }
    }
}
