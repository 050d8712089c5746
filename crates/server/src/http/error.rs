//! How everything that can go wrong looks to a client: one envelope, here only.
//!
//! The number of the request belongs into the body of a 500, and only the
//! middleware knows it. So an answer carries a [`Failure`] along, from which
//! the middleware writes the log and completes the body.

use std::{error::Error, fmt::Write as _};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rondo_app::{Error as AppError, Invalid, PathPart, Refusal, Why};
use serde::{Serialize, Serializer, ser::SerializeSeq};
use serde_json::Value;

use super::responses;

/// How soon a client may try again what failed for want of a database.
const RETRY_SOON_SECONDS: i64 = 1;

/// How soon the keys of the external issuer are looked for again.
const RETRY_ISSUER_SECONDS: i64 = 5;

/// The sentence of every 500. What happened is for the log alone.
pub(crate) const INTERNAL: &str = "Internal server error";

/// Everything a request can end with other than success.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// A use case refused or failed.
    App(AppError),
    /// The body is not JSON; the text says where it stops being JSON.
    MalformedJson(String),
    /// The body broke off or was framed wrongly.
    BrokenBody,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The body is larger than `HttpSettings::body_limit_bytes`.
    BodyTooLarge { limit_bytes: usize },
    /// The body is not declared to be JSON.
    NotDeclaredJson,
    /// What came is no request that can be read; hyper says why by a status.
    Unreadable(StatusCode),
    /// The page that a request with the cookie comes from is not one of ours.
    InvalidOrigin,
    /// A request with the cookie does not say which page it comes from.
    MissingOrigin,
    /// No `Host`, several, or one that names no host.
    BadHost,
    /// The `Host` is none of ours, where that matters.
    ForeignHost,
    /// The client does not take JSON.
    NotAcceptable,
    /// No route has this path.
    NoRoute,
    /// The route has no such method.
    NoMethod,
    /// The handler took longer than `HttpSettings::request_timeout`.
    TimedOut,
    /// This process is about to end.
    Draining,
    /// A bug: the handler panicked.
    Panicked(String),
}

/// What the middleware must know about an answer that is an error.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The stable name of the error, for the access log.
    pub code: &'static str,
    /// The sentence for the client.
    pub detail: String,
    /// What really happened; only for errors that are ours.
    pub cause: Option<String>,
    /// In whose form the body is.
    pub dialect: Dialect,
}

/// Whose form an error has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The envelope of this API, see [`ErrorBody`].
    #[default]
    House,
    /// A message and a code, as Better Auth has it.
    BetterAuth,
}

/// The envelope of every error of this door.
#[derive(Serialize)]
pub(crate) struct ErrorBody<'a> {
    pub detail: &'a str,
    pub code: &'a str,
    /// Only in a 500, so that a report can be found in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
}

#[derive(Serialize)]
struct ValidationBody<'a> {
    detail: Vec<ValidationProblem<'a>>,
    code: &'a str,
}

/// One entry of FastAPI's list; front ends match on its members.
#[derive(Serialize)]
struct ValidationProblem<'a> {
    r#type: &'a str,
    loc: Loc<'a>,
    msg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<&'a Value>,
}

struct Loc<'a>(&'a Invalid);

impl Serialize for Loc<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut path = serializer.serialize_seq(None)?;
        path.serialize_element(self.0.location.as_str())?;
        if let Some(field) = self.0.field {
            path.serialize_element(field)?;
        }
        for part in &self.0.inner {
            match part {
                PathPart::Field(name) => path.serialize_element(name)?,
                PathPart::Index(index) => path.serialize_element(index)?,
            }
        }
        path.end()
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::App(error) => match error {
                AppError::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
                AppError::Forbidden(_) => StatusCode::FORBIDDEN,
                AppError::NotFound(_) => StatusCode::NOT_FOUND,
                AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                AppError::EmptyMessage => StatusCode::BAD_REQUEST,
                AppError::Conflict(_) | AppError::UndoConflict(_) | AppError::TurnRunning => {
                    StatusCode::CONFLICT
                }
                AppError::ChangesPurged { .. } => StatusCode::GONE,
                AppError::PreconditionFailed(_) => StatusCode::PRECONDITION_FAILED,
                AppError::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
                AppError::ModelFailed(_) => StatusCode::BAD_GATEWAY,
                AppError::TurnTimedOut => StatusCode::GATEWAY_TIMEOUT,
                AppError::Unavailable(_)
                | AppError::IssuerUnavailable(_)
                | AppError::ModelUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
                AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::MalformedJson(_) | Self::BrokenBody | Self::BadHost => StatusCode::BAD_REQUEST,
            Self::Unreadable(status) => *status,
            Self::InvalidOrigin | Self::MissingOrigin | Self::ForeignHost => StatusCode::FORBIDDEN,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotDeclaredJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NoRoute => StatusCode::NOT_FOUND,
            Self::NoMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TimedOut | Self::Draining => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::App(error) => error.code(),
            Self::MalformedJson(_) => "malformed_json",
            Self::BrokenBody => "broken_body",
            Self::BodyTimeout => "body_timeout",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::NotDeclaredJson => "unsupported_media_type",
            Self::Unreadable(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE) => "headers_too_large",
            Self::Unreadable(_) => "malformed_request",
            Self::InvalidOrigin => "invalid_origin",
            Self::MissingOrigin => "missing_origin",
            Self::BadHost => "bad_host",
            Self::ForeignHost => "foreign_host",
            Self::NotAcceptable => "not_acceptable",
            Self::NoRoute => "not_found",
            Self::NoMethod => "method_not_allowed",
            Self::TimedOut => "request_timeout",
            Self::Draining => "shutting_down",
            Self::Panicked(_) => "internal_error",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::App(AppError::Internal(_)) | Self::Panicked(_) => INTERNAL.to_owned(),
            Self::App(error) => error.to_string(),
            Self::MalformedJson(place) => format!("Malformed JSON: {place}"),
            Self::BrokenBody => "The request body broke off or is framed wrongly".to_owned(),
            Self::BodyTimeout => "The request body did not arrive in time".to_owned(),
            Self::BodyTooLarge { limit_bytes } => {
                format!("The request body is larger than {limit_bytes} bytes")
            }
            Self::NotDeclaredJson => "The Content-Type must be application/json".to_owned(),
            Self::Unreadable(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE) => {
                "The request headers are too large".to_owned()
            }
            Self::Unreadable(_) => "The request is not valid HTTP/1.1".to_owned(),
            Self::InvalidOrigin => "Invalid origin".to_owned(),
            Self::MissingOrigin => "Missing or null Origin".to_owned(),
            Self::BadHost => "Exactly one valid Host header is required".to_owned(),
            Self::ForeignHost => {
                "This server is not known by the name in the Host header".to_owned()
            }
            Self::NotAcceptable => "The answer is JSON, which Accept does not allow".to_owned(),
            Self::NoRoute => "Not Found".to_owned(),
            Self::NoMethod => "Method Not Allowed".to_owned(),
            Self::TimedOut => "The request took too long".to_owned(),
            Self::Draining => "The server is shutting down".to_owned(),
        }
    }

    /// What the log is told; `None` when the client's own words say it all.
    fn cause(&self) -> Option<String> {
        match self {
            Self::App(AppError::Internal(source)) => Some(chain(source.as_ref())),
            Self::App(
                AppError::Unavailable(reason)
                | AppError::IssuerUnavailable(reason)
                | AppError::ModelFailed(reason),
            ) => Some(reason.clone()),
            Self::App(AppError::TurnTimedOut) => {
                Some("the language model, or the turn, took longer than it may".to_owned())
            }
            Self::Panicked(message) => Some(format!("panicked: {message}")),
            Self::TimedOut => Some("took longer than the request timeout".to_owned()),
            _ => None,
        }
    }

    fn challenge(&self) -> Option<HeaderValue> {
        let challenge = match self {
            Self::App(AppError::Unauthenticated(Why::NoToken | Why::WrongCredentials)) => "Bearer",
            // RFC 6750 3.1: the error names what was wrong with a token that was sent.
            Self::App(AppError::Unauthenticated(_)) => "Bearer error=\"invalid_token\"",
            Self::App(AppError::Forbidden(Refusal::MissingScope(_))) => {
                "Bearer error=\"insufficient_scope\""
            }
            _ => return None,
        };
        Some(HeaderValue::from_static(challenge))
    }

    fn retry_after_seconds(&self) -> Option<i64> {
        match self {
            Self::App(
                AppError::RateLimited { retry_after_seconds }
                | AppError::ModelUnavailable { retry_after_seconds },
            ) => Some((*retry_after_seconds).max(1)),
            Self::App(AppError::IssuerUnavailable(_)) => Some(RETRY_ISSUER_SECONDS),
            Self::App(AppError::Unavailable(_) | AppError::TurnRunning)
            | Self::TimedOut
            | Self::Draining => Some(RETRY_SOON_SECONDS),
            _ => None,
        }
    }

    /// Whether bytes of the body may still be on their way, so that nothing
    /// sensible can follow on this connection.
    const fn ends_connection(&self) -> bool {
        matches!(
            self,
            Self::BodyTimeout | Self::BodyTooLarge { .. } | Self::BrokenBody | Self::Unreadable(_)
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = (self.status(), self.code());
        let (detail, cause) = (self.detail(), self.cause());
        let mut response = match &self {
            Self::App(AppError::Invalid(problems)) => {
                Json(validation(problems, code)).into_response()
            }
            Self::App(error) => responses::refusal(error, &detail),
            _ => Json(ErrorBody { detail: &detail, code, request_id: None }).into_response(),
        };
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge() {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.ends_connection() {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(Failure { code, detail, cause, dialect: Dialect::House });
        response
    }
}

fn validation<'a>(problems: &'a [Invalid], code: &'a str) -> ValidationBody<'a> {
    let detail = problems
        .iter()
        .map(|invalid| ValidationProblem {
            r#type: invalid.problem.kind(),
            loc: Loc(invalid),
            msg: invalid.problem.to_string(),
            input: invalid.input.as_ref(),
        })
        .collect();
    ValidationBody { detail, code }
}

/// An error and everything behind it, in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        // Writing to a `String` cannot fail.
        let _ = write!(text, ": {source}");
        next = source.source();
    }
    text
}
