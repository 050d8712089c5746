//! Phrases: some words, what they mean, and where that counts.

use std::ops::Range;

use jiff::civil::Time;

use super::{
    Today, dates, repeats,
    tokens::{Cursor, Token},
    words,
};
use crate::{DueDate, Priority, RecurrenceRule};

/// Some words that mean something, if they stand in the right place.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub tokens: Range<usize>,
    pub meaning: Meaning,
    pub places: Places,
    /// Whether no word introduces it, so that the word before may claim it.
    pub is_bare: bool,
}

/// Where a phrase counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// Before everything that is not understood.
    pub start: bool,
    /// After everything that is not understood.
    pub end: bool,
    /// Anywhere: by, on, at, due or until says that it is one.
    pub middle: bool,
}

impl Places {
    pub(super) const EDGES: Self = Self { start: true, end: true, middle: false };
}

#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// A day, with or without a time.
    Due(DueDate),
    /// A time on a day that is said elsewhere, or on the next that has it.
    Time(Time),
    /// How it recurs, and at what time.
    Repeat(Box<RecurrenceRule>, Option<Time>),
    /// How much it matters.
    Priority(Priority),
}

/// The phrase that begins at a word: the longest one.
pub(super) fn phrase_at(tokens: &[Token<'_>], at: usize, today: &Today<'_>) -> Option<Phrase> {
    let cursor = Cursor::new(tokens, at);
    let word = cursor.word()?;
    let phrase = match word {
        "every" => repeats::phrase(cursor, today),
        "p1" | "p2" | "p3" => priority(at, word),
        _ => dates::phrase(cursor, today),
    }?;
    let previous = at.checked_sub(1).map(|at| &tokens[at]).filter(|token| token.trail.is_empty());
    if phrase.is_bare && previous.is_some_and(|token| words::binds_what_follows(&token.word)) {
        return None;
    }
    let last = &tokens[phrase.tokens.end - 1];
    let next = tokens.get(phrase.tokens.end).filter(|_| last.trail.is_empty());
    let is_bound = next.is_some_and(|token| words::binds_what_precedes(&token.word));
    (!is_bound).then_some(phrase)
}

fn priority(at: usize, word: &str) -> Option<Phrase> {
    Some(Phrase {
        tokens: at..at + 1,
        meaning: Meaning::Priority(Priority::parse(word).ok()??),
        places: Places::EDGES,
        is_bare: true,
    })
}
