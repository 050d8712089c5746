//! Tools: the catalogue of the application, as MCP shows it and calls it.

use std::sync::{Arc, LazyLock};

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, JsonObject,
    Tool, ToolAnnotations,
};
use rondo_app::tools::{self, ToolError, ToolRefusal};
use serde_json::{Value, json};

use super::{
    Context, Door,
    confirmation::{self, Answer},
    failure,
};

/// All tools, in the order of the catalogue.
pub(super) fn listed() -> &'static [Tool] {
    static LISTED: LazyLock<Vec<Tool>> =
        LazyLock::new(|| tools::catalogue().iter().map(shown).collect());
    &LISTED
}

fn shown(tool: &tools::Tool) -> Tool {
    let annotations = ToolAnnotations::with_title(tool.title)
        .read_only(tool.is_read_only)
        .destructive(tool.is_destructive)
        .idempotent(tool.is_idempotent)
        .open_world(false);
    Tool::new(tool.name, tool.description, object(tool.input_schema()))
        .with_title(tool.title)
        .with_raw_output_schema(Arc::new(object(or_refusal(tool.output_schema()))))
        .with_annotations(annotations)
}

/// A schema is an object.
fn object(schema: Value) -> JsonObject {
    match schema {
        Value::Object(members) => members,
        _ => JsonObject::new(),
    }
}

/// A schema of answers that knows of refusals too: there are clients who hold
/// even an error to the schema, and would not show it otherwise.
fn or_refusal(mut schema: Value) -> Value {
    let of_answer = schema["required"].take();
    for member in ["code", "message", "field"] {
        schema["properties"][member] = json!({"type": "string"});
    }
    let of_refusal = json!(["code", "message"]);
    schema["anyOf"] = json!([{"required": of_answer}, {"required": of_refusal}]);
    if let Some(members) = schema.as_object_mut() {
        members.remove("required");
    }
    schema
}

/// Calls a tool. What the model can repair is an answer, not an error.
pub(super) async fn call(
    door: &Door,
    call: CallToolRequestParams,
    context: &Context,
) -> Result<CallToolResponse, ErrorData> {
    let batch = door.batch(context).await?;
    let arguments = Value::Object(call.arguments.clone().unwrap_or_default());
    let done = match confirmation::of(door, &batch, (&call, &arguments, context)).await {
        Ok(Answer::Ask(question)) => return Ok(question.into()),
        Ok(Answer::GoOn) => tools::call(&door.app, &batch, &call.name, &arguments).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(answer) => Ok(CallToolResult::structured(answer).into()),
        Err(ToolError::Refused(refusal)) => Ok(refused(&refusal).into()),
        Err(error) => Err(failure::of_tool(error)),
    }
}

/// The sentence is for models and people, the rest for programs.
fn refused(refusal: &ToolRefusal) -> CallToolResult {
    // The word of RFC 6750, which programs know from other servers.
    let code = if refusal.code == "missing_scope" { "insufficient_scope" } else { refusal.code };
    let mut error = json!({"code": code, "message": refusal.message});
    if let Some(field) = &refusal.field {
        error["field"] = field.as_str().into();
    }
    let mut result = CallToolResult::structured_error(error);
    result.content = vec![ContentBlock::text(refusal.message.as_str())];
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_of_answers_takes_answers_and_refusals() {
        for tool in listed() {
            let schema = tool.output_schema.as_ref().expect("every tool has one");
            assert_eq!(schema["type"], "object", "{}", tool.name);
            assert_eq!(schema.get("required"), None, "{}", tool.name);
            let kinds = schema["anyOf"].as_array().expect("there are two kinds");
            assert!(kinds[0]["required"].as_array().is_some_and(|names| !names.is_empty()));
            assert_eq!(kinds[1]["required"], json!(["code", "message"]));
            assert!(!schema.contains_key("additionalProperties"), "{}", tool.name);
        }
    }

    #[test]
    fn programs_are_shown_what_our_own_assistant_is_shown() {
        assert_eq!(listed().len(), tools::catalogue().len());
        for (shown, tool) in listed().iter().zip(tools::catalogue()) {
            assert_eq!(shown.name, tool.name);
            assert_eq!(shown.description.as_deref(), Some(tool.description));
            assert_eq!(shown.schema_as_json_value(), tool.input_schema());
        }
    }

    #[test]
    fn whose_tasks_they_are_is_no_argument() {
        for tool in listed() {
            assert!(
                !Value::from(tool.input_schema.as_ref().clone()).to_string().contains("user_id"),
                "{}",
                tool.name
            );
            assert!(
                tool.annotations.is_some() && tool.title.is_some() && tool.description.is_some()
            );
        }
    }
}
