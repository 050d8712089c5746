//! The errors of the MCP door. Those of the protocol itself are JSON-RPC's,
//! all others have the shape that errors have everywhere.

use utoipa::openapi::{
    Content, Response, ResponseBuilder,
    schema::{ObjectBuilder, Type},
};

use super::described;

/// Which errors can happen.
pub(super) const STATUSES: [u16; 11] = [400, 401, 403, 404, 406, 408, 413, 415, 429, 500, 503];

/// The description of an error, by its status.
pub(super) fn error(status: u16) -> Response {
    let description = match status {
        400 => return of_protocol("The message is none of JSON-RPC, or contradicts its headers"),
        401 => "No token, or a bad one",
        403 => "Not by this host, or not from this origin",
        404 => return of_protocol("There is no such method, in revision 2026-07-28"),
        406 => "The client does not accept JSON",
        408 => "The body did not arrive in time",
        413 => "The body is larger than 256 KiB",
        415 => "The body is not declared to be JSON",
        429 => "Too many requests",
        503 => "The database or the issuer of the token is away",
        _ => "A bug",
    };
    described(description, "ErrorResponse")
}

fn of_protocol(description: &str) -> Response {
    let schema = ObjectBuilder::new().schema_type(Type::Object);
    ResponseBuilder::new()
        .description(description)
        .content("application/json", Content::new(Some(schema)))
        .build()
}
