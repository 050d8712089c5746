//! Which task is to be changed, and in which state it has to be for that.

use rondo_domain::TaskId;

/// A task that is to be changed, on a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which task.
    pub id: TaskId,
    /// What it has to be; `None`: whatever it is.
    pub if_match: Option<IfMatch>,
}

/// A condition on the version of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// There is one at all.
    Any,
    /// It is one of these.
    Versions(Vec<i64>),
}

impl From<TaskId> for Target {
    /// The task, whatever it is.
    fn from(id: TaskId) -> Self {
        Self { id, if_match: None }
    }
}

impl Target {
    /// Whether a task of this version may be changed.
    pub(super) fn is_met_by(&self, version: i64) -> bool {
        match &self.if_match {
            None | Some(IfMatch::Any) => true,
            Some(IfMatch::Versions(versions)) => versions.contains(&version),
        }
    }
}
