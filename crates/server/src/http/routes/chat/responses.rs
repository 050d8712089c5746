//! What the assistant's answers look like as documents.

use rondo_app::assistant::{Answer, ToolCall};
use rondo_domain::BatchId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::conversations::MessageResponse;

/// An answer of the assistant.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChatResponse<'a> {
    /// The conversation; send it with the next message to go on.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
    conversation_id: i64,
    /// What it said.
    #[schema(example = "Added “Buy milk” (#7).")]
    response: &'a str,
    /// What it did, in that order.
    tool_calls: Vec<ToolCallResponse<'a>>,
    /// The same words as they are stored.
    message: MessageResponse<'a>,
    /// All that it changed; null when that is nothing.
    #[schema(required, example = "kT3vW9xLq2ZbN8mRc4Yh")]
    batch_id: Option<&'a str>,
    /// Who answered: `builtin` is no language model.
    #[schema(pattern = "^(builtin|openai-compatible)$", example = "builtin")]
    provider: &'a str,
}

/// A call of one of the assistant's tools.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolCallResponse<'a> {
    /// Which tool.
    #[schema(example = "add_task")]
    tool_name: &'a str,
    /// What it was asked.
    #[schema(value_type = Object, example = json!({"title": "Buy milk"}))]
    arguments: &'a Value,
    /// What it answered: JSON, as text.
    #[schema(example = "{\"task_id\":7,\"status\":\"created\",\"title\":\"Buy milk\"}")]
    result: &'a str,
}

/// A turn that failed; what was done before is done.
#[derive(Serialize, ToSchema)]
pub(crate) struct TurnFailedResponse<'a> {
    /// A sentence for people.
    pub(super) detail: &'a str,
    /// The name of the error, for programs.
    #[schema(example = "model_failed")]
    pub(super) code: &'a str,
    /// The conversation, in which the message is stored. Absent when the turn
    /// did not begin.
    #[schema(required = false, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
    pub(super) conversation_id: i64,
    /// What was done before.
    #[schema(required = false)]
    pub(super) tool_calls: Vec<ToolCallResponse<'a>>,
    /// All that was changed; null when that is nothing.
    #[schema(example = "kT3vW9xLq2ZbN8mRc4Yh")]
    pub(super) batch_id: Option<&'a str>,
}

impl<'a> From<&'a Answer> for ChatResponse<'a> {
    fn from(answer: &'a Answer) -> Self {
        Self {
            conversation_id: answer.conversation_id.get(),
            response: answer.message.content.as_str(),
            tool_calls: answer.tool_calls.iter().map(ToolCallResponse::from).collect(),
            message: MessageResponse::from(&answer.message),
            batch_id: answer.batch_id.as_ref().map(BatchId::as_str),
            provider: &answer.provider,
        }
    }
}

impl<'a> From<&'a ToolCall> for ToolCallResponse<'a> {
    fn from(ToolCall { tool_name, arguments, result }: &'a ToolCall) -> Self {
        Self { tool_name, arguments, result }
    }
}
