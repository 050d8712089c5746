//! The calls that a model asks for: which are made, which are refused, and
//! which have to wait for the user's word.

use rondo_domain::{Scope, Task, TaskId};
use serde_json::{Value, json};

use crate::{
    assistant::{
        calls::{Called, Calls, Halt, cut, refusal},
        model::RequestedCall,
        state::{Doomed, Question},
        turn::{Turn, deletion},
    },
    error::Error,
    tools::{self, ToolRefusal},
};

/// How many calls of a turn are made.
const MAX_CALLS: usize = 10;
/// How many of them may change something.
const MAX_CHANGES: usize = 5;
/// How many calls that make no sense are sent back to be repaired.
const MAX_REPAIRS: usize = 2;
/// How long the arguments of a call may be: many times what a task can hold.
const MAX_ARGUMENT_BYTES: usize = 16 * 1024;
/// How much is shown of what is no name of a tool, or no JSON, in characters.
const MAX_ECHO: usize = 200;

const DELETE: &str = "delete_task";
const UNDO: &str = "undo";

/// What a model asks for in one turn.
pub(super) struct Requests<'a> {
    turn: &'a Turn,
    calls: usize,
    changes: usize,
    repairs: usize,
    /// How many deletions this turn has asked for, those of the present round
    /// included.
    deletions: usize,
    question: Question,
}

impl<'a> Requests<'a> {
    pub fn new(turn: &'a Turn) -> Self {
        let question = Question::default();
        Self { turn, calls: 0, changes: 0, repairs: 0, deletions: 0, question }
    }

    /// Whether no further call is made.
    pub const fn are_exhausted(&self) -> bool {
        self.calls >= MAX_CALLS || self.repairs > MAX_REPAIRS
    }

    /// Looks at all calls of a round before the first of them is made.
    pub fn begin_round(&mut self, calls: &[RequestedCall]) {
        self.deletions += calls.iter().filter(|call| call.name == DELETE).count();
    }

    /// What has to be asked now.
    pub fn into_question(self) -> Option<Question> {
        let is_empty = self.question.delete.is_empty() && self.question.undo.is_none();
        (!is_empty).then_some(self.question)
    }

    /// Makes a call, or does not, and gives the model's next message about it.
    ///
    /// # Errors
    /// [`Halt`] of the call.
    pub async fn answer(&mut self, call: RequestedCall, calls: &mut Calls) -> Result<String, Halt> {
        if self.calls >= MAX_CALLS {
            // Neither told nor kept: there may be any number of them.
            return Ok(content(&Err(too_many("calls", MAX_CALLS))));
        }
        self.calls += 1;
        let called = match self.read(&call) {
            Ok(arguments) => self.make(call, &arguments, calls).await?,
            Err(refused) => {
                let RequestedCall { id, name, arguments } = call;
                let (name, sent) = (echo(&name), Value::String(echo(&arguments)));
                calls.instead(id, (&name, &sent), Err(refused)).await?
            }
        };
        Ok(content(&called))
    }

    /// The arguments of a call of a tool that there is.
    fn read(&mut self, call: &RequestedCall) -> Result<Value, ToolRefusal> {
        let refused = if tools::find(&call.name).is_none() {
            refusal("unknown_tool", format!("There is no tool \"{}\"", echo(&call.name)))
        } else if call.arguments.len() > MAX_ARGUMENT_BYTES {
            refusal("invalid_arguments", "The arguments are too long")
        } else if call.arguments.trim().is_empty() {
            return Ok(json!({}));
        } else {
            match serde_json::from_str(&call.arguments) {
                Ok(Value::Object(fields)) => return Ok(Value::Object(fields)),
                _ => refusal("invalid_arguments", "The arguments are not a JSON object"),
            }
        };
        self.repairs += 1;
        Err(refused)
    }

    async fn make(
        &mut self,
        call: RequestedCall,
        arguments: &Value,
        calls: &mut Calls,
    ) -> Result<Called, Halt> {
        let RequestedCall { id, name, .. } = call;
        if self.waits(&name, arguments).await? {
            let waiting = Ok(json!({
                "status": "confirmation_required",
                "message": "Nothing is done yet. The server asks the user, who has to say yes \
                            in their next message.",
            }));
            return calls.instead(id, (&name, arguments), waiting).await;
        }
        let is_change = tools::find(&name).is_none_or(|tool| !tool.is_read_only);
        if is_change && self.changes >= MAX_CHANGES {
            let refused = Err(too_many("changes", MAX_CHANGES));
            return calls.instead(id, (&name, arguments), refused).await;
        }
        self.changes += usize::from(is_change);
        calls.call_as(id, &name, arguments).await
    }

    /// Whether a call is not made before the user has said so; it is noted then.
    async fn waits(&mut self, name: &str, arguments: &Value) -> Result<bool, Halt> {
        let message = self.turn.message.content.as_str();
        match name {
            UNDO if !deletion::asks_for_undo(message) => {
                self.question.undo = Some(arguments.clone());
                Ok(true)
            }
            DELETE => {
                let Some(task) = self.doomed(arguments).await? else {
                    // The tool says what is wrong with it.
                    return Ok(false);
                };
                let is_named = deletion::names(message, task.id, &task.title);
                if self.deletions == 1 && is_named {
                    return Ok(false);
                }
                let is_noted = self.question.delete.iter().any(|doomed| doomed.id == task.id);
                if !is_noted && self.question.delete.len() < Question::MAX_TASKS {
                    let title = task.title.as_str().to_owned();
                    self.question.delete.push(Doomed { id: task.id, title });
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The task that a call would delete; `None` when it would be refused.
    async fn doomed(&self, arguments: &Value) -> Result<Option<Task>, Error> {
        let actor = self.turn.batch.actor();
        let id = arguments.get("task_id").and_then(Value::as_i64).and_then(TaskId::new);
        let Some(id) = id.filter(|_| actor.scopes.has(Scope::Delete)) else {
            return Ok(None);
        };
        let owner = actor.user_id.clone();
        let store = self.turn.app.store();
        let found = store.read(move |txn| async move { txn.find_task(&owner, id).await }).await?;
        Ok(found.map(|(task, _)| task))
    }
}

/// What a tool answered, as the model is told. The envelope says what is data.
fn content(called: &Called) -> String {
    match called {
        Ok(answer) => json!({"data": cut(answer.clone())}),
        Err(refusal) => json!({"error": refusal}),
    }
    .to_string()
}

fn too_many(what: &str, most: usize) -> ToolRefusal {
    let code = if what == "calls" { "too_many_calls" } else { "too_many_changes" };
    refusal(code, format!("Not done: at most {most} {what} are made in answer to one message"))
}

fn echo(text: &str) -> String {
    let short: String = text.chars().filter(|letter| *letter != '\0').take(MAX_ECHO).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
