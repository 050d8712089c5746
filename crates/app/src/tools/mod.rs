//! The tools: what an assistant can do with somebody's tasks.
//!
//! One catalogue for the MCP server, for a language model, and for the built-in
//! assistant. A tool is a use case with arguments and an answer in JSON, so
//! every rule of the other doors holds here. Whose tasks they are never comes
//! from an argument.

mod answer;
mod arguments;
mod catalogue;
mod listing;
mod refusal;
mod run;
mod schema;
#[cfg(test)]
mod tests;

use rondo_domain::TaskId;
use serde_json::Value;

use crate::{App, Batch, error::Error};
use arguments::Arguments;
use run::Run;
use schema::Argument;

pub use catalogue::{catalogue, find};
pub use refusal::{ToolError, ToolRefusal};

/// Something that can be done with somebody's tasks.
#[derive(Debug)]
pub struct Tool {
    /// By what it is called.
    pub name: &'static str,
    /// What a person sees.
    pub title: &'static str,
    /// What it does, for whoever has to choose one.
    pub description: &'static str,
    /// Whether it changes nothing.
    pub is_read_only: bool,
    /// Whether it takes something away.
    pub is_destructive: bool,
    /// Whether doing it twice is doing it once.
    pub is_idempotent: bool,
    arguments: &'static [Argument],
    output: fn() -> Value,
    run: Run,
}

impl Tool {
    /// The JSON Schema of the arguments: an object that has no other fields.
    #[must_use]
    pub fn input_schema(&self) -> Value {
        schema::input(self.arguments)
    }

    /// The JSON Schema of the answer, which is an object.
    #[must_use]
    pub fn output_schema(&self) -> Value {
        (self.output)()
    }
}

/// Does what the tool of that name does, for the actor of the batch, and gives
/// its answer: a JSON object.
///
/// Several calls may share a batch; they are undone together.
///
/// # Errors
/// [`ToolError`] says whether the caller can do something about it.
pub async fn call(
    app: &App,
    batch: &Batch,
    name: &str,
    arguments: &Value,
) -> Result<Value, ToolError> {
    let tool = find(name).ok_or_else(|| ToolError::Unknown { name: name.to_owned() })?;
    let arguments = Arguments::read(tool, batch.actor(), arguments)?;
    // The largest of the use cases must not make every caller's future as large.
    Box::pin(tool.run.call(app, batch, arguments)).await
}

/// The task that a call is about, as the tool of that name will read it.
///
/// # Errors
/// What the tool would say of such arguments.
pub fn task_of(batch: &Batch, name: &str, arguments: &Value) -> Result<TaskId, ToolError> {
    let tool = find(name).ok_or_else(|| ToolError::Unknown { name: name.to_owned() })?;
    Arguments::read(tool, batch.actor(), arguments)?.take_task_id()
}

impl From<Error> for ToolError {
    fn from(error: Error) -> Self {
        refusal::of(error)
    }
}
