//! A task as it is written into the history, the trash and stored answers.
//!
//! Fields that are empty are left out, and unknown ones are ignored, so that
//! what an older version wrote is still read. It is not what clients see: that
//! has every field, and the moment of the due date.

use serde::{Deserialize, Serialize};

use crate::{
    Description, DueDate, Plan, Priority, Recurrence, RecurrenceFrom, RecurrenceRule, TagName,
    Tags, Task, TaskId, TimeZoneName, Timestamp, Title, UserId,
};

/// What a task is, in types that every format has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    id: i64,
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    completed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    priority: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recurrence_rule: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recurrence_from: Option<String>,
    version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_task_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_task_id: Option<i64>,
    /// Microseconds since 1970, as all moments here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    completed_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl From<&Task> for Snapshot {
    fn from(task: &Task) -> Self {
        let Plan { due, priority, tags, recurrence } = &task.plan;
        Self {
            id: task.id.get(),
            title: task.title.as_str().to_owned(),
            description: task.description.as_ref().map(|text| text.as_str().to_owned()),
            completed: task.completed,
            due_date: due.map(|due| due.to_string()),
            priority: priority.map(|priority| priority.as_str().to_owned()),
            tags: tags.as_slice().iter().map(|tag| tag.as_str().to_owned()).collect(),
            recurrence_rule: recurrence.as_ref().map(|recurrence| recurrence.rule.to_string()),
            recurrence_from: recurrence
                .as_ref()
                .map(|recurrence| recurrence.from.as_str().to_owned()),
            version: task.version,
            previous_task_id: task.previous_task_id.map(TaskId::get),
            next_task_id: task.next_task_id.map(TaskId::get),
            completed_at: task.completed_at.map(Timestamp::as_micros),
            created_at: task.created_at.as_micros(),
            updated_at: task.updated_at.as_micros(),
        }
    }
}

impl Snapshot {
    /// The task again; `None` when this is none of ours.
    #[must_use]
    pub fn into_task(self, owner: &UserId) -> Option<Task> {
        let plan = self.plan()?;
        let id = |id: Option<i64>| id.map(|id| TaskId::new(id).ok_or(())).transpose().ok();
        let completed_at = match self.completed_at {
            Some(micros) => Some(Timestamp::from_micros(micros)?),
            None => None,
        };
        Some(Task {
            id: TaskId::new(self.id)?,
            user_id: owner.clone(),
            title: Title::parse(&self.title).ok()?,
            description: self.description.map(Description::parse).transpose().ok()?,
            completed: self.completed,
            plan,
            version: self.version,
            previous_task_id: id(self.previous_task_id)?,
            next_task_id: id(self.next_task_id)?,
            completed_at,
            created_at: Timestamp::from_micros(self.created_at)?,
            updated_at: Timestamp::from_micros(self.updated_at)?,
        })
    }

    fn plan(&self) -> Option<Plan> {
        let due = self.due_date.as_deref().map(|due| DueDate::parse(due, &TimeZoneName::UTC));
        let priority = match &self.priority {
            Some(word) => Priority::parse(word).ok()?,
            None => None,
        };
        let names: Result<Vec<_>, _> = self.tags.iter().map(|tag| TagName::parse(tag)).collect();
        let recurrence = match &self.recurrence_rule {
            Some(rule) => {
                let from = self.recurrence_from.as_deref().map(RecurrenceFrom::parse);
                let from = from.transpose().ok()?.unwrap_or_default();
                Some(Recurrence { rule: RecurrenceRule::parse(rule).ok()?, from })
            }
            None => None,
        };
        let tags = Tags::new(names.ok()?).ok()?;
        Some(Plan { due: due.transpose().ok()?, priority, tags, recurrence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> UserId {
        UserId::parse("ada").expect("a test id is valid")
    }

    fn full() -> Task {
        let moment = |micros| Timestamp::from_micros(micros).expect("a test moment is valid");
        let tags = ["Home", "work"].map(|tag| TagName::parse(tag).expect("a test tag is valid"));
        let rule = RecurrenceRule::parse("weekdays").expect("a test rule is valid");
        Task {
            id: TaskId::new(5).expect("a test id is valid"),
            user_id: owner(),
            title: Title::parse("Buy \"milk\"").expect("a test title is valid"),
            description: Description::parse(" two\nlines ".to_owned()).ok(),
            completed: true,
            plan: Plan {
                due: DueDate::parse("2026-11-22T17:00", &TimeZoneName::UTC).ok(),
                priority: Some(Priority::High),
                tags: Tags::new(tags.to_vec()).expect("two tags"),
                recurrence: Some(Recurrence { rule, from: RecurrenceFrom::Completion }),
            },
            version: 7,
            previous_task_id: TaskId::new(4),
            next_task_id: TaskId::new(6),
            completed_at: Some(moment(1_234_567)),
            created_at: moment(-1),
            updated_at: moment(1_234_568),
        }
    }

    #[test]
    fn a_task_survives_with_everything_it_has() {
        for task in [full(), Task { plan: Plan::NONE, description: None, ..full() }] {
            assert_eq!(Snapshot::from(&task).into_task(&owner()), Some(task));
        }
    }

    #[test]
    fn what_no_task_can_be_is_none() {
        let snapshot = || Snapshot::from(&full());
        for broken in [
            Snapshot { id: 0, ..snapshot() },
            Snapshot { title: " ".to_owned(), ..snapshot() },
            Snapshot { due_date: Some("soon".to_owned()), ..snapshot() },
            Snapshot { priority: Some("p9".to_owned()), ..snapshot() },
            Snapshot { tags: vec![String::new()], ..snapshot() },
            Snapshot { recurrence_rule: Some("FREQ=SECONDLY".to_owned()), ..snapshot() },
            Snapshot { next_task_id: Some(-1), ..snapshot() },
            Snapshot { updated_at: i64::MAX, ..snapshot() },
        ] {
            assert_eq!(broken.clone().into_task(&owner()), None, "{broken:?}");
        }
    }
}
