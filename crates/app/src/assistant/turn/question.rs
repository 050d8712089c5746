//! What was asked before something is taken away, and the answer to it.
//!
//! The server asks, remembers and acts; the model has no part in it. So no text
//! that a model has read can say "yes".

use rondo_domain::{Command, TaskId, Unclear};
use serde_json::json;

use super::{Turn, consent};
use crate::assistant::{
    calls::{Calls, Halt},
    state::{ConversationState, Doomed, Question},
};

/// What the user said to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Yes,
    No,
    /// "Yes?", "no, sorry, yes".
    Unclear,
}

/// The user's answer to a question.
pub(super) struct Reply<'a> {
    pub turn: &'a Turn,
    pub question: Question,
    pub said: Said,
}

/// What the message says to a question; `None` when it is about something else.
pub(super) fn said(turn: &Turn) -> Option<Said> {
    match consent::command(turn) {
        Command::Yes => Some(Said::Yes),
        Command::No => Some(Said::No),
        Command::Unclear(Unclear::Answer) => Some(Said::Unclear),
        _ => None,
    }
}

impl Reply<'_> {
    /// Does what was asked, or does not, and says so.
    ///
    /// # Errors
    /// [`Halt`] of a call.
    pub async fn act(
        self,
        calls: &mut Calls,
        state: &mut ConversationState,
    ) -> Result<String, Halt> {
        let Self { turn, mut question, said } = self;
        let now = turn.message.created_at;
        match said {
            Said::No => Ok("All right, I have changed nothing.".to_owned()),
            _ if question.is_over(now) => Ok(format!(
                "I asked that more than {} minutes ago, so I have changed nothing. Please say once \
                 more what I shall do.",
                Question::MINUTES
            )),
            Said::Unclear => {
                let again = words(&question).unwrap_or_default();
                question.asked_at = now.as_micros();
                state.question = Some(question);
                Ok(format!("I am not sure whether that is a yes. {again}"))
            }
            Said::Yes => {
                // What was undone before is not what "redo" means from now on.
                state.undone = None;
                carry_out(&question, calls).await
            }
        }
    }
}

async fn carry_out(question: &Question, calls: &mut Calls) -> Result<String, Halt> {
    let mut sentences = Vec::new();
    let (mut deleted, mut missed) = (Vec::new(), Vec::new());
    for doomed in &question.delete {
        match delete(doomed, calls).await? {
            None => deleted.push(doomed),
            Some(reason) => missed.push(format!("{} ({reason})", name(doomed))),
        }
    }
    if !deleted.is_empty() {
        let names = names(&deleted);
        sentences.push(format!("Deleted: {names}. Say “undo” to get that back."));
    }
    if !deleted.is_empty() && question.left > 0 {
        sentences.push(format!("{} more are left; say it again to go on.", question.left));
    }
    if !missed.is_empty() {
        sentences.push(format!("Not deleted: {}.", missed.join(", ")));
    }
    if let Some(taken_back) = &question.undo {
        let arguments = json!({"batch_id": taken_back.batch_id});
        sentences.push(match calls.call("undo", &arguments).await? {
            Ok(_) => format!("I have undone that change: {}.", taken_back.did),
            Err(refusal) => format!("That change is not undone: {}.", refusal.message),
        });
    }
    Ok(sentences.join(" "))
}

/// Deletes a task, or says why not. One that was renamed is not what the user
/// has said yes to.
async fn delete(doomed: &Doomed, calls: &mut Calls) -> Result<Option<String>, Halt> {
    if let Some(task) = calls.find_task(doomed.id).await?
        && task.title.as_str() != doomed.title
    {
        return Ok(Some(format!("it is called “{}” now", task.title.as_str())));
    }
    let arguments = json!({"task_id": doomed.id.get()});
    let called = calls.call("delete_task", &arguments).await?;
    Ok(called.err().map(|refusal| refusal.message))
}

/// The question in words; `None` when there is nothing to ask.
pub(super) fn words(question: &Question) -> Option<String> {
    let doomed: Vec<&Doomed> = question.delete.iter().collect();
    let undo = question.undo.as_ref().map(|undo| format!("undo this change: {}", undo.did));
    let what = match (doomed.len(), undo) {
        (0, None) => return None,
        (0, Some(undo)) => undo,
        (1, None) => format!("delete {}", names(&doomed)),
        (count, None) => format!("delete these {count} tasks: {}", names(&doomed)),
        (_, Some(undo)) => format!("delete {} and {undo}", names(&doomed)),
    };
    Some(format!("Shall I {what}? Nothing of it is done yet. Say “yes” if I shall."))
}

fn names(doomed: &[&Doomed]) -> String {
    let names: Vec<String> = doomed.iter().map(|doomed| name(doomed)).collect();
    names.join(", ")
}

fn name(doomed: &Doomed) -> String {
    numbered(&doomed.title, doomed.id)
}

/// A task as a question names it.
pub(super) fn numbered(title: &str, id: TaskId) -> String {
    format!("“{title}” (#{id})")
}
