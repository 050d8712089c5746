//! The calls of tools of one turn: made, told of, and remembered.

use rondo_domain::{Actor, BatchId, Task, TaskId};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use super::{ToolCall, TurnEvent};
use crate::{
    App, Batch,
    error::Error,
    tools::{self, ToolError, ToolRefusal},
};

/// Why a turn ends before its answer.
#[derive(Debug)]
pub(super) enum Halt {
    /// Nobody waits for the answer any more.
    HungUp,
    /// It cannot go on.
    Failed(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Tells whoever waits for the answer what happens.
pub(super) struct Reporter {
    pub sender: mpsc::Sender<TurnEvent>,
    /// When the turn has to be over.
    pub deadline: Instant,
    /// Whether the turn goes on when nobody listens: its request had a key,
    /// so somebody will ask for the answer again.
    pub is_kept: bool,
    /// Whether the turn has to stop all the same: the process is about to end.
    pub stopped: watch::Receiver<bool>,
}

impl Reporter {
    /// Whether the turn may take its next step.
    ///
    /// # Errors
    /// [`Halt`]: nobody waits, or it has taken too long.
    pub fn check(&self) -> Result<(), Halt> {
        self.check_listener()?;
        if Instant::now() >= self.deadline {
            return Err(Halt::Failed(Error::TurnTimedOut));
        }
        Ok(())
    }

    /// Whether somebody still waits for the answer, or will ask for it.
    ///
    /// # Errors
    /// [`Halt::HungUp`]: nobody does.
    pub fn check_listener(&self) -> Result<(), Halt> {
        if self.goes_on() { Ok(()) } else { Err(Halt::HungUp) }
    }

    fn goes_on(&self) -> bool {
        if self.is_kept { !*self.stopped.borrow() } else { !self.sender.is_closed() }
    }

    /// Waits until nobody waits for the answer any more.
    pub async fn hung_up(&self) {
        if self.is_kept {
            let mut stopped = self.stopped.clone();
            if stopped.wait_for(|is_stopped| *is_stopped).await.is_err() {
                // Whoever could stop it has gone.
                std::future::pending::<()>().await;
            }
        } else {
            self.sender.closed().await;
        }
    }

    /// Tells of something, and waits for a listener who is slow.
    ///
    /// # Errors
    /// [`Halt`]: nobody waits, or the listener has taken too long.
    pub async fn tell(&self, event: TurnEvent) -> Result<(), Halt> {
        match tokio::time::timeout_at(self.deadline, self.sender.send(event)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) if self.goes_on() => Ok(()),
            Ok(Err(_)) => Err(Halt::HungUp),
            Err(_) => Err(Halt::Failed(Error::TurnTimedOut)),
        }
    }
}

/// What the tools were asked in this turn, and what they answered.
pub(super) struct Calls {
    app: App,
    batch: Batch,
    reporter: Reporter,
    made: Vec<Receipt>,
    /// Whether a call failed of which nobody knows if it has changed a task.
    is_uncertain: bool,
}

/// A call, and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Receipt {
    /// What is shown of it.
    pub call: ToolCall,
    /// What it did, in the tool's word; `None` when it was refused.
    pub status: Option<String>,
    /// Whether a task has changed.
    pub has_changed: bool,
}

/// What came of a call: the tool's answer, or why it did nothing.
pub(super) type Called = Result<Value, ToolRefusal>;

impl Calls {
    /// No calls yet; the changes of all that follow are this batch.
    pub const fn new(app: App, batch: Batch, reporter: Reporter) -> Self {
        Self { app, batch, reporter, made: Vec::new(), is_uncertain: false }
    }

    /// Calls a tool for the turn's user, and tells of it.
    ///
    /// # Errors
    /// [`Halt`] ends the turn; what the tool refuses does not.
    pub async fn call(&mut self, name: &str, arguments: &Value) -> Result<Called, Halt> {
        let id = format!("call_{}", self.made.len() + 1);
        self.call_as(id, name, arguments).await
    }

    /// The same for a call that has a name already.
    ///
    /// # Errors
    /// See [`Self::call`].
    pub async fn call_as(
        &mut self,
        id: String,
        name: &str,
        arguments: &Value,
    ) -> Result<Called, Halt> {
        self.reporter.check()?;
        self.announce(&id, name, arguments).await?;
        match tools::call(&self.app, &self.batch, name, arguments).await {
            Ok(answer) => self.answered(id, (name, arguments), Ok(answer)).await,
            Err(ToolError::Refused(refusal)) => {
                self.answered(id, (name, arguments), Err(refusal)).await
            }
            Err(ToolError::Unknown { name: unknown }) => {
                let refusal = refusal("unknown_tool", format!("There is no tool \"{unknown}\""));
                self.answered(id, (name, arguments), Err(refusal)).await
            }
            Err(ToolError::Failed(error)) => {
                let outcome = refusal(error.code(), error.to_string());
                self.note(name, arguments, &Err(outcome));
                self.doubt(name);
                Err(Halt::Failed(error))
            }
        }
    }

    /// Tells of a call that is not made, and what is answered instead.
    ///
    /// # Errors
    /// [`Halt`]: nobody waits.
    pub async fn instead(
        &mut self,
        id: String,
        (name, arguments): (&str, &Value),
        outcome: Called,
    ) -> Result<Called, Halt> {
        self.announce(&id, name, arguments).await?;
        self.answered(id, (name, arguments), outcome).await
    }

    async fn announce(&self, id: &str, name: &str, arguments: &Value) -> Result<(), Halt> {
        let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.clone());
        self.reporter.tell(TurnEvent::ToolCall { id, name, arguments }).await
    }

    async fn answered(
        &mut self,
        id: String,
        (name, arguments): (&str, &Value),
        outcome: Called,
    ) -> Result<Called, Halt> {
        let result = self.note(name, arguments, &outcome);
        let is_error = outcome.is_err();
        self.reporter.tell(TurnEvent::ToolResult { id, result, is_error }).await?;
        Ok(outcome)
    }

    /// Remembers a call.
    fn note(&mut self, name: &str, arguments: &Value, outcome: &Called) -> Value {
        let result = match outcome {
            Ok(answer) => cut(answer.clone()),
            Err(refusal) => json!(refusal),
        };
        let text = |field: &str| outcome.as_ref().ok()?.get(field)?.as_str().map(str::to_owned);
        let call = ToolCall {
            tool_name: name.to_owned(),
            arguments: arguments.clone(),
            result: result.to_string(),
        };
        let has_changed = text("batch_id").is_some();
        self.made.push(Receipt { call, status: text("status"), has_changed });
        result
    }

    /// A task of the turn's user, looked up without a call.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn find_task(&self, id: TaskId) -> Result<Option<Task>, Error> {
        let owner = self.actor().user_id.clone();
        let store = self.app.store();
        let found = store.read(move |txn| async move { txn.find_task(&owner, id).await }).await?;
        Ok(found.map(|(task, _)| task))
    }

    /// Remembers that a tool failed that may have changed a task: a commit may
    /// have arrived whose answer did not.
    pub fn doubt(&mut self, name: &str) {
        self.is_uncertain |= tools::find(name).is_none_or(|tool| !tool.is_read_only);
    }

    /// Who the calls are made for.
    pub const fn actor(&self) -> &Actor {
        self.batch.actor()
    }

    /// Who is told of them.
    pub const fn reporter(&self) -> &Reporter {
        &self.reporter
    }

    /// The calls so far, in their order.
    pub fn receipts(&self) -> &[Receipt] {
        &self.made
    }

    /// The batch, if it may have changed a task and the calls do not say so:
    /// the history knows.
    pub fn uncertain_batch(&self) -> Option<&BatchId> {
        self.is_uncertain.then(|| self.batch.id())
    }

    /// The batch, if a task has changed.
    pub fn batch_id(&self) -> Option<BatchId> {
        let has_changed = self.made.iter().any(|receipt| receipt.has_changed);
        has_changed.then(|| self.batch.id().clone())
    }
}

/// The longest answer of a tool that is shown and kept, in bytes.
const MAX_RESULT_BYTES: usize = 8 * 1024;

/// An answer that is not too long to be shown; of one that is, the beginning and a notice.
pub(super) fn cut(answer: Value) -> Value {
    const NOTICE: &str = "This answer was too long. Ask for less: a filter, a smaller limit.";
    let text = answer.to_string();
    if text.len() <= MAX_RESULT_BYTES {
        return answer;
    }
    // As text inside JSON it may double: quotes and backslashes are escaped.
    let mut end = MAX_RESULT_BYTES - 200;
    loop {
        end = text.floor_char_boundary(end);
        let short = json!({"notice": NOTICE, "bytes": text.len(), "beginning": text[..end]});
        let length = short.to_string().len();
        if length <= MAX_RESULT_BYTES {
            return short;
        }
        end = end * (MAX_RESULT_BYTES - 200) / length;
    }
}

/// A refusal that no tool has worded.
pub(super) fn refusal(code: &'static str, message: impl Into<String>) -> ToolRefusal {
    ToolRefusal { code, message: message.into(), field: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_answer_is_cut_and_says_so() {
        let short = json!({"title": "x".repeat(8_000)});
        assert_eq!(cut(short.clone()), short);
        for letter in ["x", "\"", "\\", "é", "😀", "\u{1}"] {
            let long = cut(json!({"tasks": [letter.repeat(20_000)]}));
            let length = long.to_string().len();
            assert!((6_000..=MAX_RESULT_BYTES).contains(&length), "{letter}: {length}");
            assert!(long["notice"].as_str().is_some_and(|notice| notice.contains("too long")));
        }
    }
}
