//! How a turn ends: the answer, what came of it, what the conversation
//! remembers, and the key, in one transaction.

mod record;

use rondo_domain::{
    BatchId, ConversationId, Message, MessageContent, MessageId, Role, Timestamp, UserId,
};
use rondo_store::{TurnRecord, Txn};
use serde_json::Value;

use self::record::kept;
use super::{
    Turn,
    memory::{KEPT_SECONDS, Key, Memory},
    run::Spoken,
    window,
};
use crate::{
    App,
    assistant::{
        Answer, Failure, ToolCall, TurnEvent,
        calls::{Calls, Halt},
        state::ConversationState,
    },
    batch::Stop,
    error::{Error, Kind},
};

/// The longest that a provider's messages may be to be kept, in characters: a
/// little more than is ever shown again. Of a longer turn the words are.
const MAX_RAW_CHARS: usize = window::MAX_CHARS + 200;

/// A turn that ends.
pub(super) struct Ending {
    app: App,
    close: Close,
}

/// What is written at the end.
#[derive(Clone)]
struct Close {
    owner: UserId,
    place: ConversationId,
    turn_id: String,
    question_id: MessageId,
    now: Timestamp,
    tool_calls: Vec<ToolCall>,
    record: TurnRecord,
    /// A batch of which only the history knows whether it has changed tasks.
    uncertain: Option<BatchId>,
    /// What the conversation is to remember, as it is stored.
    state: Option<String>,
    /// The key, and what stands under it.
    key: Option<(String, String)>,
}

/// What came of writing it.
enum Closed {
    Answered(Message),
    /// The conversation is not this turn's any more.
    Lost(Error),
}

impl Ending {
    /// The end of a turn that made these calls.
    pub fn of(turn: Turn, calls: &Calls) -> Self {
        let Turn { app, conversation_id: place, id: turn_id, message, key, .. } = turn;
        let tool_calls = kept(calls.receipts().iter().map(|receipt| &receipt.call));
        let provider = if app.inner().model.is_some() { Answer::MODEL } else { Answer::BUILTIN };
        let record = TurnRecord {
            batch_id: calls.batch_id(),
            provider: provider.to_owned(),
            tool_calls: serde_json::to_string(&tool_calls).unwrap_or_else(|_| "[]".to_owned()),
            raw: None,
        };
        let close = Close {
            owner: calls.actor().user_id.clone(),
            place,
            turn_id,
            question_id: message.id,
            // A clock that was set back must not put the answer first.
            now: app.now().max(message.created_at),
            tool_calls,
            record,
            uncertain: calls.uncertain_batch().cloned(),
            state: None,
            key: key.map(|Key { name, running }| (name, running)),
        };
        Self { app, close }
    }

    /// Stores how it ended, and says so.
    pub async fn end(
        mut self,
        spoken: Result<Spoken, Halt>,
        mut state: ConversationState,
    ) -> TurnEvent {
        if spoken.is_err() {
            // Nobody has heard the question.
            state.question = None;
        }
        if state != ConversationState::default() {
            self.close.state = serde_json::to_string(&state).ok();
        }
        let error = match spoken {
            Ok(spoken) => match self.answer(spoken).await {
                Ok(answer) => return TurnEvent::Finished(Box::new(answer)),
                Err(error) => {
                    // What was not answered has asked nothing.
                    (self.close.state, self.close.record.raw) = (None, None);
                    error
                }
            },
            Err(Halt::Failed(error)) => error,
            Err(Halt::HungUp) => self.close.stopped(),
        };
        // If the answer has arrived all the same, this changes nothing.
        self.fail(&error).await;
        TurnEvent::Failed(Box::new(self.failure(error)))
    }

    fn failure(self, error: Error) -> Failure {
        let Close { place, tool_calls, record, .. } = self.close;
        Failure { error, conversation_id: place, tool_calls, batch_id: record.batch_id }
    }

    async fn answer(&mut self, spoken: Spoken) -> Result<Answer, Error> {
        let Spoken { text, provider, raw } = spoken;
        let content = MessageContent::parse(text)
            .map_err(|problem| Error::Internal(format!("an answer: {problem}").into()))?;
        self.close.record.raw = raw.as_ref().map(Value::to_string);
        self.close.record.raw.take_if(|raw| raw.chars().count() > MAX_RAW_CHARS);
        provider.clone_into(&mut self.close.record.provider);
        let (owner, close) = (self.close.owner.clone(), self.close.clone());
        let stored = self.app.store().write_for(&owner, move |txn| close.answer(txn, content));
        match Box::pin(stored).await.map_err(|stop: Stop| Error::from(stop))? {
            Closed::Answered(message) => Ok(self.close.answered(message)),
            Closed::Lost(error) => Err(error),
        }
    }

    /// Stores that there is no answer. Where that fails too, the conversation
    /// is free again after a minute, and whoever comes with the key then hears
    /// what the history knows of the turn.
    async fn fail(&mut self, error: &Error) {
        let (owner, close) = (self.close.owner.clone(), self.close.clone());
        let code = error.code();
        let stored = self.app.store().write_for(&owner, move |txn| close.fail(txn, code));
        match Box::pin(stored).await {
            Ok(batch_id) => self.close.record.batch_id = batch_id,
            Err(stop) => {
                let unstored = Error::from(stop);
                tracing::warn!(reason = unstored.code(), "the end of a turn was not stored");
            }
        }
    }
}

impl Close {
    async fn answer(self, txn: Txn, content: MessageContent) -> Result<Closed, Stop> {
        let (owner, place) = (&self.owner, self.place);
        if !txn.end_turn((owner, place), &self.turn_id, self.state.as_deref()).await? {
            return self.lost(&txn).await.map(Closed::Lost);
        }
        let said = txn.insert_message(owner, place, Role::Assistant, &content, self.now).await?;
        txn.insert_turn(owner, (place, said.id), &self.record, self.now).await?;
        if let Some((key, running)) = &self.key {
            let answer = Memory::of_answer(&self.answered(said.clone())).to_text()?;
            self.remember(&txn, (key, running), &answer).await?;
        }
        Ok(Closed::Answered(said))
    }

    /// Stores the failure, and gives the batch of what was changed before.
    async fn fail(mut self, txn: Txn, code: &'static str) -> Result<Option<BatchId>, Stop> {
        if let Some(batch) = &self.uncertain
            && has_changed(&txn, &self.owner, batch).await?
        {
            self.record.batch_id = self.uncertain.take();
        }
        let (owner, place) = (&self.owner, self.place);
        if !txn.end_turn((owner, place), &self.turn_id, self.state.as_deref()).await? {
            self.lost(&txn).await?;
            return Ok(self.record.batch_id);
        }
        if !self.tool_calls.is_empty() {
            let beside = (place, self.question_id);
            txn.insert_turn(owner, beside, &self.record, self.now).await?;
        }
        self.failed(&txn, code).await?;
        Ok(self.record.batch_id)
    }

    /// What is told of a turn that nobody waits for. One with a key is asked
    /// for again: it was stopped because the process ends.
    fn stopped(&self) -> Error {
        match self.key {
            Some(_) => Error::TurnTimedOut,
            None => Error::Internal("nobody waited for the answer".into()),
        }
    }

    /// Why the conversation is not this turn's any more.
    async fn lost(&self, txn: &Txn) -> Result<Error, Stop> {
        let error = match txn.find_conversation(&self.owner, self.place).await? {
            Some(_) => Error::TurnTimedOut,
            None => Error::NotFound(Kind::Conversation),
        };
        self.failed(txn, error.code()).await?;
        Ok(error)
    }

    /// Under a key a failure is remembered that has changed something: trying
    /// again would change it twice.
    async fn failed(&self, txn: &Txn, code: &'static str) -> Result<(), Stop> {
        let Some((key, running)) = &self.key else {
            return Ok(());
        };
        if self.record.batch_id.is_none() {
            if self.uncertain.is_some() {
                // What the history does not know now it may know when the
                // lease is over, and not later.
                return Ok(());
            }
            return Ok(txn.forget_answer((&self.owner, key), running).await?);
        }
        let (calls, batch_id) = (self.tool_calls.clone(), self.record.batch_id.as_ref());
        let failed = Memory::of_failure(code, self.place, calls, batch_id).to_text()?;
        self.remember(txn, (key, running), &failed).await
    }

    async fn remember(
        &self,
        txn: &Txn,
        (key, running): (&str, &str),
        answer: &str,
    ) -> Result<(), Stop> {
        let until = self.now.plus_seconds(KEPT_SECONDS);
        txn.replace_answer((&self.owner, key), running, answer, until).await?;
        Ok(())
    }

    fn answered(&self, message: Message) -> Answer {
        Answer {
            conversation_id: self.place,
            message,
            tool_calls: self.tool_calls.clone(),
            batch_id: self.record.batch_id.clone(),
            provider: self.record.provider.clone(),
        }
    }
}

/// Whether a batch has changed tasks, as the history knows.
pub(super) async fn has_changed(txn: &Txn, owner: &UserId, batch: &BatchId) -> Result<bool, Stop> {
    Ok(!txn.list_batch(owner, batch, 1).await?.is_empty())
}
