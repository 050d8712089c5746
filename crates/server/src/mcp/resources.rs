//! Resources: what a program may put before a model without calling a tool.

use rmcp::model::{ErrorData, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use rondo_app::tools::{self, ToolError};
use serde_json::{Value, json};

use super::{Context, Door, failure};

/// How all addresses here begin. What begins otherwise is not missing: the
/// question is for another server.
const SCHEME: &str = "tasks://";
/// The tasks that are still to do.
const PENDING: &str = "tasks://pending";
/// One task; behind it stands its id.
const TASK: &str = "tasks://task/";
const JSON: &str = "application/json";
/// As many as one page of a list has at most.
const MAX_PENDING: i64 = 100;

pub(super) fn pending() -> Resource {
    Resource::new(PENDING, "pending")
        .with_title("Pending tasks")
        .with_description("The user's tasks that are still to do, at most 100 of them")
        .with_mime_type(JSON)
}

pub(super) fn task() -> ResourceTemplate {
    ResourceTemplate::new(format!("{TASK}{{id}}"), "task")
        .with_title("A task")
        .with_description("Everything about one task of the user's")
        .with_mime_type(JSON)
}

/// Whether this is what the template of tasks is called.
pub(super) fn is_task_template(uri: &str) -> bool {
    uri.strip_prefix(TASK) == Some("{id}")
}

/// Reads what is at this address; somebody else's is nowhere.
pub(super) async fn read(
    door: &Door,
    uri: &str,
    context: &Context,
) -> Result<ReadResourceResult, ErrorData> {
    let batch = door.batch(context).await?;
    if !uri.starts_with(SCHEME) {
        return Err(ErrorData::invalid_request("Addresses here begin with tasks://", None));
    }
    let (tool, arguments) = source_of(uri).ok_or_else(|| nowhere(uri))?;
    let text = match tools::call(&door.app, &batch, tool, &arguments).await {
        Ok(answer) => answer.to_string(),
        Err(ToolError::Refused(refusal)) if refusal.code == "task_not_found" => {
            return Err(nowhere(uri));
        }
        Err(error) => return Err(failure::of_tool(error)),
    };
    let contents = ResourceContents::text(text, uri).with_mime_type(JSON);
    Ok(ReadResourceResult::new(vec![contents]))
}

/// The tool that knows what is there, and what to ask it.
fn source_of(uri: &str) -> Option<(&'static str, Value)> {
    if uri == PENDING {
        return Some(("list_tasks", json!({"status": "pending", "limit": MAX_PENDING})));
    }
    let id = uri.strip_prefix(TASK)?;
    let is_plain = id.bytes().all(|byte| byte.is_ascii_digit()) && !id.starts_with('0');
    let id: i64 = id.parse().ok().filter(|_| is_plain)?;
    Some(("get_task", json!({"task_id": id})))
}

fn nowhere(uri: &str) -> ErrorData {
    ErrorData::resource_not_found("Resource not found", Some(json!({"uri": uri})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_spelled_in_one_way() {
        assert_eq!(
            source_of("tasks://task/42").map(|(_, arguments)| arguments["task_id"].clone()),
            Some(json!(42))
        );
        for uri in [
            "tasks://task/",
            "tasks://task/042",
            "tasks://task/+4",
            "tasks://task/4/",
            "tasks://task/x",
            "tasks://other",
            "tasks://pending/",
            "",
        ] {
            assert_eq!(source_of(uri), None, "{uri}");
        }
    }
}
