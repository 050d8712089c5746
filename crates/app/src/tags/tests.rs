//! Labels of ada's tasks, and what becomes of them.

use rondo_domain::Scopes;
use rondo_domain::{Door, ShownTask, TaskId};
use serde_json::json;

use super::*;
use crate::{
    error::Refusal,
    history,
    input::{self, FeedQuery},
    tasks,
    testing::TestApp,
};

fn tag(name: &str) -> TagName {
    TagName::parse(name).expect("a test tag is valid")
}

async fn add(test: &TestApp, owner: &Actor, names: &[&str]) -> TaskId {
    let new = input::new_task(json!({"title": "x", "tags": names})).expect("a test task is valid");
    let made = tasks::create(&test.app, &test.batch(owner), new).await;
    made.expect("a task is stored").value.task.id
}

async fn shown(test: &TestApp, owner: &Actor, id: TaskId) -> ShownTask {
    tasks::show(&test.app, owner, id).await.expect("it is theirs")
}

async fn tags_of(test: &TestApp, owner: &Actor, id: TaskId) -> Vec<String> {
    let task = shown(test, owner, id).await.task;
    task.plan.tags.as_slice().iter().map(|tag| tag.as_str().to_owned()).collect()
}

async fn listed(test: &TestApp, who: &Actor) -> Vec<(String, i64)> {
    let tags = list(&test.app, who).await.expect("they may");
    tags.into_iter().map(|tag| (tag.name.as_str().to_owned(), tag.count)).collect()
}

async fn rename(
    test: &TestApp,
    who: &Actor,
    from: &str,
    to: &str,
) -> Result<Done<TagCount>, Error> {
    super::rename(&test.app, &test.batch(who), tag(from), tag(to)).await
}

fn is_unknown<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::NotFound(Kind::Tag)))
}

fn counts(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[tokio::test]
async fn labels_are_counted_in_any_spelling_and_for_one_user() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    assert_eq!(listed(&test, &ada).await, []);
    add(&test, &ada, &["work", "Straße"]).await;
    add(&test, &ada, &["STRASSE"]).await;
    add(&test, &ada, &["garden"]).await;
    add(&test, &bob, &["his", "work"]).await;
    // As it was written last.
    let expected = counts(&[("garden", 1), ("STRASSE", 2), ("work", 1)]);
    assert_eq!(listed(&test, &ada).await, expected);
}

#[tokio::test]
async fn a_label_is_renamed_on_every_task_that_has_it() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let first = add(&test, &ada, &["home", "Work", "garden"]).await;
    let second = add(&test, &ada, &["WORK"]).await;
    let other = add(&test, &ada, &["home"]).await;
    let his = add(&test, &bob, &["work"]).await;
    let before = shown(&test, &ada, first).await.task;
    let untouched = shown(&test, &ada, other).await;
    test.clock.advance_seconds(5);

    let done = rename(&test, &ada, "#work", "Job").await.expect("she has it");
    assert_eq!(done.value, TagCount { name: tag("Job"), count: 2 });
    let batch_id = done.batch_id.expect("tasks have changed");
    assert_eq!(tags_of(&test, &ada, first).await, ["home", "Job", "garden"]);
    assert_eq!(tags_of(&test, &ada, second).await, ["Job"]);
    assert_eq!(tags_of(&test, &bob, his).await, ["work"]);
    assert_eq!(shown(&test, &ada, other).await, untouched);
    let after = shown(&test, &ada, first).await.task;
    assert_eq!((after.version, after.updated_at), (before.version + 1, test.app.now()));

    let feed = history::feed(&test.app, &ada, FeedQuery { after: 3, limit: 10 }).await;
    let changes = feed.expect("she may").changes;
    let ids: Vec<TaskId> = changes.iter().map(|change| change.task_id).collect();
    assert_eq!(ids, [first, second]);
    assert!(changes.iter().all(|change| change.batch_id == batch_id));
    assert_eq!(changes[0].action.as_str(), "updated");
}

#[tokio::test]
async fn a_label_that_gets_the_name_of_another_becomes_one_with_it() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let both = add(&test, &ada, &["JOB", "home", "work"]).await;
    let old = add(&test, &ada, &["work"]).await;
    let new = add(&test, &ada, &["job"]).await;
    let kept = add(&test, &ada, &["Job"]).await;
    let untouched = shown(&test, &ada, kept).await;
    let done = rename(&test, &ada, "work", "Job").await.expect("she has it");
    assert_eq!(done.value, TagCount { name: tag("Job"), count: 4 });
    assert_eq!(tags_of(&test, &ada, both).await, ["Job", "home"]);
    assert_eq!(tags_of(&test, &ada, old).await, ["Job"]);
    assert_eq!(tags_of(&test, &ada, new).await, ["Job"]);
    assert_eq!(shown(&test, &ada, kept).await, untouched, "it has that label already");
    assert_eq!(listed(&test, &ada).await, counts(&[("home", 1), ("Job", 4)]));
}

#[tokio::test]
async fn a_label_gets_another_spelling() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let first = add(&test, &ada, &["work"]).await;
    let second = add(&test, &ada, &["WORK", "home"]).await;
    let right = add(&test, &ada, &["Work"]).await;
    let kept = shown(&test, &ada, right).await;
    let done = rename(&test, &ada, "wOrK", "Work").await.expect("she has it");
    assert_eq!(done.value, TagCount { name: tag("Work"), count: 3 });
    assert_eq!(tags_of(&test, &ada, first).await, ["Work"]);
    assert_eq!(tags_of(&test, &ada, second).await, ["Work", "home"]);
    assert_eq!(shown(&test, &ada, right).await, kept, "it is spelled like that");
    assert_eq!(listed(&test, &ada).await, counts(&[("home", 1), ("Work", 3)]));

    let again = rename(&test, &ada, "work", "Work").await.expect("she has it");
    assert_eq!((again.value.count, again.batch_id), (3, None), "there is nothing to do");
}

#[tokio::test]
async fn a_label_is_taken_off_every_task() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    let first = add(&test, &ada, &["home", "Work"]).await;
    let second = add(&test, &ada, &["WORK"]).await;
    let his = add(&test, &bob, &["work"]).await;
    let done = delete(&test.app, &test.batch(&ada), tag("work")).await.expect("she has it");
    assert!(done.batch_id.is_some());
    assert_eq!(tags_of(&test, &ada, first).await, ["home"]);
    assert_eq!(tags_of(&test, &ada, second).await, [""; 0]);
    assert_eq!(tags_of(&test, &bob, his).await, ["work"]);
    assert_eq!(listed(&test, &ada).await, counts(&[("home", 1)]));
    assert!(is_unknown(&delete(&test.app, &test.batch(&ada), tag("work")).await));
}

#[tokio::test]
async fn a_label_that_nobody_has_is_not_found() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    add(&test, &bob, &["work"]).await;
    let trashed = add(&test, &ada, &["old"]).await;
    let gone = tasks::delete(&test.app, &test.batch(&ada), trashed.into()).await;
    assert!(gone.is_ok());
    for name in ["work", "old", "never"] {
        assert!(is_unknown(&rename(&test, &ada, name, "new").await), "{name}");
        assert!(is_unknown(&rename(&test, &ada, name, name).await), "{name}");
        assert!(is_unknown(&delete(&test.app, &test.batch(&ada), tag(name)).await), "{name}");
    }
    assert_eq!(listed(&test, &ada).await, []);
}

#[tokio::test]
async fn a_rename_is_undone_as_a_whole() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let both = add(&test, &ada, &["JOB", "home", "work"]).await;
    let old = add(&test, &ada, &["work"]).await;
    let done = rename(&test, &ada, "work", "Job").await.expect("she has it");
    let batch = history::UndoTarget::Batch(done.batch_id.expect("tasks have changed"));
    let undone = history::undo(&test.app, &test.batch(&ada), batch, false).await;
    assert!(undone.is_ok(), "{undone:?}");
    assert_eq!(tags_of(&test, &ada, both).await, ["JOB", "home", "work"]);
    assert_eq!(tags_of(&test, &ada, old).await, ["work"]);
}

/// More than change in one transaction.
#[tokio::test]
async fn a_label_on_very_many_tasks_is_one_batch() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let count = CHUNK * 2;
    for _ in 0..count {
        add(&test, &ada, &["work"]).await;
    }
    for (from, to) in [("work", "WORK"), ("work", "Job")] {
        let once = test.keyed(&ada, to);
        let done = super::rename(&test.app, &once, tag(from), tag(to)).await;
        let done = done.expect("she has it");
        assert_eq!(done.value, TagCount { name: tag(to), count });
        assert_eq!(listed(&test, &ada).await, counts(&[(to, count)]));
        let again = super::rename(&test.app, &once, tag(from), tag(to)).await;
        let again = again.expect("it was done before");
        assert!(again.is_replayed && again.batch_id.is_some());
        assert_eq!((again.value, again.batch_id), (done.value, done.batch_id));
    }
    let latest = history::feed(&test.app, &ada, FeedQuery { after: count, limit: 1 }).await;
    assert_eq!(latest.map(|feed| feed.latest).ok(), Some(3 * count), "one change for each");
    let gone = delete(&test.app, &test.batch(&ada), tag("job")).await;
    assert!(gone.is_ok_and(|done| done.batch_id.is_some()));
    assert_eq!(listed(&test, &ada).await, []);
}

#[tokio::test]
async fn labels_are_read_and_written_by_whoever_may() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    add(&test, &ada, &["work"]).await;
    for allowed in Scope::ALL {
        let scopes = Scopes::of(&[allowed]);
        let token = Actor { door: Door::ApiToken, scopes, ..ada.clone() };
        let answers = [
            (Scope::Read, list(&test.app, &token).await.err()),
            (Scope::Write, rename(&test, &token, "work", "work").await.err()),
            (Scope::Write, delete(&test.app, &test.batch(&token), tag("never")).await.err()),
        ];
        for (needed, error) in answers {
            let is_refused = match error {
                Some(Error::Forbidden(Refusal::MissingScope(scope))) => {
                    assert_eq!(scope, needed);
                    true
                }
                None | Some(Error::NotFound(Kind::Tag)) => false,
                Some(other) => panic!("{other:?}"),
            };
            assert_eq!(is_refused, needed != allowed);
        }
    }
}
