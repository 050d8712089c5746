//! What PostgreSQL's errors mean to a caller.

use tokio_postgres::{Error, error::SqlState};

use super::txn::Trouble;
use crate::{Constraint, StoreError};

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Some(db) = error.as_db_error() else {
            return if is_lost(&error) {
                Self::Unavailable(with_cause(&error))
            } else {
                Self::Internal(Box::new(error))
            };
        };
        match (db.code(), db.constraint()) {
            (&SqlState::UNIQUE_VIOLATION, Some("idx_users_email")) => {
                Self::Conflict(Constraint::UserEmail)
            }
            (&SqlState::UNIQUE_VIOLATION, _) => Self::Conflict(Constraint::Key),
            (&SqlState::FOREIGN_KEY_VIOLATION, _) => Self::Conflict(Constraint::Owner),
            (&SqlState::CHECK_VIOLATION | &SqlState::NOT_NULL_VIOLATION, _) => {
                Self::Conflict(Constraint::Value)
            }
            (code, _) if is_passing(code) => Self::Unavailable(with_cause(&error)),
            _ => Self::Internal(Box::new(error)),
        }
    }
}

/// Whatever keeps us from connecting (no such host, no TLS, no such user), an
/// operator can mend it while we run.
pub(super) fn cannot_connect(error: &Error) -> StoreError {
    StoreError::Unavailable(with_cause(error))
}

/// What an error says about the connection it came from.
pub(super) fn trouble(error: &Error) -> Option<Trouble> {
    let Some(code) = error.code() else {
        return is_lost(error).then_some(Trouble::Lost);
    };
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
            Some(Trouble::Conflict)
        }
        SqlState::INVALID_SQL_STATEMENT_NAME | SqlState::DUPLICATE_PSTATEMENT => {
            Some(Trouble::Pooled)
        }
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => Some(Trouble::Lost),
        _ => None,
    }
}

/// Whether the connection itself failed, not a statement on it.
fn is_lost(error: &Error) -> bool {
    use std::{error::Error as _, io};
    let io = error.source().is_some_and(|source| source.downcast_ref::<io::Error>().is_some());
    error.is_closed() || io
}

/// States that pass: connections (class 08), resources (53), an operator's or
/// a time-out's intervention (57), conflicts that outlasted all attempts (40),
/// a server that is read-only for the moment (25006), a refused or unknown
/// login (28, 3D), which an operator can mend while we run.
fn is_passing(code: &SqlState) -> bool {
    let code = code.code();
    code == "25006"
        || ["08", "28", "3D", "40", "53", "57"].iter().any(|class| code.starts_with(class))
}

/// `tokio_postgres` shows "db error" and keeps the cause to itself.
fn with_cause(error: &Error) -> String {
    use std::error::Error as _;
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
