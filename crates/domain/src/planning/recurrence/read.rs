//! Reads a rule that a stranger wrote.
//!
//! Stricter than RFC 5545 where a rule could hurt: no minutes or seconds, no
//! parts that are unknown or given twice, bounded numbers, and at least one date.

use jiff::{civil::DateTime, civil::Weekday, tz::Offset};

use super::rule::{By, End, Frequency, RecurrenceRule, Until, WEEKDAYS, WeekdayOf, sort_weekdays};
use crate::{Problem, Timestamp};

const UNREADABLE: Problem = Problem::Refused {
    sentence: "a recurrence rule is an RFC 5545 RRULE or one of daily, weekly, monthly, yearly, \
               weekdays",
};
const TOO_OFTEN: Problem = Problem::Refused { sentence: "a task recurs at most once an hour" };
const REPEATED: Problem =
    Problem::Refused { sentence: "a part of the recurrence rule is repeated" };
const UNKNOWN: Problem = Problem::Refused { sentence: "a part of the recurrence rule is unknown" };
const UNFIT: Problem =
    Problem::Refused { sentence: "parts of the recurrence rule do not go together in RFC 5545" };
const NEVER: Problem = Problem::Refused { sentence: "the recurrence rule never gives a date" };

/// Every part that a rule may have, in the order of the bits of [`Draft::seen`].
const PARTS: [&str; 14] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYMONTH",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYMONTHDAY",
    "BYDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "BYSETPOS",
    "WKST",
];

impl RecurrenceRule {
    /// The longest text of a rule, in bytes.
    pub const MAX_BYTES: usize = 500;
    const MAX_INTERVAL: i16 = 999;
    const MAX_COUNT: i16 = 9_999;

    /// Reads an RRULE, with or without `RRULE:` before it, or one of the words
    /// daily, weekly, monthly, yearly and weekdays.
    ///
    /// # Errors
    /// Unreadable, more often than hourly, with unknown, repeated or
    /// contradicting parts, or without a single date.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.len() > Self::MAX_BYTES {
            return Err(Problem::TooLong { max: Self::MAX_BYTES });
        }
        let text = text.to_ascii_uppercase();
        let rule = match text.as_str() {
            "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY" => draft(&format!("FREQ={text}"))?,
            "WEEKDAYS" => draft("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")?,
            _ => draft(text.strip_prefix("RRULE:").unwrap_or(&text))?,
        };
        rule.fits_together()?;
        if rule.has_a_date() { Ok(rule) } else { Err(NEVER) }
    }

    /// The table of RFC 5545, section 3.3.10, on which parts go together.
    fn fits_together(&self) -> Result<(), Problem> {
        let Self { frequency, by, .. } = self;
        let is = |wanted: Frequency| *frequency == wanted;
        let has_nth = by.weekdays.iter().any(|day| day.nth != 0);
        let has_days = !(by.months.is_empty()
            && by.weeks.is_empty()
            && by.year_days.is_empty()
            && by.month_days.is_empty()
            && by.weekdays.is_empty());
        let is_fit = (by.weeks.is_empty() || is(Frequency::Yearly))
            && (by.year_days.is_empty() || is(Frequency::Yearly) || is(Frequency::Hourly))
            && (by.month_days.is_empty() || !is(Frequency::Weekly))
            && (!has_nth || is(Frequency::Monthly) || is(Frequency::Yearly))
            && (!has_nth || by.weeks.is_empty())
            && (by.positions.is_empty() || has_days || !by.hours.is_empty())
            && (by.positions.is_empty() || !is(Frequency::Hourly));
        if is_fit { Ok(()) } else { Err(UNFIT) }
    }
}

/// What was read so far.
#[derive(Default)]
struct Draft {
    frequency: Option<Frequency>,
    interval: Option<i16>,
    end: Option<End>,
    by: By,
    /// One bit for each of [`PARTS`].
    seen: u16,
}

fn draft(text: &str) -> Result<RecurrenceRule, Problem> {
    let mut draft = Draft::default();
    for part in text.split(';') {
        let (name, value) = part.split_once('=').ok_or(UNREADABLE)?;
        let index = PARTS.iter().position(|part| *part == name).ok_or(UNKNOWN)?;
        if draft.seen & (1 << index) != 0 {
            return Err(REPEATED);
        }
        draft.seen |= 1 << index;
        draft.part(name, value)?;
    }
    Ok(RecurrenceRule {
        frequency: draft.frequency.ok_or(UNREADABLE)?,
        interval: draft.interval.and_then(|n| u16::try_from(n).ok()).unwrap_or(1),
        end: draft.end,
        by: draft.by,
    })
}

impl Draft {
    fn part(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let by = &mut self.by;
        match name {
            "FREQ" => self.frequency = Some(frequency(value)?),
            "INTERVAL" => {
                self.interval = Some(number(value, 1..=RecurrenceRule::MAX_INTERVAL)?);
            }
            "COUNT" => {
                let count = number(value, 1..=RecurrenceRule::MAX_COUNT)?.unsigned_abs();
                self.ends(End::Count(count))?;
            }
            "UNTIL" => self.ends(End::Until(until(value).ok_or(UNREADABLE)?))?,
            "BYMONTH" => by.months = numbers(value, 1..=12)?,
            "BYWEEKNO" => by.weeks = numbers(value, -53..=53)?,
            "BYYEARDAY" => by.year_days = numbers(value, -366..=366)?,
            "BYMONTHDAY" => by.month_days = numbers(value, -31..=31)?,
            "BYDAY" => by.weekdays = weekdays(value)?,
            "BYHOUR" => by.hours = hours(value)?,
            "BYMINUTE" => match hours_or_minutes(value, 59)?.as_slice() {
                [minute] => by.minute = Some(*minute),
                _ => return Err(TOO_OFTEN),
            },
            // Due dates are to the minute; the full minute is what everybody means.
            "BYSECOND" if value == "0" || value == "00" => {}
            "BYSECOND" => return Err(TOO_OFTEN),
            "BYSETPOS" => by.positions = numbers(value, -366..=366)?,
            // Monday is the default, which the canonical form leaves out.
            _ => by.week_start = Some(weekday(value)?).filter(|day| *day != Weekday::Monday),
        }
        Ok(())
    }

    /// RFC 5545 forbids COUNT and UNTIL together.
    fn ends(&mut self, end: End) -> Result<(), Problem> {
        if self.end.replace(end).is_some() { Err(UNFIT) } else { Ok(()) }
    }
}

fn frequency(value: &str) -> Result<Frequency, Problem> {
    if matches!(value, "SECONDLY" | "MINUTELY") {
        return Err(TOO_OFTEN);
    }
    Frequency::ALL.into_iter().find(|known| known.as_str() == value).ok_or(UNREADABLE)
}

/// A list of numbers other than zero, sorted, each once.
fn numbers(value: &str, range: std::ops::RangeInclusive<i16>) -> Result<Vec<i16>, Problem> {
    let numbers = list(value, |one| number(one, range.clone()))?;
    if numbers.contains(&0) { Err(UNREADABLE) } else { Ok(numbers) }
}

fn hours(value: &str) -> Result<Vec<i16>, Problem> {
    hours_or_minutes(value, 23)
}

fn hours_or_minutes(value: &str, max: i16) -> Result<Vec<i16>, Problem> {
    list(value, |one| number(one, 0..=max))
}

fn list(value: &str, one: impl Fn(&str) -> Result<i16, Problem>) -> Result<Vec<i16>, Problem> {
    let mut numbers = value.split(',').map(one).collect::<Result<Vec<_>, _>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

/// Digits with an optional sign, at most five characters.
fn number(value: &str, range: std::ops::RangeInclusive<i16>) -> Result<i16, Problem> {
    if value.len() > 5 {
        return Err(UNREADABLE);
    }
    value.parse().ok().filter(|number| range.contains(number)).ok_or(UNREADABLE)
}

fn weekdays(value: &str) -> Result<Vec<WeekdayOf>, Problem> {
    let mut weekdays = Vec::new();
    for one in value.split(',') {
        let (nth, name) = one.split_at_checked(one.len().saturating_sub(2)).ok_or(UNREADABLE)?;
        let nth = match nth {
            "" => 0,
            nth => number(nth, -53..=53).ok().filter(|nth| *nth != 0).ok_or(UNREADABLE)?,
        };
        weekdays.push(WeekdayOf { nth, weekday: weekday(name)? });
    }
    sort_weekdays(&mut weekdays);
    Ok(weekdays)
}

fn weekday(name: &str) -> Result<Weekday, Problem> {
    WEEKDAYS.iter().find(|(known, _)| *known == name).map(|(_, day)| *day).ok_or(UNREADABLE)
}

/// `20261231`, `20261231T170000` or `20261231T170000Z`.
fn until(value: &str) -> Option<Until> {
    let digits = |from: usize, to: usize| -> Option<i16> {
        let text = value.get(from..to)?;
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    };
    let small = |from: usize| digits(from, from + 2).and_then(|number| i8::try_from(number).ok());
    let (year, month, day) = (digits(0, 4)?, small(4)?, small(6)?);
    let date = jiff::civil::Date::new(year, month, day).ok().filter(|_| year > 0)?;
    if value.len() == 8 {
        return Some(Until::Date(date));
    }
    let (hour, minute, second) = (small(9)?, small(11)?, small(13)?);
    let time = jiff::civil::Time::new(hour, minute, second, 0).ok()?;
    let local = DateTime::from_parts(date, time);
    match (value.get(8..9)?, value.get(15..)?) {
        ("T", "") => Some(Until::Local(local)),
        ("T", "Z") => {
            let moment = Offset::UTC.to_timestamp(local).ok()?;
            Timestamp::from_micros(moment.as_microsecond()).map(Until::Moment)
        }
        _ => None,
    }
}
