//! What a turn is remembered as under an `Idempotency-Key`: running at first,
//! then how it ended.
//!
//! The mark of a turn that runs stays for a day, although its lease does not: a
//! process that died may have changed tasks before, and the history of its
//! batch knows.
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
    Running(Running),
    Answered(Answered),
    Failed(Failed),
}

/// A turn that has begun, and whose end is not known.
#[derive(Serialize, Deserialize)]
pub(super) struct Running {
    turn_id: String,
    conversation_id: i64,
    /// What it changes, if it does.
    batch_id: String,
    /// The end of its lease, in microseconds since 1970.
    until: i64,
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

/// What a key stands for.
pub(super) enum Known {
    /// The turn is over.
    Begun(Box<Begun>),
    /// It still runs, or was another one.
    Refused(Error),
    /// Its lease is over, and it has not said how it ended.
    Lost(Running),
}

/// What came of the request when it was sent first.
pub(super) fn known(once: &Once, stored: &StoredAnswer, now: Timestamp) -> Known {
    if once.fingerprint != stored.fingerprint {
        return Known::Refused(Once::taken());
    }
    let begun = match serde_json::from_str(&stored.answer) {
        Ok(Memory::Running(running)) if running.until <= now.as_micros() => {
            return Known::Lost(running);
        }
        Ok(Memory::Running(_)) => return Known::Refused(Error::TurnRunning),
        Ok(Memory::Answered(answered)) => answered.read().map(|it| Begun::Replayed(Box::new(it))),
        Ok(Memory::Failed(failed)) => failed.read().map(|it| Begun::Failed(Box::new(it))),
        Err(error) => return Known::Refused(Error::Internal(error.into())),
    };
    match begun {
        Some(begun) => Known::Begun(Box::new(begun)),
        None => Known::Refused(Error::Internal("a stored answer makes no sense".into())),
    }
}

impl Running {
    pub fn new(
        (turn_id, batch_id): (&str, &BatchId),
        place: ConversationId,
        until: Timestamp,
    ) -> Self {
        Self {
            turn_id: turn_id.to_owned(),
            conversation_id: place.get(),
            batch_id: batch_id.to_string(),
            until: until.as_micros(),
        }
    }

    /// The batch of what the turn has changed, if it has.
    pub fn batch_id(&self) -> Option<BatchId> {
        BatchId::parse(&self.batch_id)
    }

    /// The end of a turn that was lost after it had changed tasks. Which calls
    /// it made died with it.
    pub fn failure(&self) -> Option<Failure> {
        Some(Failure {
            error: Error::TurnTimedOut,
            conversation_id: ConversationId::new(self.conversation_id)?,
            tool_calls: Vec::new(),
            batch_id: self.batch_id(),
        })
    }
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
