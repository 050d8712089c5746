//! Tasks, through both families of routes.

mod access;
mod change;
mod create;
mod delete;
mod list;
mod parse;

use serde_json::Value;

use crate::support::Person;

/// Where a person's tasks are: with and without the user in the path.
fn families(person: &Person) -> [String; 2] {
    ["/api/tasks".to_owned(), format!("/api/{}/tasks", person.id)]
}

/// The task without the moments of its making and changing.
fn without_times(task: &Value) -> Value {
    let mut task = task.clone();
    let members = task.as_object_mut().expect("a task is an object");
    members.remove("created_at");
    members.remove("updated_at");
    task
}
