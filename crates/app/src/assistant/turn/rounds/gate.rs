//! Which calls of a model are made at once, and which wait for the user's word.

use rondo_domain::{BatchId, ChangeAction, Command, NewChange, Scope, TaskId};
use serde_json::Value;

use crate::{
    assistant::{
        calls::{Calls, Halt, refusal},
        state::{Doomed, Question, TakenBack},
        turn::{Turn, consent, question::numbered},
    },
    history::{self, Undoable},
    tools::ToolRefusal,
};

pub(super) const DELETE: &str = "delete_task";
const UNDO: &str = "undo";
/// How many tasks of a change are named.
const MAX_NAMED: usize = 5;

/// What becomes of a call.
pub(super) enum Passage {
    /// It is made.
    Free,
    /// It is not made; the user is asked.
    Waits,
    /// It is not made at all.
    Refused(ToolRefusal),
}

/// What lets calls through in one turn.
pub(super) struct Gate<'a> {
    turn: &'a Turn,
    /// What the user has ordered.
    command: Command,
    /// How many deletions this turn has asked for, those of the present round
    /// included.
    pub deletions: usize,
    has_undone: bool,
    question: Question,
}

impl<'a> Gate<'a> {
    pub fn new(turn: &'a Turn) -> Self {
        let (command, question) = (consent::command(turn), Question::default());
        Self { turn, command, deletions: 0, has_undone: false, question }
    }

    /// What has to be asked now.
    pub fn into_question(self) -> Option<Question> {
        let Self { turn, question, .. } = self;
        let is_empty = question.delete.is_empty() && question.undo.is_none();
        let asked_at = turn.app.now().as_micros();
        (!is_empty).then_some(Question { asked_at, ..question })
    }

    /// Whether a call is made before the user has said so; if not, it is noted.
    ///
    /// # Errors
    /// [`Halt`]: the database is away.
    pub async fn passage(
        &mut self,
        (name, arguments): (&str, &Value),
        calls: &Calls,
    ) -> Result<Passage, Halt> {
        match name {
            DELETE => self.deletion(arguments, calls).await,
            UNDO => self.undoing(arguments).await,
            _ => Ok(Passage::Free),
        }
    }

    async fn deletion(&mut self, arguments: &Value, calls: &Calls) -> Result<Passage, Halt> {
        let id = arguments.get("task_id").and_then(Value::as_i64).and_then(TaskId::new);
        let found = match id.filter(|_| calls.actor().scopes.has(Scope::Delete)) {
            Some(id) => calls.find_task(id).await?,
            None => None,
        };
        let Some(task) = found else {
            // The tool says what is wrong with it.
            return Ok(Passage::Free);
        };
        if self.deletions == 1 && consent::deletes(&self.command, task.id, &task.title) {
            return Ok(Passage::Free);
        }
        let is_noted = self.question.delete.iter().any(|doomed| doomed.id == task.id);
        if !is_noted && self.question.delete.len() < Question::MAX_TASKS {
            let title = task.title.as_str().to_owned();
            self.question.delete.push(Doomed { id: task.id, title });
        }
        Ok(Passage::Waits)
    }

    async fn undoing(&mut self, arguments: &Value) -> Result<Passage, Halt> {
        let named = match arguments.get("batch_id") {
            None | Some(Value::Null) => None,
            Some(name) => match name.as_str().and_then(BatchId::parse) {
                Some(batch_id) => Some(batch_id),
                // The tool says that nothing is called so.
                None => return Ok(Passage::Free),
            },
        };
        let is_named = named.is_some();
        let actor = self.turn.batch.actor();
        let Some(found) = history::undoable(&self.turn.app, actor, named).await? else {
            let nothing = refusal("change_not_found", "There is no such change to undo");
            return Ok(Passage::Refused(nothing));
        };
        let is_ordered = match self.command {
            Command::Undo => found.is_latest,
            Command::Redo => is_named && found.is_last_undoing,
            _ => false,
        };
        if is_ordered && !self.has_undone {
            self.has_undone = true;
            return Ok(Passage::Free);
        }
        let taken_back = TakenBack { did: did(&found), batch_id: found.batch_id.to_string() };
        match &self.question.undo {
            Some(noted) if noted.batch_id != taken_back.batch_id => Ok(Passage::Refused(refusal(
                "too_many_changes",
                "Not done: the user is asked about one change at a time",
            ))),
            _ => {
                self.question.undo = Some(taken_back);
                Ok(Passage::Waits)
            }
        }
    }
}

/// What a batch did, in words.
fn did(batch: &Undoable) -> String {
    let mut tasks: Vec<TaskId> = Vec::new();
    let mut said = Vec::new();
    for change in &batch.changes {
        let change = &change.change;
        if !tasks.contains(&change.task_id) {
            tasks.push(change.task_id);
            if said.len() < MAX_NAMED {
                said.push(format!("{} {}", verb(change.action), named(change)));
            }
        }
    }
    let said = said.join(", ");
    match tasks.len().saturating_sub(MAX_NAMED) {
        0 => said,
        1 => format!("{said} and one more task"),
        more => format!("{said} and {more} more tasks"),
    }
}

fn named(change: &NewChange) -> String {
    let task = change.after.as_ref().or(change.before.as_ref());
    task.map_or_else(
        || format!("task #{}", change.task_id),
        |task| numbered(task.title.as_str(), task.id),
    )
}

const fn verb(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Created => "added",
        ChangeAction::Updated => "changed",
        ChangeAction::Completed => "completed",
        ChangeAction::Reopened => "reopened",
        ChangeAction::Deleted => "deleted",
        ChangeAction::Restored => "brought back",
        ChangeAction::Purged => "removed for good",
    }
}
