//! The language model behind an OpenAI-compatible endpoint: one question, one
//! answer, within bounds.
//!
//! Messages go out and come back as they are: what an endpoint adds to them
//! has to be sent back with the history. Nothing is made before the first
//! question, so a server that nobody chats with pays nothing.

mod assembly;
mod breaker;
mod client;
mod endpoint;
mod probe;
#[cfg(test)]
#[path = "../../../../server/tests/scripted_model/mod.rs"]
pub(crate) mod scripted_model;
mod sse;
#[cfg(test)]
mod tests;
mod wrong;

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout_at};

use self::{breaker::Breaker, client::Client, wrong::Wrong};
use crate::{Random, settings::ModelSettings, tools};

pub use probe::probe;

/// How long one question and its answer may take, with the second attempt.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The pause before the second attempt: between this and three times as much,
/// unless the endpoint names another one.
const PAUSE_MS: u64 = 250;
/// The longest pause that an endpoint may ask for.
const MAX_PAUSE: Duration = Duration::from_secs(5);

/// The model.
pub(crate) struct Model {
    client: Client,
    breaker: Breaker,
    random: Arc<dyn Random>,
}

/// A question to the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    /// The conversation, in the form of the endpoint.
    pub messages: &'a [Value],
    /// What it may call, see [`tool_list`].
    pub tools: &'a [Value],
    /// Whether it may call anything.
    pub tool_choice: ToolChoice,
}

/// Whether the model may call tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToolChoice {
    /// As it likes.
    Auto,
    /// It has to answer in words.
    None,
}

/// An answer of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The message as it goes back into the history.
    pub message: Value,
    /// Its words; there may be none.
    pub text: String,
    /// The calls in it; there may be none.
    pub tool_calls: Vec<RequestedCall>,
}

/// A call that the model asks for. Nothing of it has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestedCall {
    /// What the answer to it refers to.
    pub id: String,
    /// The name of a tool, perhaps of none that there is.
    pub name: String,
    /// JSON, or what the model takes for it.
    pub arguments: String,
}

/// Why the model gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ModelError {
    /// It failed too often; nobody is let through for so long.
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
    /// It failed; why is for the log, and holds no key and no user's words.
    Failed(String),
    /// It took too long.
    TimedOut,
}

impl Model {
    /// The model at an endpoint. Touches no network.
    pub fn new(settings: &ModelSettings, random: Arc<dyn Random>) -> Self {
        Self { client: Client::new(settings.clone()), breaker: Breaker::default(), random }
    }

    /// Asks the model. `on_text` is given its words as they come, and nothing
    /// after an error. A future that is dropped hangs up.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn complete(
        &self,
        request: Request<'_>,
        on_text: &mut (dyn FnMut(&str) + Send),
        deadline: Instant,
        may_retry: bool,
    ) -> Result<Reply, ModelError> {
        let pass =
            self.breaker.pass().map_err(|retry_after| ModelError::Unavailable { retry_after })?;
        let own_limit = Instant::now() + TIMEOUT;
        let asking = self.ask_twice(request, on_text, may_retry);
        match timeout_at(deadline.min(own_limit), asking).await {
            Ok(Ok(reply)) => {
                pass.worked();
                Ok(reply)
            }
            Ok(Err(wrong)) => {
                if !wrong.is_about_the_request() {
                    pass.failed();
                }
                Err(ModelError::Failed(self.client.told(&wrong)))
            }
            Err(_) => {
                // With less time than a call has, being late proves nothing.
                if own_limit <= deadline {
                    pass.failed();
                }
                Err(ModelError::TimedOut)
            }
        }
    }

    async fn ask_twice(
        &self,
        request: Request<'_>,
        on_text: &mut (dyn FnMut(&str) + Send),
        may_retry: bool,
    ) -> Result<Reply, Wrong> {
        let body = self.client.body(request);
        // What follows from the number of messages is new in the history.
        let call_prefix = format!("call_{}_", request.messages.len());
        let response = match self.client.send(&body).await {
            Ok(response) => response,
            Err(refused) => match self.pause(&refused).filter(|_| may_retry) {
                Some(pause) => {
                    let reason = self.client.told(&refused.wrong);
                    tracing::debug!(reason, "the model is asked once more");
                    sleep(pause).await;
                    self.client.send(&body).await.map_err(|refused| refused.wrong)?
                }
                None => return Err(refused.wrong),
            },
        };
        client::read(response, call_prefix, on_text).await
    }

    /// How long to wait before asking again; `None` when that is no use.
    fn pause(&self, refused: &client::Refused) -> Option<Duration> {
        if !refused.wrong.is_passing() {
            return None;
        }
        if let Some(pause) = refused.retry_after {
            return (pause <= MAX_PAUSE).then_some(pause);
        }
        let mut chance = [0; 8];
        self.random.fill(&mut chance);
        let jitter = u64::from_le_bytes(chance) % (2 * PAUSE_MS);
        Some(Duration::from_millis(PAUSE_MS + jitter))
    }
}

/// The tools, as an endpoint wants them described. They are those that MCP
/// lists: there is one catalogue.
pub(crate) fn tool_list() -> Vec<Value> {
    let described = |tool: &tools::Tool| {
        let function = json!({
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.input_schema(),
        });
        json!({"type": "function", "function": function})
    };
    tools::catalogue().iter().map(described).collect()
}
