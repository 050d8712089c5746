//! What can be wrong with what an endpoint answers, in words for the log.
//!
//! An endpoint's own words are not among them: they may repeat what a user
//! wrote. Its codes are, cut down to what a code looks like.

use serde_json::Value;
use thiserror::Error;

/// How much of a code is told.
const MAX_CODE_CHARS: usize = 64;

/// Why there is no answer of the model.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(super) enum Wrong {
    /// No connection.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// A connection that broke.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// A status other than 200. Redirects are not followed.
    #[error("it answered {status}{code}")]
    Status { status: u16, code: Code },
    /// An error that came where the answer should be.
    #[error("it answered with an error{0}")]
    Reported(Code),
    /// Something that is no answer of a model.
    #[error("its answer is not that of a chat model")]
    Malformed,
    /// An end before the end.
    #[error("its answer broke off")]
    Cut,
    /// More than anybody asked for.
    #[error("its answer is too large")]
    TooLarge,
    /// Nothing in the time that a call has.
    #[error("it took longer than a call may take")]
    Slow,
}

/// What an endpoint calls an error: ` (invalid_api_key)`, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Code(String);

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " ({})", self.0) }
    }
}

impl Code {
    /// Finds the code in the body of an error, whose forms are many: OpenAI's
    /// `{"error":{"code","type"}}`, Google's list of it, a bare text.
    pub fn of(body: &Value) -> Self {
        let body = body.get(0).unwrap_or(body);
        let error = body.get("error").unwrap_or(body);
        let named = ["code", "status", "type"].into_iter().find_map(|name| match &error[name] {
            Value::String(text) => Some(text.clone()),
            _ => None,
        });
        let is_code = |text: &String| {
            !text.is_empty()
                && text.len() <= MAX_CODE_CHARS
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        };
        Self(named.filter(is_code).unwrap_or_default())
    }
}

impl Wrong {
    /// Whether asking the same again a moment later may help.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Connect(_) | Self::Status { status: 429 | 502 | 503 | 504, .. })
    }

    /// Whether it is about the request: the next one may well be answered, so
    /// this says nothing about the endpoint.
    pub const fn is_about_the_request(&self) -> bool {
        matches!(self, Self::Status { status: 400 | 413 | 422, .. })
    }
}

/// What reqwest has to say, without the address.
pub(super) fn of_transport(error: reqwest::Error) -> Wrong {
    let error = error.without_url();
    let mut deepest: &dyn std::error::Error = &error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    let reason = deepest.to_string();
    if error.is_connect() { Wrong::Connect(reason) } else { Wrong::Broken(reason) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_code_is_told_and_what_a_user_wrote_is_not() {
        for (body, expected) in [
            (
                json!({"error": {"message": "hush", "type": "x", "code": "invalid_api_key"}}),
                " (invalid_api_key)",
            ),
            (
                json!({"error": {"message": "hush", "type": "overloaded", "code": 503}}),
                " (overloaded)",
            ),
            (
                json!([{"error": {"code": 400, "message": "hush", "status": "INVALID_ARGUMENT"}}]),
                " (INVALID_ARGUMENT)",
            ),
            (json!({"error": {"code": "buy milk and hush"}}), ""),
            (json!({"error": "hush"}), ""),
            (json!({"detail": "hush"}), ""),
            (json!("hush"), ""),
            (json!(null), ""),
        ] {
            assert_eq!(Code::of(&body).to_string(), expected, "{body}");
        }
    }
}
