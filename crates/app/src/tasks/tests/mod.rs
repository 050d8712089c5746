//! Tasks of ada, and what bob can do about them.

mod bulk;
mod change;
mod once;
mod trash;

use rondo_domain::{Actor, ShownTask, Task};
use serde_json::{Value, json};

use super::*;
use crate::{
    batch::{Batch, Done},
    error::Error,
    history::{self, ShownChange},
    input::{self, ListingInput, TaskPatchInput},
    testing::TestApp,
};

fn patch(body: Value) -> TaskPatchInput {
    input::task_patch(body).expect("a test patch is valid")
}

fn titled(title: &str) -> TaskPatchInput {
    patch(json!({"title": title}))
}

async fn try_add(test: &TestApp, actor: &Actor, body: Value) -> Result<Done<ShownTask>, Error> {
    let input = input::new_task(body).expect("a test task is valid");
    create(&test.app, &Batch::new(&test.app, actor), input).await
}

async fn add_with(test: &TestApp, actor: &Actor, body: Value) -> Task {
    try_add(test, actor, body).await.expect("a task is stored").value.task
}

async fn add(test: &TestApp, actor: &Actor, title: &str) -> Task {
    add_with(test, actor, json!({"title": title})).await
}

async fn listed(test: &TestApp, actor: &Actor) -> Listed {
    list(&test.app, actor, ListingInput::default()).await.expect("a list is shown")
}

async fn titles(test: &TestApp, actor: &Actor) -> Vec<String> {
    let tasks = listed(test, actor).await.tasks;
    tasks.iter().map(|shown| shown.task.title.as_str().to_owned()).collect()
}

async fn trashed(test: &TestApp, actor: &Actor) -> Vec<Task> {
    let page = super::trash(&test.app, actor, rondo_domain::Page::default()).await;
    page.expect("the trash is shown").tasks.into_iter().map(|trashed| trashed.task.task).collect()
}

/// All that happened, in words: `created 1 v1`.
async fn story(test: &TestApp, actor: &Actor) -> Vec<String> {
    let words = |change: &ShownChange| {
        format!("{} {} v{}", change.action.as_str(), change.task_id, change.version)
    };
    changes(test, actor).await.iter().map(words).collect()
}

async fn changes(test: &TestApp, actor: &Actor) -> Vec<ShownChange> {
    let query = input::feed(std::iter::empty()).expect("nothing asked is the beginning");
    history::feed(&test.app, actor, query).await.expect("the history is shown").changes
}
