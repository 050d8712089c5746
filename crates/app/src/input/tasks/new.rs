//! A task to create, as clients send it: field by field, as a line of text, or
//! both.

use rondo_domain::{
    Description, NewTask, Plan, QuickAdd, Recurrence, RecurrenceFrom, Timestamp, Title,
    UserSettings,
};
use serde_json::Value;

use super::{description, plan::PlanInput};
use crate::{
    error::{Error, Location},
    input::{Fields, Line, boolean, line, nullable, parse_object, text},
};

/// A task to create. What it means may depend on its owner's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskInput {
    /// What is not said by a field is read from here.
    line: Option<Line>,
    title: Option<Title>,
    description: Option<Description>,
    completed: bool,
    plan: PlanInput,
}

/// `title` is required unless there is a `text` to read one from. A field that
/// is given wins over what the text says, also when it is given as null.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn new_task(body: Value) -> Result<TaskInput, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let line = fields.optional(line::FIELD, nullable(text(Line::parse)));
    let has_line = !matches!(line, Some(None | Some(None)));
    let title = title(&mut fields, has_line);
    let description = fields.optional("description", nullable(text(description)));
    let completed = fields.optional("completed", boolean);
    let plan = PlanInput::read(&mut fields);
    if let Some(plan) = plan.as_ref().filter(|_| !has_line) {
        plan.refuse_rule_without_due(&mut fields);
        plan.refuse_from_without_rule(&mut fields);
    }
    fields.finish(|| {
        Some(TaskInput {
            line: line?.flatten(),
            title: title?,
            description: description?.flatten(),
            completed: completed?.unwrap_or(false),
            plan: plan?,
        })
    })
}

#[expect(clippy::option_option, reason = "a problem, nothing and a value are three answers")]
fn title(fields: &mut Fields, has_line: bool) -> Option<Option<Title>> {
    if has_line {
        fields.optional("title", text(Title::parse))
    } else {
        fields.required("title", text(Title::parse)).map(Some)
    }
}

impl TaskInput {
    /// Whether the task cannot be stored or shown without what its owner has
    /// chosen: the settings cost a read.
    pub(crate) const fn needs_settings(&self) -> bool {
        self.line.is_some() || self.plan.needs_settings()
    }

    /// The task, for an owner with these settings at this moment.
    ///
    /// # Errors
    /// [`Error::Invalid`] when too much is left to be a title, or due date and
    /// recurrence do not go together.
    pub(crate) fn resolve(self, now: Timestamp, settings: &UserSettings) -> Result<NewTask, Error> {
        let zone = &settings.time_zone;
        let read = self.line.as_ref().map(|line| line.read(now, settings)).transpose()?;
        let (read_title, read) = read.map_or((None, Plan::NONE), taken_apart);
        let title = self.title.or(read_title);
        let title =
            title.ok_or_else(|| Error::Internal("a task has neither title nor text".into()))?;
        let (due, given) = (self.plan.due_date(zone), self.plan);
        let rule = given.rule.unwrap_or_else(|| {
            // Whoever says that there is no date does not mean the one that a
            // recurrence in the text would begin with.
            read.recurrence.map(|recurrence| recurrence.rule).filter(|_| due != Some(None))
        });
        let from = given.from;
        let plan = Plan {
            due: due.unwrap_or(read.due),
            priority: given.priority.unwrap_or(read.priority),
            tags: given.tags.unwrap_or(read.tags),
            recurrence: rule.map(|rule| Recurrence { rule, from: from.unwrap_or_default() }),
        };
        plan.check(zone)?;
        let (description, completed) = (self.description, self.completed);
        Ok(NewTask { title, description, completed, plan, previous_task_id: None })
    }
}

fn taken_apart(read: QuickAdd) -> (Option<Title>, Plan) {
    let QuickAdd { title, due, priority, tags, recurrence: rule, spans: _ } = read;
    let recurrence = rule.map(|rule| Recurrence { rule, from: RecurrenceFrom::default() });
    (Some(title), Plan { due, priority, tags, recurrence })
}
