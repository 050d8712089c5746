//! Identifiers: integers for what we number, opaque text for users and sessions.

use std::{fmt, sync::Arc};

use crate::Problem;

/// The largest id a JavaScript client can hold exactly: 2^53 - 1.
const MAX_ID: i64 = (1 << 53) - 1;

macro_rules! integer_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// Accepts 1 to 2^53 - 1; no other number can be an id of ours.
            #[must_use]
            pub const fn new(id: i64) -> Option<Self> {
                if id >= 1 && id <= MAX_ID { Some(Self(id)) } else { None }
            }

            /// The plain number, for SQL and JSON.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

integer_id! {
    /// Names one task. Unique over all users.
    TaskId
}
integer_id! {
    /// Names one conversation. Unique over all users.
    ConversationId
}
integer_id! {
    /// Names one message. Unique over all users.
    MessageId
}
integer_id! {
    /// Counts the changes of one user's tasks. Another user has the same numbers.
    ChangeId
}
integer_id! {
    /// Names one personal access token. Unique over all users.
    ApiTokenId
}

/// Who owns a row: opaque text, ours or an external issuer's.
///
/// Cheap to clone, because every task and every log line carries one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(Arc<str>);

impl UserId {
    /// The longest id we store, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Accepts what a token may name as its user: 1 to 255 characters, not
    /// blank, without NUL (PostgreSQL text cannot hold one).
    ///
    /// # Errors
    /// The first rule that does not hold.
    pub fn parse(id: &str) -> Result<Self, Problem> {
        if id.trim().is_empty() {
            return Err(Problem::TooShort { min: 1 });
        }
        if id.chars().count() > Self::MAX_CHARS {
            return Err(Problem::TooLong { max: Self::MAX_CHARS });
        }
        if id.contains('\0') {
            return Err(Problem::Nul);
        }
        Ok(Self(id.into()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names one login session; the `sid` claim of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionId(Arc<str>);

impl SessionId {
    /// Accepts 1 to 64 characters without NUL.
    #[must_use]
    pub fn new(id: &str) -> Option<Self> {
        let fits = !id.is_empty() && id.len() <= 64 && !id.contains('\0');
        fits.then(|| Self(id.into()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_fits_a_javascript_number() {
        assert_eq!(TaskId::new(0), None);
        assert_eq!(TaskId::new(-1), None);
        assert_eq!(TaskId::new(MAX_ID + 1), None);
        assert_eq!(TaskId::new(MAX_ID).map(TaskId::get), Some(MAX_ID));
    }

    #[test]
    fn a_user_id_is_any_text_that_is_not_blank() {
        assert!(UserId::parse("42").is_ok());
        assert!(UserId::parse("auth0|ünï").is_ok());
        assert_eq!(UserId::parse(" \t"), Err(Problem::TooShort { min: 1 }));
        assert_eq!(UserId::parse("a\0b"), Err(Problem::Nul));
        assert_eq!(UserId::parse(&"x".repeat(256)), Err(Problem::TooLong { max: 255 }));
    }
}
