//! What a write has to do with other writes of the same user.

use rondo_domain::TaskId;

/// What a write reads or changes, besides its owner's counters and history.
///
/// On PostgreSQL writes of one user that arrive together share a transaction,
/// and those that have nothing to do with each other run side by side in it. Two
/// that do must not: each would see the rows before the other's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touches {
    task: Touched,
    key: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Touched {
    Anything,
    NewTask,
    Task(TaskId),
}

impl Touches {
    /// Nobody knows: it runs by itself.
    #[must_use]
    pub const fn anything() -> Self {
        Self { task: Touched::Anything, key: None }
    }

    /// A task that is not there yet.
    #[must_use]
    pub const fn new_task() -> Self {
        Self { task: Touched::NewTask, key: None }
    }

    /// One task, and perhaps new ones.
    #[must_use]
    pub const fn task(id: TaskId) -> Self {
        Self { task: Touched::Task(id), key: None }
    }

    /// The same with an Idempotency-Key: of two with the same key the second
    /// waits for what comes of the first.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// Whether two writes may have something to do with each other.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let same_task = match (self.task, other.task) {
            (Touched::Anything, _) | (_, Touched::Anything) => true,
            (Touched::Task(one), Touched::Task(other)) => one == other,
            (Touched::NewTask, _) | (_, Touched::NewTask) => false,
        };
        same_task || (self.key.is_some() && self.key == other.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_meet_at_a_task_or_at_a_key() {
        let task = |id| Touches::task(TaskId::new(id).expect("a small number is an id"));
        let all = [Touches::anything(), Touches::new_task(), task(1), task(2)];
        for (one, other, expected) in [
            (0, 1, true),
            (0, 2, true),
            (0, 0, true),
            (1, 1, false),
            (1, 2, false),
            (2, 2, true),
            (2, 3, false),
        ] {
            assert_eq!(all[one].meets(&all[other]), expected, "{one} and {other}");
            assert_eq!(all[other].meets(&all[one]), expected, "{other} and {one}");
        }
        let keyed = |touches: &Touches, key| touches.clone().with_key(key);
        assert!(keyed(&all[1], "k").meets(&keyed(&all[2], "k")));
        assert!(!keyed(&all[1], "k").meets(&keyed(&all[2], "l")));
        assert!(!keyed(&all[1], "k").meets(&all[2]));
    }
}
