//! Who changed something, and through which door.

use crate::{Problem, text::bounded};

/// Through which door a change came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthorKind {
    /// The user, in an app or a browser.
    User,
    /// A program with a personal access token.
    Token,
    /// An assistant that speaks MCP.
    Mcp,
    /// Our own assistant.
    Assistant,
}

impl AuthorKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::User, Self::Token, Self::Mcp, Self::Assistant];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Token => "token",
            Self::Mcp => "mcp",
            Self::Assistant => "assistant",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What a program calls itself: one line of at most 100 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorName(String);

impl AuthorName {
    /// The longest name, in Unicode code points.
    pub const MAX_CHARS: usize = 100;

    /// Takes the white space around it away, and checks what is left.
    ///
    /// # Errors
    /// Nothing left, too long, or a control character.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let name = text.trim();
        if name.is_empty() {
            return Err(Problem::TooShort { min: 1 });
        }
        bounded(name, Self::MAX_CHARS)?;
        if name.chars().any(char::is_control) {
            return Err(Problem::Refused { sentence: "a name is one line of text" });
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Through which door.
    pub kind: AuthorKind,
    /// Which token, which program; `None` for the user in person.
    pub name: Option<AuthorName>,
}

impl Author {
    /// The user in person.
    pub const USER: Self = Self { kind: AuthorKind::User, name: None };
}
