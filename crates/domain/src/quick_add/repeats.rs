//! How a task recurs: "every 2 weeks", "every mon and thu at 9", "every 1st".

use jiff::civil::{Time, Weekday};

use super::{
    Today, dates, days,
    phrases::{Meaning, Phrase, Places},
    tokens::Cursor,
    words::{self, Unit},
};
use crate::{
    RecurrenceRule,
    planning::{Frequency, WeekdayOf},
};

/// A phrase that begins with "every", at the cursor.
pub(super) fn phrase(mut cursor: Cursor<'_>, today: &Today<'_>) -> Option<Phrase> {
    let start = cursor.at;
    if !cursor.skip("every") {
        return None;
    }
    let rule = cursor
        .walk(stretch)
        .or_else(|| cursor.walk(weekdays))
        .or_else(|| cursor.walk(nth_weekday))
        .or_else(|| cursor.walk(day_of_year))
        .or_else(|| cursor.walk(day_of_month))?;
    let time: Option<Time> = dates::time(&mut cursor).map(|clock| clock.time);
    let last =
        cursor.walk(|cursor| if cursor.skip("until") { days::day(cursor, today) } else { None });
    let rule = match last {
        Some(day) => rule.until(day.due.date()),
        None => rule,
    };
    Some(Phrase {
        tokens: start..cursor.at,
        meaning: Meaning::Repeat(Box::new(rule), time),
        places: Places::EDGES,
        is_bare: true,
    })
}

/// `day`, `weekday`, `other week`, `2 weeks`.
fn stretch(cursor: &mut Cursor<'_>) -> Option<RecurrenceRule> {
    if cursor.skip("weekday") {
        return Some(on_all(&[
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
        ]));
    }
    let other = |word: &str| (word == "other").then_some(2);
    let interval = cursor.take(|word| words::count(word).or_else(|| other(word))).unwrap_or(1);
    let interval = u16::try_from(interval).ok().filter(|n| *n <= 999)?;
    if let Some((weekday, _)) = (interval == 2).then(|| cursor.take(words::weekday)).flatten() {
        let day = [WeekdayOf { nth: 0, weekday }];
        return Some(RecurrenceRule::every(Frequency::Weekly, interval).on_weekdays(&day));
    }
    let frequency = match cursor.take(words::unit)? {
        Unit::Minutes => return None,
        Unit::Hours => Frequency::Hourly,
        Unit::Days => Frequency::Daily,
        Unit::Weeks => Frequency::Weekly,
        Unit::Months => Frequency::Monthly,
        Unit::Years => Frequency::Yearly,
    };
    Some(RecurrenceRule::every(frequency, interval))
}

/// `monday`, `mon, wed and fri`.
fn weekdays(cursor: &mut Cursor<'_>) -> Option<RecurrenceRule> {
    let weekday = |cursor: &mut Cursor<'_>| cursor.take(words::weekday).map(|(day, _)| day);
    let mut found = vec![weekday(cursor)?];
    while found.len() < 7 {
        let next = cursor.walk(|cursor| {
            cursor.skip("and");
            weekday(cursor)
        });
        match next {
            Some(day) => found.push(day),
            None => break,
        }
    }
    Some(on_all(&found))
}

fn on_all(weekdays: &[Weekday]) -> RecurrenceRule {
    let days: Vec<_> = weekdays.iter().map(|day| WeekdayOf { nth: 0, weekday: *day }).collect();
    RecurrenceRule::every(Frequency::Weekly, 1).on_weekdays(&days)
}

/// `first monday`, `last friday of the month`, `2nd tuesday of the month`.
///
/// Without "of the month" a second Monday may also be every other one, so only
/// the first and the last go without.
fn nth_weekday(cursor: &mut Cursor<'_>) -> Option<RecurrenceRule> {
    let nth = cursor.take(|word| match word {
        "first" | "1st" => Some(1),
        "second" | "2nd" => Some(2),
        "third" | "3rd" => Some(3),
        "fourth" | "4th" => Some(4),
        "last" => Some(-1),
        _ => None,
    })?;
    let (weekday, _) = cursor.take(words::weekday)?;
    if !of_the_month(cursor) && !matches!(nth, 1 | -1) {
        return None;
    }
    let day = [WeekdayOf { nth, weekday }];
    Some(RecurrenceRule::every(Frequency::Monthly, 1).on_weekdays(&day))
}

fn of_the_month(cursor: &mut Cursor<'_>) -> bool {
    let walked = cursor.walk(|cursor| {
        (cursor.skip("of") && (cursor.skip("the") || cursor.skip("each") || cursor.skip("every")))
            .then_some(())?;
        cursor.skip("month").then_some(())
    });
    walked.is_some()
}

/// `dec 5`, `5 december`.
fn day_of_year(cursor: &mut Cursor<'_>) -> Option<RecurrenceRule> {
    let day_first = cursor.walk(|cursor| {
        let day = cursor.take(words::day)?;
        cursor.skip("of");
        Some((cursor.take(words::month)?, day))
    });
    let (month, day) = match day_first {
        Some(found) => found,
        None => (cursor.take(words::month)?, cursor.take(words::day)?),
    };
    // A leap year has every day that any year has.
    jiff::civil::Date::new(2024, month, day).ok()?;
    let rule = RecurrenceRule::every(Frequency::Yearly, 1).in_month(month);
    // The last day of February is the 29th wherever there is one.
    Some(rule.on_month_day(if (month, day) == (2, 29) { 31 } else { day }.min(31)))
}

/// `1st`, `15th of the month`; the 31st of a short month is its last day.
fn day_of_month(cursor: &mut Cursor<'_>) -> Option<RecurrenceRule> {
    let day = cursor.take(words::ordinal)?;
    of_the_month(cursor);
    // "Every 2nd Monday" is something else, and "every 2nd day" too.
    let next = cursor.word().unwrap_or_default();
    let is_other = words::weekday(next).is_some() || words::unit(next).is_some();
    (!is_other).then(|| RecurrenceRule::every(Frequency::Monthly, 1).on_month_day(day))
}
