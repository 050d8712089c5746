//! One change of many tasks, as clients send it.

use rondo_domain::{Problem, TaskId};
use serde_json::Value;

use super::TaskPatchInput;
use crate::{
    error::{Error, Location},
    input::{Fields, parse_object, text, whole},
};

/// The most tasks that one call changes.
const MAX_IDS: usize = 500;

/// One change of many tasks: all of them or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkInput {
    /// Which tasks: at least one, each once, in the order given.
    pub ids: Vec<TaskId>,
    /// What becomes of them.
    pub action: BulkAction,
}

/// What becomes of many tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkAction {
    /// They are done.
    Complete,
    /// They are to be done again.
    Reopen,
    /// They go to the trash.
    Delete,
    /// They come back from the trash.
    Restore,
    /// They all change in the same way.
    Update(Box<TaskPatchInput>),
}

/// `ids` (1 to 500 of them) and `action` are required; `patch` goes with the
/// action `update`, and only with that. Missing ids never mean all tasks.
///
/// # Errors
/// [`Error::Invalid`] with all problems.
pub fn bulk(body: Value) -> Result<BulkInput, Error> {
    let mut fields = parse_object(Location::Body, body)?;
    let ids = ids(&mut fields);
    let name = fields.required("action", text(ActionName::parse));
    let patch = fields.object("patch", TaskPatchInput::read);
    let action = match (name, patch) {
        (Some(name), Some(patch)) => action(&mut fields, name, patch),
        _ => None,
    };
    fields.finish(|| Some(BulkInput { ids: ids?, action: action? }))
}

fn ids(fields: &mut Fields) -> Option<Vec<TaskId>> {
    let found = fields.list("ids", 1..=MAX_IDS, |id| {
        let number = whole(id).ok_or(Problem::NotInteger)?;
        let refused = Problem::Refused { sentence: "no task can have this id" };
        TaskId::new(number).ok_or(refused)
    });
    let Some(listed) = found? else {
        fields.refuse("ids", Problem::Missing);
        return None;
    };
    let mut ids = Vec::with_capacity(listed.len());
    for id in listed {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Some(ids)
}

fn action(
    fields: &mut Fields,
    name: ActionName,
    patch: Option<TaskPatchInput>,
) -> Option<BulkAction> {
    let action = match (name, patch) {
        (ActionName::Update, Some(patch)) if patch.is_empty() => {
            Err(Problem::Refused { sentence: "a patch says what is to change" })
        }
        (ActionName::Update, Some(patch)) => Ok(BulkAction::Update(Box::new(patch))),
        (ActionName::Update, None) => Err(Problem::Missing),
        (_, Some(_)) => Err(Problem::Refused { sentence: "only the action 'update' has a patch" }),
        (ActionName::Complete, None) => Ok(BulkAction::Complete),
        (ActionName::Reopen, None) => Ok(BulkAction::Reopen),
        (ActionName::Delete, None) => Ok(BulkAction::Delete),
        (ActionName::Restore, None) => Ok(BulkAction::Restore),
    };
    action.map_err(|problem| fields.refuse("patch", problem)).ok()
}

#[derive(Clone, Copy)]
enum ActionName {
    Complete,
    Reopen,
    Delete,
    Restore,
    Update,
}

impl ActionName {
    fn parse(name: &str) -> Result<Self, Problem> {
        match name {
            "complete" => Ok(Self::Complete),
            "reopen" => Ok(Self::Reopen),
            "delete" => Ok(Self::Delete),
            "restore" => Ok(Self::Restore),
            "update" => Ok(Self::Update),
            _ => Err(Problem::NotOneOf {
                expected: "'complete', 'reopen', 'delete', 'restore' or 'update'",
            }),
        }
    }
}
