//! What a conversation remembers from one turn to the next, besides what was
//! said: which tasks "the second one" and "it" are, and what was asked.
//!
//! It is the server's memory and never the model's: nothing that is said in a
//! conversation can change what a "yes" means.

use rondo_domain::TaskId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// A change to take back, as the tool `undo` is asked; only a language
    /// model asks for it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Value>,
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
}

impl Question {
    /// The most tasks that one "yes" deletes.
    pub const MAX_TASKS: usize = 50;
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
