//! Chooses the phrases that count, by where they stand.
//!
//! First those at the end of the line, one after the other inwards; then those
//! that a word introduces, wherever they are; then those at the start. There is
//! one due date, one time, one recurrence and one priority; what comes too late
//! stays in the title.

use jiff::civil::Time;

use super::{
    Span, SpanKind, Today, days,
    phrases::{Meaning, Phrase, phrase_at},
    tokens::Token,
};
use crate::{DueDate, Priority, RecurrenceRule, TagName};

/// What was chosen.
#[derive(Default)]
pub(super) struct Chosen {
    phrases: Vec<Phrase>,
    pub tags: Vec<(usize, TagName)>,
    pub due: Option<DueDate>,
    pub priority: Option<Priority>,
    pub recurrence: Option<RecurrenceRule>,
}

impl Chosen {
    /// Which words leave the title.
    pub(super) fn taken(&self, count: usize) -> Vec<bool> {
        let mut taken = vec![false; count];
        for at in self.phrases.iter().flat_map(|phrase| phrase.tokens.clone()) {
            taken[at] = true;
        }
        for (at, _) in &self.tags {
            taken[*at] = true;
        }
        taken
    }

    /// Where the phrases and the tags are, in no order.
    pub(super) fn spans(&self, tokens: &[Token<'_>]) -> impl Iterator<Item = Span> {
        let phrases = self.phrases.iter().map(|phrase| {
            let kind = match phrase.meaning {
                Meaning::Due(_) | Meaning::Time(_) => SpanKind::DueDate,
                Meaning::Repeat(..) => SpanKind::Recurrence,
                Meaning::Priority(_) => SpanKind::Priority,
            };
            (phrase.tokens.start, phrase.tokens.end - 1, kind)
        });
        let tags = self.tags.iter().map(|(at, _)| (*at, *at, SpanKind::Tag));
        phrases.chain(tags).map(|(first, last, kind)| Span {
            start: tokens[first].chars.start,
            end: tokens[last].chars.end,
            kind,
        })
    }
}

pub(super) fn choose(tokens: &[Token<'_>], tags: &[(usize, TagName)], today: &Today<'_>) -> Chosen {
    let phrases: Vec<_> = (0..tokens.len()).map(|at| phrase_at(tokens, at, today)).collect();
    let mut choice =
        Choice { tokens, phrases, taken: vec![false; tokens.len()], chosen: Vec::new() };
    for (at, _) in tags {
        choice.taken[*at] = true;
    }
    choice.take_from_the_end();
    choice.take_from_the_middle();
    choice.take_from_the_start();
    let mut chosen = Chosen { phrases: choice.chosen, tags: tags.to_vec(), ..Chosen::default() };
    resolve(&mut chosen, today);
    chosen
}

struct Choice<'a> {
    tokens: &'a [Token<'a>],
    /// The phrase that begins at each word.
    phrases: Vec<Option<Phrase>>,
    taken: Vec<bool>,
    chosen: Vec<Phrase>,
}

/// No phrase has more words.
const MAX_WORDS: usize = 24;

impl Choice<'_> {
    fn take_from_the_end(&mut self) {
        let mut end = self.tokens.len();
        loop {
            while end > 0 && self.is_transparent(end - 1) {
                end -= 1;
            }
            let starts = end.saturating_sub(MAX_WORDS)..end;
            let fits = |phrase: &Phrase| phrase.tokens.end == end && phrase.places.end;
            let Some(start) = starts.into_iter().find(|at| self.can_take(*at, fits)) else { break };
            self.take(start);
            end = start;
        }
    }

    fn take_from_the_middle(&mut self) {
        for at in (0..self.tokens.len()).rev() {
            // The longest one: "at 5pm on friday" rather than "on friday".
            let mut starts = at.saturating_sub(MAX_WORDS)..=at;
            let fits = |phrase: &Phrase| phrase.places.middle && phrase.tokens.contains(&at);
            if let Some(start) = starts.find(|start| self.can_take(*start, fits)) {
                self.take(start);
            }
        }
    }

    fn take_from_the_start(&mut self) {
        let mut at = 0;
        loop {
            while at < self.tokens.len() && self.is_transparent(at) {
                at += 1;
            }
            if !self.can_take(at, |phrase| phrase.places.start) {
                break;
            }
            self.take(at);
        }
    }

    /// Whether one may look through a word: it is understood, or no word.
    fn is_transparent(&self, at: usize) -> bool {
        self.taken[at] || self.tokens[at].is_blank()
    }

    fn can_take(&self, at: usize, fits: impl Fn(&Phrase) -> bool) -> bool {
        let Some(phrase) = self.phrases.get(at).and_then(Option::as_ref) else { return false };
        let is_free = !phrase.tokens.clone().any(|at| self.taken[at]);
        is_free && fits(phrase) && !self.chosen.iter().any(|other| excludes(other, phrase))
    }

    fn take(&mut self, at: usize) {
        if let Some(phrase) = self.phrases[at].take() {
            self.taken[phrase.tokens.clone()].fill(true);
            self.chosen.push(phrase);
        }
    }
}

/// Whether two phrases say the same thing twice.
fn excludes(one: &Phrase, other: &Phrase) -> bool {
    use Meaning::{Due, Priority, Repeat, Time};
    let has_time = |phrase: &Phrase| match &phrase.meaning {
        Due(due) => due.time().is_some(),
        Time(_) => true,
        Repeat(_, time) => time.is_some(),
        Priority(_) => false,
    };
    let is_same = std::mem::discriminant(&one.meaning) == std::mem::discriminant(&other.meaning);
    is_same || (has_time(one) && has_time(other))
}

/// Makes one due date of the phrases.
fn resolve(chosen: &mut Chosen, today: &Today<'_>) {
    let (mut date, mut time, mut rule) = (None, None, None);
    for phrase in &chosen.phrases {
        match &phrase.meaning {
            Meaning::Due(due) => date = Some(*due),
            Meaning::Time(at) => time = Some(*at),
            Meaning::Repeat(repeat, at) => {
                rule = Some((**repeat).clone());
                time = at.or(time);
            }
            Meaning::Priority(priority) => chosen.priority = Some(*priority),
        }
    }
    let due = match (date, time, &rule) {
        (Some(date), Some(time), rule) => today
            .future(DueDate::at(date.date().to_datetime(time)))
            .or_else(|| first(rule.as_ref()?, Some(time), today))
            .or(Some(date)),
        (Some(date), None, _) => Some(date),
        (None, time, Some(rule)) => first(rule, time, today),
        (None, Some(time), None) => next_at(time, today),
        (None, None, None) => None,
    };
    chosen.due = due;
    chosen.recurrence = rule.filter(|_| due.is_some());
    // What was not used goes back to the title.
    chosen.phrases.retain(|phrase| match phrase.meaning {
        Meaning::Time(_) => due.is_some_and(|due| due.time().is_some()),
        Meaning::Repeat(..) => due.is_some(),
        Meaning::Due(_) | Meaning::Priority(_) => true,
    });
}

/// The next time that the wall shows this.
fn next_at(time: Time, today: &Today<'_>) -> Option<DueDate> {
    let date = today.local.date();
    today
        .future(DueDate::at(date.to_datetime(time)))
        .or_else(|| today.future(DueDate::at(date.tomorrow().ok()?.to_datetime(time))))
}

/// Where a recurrence begins that has no date.
fn first(rule: &RecurrenceRule, time: Option<Time>, today: &Today<'_>) -> Option<DueDate> {
    if rule.has_time() && time.is_none() {
        return days::after_minutes(60, today);
    }
    let from = |date: jiff::civil::Date| {
        let start = rule.first_from(date.to_datetime(time.unwrap_or(Time::MIN)))?;
        let due = if time.is_some() { DueDate::at(start) } else { DueDate::on(start.date()) };
        today.future(due)
    };
    let date = today.local.date();
    from(date).or_else(|| from(date.tomorrow().ok()?))
}
