//! Tasks as the tools show them.

use rondo_domain::{Candidate, TagName, Tags, TaskId};
use serde_json::Value;

use super::words;

/// A task, as far as it is known.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub id: TaskId,
    pub title: Option<String>,
    pub completed: bool,
    pub due: Option<String>,
    pub priority: Option<String>,
    pub tags: Option<Vec<String>>,
}

impl Row {
    /// A task of which nothing but the id is known.
    pub(super) const fn bare(id: TaskId) -> Self {
        Self { id, title: None, completed: false, due: None, priority: None, tags: None }
    }

    /// A task in a tool's answer.
    pub(super) fn read(task: &Value) -> Option<Self> {
        let text = |name: &str| task.get(name).and_then(Value::as_str).map(str::to_owned);
        let tags = task.get("tags").and_then(Value::as_array);
        let tags = tags.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        Some(Self {
            id: id(task, "task_id")?,
            title: text("title"),
            completed: task.get("completed").and_then(Value::as_bool).unwrap_or(false),
            due: text("due_date"),
            priority: text("priority"),
            tags: Some(tags.collect()),
        })
    }

    /// The tasks of a page.
    pub(super) fn read_all(page: &Value) -> Vec<Self> {
        let tasks = page.get("tasks").and_then(Value::as_array);
        tasks.into_iter().flatten().filter_map(Self::read).collect()
    }

    /// “Pay rent” (#3).
    pub(super) fn name(&self) -> String {
        match &self.title {
            Some(title) => format!("{} (#{})", words::quoted(title), self.id),
            None => format!("task {}", self.id),
        }
    }

    pub(super) fn candidate(&self) -> Candidate<'_> {
        let title = self.title.as_deref().unwrap_or_default();
        Candidate { id: self.id, title, completed: self.completed }
    }

    /// The labels, if they are known.
    pub(super) fn labels(&self) -> Option<Tags> {
        let names = self.tags.as_ref()?.iter().map(|tag| TagName::parse(tag).ok());
        Tags::new(names.collect::<Option<_>>()?).ok()
    }
}

/// An id in a tool's answer.
pub(super) fn id(answer: &Value, name: &str) -> Option<TaskId> {
    answer.get(name).and_then(Value::as_i64).and_then(TaskId::new)
}
