//! Where a user's calendar hangs, and on which day its weeks begin.
//!
//! The time zone database is compiled in, so that an image without
//! `/usr/share/zoneinfo` works and all replicas agree.

use std::fmt;

use jiff::{
    civil::{Date, DateTime, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};

use crate::{Problem, Timestamp};

/// 1970-01-01T00:00:00Z.
const EPOCH: Timestamp = Timestamp::from_micros(0).expect("the epoch is within our years");

/// A time zone of the IANA database, spelled as there: `Europe/Berlin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZoneName(TimeZone);

impl TimeZoneName {
    /// The zone of users who have not chosen one.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Looks the name up, in any spelling of capitals.
    ///
    /// # Errors
    /// Not in the database.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        const UNKNOWN: Problem =
            Problem::Refused { sentence: "not a time zone of the IANA database" };
        let zone = TimeZone::get(name.trim()).map_err(|_| UNKNOWN)?;
        if zone.is_unknown() || zone.iana_name().is_none() { Err(UNKNOWN) } else { Ok(Self(zone)) }
    }

    /// The name as the database spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day that a calendar on the wall shows at this moment.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> Date {
        self.local(now).date()
    }

    /// The moment at which this day begins; midnight, unless the clock skips it.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Timestamp {
        let start = day.to_zoned(self.0.clone()).ok().map(|start| start.timestamp());
        held(start, day.to_datetime(jiff::civil::Time::MIN))
    }

    /// The moment of the last change of the clock that is not later than `now`.
    pub(crate) fn last_transition(&self, now: Timestamp) -> Option<Timestamp> {
        let after = jiff::Timestamp::from_microsecond(now.plus_micros(1).as_micros()).ok()?;
        let transition = self.0.preceding(after).next()?;
        Timestamp::from_micros(transition.timestamp().as_microsecond())
    }

    /// What calendar and clock on the wall show at this moment.
    #[must_use]
    pub fn local(&self, now: Timestamp) -> DateTime {
        // Our moments are within jiff's; the epoch stands in for what cannot be.
        let moment = jiff::Timestamp::from_microsecond(now.as_micros()).unwrap_or_default();
        self.0.to_datetime(moment)
    }

    /// The moment at which the wall shows this.
    ///
    /// A time that the clock skips in spring is as much later as the clock
    /// jumps (02:30 becomes 03:30); of a time that it shows twice in autumn
    /// the first is meant. So does RFC 5545.
    pub(crate) fn moment(&self, local: DateTime) -> Timestamp {
        held(self.0.to_ambiguous_timestamp(local).compatible().ok(), local)
    }

    /// The last millisecond of this day.
    pub(crate) fn end_of(&self, day: Date) -> Timestamp {
        let end = day.to_zoned(self.0.clone()).and_then(|start| start.end_of_day());
        let end =
            held(end.ok().map(|end| end.timestamp()), day.to_datetime(jiff::civil::Time::MAX));
        end.plus_micros(-end.as_micros().rem_euclid(1_000))
    }

    /// Whether the clock skips this time when it is set forward.
    pub(crate) fn skips(&self, local: DateTime) -> bool {
        matches!(self.0.to_ambiguous_timestamp(local).offset(), AmbiguousOffset::Gap { .. })
    }
}

/// Holds a moment within the years that we accept.
fn held(moment: Option<jiff::Timestamp>, local: DateTime) -> Timestamp {
    let micros = moment.map(jiff::Timestamp::as_microsecond);
    let is_early = local.year() < 5_000;
    micros
        .and_then(Timestamp::from_micros)
        .unwrap_or_else(|| EPOCH.plus_micros(if is_early { i64::MIN } else { i64::MAX }))
}

impl fmt::Display for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The day on which a user's week begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WeekStart {
    /// As in ISO 8601.
    #[default]
    Monday,
    /// As in much of Asia and the Americas.
    Sunday,
    /// As in much of the Arab world.
    Saturday,
}

impl WeekStart {
    /// The day of that name.
    ///
    /// # Errors
    /// Not one of the three names.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        match name.trim().to_ascii_lowercase().as_str() {
            "monday" => Ok(Self::Monday),
            "sunday" => Ok(Self::Sunday),
            "saturday" => Ok(Self::Saturday),
            _ => Err(Problem::NotOneOf { expected: "'monday', 'sunday' or 'saturday'" }),
        }
    }

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
            Self::Saturday => "saturday",
        }
    }

    /// The day itself.
    #[must_use]
    pub const fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Sunday => Weekday::Sunday,
            Self::Saturday => Weekday::Saturday,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn zone(name: &str) -> TimeZoneName {
        TimeZoneName::parse(name).expect("a test zone exists")
    }

    #[test]
    fn a_zone_is_found_by_its_name() {
        for (text, expected) in [
            ("Europe/Berlin", "Europe/Berlin"),
            (" america/new_york ", "America/New_York"),
            ("UTC", "UTC"),
            ("utc", "UTC"),
            ("Asia/Kolkata", "Asia/Kolkata"),
        ] {
            assert_eq!(TimeZoneName::parse(text).as_ref().map(TimeZoneName::as_str), Ok(expected));
        }
        for text in ["", "Berlin", "+01:00", "Etc/Unknown", "../etc/passwd", "Mars/Olympus", "\0"] {
            assert!(TimeZoneName::parse(text).is_err(), "{text}");
        }
        assert!(TimeZoneName::parse(&"x".repeat(1 << 20)).is_err());
        assert_eq!(zone("UTC"), TimeZoneName::UTC);
    }

    #[test]
    fn a_moment_belongs_to_the_day_of_the_user() {
        let now = Timestamp::from_seconds(1_795_303_800).expect("2026-11-21T23:30:00Z");
        assert_eq!(zone("UTC").today(now), date(2026, 11, 21));
        assert_eq!(zone("Europe/Berlin").today(now), date(2026, 11, 22));
        assert_eq!(zone("America/New_York").today(now), date(2026, 11, 21));
    }

    #[test]
    fn a_day_begins_at_midnight_unless_the_clock_skips_it() {
        for (name, day, expected) in [
            ("UTC", date(2026, 11, 21), "2026-11-21T00:00:00.000Z"),
            ("Europe/Berlin", date(2026, 11, 21), "2026-11-20T23:00:00.000Z"),
            ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00:00.000Z"),
        ] {
            assert_eq!(zone(name).start_of(day).to_string(), expected, "{name}");
            let before = zone(name).end_of(day.yesterday().expect("there is a day before"));
            assert_eq!(before.plus_micros(1_000), zone(name).start_of(day), "{name}");
        }
    }

    #[test]
    fn a_clock_set_forward_skips_an_hour() {
        let berlin = zone("Europe/Berlin");
        assert!(berlin.skips(date(2027, 3, 28).at(2, 30, 0, 0)));
        assert!(!berlin.skips(date(2027, 3, 28).at(3, 0, 0, 0)));
        assert!(!berlin.skips(date(2026, 10, 25).at(2, 30, 0, 0)));
    }

    #[test]
    fn the_first_and_the_last_day_have_moments_too() {
        for name in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let early = zone(name).moment(date(1, 1, 1).at(0, 0, 0, 0));
            let late = zone(name).end_of(date(9999, 12, 31));
            assert!(early < EPOCH && late > EPOCH);
        }
    }

    #[test]
    fn a_week_start_reads_back() {
        for day in [WeekStart::Monday, WeekStart::Sunday, WeekStart::Saturday] {
            assert_eq!(WeekStart::parse(&day.as_str().to_uppercase()), Ok(day));
        }
        assert!(WeekStart::parse("friday").is_err());
    }
}
