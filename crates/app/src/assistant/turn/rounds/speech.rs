//! What the model says, on its way to whoever listens.
//!
//! The words come from a place that cannot wait, so those that the listener has
//! no room for yet are kept and told with the next ones: none is lost, and there
//! are never more of them than an answer may have.

use tokio::sync::mpsc;

use crate::assistant::{
    TurnEvent,
    calls::{Halt, Reporter},
};

/// The longest answer, in bytes: many times what a model is asked for.
const MAX_BYTES: usize = 16 * 1024;
/// How an answer ends that was longer.
const TOO_LONG: &str = " […] The rest of this answer was too long and is left out.";

/// Everything that was said in a turn.
pub(super) struct Speech {
    sender: mpsc::Sender<TurnEvent>,
    said: String,
    /// Where in `said` that begins which nobody was told of yet.
    told: usize,
    begins_step: bool,
    is_full: bool,
}

impl Speech {
    pub fn new(reporter: &Reporter) -> Self {
        let sender = reporter.sender.clone();
        Self { sender, said: String::new(), told: 0, begins_step: false, is_full: false }
    }

    /// What is said next is a paragraph of its own.
    pub const fn begin_step(&mut self) {
        self.begins_step = true;
    }

    /// Takes words of the model.
    pub fn hear(&mut self, words: &str) {
        // PostgreSQL stores no NUL, and nobody misses it.
        let words = words.replace('\0', "");
        if words.is_empty() || self.is_full {
            return;
        }
        if self.begins_step {
            self.begins_step = false;
            self.break_paragraph();
        }
        let room = MAX_BYTES.saturating_sub(self.said.len());
        self.said.push_str(&words[..words.floor_char_boundary(room)]);
        if words.len() > room {
            self.is_full = true;
            self.said.push_str(TOO_LONG);
        }
        self.tell_if_heard();
    }

    /// Adds a sentence of the server's own.
    pub fn add(&mut self, sentence: &str) {
        self.break_paragraph();
        self.said.push_str(sentence);
    }

    fn break_paragraph(&mut self) {
        if !self.said.is_empty() {
            self.said.push_str("\n\n");
        }
    }

    fn tell_if_heard(&mut self) {
        if let Ok(room) = self.sender.try_reserve() {
            room.send(TurnEvent::TextDelta(self.said[self.told..].to_owned()));
            self.told = self.said.len();
        }
    }

    /// Tells what was not told yet.
    ///
    /// # Errors
    /// [`Halt`]: nobody listens.
    pub async fn flush(&mut self, reporter: &Reporter) -> Result<(), Halt> {
        if self.told < self.said.len() {
            let words = self.said[self.told..].to_owned();
            self.told = self.said.len();
            reporter.tell(TurnEvent::TextDelta(words)).await?;
        }
        Ok(())
    }

    /// Whether the model has said more than is kept.
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// All that was said so far.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// All that was said.
    pub fn into_said(self) -> String {
        self.said
    }
}
