//! The errors and headers of Better Auth's routes.
//!
//! The statuses are those of Better Auth: 400 for what elsewhere is a 422, 422
//! for what elsewhere is a 409.

use utoipa::openapi::{RefOr, Response, path::Operation};

use super::{Access, described, seconds, text};

const FORM: &str = "application/x-www-form-urlencoded";

/// What the answers of an operation depend on, besides who may use it.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    takes_form: bool,
    cookie: Cookie,
}

/// What answers do about the cookie of the session.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cookie {
    /// Nothing: nobody asks who it is.
    Nothing,
    /// They set it, always or where it is new or renewed.
    Set,
    /// They clear it.
    Clear,
}

impl Kind {
    pub(super) fn of(operation: &Operation) -> Self {
        let takes_form = match &operation.request_body {
            Some(RefOr::T(body)) => body.content.contains_key(FORM),
            _ => false,
        };
        let cookie = match operation.operation_id.as_deref() {
            Some("sign_out" | "revoke_sessions" | "delete_user") => Cookie::Clear,
            Some(
                "request_password_reset"
                | "follow_reset_link"
                | "reset_password"
                | "get_key_set"
                | "show_ok"
                | "show_error",
            ) => Cookie::Nothing,
            _ => Cookie::Set,
        };
        Self { takes_form, cookie }
    }
}

/// Which errors can happen.
pub(super) fn statuses(access: Access, operation: &Operation) -> Vec<u16> {
    // A request without a Host, and a bug.
    let mut statuses = vec![400, 500];
    let id = operation.operation_id.as_deref();
    if !matches!(id, Some("show_ok" | "show_error" | "refuse_post")) {
        // The others ask the database.
        statuses.push(503);
    }
    if access == Access::Session {
        statuses.push(401);
    }
    if operation.request_body.is_some() {
        // 403: whatever changes something looks at the origin.
        statuses.extend([403, 408, 413, 415]);
    }
    let own: &[u16] = match id {
        Some("sign_up_email") => &[422, 429],
        Some("sign_in_email") => &[401, 429],
        Some("list_sessions" | "follow_reset_link") => &[403],
        Some("verify_email") => &[401, 403],
        Some("delete_user") => &[404, 429],
        Some("confirm_delete_user") => &[403, 404],
        Some(
            "change_password"
            | "verify_password"
            | "change_email"
            | "request_password_reset"
            | "reset_password"
            | "send_verification_email",
        ) => &[429],
        _ => &[],
    };
    statuses.extend(own);
    statuses
}

/// The description of an error, by its status.
pub(super) fn error(status: u16, kind: Kind) -> Response {
    let description = match status {
        400 => "The request, or a value in it, is not valid",
        401 => "No session, or wrong credentials, or a bad link",
        403 => "Not from this origin, or not with this session",
        404 => "There is no such link",
        408 => "The body did not arrive in time",
        413 => "The body is larger than 1 MiB",
        415 if kind.takes_form => "The body is declared to be neither JSON nor a form",
        415 => "The body is not declared to be JSON",
        422 => "The address has an account",
        429 => "Too many attempts",
        503 => "The database is away, or took too long",
        _ => "A bug",
    };
    described(description, "AuthErrorResponse")
}

/// Adds the headers that an answer of this status has, or can have.
pub(super) fn add_headers(status: &str, kind: Kind, response: &mut Response) {
    let mut add = |name: &str, header| {
        response.headers.insert(name.to_owned(), RefOr::T(header));
    };
    match kind.cookie {
        Cookie::Set if matches!(status, "200" | "302") => {
            add("Set-Cookie", text("The session's cookies, when it is new or renewed"));
            add("set-auth-token", text("The same for programs: the signed token of the session"));
        }
        Cookie::Clear if status == "200" => {
            add("Set-Cookie", text("The session's cookies, to be thrown away"));
        }
        _ => {}
    }
    match status {
        "302" => add("Location", text("Where to go next")),
        "405" => add("Allow", text("What may be done instead")),
        "429" => add("X-Retry-After", seconds("The same as Retry-After")),
        _ => {}
    }
}
