//! How a batch is undone: which tasks stand in the way, and what is to be done.

use std::collections::BTreeMap;

use crate::{Change, ChangeAction, NewChange, Task, TaskId, Timestamp};

/// Where a task is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the list.
    List(Box<Task>),
    /// In the trash.
    Trash(Box<Task>),
    /// Nowhere: it was removed for good.
    Gone,
}

/// What undoing does to one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It stays on the list and becomes another.
    Replace {
        /// As it is.
        before: Box<Task>,
        /// As it is to be.
        after: Box<Task>,
    },
    /// It goes to the trash.
    Trash {
        /// As it is on the list.
        before: Box<Task>,
        /// As it is to be in the trash.
        trashed: Box<Task>,
    },
    /// It comes back from the trash.
    Restore {
        /// As it is to be on the list.
        after: Box<Task>,
    },
}

/// A task that has changed since the batch, so that undoing would lose that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Which task.
    pub task_id: TaskId,
    /// What happened to it.
    pub reason: Reason,
    /// The task, if it is on the list.
    pub task: Option<Box<Task>>,
}

/// What happened to a task since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It changed, or came back from the trash.
    Changed,
    /// It went to the trash.
    Deleted,
    /// It was removed for good: nothing can bring it back.
    Purged,
}

impl Reason {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Purged => "purged",
        }
    }
}

/// Says how to put every task of a batch back to where and what it was.
///
/// `changes` are all changes of one batch in the order in which they were made,
/// `now_at` says where a task is now. With `force`, what happened since is
/// undone as well; a task that was removed for good stays gone.
///
/// # Errors
/// Without `force`: the tasks in the way, in the order of the changes.
pub fn plan_undo(
    changes: &[Change],
    mut now_at: impl FnMut(TaskId) -> Place,
    force: bool,
    now: Timestamp,
) -> Result<Vec<Step>, Vec<Obstacle>> {
    let (mut steps, mut obstacles) = (Vec::new(), Vec::new());
    // Later ones first: a task that another made is gone before that one changes.
    for span in spans(changes).iter().rev() {
        let place = now_at(span.task_id);
        match span.obstacle(&place) {
            Some(obstacle) if !force => obstacles.push(obstacle),
            _ => steps.extend(span.step(place, now)),
        }
    }
    obstacles.reverse();
    if obstacles.is_empty() { Ok(steps) } else { Err(obstacles) }
}

/// What a batch did to one task, from its first change to its last.
struct Span<'a> {
    task_id: TaskId,
    /// As it was on the list before; `None` when it was not there.
    before: Option<&'a Task>,
    last: &'a Change,
}

fn spans(changes: &[Change]) -> Vec<Span<'_>> {
    let mut places: BTreeMap<TaskId, usize> = BTreeMap::new();
    let mut spans: Vec<Span<'_>> = Vec::new();
    for change in changes {
        let task_id = change.change.task_id;
        if let Some(span) = places.get(&task_id).and_then(|place| spans.get_mut(*place)) {
            span.last = change;
            continue;
        }
        places.insert(task_id, spans.len());
        spans.push(Span { task_id, before: change.change.before.as_ref(), last: change });
    }
    spans
}

impl Span<'_> {
    /// Whether the task is not where and what the batch left it. What was
    /// changed and put back since is in nobody's way: so several batches can be
    /// undone one after the other, the last one first.
    fn obstacle(&self, place: &Place) -> Option<Obstacle> {
        let NewChange { before, after, .. } = &self.last.change;
        let (reason, task) = match (place, before, after) {
            (Place::List(task), _, Some(left)) if task.is_like(left) => return None,
            // In the trash a task stays what it was on the list.
            (Place::Trash(task), Some(left), None) if task.is_like(left) => return None,
            (Place::List(task), ..) => (Reason::Changed, Some(task.clone())),
            (Place::Trash(_), _, Some(_)) => (Reason::Deleted, None),
            (Place::Trash(_), ..) => (Reason::Changed, None),
            (Place::Gone, ..) => (Reason::Purged, None),
        };
        Some(Obstacle { task_id: self.task_id, reason, task })
    }

    fn step(&self, place: Place, now: Timestamp) -> Option<Step> {
        match (self.before, place) {
            (Some(earlier), Place::List(task)) if task.is_like(earlier) => None,
            (Some(earlier), Place::List(task)) => {
                let after = Box::new(task.put_back(earlier, now));
                Some(Step::Replace { before: task, after })
            }
            (Some(earlier), Place::Trash(task)) => {
                Some(Step::Restore { after: Box::new(task.put_back(earlier, now)) })
            }
            (None, Place::List(task)) => {
                let trashed = Box::new(task.clone().touched(now));
                Some(Step::Trash { before: task, trashed })
            }
            (None, Place::Trash(_)) | (_, Place::Gone) => None,
        }
    }
}

impl Step {
    /// What the history calls it.
    #[must_use]
    pub fn action(&self) -> ChangeAction {
        match self {
            Self::Replace { before, after } => ChangeAction::between(before, after),
            Self::Trash { .. } => ChangeAction::Deleted,
            Self::Restore { .. } => ChangeAction::Restored,
        }
    }
}

#[cfg(test)]
mod tests;
