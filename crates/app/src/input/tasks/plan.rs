//! What a body says of a task's plan: its due date, priority, labels, recurrence.

use rondo_domain::{
    DueDate, DueInput, Plan, Priority, Problem, RecurrenceFrom, RecurrenceRule, TagName, Tags,
    TaskPatch, TimeZoneName,
};

use crate::input::{Fields, nullable, text};

/// The longest list of labels that is looked through for repetitions.
const MAX_LISTED_TAGS: usize = 5 * Tags::MAX;

/// The fields of the plan; `None` is one that is absent, `Some(None)` one that
/// is null.
#[expect(clippy::option_option, reason = "absent, null and a value are three answers")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PlanInput {
    pub due: Option<Option<DueInput>>,
    pub priority: Option<Option<Priority>>,
    pub tags: Option<Tags>,
    pub rule: Option<Option<RecurrenceRule>>,
    pub from: Option<RecurrenceFrom>,
}

impl PlanInput {
    /// Reads the five fields, and notes what is wrong with them.
    pub(super) fn read(fields: &mut Fields) -> Option<Self> {
        let due = fields.optional("due_date", nullable(text(DueInput::parse)));
        let priority = fields.optional("priority", nullable(text(Priority::parse)));
        let tags = tags(fields);
        let rule = fields.optional("recurrence_rule", nullable(text(RecurrenceRule::parse)));
        let from = fields.optional("recurrence_from", text(RecurrenceFrom::parse));
        // The word 'none' is another way to say null.
        let priority = priority?.map(Option::flatten);
        Some(Self { due: due?, priority, tags: tags?, rule: rule?, from: from? })
    }

    /// Whether it takes the owner's time zone to store or to show a task that
    /// has nothing but this.
    pub(super) const fn needs_settings(&self) -> bool {
        matches!(self.due, Some(Some(_)))
    }

    /// Notes that a rule has no due date to count from, where that is certain.
    pub(super) fn refuse_rule_without_due(&self, fields: &mut Fields) {
        if matches!(self.rule, Some(Some(_))) && !matches!(self.due, Some(Some(_))) {
            fields.refuse("recurrence_rule", Plan::NEEDS_DUE);
        }
    }

    /// Notes a choice that chooses nothing.
    pub(super) fn refuse_from_without_rule(&self, fields: &mut Fields) {
        let chooses = self.from.is_some_and(|from| from != RecurrenceFrom::default());
        if chooses && !matches!(self.rule, Some(Some(_))) {
            fields.refuse("recurrence_from", Plan::NEEDS_RULE);
        }
    }

    /// The due date in this time zone.
    #[expect(clippy::option_option, reason = "absent, null and a value are three answers")]
    pub(super) fn due_date(&self, zone: &TimeZoneName) -> Option<Option<DueDate>> {
        self.due.map(|due| due.map(|due| due.due_date(zone)))
    }

    /// These fields as a change, and nothing else.
    pub(super) fn into_patch(self, zone: &TimeZoneName) -> TaskPatch {
        TaskPatch {
            due: self.due_date(zone),
            priority: self.priority,
            tags: self.tags,
            recurrence_rule: self.rule,
            recurrence_from: self.from,
            ..TaskPatch::default()
        }
    }
}

#[expect(clippy::option_option, reason = "a problem, nothing and a value are three answers")]
fn tags(fields: &mut Fields) -> Option<Option<Tags>> {
    let Some(names) =
        fields.list("tags", 0..=MAX_LISTED_TAGS, |name| text(TagName::parse)(name))?
    else {
        return Some(None);
    };
    let found = names.len();
    let tags = Tags::new(names).ok();
    if tags.is_none() {
        fields.refuse("tags", Problem::TooManyItems { max: Tags::MAX, found });
    }
    tags.map(Some)
}
