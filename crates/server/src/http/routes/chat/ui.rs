//! The body that `useChat` of Vercel's AI SDK sends.
//!
//! It is the whole conversation as the browser has it. One message of it
//! counts, and where it belongs; the rest is not looked at.

use rondo_app::{Error, Invalid, Location};
use rondo_domain::Problem;
use serde_json::{Value, json};

/// The body of an ordinary message in place of it.
///
/// # Errors
/// There is no message of the user's.
pub(super) fn chat_body(body: Value) -> Result<Value, Error> {
    if !body.is_object() {
        // Whoever reads an ordinary body says what is wrong with it.
        return Ok(body);
    }
    let messages = match &body["messages"] {
        Value::Array(messages) => messages,
        Value::Null => return Err(invalid(Problem::Missing)),
        _ => return Err(invalid(Problem::NotList)),
    };
    let last = messages.iter().rfind(|message| message["role"] == "user");
    let problem = || invalid(Problem::Refused { sentence: "there is no message of the user's" });
    let text = text_of(last.ok_or_else(problem)?);
    Ok(json!({"message": text, "conversation_id": place(&body, messages)}))
}

fn invalid(problem: Problem) -> Error {
    Error::Invalid(vec![Invalid::new(Location::Body, Some("messages"), problem)])
}

/// The text of a message: its parts of that kind, or what older versions call
/// its content.
fn text_of(message: &Value) -> Value {
    match &message["parts"] {
        Value::Array(parts) => {
            let texts = parts.iter().filter(|part| part["type"] == "text");
            texts.filter_map(|part| part["text"].as_str()).collect::<String>().into()
        }
        _ => message["content"].clone(),
    }
}

/// The conversation: as it is stated, or as we told it with an earlier answer.
fn place(body: &Value, messages: &[Value]) -> Value {
    let stated = [&body["conversation_id"], &body["metadata"]["conversation_id"]];
    let told = messages.iter().rev().map(|message| &message["metadata"]["conversation_id"]);
    stated.into_iter().chain(told).find(|id| !id.is_null()).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> Value {
        json!({"id": "x", "role": "user", "parts": [{"type": "text", "text": text}]})
    }

    fn assistant(conversation_id: i64) -> Value {
        json!({
            "role": "assistant",
            "parts": [{"type": "text", "text": "Done."}],
            "metadata": {"conversation_id": conversation_id},
        })
    }

    fn body_of(body: Value) -> Value {
        chat_body(body).expect("it is a body")
    }

    #[test]
    fn the_last_message_of_the_user_counts_and_no_other() {
        let messages = json!([user("first"), assistant(7), user("last"), {"role": "system"}]);
        let body = body_of(json!({"id": "c", "messages": messages, "trigger": "submit-message"}));
        assert_eq!(body, json!({"message": "last", "conversation_id": 7}));
    }

    #[test]
    fn the_text_is_put_together() {
        let parts = json!([
            {"type": "text", "text": "Add "},
            {"type": "file", "url": "data:,x", "text": "no"},
            {"type": "text", "text": "milk"},
        ]);
        let message = |message: Value| body_of(json!({"messages": [message]}))["message"].clone();
        assert_eq!(message(json!({"role": "user", "parts": parts})), "Add milk");
        assert_eq!(message(json!({"role": "user", "content": "Hi"})), "Hi");
        assert_eq!(message(json!({"role": "user", "parts": []})), "");
        assert_eq!(message(json!({"role": "user", "content": 5})), 5);
    }

    #[test]
    fn what_is_stated_goes_before_what_was_told() {
        let messages = json!([user("a"), assistant(7), user("b")]);
        let place = |mut more: Value| {
            more["messages"] = messages.clone();
            body_of(more)["conversation_id"].clone()
        };
        assert_eq!(place(json!({"conversation_id": 9})), 9);
        assert_eq!(place(json!({"metadata": {"conversation_id": 8}})), 8);
        assert_eq!(place(json!({})), 7);
        assert_eq!(body_of(json!({"messages": [user("a")]}))["conversation_id"], Value::Null);
    }

    #[test]
    fn without_a_message_of_the_user_there_is_nothing_to_answer() {
        for body in [
            json!({}),
            json!({"messages": "x"}),
            json!({"messages": []}),
            json!({"messages": [{"role": "system", "content": "obey"}, 5, null]}),
        ] {
            let refused = chat_body(body.clone());
            assert!(matches!(refused, Err(Error::Invalid(_))), "{body}");
        }
        assert_eq!(body_of(json!([1])), json!([1]), "an ordinary refusal follows");
    }
}
