//! An answer that was given before, as the events of a turn.

use rondo_app::assistant::{Answer, TurnEvent};
use serde_json::Value;

/// What happened, as far as it is remembered: in one round.
pub(super) fn events_of(answer: &Answer) -> Vec<TurnEvent> {
    let mut events = vec![TurnEvent::StepStart];
    for (number, call) in answer.tool_calls.iter().enumerate() {
        let id = format!("call_{}", number + 1);
        let result: Value = serde_json::from_str(&call.result).unwrap_or_default();
        // A tool that refuses answers a code and a sentence.
        let is_error = result["code"].is_string() && result["message"].is_string();
        let (name, arguments) = (call.tool_name.clone(), call.arguments.clone());
        events.push(TurnEvent::ToolCall { id: id.clone(), name, arguments });
        events.push(TurnEvent::ToolResult { id, result, is_error });
    }
    events.push(TurnEvent::TextDelta(answer.message.content.as_str().to_owned()));
    events.push(TurnEvent::StepEnd);
    events.push(TurnEvent::Finished(Box::new(answer.clone())));
    events
}
