//! What a tool answers.

use rondo_domain::{BatchId, Description, Priority, ShownTask, TagName, TaskId};
use serde_json::{Map, Value, json};

use crate::{Done, history::Undone, tasks::Listed};

/// The longest part of a note that a list shows, in characters.
const NOTE_CHARS: usize = 120;
/// How many of the tasks that were put back are named.
const NAMED: usize = 10;

/// What became of a task.
pub(super) fn changed(status: &str, done: &Done<ShownTask>) -> Value {
    let task = &done.value.task;
    json!({
        "task_id": task.id.get(),
        "status": status,
        "title": task.title.as_str(),
        "batch_id": done.batch_id.as_ref().map(BatchId::as_str),
    })
}

/// A page of a list, with short rows.
pub(super) fn page(listed: &Listed) -> Value {
    let tasks: Vec<Value> = listed.tasks.iter().map(row).collect();
    json!({"tasks": tasks, "total": listed.total, "next_cursor": listed.next_cursor})
}

/// What a task has; what it does not have is left out.
fn row(shown: &ShownTask) -> Value {
    let (task, plan) = (&shown.task, &shown.task.plan);
    let mut row = Map::new();
    row.insert("task_id".to_owned(), task.id.get().into());
    row.insert("title".to_owned(), task.title.as_str().into());
    row.insert("completed".to_owned(), task.completed.into());
    if let Some(due) = plan.due {
        row.insert("due_date".to_owned(), due.to_string().into());
    }
    if let Some(priority) = plan.priority {
        row.insert("priority".to_owned(), priority.as_str().into());
    }
    if !plan.tags.is_empty() {
        row.insert("tags".to_owned(), tags(shown));
    }
    if let Some(note) = task.description.as_ref().filter(|note| !note.as_str().is_empty()) {
        row.insert("description".to_owned(), cut(note.as_str()).into());
    }
    Value::Object(row)
}

/// All of a task.
pub(super) fn whole(shown: &ShownTask) -> Value {
    let (task, plan) = (&shown.task, &shown.task.plan);
    let recurrence = plan.recurrence.as_ref();
    json!({
        "task_id": task.id.get(),
        "title": task.title.as_str(),
        "description": task.description.as_ref().map(Description::as_str),
        "completed": task.completed,
        "due_date": plan.due,
        "due_at": shown.due_at,
        "priority": plan.priority.map(Priority::as_str),
        "tags": tags(shown),
        "recurrence_rule": recurrence.map(|recurrence| &recurrence.rule),
        "recurrence_from": recurrence.map(|recurrence| recurrence.from).unwrap_or_default().as_str(),
        "version": task.version,
        "previous_task_id": task.previous_task_id.map(TaskId::get),
        "next_task_id": task.next_task_id.map(TaskId::get),
        "completed_at": task.completed_at,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
    })
}

/// What was undone, and how many tasks that was.
pub(super) fn undone(done: &Done<Undone>) -> Value {
    let Undone { undoes, tasks, trashed, trashed_titles } = &done.value;
    let named = || tasks.iter().take(NAMED).map(|shown| &shown.task);
    json!({
        "status": "undone",
        "batch_id": done.batch_id.as_ref().map(BatchId::as_str),
        "undoes": undoes.as_str(),
        "tasks": tasks.len() + trashed.len(),
        "task_ids": named().map(|task| task.id.get()).collect::<Value>(),
        "titles": named().map(|task| task.title.as_str()).collect::<Value>(),
        "trashed": trashed.iter().take(NAMED).map(|id| id.get()).collect::<Value>(),
        "trashed_titles": trashed_titles.iter().take(NAMED).cloned().collect::<Value>(),
    })
}

fn tags(shown: &ShownTask) -> Value {
    shown.task.plan.tags.as_slice().iter().map(TagName::as_str).collect()
}

fn cut(note: &str) -> String {
    if note.chars().count() <= NOTE_CHARS {
        return note.to_owned();
    }
    note.chars().take(NOTE_CHARS - 1).chain(['…']).collect()
}
