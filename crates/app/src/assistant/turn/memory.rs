//! What a turn is remembered as under an `Idempotency-Key`: running at first,
//! then how it ended.
//!
//! Not [`crate::batch::write_once`], which keeps a write and its outcome in one
//! transaction: a turn has many, and nobody may run it a second time meanwhile.

use rondo_domain::{BatchId, ConversationId, Message, MessageContent, MessageId, Role, Timestamp};
use rondo_store::StoredAnswer;
use serde::{Deserialize, Serialize};

use crate::{
    assistant::{Answer, Begun, Failure, ToolCall},
    batch::Once,
    error::Error,
};

/// For how long an answer is remembered.
pub(super) const KEPT_SECONDS: i64 = 86_400;

/// What the turn's request was called, and what stands there while it runs.
pub(super) struct Key {
    pub name: String,
    /// Names the turn: another one's mark is not touched.
    pub running: String,
}

/// What stands under a key.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Memory {
    Running { turn_id: String },
    Answered(Answered),
    Failed(Failed),
}

#[derive(Serialize, Deserialize)]
pub(super) struct Answered {
    conversation_id: i64,
    message_id: i64,
    content: String,
    /// Microseconds since 1970.
    created_at: i64,
    tool_calls: Vec<ToolCall>,
    batch_id: Option<String>,
    provider: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Failed {
    code: String,
    conversation_id: i64,
    tool_calls: Vec<ToolCall>,
    batch_id: Option<String>,
}

impl Memory {
    pub fn of_answer(answer: &Answer) -> Self {
        Self::Answered(Answered {
            conversation_id: answer.conversation_id.get(),
            message_id: answer.message.id.get(),
            content: answer.message.content.as_str().to_owned(),
            created_at: answer.message.created_at.as_micros(),
            tool_calls: answer.tool_calls.clone(),
            batch_id: answer.batch_id.as_ref().map(ToString::to_string),
            provider: answer.provider.clone(),
        })
    }

    pub fn of_failure(
        code: &'static str,
        place: ConversationId,
        tool_calls: Vec<ToolCall>,
        batch_id: Option<&BatchId>,
    ) -> Self {
        Self::Failed(Failed {
            code: code.to_owned(),
            conversation_id: place.get(),
            tool_calls,
            batch_id: batch_id.map(ToString::to_string),
        })
    }

    /// As it is stored.
    ///
    /// # Errors
    /// [`Error::Internal`]: never, as everything in it is JSON.
    pub fn to_text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.into()))
    }
}

/// What came of the request when it was sent first.
///
/// # Errors
/// [`Error::Invalid`] when that was another request, [`Error::TurnRunning`]
/// when it is not over.
pub(super) fn known(once: &Once, stored: &StoredAnswer) -> Result<Begun, Error> {
    if once.fingerprint != stored.fingerprint {
        return Err(Once::taken());
    }
    let memory = serde_json::from_str(&stored.answer).map_err(|e| Error::Internal(e.into()))?;
    let begun = match memory {
        Memory::Running { .. } => return Err(Error::TurnRunning),
        Memory::Answered(answered) => answered.read().map(|it| Begun::Replayed(Box::new(it))),
        Memory::Failed(failed) => failed.read().map(|it| Begun::Failed(Box::new(it))),
    };
    begun.ok_or_else(|| Error::Internal("a stored answer makes no sense".into()))
}

impl Answered {
    fn read(self) -> Option<Answer> {
        let conversation_id = ConversationId::new(self.conversation_id)?;
        let message = Message {
            id: MessageId::new(self.message_id)?,
            conversation_id,
            role: Role::Assistant,
            content: MessageContent::parse(self.content).ok()?,
            created_at: Timestamp::from_micros(self.created_at)?,
        };
        let Self { tool_calls, batch_id, provider, .. } = self;
        let batch_id = batch_id.as_deref().and_then(BatchId::parse);
        Some(Answer { conversation_id, message, tool_calls, batch_id, provider })
    }
}

impl Failed {
    fn read(self) -> Option<Failure> {
        let why = || format!("the same request failed before: {}", self.code);
        let error = match self.code.as_str() {
            "model_failed" => Error::ModelFailed(why()),
            "model_unavailable" => Error::ModelUnavailable { retry_after_seconds: 1 },
            "turn_timed_out" => Error::TurnTimedOut,
            "database_unavailable" => Error::Unavailable(why()),
            _ => Error::Internal(why().into()),
        };
        Some(Failure {
            error,
            conversation_id: ConversationId::new(self.conversation_id)?,
            batch_id: self.batch_id.as_deref().and_then(BatchId::parse),
            tool_calls: self.tool_calls,
        })
    }
}
