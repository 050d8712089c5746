//! How much of a conversation the model is shown: its last turns, whole.
//!
//! A turn is shown as the provider sent it, calls and answers of tools included,
//! if it was the same provider; what one adds to its messages another may
//! refuse. Otherwise, or where that would be too much, its words are shown.

mod past;

use rondo_domain::Role;
use rondo_store::Said;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::assistant::ToolCall;

pub(super) use past::{Past, Seen, look_back};

/// How many stored messages are looked at.
const LOOK_BACK: i64 = 40;
/// The most messages of the past that are shown.
const MAX_MESSAGES: usize = 20;
/// How long they may be together, in characters.
pub(super) const MAX_CHARS: usize = 12_000;

/// The messages of a turn as a provider sent them, without the user's.
#[derive(Serialize, Deserialize)]
pub(super) struct Raw {
    /// Names the provider, without saying where it is.
    pub source: String,
    /// All of them, the answers of tools included.
    pub messages: Vec<Value>,
}

/// What was said before, oldest first, as a provider is shown it. `past` is in
/// the order in which it was said.
pub(super) fn shown(past: &[Said], source: &str) -> Vec<Value> {
    let (mut turns, mut messages, mut chars) = (Vec::new(), 0, 0);
    for turn in turns_of(past).into_iter().rev() {
        let fits = |shown: &Vec<Value>| {
            messages + shown.len() <= MAX_MESSAGES && chars + length(shown) <= MAX_CHARS
        };
        let whole = raw(turn, source).filter(fits);
        let Some(shown) = whole.or_else(|| Some(words(turn)).filter(fits)) else {
            break;
        };
        messages += shown.len();
        chars += length(&shown);
        turns.push(shown);
    }
    turns.into_iter().rev().flatten().collect()
}

/// The turns, each beginning with what the user said. What precedes the first
/// of these belongs to a turn that is not there as a whole.
fn turns_of(past: &[Said]) -> Vec<&[Said]> {
    let is_user = |said: &Said| said.message.role == Role::User;
    let starts: Vec<usize> =
        past.iter().enumerate().filter(|(_, said)| is_user(said)).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([past.len()]);
    starts.iter().zip(ends).map(|(start, end)| &past[*start..end]).collect()
}

/// The turn as this provider sent it; `None` when it did not.
fn raw(turn: &[Said], source: &str) -> Option<Vec<Value>> {
    let [question, answer] = turn else {
        return None;
    };
    let raw: Raw = serde_json::from_str(answer.turn.as_ref()?.raw.as_ref()?).ok()?;
    (raw.source == source && !raw.messages.is_empty())
        .then(|| [spoken(question)].into_iter().chain(raw.messages).collect())
}

/// The turn's words alone. One that got no answer says so, or the model would
/// take up what failed before.
fn words(turn: &[Said]) -> Vec<Value> {
    let mut shown: Vec<Value> = turn.iter().map(spoken).collect();
    if turn.len() == 1 {
        let content = format!("(This was not answered. Tools called before: {}.)", called(turn));
        shown.push(json!({"role": "assistant", "content": content}));
    }
    shown
}

/// The names of the tools that were called; what they answered is data, and
/// has no place among the words of the assistant.
fn called(turn: &[Said]) -> String {
    let calls = turn[0].turn.as_ref().map(|record| serde_json::from_str(&record.tool_calls));
    let calls: Vec<ToolCall> = calls.and_then(Result::ok).unwrap_or_default();
    let names: Vec<&str> = calls.iter().map(|call| call.tool_name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn spoken(said: &Said) -> Value {
    json!({"role": said.message.role.as_str(), "content": said.message.content.as_str()})
}

fn length(messages: &[Value]) -> usize {
    messages.iter().map(|message| message.to_string().chars().count()).sum()
}
