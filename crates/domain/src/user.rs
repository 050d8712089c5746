//! Who has an account.

use crate::{Email, Problem, TimeZoneName, Timestamp, UserId, WeekStart, text::bounded};

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

/// Where a user's picture is: at most 2048 bytes, kept exactly as written.
///
/// Usually a URL; any other text is as good, because nobody but the user's own
/// programs makes anything of it. It travels in every token of theirs, and
/// those in headers: what counts is the length of the text in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image(String);

impl Image {
    /// The longest text, in bytes; a quotation mark and a backslash are two.
    pub const MAX_BYTES: usize = 2048;

    /// Checks the length; changes nothing.
    ///
    /// # Errors
    /// Too long, or a control character: in JSON that can be six times as long.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let escapes = text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        if text.len() + escapes > Self::MAX_BYTES {
            return Err(Problem::TooLong { max: Self::MAX_BYTES });
        }
        match text.chars().find(|letter| letter.is_control()) {
            Some('\0') => Err(Problem::Nul),
            Some(_) => {
                Err(Problem::Refused { sentence: "a picture must not have control characters" })
            }
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a user has chosen; the default is what counts for who has chosen nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSettings {
    /// Where their calendar hangs: it decides what "tomorrow" is.
    pub time_zone: TimeZoneName,
    /// The day on which their weeks begin.
    pub week_start: WeekStart,
    /// What they want to be called: the same as [`User::name`].
    pub name: Name,
}

impl Default for UserSettings {
    fn default() -> Self {
        Self {
            time_zone: TimeZoneName::UTC,
            week_start: WeekStart::default(),
            name: Name::default(),
        }
    }
}

/// A partial change of the settings: `None` leaves one as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserSettingsPatch {
    /// Another time zone.
    pub time_zone: Option<TimeZoneName>,
    /// Another first day of the week.
    pub week_start: Option<WeekStart>,
    /// Another name; it may be empty.
    pub name: Option<Name>,
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
        for text in ["https://example.com/ada.png?size=64", " spaced ", "", &"😀".repeat(512)] {
            assert_eq!(Image::parse(text).as_ref().map(Image::as_str), Ok(text));
        }
        for long in ["x".repeat(2049), "😀".repeat(513), "\"".repeat(1025), "\\".repeat(1025)] {
            assert_eq!(Image::parse(&long), Err(Problem::TooLong { max: 2048 }));
        }
        assert_eq!(Image::parse("a\0b"), Err(Problem::Nul));
        for letter in ['\n', '\u{1}', '\u{7f}', '\u{85}'] {
            let refused = Image::parse(&format!("a{letter}b"));
            assert!(matches!(refused, Err(Problem::Refused { .. })), "{letter:?}");
        }
    }
}
