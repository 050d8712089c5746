//! Reads what somebody asks of a to-do list, in English: "remind me to call
//! mom tomorrow at 5pm", "mark the rent task done", "what's overdue?".
//!
//! A grammar and not a model: the same words always mean the same. It leans
//! towards doing nothing. A question changes nothing, a "don't" changes nothing,
//! and of an order every word must be understood: "delete task 3 if it is done"
//! deletes nothing. Quoted words are literal, so a title can be anything.
//!
//! A command names tasks as the person did. [`find_target`] says which task a
//! name means, and asking before many tasks are deleted is the caller's part.

mod add;
mod answers;
mod change;
mod dispatch;
mod kinds;
mod list;
mod manner;
mod others;
mod target;
mod words;

use jiff::civil::Date;

use crate::{DueDate, Problem, QuickAdd, TimeZoneName, Timestamp, WeekStart};

pub use kinds::{Command, DueScope, Edit, Selection, Target, TaskName, Unclear};
pub use target::{Candidate, Found, find_target};

impl Command {
    /// The longest message that is read, in Unicode code points.
    pub const MAX_CHARS: usize = 4_000;

    /// Reads a message of a user whose wall shows `now` in `zone`. What is too
    /// long or holds a NUL is [`Command::Unknown`], like all that means nothing.
    #[must_use]
    pub fn parse(text: &str, now: Timestamp, zone: &TimeZoneName, week_start: WeekStart) -> Self {
        let calendar = Calendar { now, zone, week_start };
        Self::read(text, &calendar, dispatch::read)
    }

    /// Reads a message again that was [`Unclear::Question`], when the user has
    /// said since that it is an order.
    #[must_use]
    pub fn meant(text: &str, now: Timestamp, zone: &TimeZoneName, week_start: WeekStart) -> Self {
        let calendar = Calendar { now, zone, week_start };
        Self::read(text, &calendar, dispatch::meant)
    }

    fn read(
        text: &str,
        calendar: &Calendar<'_>,
        read: fn(words::Words<'_>, &Calendar<'_>) -> Self,
    ) -> Self {
        if crate::text::bounded(text, Self::MAX_CHARS).is_err() {
            return Self::Unknown;
        }
        let words = words::read(text);
        if words.len() > MAX_WORDS {
            return Self::Unknown;
        }
        read(words::Words::new(text, &words), calendar)
    }
}

/// More than a long title and a long note have together. What takes time grows
/// with the words.
const MAX_WORDS: usize = 300;

/// By what the dates of a message are read.
struct Calendar<'a> {
    now: Timestamp,
    zone: &'a TimeZoneName,
    week_start: WeekStart,
}

impl Calendar<'_> {
    fn today(&self) -> Date {
        self.zone.today(self.now)
    }

    /// The due date that the text is, if it is nothing else.
    fn due(&self, text: &str) -> Option<DueDate> {
        QuickAdd::parse_due(text, self.now, self.zone, self.week_start)
    }

    fn quick_add(&self, text: &str) -> Result<QuickAdd, Problem> {
        QuickAdd::parse(text, self.now, self.zone, self.week_start)
    }
}

#[cfg(test)]
mod tests;
