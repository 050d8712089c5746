//! Requests that the SDK could not read, and pages that there are not.

use rmcp::model::{ErrorCode, ErrorData, PaginatedRequestParams};

/// The methods with parameters. The SDK takes a request with wrong ones for a
/// method that it does not know. `initialize` is not among them: to a program of
/// the newer revision, which sends none, it has to be unknown.
const KNOWN: [&str; 8] = [
    "completion/complete",
    "prompts/get",
    "prompts/list",
    "resources/list",
    "resources/read",
    "resources/templates/list",
    "tools/call",
    "tools/list",
];

/// Why a request that was not read is refused.
pub(super) fn refuse(method: String) -> ErrorData {
    if KNOWN.contains(&method.as_str()) {
        return ErrorData::invalid_params(format!("Invalid parameters of {method}"), None);
    }
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None)
}

/// Every list is one page, so no cursor is one of ours.
pub(super) fn first_page(page: Option<PaginatedRequestParams>) -> Result<(), ErrorData> {
    match page.and_then(|page| page.cursor) {
        None => Ok(()),
        Some(_) => Err(ErrorData::invalid_params("There is no such page", None)),
    }
}
