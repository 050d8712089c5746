//! When a task is due: a day, or a day and a time to the minute.
//!
//! Neither is a moment. "Friday at nine" stays Friday at nine when its user
//! moves to another time zone; [`DueDate::due_at`] says which moment that is.

mod input;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::{
    ToSpan,
    civil::{Date, DateTime, Time},
};

use crate::{Problem, TimeZoneName, Timestamp};

pub use input::DueInput;

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
        // A moment at the very beginning may be a day of the year before the first.
        let local = local.max(Date::constant(1, 1, 1).at(0, 0, 0, 0));
        let time = local.time();
        let minute = Time::new(time.hour(), time.minute(), 0, 0).unwrap_or(Time::MIN);
        Self { date: local.date(), time: Some(minute) }
    }

    /// Reads what [`DueInput::parse`] reads. What was sent with an offset becomes
    /// what the user's wall then shows.
    ///
    /// # Errors
    /// Another form, or a day or time that no calendar has.
    pub fn parse(text: &str, zone: &TimeZoneName) -> Result<Self, Problem> {
        DueInput::parse(text).map(|due| due.due_date(zone))
    }

    /// The earliest due date that is not past yet: whatever comes before it, is.
    ///
    /// In the hour that a clock set back shows twice, nothing of that hour is
    /// due any more when it comes the second time.
    #[must_use]
    pub fn earliest_open(now: Timestamp, zone: &TimeZoneName) -> Self {
        let local = zone.local(now);
        if zone.moment(local) < now
            && let Some(set_back_at) = zone.last_transition(now)
        {
            return Self::ceiling(zone.local(set_back_at.plus_micros(-1)));
        }
        Self::ceiling(local)
    }

    /// This minute, or the next one when it has begun.
    fn ceiling(local: DateTime) -> Self {
        let floor = Self::at(local);
        let has_begun = local.second() != 0 || local.subsec_nanosecond() != 0;
        let next = || local.checked_add(1.minutes()).map_or(floor, Self::at);
        if has_begun { next() } else { floor }
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
