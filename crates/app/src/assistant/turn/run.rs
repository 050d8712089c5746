//! How a turn is answered: by the server itself after a question, by the model,
//! or by the built-in assistant where there is none.

use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tracing::Instrument as _;

use super::{Turn, end::Ending, question, rounds};
use crate::assistant::{
    Answer, TurnEvent, TurnEvents,
    answer::EVENTS,
    builtin::{self, BuiltinTurn},
    calls::{Calls, Halt, Reporter},
    state::ConversationState,
};

/// What was said at the end of a turn.
pub(super) struct Spoken {
    /// The words, as they were told.
    pub text: String,
    /// Who said them.
    pub provider: &'static str,
    /// The messages as the provider sent them.
    pub raw: Option<Value>,
}

impl Turn {
    /// Answers, in a task of its own, and tells what happens.
    #[must_use]
    pub fn run(self) -> TurnEvents {
        let (sender, receiver) = mpsc::channel(EVENTS);
        let conversation_id = self.conversation_id;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(self.answer(sender, stopped).in_current_span());
        TurnEvents { conversation_id, receiver, has_ended: false, stop, task }
    }

    async fn answer(mut self, sender: mpsc::Sender<TurnEvent>, stopped: watch::Receiver<bool>) {
        let reporter = Reporter {
            sender: sender.clone(),
            deadline: self.deadline,
            is_kept: self.key.is_some(),
            stopped,
        };
        let mut calls = Calls::new(self.app.clone(), self.batch.clone(), reporter);
        let mut state = std::mem::take(&mut self.state);
        let spoken = self.speak(&mut calls, &mut state).await;
        if let Some(batch_id) = calls.batch_id() {
            state.did(&batch_id);
        }
        let end = Ending::of(self, &calls).end(spoken, state).await;
        // Whoever has hung up does not want to know.
        let _ = sender.send(end).await;
    }

    async fn speak(
        &self,
        calls: &mut Calls,
        state: &mut ConversationState,
    ) -> Result<Spoken, Halt> {
        if let Some(question) = state.question.take()
            && let Some(said) = question::said(self)
        {
            let reply = question::Reply { turn: self, question, said };
            calls.reporter().tell(TurnEvent::StepStart).await?;
            let text = reply.act(calls, state).await?;
            return finish_step(calls, text).await;
        }
        match &self.app.inner().model {
            Some(model) => rounds::converse(self, model, (calls, state)).await,
            None => self.by_the_built_in(calls, state).await,
        }
    }

    async fn by_the_built_in(
        &self,
        calls: &mut Calls,
        state: &mut ConversationState,
    ) -> Result<Spoken, Halt> {
        calls.reporter().tell(TurnEvent::StepStart).await?;
        let mut turn = BuiltinTurn {
            app: &self.app,
            message: self.message.content.as_str(),
            is_first: self.past.is_empty(),
            settings: &self.settings,
            calls,
            state,
        };
        let text = Box::pin(builtin::answer(&mut turn)).await?;
        finish_step(calls, text).await
    }
}

async fn finish_step(calls: &Calls, text: String) -> Result<Spoken, Halt> {
    calls.reporter().tell(TurnEvent::TextDelta(text.clone())).await?;
    calls.reporter().tell(TurnEvent::StepEnd).await?;
    Ok(Spoken { text, provider: Answer::BUILTIN, raw: None })
}
