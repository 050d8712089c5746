//! How a task changes: by a patch, by being done, by going to the trash.

use super::{NewTask, Plan, Task, TaskPatch};
use crate::{Problem, Recurrence, TaskCounts, TimeZoneName, Timestamp};

/// What became of a task that was asked to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskChange {
    /// It was like that already: nothing to store, version and `updated_at` stay.
    Unchanged(Box<Task>),
    /// It changed.
    Changed(Box<Changed>),
}

/// A task that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// As it was.
    pub before: Task,
    /// As it is now.
    pub after: Task,
    /// The task that follows because this one was done and recurs. Whoever
    /// stores it puts its id into `after.next_task_id`.
    pub follow_up: Option<NewTask>,
}

/// A field of the plan that does not go with the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanProblem {
    /// The field's name in the API.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

impl TaskChange {
    /// The task as it is now.
    #[must_use]
    pub fn into_task(self) -> Task {
        match self {
            Self::Unchanged(task) => *task,
            Self::Changed(changed) => changed.after,
        }
    }
}

impl Changed {
    /// By how much the owner's totals move, the task that follows left out.
    #[must_use]
    pub fn counts(&self) -> TaskCounts {
        let completed = i64::from(self.after.completed) - i64::from(self.before.completed);
        TaskCounts { all: 0, completed }
    }
}

impl Plan {
    /// Nothing planned.
    pub const NONE: Self =
        Self { due: None, priority: None, tags: crate::Tags::NONE, recurrence: None };
    /// What is wrong with a rule that has nothing to count from.
    pub const NEEDS_DUE: Problem =
        Problem::Refused { sentence: "a task that recurs needs a due date" };
    /// What is wrong with saying from where no rule counts.
    pub const NEEDS_RULE: Problem = Problem::Refused { sentence: "needs a recurrence_rule" };

    /// Whether due date and recurrence go together.
    ///
    /// # Errors
    /// A rule without a due date, or one that leads nowhere from it.
    pub fn check(&self, zone: &TimeZoneName) -> Result<(), PlanProblem> {
        let Some(recurrence) = &self.recurrence else {
            return Ok(());
        };
        let checked = match self.due {
            Some(due) => recurrence.check(due, zone),
            None => Err(Self::NEEDS_DUE),
        };
        checked.map_err(|problem| PlanProblem { field: "recurrence_rule", problem })
    }
}

impl Task {
    /// The smallest step of `updated_at`: what the API can show.
    const STEP_MICROS: i64 = 1_000;

    /// Applies a partial change.
    ///
    /// A task that recurs and is done by this change is followed by another,
    /// once: doing it again after it was reopened makes no second one.
    ///
    /// # Errors
    /// The due date and the recurrence do not go together any more.
    pub fn patched(
        self,
        mut patch: TaskPatch,
        now: Timestamp,
        zone: &TimeZoneName,
    ) -> Result<TaskChange, PlanProblem> {
        let mut after = self.clone();
        if let Some(title) = patch.title.take() {
            after.title = title;
        }
        if let Some(description) = patch.description.take() {
            after.description = description;
        }
        if let Some(completed) = patch.completed
            && completed != self.completed
        {
            after.completed = completed;
            after.completed_at = completed.then_some(now);
        }
        after.plan = self.plan.clone().patched(patch)?;
        if after == self {
            return Ok(TaskChange::Unchanged(Box::new(self)));
        }
        if after.plan != self.plan {
            after.plan.check(zone)?;
        }
        Ok(self.changed_to(after, now, zone))
    }

    /// Sets whether the task is done; `None` turns it around.
    #[must_use]
    pub fn with_completed(
        self,
        completed: Option<bool>,
        now: Timestamp,
        zone: &TimeZoneName,
    ) -> TaskChange {
        let completed = completed.unwrap_or(!self.completed);
        if completed == self.completed {
            return TaskChange::Unchanged(Box::new(self));
        }
        let completed_at = completed.then_some(now);
        let after = Self { completed, completed_at, ..self.clone() };
        self.changed_to(after, now, zone)
    }

    /// The same task once more, changed now: the version counts on, and
    /// `updated_at` moves even when the clock did not, so that two changes
    /// within a millisecond are still told apart by a client.
    #[must_use]
    pub fn touched(mut self, now: Timestamp) -> Self {
        self.version += 1;
        self.updated_at = now.max(self.updated_at.plus_micros(Self::STEP_MICROS));
        self
    }

    /// This task with everything a user sees as it was in `earlier`; what
    /// counts on (version, `updated_at`) counts on.
    #[must_use]
    pub fn put_back(&self, earlier: &Self, now: Timestamp) -> Self {
        let counted = self.clone().touched(now);
        Self { version: counted.version, updated_at: counted.updated_at, ..earlier.clone() }
    }

    /// Whether a user sees the same in both, apart from what counts on.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let Self { version, updated_at, .. } = *self;
        *self == Self { version, updated_at, ..other.clone() }
    }

    fn changed_to(self, after: Self, now: Timestamp, zone: &TimeZoneName) -> TaskChange {
        let after = after.touched(now);
        let is_done_now = after.completed && !self.completed;
        let follow_up = if is_done_now && after.next_task_id.is_none() {
            after.follow_up(now, zone)
        } else {
            None
        };
        TaskChange::Changed(Box::new(Changed { before: self, after, follow_up }))
    }

    /// The task that follows this one, which was done just now.
    fn follow_up(&self, now: Timestamp, zone: &TimeZoneName) -> Option<NewTask> {
        let Plan { due, priority, tags, recurrence } = &self.plan;
        let recurrence = recurrence.as_ref()?;
        let (due, rule) = recurrence.next_occurrence((*due)?, now, zone)?;
        let plan = Plan {
            due: Some(due),
            priority: *priority,
            tags: tags.clone(),
            recurrence: Some(Recurrence { rule, from: recurrence.from }),
        };
        let (title, description) = (self.title.clone(), self.description.clone());
        let previous_task_id = Some(self.id);
        Some(NewTask { title, description, completed: false, plan, previous_task_id })
    }
}

impl Plan {
    fn patched(mut self, patch: TaskPatch) -> Result<Self, PlanProblem> {
        self.due = patch.due.unwrap_or(self.due);
        self.priority = patch.priority.unwrap_or(self.priority);
        self.tags = patch.tags.unwrap_or(self.tags);
        let from = patch.recurrence_from;
        self.recurrence = match (patch.recurrence_rule, self.recurrence) {
            (Some(Some(rule)), earlier) => {
                let from = from.or(earlier.map(|earlier| earlier.from)).unwrap_or_default();
                Some(Recurrence { rule, from })
            }
            (None, Some(earlier)) => {
                Some(Recurrence { from: from.unwrap_or(earlier.from), ..earlier })
            }
            (None, None) if from.unwrap_or_default() != crate::RecurrenceFrom::default() => {
                let problem = Self::NEEDS_RULE;
                return Err(PlanProblem { field: "recurrence_from", problem });
            }
            (Some(None), _) | (None, None) => None,
        };
        Ok(self)
    }
}
