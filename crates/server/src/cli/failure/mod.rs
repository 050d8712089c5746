//! How a command ends when it did not work: a message, a hint, an exit code.

pub(super) mod database;

use std::{
    error::Error as StdError,
    io::{self, Write},
    process::ExitCode,
};

use rondo_app::{Error, Invalid};
use rondo_domain::Problem;
use rondo_store::{StoreError, Target};

use crate::config::Problems;

/// Why a command did not work.
#[derive(Debug)]
pub(super) enum Failure {
    /// The configuration is wrong. Exit code 2.
    Config { problems: Problems, hint: Option<&'static str> },
    /// The database cannot be used, for this reason. Exit code 1.
    Database(String),
    /// The command cannot be carried out as it was given. Exit code 2.
    Usage { message: String, hint: &'static str },
    /// It was tried and failed. Exit code 1.
    Failed { message: String, hint: Option<String> },
    /// The same, and the output says why. Exit code 1.
    Told,
    /// Whoever read the output has seen enough, as in `rondo user list | head`.
    /// Not a failure: exit code 0.
    NoReader,
}

impl Failure {
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::Failed { message: message.into(), hint: None }
    }

    pub(super) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Failed { message: message.into(), hint: Some(hint.into()) }
    }

    /// The same, naming the database that it was about.
    pub(super) fn about(self, target: &Target) -> Self {
        match self {
            Self::Database(reason) => Self::with_hint(
                database::message(target, &reason),
                format!("{}\nhint: {}", database::hint(target, &reason), database::DOCTOR),
            ),
            other => other,
        }
    }

    /// Says it on standard error and gives the exit code.
    pub(super) fn report(self) -> ExitCode {
        let (message, hint, code) = match self {
            Self::Config { problems, hint } => (problems.to_string(), hint.map(str::to_owned), 2),
            Self::Database(reason) => {
                (format!("the database cannot be used: {reason}"), Some(database::DOCTOR.into()), 1)
            }
            Self::Usage { message, hint } => (message, Some(hint.to_owned()), 2),
            Self::Failed { message, hint } => (message, hint, 1),
            Self::Told => return ExitCode::from(1),
            Self::NoReader => return ExitCode::SUCCESS,
        };
        let hint = hint.map_or(String::new(), |hint| format!("\nhint: {hint}"));
        // Without standard error there is nobody left to tell.
        let _ = writeln!(io::stderr().lock(), "rondo: {message}{hint}");
        ExitCode::from(code)
    }
}

/// An error with its causes, on one line.
pub(super) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Many errors repeat their cause in their own words.
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// What the store says, without the words that the sentence around it repeats.
pub(super) fn reason(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable(reason) => reason.clone(),
        other => chain(other),
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        let hint = Some("to try Rondo without any configuration, run `rondo dev`");
        Self::Config { problems, hint }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::NoReader;
        }
        Self::failed(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(reason) => Self::Database(reason),
            other => Self::failed(chain(&other)),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(reason) => Self::Database(reason),
            Error::IssuerUnavailable(reason) | Error::ModelFailed(reason) => Self::failed(reason),
            Error::Internal(source) => Self::failed(chain(&*source)),
            Error::Invalid(problems) => {
                let listed: Vec<_> = problems.iter().map(invalid).collect();
                Self::failed(listed.join("\n       "))
            }
            Error::Unauthenticated(_)
            | Error::Forbidden(_)
            | Error::NotFound(_)
            | Error::Conflict(_)
            | Error::PreconditionFailed(_)
            | Error::UndoConflict(_)
            | Error::ChangesPurged { .. }
            | Error::EmptyMessage
            | Error::TurnRunning
            | Error::ModelUnavailable { .. }
            | Error::TurnTimedOut
            | Error::RateLimited { .. } => Self::failed(error.to_string()),
        }
    }
}

/// In the words of the command line: what is a field of a body elsewhere is an
/// argument here.
fn invalid(invalid: &Invalid) -> String {
    let subject = match invalid.field {
        Some("email") => "EMAIL",
        Some("name") => "--name",
        Some("scopes") => "--scope",
        Some("expires_in_days") => "--expires-in-days",
        Some(other) => other,
        None => "input",
    };
    format!("{subject}: {}", words(&invalid.problem))
}

fn words(problem: &Problem) -> String {
    let plural = |count: &usize| if *count == 1 { "" } else { "s" };
    match problem {
        Problem::TooShort { min: 1 } => "may not be empty".to_owned(),
        Problem::TooShort { min } => format!("at least {min} character{}", plural(min)),
        Problem::TooLong { max } => format!("at most {max} character{}", plural(max)),
        Problem::TooSmall { min } => format!("at least {min}"),
        Problem::TooLarge { max } => format!("at most {max}"),
        Problem::NotOneOf { expected } => format!("must be {expected}"),
        Problem::Nul => "may not hold the character U+0000".to_owned(),
        Problem::NotEmail { reason } => format!("is not an e-mail address: {reason}"),
        Problem::Refused { sentence } => (*sentence).to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_told_in_the_words_of_the_command_line() {
        for (problem, expected) in [
            (Problem::TooShort { min: 1 }, "may not be empty"),
            (Problem::TooShort { min: 8 }, "at least 8 characters"),
            (Problem::TooSmall { min: 1 }, "at least 1"),
            (Problem::Refused { sentence: "no" }, "no"),
        ] {
            assert_eq!(words(&problem), expected);
        }
    }
}
