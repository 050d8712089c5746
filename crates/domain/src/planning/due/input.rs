//! Due dates as they are sent: what needs no time zone is known at once.

use jiff::{
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::DueDate;
use crate::{Problem, TimeZoneName, Timestamp};

/// A due date as it was sent: which day and minute it is may depend on the time
/// zone of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueInput {
    /// A day alone.
    Day(Date),
    /// What the wall shows.
    Local(DateTime),
    /// A moment, because it came with an offset.
    Moment(Timestamp),
}

impl DueInput {
    /// Reads `2026-11-22`, `2026-11-22T17:00`, the same with seconds, and RFC
    /// 3339 with an offset.
    ///
    /// # Errors
    /// Another form, or a day or time that no calendar has.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        const REFUSED: Problem = Problem::Refused {
            sentence: "a due date looks like 2026-11-22, 2026-11-22T17:00 or 2026-11-22T17:00:00Z",
        };
        Self::read(text.trim()).ok_or(REFUSED)
    }

    fn read(text: &str) -> Option<Self> {
        let mut reader = Reader(text.as_bytes());
        let date = reader.date()?;
        if reader.0.is_empty() {
            return Some(Self::Day(date));
        }
        reader.one_of(b"Tt ")?;
        let local = date.to_datetime(reader.time()?);
        if reader.0.is_empty() {
            return Some(Self::Local(local));
        }
        let moment = reader.offset()?.to_timestamp(local).ok()?;
        let moment = Timestamp::from_micros(moment.as_microsecond())?;
        reader.0.is_empty().then_some(Self::Moment(moment))
    }

    /// Whether it takes a time zone to say which day and minute it is.
    #[must_use]
    pub const fn needs_zone(self) -> bool {
        matches!(self, Self::Moment(_))
    }

    /// The day and minute; seconds are dropped.
    #[must_use]
    pub fn due_date(self, zone: &TimeZoneName) -> DueDate {
        match self {
            Self::Day(date) => DueDate::on(date),
            Self::Local(local) => DueDate::at(local),
            Self::Moment(moment) => DueDate::at(zone.local(moment)),
        }
    }

    /// The earliest due date that is not before this: a minute that has begun
    /// is rounded up.
    #[must_use]
    pub fn not_before(self, zone: &TimeZoneName) -> DueDate {
        match self {
            Self::Day(date) => DueDate::on(date),
            Self::Local(local) => DueDate::ceiling(local),
            Self::Moment(moment) => DueDate::ceiling(zone.local(moment)),
        }
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

    /// Hours and minutes, and seconds with a fraction if there are any.
    fn time(&mut self) -> Option<Time> {
        let time = self.hours_and_minutes()?;
        if self.0.first() != Some(&b':') {
            return Some(time);
        }
        self.one_of(b":")?;
        // RFC 3339 has leap seconds; no calendar that we know has.
        let seconds = i8::try_from(self.digits(2)?).ok().filter(|seconds| *seconds <= 60)?.min(59);
        let nanoseconds = if self.0.first() == Some(&b'.') { self.fraction()? } else { 0 };
        Time::new(time.hour(), time.minute(), seconds, nanoseconds).ok()
    }

    /// One to nine digits behind the point, as nanoseconds.
    fn fraction(&mut self) -> Option<i32> {
        self.one_of(b".")?;
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&count) {
            return None;
        }
        let digits = self.digits(count)?;
        i32::try_from((count..9).fold(digits, |number, _| number * 10)).ok()
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
