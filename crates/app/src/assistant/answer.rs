//! What comes of a turn, on the way and at its end.

use rondo_domain::{BatchId, ConversationId, Message};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::Turn;
use crate::error::Error;

/// How many events wait for a reader who is slow, before the turn waits.
pub(super) const EVENTS: usize = 64;

/// A turn that may begin, or one that is over already.
#[expect(clippy::large_enum_variant, reason = "there is one for each request, and nearly all run")]
pub enum Begun {
    /// The message is stored, and its answer is to be made.
    Turn(Turn),
    /// The same request was answered before, and this is the answer.
    Replayed(Box<Answer>),
    /// The same request was tried before, and failed after it had changed
    /// tasks: trying once more would change them twice.
    Failed(Box<Failure>),
}

/// The end of a turn that went well.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Where it was given.
    pub conversation_id: ConversationId,
    /// What the assistant said, as it is stored.
    pub message: Message,
    /// What it did, in that order.
    pub tool_calls: Vec<ToolCall>,
    /// The batch of what it changed; `None` when it has changed no task.
    pub batch_id: Option<BatchId>,
    /// Who answered: [`Answer::BUILTIN`] or [`Answer::MODEL`].
    pub provider: String,
}

impl Answer {
    /// The built-in assistant, which is no language model.
    pub const BUILTIN: &'static str = "builtin";
    /// A language model.
    pub const MODEL: &'static str = "openai-compatible";
}

/// A call of a tool, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Which tool.
    pub tool_name: String,
    /// What it was asked; what is no JSON object is shown as it came.
    pub arguments: Value,
    /// What it answered, as JSON text.
    pub result: String,
}

/// The end of a turn that failed. The user's message is stored nevertheless,
/// and what was done is done.
#[derive(Debug)]
pub struct Failure {
    /// Why.
    pub error: Error,
    /// Where.
    pub conversation_id: ConversationId,
    /// What was done before.
    pub tool_calls: Vec<ToolCall>,
    /// The batch of what was changed; `None` when no task has changed.
    pub batch_id: Option<BatchId>,
}

/// What happens in a turn. The texts of all [`TurnEvent::TextDelta`] together
/// are the message that is stored.
#[derive(Debug)]
pub enum TurnEvent {
    /// The next round begins: a text, calls, or both.
    StepStart,
    /// Some more of the text.
    TextDelta(String),
    /// A tool is called.
    ToolCall {
        /// Names the call within the turn.
        id: String,
        /// Which tool.
        name: String,
        /// What it is asked.
        arguments: Value,
    },
    /// A tool has answered.
    ToolResult {
        /// The call.
        id: String,
        /// The answer.
        result: Value,
        /// Whether it refused.
        is_error: bool,
    },
    /// The round is over.
    StepEnd,
    /// The turn went well. Nothing follows.
    Finished(Box<Answer>),
    /// The turn failed. Nothing follows.
    Failed(Box<Failure>),
}

/// The events of a turn that runs. Dropping them stops the turn before its
/// next step, unless its request had a key: then somebody will ask again.
#[derive(Debug)]
pub struct TurnEvents {
    pub(super) conversation_id: ConversationId,
    pub(super) receiver: mpsc::Receiver<TurnEvent>,
    pub(super) has_ended: bool,
    /// Stops a turn that goes on without listeners.
    pub(super) stop: watch::Sender<bool>,
    /// The turn itself.
    pub(super) task: JoinHandle<()>,
}

impl TurnEvents {
    /// The next event; `None` after the last one, which is always
    /// [`TurnEvent::Finished`] or [`TurnEvent::Failed`].
    pub async fn next(&mut self) -> Option<TurnEvent> {
        if self.has_ended {
            return None;
        }
        let event = self.receiver.recv().await.unwrap_or_else(|| self.broken());
        self.has_ended = matches!(event, TurnEvent::Finished(_) | TurnEvent::Failed(_));
        Some(event)
    }

    /// Ends the turn before its next step, also one whose request had a key,
    /// and waits until it has stored how far it came.
    pub async fn stop(&mut self) {
        // Nobody to hear it is a turn that has ended.
        let _ = self.stop.send(true);
        self.receiver.close();
        // A turn that panicked has ended too.
        let _ = (&mut self.task).await;
    }

    /// The turn has panicked, or the process is about to end.
    fn broken(&self) -> TurnEvent {
        TurnEvent::Failed(Box::new(Failure {
            error: Error::Internal("a turn ended without an end".into()),
            conversation_id: self.conversation_id,
            tool_calls: Vec::new(),
            batch_id: None,
        }))
    }
}
