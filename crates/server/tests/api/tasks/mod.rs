//! Tasks, through both families of routes.

mod access;
mod bulk;
mod change;
mod create;
mod cursor;
mod delete;
mod find;
mod list;
mod parse;
mod plan;
mod recurrence;
mod stats;
mod versions;

use serde_json::Value;

use crate::support::Person;

/// Where a person's tasks are: with and without the user in the path.
fn families(person: &Person) -> [String; 2] {
    ["/api/tasks".to_owned(), format!("/api/{}/tasks", person.id)]
}

/// The task without what counts its changes, and the moments of them.
fn without_times(task: &Value) -> Value {
    let mut task = task.clone();
    let members = task.as_object_mut().expect("a task is an object");
    for name in ["version", "created_at", "updated_at", "completed_at"] {
        members.remove(name);
    }
    task
}
