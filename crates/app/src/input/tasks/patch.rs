//! A partial change of a task, as clients send it.

use rondo_domain::{Description, TaskPatch, Title, UserSettings};
use serde_json::Value;

use super::{description, plan::PlanInput};
use crate::{
    error::{Error, Location},
    input::{Fields, boolean, nullable, parse_object, text},
};

/// A partial change. What it means may depend on the owner's time zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskPatchInput {
    title: Option<Title>,
    #[expect(clippy::option_option, reason = "absent, null and a value are three answers")]
    description: Option<Option<Description>>,
    completed: Option<bool>,
    plan: PlanInput,
}

/// Absent fields stay; null clears the description, the due date, the priority
/// or the recurrence, and no other field may be null.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn task_patch(body: Value) -> Result<TaskPatchInput, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let patch = TaskPatchInput::read(&mut fields);
    fields.finish(|| patch)
}

impl TaskPatchInput {
    pub(super) fn read(fields: &mut Fields) -> Option<Self> {
        let title = fields.optional("title", text(Title::parse));
        let description = fields.optional("description", nullable(text(description)));
        let completed = fields.optional("completed", boolean);
        let plan = PlanInput::read(fields);
        if let Some(plan) = &plan {
            // Whatever the task has now: this takes its date away.
            if plan.due == Some(None) {
                plan.refuse_rule_without_due(fields);
            }
            if plan.rule == Some(None) {
                plan.refuse_from_without_rule(fields);
            }
        }
        Some(Self { title: title?, description: description?, completed: completed?, plan: plan? })
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The change, for an owner with these settings.
    pub(crate) fn resolve(self, settings: &UserSettings) -> TaskPatch {
        let Self { title, description, completed, plan } = self;
        TaskPatch { title, description, completed, ..plan.into_patch(&settings.time_zone) }
    }
}
