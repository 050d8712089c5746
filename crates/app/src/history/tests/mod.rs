//! Undoing what ada did, and what is left of it after a while.

mod sweep;
mod undo;

use rondo_domain::{Actor, Page, ShownTask, Task, TaskId};
use serde_json::{Value, json};

use super::*;
use crate::{
    batch::Done,
    error::Error,
    input::{self, ListingInput},
    tasks,
    testing::TestApp,
};

async fn add(test: &TestApp, actor: &Actor, body: Value) -> Done<ShownTask> {
    let input = input::new_task(body).expect("a test task is valid");
    tasks::create(&test.app, &test.batch(actor), input).await.expect("a task is stored")
}

async fn rename(test: &TestApp, actor: &Actor, id: TaskId, title: &str) -> Done<ShownTask> {
    let patch = input::task_patch(json!({"title": title})).expect("a test patch is valid");
    tasks::update(&test.app, &test.batch(actor), id.into(), patch).await.expect("it is theirs")
}

async fn delete(test: &TestApp, actor: &Actor, id: TaskId) -> Done<ShownTask> {
    tasks::delete(&test.app, &test.batch(actor), id.into()).await.expect("it is theirs")
}

async fn list(test: &TestApp, actor: &Actor) -> Vec<Task> {
    let list = tasks::list(&test.app, actor, ListingInput::default()).await;
    list.expect("a list is shown").tasks.into_iter().map(|shown| shown.task).collect()
}

async fn titles(test: &TestApp, actor: &Actor) -> Vec<String> {
    list(test, actor).await.iter().map(|task| task.title.as_str().to_owned()).collect()
}

async fn trash(test: &TestApp, actor: &Actor) -> Vec<Task> {
    let trash = tasks::trash(&test.app, actor, Page::default()).await;
    trash.expect("the trash is shown").tasks.into_iter().map(|trashed| trashed.task.task).collect()
}

async fn all_changes(test: &TestApp, actor: &Actor, after: i64) -> Result<Feed, Error> {
    let after = after.to_string();
    let query = input::feed([("after".into(), after.as_str().into())].into_iter());
    feed(&test.app, actor, query.expect("a number is a place")).await
}
