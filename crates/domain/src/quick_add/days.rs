//! Days: tomorrow, next Monday, in 3 days, 5 dec, 2026-12-24.

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, Weekday},
};

use super::{
    Today,
    phrases::Places,
    tokens::Cursor,
    words::{self, Spelling, Unit},
};
use crate::DueDate;

/// A day that was read, and where a phrase of it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    pub due: DueDate,
    /// Where it counts: at the start and the end when nothing introduces it, in
    /// the middle when something does.
    pub places: Places,
    /// Tonight: its hours are those of the evening.
    pub is_evening: bool,
}

impl Day {
    fn not_at_start(self) -> Self {
        Self { places: Places { start: false, ..self.places }, ..self }
    }

    fn not_in_middle(self) -> Self {
        Self { places: Places { middle: false, ..self.places }, ..self }
    }

    fn not_bare(self) -> Self {
        Self { places: Places { start: false, end: false, ..self.places }, ..self }
    }

    pub(super) fn anywhere(due: DueDate) -> Self {
        let places = Places { start: true, end: true, middle: true };
        Self { due, places, is_evening: false }
    }
}

/// A day at the cursor.
pub(super) fn day(cursor: &mut Cursor<'_>, today: &Today<'_>) -> Option<Day> {
    cursor
        .walk(|cursor| near(cursor, today))
        .or_else(|| cursor.walk(|cursor| relative(cursor, today)))
        .or_else(|| cursor.walk(|cursor| distance(cursor, today)))
        .or_else(|| cursor.walk(|cursor| named(cursor, today)))
        .or_else(|| cursor.walk(|cursor| of_month(cursor, today)))
        .or_else(|| cursor.walk(|cursor| iso(cursor, today)))
        .or_else(|| cursor.walk(|cursor| ordinal(cursor, today)))
}

fn near(cursor: &mut Cursor<'_>, today: &Today<'_>) -> Option<Day> {
    let date = today.local.date();
    let (date, is_evening) = cursor.take(|word| match word {
        "today" => Some((date, false)),
        "tonight" | "eod" => Some((date, true)),
        "tomorrow" | "tmr" | "tmrw" => Some((date.tomorrow().ok()?, false)),
        _ => None,
    })?;
    let day = Day { is_evening, ..Day::anywhere(DueDate::on(date)) };
    Some(if is_evening { day.not_at_start() } else { day })
}

/// `next week`, `this weekend`, `next monday`, `this friday`.
fn relative(cursor: &mut Cursor<'_>, today: &Today<'_>) -> Option<Day> {
    let date = today.local.date();
    let is_next = cursor.take(|word| match word {
        "next" => Some(true),
        "this" => Some(false),
        _ => None,
    })?;
    let next_week = coming(date.tomorrow().ok()?, today.week_start.weekday())?;
    let found = cursor.take(|word| match (word, is_next) {
        ("week", true) => Some(next_week),
        ("month", true) => date.last_of_month().tomorrow().ok(),
        ("year", true) => date.last_of_year().tomorrow().ok(),
        ("weekend", true) => coming(next_week, Weekday::Saturday),
        ("weekend", false) if date.weekday() == Weekday::Sunday => Some(date),
        ("weekend", false) => coming(date, Weekday::Saturday),
        _ => {
            let (weekday, _) = words::weekday(word)?;
            coming(if is_next { next_week } else { date }, weekday)
        }
    })?;
    Some(Day::anywhere(DueDate::on(found)))
}

/// The first of these weekdays from this day on, itself included.
pub(super) fn coming(from: Date, weekday: Weekday) -> Option<Date> {
    from.checked_add(i64::from(weekday.since(from.weekday())).days()).ok()
}

/// `in 3 days`, `in 2 weeks`, `in an hour`.
fn distance(cursor: &mut Cursor<'_>, today: &Today<'_>) -> Option<Day> {
    if !cursor.skip("in") {
        return None;
    }
    let due = if cursor.skip("half") {
        let is_hour = cursor.skip("an") && cursor.skip("hour");
        is_hour.then(|| after_minutes(30, today))?
    } else {
        let article = |word: &str| matches!(word, "a" | "an").then_some(1);
        let count = cursor.take(|word| words::count(word).or_else(|| article(word)))?;
        let unit = cursor.take(words::unit)?;
        let date = today.local.date();
        let days = |span: jiff::Span| date.checked_add(span).ok().map(DueDate::on);
        match unit {
            Unit::Minutes => after_minutes(count, today),
            Unit::Hours => after_minutes(count * 60, today),
            Unit::Days => days(count.days()),
            Unit::Weeks => days(count.weeks()),
            Unit::Months => days(count.months()),
            Unit::Years => days(count.years()),
        }
    };
    Some(Day::anywhere(due?).not_in_middle())
}

/// So many minutes from now, by the clock that runs and not by that on the wall.
pub(super) fn after_minutes(minutes: i64, today: &Today<'_>) -> Option<DueDate> {
    let mut local = today.zone.local(today.now.plus_seconds(minutes * 60));
    // In the hour that the wall shows twice, only the first of the two has a
    // name; the next time that is later has to do.
    for _ in 0..4 {
        if let Some(due) = today.future(DueDate::at(local)) {
            return Some(due);
        }
        local = local.checked_add(SignedDuration::from_hours(1)).ok()?;
    }
    None
}

/// `monday`, `fri`, `friday, dec 5`: never today, whose name is "today".
fn named(cursor: &mut Cursor<'_>, today: &Today<'_>) -> Option<Day> {
    let (weekday, spelling) = cursor.take(words::weekday)?;
    let dated = cursor.walk(|cursor| {
        let day = of_month(cursor, today).or_else(|| iso(cursor, today))?;
        (day.due.date().weekday() == weekday).then_some(day)
    });
    if let Some(day) = dated {
        return Some(Day::anywhere(day.due));
    }
    let due = DueDate::on(coming(today.local.date().tomorrow().ok()?, weekday)?);
    let day = Day::anywhere(due);
    Some(match spelling {
        Spelling::Full => day,
        Spelling::Short => day.not_at_start(),
        Spelling::Word => day.not_bare().not_in_middle(),
    })
}

/// `5 dec`, `dec 5`, `5th of december 2027`, `dec 5, 2027`.
fn of_month(cursor: &mut Cursor<'_>, today: &Today<'_>) -> Option<Day> {
    let first = cursor.word()?;
    let day_first = cursor.walk(|cursor| {
        let day = cursor.take(words::day)?;
        cursor.skip("of");
        Some((cursor.take(words::month)?, day))
    });
    let (month, day) = match day_first {
        Some(found) => found,
        None => (cursor.take(words::month)?, cursor.take(words::day)?),
    };
    let date = match cursor.take(words::year) {
        Some(year) => Date::new(year, month, day).ok()?,
        None => soonest(month, day, today)?,
    };
    let due = today.future(DueDate::on(date))?;
    let day = Day::anywhere(due);
    Some(if words::is_verb(first) { day.not_at_start() } else { day })
}

/// That day this year or, when it is past, in the next year that has it.
pub(super) fn soonest(month: i8, day: i8, today: &Today<'_>) -> Option<Date> {
    let now = today.local.date();
    let years = now.year()..=now.year().checked_add(8)?;
    years.filter_map(|year| Date::new(year, month, day).ok()).find(|date| *date >= now)
}

/// `2026-12-24`, `2026-12-24T17:00`, and RFC 3339 with an offset.
fn iso(cursor: &mut Cursor<'_>, today: &Today<'_>) -> Option<Day> {
    let due = cursor.take(|word| DueDate::parse(word, today.zone).ok())?;
    Some(Day::anywhere(today.future(due)?))
}

/// `the 15th`, of this month or the next that has it: only at the end, and only
/// after by, on, due or until.
fn ordinal(cursor: &mut Cursor<'_>, today: &Today<'_>) -> Option<Day> {
    if !cursor.skip("the") {
        return None;
    }
    if let Some(day) = cursor.walk(|cursor| of_month(cursor, today)) {
        return Some(day.not_bare());
    }
    let day = cursor.take(words::ordinal)?;
    let now = today.local.date();
    let mut months = (0..3).filter_map(|n: i64| {
        let month = now.first_of_month().checked_add(n.months()).ok()?;
        Date::new(month.year(), month.month(), day).ok()
    });
    let due = DueDate::on(months.find(|date| *date >= now)?);
    Some(Day::anywhere(due).not_bare().not_in_middle())
}
