//! Which errors and headers the answers of an operation have.

mod better_auth;
mod mcp;

use utoipa::openapi::{
    Content, Header, Ref, RefOr, Response, ResponseBuilder,
    header::HeaderBuilder,
    path::Operation,
    schema::{ObjectBuilder, Type},
};

use super::writes::Writes;
use crate::http::Access;

/// Adds the errors that can happen, and the headers that every answer has.
pub(super) fn add(path: &str, access: Access, operation: &mut Operation) {
    let is_better_auth = access.is_better_auth();
    let statuses = match access {
        Access::Visitor | Access::Session => better_auth::statuses(access, operation),
        Access::Program => mcp::STATUSES.to_vec(),
        Access::Open | Access::Caller => statuses(path, access, operation),
    };
    let kind = better_auth::Kind::of(operation);
    let writes = Writes::of(operation);
    let own = operation.operation_id.clone().unwrap_or_default();
    let responses = &mut operation.responses.responses;
    for status in statuses {
        let error = match access {
            Access::Visitor | Access::Session => better_auth::error(status, kind),
            Access::Program => mcp::error(status),
            Access::Open | Access::Caller => error(status, &own),
        };
        responses.insert(status.to_string(), error.into());
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response {
            add_headers(status, own == "create_task", response);
            writes.add_headers(status, response);
            if is_better_auth {
                better_auth::add_headers(status, kind, response);
            }
        }
    }
}

fn statuses(path: &str, access: Access, operation: &Operation) -> Vec<u16> {
    // A request without a Host, and a bug, can happen everywhere.
    let mut statuses = vec![400, 500];
    if access == Access::Caller {
        statuses.extend([401, 403, 503]);
    }
    if operation.request_body.is_some() {
        statuses.extend([408, 413, 415, 422]);
    }
    let has_query = operation.parameters.iter().flatten().any(is_query);
    let names_thing = path.contains("_id}") || path.contains("{name}");
    if has_query || names_thing {
        statuses.push(422);
    }
    if names_thing || path.contains("{file}") {
        statuses.push(404);
    }
    statuses.extend(Writes::of(operation).statuses());
    let own: &[u16] = match operation.operation_id.as_deref() {
        Some("register") => &[403, 409, 429, 503],
        Some("login") => &[401, 403, 429, 503],
        Some("show_me" | "change_tasks") => &[404],
        Some("delete_me" | "stream_events") => &[429],
        Some("create_token" | "undo_change") => &[409],
        Some("send_message" | "send_ui_message") => &[404, 409, 429, 502, 504],
        Some("list_changes") => &[410],
        Some("show_readiness") => &[503],
        _ => &[],
    };
    statuses.extend(own);
    statuses
}

fn is_query(parameter: &RefOr<utoipa::openapi::path::Parameter>) -> bool {
    use utoipa::openapi::path::ParameterIn;
    matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
}

fn error(status: u16, operation_id: &str) -> Response {
    let is_chat = ["send_message", "send_ui_message"].contains(&operation_id);
    let (description, schema) = match status {
        304 => return ResponseBuilder::new().description("The client has this version").build(),
        400 if is_chat => ("The message is empty, or the body no JSON", "ErrorResponse"),
        400 => ("The request is no HTTP we understand, or its body no JSON", "ErrorResponse"),
        401 => ("No token, a bad token, or wrong credentials", "ErrorResponse"),
        403 => ("Somebody else's, or more than this token may", "ErrorResponse"),
        404 => ("There is no such thing", "ErrorResponse"),
        408 => ("The body did not arrive in time", "ErrorResponse"),
        409 if operation_id == "undo_change" => {
            ("Tasks have changed since", "UndoConflictResponse")
        }
        409 if is_chat => ("The last message there is still being answered", "ErrorResponse"),
        409 => ("It collides with what is there", "ErrorResponse"),
        410 => ("These changes are not kept any more, or not there yet", "ChangesPurgedResponse"),
        412 => ("The task is not of this version", "PreconditionFailedResponse"),
        413 => ("The body is larger than 1 MiB", "ErrorResponse"),
        415 => ("The body is not declared to be JSON", "ErrorResponse"),
        422 => ("The values are not valid; every problem is listed", "ValidationErrorResponse"),
        429 => ("Too many attempts", "ErrorResponse"),
        502 => ("The language model did not answer", "TurnFailedResponse"),
        503 if is_chat => {
            ("The database, the language model or the issuer is away", "TurnFailedResponse")
        }
        504 => ("The answer took longer than a turn may", "TurnFailedResponse"),
        503 => ("The database or the issuer of the token is away", "ErrorResponse"),
        _ => ("A bug", "ErrorResponse"),
    };
    described(description, schema)
}

fn described(description: &str, schema: &str) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content("application/json", Content::new(Some(Ref::from_schema_name(schema))))
        .build()
}

fn add_headers(status: &str, is_create: bool, response: &mut Response) {
    let mut add = |name: &str, header: Header| {
        response.headers.insert(name.to_owned(), header.into());
    };
    add("X-Request-Id", text("The request's id: the client's own, or a new one"));
    match status {
        "401" => add("WWW-Authenticate", text("How to authenticate (RFC 6750)")),
        "429" | "503" => add("Retry-After", seconds("When it is worth trying again")),
        "201" if is_create => add("Location", text("The path of the new task")),
        _ => {}
    }
}

pub(super) fn text(description: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}

fn seconds(description: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}
