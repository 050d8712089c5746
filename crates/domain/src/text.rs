//! Text a person writes: titles and descriptions, with their bounds.

use crate::Problem;

/// What a task is called: 1 to 200 characters after trimming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// The longest title, in Unicode code points.
    pub const MAX_CHARS: usize = 200;

    /// Trims the text and checks its length.
    ///
    /// # Errors
    /// Too short (nothing but white space counts as nothing), too long, or a
    /// NUL character.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(Problem::TooShort { min: 1 });
        }
        bounded(trimmed, Self::MAX_CHARS)?;
        Ok(Self(trimmed.to_owned()))
    }

    /// The trimmed text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a task is about: at most 1000 characters, kept exactly as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    /// The longest description, in Unicode code points.
    pub const MAX_CHARS: usize = 1000;

    /// Checks the length; changes nothing.
    ///
    /// # Errors
    /// Too long, or a NUL character.
    pub fn parse(text: String) -> Result<Self, Problem> {
        bounded(&text, Self::MAX_CHARS)?;
        Ok(Self(text))
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a search looks through: title and description, folded, on lines of
/// their own.
#[must_use]
pub fn search_text(title: &Title, description: Option<&Description>) -> String {
    let mut text = folded(title.as_str());
    if let Some(description) = description {
        text.push('\n');
        text.push_str(&folded(description.as_str()));
    }
    text
}

/// What two spellings of the same text have in common.
///
/// Decided here and not by the databases: their `lower()` disagree about
/// everything beyond ASCII.
///
/// Each character in lower, upper and lower case again: that makes the same
/// characters equal as Unicode's full case folding (`Straße` and `STRASSE`,
/// `ΟΔΟΣ` and `οδος`), without a table of our own. The dotless `ı` stays as
/// it is: in Turkish it is another letter than `i`. Accents count, and
/// letters are not composed: that is for whoever sends them.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == 'ı' {
            folded.push(letter);
        } else {
            let upper = letter.to_lowercase().flat_map(char::to_uppercase);
            folded.extend(upper.flat_map(char::to_lowercase));
        }
    }
    folded
}

/// Checks what every stored text must hold: a length in characters, no NUL.
///
/// The byte length is looked at first: text that fits in bytes fits in
/// characters, and nearly all text does.
pub(crate) fn bounded(text: &str, max: usize) -> Result<(), Problem> {
    if text.len() > max && text.chars().count() > max {
        return Err(Problem::TooLong { max });
    }
    if text.contains('\0') {
        return Err(Problem::Nul);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, Problem>) {
        let title = Title::parse(text);
        assert_eq!(title.as_ref().map(Title::as_str), expected.as_ref().map(|t| *t), "{text:?}");
    }

    #[test]
    fn a_title_is_trimmed_and_bounded() {
        check("  Buy milk\n", Ok("Buy milk"));
        check("two\nlines", Ok("two\nlines"));
        check("", Err(Problem::TooShort { min: 1 }));
        check("\u{a0}\t ", Err(Problem::TooShort { min: 1 }));
        check("a\0b", Err(Problem::Nul));
    }

    #[test]
    fn a_limit_counts_characters_not_bytes() {
        for letter in ["x", "é", "日", "😀"] {
            check(&letter.repeat(200), Ok(&letter.repeat(200)));
            check(&letter.repeat(201), Err(Problem::TooLong { max: 200 }));
        }
        check(&format!("  {}  ", "x".repeat(200)), Ok(&"x".repeat(200)));
    }

    #[test]
    fn a_description_is_kept_as_written() {
        let text = "  two\r\nlines ".to_owned();
        let description = Description::parse(text.clone());
        assert_eq!(description.as_ref().map(Description::as_str), Ok(text.as_str()));
        assert_eq!(Description::parse("x".repeat(1001)), Err(Problem::TooLong { max: 1000 }));
        assert_eq!(Description::parse("\0".to_owned()), Err(Problem::Nul));
    }
}
