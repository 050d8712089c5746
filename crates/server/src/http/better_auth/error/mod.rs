//! How what can go wrong looks on the routes of Better Auth: a message and
//! mostly a code, message first.
//!
//! What Better Auth has no word for is worded by [`ApiError`] and only put
//! into this form, so that a lost database says the same everywhere.

pub(crate) mod codes;
use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rondo_app::{Error as AppError, Invalid, Kind, Refusal, Taken, Why};
use rondo_domain::Problem;
use serde::Serialize;

pub(crate) use codes::Word;

use super::schema;
use crate::http::error::{ApiError, Dialect, Failure};

const X_RETRY_AFTER: HeaderName = HeaderName::from_static("x-retry-after");

/// What zod's problems are called.
const VALIDATION_ERROR: &str = "VALIDATION_ERROR";

/// Everything a request to Better Auth's routes can end with but success.
#[derive(Debug)]
pub(crate) enum AuthError {
    /// One of its own refusals.
    Word(Word),
    /// Input that does not have the form; all problems in one sentence.
    Invalid(String),
    /// A member that must be an address and is not even text. Has no code.
    NotText(&'static str),
    /// A body of a type that is not accepted.
    MediaType(String),
    /// Too much at once.
    RateLimited {
        /// When it is worth trying again.
        retry_after_seconds: i64,
    },
    /// What Better Auth has no word for.
    Other(ApiError),
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    code: &'a str,
}

impl AuthError {
    /// What is wrong with a new password; other problems are not about
    /// passwords only and are worded like those of other fields.
    pub(crate) fn of_password(problem: &Problem) -> Self {
        match problem {
            Problem::TooShort { .. } => codes::PASSWORD_TOO_SHORT.into(),
            Problem::TooLong { .. } => codes::PASSWORD_TOO_LONG.into(),
            Problem::Refused { .. } => codes::PASSWORD_COMPROMISED.into(),
            other => Self::Invalid(schema::sentence("password", other)),
        }
    }

    /// The same for whoever followed a link of a mail: there all refusals are
    /// about the token in it, which is a credential.
    pub(crate) fn of_link(error: AppError) -> Self {
        match Self::from(error) {
            Self::Word(word) => Self::Word(word.with(StatusCode::UNAUTHORIZED)),
            other => other,
        }
    }

    /// What a page is told in its query when a link leads there; `None` for
    /// what is not the link's fault.
    pub(crate) const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Word(word) if !word.code.is_empty() => Some(word.code),
            _ => None,
        }
    }
}

impl From<Word> for AuthError {
    fn from(word: Word) -> Self {
        Self::Word(word)
    }
}

impl From<ApiError> for AuthError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::App(error) => error.into(),
            ApiError::MalformedJson(_) => codes::INVALID_JSON.into(),
            other => Self::Other(other),
        }
    }
}

impl From<AppError> for AuthError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Unauthenticated(Why::WrongCredentials) => {
                codes::INVALID_EMAIL_OR_PASSWORD.into()
            }
            AppError::Unauthenticated(
                Why::NoToken | Why::Expired | Why::InvalidToken | Why::InvalidIdentity,
            ) => codes::UNAUTHORIZED.into(),
            AppError::Forbidden(refusal) => of_refusal(refusal),
            AppError::NotFound(Kind::User) => codes::USER_NOT_FOUND.into(),
            AppError::Invalid(problems) => of_problems(&problems),
            AppError::Conflict(Taken::Email) => codes::USER_ALREADY_EXISTS.into(),
            AppError::RateLimited { retry_after_seconds } => {
                Self::RateLimited { retry_after_seconds: retry_after_seconds.max(1) }
            }
            AppError::NotFound(_)
            | AppError::Conflict(_)
            | AppError::PreconditionFailed(_)
            | AppError::UndoConflict(_)
            | AppError::ChangesPurged { .. }
            | AppError::EmptyMessage
            | AppError::TurnRunning
            | AppError::ModelFailed(_)
            | AppError::ModelUnavailable { .. }
            | AppError::TurnTimedOut
            | AppError::Unavailable(_)
            | AppError::IssuerUnavailable(_)
            | AppError::Internal(_) => Self::Other(ApiError::App(error)),
        }
    }
}

fn of_refusal(refusal: Refusal) -> AuthError {
    let word = match refusal {
        Refusal::RegistrationClosed => codes::SIGN_UP_DISABLED,
        Refusal::SessionNotFresh => codes::SESSION_NOT_FRESH,
        Refusal::SessionExpired => codes::SESSION_EXPIRED,
        Refusal::WrongPassword => codes::INVALID_PASSWORD,
        Refusal::NoPassword => codes::CREDENTIAL_ACCOUNT_NOT_FOUND,
        Refusal::EmailNotVerified => codes::EMAIL_NOT_VERIFIED,
        Refusal::EmailAlreadyVerified => codes::EMAIL_ALREADY_VERIFIED,
        Refusal::EmailMismatch => codes::EMAIL_MISMATCH,
        Refusal::SameEmail => codes::SAME_EMAIL,
        Refusal::ResetDisabled => codes::RESET_PASSWORD_DISABLED,
        Refusal::VerificationDisabled => codes::VERIFICATION_EMAIL_NOT_ENABLED,
        Refusal::InvalidLink => codes::INVALID_TOKEN,
        Refusal::LinkExpired => codes::TOKEN_EXPIRED,
        Refusal::UnknownUser => codes::USER_NOT_FOUND,
        Refusal::WrongUser => codes::INVALID_USER,
        Refusal::AccessDenied | Refusal::MissingScope(_) | Refusal::NeedsLogin => {
            return AuthError::Other(ApiError::App(AppError::Forbidden(refusal)));
        }
    };
    word.into()
}

/// A password has codes of its own; they come after every other problem, as
/// upstream, where the form is looked at first.
fn of_problems(problems: &[Invalid]) -> AuthError {
    let is_password = |problem: &&Invalid| {
        problem.field.is_some_and(|field| matches!(field, "password" | "newPassword"))
    };
    let (passwords, others): (Vec<_>, Vec<_>) = problems.iter().partition(is_password);
    match (others.as_slice(), passwords.as_slice()) {
        ([], [invalid, ..]) => AuthError::of_password(&invalid.problem),
        _ => AuthError::Invalid(schema::sentences(problems)),
    }
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        let bad_request = StatusCode::BAD_REQUEST;
        match self {
            Self::Word(word) => answer(word.status, word.code, word.message.to_owned()),
            Self::Invalid(sentence) => answer(bad_request, VALIDATION_ERROR, sentence),
            Self::NotText(field) => {
                answer(bad_request, "", format!("Invalid {field}: expected a string"))
            }
            Self::MediaType(sentence) => {
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                answer(status, name(status), sentence)
            }
            Self::RateLimited { retry_after_seconds } => too_many(retry_after_seconds),
            Self::Other(error) => {
                let mut response = error.into_response();
                match response.extensions_mut().remove::<Failure>() {
                    Some(failure) => reword(response, failure),
                    None => response,
                }
            }
        }
    }
}

fn too_many(retry_after_seconds: i64) -> Response {
    let message = "Too many requests. Please try again later.".to_owned();
    let mut response = answer(StatusCode::TOO_MANY_REQUESTS, "", message);
    let seconds = HeaderValue::from(retry_after_seconds);
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, seconds.clone());
    headers.insert(X_RETRY_AFTER, seconds);
    response
}

/// Puts an answer that has our own envelope into Better Auth's form.
pub(crate) fn reword(response: Response, failure: Failure) -> Response {
    let status = response.status();
    let mut reworded = answer(status, name(status), failure.detail.clone());
    let (parts, _) = response.into_parts();
    for (name, value) in &parts.headers {
        if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
            reworded.headers_mut().append(name, value.clone());
        }
    }
    *reworded.extensions_mut() = parts.extensions;
    let failure = Failure { dialect: Dialect::BetterAuth, ..failure };
    reworded.extensions_mut().insert(failure);
    reworded
}

fn answer(status: StatusCode, code: &'static str, message: String) -> Response {
    let mut response = (status, Json(Body { message: &message, code })).into_response();
    if status == StatusCode::UNAUTHORIZED {
        // RFC 9110 15.5.2 asks for it. Browsers open no dialog for this scheme.
        let challenge = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    let failure = Failure {
        code: if code.is_empty() { name(status) } else { code },
        detail: message,
        cause: None,
        dialect: Dialect::BetterAuth,
    };
    response.extensions_mut().insert(failure);
    response
}

/// The name of a status, which is upstream's code where nothing better fits.
const fn name(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
        StatusCode::FORBIDDEN => "FORBIDDEN",
        StatusCode::NOT_FOUND => "NOT_FOUND",
        StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
        StatusCode::REQUEST_TIMEOUT => "REQUEST_TIMEOUT",
        StatusCode::CONFLICT => "CONFLICT",
        StatusCode::PAYLOAD_TOO_LARGE => "PAYLOAD_TOO_LARGE",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
        StatusCode::UNPROCESSABLE_ENTITY => "UNPROCESSABLE_ENTITY",
        StatusCode::TOO_MANY_REQUESTS => "TOO_MANY_REQUESTS",
        StatusCode::INTERNAL_SERVER_ERROR => "INTERNAL_SERVER_ERROR",
        StatusCode::SERVICE_UNAVAILABLE => "SERVICE_UNAVAILABLE",
        _ => "BAD_REQUEST",
    }
}

#[cfg(test)]
mod tests;
