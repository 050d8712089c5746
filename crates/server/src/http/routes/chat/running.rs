//! A turn that runs, and the end of the process, which it must not outlast.

use std::time::Duration;

use rondo_app::assistant::{ToolCall, Turn, TurnEvent, TurnEvents};
use rondo_domain::{BatchId, ConversationId};
use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::failure::Failed;
use crate::http::{error::ApiError, state::HttpState};

/// How long a turn has to store how far it came, when the process ends.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);

/// A turn that runs.
pub(super) struct Running {
    events: TurnEvents,
    state: HttpState,
    conversation_id: ConversationId,
    /// Since the process is about to end: how long the turn may go on.
    until: Option<Instant>,
    /// What was called so far, by the names of the calls.
    calls: Vec<(String, ToolCall)>,
    batch_id: Option<BatchId>,
}

impl Running {
    /// Lets a turn run.
    pub fn new(turn: Turn, state: HttpState) -> Self {
        let conversation_id = turn.conversation_id();
        let (until, calls, batch_id) = (None, Vec::new(), None);
        Self { events: turn.run(), state, conversation_id, until, calls, batch_id }
    }

    /// What happens next; `None` when nothing has for so long. After the end
    /// of the turn nobody asks.
    ///
    /// # Errors
    /// The process ends before the turn.
    pub async fn next(&mut self, quiet: Duration) -> Result<Option<TurnEvent>, Failed> {
        let (readiness, until) = (self.state.readiness(), &mut self.until);
        let grace = self.state.settings().turn_grace;
        let draining = async {
            readiness.failed().await;
            sleep_until(*until.get_or_insert_with(|| Instant::now() + grace)).await;
        };
        let event = tokio::select! {
            biased;
            event = self.events.next() => event,
            () = draining => None,
            () = sleep(quiet) => return Ok(None),
        };
        match event {
            Some(event) => {
                self.note(&event);
                Ok(Some(event))
            }
            None => Err(self.stop().await),
        }
    }

    /// Remembers what was done, for the case that the turn does not end itself.
    fn note(&mut self, event: &TurnEvent) {
        match event {
            TurnEvent::ToolCall { id, name, arguments } => {
                let (tool_name, arguments) = (name.clone(), arguments.clone());
                let call = ToolCall { tool_name, arguments, result: String::new() };
                self.calls.push((id.clone(), call));
            }
            TurnEvent::ToolResult { id, result, .. } => {
                let batch = result.get("batch_id").and_then(Value::as_str);
                self.batch_id = batch.and_then(BatchId::parse).or(self.batch_id.take());
                if let Some((_, call)) = self.calls.iter_mut().rfind(|(name, _)| name == id) {
                    call.result = result.to_string();
                }
            }
            _ => {}
        }
    }

    async fn stop(&mut self) -> Failed {
        let _ = timeout(STOP_TIMEOUT, self.events.stop()).await;
        let calls = self.calls.drain(..).map(|(_, call)| call);
        Failed {
            error: ApiError::Draining,
            conversation_id: self.conversation_id,
            tool_calls: calls.filter(|call| !call.result.is_empty()).collect(),
            batch_id: self.batch_id.take(),
            is_replayed: false,
        }
    }
}
