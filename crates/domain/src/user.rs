//! Who has an account.

use crate::{Email, Problem, Timestamp, UserId, text::bounded};

/// An account, or the trace of an external user who wrote something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Opaque and permanent.
    pub id: UserId,
    /// `None` for a user whom only an external issuer knows.
    pub email: Option<Email>,
    /// What the user wants to be called; may be empty.
    pub name: Name,
    /// Whether the user has shown that mail to the address reaches them.
    pub email_verified: bool,
    /// Where their picture is.
    pub image: Option<Image>,
    /// When the row was made.
    pub created_at: Timestamp,
    /// When the account last changed.
    pub updated_at: Timestamp,
}

/// What a user wants to be called: at most 255 characters after trimming.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The longest name, in Unicode code points.
    pub const MAX_CHARS: usize = 255;

    /// Trims the text and checks its length; nothing is a name too.
    ///
    /// # Errors
    /// Too long, or a NUL character.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let trimmed = text.trim();
        bounded(trimmed, Self::MAX_CHARS)?;
        Ok(Self(trimmed.to_owned()))
    }

    /// The trimmed text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a user's picture is: at most 2048 characters, kept exactly as written.
///
/// Usually a URL; any other text is as good, because nobody but the user's own
/// programs makes anything of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image(String);

impl Image {
    /// The longest text, in Unicode code points.
    pub const MAX_CHARS: usize = 2048;

    /// Checks the length; changes nothing.
    ///
    /// # Errors
    /// Too long, or a NUL character.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        bounded(text, Self::MAX_CHARS)?;
        Ok(Self(text.to_owned()))
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many tasks a user has. Kept with the user so that no list has to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// All tasks, finished or not.
    pub all: i64,
    /// The finished ones.
    pub completed: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_kept_as_written_and_bounded() {
        for text in ["https://example.com/ada.png?size=64", " spaced ", "", &"日".repeat(2048)] {
            assert_eq!(Image::parse(text).as_ref().map(Image::as_str), Ok(text));
        }
        assert_eq!(Image::parse(&"x".repeat(2049)), Err(Problem::TooLong { max: 2048 }));
        assert_eq!(Image::parse("a\0b"), Err(Problem::Nul));
    }
}
