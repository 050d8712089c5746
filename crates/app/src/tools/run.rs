//! What each tool does: read the arguments, call a use case, say what came of it.

use rondo_domain::{BatchId, Problem, ShownTask, TaskId};
use serde_json::Value;

use super::{
    ToolError, ToolRefusal, answer,
    arguments::Arguments,
    listing,
    refusal::{about_task, of},
};
use crate::{
    App, Batch, Done,
    history::{self, UndoTarget},
    input::{self, text},
    tasks,
};

/// Which of them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run {
    Add,
    List,
    Complete,
    Delete,
    Update,
    Get,
    Undo,
}

impl Run {
    pub(super) async fn call(
        self,
        app: &App,
        batch: &Batch,
        arguments: Arguments,
    ) -> Result<Value, ToolError> {
        match self {
            Self::Add => add(app, batch, arguments).await,
            Self::List => listing::list(app, batch.actor(), arguments).await,
            Self::Complete => complete(app, batch, arguments).await,
            Self::Delete => delete(app, batch, arguments).await,
            Self::Update => update(app, batch, arguments).await,
            Self::Get => get(app, batch, arguments).await,
            Self::Undo => undo(app, batch, arguments).await,
        }
    }
}

async fn add(app: &App, batch: &Batch, arguments: Arguments) -> Result<Value, ToolError> {
    let input = input::new_task(arguments.without_nulls().into_body())?;
    let done = tasks::create(app, batch, input).await?;
    Ok(answer::changed("created", &done))
}

async fn complete(app: &App, batch: &Batch, mut arguments: Arguments) -> Result<Value, ToolError> {
    let id = arguments.take_task_id()?;
    let completed = input::completion(Some(arguments.into_body()))?.unwrap_or(true);
    let done = tasks::set_completed(app, batch, id.into(), Some(completed)).await;
    let done = done.map_err(about_task(id.get()))?;
    let mut shown = answer::changed(if completed { "completed" } else { "reopened" }, &done);
    if let Some(next) = follower(&done).filter(|_| completed) {
        shown["next_task_id"] = next.into();
    }
    Ok(shown)
}

/// The task that was made because this one was done now.
fn follower(done: &Done<ShownTask>) -> Option<i64> {
    let task = &done.value.task;
    task.next_task_id.filter(|_| done.batch_id.is_some()).map(TaskId::get)
}

async fn delete(app: &App, batch: &Batch, mut arguments: Arguments) -> Result<Value, ToolError> {
    let id = arguments.take_task_id()?;
    let done = tasks::delete(app, batch, id.into()).await.map_err(about_task(id.get()))?;
    Ok(answer::changed("deleted", &done))
}

async fn update(app: &App, batch: &Batch, mut arguments: Arguments) -> Result<Value, ToolError> {
    let id = arguments.take_task_id()?;
    if arguments.is_empty() {
        let message = "Nothing to change: give at least one other argument than task_id";
        return Err(ToolRefusal::invalid(None, message).into());
    }
    let patch = input::task_patch(arguments.with_list("tags").into_body())?;
    let done = tasks::update(app, batch, id.into(), patch).await.map_err(about_task(id.get()))?;
    Ok(answer::changed("updated", &done))
}

async fn get(app: &App, batch: &Batch, mut arguments: Arguments) -> Result<Value, ToolError> {
    let id = arguments.take_task_id()?;
    let shown = tasks::show(app, batch.actor(), id).await.map_err(about_task(id.get()))?;
    Ok(answer::whole(&shown))
}

async fn undo(app: &App, batch: &Batch, arguments: Arguments) -> Result<Value, ToolError> {
    let mut fields = arguments.without_nulls().fields()?;
    let batch_id = fields.optional("batch_id", text(batch_id));
    let target = fields.finish(|| batch_id)?.map_or(UndoTarget::Latest, UndoTarget::Batch);
    let done = history::undo(app, batch, target, false).await.map_err(of)?;
    Ok(answer::undone(&done))
}

fn batch_id(text: &str) -> Result<BatchId, Problem> {
    BatchId::parse(text).ok_or(Problem::Refused { sentence: "no batch is called so" })
}
