//! What was asked before something is taken away, and the answer to it.
//!
//! The server asks, remembers and acts; the model has no part in it. So no text
//! that a model has read can say "yes".

use rondo_domain::Command;
use serde_json::json;

use super::Turn;
use crate::assistant::{
    calls::{Calls, Halt},
    state::{Doomed, Question},
};

/// The user's answer to a question.
pub(super) struct Reply {
    pub question: Question,
    pub is_yes: bool,
}

/// Whether the message is a yes or a no; `None` when it is neither.
pub(super) fn reply(turn: &Turn) -> Option<bool> {
    let (now, settings) = (turn.message.created_at, &turn.settings);
    let message = turn.message.content.as_str();
    match Command::parse(message, now, &settings.time_zone, settings.week_start) {
        Command::Yes => Some(true),
        Command::No => Some(false),
        _ => None,
    }
}

impl Reply {
    /// Does what was asked, or does not, and says so.
    ///
    /// # Errors
    /// [`Halt`] of a call.
    pub async fn act(self, calls: &mut Calls) -> Result<String, Halt> {
        let Self { question, is_yes } = self;
        if !is_yes {
            return Ok("All right, I have changed nothing.".to_owned());
        }
        let mut sentences = Vec::new();
        let (mut deleted, mut missed) = (Vec::new(), Vec::new());
        for doomed in &question.delete {
            let arguments = json!({"task_id": doomed.id.get()});
            match calls.call("delete_task", &arguments).await? {
                Ok(_) => deleted.push(doomed),
                Err(refusal) => missed.push(format!("{} ({})", name(doomed), refusal.message)),
            }
        }
        if !deleted.is_empty() {
            let names = names(&deleted);
            sentences.push(format!("Deleted: {names}. Say \"undo\" to get that back."));
        }
        if !missed.is_empty() {
            sentences.push(format!("Not deleted: {}.", missed.join(", ")));
        }
        if let Some(arguments) = &question.undo {
            sentences.push(match calls.call("undo", arguments).await? {
                Ok(_) => "I have undone that change.".to_owned(),
                Err(refusal) => format!("That change is not undone: {}.", refusal.message),
            });
        }
        Ok(sentences.join(" "))
    }
}

/// The question in words; `None` when there is nothing to ask.
pub(super) fn words(question: &Question) -> Option<String> {
    let doomed: Vec<&Doomed> = question.delete.iter().collect();
    let what = match (doomed.len(), &question.undo) {
        (0, None) => return None,
        (0, Some(_)) => "undo that change".to_owned(),
        (1, None) => format!("delete {}", names(&doomed)),
        (count, None) => format!("delete these {count} tasks: {}", names(&doomed)),
        (_, Some(_)) => format!("delete {} and undo that change", names(&doomed)),
    };
    Some(format!("Shall I {what}? Nothing of it is done yet. Say \"yes\" if I shall."))
}

fn names(doomed: &[&Doomed]) -> String {
    let names: Vec<String> = doomed.iter().map(|doomed| name(doomed)).collect();
    names.join(", ")
}

fn name(doomed: &Doomed) -> String {
    format!("\"{}\" (#{})", doomed.title, doomed.id)
}
