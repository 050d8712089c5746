//! Personal access tokens: keys that a user hands to programs.

use crate::{ApiTokenId, Problem, Scopes, Timestamp, UserId, text::bounded};

/// A personal access token, without its secret: that is shown once and only
/// its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Unique over all users.
    pub id: ApiTokenId,
    /// Whose data it opens.
    pub user_id: UserId,
    /// What the user calls it.
    pub name: TokenName,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// When it was last seen, within a minute.
    pub last_used_at: Option<Timestamp>,
}

/// What a user calls a token: 1 to 100 characters after trimming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenName(String);

impl TokenName {
    /// The longest name, in Unicode code points.
    pub const MAX_CHARS: usize = 100;

    /// Trims the text and checks its length.
    ///
    /// # Errors
    /// Blank, too long, or a NUL character.
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
