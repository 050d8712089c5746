//! An answer put together from the pieces of a stream, or from one document.
//!
//! Whatever an endpoint adds of its own is kept and sent back with the history:
//! Gemini refuses one whose `extra_content` is gone. That an answer calls tools
//! is seen by the calls in it; `finish_reason` says so at some endpoints only.

mod calls;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use self::calls::Calls;
use super::{
    Reply,
    wrong::{Code, Wrong},
};

/// The largest answer that is put together. One of 800 tokens takes a few
/// kilobytes; what the model thought may come with it.
const MAX_BYTES: usize = 256 * 1024;

/// What there is of an answer.
pub(super) struct Assembly {
    text: String,
    calls: Calls,
    /// Everything else that is part of the message.
    extras: Map<String, Value>,
    bytes: usize,
    has_message: bool,
    is_finished: bool,
    is_done: bool,
}

impl Assembly {
    /// Nothing yet. Calls without an id get one that begins so.
    pub fn new(call_prefix: String) -> Self {
        Self {
            text: String::new(),
            calls: Calls::new(call_prefix),
            extras: Map::new(),
            bytes: 0,
            has_message: false,
            is_finished: false,
            is_done: false,
        }
    }

    /// Adds the data of one event.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn add_event(
        &mut self,
        data: &[u8],
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), Wrong> {
        let data = data.trim_ascii();
        if data == b"[DONE]" {
            (self.is_finished, self.is_done) = (true, true);
            return Ok(());
        }
        if data.is_empty() {
            return Ok(());
        }
        self.bytes += data.len();
        let event = serde_json::from_slice(data).map_err(|_| Wrong::Malformed)?;
        self.add(event, "delta", on_text)
    }

    /// Adds an answer that came as one document.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn add_document(
        &mut self,
        bytes: &[u8],
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), Wrong> {
        let document = serde_json::from_slice(bytes).map_err(|_| Wrong::Malformed)?;
        self.is_finished = true;
        self.add(document, "message", on_text)
    }

    /// Whether the answer is complete. Some say no more than that, and some keep
    /// the connection open after it.
    pub const fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Whether nothing more can come.
    pub const fn is_done(&self) -> bool {
        self.is_done
    }

    fn add(
        &mut self,
        mut event: Value,
        part: &str,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), Wrong> {
        if event.get("error").is_some_and(|error| !error.is_null()) {
            return Err(Wrong::Reported(Code::of(&event)));
        }
        // Events without a choice tell how many tokens were used, and the like.
        let Some(choice) = event.get_mut("choices").and_then(|choices| choices.get_mut(0)) else {
            return Ok(());
        };
        if choice["finish_reason"].is_string() {
            self.is_finished = true;
        }
        let Some(Value::Object(message)) = choice.get_mut(part).map(Value::take) else {
            return Ok(());
        };
        self.has_message = true;
        for (name, value) in message {
            self.add_field(name, value, on_text)?;
        }
        if self.text.len() + self.calls.bytes() + extent(&self.extras) > MAX_BYTES {
            return Err(Wrong::TooLarge);
        }
        Ok(())
    }

    fn add_field(
        &mut self,
        name: String,
        value: Value,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), Wrong> {
        match (name.as_str(), value) {
            ("role", _) | (_, Value::Null) => Ok(()),
            ("content", content) => {
                let text = text_of(&content);
                self.text.push_str(&text);
                if !text.is_empty() {
                    on_text(&text);
                }
                Ok(())
            }
            ("tool_calls", Value::Array(calls)) => {
                calls.into_iter().try_for_each(|call| self.calls.add(call))
            }
            (_, value) => {
                merge(self.extras.entry(name).or_insert(Value::Null), value);
                Ok(())
            }
        }
    }

    /// What it all comes to.
    ///
    /// # Errors
    /// There is no answer, or only the beginning of one.
    pub fn finish(mut self, on_text: &mut (dyn FnMut(&str) + Send)) -> Result<Reply, Wrong> {
        if !self.is_finished {
            return Err(if self.bytes == 0 { Wrong::Malformed } else { Wrong::Cut });
        }
        if !self.has_message {
            return Err(Wrong::Malformed);
        }
        let (raw_calls, tool_calls) = self.calls.finish();
        if self.text.is_empty()
            && tool_calls.is_empty()
            && let Some(Value::String(refusal)) = self.extras.get("refusal")
        {
            self.text.clone_from(refusal);
            on_text(&self.text);
        }
        let mut message = self.extras;
        message.insert("role".to_owned(), json!("assistant"));
        let has_no_text = self.text.is_empty() && !raw_calls.is_empty();
        let content = if has_no_text { Value::Null } else { json!(self.text) };
        message.insert("content".to_owned(), content);
        if !raw_calls.is_empty() {
            message.insert("tool_calls".to_owned(), Value::Array(raw_calls));
        }
        Ok(Reply { message: Value::Object(message), text: self.text, tool_calls })
    }
}

/// The text of a content, which some endpoints give in parts.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

/// Adds what comes later to what came before: texts and lists grow, objects
/// grow by field, anything else is replaced.
fn merge(whole: &mut Value, piece: Value) {
    match (whole, piece) {
        (Value::String(whole), Value::String(piece)) => whole.push_str(&piece),
        (Value::Array(whole), Value::Array(piece)) => whole.extend(piece),
        (Value::Object(whole), Value::Object(piece)) => {
            for (name, value) in piece {
                merge(whole.entry(name).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (whole, piece) => *whole = piece,
    }
}

/// About how much memory a part of an answer takes.
fn extent(extras: &Map<String, Value>) -> usize {
    extras.iter().map(|(name, value)| name.len() + extent_of(value)).sum()
}

fn extent_of(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(parts) => parts.iter().map(|part| 16 + extent_of(part)).sum(),
        Value::Object(parts) => 16 + extent(parts),
        _ => 16,
    }
}
