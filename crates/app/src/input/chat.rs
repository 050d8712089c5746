//! A message to the assistant, as clients send it.

use rondo_domain::{ConversationId, MessageContent, Problem};
use serde_json::Value;

use super::{nullable, parse_object, text, whole};
use crate::error::{Error, Location};

/// What somebody says to the assistant, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatInput {
    /// 1 to [`ChatInput::MAX_CHARS`] characters, without white space around
    /// them.
    pub message: MessageContent,
    /// The conversation that it continues; `None` begins one.
    pub conversation_id: Option<ConversationId>,
}

impl ChatInput {
    /// The longest message, in Unicode code points.
    pub const MAX_CHARS: usize = 4_000;
}

/// `message`, which is required, and `conversation_id`, which may be absent
/// or null.
///
/// # Errors
/// [`Error::EmptyMessage`] for a blank message if nothing else is wrong, or
/// [`Error::Invalid`] with all problems.
pub fn chat(body: Value) -> Result<ChatInput, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let message = fields.required("message", text(message));
    let place = fields.optional("conversation_id", nullable(conversation));
    let (message, conversation_id) = fields.finish(|| Some((message?, place?.flatten())))?;
    let message = message.ok_or(Error::EmptyMessage)?;
    Ok(ChatInput { message, conversation_id })
}

/// A message; `None` when it says nothing.
fn message(text: &str) -> Result<Option<MessageContent>, Problem> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    if trimmed.chars().count() > ChatInput::MAX_CHARS {
        return Err(Problem::TooLong { max: ChatInput::MAX_CHARS });
    }
    MessageContent::parse(trimmed.to_owned()).map(Some)
}

/// A number that may be the id of a conversation; whether there is one is not
/// decided here.
fn conversation(value: &Value) -> Result<ConversationId, Problem> {
    let number = whole(value).ok_or(Problem::NotInteger)?;
    ConversationId::new(number).ok_or(if number < 1 {
        Problem::TooSmall { min: 1 }
    } else {
        Problem::TooLarge { max: (1 << 53) - 1 }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::problems, *};

    #[test]
    fn a_message_is_taken_without_the_white_space_around_it() {
        let input = chat(json!({"message": " add milk\n"})).expect("it is a message");
        assert_eq!((input.message.as_str(), input.conversation_id), ("add milk", None));
        let input = chat(json!({"message": "m", "conversation_id": 7, "user_id": "eve"}));
        assert_eq!(input.ok().and_then(|input| input.conversation_id), ConversationId::new(7));
        let input = chat(json!({"message": "m", "conversation_id": null}));
        assert!(input.is_ok_and(|input| input.conversation_id.is_none()));
    }

    #[test]
    fn a_message_that_says_nothing_is_refused_in_words_of_its_own() {
        for blank in ["", " ", "\u{2003}\n"] {
            let refused = chat(json!({"message": blank}));
            assert!(matches!(refused, Err(Error::EmptyMessage)), "{refused:?}");
        }
        assert_eq!(problems(chat(json!({}))), ["body.message missing"]);
        let both = chat(json!({"message": "", "conversation_id": "x"}));
        assert_eq!(problems(both), ["body.conversation_id int_parsing"]);
    }

    #[test]
    fn a_message_has_bounds() {
        for letter in ["x", "é", "😀"] {
            assert!(chat(json!({"message": letter.repeat(4_000)})).is_ok());
            let long = chat(json!({"message": letter.repeat(4_001)}));
            assert_eq!(problems(long), ["body.message string_too_long"]);
        }
        assert_eq!(problems(chat(json!({"message": "a\0b"}))), ["body.message value_error"]);
        for other in [json!(null), json!(5), json!(["x"]), json!({"text": "x"})] {
            assert_eq!(problems(chat(json!({"message": other}))), ["body.message string_type"]);
        }
    }

    #[test]
    fn the_conversation_is_a_number_that_can_be_one() {
        for (place, problem) in [
            (json!("7"), "int_parsing"),
            (json!(1.5), "int_parsing"),
            (json!(true), "int_parsing"),
            (json!(0), "greater_than_equal"),
            (json!(-1), "greater_than_equal"),
            (json!(9_007_199_254_740_992_i64), "less_than_equal"),
        ] {
            let refused = chat(json!({"message": "m", "conversation_id": place}));
            assert_eq!(problems(refused), [format!("body.conversation_id {problem}")]);
        }
    }
}
