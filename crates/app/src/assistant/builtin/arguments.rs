//! What the grammar has read, as the arguments of tools.

use rondo_domain::{
    Description, DueDate, DueScope, NewTask, Priority, Recurrence, RecurrenceFrom, Selection,
    StatusFilter, TagName, Tags, TaskPatch,
};
use serde_json::{Map, Value, json};

/// The arguments of `add_task`.
pub(super) fn new(new: &NewTask) -> Value {
    let NewTask { title, description, plan, completed: _, previous_task_id: _ } = new;
    let mut arguments = Map::new();
    arguments.insert("title".to_owned(), title.as_str().into());
    if let Some(note) = description {
        arguments.insert("description".to_owned(), note.as_str().into());
    }
    if let Some(due) = plan.due {
        arguments.insert("due_date".to_owned(), due.to_string().into());
    }
    if let Some(priority) = plan.priority {
        arguments.insert("priority".to_owned(), priority.as_str().into());
    }
    if !plan.tags.is_empty() {
        arguments.insert("tags".to_owned(), names(&plan.tags));
    }
    if let Some(Recurrence { rule, from }) = &plan.recurrence {
        arguments.insert("recurrence_rule".to_owned(), rule.to_string().into());
        if *from != RecurrenceFrom::default() {
            arguments.insert("recurrence_from".to_owned(), from.as_str().into());
        }
    }
    Value::Object(arguments)
}

/// The arguments of `update_task`, the task left out.
pub(super) fn patch(patch: &TaskPatch) -> Map<String, Value> {
    let TaskPatch {
        title,
        description,
        completed,
        due,
        priority,
        tags,
        recurrence_rule,
        recurrence_from,
    } = patch;
    let description =
        description.as_ref().map(|note| json!(note.as_ref().map(Description::as_str)));
    let rule = recurrence_rule.as_ref().map(|rule| json!(rule));
    let given = [
        ("title", title.as_ref().map(|title| json!(title.as_str()))),
        ("description", description),
        ("completed", completed.map(Value::Bool)),
        ("due_date", due.map(|due| json!(due))),
        ("priority", priority.map(|priority| json!(priority.map(Priority::as_str)))),
        ("tags", tags.as_ref().map(names)),
        ("recurrence_rule", rule),
        ("recurrence_from", recurrence_from.map(|from| json!(from.as_str()))),
    ];
    let given = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}

/// The arguments of `list_tasks`.
pub(super) fn selection(selection: &Selection) -> Map<String, Value> {
    let Selection { status, due, text, tag, priority } = selection;
    let status = match status {
        StatusFilter::All => None,
        StatusFilter::Pending => Some(json!("pending")),
        StatusFilter::Completed => Some(json!("completed")),
    };
    let scope = due.and_then(|due| match due {
        DueScope::Overdue => Some(json!("overdue")),
        DueScope::Today => Some(json!("today")),
        DueScope::Tomorrow => Some(json!("tomorrow")),
        DueScope::ThisWeek => Some(json!("this_week")),
        DueScope::Never => Some(json!("none")),
        DueScope::Days(..) => None,
    });
    let days = match due {
        Some(DueScope::Days(from, to)) => Some((DueDate::on(*from), DueDate::on(*to))),
        _ => None,
    };
    let priority = priority.map(|priority| json!(priority.map_or("none", Priority::as_str)));
    let given = [
        ("status", status),
        ("q", text.as_ref().map(|text| json!(text.as_str()))),
        ("due", scope),
        ("due_from", days.map(|(from, _)| json!(from))),
        ("due_to", days.map(|(_, to)| json!(to))),
        ("tag", tag.as_ref().map(|tag| json!(tag.as_str()))),
        ("priority", priority),
    ];
    let given = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}

fn names(tags: &Tags) -> Value {
    tags.as_slice().iter().map(TagName::as_str).collect()
}
