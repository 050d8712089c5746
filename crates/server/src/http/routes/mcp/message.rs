//! Whether a body is a message of JSON-RPC, and what is said when it is not.
//!
//! The SDK says 415 in plain text to whatever it cannot read. Clients look for
//! the errors of JSON-RPC 2.0, section 5.1.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::http::{
    error::{ApiError, Dialect, Failure},
    extract::parse_json,
};

/// Why a body is no message, as the protocol has it.
#[derive(Debug)]
pub(super) struct Refused {
    /// What the client called its request, if that can be told.
    id: Option<Value>,
    code: i32,
    reason: String,
}

impl Refused {
    /// It is JSON and no request.
    pub(super) fn of_request(id: Option<&Value>, reason: &str) -> Self {
        Self { id: id.cloned(), code: -32600, reason: reason.to_owned() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let error = json!({"code": self.code, "message": self.reason});
        let body = json!({"jsonrpc": "2.0", "id": self.id, "error": error});
        let mut response = (StatusCode::BAD_REQUEST, Json(body)).into_response();
        response.extensions_mut().insert(Failure {
            code: "malformed_message",
            detail: self.reason,
            cause: None,
            dialect: Dialect::House,
        });
        response
    }
}

/// Whether this is a request, a notification, or an answer.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check(body: &[u8]) -> Result<(), Refused> {
    let message = match parse_json(body) {
        Ok(Value::Object(message)) => message,
        Ok(Value::Array(_)) => {
            return Err(Refused::of_request(None, "One message at a time: there are no batches"));
        }
        Ok(_) => return Err(Refused::of_request(None, "A message is an object")),
        Err(error) => return Err(unreadable(error)),
    };
    let id = message.get("id").filter(|id| id.is_string() || id.is_i64() || id.is_u64());
    let wrong = |reason| Err(Refused::of_request(id, reason));
    if message.get("jsonrpc").is_none_or(|version| version != "2.0") {
        return wrong("jsonrpc has to be \"2.0\"");
    }
    if message.contains_key("id") && id.is_none() {
        return wrong("id has to be a text or an integer");
    }
    let is_answer = message.contains_key("result") || message.contains_key("error");
    if !is_answer && !message.get("method").is_some_and(Value::is_string) {
        return wrong("method has to be a text");
    }
    if message.get("params").is_some_and(|params| !params.is_object()) {
        return Err(Refused {
            id: id.cloned(),
            code: -32602,
            reason: "params has to be an object".to_owned(),
        });
    }
    Ok(())
}

fn unreadable(error: ApiError) -> Refused {
    let place = match error {
        ApiError::MalformedJson(place) => place,
        _ => String::new(),
    };
    Refused { id: None, code: -32700, reason: format!("Malformed JSON: {place}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_told_why() {
        let deep = "[".repeat(50_000);
        for (body, code) in [
            ("", -32700),
            ("{", -32700),
            (deep.as_str(), -32700),
            ("[]", -32600),
            ("null", -32600),
            ("\"x\"", -32600),
            (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
            (r#"{"id":1,"method":"ping"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1,"method":5}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32602),
        ] {
            let refused = check(body.as_bytes()).expect_err(body);
            assert_eq!(refused.code, code, "{body}");
        }
    }

    #[test]
    fn requests_notifications_and_answers_are_messages() {
        for body in [
            r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":"a","method":"ping","params":{}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        ] {
            assert!(check(body.as_bytes()).is_ok(), "{body}");
        }
    }
}
