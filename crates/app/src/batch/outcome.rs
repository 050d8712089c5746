//! What a write gives, in a form that is stored with its key.
//!
//! Not the bytes of an answer: the door that is asked again renders it again,
//! the same way.

use rondo_domain::{ShownTask, Snapshot, Timestamp, UserId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a write gives. What must not lie around in clear is sealed before it
/// becomes one.
pub(crate) trait Outcome: Sized + Send + 'static {
    /// The form in which it is stored.
    type Stored: Serialize + DeserializeOwned + Send;

    /// The form in which it is stored.
    fn to_stored(&self) -> Self::Stored;

    /// What was stored for this user; `None` when it is none of ours.
    fn from_stored(stored: Self::Stored, owner: &UserId) -> Option<Self>;
}

impl Outcome for () {
    type Stored = ();

    fn to_stored(&self) {}

    fn from_stored((): (), _: &UserId) -> Option<Self> {
        Some(())
    }
}

impl Outcome for i64 {
    type Stored = Self;

    fn to_stored(&self) -> Self {
        *self
    }

    fn from_stored(stored: Self, _: &UserId) -> Option<Self> {
        Some(stored)
    }
}

/// A task as it was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredTask {
    task: Snapshot,
    /// Microseconds since 1970. Stored, because the owner's time zone may be
    /// another one by the time the answer is given again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
}

impl Outcome for ShownTask {
    type Stored = StoredTask;

    fn to_stored(&self) -> StoredTask {
        let due_at = self.due_at.map(Timestamp::as_micros);
        StoredTask { task: Snapshot::from(&self.task), due_at }
    }

    fn from_stored(stored: StoredTask, owner: &UserId) -> Option<Self> {
        let due_at = match stored.due_at {
            Some(micros) => Some(Timestamp::from_micros(micros)?),
            None => None,
        };
        Some(Self { task: stored.task.into_task(owner)?, due_at })
    }
}

impl<T: Outcome> Outcome for Vec<T> {
    type Stored = Vec<T::Stored>;

    fn to_stored(&self) -> Self::Stored {
        self.iter().map(T::to_stored).collect()
    }

    fn from_stored(stored: Self::Stored, owner: &UserId) -> Option<Self> {
        stored.into_iter().map(|stored| T::from_stored(stored, owner)).collect()
    }
}
