//! When a task is due: a day, or a day and a time to the minute.
//!
//! Neither is a moment. "Friday at nine" stays Friday at nine when its user
//! moves to another time zone; [`DueDate::due_at`] says which moment that is.

use std::fmt;

use jiff::{
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use crate::{Problem, TimeZoneName, Timestamp};

/// A day, or a day and a time to the minute, in the time zone of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DueDate {
    date: Date,
    time: Option<Time>,
}

impl DueDate {
    /// Due on this day, at no particular time.
    #[must_use]
    pub const fn on(date: Date) -> Self {
        Self { date, time: None }
    }

    /// Due at this time; seconds are dropped.
    #[must_use]
    pub fn at(local: DateTime) -> Self {
        let time = local.time();
        let minute = Time::new(time.hour(), time.minute(), 0, 0).unwrap_or(Time::MIN);
        Self { date: local.date(), time: Some(minute) }
    }

    /// Reads `2026-11-22`, `2026-11-22T17:00`, the same with seconds, and RFC
    /// 3339 with an offset, which becomes what the user's wall then shows.
    ///
    /// # Errors
    /// Another form, or a day or time that no calendar has.
    pub fn parse(text: &str, zone: &TimeZoneName) -> Result<Self, Problem> {
        const REFUSED: Problem = Problem::Refused {
            sentence: "a due date looks like 2026-11-22, 2026-11-22T17:00 or 2026-11-22T17:00:00Z",
        };
        Self::read(text.trim(), zone).ok_or(REFUSED)
    }

    fn read(text: &str, zone: &TimeZoneName) -> Option<Self> {
        let mut reader = Reader(text.as_bytes());
        let date = reader.date()?;
        if reader.0.is_empty() {
            return Some(Self::on(date));
        }
        reader.one_of(b"Tt ")?;
        let local = date.to_datetime(reader.time()?);
        if reader.0.is_empty() {
            return Some(Self::at(local));
        }
        let moment = reader.offset()?.to_timestamp(local).ok()?;
        let moment = Timestamp::from_micros(moment.as_microsecond())?;
        reader.0.is_empty().then(|| Self::at(zone.local(moment)))
    }

    /// The day.
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }

    /// The time, if there is one.
    #[must_use]
    pub const fn time(self) -> Option<Time> {
        self.time
    }

    /// The moment after which the task is overdue: that time, or the last
    /// millisecond of the day.
    ///
    /// A time that the clock skips in spring is as much later as the clock
    /// jumps; of a time that comes twice in autumn the first counts.
    #[must_use]
    pub fn due_at(self, zone: &TimeZoneName) -> Timestamp {
        match self.time {
            Some(time) => zone.moment(self.date.to_datetime(time)),
            None => zone.end_of(self.date),
        }
    }
}

/// As it is stored and sent: `2026-11-22` or `2026-11-22T17:00`.
impl fmt::Display for DueDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.date.year(), self.date.month(), self.date.day());
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        match self.time {
            Some(time) => write!(f, "T{:02}:{:02}", time.hour(), time.minute()),
            None => Ok(()),
        }
    }
}

impl serde::Serialize for DueDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What is left to read. A parser of our own, because jiff's reads far more
/// than we promise: basic format, negative years, zone names in brackets.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn date(&mut self) -> Option<Date> {
        let year = i16::try_from(self.digits(4)?).ok()?;
        self.one_of(b"-")?;
        let month = i8::try_from(self.digits(2)?).ok()?;
        self.one_of(b"-")?;
        let day = i8::try_from(self.digits(2)?).ok()?;
        if year == 0 { None } else { Date::new(year, month, day).ok() }
    }

    /// Hours and minutes; seconds and their fraction are read and dropped.
    fn time(&mut self) -> Option<Time> {
        let time = self.hours_and_minutes()?;
        if self.0.first() != Some(&b':') {
            return Some(time);
        }
        self.one_of(b":")?;
        // RFC 3339 has leap seconds.
        if self.digits(2)? > 60 {
            return None;
        }
        if self.0.first() == Some(&b'.') {
            self.one_of(b".")?;
            let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.0 = self.0.get(count..).filter(|_| (1..=9).contains(&count))?;
        }
        Some(time)
    }

    fn offset(&mut self) -> Option<Offset> {
        let sign = self.one_of(b"Zz+-")?;
        if matches!(sign, b'Z' | b'z') {
            return Some(Offset::UTC);
        }
        let time = self.hours_and_minutes()?;
        let seconds = i32::from(time.hour()) * 3_600 + i32::from(time.minute()) * 60;
        Offset::from_seconds(if sign == b'-' { -seconds } else { seconds }).ok()
    }

    fn hours_and_minutes(&mut self) -> Option<Time> {
        let hour = i8::try_from(self.digits(2)?).ok()?;
        self.one_of(b":")?;
        let minute = i8::try_from(self.digits(2)?).ok()?;
        Time::new(hour, minute, 0, 0).ok()
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    }

    fn one_of(&mut self, expected: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        expected.contains(first).then_some(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZoneName {
        TimeZoneName::parse(name).expect("a test zone exists")
    }

    #[test]
    fn a_due_date_is_read_and_shown() {
        for (text, shown) in [
            ("2026-11-22", "2026-11-22"),
            (" 2026-11-22 ", "2026-11-22"),
            ("2026-11-22T17:00", "2026-11-22T17:00"),
            ("2026-11-22 17:00", "2026-11-22T17:00"),
            ("2026-11-22T17:00:59", "2026-11-22T17:00"),
            ("2026-11-22T17:00:59.123456", "2026-11-22T17:00"),
            ("2026-11-22T17:00:00Z", "2026-11-22T18:00"),
            ("2026-11-22T17:00Z", "2026-11-22T18:00"),
            ("2026-11-22t17:00:00.5z", "2026-11-22T18:00"),
            ("2026-11-22T17:00:00-05:00", "2026-11-22T23:00"),
            ("2026-11-22T23:30:00+00:00", "2026-11-23T00:30"),
            ("2026-07-22T17:00:00Z", "2026-07-22T19:00"),
            ("0001-01-01", "0001-01-01"),
            ("9999-12-31T23:59", "9999-12-31T23:59"),
            ("2028-02-29", "2028-02-29"),
        ] {
            let due = DueDate::parse(text, &zone("Europe/Berlin")).map(|due| due.to_string());
            assert_eq!(due.as_deref(), Ok(shown), "{text}");
            let again = DueDate::parse(shown, &TimeZoneName::UTC).map(|due| due.to_string());
            assert_eq!(again.as_deref(), Ok(shown), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_due_date_is_refused() {
        for text in [
            "",
            "tomorrow",
            "2026-11",
            "2026-13-01",
            "2026-02-29",
            "2026-11-31",
            "0000-01-01",
            "-001-01-01",
            "20261122",
            "2026-1-2",
            "22.11.2026",
            "2026-11-22T",
            "2026-11-22T1700",
            "2026-11-22T24:00",
            "2026-11-22T17:60",
            "2026-11-22T17:00:61",
            "2026-11-22T17:00:00.",
            "2026-11-22T17:00:00+1",
            "2026-11-22T17:00:00+01:00[Europe/Berlin]",
            "2026-11-22T17:00:00 Z",
            "2026-11-22x",
            "２０２６-11-22",
        ] {
            assert!(DueDate::parse(text, &TimeZoneName::UTC).is_err(), "{text}");
        }
    }

    #[test]
    fn a_due_date_becomes_a_moment_in_a_zone() {
        for (text, name, moment) in [
            ("2026-11-22", "UTC", "2026-11-22T23:59:59.999Z"),
            ("2026-11-22", "Europe/Berlin", "2026-11-22T22:59:59.999Z"),
            ("2026-11-22T17:00", "Europe/Berlin", "2026-11-22T16:00:00.000Z"),
            ("2026-11-22T17:00", "America/New_York", "2026-11-22T22:00:00.000Z"),
            // The clock jumps from 02:00 to 03:00: what it skips comes an hour later.
            ("2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"),
            ("2027-03-28T03:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"),
            // It goes back from 03:00 to 02:00: the first 02:30 counts.
            ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"),
            ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"),
            // A day of 23 hours, one of 25, and one that ends when the clock jumps.
            ("2027-03-28", "Europe/Berlin", "2027-03-28T21:59:59.999Z"),
            ("2026-10-25", "Europe/Berlin", "2026-10-25T22:59:59.999Z"),
            ("2026-09-05", "America/Santiago", "2026-09-06T03:59:59.999Z"),
        ] {
            let due = DueDate::parse(text, &zone(name)).expect("a test date is valid");
            assert_eq!(due.due_at(&zone(name)).to_string(), moment, "{text} {name}");
        }
    }
}
