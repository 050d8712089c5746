//! The rounds of a turn with a language model: it speaks, calls tools, sees
//! what they answered, and speaks again, within bounds.

mod gate;
mod requests;
mod speech;

use rondo_domain::Scope;
use serde_json::{Value, json};

use self::{requests::Requests, speech::Speech};
use super::{Turn, claims, prompt, question, run::Spoken, window};
use crate::{
    assistant::{
        Answer, TurnEvent,
        calls::{Calls, Halt},
        model::{self, Model, ModelError, Reply, Request, ToolChoice},
        state::ConversationState,
    },
    auth::fingerprint::{fingerprint, hex},
    error::Error,
};

/// How often the model is asked; the last time for words alone.
const MAX_ROUNDS: usize = 6;

/// What is said when the model says nothing.
const NO_WORDS: &str = "The language model gave an answer without words.";

/// Lets the model answer.
///
/// # Errors
/// [`Halt`]: the model failed, the database is away, nobody waits any more, or
/// it has taken too long.
pub(super) async fn converse(
    turn: &Turn,
    model: &Model,
    (calls, state): (&mut Calls, &mut ConversationState),
) -> Result<Spoken, Halt> {
    let source = source(turn);
    let mut messages = vec![prompt::system(turn.message.created_at, &turn.settings)];
    // What was said before tells of tasks, which not every token may see.
    if calls.actor().scopes.has(Scope::Read) {
        messages.extend(window::shown(&turn.past, &source));
    }
    messages.push(json!({"role": "user", "content": turn.message.content.as_str()}));
    let begins = messages.len();
    let mut speech = Speech::new(calls.reporter());
    let mut requests = Requests::new(turn);
    let rounds = Rounds { model, tools: model::tool_list() };
    rounds.run(&mut messages, (calls, &mut speech, &mut requests)).await?;

    if calls.batch_id().is_some() {
        // What was undone before is not what "redo" means from now on.
        state.undone = None;
    }
    state.question = requests.into_question();
    let asked = state.question.as_ref().and_then(question::words);
    let corrected = claims::correction(speech.said(), calls.receipts());
    let model_said = speech.said().len();
    for sentence in [silence(&speech, calls), corrected, asked].into_iter().flatten() {
        speech.add(&sentence);
    }
    calls.reporter().check_listener()?;
    speech.flush(calls.reporter()).await?;
    calls.reporter().tell(TurnEvent::StepEnd).await?;
    let is_whole = !speech.is_full();
    let text = speech.into_said();
    let mut messages = messages.split_off(begins);
    sign(&mut messages, &text[model_said..]);
    let raw = serde_json::to_value(window::Raw { source, messages }).ok();
    Ok(Spoken { text, provider: Answer::MODEL, raw: raw.filter(|_| is_whole) })
}

/// Adds to the last message of a turn what the server has said after it: the
/// model has to know what the user has read.
fn sign(messages: &mut [Value], ours: &str) {
    if !ours.is_empty()
        && let Some(last) = messages.last_mut()
        && let Some(said) = last["content"].as_str()
    {
        last["content"] = json!(format!("{said}{ours}").trim());
    }
}

/// Names who sends the messages, and does not tell where they are.
fn source(turn: &Turn) -> String {
    let settings = turn.app.settings().assistant.as_ref();
    let named = settings.map(|it| format!("{}\n{:?}", it.base_url, it.model));
    let mut name = hex(&fingerprint(named.unwrap_or_default().as_bytes()));
    name.truncate(16);
    name
}

/// What is said in the place of a model that says nothing.
fn silence(speech: &Speech, calls: &Calls) -> Option<String> {
    if !speech.said().trim().is_empty() {
        return None;
    }
    let done = calls.batch_id().map_or(
        "No task was changed.",
        |_| "The tools it called have changed tasks; the calls are listed with this answer.",
    );
    Some(format!("{NO_WORDS} {done}"))
}

/// The model, and what it may call.
struct Rounds<'a> {
    model: &'a Model,
    tools: Vec<Value>,
}

impl Rounds<'_> {
    /// Asks until the model calls nothing more. The last step is not ended:
    /// something may have to be added to it.
    async fn run(
        &self,
        messages: &mut Vec<Value>,
        (calls, speech, requests): (&mut Calls, &mut Speech, &mut Requests<'_>),
    ) -> Result<(), Halt> {
        for round in 1..=MAX_ROUNDS {
            calls.reporter().check()?;
            calls.reporter().tell(TurnEvent::StepStart).await?;
            speech.begin_step();
            let is_last = round == MAX_ROUNDS || requests.are_exhausted();
            let reply = self.ask((messages, is_last), (calls, speech)).await?;
            speech.flush(calls.reporter()).await?;
            if is_last || reply.tool_calls.is_empty() {
                messages.push(without_calls(reply));
                break;
            }
            messages.push(reply.message);
            requests.begin_round(&reply.tool_calls);
            for call in reply.tool_calls {
                let id = call.id.clone();
                let content = requests.answer(call, calls).await?;
                messages.push(json!({"role": "tool", "tool_call_id": id, "content": content}));
            }
            calls.reporter().tell(TurnEvent::StepEnd).await?;
        }
        Ok(())
    }

    async fn ask(
        &self,
        (messages, is_last): (&[Value], bool),
        (calls, speech): (&Calls, &mut Speech),
    ) -> Result<Reply, Halt> {
        let tool_choice = if is_last { ToolChoice::None } else { ToolChoice::Auto };
        let request = Request { messages, tools: &self.tools, tool_choice };
        let deadline = calls.reporter().deadline;
        let mut on_text = |words: &str| speech.hear(words);
        let asking = self.model.complete(request, &mut on_text, deadline, true);
        tokio::select! {
            biased;
            () = calls.reporter().hung_up() => Err(Halt::HungUp),
            reply = asking => reply.map_err(halted),
        }
    }
}

/// The last reply: a model that calls something although it may not is not
/// heard, and its calls must not stay without an answer in the history.
fn without_calls(reply: Reply) -> Value {
    let mut message = reply.message;
    if let Some(fields) = message.as_object_mut() {
        fields.remove("tool_calls");
    }
    if !message["content"].is_string() {
        message["content"] = json!(reply.text);
    }
    message
}

fn halted(error: ModelError) -> Halt {
    Halt::Failed(match error {
        ModelError::Unavailable { retry_after } => {
            let seconds = i64::try_from(retry_after.as_secs()).unwrap_or(i64::MAX);
            Error::ModelUnavailable { retry_after_seconds: seconds.saturating_add(1) }
        }
        ModelError::Failed(reason) => {
            tracing::warn!(%reason, "the model failed");
            Error::ModelFailed(reason)
        }
        ModelError::TimedOut => Error::TurnTimedOut,
    })
}
