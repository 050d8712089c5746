//! The built-in assistant: no language model, a grammar and the same tools.
//!
//! It never guesses. Where it is not certain which task is meant it asks, where
//! more than one task would be deleted it asks, and what it does not understand
//! it does not do. What it says of a task comes from a tool's answer.

mod act;
mod arguments;
mod choice;
mod delete;
mod resolve;
mod row;
mod show;
mod talk;
#[cfg(test)]
mod tests;
mod undo;
mod words;

use jiff::civil::Date;
use rondo_domain::{Command, TaskId, Timestamp, Unclear, UserSettings};
use serde_json::Value;

use super::{
    calls::{Called, Calls, Halt},
    state::{ConversationState, Which},
};
use crate::App;
use choice::Choice;

/// A message to the built-in assistant, and what it needs to answer.
pub(super) struct BuiltinTurn<'a> {
    /// The application.
    pub app: &'a App,
    /// What was said, without white space around it.
    pub message: &'a str,
    /// Whether nothing was answered in this conversation before.
    pub is_first: bool,
    /// The user's time zone and week.
    pub settings: &'a UserSettings,
    /// The tools.
    pub calls: &'a mut Calls,
    /// What the conversation remembers.
    pub state: &'a mut ConversationState,
}

/// What the built-in assistant answers.
///
/// # Errors
/// [`Halt`] of a call ends the turn.
pub(super) async fn answer(turn: &mut BuiltinTurn<'_>) -> Result<String, Halt> {
    let (message, is_first, now) = (turn.message, turn.is_first, turn.app.now());
    let (pending, shall) = (turn.state.which.take(), turn.state.shall.take());
    let order = Which { message: message.to_owned(), at: now.as_micros() };
    let mut answering = Answering { turn, now, order };
    let mut command = answering.read(message, now);
    if command == Command::Yes
        && let Some(asked) = shall.filter(|asked| !asked.is_over(now))
    {
        command = answering.meant(asked);
    }
    let introduces = matches!(command, Command::Help | Command::Greeting | Command::Unknown);
    // What is done takes a large future; most turns need a small part of it.
    let text = Box::pin(answering.answer(command, pending)).await?;
    Ok(if is_first && !introduces { format!("{text}\n\n{}", talk::INTRODUCTION) } else { text })
}

/// The answering of one message.
struct Answering<'t, 'a> {
    turn: &'t mut BuiltinTurn<'a>,
    now: Timestamp,
    /// The message that says what is to be done: this one, or the one whose
    /// task this one names.
    order: Which,
}

impl Answering<'_, '_> {
    fn read(&self, message: &str, now: Timestamp) -> Command {
        let UserSettings { time_zone, week_start, .. } = self.turn.settings;
        Command::parse(message, now, time_zone, *week_start)
    }

    /// The order that was asked about, now that it is one, or that its task is known.
    fn meant(&mut self, asked: Which) -> Command {
        let UserSettings { time_zone, week_start, .. } = self.turn.settings;
        let Some(at) = Timestamp::from_micros(asked.at) else { return Command::Unknown };
        let command = Command::meant(&asked.message, at, time_zone, *week_start);
        self.order = asked;
        command
    }

    async fn answer(&mut self, command: Command, pending: Option<Which>) -> Result<String, Halt> {
        let command = match pending {
            Some(pending) => match self.chosen(command, pending).await? {
                Choice::Do(command) => command,
                Choice::Ask(text) => return Ok(text),
            },
            None => command,
        };
        match command {
            Command::Add(new) => self.add(*new).await,
            Command::List(selection) => self.list(&selection).await,
            Command::Show(target) | Command::Named(target) => self.show(target).await,
            Command::IsDone(target) => self.is_done(target).await,
            Command::Complete(target) => self.set_completed(target, true).await,
            Command::Reopen(target) => self.set_completed(target, false).await,
            Command::Delete(target) => self.delete(target).await,
            Command::Update(target, edit) => self.update(target, &edit).await,
            Command::Undo => self.undo().await,
            Command::Redo => self.redo().await,
            Command::Unclear(Unclear::Question) => {
                self.turn.state.shall = Some(self.order.clone());
                Ok(talk::unclear(Unclear::Question).to_owned())
            }
            Command::Unclear(unclear) => Ok(talk::unclear(unclear).to_owned()),
            other => Ok(self.talk(&other)),
        }
    }

    /// What is said without looking at any task.
    fn talk(&self, command: &Command) -> String {
        let message = self.turn.message;
        match command {
            Command::Greeting if talk::is_goodbye(message) => talk::GOODBYE.to_owned(),
            Command::Unknown => talk::unknown(message),
            other => talk::answer(other).to_owned(),
        }
    }

    async fn call(&mut self, tool: &str, arguments: Value) -> Result<Called, Halt> {
        self.turn.calls.call(tool, &arguments).await
    }

    fn today(&self) -> Date {
        self.turn.settings.time_zone.today(self.now)
    }

    /// Remembers which tasks "the second one" is one of, and "it" if there is
    /// only one.
    fn name(&mut self, mut ids: Vec<TaskId>) {
        ids.truncate(ConversationState::MAX_NAMED);
        if let [only] = *ids {
            self.turn.state.last = Some(only);
        }
        self.turn.state.named = ids;
    }
}
