//! What is kept of the calls of a turn: all of them, and of their answers as
//! much as a turn may leave behind.
//!
//! Whoever listens was told the whole answers; a conversation has many turns,
//! and is read as one.

use serde_json::{Map, Value, json};

use crate::assistant::ToolCall;

/// How long the calls of one turn may be together, in bytes.
const MAX_BYTES: usize = 32 * 1024;
/// What each call that follows may need at least.
const RESERVED: usize = 400;
/// The longest arguments of a call whose answer is shortened, in bytes.
const MAX_ARGUMENTS: usize = 200;
/// The longest text that stays of a shortened answer, in bytes.
const MAX_TEXT: usize = 100;
/// What stays of a shortened answer: what came of the call, and of which task.
const FIELDS: [&str; 7] =
    ["status", "task_id", "next_task_id", "batch_id", "total", "code", "message"];
const NOTICE: &str = "This answer was shortened.";

/// The calls of a turn as they are kept, in their order. The first ones are
/// whole.
pub(super) fn kept<'a>(calls: impl ExactSizeIterator<Item = &'a ToolCall>) -> Vec<ToolCall> {
    let (mut left, mut following, mut kept) = (MAX_BYTES, calls.len(), Vec::new());
    for call in calls {
        following -= 1;
        let mut call = call.clone();
        if length(&call) > left.saturating_sub(following * RESERVED) {
            call = shortened(call);
        }
        left = left.saturating_sub(length(&call));
        kept.push(call);
    }
    kept
}

/// As it is stored, with the comma after it.
fn length(call: &ToolCall) -> usize {
    serde_json::to_string(call).map_or(usize::MAX, |text| text.len() + 1)
}

fn shortened(call: ToolCall) -> ToolCall {
    let ToolCall { mut tool_name, mut arguments, result } = call;
    let answer: Value = serde_json::from_str(&result).unwrap_or_default();
    let fields = FIELDS.iter().filter_map(|name| Some((name, answer.get(name)?)));
    let mut short: Map<String, Value> =
        fields.filter_map(|(name, value)| Some(((*name).to_owned(), scalar(value)?))).collect();
    short.insert("notice".to_owned(), NOTICE.into());
    let short = Value::Object(short).to_string();
    if arguments.to_string().len() > MAX_ARGUMENTS {
        arguments = json!({"notice": NOTICE});
    }
    tool_name.truncate(tool_name.floor_char_boundary(MAX_TEXT));
    let result = if short.len() < result.len() { short } else { result };
    ToolCall { tool_name, arguments, result }
}

/// A number, or a text that is short or made so; nothing else.
fn scalar(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(text[..text.floor_char_boundary(MAX_TEXT)].into()),
        Value::Number(_) => Some(value.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: usize, description: &str) -> ToolCall {
        let result = json!({
            "task_id": id, "status": "found", "title": "milk", "description": description,
        });
        let arguments = json!({"task_id": id});
        ToolCall { tool_name: "get_task".to_owned(), arguments, result: result.to_string() }
    }

    #[test]
    fn the_calls_of_an_ordinary_turn_are_kept_as_they_were() {
        let calls: Vec<ToolCall> = (0..10).map(|id| call(id, "short")).collect();
        assert_eq!(kept(calls.iter()), calls);
        let long = [call(1, &"x".repeat(8_000)), call(2, &"x".repeat(8_000))];
        assert_eq!(kept(long.iter()), long);
    }

    #[test]
    fn fifty_long_answers_are_kept_as_what_came_of_them() {
        for letter in ["x", "\"", "é", "\u{1}"] {
            let calls: Vec<ToolCall> = (0..50).map(|id| call(id, &letter.repeat(5_000))).collect();
            let kept = kept(calls.iter());
            let stored = serde_json::to_string(&kept).expect("it is JSON");
            assert!(stored.len() <= MAX_BYTES, "{letter:?}: {}", stored.len());
            assert_eq!(kept.len(), 50);
            let last: Value = serde_json::from_str(&kept[49].result).expect("it is JSON");
            assert_eq!(last, json!({"task_id": 49, "status": "found", "notice": NOTICE}));
            assert_eq!(kept[49].arguments, json!({"task_id": 49}));
        }
    }

    #[test]
    fn what_a_tool_refused_stays_a_refusal_when_it_is_shortened() {
        let result = json!({"code": "x".repeat(500), "message": "é".repeat(90_000)}).to_string();
        let (tool_name, arguments) = ("😀".repeat(20_000), json!("x".repeat(20_000)));
        let kept = kept([ToolCall { tool_name, arguments, result }].iter());
        assert!(length(&kept[0]) <= 2 * RESERVED);
        let result: Value = serde_json::from_str(&kept[0].result).expect("it is JSON");
        assert!(result["code"].is_string() && result["message"].is_string());
        assert!(kept[0].arguments.is_object());
    }
}
