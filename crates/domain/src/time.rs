//! Moments in time, and where they come from.

use std::{fmt, sync::atomic::AtomicI64, sync::atomic::Ordering::SeqCst};

use jiff::fmt::temporal::DateTimePrinter;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
///
/// Microseconds, because both databases hold them exactly; the API shows
/// milliseconds, because JavaScript dates hold no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl Timestamp {
    /// The earliest moment we accept: 0001-01-01T00:00:00Z.
    const MIN: i64 = -62_135_596_800_000_000;
    /// The latest moment we accept: 9999-12-30T22:00:00Z, jiff's own bound.
    const MAX: i64 = 253_402_207_200_000_000;

    /// Accepts moments of the years 1 to 9999, which both databases and every
    /// client can hold.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if micros >= Self::MIN && micros <= Self::MAX { Some(Self(micros)) } else { None }
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Accepts whole seconds since the Unix epoch, as tokens carry them.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Option<Self> {
        match seconds.checked_mul(1_000_000) {
            Some(micros) => Self::from_micros(micros),
            None => None,
        }
    }

    /// Whole seconds since the Unix epoch, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This moment moved by a number of seconds, held within the accepted
    /// years.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_micros(seconds.saturating_mul(1_000_000))
    }

    /// This moment moved by a number of microseconds, held within the
    /// accepted years.
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros).clamp(Self::MIN, Self::MAX))
    }

    /// Seconds from `earlier` to this moment; negative when it is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1_000_000)
    }
}

/// RFC 3339 in UTC with milliseconds: `2026-11-21T09:30:00.000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_microsecond(self.0).map_err(|_| fmt::Error)?;
        PRINTER.print_timestamp(&moment, jiff::fmt::StdFmtWrite(f)).map_err(|_| fmt::Error)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where "now" comes from. Time is an argument everywhere else.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// A clock for tests: it stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `start`.
    #[must_use]
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Moves the clock forward.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_utc_with_milliseconds() {
        let moment = Timestamp::from_micros(1_795_253_400_123_456).map(|t| t.to_string());
        assert_eq!(moment.as_deref(), Some("2026-11-21T09:30:00.123Z"));
        let whole = Timestamp::from_seconds(0).map(|t| t.to_string());
        assert_eq!(whole.as_deref(), Some("1970-01-01T00:00:00.000Z"));
        let before = Timestamp::from_micros(-1).map(|t| t.to_string());
        assert_eq!(before.as_deref(), Some("1969-12-31T23:59:59.999Z"));
    }

    #[test]
    fn a_moment_out_of_range_is_refused() {
        assert_eq!(Timestamp::from_micros(i64::MAX), None);
        assert_eq!(Timestamp::from_seconds(i64::MIN), None);
        assert!(
            Timestamp::from_micros(Timestamp::MAX)
                .is_some_and(|t| t.to_string().starts_with("9999"))
        );
    }
}
