//! A recurrence rule, and the one way in which it is written down.

use std::fmt;

use jiff::civil::{Date, DateTime, Weekday};

use crate::Timestamp;

/// A recurrence rule of RFC 5545, within the bounds of [`Self::parse`].
///
/// `Display` writes it in one canonical form: parts in a fixed order, lists
/// sorted, and nothing that is the default anyway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrenceRule {
    pub(super) frequency: Frequency,
    pub(super) interval: u16,
    pub(super) end: Option<End>,
    pub(super) by: By,
}

/// How often, before INTERVAL. Minutes and seconds are not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frequency {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// When it is over. RFC 5545 allows one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// So many occurrences, this one included.
    Count(u16),
    /// Nothing later than this.
    Until(Until),
}

/// The last moment of a rule, in the three forms of RFC 5545.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// That day and nothing after.
    Date(Date),
    /// What the wall of the user shows.
    Local(DateTime),
    /// A moment in UTC.
    Moment(Timestamp),
}

/// The `BY…` parts. An empty list is a part that was not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct By {
    pub months: Vec<i16>,
    pub weeks: Vec<i16>,
    pub year_days: Vec<i16>,
    pub month_days: Vec<i16>,
    pub weekdays: Vec<WeekdayOf>,
    pub hours: Vec<i16>,
    /// One at most: two would be less than an hour apart.
    pub minute: Option<i16>,
    pub positions: Vec<i16>,
    /// WKST; `None` is Monday.
    pub week_start: Option<Weekday>,
}

/// A weekday, or with `nth` one of those in the month or year: 1 is the first,
/// -1 the last, 0 every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WeekdayOf {
    pub nth: i16,
    pub weekday: Weekday,
}

/// The names of the weekdays in RFC 5545, from Monday on.
pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

impl RecurrenceRule {
    /// A rule without parts.
    pub(crate) fn every(frequency: Frequency, interval: u16) -> Self {
        Self { frequency, interval, end: None, by: By::default() }
    }

    /// The same on these weekdays only.
    #[must_use]
    pub(crate) fn on_weekdays(mut self, weekdays: &[WeekdayOf]) -> Self {
        self.by.weekdays = weekdays.to_vec();
        sort_weekdays(&mut self.by.weekdays);
        self
    }

    /// The same on this day of the month, or on its last day if it is shorter.
    #[must_use]
    pub(crate) fn on_month_day(mut self, day: i8) -> Self {
        let day = i16::from(day);
        match day {
            ..=28 => self.by.month_days = vec![day],
            31.. => self.by.month_days = vec![-1],
            _ => {
                self.by.month_days = (28..=day).collect();
                // The last one of the set, at each of its times.
                let times = i16::try_from(self.by.hours.len().max(1)).unwrap_or(1);
                self.by.positions = (-times..0).collect();
            }
        }
        self
    }

    /// The same in this month only.
    #[must_use]
    pub(crate) fn in_month(mut self, month: i8) -> Self {
        self.by.months = vec![i16::from(month)];
        self
    }

    /// The same until the end of this day.
    #[must_use]
    pub(crate) fn until(mut self, last: Date) -> Self {
        self.end = Some(End::Until(Until::Date(last)));
        self
    }

    /// Whether it asks for a time of day, which a date alone does not have.
    #[must_use]
    pub fn has_time(&self) -> bool {
        self.frequency == Frequency::Hourly || !self.by.hours.is_empty() || self.by.minute.is_some()
    }
}

/// Sorts as the canonical form wants it, and drops repetitions.
pub(super) fn sort_weekdays(weekdays: &mut Vec<WeekdayOf>) {
    weekdays.sort_by_key(|day| (day.nth, day.weekday.to_monday_zero_offset()));
    weekdays.dedup();
}

impl fmt::Display for RecurrenceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency.as_str())?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            Some(End::Count(count)) => write!(f, ";COUNT={count}")?,
            Some(End::Until(until)) => write!(f, ";UNTIL={until}")?,
            None => {}
        }
        self.by.fmt(f)
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(day) => write!(f, "{}", day.strftime("%Y%m%d")),
            Self::Local(local) => write!(f, "{}", local.strftime("%Y%m%dT%H%M%S")),
            Self::Moment(moment) => {
                let moment = jiff::Timestamp::from_microsecond(moment.as_micros());
                let moment = moment.map_err(|_| fmt::Error)?;
                write!(f, "{}", moment.strftime("%Y%m%dT%H%M%SZ"))
            }
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute: Vec<_> = self.minute.into_iter().collect();
        list(f, "BYMONTH", &self.months)?;
        list(f, "BYWEEKNO", &self.weeks)?;
        list(f, "BYYEARDAY", &self.year_days)?;
        list(f, "BYMONTHDAY", &self.month_days)?;
        list(f, "BYDAY", &self.weekdays)?;
        list(f, "BYHOUR", &self.hours)?;
        list(f, "BYMINUTE", &minute)?;
        list(f, "BYSETPOS", &self.positions)?;
        match self.week_start {
            Some(weekday) => write!(f, ";WKST={}", name(weekday)),
            None => Ok(()),
        }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, values: &[T]) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index == 0 {
            write!(f, ";{name}={value}")?;
        } else {
            write!(f, ",{value}")?;
        }
    }
    Ok(())
}

impl fmt::Display for WeekdayOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nth != 0 {
            write!(f, "{}", self.nth)?;
        }
        f.write_str(name(self.weekday))
    }
}

fn name(weekday: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(_, day)| *day == weekday).map_or("MO", |(name, _)| name)
}

impl Frequency {
    /// All of them, with their names in RFC 5545.
    pub(super) const ALL: [Self; 5] =
        [Self::Hourly, Self::Daily, Self::Weekly, Self::Monthly, Self::Yearly];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Hourly => "HOURLY",
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

impl serde::Serialize for RecurrenceRule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
