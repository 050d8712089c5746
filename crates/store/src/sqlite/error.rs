//! What SQLite's errors mean to a caller.

use rusqlite::{Error, ErrorCode, ffi};

use crate::{Constraint, StoreError};

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Error::SqliteFailure(failure, message) = &error else {
            return Self::Internal(Box::new(error));
        };
        match failure.code {
            ErrorCode::ConstraintViolation => {
                Self::Conflict(constraint(failure.extended_code, message.as_deref()))
            }
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::PermissionDenied
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OutOfMemory => Self::Unavailable(error.to_string()),
            _ => Self::Internal(Box::new(error)),
        }
    }
}

/// SQLite names the columns of a unique index in its message, and nothing at
/// all for a foreign key.
fn constraint(extended_code: i32, message: Option<&str>) -> Constraint {
    match extended_code {
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Constraint::Owner,
        ffi::SQLITE_CONSTRAINT_UNIQUE if message.is_some_and(|m| m.contains("users.email")) => {
            Constraint::UserEmail
        }
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => Constraint::Key,
        _ => Constraint::Value,
    }
}
