//! A turn: from a message that is stored to an answer that is.
//!
//! Every step is a transaction of its own, and none waits for a model. What a
//! turn has done stays done when it fails afterwards.

mod begin;
mod claims;
mod consent;
mod end;
mod memory;
mod prompt;
mod question;
mod rounds;
mod run;
#[cfg(test)]
mod tests;
mod window;

use std::time::Duration;

use rondo_domain::{ConversationId, Message, UserSettings};
use rondo_store::Said;
use tokio::time::Instant;

use self::memory::Key;
use super::state::ConversationState;
use crate::{App, Batch};

pub use begin::begin;

/// How long a turn may take.
const TIMEOUT: Duration = Duration::from_secs(45);
/// How long a turn has its conversation: it may end a step that it began in
/// time. Whoever dies blocks the conversation for no longer.
const LEASE_SECONDS: i64 = 60;

/// A turn that has begun: the message is stored, and the conversation is its
/// until it ends. One that is dropped leaves it blocked for a minute.
pub struct Turn {
    app: App,
    batch: Batch,
    /// Names the turn in the database.
    id: String,
    conversation_id: ConversationId,
    /// What the user said.
    message: Message,
    /// What was said before, as far as an answer may need it.
    past: Vec<Said>,
    state: ConversationState,
    settings: UserSettings,
    /// What its answer is remembered under.
    key: Option<Key>,
    deadline: Instant,
}

impl Turn {
    /// The conversation, which may be a new one.
    #[must_use]
    pub const fn conversation_id(&self) -> ConversationId {
        self.conversation_id
    }
}
