//! Reads a task from one line: "Call Ana tomorrow at 9 #work p1 every week".
//!
//! A phrase that is understood leaves the title; everything else stays in it,
//! so the rules lean towards the title. A date counts only at the start, at the
//! end, or after by, on, at, due or until, never inside quotes, and never when
//! it is past; `5/12` is two dates and therefore none. Nobody's title is eaten:
//! a line of nothing but phrases is a title.

mod choose;
mod dates;
mod days;
mod labels;
mod phrases;
mod repeats;
mod times;
mod title;
pub(crate) mod tokens;
mod words;

use jiff::civil::DateTime;

use crate::{
    DueDate, Priority, Problem, RecurrenceRule, TagName, Tags, TimeZoneName, Timestamp, Title,
    WeekStart,
};

/// What was understood of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickAdd {
    /// What no phrase was made of.
    pub title: Title,
    /// Never past. A recurrence without a date begins with its first one.
    pub due: Option<DueDate>,
    /// From `p1`, `p2` or `p3`.
    pub priority: Option<Priority>,
    /// From words with a `#` before them.
    pub tags: Tags,
    /// From "every …".
    pub recurrence: Option<RecurrenceRule>,
    /// What was understood where, from left to right, without overlaps.
    pub spans: Vec<Span>,
}

/// A part of the line that was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first character, counted in Unicode code points from 0.
    pub start: usize,
    /// The character after the last one.
    pub end: usize,
    /// What it was understood as.
    pub kind: SpanKind,
}

/// What a part of the line was understood as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// A day, a time, or both.
    DueDate,
    /// How much it matters.
    Priority,
    /// One label.
    Tag,
    /// How it recurs.
    Recurrence,
}

impl SpanKind {
    /// The name in the API: that of the field it fills.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DueDate => "due_date",
            Self::Priority => "priority",
            Self::Tag => "tags",
            Self::Recurrence => "recurrence_rule",
        }
    }
}

impl QuickAdd {
    /// The longest line, in Unicode code points: room for the longest title,
    /// all tags and the longest phrases.
    pub const MAX_CHARS: usize = 2_000;

    /// Reads a line, for a user whose wall shows `now` in `zone`.
    ///
    /// # Errors
    /// An empty line, a NUL, or more text than a line or a title may have.
    pub fn parse(
        text: &str,
        now: Timestamp,
        zone: &TimeZoneName,
        week_start: WeekStart,
    ) -> Result<Self, Problem> {
        crate::text::bounded(text, Self::MAX_CHARS)?;
        let today = Today { now, zone, local: zone.local(now), week_start };
        let tokens = tokens::split(text);
        let labels = labels::find(&tokens);
        let chosen = choose::choose(&tokens, &labels, &today);
        match title::remaining(text, &tokens, &chosen) {
            Some(title) => Ok(Self::new(Title::parse(&title)?, &tokens, &chosen)),
            None => Ok(Self::new(Title::parse(text)?, &tokens, &choose::Chosen::default())),
        }
    }

    /// Reads a phrase that is a due date and nothing else: "friday", "tomorrow
    /// at 5", "2026-12-24", "noon". A time alone is the next one; nothing past
    /// is found.
    #[must_use]
    pub fn parse_due(
        text: &str,
        now: Timestamp,
        zone: &TimeZoneName,
        week_start: WeekStart,
    ) -> Option<DueDate> {
        crate::text::bounded(text, Self::MAX_CHARS).ok()?;
        let today = Today { now, zone, local: zone.local(now), week_start };
        dates::alone(&tokens::split(text), &today)
    }

    fn new(title: Title, tokens: &[tokens::Token<'_>], chosen: &choose::Chosen) -> Self {
        let names = chosen.tags.iter().map(|(_, name)| name.clone()).collect::<Vec<TagName>>();
        let mut spans: Vec<_> = chosen.spans(tokens).collect();
        spans.sort_by_key(|span| span.start);
        Self {
            title,
            due: chosen.due,
            priority: chosen.priority,
            // `labels` stops at the most there may be.
            tags: Tags::new(names).unwrap_or_default(),
            recurrence: chosen.recurrence.clone(),
            spans,
        }
    }
}

/// Where and when the line is read.
struct Today<'a> {
    now: Timestamp,
    zone: &'a TimeZoneName,
    /// What the wall shows.
    local: DateTime,
    week_start: WeekStart,
}

impl Today<'_> {
    /// The date, unless it is past.
    fn future(&self, due: DueDate) -> Option<DueDate> {
        (due.due_at(self.zone) > self.now).then_some(due)
    }
}

#[cfg(test)]
mod tests;
