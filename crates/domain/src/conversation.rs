//! Conversations with the assistant, and their messages.

use crate::{ConversationId, MessageId, Problem, Timestamp, UserId, text::bounded};

/// A thread of messages between a user and the assistant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Unique over all users.
    pub id: ConversationId,
    /// The owner; it never changes.
    pub user_id: UserId,
    /// When it began.
    pub created_at: Timestamp,
    /// When its last message came.
    pub updated_at: Timestamp,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Unique over all users. Messages are ordered by when they were stored,
    /// and by this only among those of one moment.
    pub id: MessageId,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// Who wrote it.
    pub role: Role,
    /// What was written.
    pub content: MessageContent,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The person.
    User,
    /// The assistant.
    Assistant,
}

impl Role {
    /// The role's name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::User, Self::Assistant].into_iter().find(|role| role.as_str() == name)
    }
}

/// What was written: 1 to 100,000 characters, not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageContent(String);

impl MessageContent {
    /// The longest message we keep, in Unicode code points.
    pub const MAX_CHARS: usize = 100_000;

    /// Checks the text; changes nothing.
    ///
    /// # Errors
    /// Blank, too long, or a NUL character.
    pub fn parse(text: String) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Err(Problem::TooShort { min: 1 });
        }
        bounded(&text, Self::MAX_CHARS)?;
        Ok(Self(text))
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
