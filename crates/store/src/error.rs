//! What can go wrong in the store, by what the caller can do about it.

use std::error::Error as StdError;

/// Why a transaction did not happen. After any of these nothing of it is
/// stored, with one exception: [`StoreError::Unavailable`] after a lost
/// connection during `commit` leaves the outcome open.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be used right now: away, locked, full, read-only.
    /// Trying again later may work. The text is for the log, not for clients.
    #[error("database unavailable: {0}")]
    Unavailable(String),

    /// A rule of the database refused the change.
    #[error("the change conflicts with {0:?}")]
    Conflict(Constraint),

    /// A stored row makes no sense. Only a bug or a hand in the database can
    /// cause this.
    #[error("row {id} of table {table} cannot be read")]
    Corrupt {
        /// The table the row is in.
        table: &'static str,
        /// The row's id within it.
        id: String,
    },

    /// A bug, ours or the database's.
    #[error("internal store error")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

/// The rule that refused a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// Another user has this e-mail address.
    UserEmail,
    /// A row with this key exists already.
    Key,
    /// The row this one belongs to (its user, its conversation) does not
    /// exist.
    Owner,
    /// A check on a column's value.
    Value,
}

impl StoreError {
    /// Something that should not be possible, in a sentence for the log.
    pub(crate) fn internal(sentence: impl Into<String>) -> Self {
        Self::Internal(sentence.into().into())
    }

    /// A database that cannot be used, in a sentence for the log.
    pub(crate) fn unavailable(sentence: impl Into<String>) -> Self {
        Self::Unavailable(sentence.into())
    }

    /// A row that does not parse.
    pub(crate) fn corrupt(table: &'static str, id: impl ToString) -> Self {
        Self::Corrupt { table, id: id.to_string() }
    }
}
