//! What requests may hold, for readers and tools.
//!
//! Nothing is parsed into these types: `rondo_app::input` reads plain JSON, so
//! that it can list all problems at once. They say the same thing once more,
//! and the tests that send what they allow and forbid hold the two together.

#![expect(
    dead_code,
    reason = "the fields are read by the macro that makes the schema, never at run time"
)]

pub(crate) mod better_auth;
pub(crate) mod chat;
pub(crate) mod history;
pub(crate) mod listing;
pub(crate) mod tasks;

use utoipa::{IntoParams, ToSchema};

/// A change of the settings: what is absent stays as it is.
#[derive(ToSchema)]
#[schema(example = json!({"timezone": "Europe/Berlin", "week_start": "monday", "name": "Ada"}))]
pub(crate) struct SettingsUpdate {
    /// A name of the IANA time zone database, in any case.
    #[schema(required = false, example = "Europe/Berlin")]
    timezone: String,
    /// The day on which a week begins.
    #[schema(required = false)]
    week_start: WeekStartName,
    /// What the user wants to be called; trimmed, may be empty.
    #[schema(required = false, max_length = 255, pattern = r"^[^\u0000]*$")]
    name: String,
}

/// The day on which a week begins.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum WeekStartName {
    /// As in ISO 8601.
    Monday,
    /// As in much of Asia and the Americas.
    Sunday,
    /// As in much of the Arab world.
    Saturday,
}

/// An account to create.
#[derive(ToSchema)]
#[schema(example = json!({
    "email": "ada@example.com",
    "password": "correct horse battery staple",
    "name": "Ada"
}))]
pub(crate) struct RegisterRequest {
    /// An address that mail can be sent to.
    #[schema(format = Email, min_length = 3, max_length = 255)]
    email: String,
    /// Nothing of it is cut or trimmed. Not among the commonest, not the
    /// address, and not so simple (one character repeated) that a thousand
    /// guesses find it.
    #[schema(
        format = Password,
        min_length = 8,
        max_length = 128,
        pattern = r"^(?!([\s\S])\1*$)"
    )]
    password: String,
    /// What the user wants to be called.
    #[schema(max_length = 255, pattern = r"^[^\u0000]*$")]
    name: Option<String>,
}

/// Who wants to log in.
#[derive(ToSchema)]
#[schema(example = json!({
    "email": "ada@example.com",
    "password": "correct horse battery staple"
}))]
pub(crate) struct LoginRequest {
    /// The address the account was made with, in any case.
    #[schema(format = Email, min_length = 3, max_length = 255)]
    email: String,
    /// The password, exactly.
    #[schema(format = Password, max_length = 128)]
    password: String,
}

/// An access token to create.
#[derive(ToSchema)]
#[schema(example = json!({"name": "backup script", "scopes": ["read"], "expires_in_days": 90}))]
pub(crate) struct ApiTokenCreate {
    /// What the user calls it; trimmed, and not blank.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\u0000]*[^\u0000\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000][^\u0000]*$"
    )]
    name: String,
    /// What it may do.
    #[schema(min_items = 1)]
    scopes: Vec<TokenScope>,
    /// How long it is good for.
    #[schema(required = false, minimum = 1, maximum = 3650, default = 90)]
    expires_in_days: i64,
}

/// Something a token may do.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum TokenScope {
    /// See tasks and conversations.
    Read,
    /// Create and change them.
    Write,
    /// Delete them.
    Delete,
}

/// Which part of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many at most.
    #[param(required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: i64,
    /// How many to skip; any number.
    #[param(required = false, value_type = usize, minimum = 0, default = 0)]
    offset: i64,
}

/// Every error but a failed validation.
#[derive(ToSchema)]
#[schema(example = json!({"detail": "Task not found", "code": "task_not_found"}))]
pub(crate) struct ErrorResponse {
    /// A sentence for people.
    detail: String,
    /// A stable word for programs.
    #[schema(pattern = "^[a-z_]+$")]
    code: String,
    /// In a 500: what to look for in the log.
    #[schema(required = false)]
    request_id: String,
}

/// A failed validation: every problem, not only the first.
#[derive(ToSchema)]
#[schema(example = json!({
    "detail": [{
        "type": "string_too_short",
        "loc": ["body", "title"],
        "msg": "String should have at least 1 character",
        "input": ""
    }],
    "code": "validation_error"
}))]
pub(crate) struct ValidationErrorResponse {
    /// The problems.
    detail: Vec<ValidationProblem>,
    /// Always `validation_error`.
    #[schema(pattern = "^validation_error$")]
    code: String,
}

/// One problem.
#[derive(ToSchema)]
pub(crate) struct ValidationProblem {
    /// The kind, as pydantic names it.
    r#type: String,
    /// The part of the request, the field, and where inside it.
    loc: Vec<LocationPart>,
    /// A sentence for people.
    msg: String,
    /// What was sent; never for passwords.
    #[schema(required = false, value_type = Value)]
    input: String,
}

/// A step to the value that a problem is about.
#[derive(ToSchema)]
#[serde(untagged)]
pub(crate) enum LocationPart {
    /// A part of the request, or a field.
    Name(String),
    /// A place in a list, from 0.
    Index(i64),
}

/// Leaving.
#[derive(ToSchema)]
#[schema(example = json!({"password": "correct horse battery staple"}))]
pub(crate) struct AccountDeletion {
    /// The password, exactly. Without it the session must be less than a day
    /// old.
    #[schema(required = false, format = Password, max_length = 128)]
    password: String,
}
