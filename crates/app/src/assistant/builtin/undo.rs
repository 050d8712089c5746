//! Taking a change back, and taking that back.

use serde_json::{Value, json};

use super::{Answering, Called, Halt, talk, words};

impl Answering<'_, '_> {
    pub(super) async fn undo(&mut self) -> Result<String, Halt> {
        let called = self.call("undo", json!({})).await?;
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

/// What came of it. How many tasks it names is up to the tool.
fn said(called: &Called, done: &str) -> String {
    let undone = match called {
        Ok(undone) => undone,
        Err(refusal) if refusal.code == "change_not_found" => {
            return "There is nothing to undo.".to_owned();
        }
        Err(refusal) => return talk::refused(refusal),
    };
    let listed = |name: &str| undone.get(name).and_then(Value::as_array).into_iter().flatten();
    let titles: Vec<String> =
        listed("titles").filter_map(Value::as_str).map(words::quoted).collect();
    let count = undone.get("tasks").and_then(Value::as_u64).unwrap_or(0);
    let (named, removed) = (titles.len(), listed("trashed").count());
    let has_more = usize::try_from(count).is_ok_and(|count| count > named + removed);
    let mut said = if titles.is_empty() {
        format!("{done}.")
    } else {
        format!("{done}: {}.", titles.join(", "))
    };
    match removed {
        0 => {}
        1 => said.push_str(" 1 task went to the trash."),
        many => said.extend([format!(" {many} tasks went to the trash.")]),
    }
    if has_more {
        said.extend([format!(" These are {count} tasks together.")]);
    }
    said
}

fn text(answer: &Value, name: &str) -> Option<String> {
    answer.get(name).and_then(Value::as_str).map(str::to_owned)
}
