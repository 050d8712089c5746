//! What can go wrong with a use case, said once, for every door.
//!
//! `Display` gives the sentence and `code` the word of the public contract, so
//! no door invents its own. A door adds what only it knows: a status, an exit
//! code, a header.

use rondo_domain::{Denied, PlanProblem, Problem, Reason, Scope, ShownTask, TaskId};
use rondo_store::{Constraint, StoreError};
use serde_json::Value;
use thiserror::Error;

/// Why a use case did not happen.
#[derive(Debug, Error)]
pub enum Error {
    /// Nobody we know, or no longer.
    #[error("{0}")]
    Unauthenticated(Why),
    /// Somebody we know, who may not do this.
    #[error("{0}")]
    Forbidden(Refusal),
    /// There is no such thing, or none that this actor may know about.
    #[error("{0} not found")]
    NotFound(Kind),
    /// The input is wrong; every problem of it is listed.
    #[error("The input is not valid")]
    Invalid(Vec<Invalid>),
    /// It collides with what is there already.
    #[error("{0}")]
    Conflict(Taken),
    /// The task is not what the caller has seen; this is what it is.
    #[error("The task has changed since you read it")]
    PreconditionFailed(Box<ShownTask>),
    /// These tasks have changed since: undoing would lose that.
    #[error("Tasks have changed since, so this cannot be undone")]
    UndoConflict(Vec<InTheWay>),
    /// What was asked for is no longer in the history, or not yet.
    #[error("These changes are not kept any more: read everything once, and go on from the latest")]
    ChangesPurged {
        /// The number of the last change there is.
        latest: i64,
    },
    /// Too much at once; worth trying again later.
    #[error("Too many requests, try again later")]
    RateLimited {
        /// When it is worth trying again; at least 1.
        retry_after_seconds: i64,
    },
    /// A message to the assistant that says nothing.
    #[error("Message cannot be empty")]
    EmptyMessage,
    /// The assistant still answers the last message of this conversation.
    #[error("The assistant is still answering in this conversation")]
    TurnRunning,
    /// The language model gave no answer. The text is for the log only.
    #[error("The language model did not answer; what you wrote is kept")]
    ModelFailed(String),
    /// The language model failed so often that it is left alone for a while.
    #[error("The language model is not available, try again later")]
    ModelUnavailable {
        /// When it is worth trying again; at least 1.
        retry_after_seconds: i64,
    },
    /// The answer took longer than a turn may.
    #[error("The assistant took too long; what you wrote is kept")]
    TurnTimedOut,
    /// The database cannot be reached. The text is for the log only: it may
    /// name hosts.
    #[error("Database temporarily unavailable")]
    Unavailable(String),
    /// The keys of the external issuer cannot be had. The text is for the log
    /// only.
    #[error("The issuer of this token cannot be reached, try again later")]
    IssuerUnavailable(String),
    /// A bug. The cause is for the log only.
    #[error("Internal server error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated(why) => why.code(),
            Self::Forbidden(refusal) => refusal.code(),
            Self::NotFound(kind) => kind.code(),
            Self::Invalid(_) => "validation_error",
            Self::Conflict(taken) => taken.code(),
            Self::PreconditionFailed(_) => "precondition_failed",
            Self::UndoConflict(_) => "undo_conflict",
            Self::ChangesPurged { .. } => "changes_purged",
            Self::RateLimited { .. } => "rate_limited",
            Self::EmptyMessage => "empty_message",
            Self::TurnRunning => "turn_running",
            Self::ModelFailed(_) => "model_failed",
            Self::ModelUnavailable { .. } => "model_unavailable",
            Self::TurnTimedOut => "turn_timed_out",
            Self::Unavailable(_) => "database_unavailable",
            Self::IssuerUnavailable(_) => "issuer_unavailable",
            Self::Internal(_) => "internal_error",
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(reason) => Self::Unavailable(reason),
            StoreError::Conflict(Constraint::UserEmail) => Self::Conflict(Taken::Email),
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotFound => Self::NotFound(Kind::Task),
            Denied::Forbidden => Self::Forbidden(Refusal::AccessDenied),
        }
    }
}

impl From<PlanProblem> for Error {
    fn from(PlanProblem { field, problem }: PlanProblem) -> Self {
        Self::Invalid(vec![Invalid::new(Location::Body, Some(field), problem)])
    }
}

impl From<Why> for Error {
    fn from(why: Why) -> Self {
        Self::Unauthenticated(why)
    }
}

/// A task that has changed since it was part of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InTheWay {
    /// Which task.
    pub task_id: TaskId,
    /// What happened to it.
    pub reason: Reason,
    /// The task as it is, if it is on the list.
    pub task: Option<ShownTask>,
}

/// Why a credential does not open the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Why {
    /// There is none.
    #[error("Not authenticated")]
    NoToken,
    /// It was good once.
    #[error("Token expired")]
    Expired,
    /// Forged, malformed, revoked, or of a user who is gone: one word for all
    /// of them, so that nobody learns which.
    #[error("Invalid token")]
    InvalidToken,
    /// Genuine, but it names no user.
    #[error("Invalid user identity")]
    InvalidIdentity,
    /// The same words for an unknown address and a wrong password.
    #[error("Invalid email or password")]
    WrongCredentials,
}

impl Why {
    /// The stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoToken => "not_authenticated",
            Self::Expired => "token_expired",
            Self::InvalidToken => "invalid_token",
            Self::InvalidIdentity => "invalid_identity",
            Self::WrongCredentials => "invalid_credentials",
        }
    }
}

/// Why somebody we know may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It belongs to somebody else.
    #[error("Access denied")]
    AccessDenied,
    /// The personal access token was not made for this.
    #[error("Access denied: this token lacks the scope '{}'", .0.as_str())]
    MissingScope(Scope),
    /// Only a person who logged in may do this, no token may.
    #[error("Access denied: a personal access token cannot do this, log in instead")]
    NeedsLogin,
    /// The operator makes the accounts.
    #[error("Registration is closed")]
    RegistrationClosed,
    /// It takes a session that began less than a day ago.
    #[error("Session is not fresh")]
    SessionNotFresh,
    /// It takes a fresh session or the password.
    #[error("Session expired. Re-authenticate to perform this action.")]
    SessionExpired,
    /// The password of the account, given once more, is wrong.
    #[error("Invalid password")]
    WrongPassword,
    /// The account has no password to compare with.
    #[error("This account has no password")]
    NoPassword,
    /// The address has to be verified first.
    #[error("Email not verified")]
    EmailNotVerified,
    /// There is nothing left to verify.
    #[error("Email is already verified")]
    EmailAlreadyVerified,
    /// A verification is for one's own address.
    #[error("Email mismatch")]
    EmailMismatch,
    /// The new address is the present one.
    #[error("Email is the same")]
    SameEmail,
    /// This server sends no mail.
    #[error("Reset password isn't enabled")]
    ResetDisabled,
    /// This server sends no mail.
    #[error("Verification email isn't enabled")]
    VerificationDisabled,
    /// Forged, used, replaced, or not for this: one word for all of them.
    #[error("Invalid link")]
    InvalidLink,
    /// It was good once.
    #[error("Link expired")]
    LinkExpired,
    /// The account that the link was for is gone.
    #[error("User not found")]
    UnknownUser,
    /// The link is for somebody else's account.
    #[error("Invalid user")]
    WrongUser,
}

impl Refusal {
    /// The stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::MissingScope(_) => "missing_scope",
            Self::NeedsLogin => "login_required",
            Self::RegistrationClosed => "registration_closed",
            Self::SessionNotFresh => "session_not_fresh",
            Self::SessionExpired => "session_expired",
            Self::WrongPassword => "wrong_password",
            Self::NoPassword => "no_password",
            Self::EmailNotVerified => "email_not_verified",
            Self::EmailAlreadyVerified => "email_already_verified",
            Self::EmailMismatch => "email_mismatch",
            Self::SameEmail => "same_email",
            Self::ResetDisabled => "password_reset_disabled",
            Self::VerificationDisabled => "email_verification_disabled",
            Self::InvalidLink => "invalid_link",
            Self::LinkExpired => "link_expired",
            Self::UnknownUser => "unknown_user",
            Self::WrongUser => "wrong_user",
        }
    }
}

/// What was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Kind {
    /// A task.
    #[error("Task")]
    Task,
    /// An account.
    #[error("User")]
    User,
    /// A conversation.
    #[error("Conversation")]
    Conversation,
    /// A personal access token.
    #[error("Token")]
    ApiToken,
    /// A change of a task.
    #[error("Change")]
    Change,
    /// A label.
    #[error("Tag")]
    Tag,
}

impl Kind {
    /// The stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Task => "task_not_found",
            Self::User => "user_not_found",
            Self::Conversation => "conversation_not_found",
            Self::ApiToken => "token_not_found",
            Self::Change => "change_not_found",
            Self::Tag => "tag_not_found",
        }
    }
}

/// What there is already, or too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Taken {
    /// An account with this address.
    #[error("Email already registered")]
    Email,
    /// As many personal access tokens as one user may have.
    #[error("Too many tokens: delete one first")]
    TooManyTokens,
}

impl Taken {
    /// The stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Email => "email_taken",
            Self::TooManyTokens => "too_many_tokens",
        }
    }
}

/// One problem of one input value, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Invalid {
    /// Which part of the request.
    pub location: Location,
    /// Which field of it; `None` for the part as a whole.
    pub field: Option<&'static str>,
    /// Where inside that field, from the outside in; mostly nowhere.
    pub inner: Vec<PathPart>,
    /// What is wrong.
    pub problem: Problem,
    /// What was sent, cut short; `None` when it is secret or absent.
    pub input: Option<Value>,
}

impl Invalid {
    /// A problem of which nothing is shown.
    #[must_use]
    pub const fn new(location: Location, field: Option<&'static str>, problem: Problem) -> Self {
        Self { location, field, inner: Vec::new(), problem, input: None }
    }
}

/// A step from a value to one inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathPart {
    /// The field of an object.
    Field(&'static str),
    /// The place in a list, from 0.
    Index(usize),
}

/// The part of a request that a value came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// The JSON body, or a tool's arguments.
    Body,
    /// The query string.
    Query,
    /// The path.
    Path,
    /// A header.
    Header,
}

impl Location {
    /// The location's name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Query => "query",
            Self::Path => "path",
            Self::Header => "header",
        }
    }
}
