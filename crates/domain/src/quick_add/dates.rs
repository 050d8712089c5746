//! Phrases of a day and a time: "on dec 5 at 9:30", "at 5pm", "tomorrow noon".

use jiff::civil::Time;

use super::{
    Today,
    days::{self, Day},
    phrases::{Meaning, Phrase, Places},
    times::{self, Clock, Form},
    tokens::{Cursor, Token},
};
use crate::DueDate;

/// How a phrase is introduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Introduced {
    /// Not at all.
    No,
    /// By "for", which counts at the end only: "for Monday readers".
    Weakly,
    /// By by, on, at, due or until.
    Yes,
}

/// A phrase of a day, a time, or both at the cursor.
pub(super) fn phrase(mut cursor: Cursor<'_>, today: &Today<'_>) -> Option<Phrase> {
    let start = cursor.at;
    let introduction = introduction(&mut cursor);
    if let Some(day) = cursor.walk(|cursor| time_and_day(cursor, introduction, today)) {
        return Some(of_day(start..cursor.at, day, introduction.0));
    }
    if let Some(day) = days::day(&mut cursor, today) {
        let day = time_after(&mut cursor, day, today).unwrap_or(day);
        return Some(of_day(start..cursor.at, day, introduction.0));
    }
    let clock = times::clock(&mut cursor)?;
    of_time(start..cursor.at, clock, introduction.0)
}

/// The due date that all of these words together are.
pub(super) fn alone(tokens: &[Token<'_>], today: &Today<'_>) -> Option<DueDate> {
    let is_last = |end: usize| tokens[end..].iter().all(Token::is_blank);
    let cursor = Cursor::new(tokens, 0);
    let whole = phrase(cursor, today).filter(|phrase| is_last(phrase.tokens.end));
    if let Some(Phrase { meaning: Meaning::Due(due), .. }) = whole {
        return today.future(due);
    }
    let mut cursor = cursor;
    let (_, ends_with_at) = introduction(&mut cursor);
    let clock = times::clock(&mut cursor)?;
    if !is_last(cursor.at) || (clock.form == Form::Hour && !ends_with_at) {
        return None;
    }
    let date = today.local.date();
    with_time(Day::anywhere(DueDate::on(date)), clock, today)
        .or_else(|| with_time(Day::anywhere(DueDate::on(date.tomorrow().ok()?)), clock, today))
}

/// The time first: "at 5pm on friday", "at 9 tomorrow", "5pm tomorrow".
fn time_and_day(
    cursor: &mut Cursor<'_>,
    (introduced, ends_with_at): (Introduced, bool),
    today: &Today<'_>,
) -> Option<Day> {
    let clock = times::clock(cursor)?;
    let is_time = match clock.form {
        Form::Hour => ends_with_at,
        Form::Noon => introduced == Introduced::Yes,
        Form::Meridiem | Form::Colon => true,
    };
    introduction(cursor);
    let day = days::day(cursor, today).filter(|_| is_time)?;
    Some(Day { due: with_time(day, clock, today)?, places: at_edges(day), ..day })
}

/// Walks over by, on, at, due and until, and over two of them ("due on").
fn introduction(cursor: &mut Cursor<'_>) -> (Introduced, bool) {
    let (mut introduced, mut ends_with_at) = (Introduced::No, false);
    for _ in 0..2 {
        let found = cursor.take(|word| match word {
            "at" | "@" => Some((Introduced::Yes, true)),
            "by" | "on" | "due" | "until" => Some((Introduced::Yes, false)),
            "for" if introduced == Introduced::No => Some((Introduced::Weakly, false)),
            _ => None,
        });
        match found {
            Some(found) => (introduced, ends_with_at) = found,
            None => break,
        }
    }
    (introduced, ends_with_at)
}

/// The time after a day: "at 9", "5pm", "noon". A bare hour needs its "at".
fn time_after(cursor: &mut Cursor<'_>, day: Day, today: &Today<'_>) -> Option<Day> {
    if day.due.time().is_some() {
        return None;
    }
    let due = cursor.walk(|cursor| with_time(day, time(cursor)?, today))?;
    // With a time after it even "sun" is Sunday.
    Some(Day { due, places: at_edges(day), ..day })
}

/// A time that follows something: "at 9", "5pm", "by noon".
pub(super) fn time(cursor: &mut Cursor<'_>) -> Option<Clock> {
    cursor.walk(|cursor| {
        let (_, ends_with_at) = introduction(cursor);
        times::clock(cursor).filter(|clock| clock.form != Form::Hour || ends_with_at)
    })
}

fn at_edges(day: Day) -> Places {
    Places { middle: day.places.middle, ..Places::EDGES }
}

/// The day at that time, unless it is past.
///
/// Hours are those of 24; but "tonight at 8" is in the evening, and "today at
/// 5", said at nine in the morning, is not past but in the afternoon.
fn with_time(day: Day, clock: Clock, today: &Today<'_>) -> Option<DueDate> {
    if day.due.time().is_some() {
        return None;
    }
    let at = |time: Time| today.future(DueDate::at(day.due.date().to_datetime(time)));
    let is_open = clock.form != Form::Meridiem && (1..12).contains(&clock.time.hour());
    let later = || {
        let is_today = day.due.date() == today.local.date() && clock.form == Form::Hour;
        let time = Time::new(clock.time.hour() + 12, clock.time.minute(), 0, 0).ok()?;
        if is_open && (day.is_evening || is_today) { at(time) } else { None }
    };
    if day.is_evening && is_open { later() } else { at(clock.time).or_else(later) }
}

fn of_day(tokens: std::ops::Range<usize>, day: Day, introduced: Introduced) -> Phrase {
    let is_introduced = introduced != Introduced::No;
    Phrase {
        tokens,
        meaning: Meaning::Due(day.due),
        places: Places {
            start: day.places.start || introduced == Introduced::Yes,
            end: day.places.end || is_introduced,
            middle: day.places.middle && introduced == Introduced::Yes,
        },
        is_bare: !is_introduced,
    }
}

fn of_time(tokens: std::ops::Range<usize>, clock: Clock, introduced: Introduced) -> Option<Phrase> {
    let is_sure = introduced == Introduced::Yes && clock.form != Form::Hour;
    (is_sure || clock.form == Form::Meridiem).then_some(Phrase {
        tokens,
        meaning: Meaning::Time(clock.time),
        places: Places { middle: is_sure, ..Places::EDGES },
        is_bare: introduced == Introduced::No,
    })
}
