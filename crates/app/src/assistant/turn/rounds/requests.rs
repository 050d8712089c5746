//! The calls that a model asks for: which are made, and which are refused.

use serde_json::{Value, json};

use super::gate::{DELETE, Gate, Passage};
use crate::{
    assistant::{
        calls::{Called, Calls, Halt, cut, refusal},
        model::RequestedCall,
        state::Question,
        turn::Turn,
    },
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

/// What a model asks for in one turn.
pub(super) struct Requests<'a> {
    gate: Gate<'a>,
    calls: usize,
    changes: usize,
    repairs: usize,
}

impl<'a> Requests<'a> {
    pub fn new(turn: &'a Turn) -> Self {
        Self { gate: Gate::new(turn), calls: 0, changes: 0, repairs: 0 }
    }

    /// Whether no further call is made.
    pub const fn are_exhausted(&self) -> bool {
        self.calls >= MAX_CALLS || self.repairs > MAX_REPAIRS
    }

    /// Looks at all calls of a round before the first of them is made.
    pub fn begin_round(&mut self, calls: &[RequestedCall]) {
        self.gate.deletions += calls.iter().filter(|call| call.name == DELETE).count();
    }

    /// What has to be asked now.
    pub fn into_question(self) -> Option<Question> {
        self.gate.into_question()
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
        let instead = match self.gate.passage((&name, arguments), calls).await? {
            Passage::Free => None,
            Passage::Waits => Some(Ok(json!({
                "status": "confirmation_required",
                "message": "Nothing is done yet. The server asks the user, who has to say yes \
                            in their next message.",
            }))),
            Passage::Refused(refusal) => Some(Err(refusal)),
        };
        if let Some(outcome) = instead {
            return calls.instead(id, (&name, arguments), outcome).await;
        }
        let is_change = tools::find(&name).is_none_or(|tool| !tool.is_read_only);
        if is_change && self.changes >= MAX_CHANGES {
            let refused = Err(too_many("changes", MAX_CHANGES));
            return calls.instead(id, (&name, arguments), refused).await;
        }
        self.changes += usize::from(is_change);
        calls.call_as(id, &name, arguments).await
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
