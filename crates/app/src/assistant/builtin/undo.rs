//! Taking a change back, and taking that back.
//!
//! Only what this conversation did: the latest change of all may be somebody
//! else's, or the app's.

use serde_json::{Value, json};

use super::{Answering, Called, Halt, talk, words};

impl Answering<'_, '_> {
    /// Undoes what this conversation did last and has not undone yet.
    pub(super) async fn undo(&mut self) -> Result<String, Halt> {
        let Some(batch_id) = self.turn.state.done.last().cloned() else {
            return Ok(NOTHING_DONE.to_owned());
        };
        let called = self.call("undo", json!({"batch_id": batch_id})).await?;
        // What something stands in the way of may be undone later.
        if called.is_ok() || is_forgotten(&called) {
            self.turn.state.done.pop();
        }
        self.turn.state.undone = called.as_ref().ok().and_then(|undone| text(undone, "batch_id"));
        Ok(said(&called, "Undone"))
    }

    /// Undoes the last undoing of this conversation.
    pub(super) async fn redo(&mut self) -> Result<String, Halt> {
        let Some(batch_id) = self.turn.state.undone.take() else {
            return Ok("There is nothing to redo: I have not undone anything just now.".to_owned());
        };
        let called = self.call("undo", json!({"batch_id": batch_id})).await?;
        Ok(said(&called, "Done again"))
    }
}

const NOTHING_DONE: &str = "There is nothing to undo: I know of no change that was made in this \
    conversation and is not undone yet. The history in the app, or at /api/changes, has what was \
    changed elsewhere, and can undo it.";

fn is_forgotten(called: &Called) -> bool {
    called.as_ref().is_err_and(|refusal| refusal.code == "change_not_found")
}

/// What came of it, with the names of some tasks; how many is up to the tool.
fn said(called: &Called, done: &str) -> String {
    let undone = match called {
        Ok(undone) => undone,
        Err(_) if is_forgotten(called) => {
            return "There is nothing to undo: the history does not go back that far.".to_owned();
        }
        Err(refusal) => return talk::refused(refusal),
    };
    let restored = names(undone, "task_ids", "titles");
    let trashed = names(undone, "trashed", "trashed_titles");
    let count = undone.get("tasks").and_then(Value::as_u64).unwrap_or(0);
    let mut said = match &*restored {
        [] => format!("{done}."),
        names => format!("{done}: {}.", names.join(", ")),
    };
    if !trashed.is_empty() {
        said.extend([format!(" To the trash went {}.", trashed.join(", "))]);
    }
    if usize::try_from(count).is_ok_and(|count| count > restored.len() + trashed.len()) {
        said.extend([format!(" These are {count} tasks together.")]);
    }
    said
}

/// The tasks of two lists, one of ids and one of titles, each once.
fn names(undone: &Value, ids: &str, titles: &str) -> Vec<String> {
    let listed = |name: &str| undone.get(name).and_then(Value::as_array).into_iter().flatten();
    let both = listed(ids).filter_map(Value::as_i64).zip(listed(titles).filter_map(Value::as_str));
    let mut names = Vec::new();
    for (id, title) in both {
        let name = format!("{} (#{id})", words::quoted(title));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn text(answer: &Value, name: &str) -> Option<String> {
    answer.get(name).and_then(Value::as_str).map(str::to_owned)
}
