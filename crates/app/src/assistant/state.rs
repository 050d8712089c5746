//! What a conversation remembers from one turn to the next, besides what was
//! said: which tasks "the second one" and "it" are, and what was asked.
//!
//! It is the server's memory and never the model's: nothing that is said in a
//! conversation can change what a "yes" means.

use rondo_domain::{BatchId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a conversation remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ConversationState {
    /// The tasks that were named last, in that order.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "ids")]
    pub named: Vec<TaskId>,
    /// The one that was talked about last.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "id")]
    pub last: Option<TaskId>,
    /// What was asked, and waits for a "yes".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// What is to be done to one of the tasks named, when somebody says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub which: Option<Which>,
    /// An order that was asked about, "Shall I do that?", and waits for a "yes".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shall: Option<Which>,
    /// The batches of what was done here and is not undone yet, the latest
    /// last: what others do meanwhile is not for "undo" to take back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
    /// The batch of the last undoing: undoing that is redo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<String>,
}

/// A message that could not be obeyed, because its task had to be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Which {
    /// What was said.
    pub message: String,
    /// When, in microseconds since 1970: "tomorrow" is the day after that.
    pub at: i64,
}

/// What takes something away, and is not done before the user has said so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Question {
    /// Tasks to delete, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delete: Vec<Doomed>,
    /// A change to take back; only a language model asks for it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<TakenBack>,
    /// How many more tasks there were than are asked about.
    #[serde(default)]
    pub left: i64,
    /// When it was asked, in microseconds since 1970.
    #[serde(default)]
    pub asked_at: i64,
}

/// A change that somebody wants to take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TakenBack {
    /// Which: what is done after the question is not meant.
    pub batch_id: String,
    /// What it did, as the question said it.
    pub did: String,
}

/// A task that somebody wants to be deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Doomed {
    /// Which.
    #[serde(with = "id_alone")]
    pub id: TaskId,
    /// What it was called when the question was asked.
    pub title: String,
}

impl ConversationState {
    /// The most tasks that are remembered as named.
    pub const MAX_NAMED: usize = 100;
    /// How often "undo" goes back.
    const MAX_DONE: usize = 20;

    /// Remembers a batch that has changed tasks. An undoing is remembered as
    /// one already.
    pub fn did(&mut self, batch_id: &BatchId) {
        let batch_id = batch_id.as_str();
        let is_known = |known: &String| known == batch_id;
        if self.undone.as_ref().is_some_and(is_known) || self.done.iter().any(is_known) {
            return;
        }
        self.done.push(batch_id.to_owned());
        let excess = self.done.len().saturating_sub(Self::MAX_DONE);
        self.done.drain(..excess);
    }
}

impl Which {
    /// Whether a "yes" comes too late to be the answer.
    pub const fn is_over(&self, now: Timestamp) -> bool {
        now.as_micros().saturating_sub(self.at) > Question::MINUTES * 60 * 1_000_000
    }
}

impl Question {
    /// The most tasks that one "yes" deletes.
    pub const MAX_TASKS: usize = 50;
    /// For how long a "yes" is an answer to it. Later, nobody remembers what
    /// exactly was asked.
    pub const MINUTES: i64 = 15;

    /// Whether a "yes" comes too late.
    pub const fn is_over(&self, now: Timestamp) -> bool {
        now.as_micros().saturating_sub(self.asked_at) > Self::MINUTES * 60 * 1_000_000
    }
}

/// An id as its number.
mod id_alone {
    use rondo_domain::TaskId;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
    pub(super) fn serialize<S: Serializer>(id: &TaskId, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(id.get())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TaskId, D::Error> {
        TaskId::new(i64::deserialize(from)?).ok_or_else(|| D::Error::custom("no id of a task"))
    }
}

/// An id that may be missing.
mod id {
    use rondo_domain::TaskId;
    use serde::{Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde passes it so")]
    pub(super) fn serialize<S: Serializer>(id: &Option<TaskId>, to: S) -> Result<S::Ok, S::Error> {
        id.map(TaskId::get).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<TaskId>, D::Error> {
        super::id_alone::deserialize(from).map(Some)
    }
}

/// Several ids.
mod ids {
    use rondo_domain::TaskId;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(ids: &[TaskId], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(ids.iter().map(|id| id.get()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<TaskId>, D::Error> {
        let numbers = Vec::<i64>::deserialize(from)?;
        let ids: Option<Vec<TaskId>> = numbers.into_iter().map(TaskId::new).collect();
        ids.ok_or_else(|| D::Error::custom("no id of a task"))
    }
}
