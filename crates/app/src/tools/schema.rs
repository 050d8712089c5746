//! JSON Schemas, written by hand: plain types that every client and every
//! model's provider understands, without references and formats.

use serde_json::{Map, Value, json};

/// One argument of a tool.
#[derive(Debug)]
pub(super) struct Argument {
    pub name: &'static str,
    is_required: bool,
    schema: fn() -> Value,
}

impl Argument {
    pub(super) const fn required(name: &'static str, schema: fn() -> Value) -> Self {
        Self { name, is_required: true, schema }
    }

    pub(super) const fn optional(name: &'static str, schema: fn() -> Value) -> Self {
        Self { name, is_required: false, schema }
    }
}

pub(super) fn input(arguments: &[Argument]) -> Value {
    let properties: Map<String, Value> =
        arguments.iter().map(|argument| (argument.name.to_owned(), (argument.schema)())).collect();
    let required: Vec<&str> = arguments
        .iter()
        .filter(|argument| argument.is_required)
        .map(|argument| argument.name)
        .collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

pub(super) fn task_id() -> Value {
    json!({
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_ID,
        "description": "The id of the task, as list_tasks gives it.",
    })
}

pub(super) fn title() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "description": "What is to be done, in a few words.",
    })
}

pub(super) fn description() -> Value {
    json!({"type": "string", "maxLength": 1000, "description": "A longer note."})
}

pub(super) fn due_date() -> Value {
    json!({"type": "string", "description": DUE_DATE})
}

pub(super) fn priority() -> Value {
    json!({"type": "string", "enum": ["high", "medium", "low", "none"]})
}

pub(super) fn tags() -> Value {
    json!({
        "type": "array",
        "items": {"type": "string", "minLength": 1, "maxLength": 50},
        "maxItems": 20,
        "description": "Labels, without a #.",
    })
}

pub(super) fn recurrence_rule() -> Value {
    json!({"type": "string", "description": RECURRENCE_RULE})
}

pub(super) fn recurrence_from() -> Value {
    json!({
        "type": "string",
        "enum": ["due", "completion"],
        "description": "From where the next date counts: the due date, which is usual, or the \
            day on which the task is done.",
    })
}

pub(super) fn completed() -> Value {
    json!({
        "type": "boolean",
        "description": "True marks the task as done, false as not done.",
    })
}

pub(super) fn new_description() -> Value {
    json!({
        "type": ["string", "null"],
        "maxLength": 1000,
        "description": "The new note; null takes it away.",
    })
}

pub(super) fn new_due_date() -> Value {
    let description = format!("{DUE_DATE} Null takes the date away.");
    json!({"type": ["string", "null"], "description": description})
}

pub(super) fn new_tags() -> Value {
    let mut schema = tags();
    schema["description"] = json!("All tags the task shall have then, without a #.");
    schema
}

pub(super) fn new_recurrence_rule() -> Value {
    let description = format!("{RECURRENCE_RULE} Null: it does not recur any more.");
    json!({"type": ["string", "null"], "description": description})
}

pub(super) fn status() -> Value {
    json!({
        "type": "string",
        "enum": ["all", "pending", "completed"],
        "description": "Pending is still to do. All, when it is left out.",
    })
}

pub(super) fn search() -> Value {
    json!({
        "type": "string",
        "maxLength": 200,
        "description": "A word, or a part of one, in title or note.",
    })
}

pub(super) fn due() -> Value {
    json!({
        "type": "string",
        "enum": ["overdue", "today", "tomorrow", "this_week", "none"],
        "description": "When the tasks are due. Not together with due_from or due_to.",
    })
}

pub(super) fn due_from() -> Value {
    json!({"type": "string", "description": "Due on this day or later: YYYY-MM-DD."})
}

pub(super) fn due_to() -> Value {
    json!({"type": "string", "description": "Due on this day or earlier: YYYY-MM-DD."})
}

pub(super) fn tag() -> Value {
    json!({"type": "string", "maxLength": 50, "description": "One label, without a #."})
}

pub(super) fn limit() -> Value {
    json!({
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "description": "How many tasks at most. 50, when it is left out.",
    })
}

pub(super) fn cursor() -> Value {
    json!({
        "type": "string",
        "description": "next_cursor of the page before, with the same other arguments.",
    })
}

pub(super) fn batch_id() -> Value {
    json!({
        "type": "string",
        "description": "batch_id of the answer to what shall be undone. The latest change, when \
            it is left out.",
    })
}

/// The answer of a tool that changes one task.
pub(super) fn changed() -> Value {
    json!({
        "type": "object",
        "properties": {
            "task_id": {"type": "integer"},
            "status": {
                "type": "string",
                "enum": ["created", "completed", "reopened", "deleted", "updated"],
            },
            "title": {"type": "string"},
            "batch_id": {
                "type": ["string", "null"],
                "description": "What undo takes; null when nothing had to change.",
            },
            "next_task_id": {
                "type": "integer",
                "description": "The next occurrence, when a task that recurs was done.",
            },
        },
        "required": ["task_id", "status", "title", "batch_id"],
    })
}

pub(super) fn page() -> Value {
    json!({
        "type": "object",
        "properties": {
            "tasks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "task_id": {"type": "integer"},
                        "title": {"type": "string"},
                        "completed": {"type": "boolean"},
                        "due_date": {"type": "string"},
                        "priority": {"type": "string"},
                        "tags": {"type": "array", "items": {"type": "string"}},
                        "description": {
                            "type": "string",
                            "description": "Cut after 120 characters; get_task has all of it.",
                        },
                    },
                    "required": ["task_id", "title", "completed"],
                },
            },
            "total": {
                "type": "integer",
                "description": "How many tasks there are in all pages.",
            },
            "next_cursor": {"type": ["string", "null"]},
        },
        "required": ["tasks", "total", "next_cursor"],
    })
}

pub(super) fn whole_task() -> Value {
    let text = || json!({"type": "string"});
    let maybe_text = || json!({"type": ["string", "null"]});
    let maybe_id = || json!({"type": ["integer", "null"]});
    json!({
        "type": "object",
        "properties": {
            "task_id": {"type": "integer"},
            "title": text(),
            "description": maybe_text(),
            "completed": {"type": "boolean"},
            "due_date": maybe_text(),
            "due_at": {
                "type": ["string", "null"],
                "description": "The moment of the due date, in UTC.",
            },
            "priority": maybe_text(),
            "tags": {"type": "array", "items": text()},
            "recurrence_rule": maybe_text(),
            "recurrence_from": text(),
            "version": {"type": "integer"},
            "previous_task_id": maybe_id(),
            "next_task_id": maybe_id(),
            "completed_at": maybe_text(),
            "created_at": text(),
            "updated_at": text(),
        },
        "required": [
            "task_id", "title", "description", "completed", "due_date", "due_at", "priority",
            "tags", "recurrence_rule", "recurrence_from", "version", "previous_task_id",
            "next_task_id", "completed_at", "created_at", "updated_at",
        ],
    })
}

pub(super) fn undone() -> Value {
    json!({
        "type": "object",
        "properties": {
            "status": {"type": "string", "enum": ["undone"]},
            "batch_id": {
                "type": ["string", "null"],
                "description": "What undo takes to do it again; null when nothing had to change.",
            },
            "undoes": {"type": "string", "description": "The batch that was undone."},
            "tasks": {"type": "integer", "description": "How many tasks were put back."},
            "task_ids": {
                "type": "array",
                "items": {"type": "integer"},
                "description": "The same tasks as in titles.",
            },
            "titles": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Those that are on the list again, or as they were: at most 10.",
            },
            "trashed": {
                "type": "array",
                "items": {"type": "integer"},
                "description": "Those that are gone, because they had been added: at most 10.",
            },
            "trashed_titles": {
                "type": "array",
                "items": {"type": "string"},
                "description": "What those are called.",
            },
        },
        "required": [
            "status", "batch_id", "undoes", "tasks", "task_ids", "titles", "trashed",
            "trashed_titles",
        ],
    })
}

/// The largest id there can be, which is also the largest number that every
/// reader of JSON holds exactly.
const MAX_ID: i64 = (1 << 53) - 1;

const DUE_DATE: &str = "A day, 2026-11-22, or a day and a time, 2026-11-22T17:00, as the user's \
    calendar and clock show them.";

const RECURRENCE_RULE: &str = "A rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO. The task needs a \
    due date then.";
