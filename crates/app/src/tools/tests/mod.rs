//! Tools as an assistant calls them, on tasks of ada and bob.

mod arguments;
mod changing;
mod listing;
mod schemas;

use rondo_domain::{Actor, Scope, Scopes};
use serde_json::{Value, json};

use super::*;
use crate::testing::TestApp;

/// What a call gives: its answer, or what was wrong with it.
async fn try_call(
    test: &TestApp,
    actor: &Actor,
    name: &str,
    arguments: Value,
) -> Result<Value, ToolRefusal> {
    match super::call(&test.app, &test.batch(actor), name, &arguments).await {
        Ok(answer) => {
            assert_fits(&find(name).expect("it was called").output_schema(), &answer);
            Ok(answer)
        }
        Err(ToolError::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("{name} {arguments}: {other}"),
    }
}

async fn call(test: &TestApp, actor: &Actor, name: &str, arguments: Value) -> Value {
    let answer = try_call(test, actor, name, arguments.clone()).await;
    answer.unwrap_or_else(|refusal| panic!("{name} {arguments}: {refusal}"))
}

async fn refused(test: &TestApp, actor: &Actor, name: &str, arguments: Value) -> ToolRefusal {
    match try_call(test, actor, name, arguments.clone()).await {
        Ok(answer) => panic!("{name} {arguments}: {answer}"),
        Err(refusal) => refusal,
    }
}

/// A new task, and its id.
async fn add(test: &TestApp, actor: &Actor, arguments: Value) -> i64 {
    let answer = call(test, actor, "add_task", arguments).await;
    answer["task_id"].as_i64().expect("an id is a number")
}

async fn get(test: &TestApp, actor: &Actor, id: i64) -> Value {
    call(test, actor, "get_task", json!({"task_id": id})).await
}

async fn titles(test: &TestApp, actor: &Actor, arguments: Value) -> Vec<String> {
    let page = call(test, actor, "list_tasks", arguments).await;
    let tasks = page["tasks"].as_array().expect("tasks are a list");
    tasks.iter().map(|task| task["title"].as_str().expect("a title").to_owned()).collect()
}

fn with_scopes(actor: &Actor, scopes: &[Scope]) -> Actor {
    Actor { scopes: Scopes::of(scopes), ..actor.clone() }
}

/// Checks a value against a schema, as far as ours go.
fn assert_fits(schema: &Value, value: &Value) {
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(types.contains(&name), "{value} is no {types:?}");
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{value} is none of {allowed:?}");
    }
    if let Value::Array(items) = value {
        for item in items {
            assert_fits(&schema["items"], item);
        }
    }
    if let Value::Object(fields) = value {
        for (name, value) in fields {
            assert!(!schema["properties"][name].is_null(), "{name} is not in the schema");
            assert_fits(&schema["properties"][name], value);
        }
        for required in schema["required"].as_array().into_iter().flatten() {
            let name = required.as_str().expect("a name is text");
            assert!(fields.contains_key(name), "{name} is missing in {value}");
        }
    }
}
