//! What is no answer: errors of the protocol, for what is not the model's to repair.

use rmcp::model::ErrorData;
use rondo_app::{Error, tools::ToolError};
use serde_json::json;

/// An error of a use case, in the words of the public contract. What really
/// happened is for the log.
pub(super) fn of(error: &Error) -> ErrorData {
    let data = Some(json!({"code": error.code()}));
    match error {
        Error::Unavailable(reason) | Error::IssuerUnavailable(reason) => log(error, reason),
        Error::Internal(source) => log(error, &chain(&**source)),
        _ => return ErrorData::invalid_request(error.to_string(), data),
    }
    ErrorData::internal_error(error.to_string(), data)
}

/// The same for a call that nobody can repair by calling otherwise.
pub(super) fn of_tool(error: ToolError) -> ErrorData {
    match error {
        ToolError::Unknown { .. } => ErrorData::invalid_params(error.to_string(), None),
        ToolError::Refused(refusal) => {
            let data = serde_json::to_value(&refusal).ok();
            ErrorData::invalid_params(refusal.message, data)
        }
        ToolError::Failed(error) => of(&error),
    }
}

fn log(error: &Error, cause: &str) {
    tracing::error!(error.code = error.code(), error = cause, "a request over MCP failed");
}

/// An error and everything behind it, in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
