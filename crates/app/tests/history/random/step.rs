//! One thing that ada may do, drawn from all that there are.

use std::collections::BTreeMap;

use rondo_app::{
    App, Batch, Done, Error,
    history::{UndoTarget, undo},
    input, tags, tasks,
};
use rondo_domain::{BatchId, Task, TaskId};
use serde_json::{Map, Value, json};

use super::dice::Dice;
use crate::support::State;

#[derive(Clone, Debug)]
pub(super) enum Step {
    Create(Value),
    Update(TaskId, Value),
    Toggle(TaskId),
    Delete(TaskId),
    Restore(TaskId),
    Purge(TaskId),
    EmptyTrash,
    Bulk(Value),
    RenameTag(&'static str, &'static str),
    DeleteTag(&'static str),
    Undo(BatchId, bool),
}

/// What a step has made.
pub(super) struct Made {
    pub(super) batch_id: BatchId,
    /// Whether it cannot be undone.
    pub(super) is_final: bool,
}

const TITLES: [&str; 6] = ["Milk", "milk", "Straße", "买牛奶", "a \"quote\"\n", "🦀 crab"];
const DATES: [&str; 5] =
    ["2026-11-30", "2027-01-31", "2028-02-29T09:30", "2026-11-22T00:00", "2026-03-29T02:30"];
const RULES: [&str; 6] =
    ["daily", "weekdays", "monthly", "FREQ=DAILY;COUNT=2", "yearly", "FREQ=WEEKLY;UNTIL=20270101"];
const TAGS: [&str; 5] = ["home", "Work", "work", "ünï", "a b"];

impl Step {
    pub(super) fn draw(dice: &mut Dice, state: &State, batches: &[BatchId]) -> Self {
        let (listed, trashed) = (drawn(dice, &state.list), drawn(dice, &state.trash));
        match (dice.roll(20), listed, trashed) {
            (3..=6, Some(id), _) => Self::Update(id, patch(dice)),
            (7..=9, Some(id), _) => Self::Toggle(id),
            (10 | 11, Some(id), _) => Self::Delete(id),
            (12, _, Some(id)) => Self::Restore(id),
            (13, _, Some(id)) if dice.once_in(2) => Self::Purge(id),
            (13, _, Some(_)) if dice.once_in(4) => Self::EmptyTrash,
            (14 | 15, Some(_), _) => Self::Bulk(bulk(dice, state)),
            (16, ..) => Self::RenameTag(tag(dice), tag(dice)),
            (17, ..) => Self::DeleteTag(tag(dice)),
            (18 | 19, ..) if !batches.is_empty() => {
                Self::Undo(dice.pick(batches).clone(), dice.once_in(2))
            }
            _ => Self::Create(new(dice)),
        }
    }

    /// Does it; `None` when it was refused or changed nothing.
    pub(super) async fn make(&self, app: &App, batch: &Batch) -> Option<Made> {
        let is_final = matches!(self, Self::Purge(_) | Self::EmptyTrash);
        match self.run(app, batch).await {
            Ok(batch_id) => Some(Made { batch_id: batch_id?, is_final }),
            Err(Error::Invalid(_) | Error::UndoConflict(_) | Error::NotFound(_)) => None,
            Err(error) => panic!("{self:?}: {error:?}"),
        }
    }

    async fn run(&self, app: &App, batch: &Batch) -> Result<Option<BatchId>, Error> {
        match self.clone() {
            Self::Create(body) => by(tasks::create(app, batch, input::new_task(body)?).await),
            Self::Update(id, body) => {
                by(tasks::update(app, batch, id.into(), input::task_patch(body)?).await)
            }
            Self::Toggle(id) => by(tasks::set_completed(app, batch, id.into(), None).await),
            Self::Delete(id) => by(tasks::delete(app, batch, id.into()).await),
            Self::Restore(id) => by(tasks::restore(app, batch, id).await),
            Self::Purge(id) => by(tasks::purge(app, batch, id).await),
            Self::EmptyTrash => by(tasks::empty_trash(app, batch).await),
            Self::Bulk(body) => by(tasks::bulk(app, batch, input::bulk(body)?).await),
            Self::RenameTag(from, to) => {
                let from = input::tag_in_path(from)?;
                let to = input::tag_rename(json!({"name": to}))?;
                by(tags::rename(app, batch, from, to).await)
            }
            Self::DeleteTag(name) => by(tags::delete(app, batch, input::tag_in_path(name)?).await),
            Self::Undo(id, force) => by(undo(app, batch, UndoTarget::Batch(id), force).await),
        }
    }
}

fn by<T>(done: Result<Done<T>, Error>) -> Result<Option<BatchId>, Error> {
    done.map(|done| done.batch_id)
}

fn drawn(dice: &mut Dice, tasks: &BTreeMap<TaskId, Task>) -> Option<TaskId> {
    let ids: Vec<_> = tasks.keys().copied().collect();
    (!ids.is_empty()).then(|| *dice.pick(&ids))
}

fn tag(dice: &mut Dice) -> &'static str {
    TAGS[dice.index(TAGS.len())]
}

fn new(dice: &mut Dice) -> Value {
    let mut fields = Map::new();
    fields.insert("title".to_owned(), json!(dice.pick(&TITLES)));
    if dice.once_in(3) {
        fields.insert("completed".to_owned(), json!(true));
    }
    if dice.once_in(2) {
        fields.insert("due_date".to_owned(), json!(dice.pick(&DATES)));
        if dice.once_in(2) {
            fields.insert("recurrence_rule".to_owned(), json!(dice.pick(&RULES)));
            let from = *dice.pick(&["due", "completion"]);
            fields.insert("recurrence_from".to_owned(), json!(from));
        }
    }
    some_fields(dice, &mut fields);
    Value::Object(fields)
}

fn patch(dice: &mut Dice) -> Value {
    let mut fields = Map::new();
    if dice.once_in(2) {
        fields.insert("title".to_owned(), json!(dice.pick(&TITLES)));
    }
    if dice.once_in(4) {
        fields.insert("completed".to_owned(), json!(dice.once_in(2)));
    }
    if dice.once_in(3) {
        let date = if dice.once_in(4) { Value::Null } else { json!(dice.pick(&DATES)) };
        fields.insert("due_date".to_owned(), date);
    }
    if dice.once_in(4) {
        let rule = if dice.once_in(2) { Value::Null } else { json!(dice.pick(&RULES)) };
        fields.insert("recurrence_rule".to_owned(), rule);
    }
    some_fields(dice, &mut fields);
    Value::Object(fields)
}

/// What a task may have, whatever else it has.
fn some_fields(dice: &mut Dice, fields: &mut Map<String, Value>) {
    if dice.once_in(3) {
        let words = [json!(null), json!(""), json!(" as\twritten "), json!("words")];
        fields.insert("description".to_owned(), dice.pick(&words).clone());
    }
    if dice.once_in(3) {
        let priority = dice.pick(&[json!("high"), json!("p3"), json!(null)]).clone();
        fields.insert("priority".to_owned(), priority);
    }
    if dice.once_in(2) {
        let mut tags: Vec<&str> = Vec::new();
        for tag in TAGS {
            let is_new = !tags.iter().any(|had| had.eq_ignore_ascii_case(tag));
            if is_new && dice.once_in(2) {
                tags.push(tag);
            }
        }
        fields.insert("tags".to_owned(), json!(tags));
    }
}

fn bulk(dice: &mut Dice, state: &State) -> Value {
    let action = *dice.pick(&["complete", "reopen", "delete", "restore", "update"]);
    let tasks = if action == "restore" { &state.trash } else { &state.list };
    let mut ids: Vec<_> = tasks.keys().map(|id| id.get()).filter(|_| dice.once_in(2)).collect();
    if dice.once_in(2) {
        ids.reverse();
    }
    let mut body = json!({"ids": ids, "action": action});
    if action == "update" {
        body["patch"] = patch(dice);
    }
    body
}
