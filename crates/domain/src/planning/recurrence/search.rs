//! The search for the next date of a rule.
//!
//! Period by period (a year, a month, a week, a day), every day of which is
//! looked at. That is more work than jumping from date to date, and it is never
//! wrong and never long: after [`MAX_STEPS`] days the search gives up.

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
};

use super::{
    days::{Days, days_since},
    rule::{Frequency, RecurrenceRule},
};

/// How many days (or hours, of an hourly rule) are looked at: the days of 109
/// years. The rarest dates of one calendar, such as 29 February on a Sunday,
/// are 40 years apart.
pub(super) const MAX_STEPS: u32 = 40_000;

/// A search for the first date after a given one.
pub(super) struct Search<'a> {
    rule: &'a RecurrenceRule,
    /// From where the periods are counted, as DTSTART in a calendar.
    start: DateTime,
    days: Days,
    times: Vec<Time>,
    steps: u32,
}

impl<'a> Search<'a> {
    pub(super) fn new(rule: &'a RecurrenceRule, start: DateTime) -> Self {
        let small = |number: &i16| i8::try_from(*number).unwrap_or_default();
        let minute = rule.by.minute.as_ref().map_or(start.minute(), small);
        let at = |hour: i8| Time::new(hour, minute, 0, 0).unwrap_or(Time::MIN);
        let times = match rule.by.hours.as_slice() {
            [] => vec![at(start.hour())],
            hours => hours.iter().map(|hour| at(small(hour))).collect(),
        };
        Self { rule, start, days: Days::new(rule, start.date()), times, steps: MAX_STEPS }
    }

    /// The first date later than `after`; `skips` says which hours the clock
    /// leaves out.
    pub(super) fn first_after(
        mut self,
        after: DateTime,
        skips: impl Fn(DateTime) -> bool,
    ) -> Option<DateTime> {
        if self.rule.frequency == Frequency::Hourly {
            return self.first_hour_after(after, skips);
        }
        let mut dates = Vec::new();
        for period in 0..i64::from(MAX_STEPS) {
            let (first, length) = self.period(period * i64::from(self.rule.interval))?;
            dates.clear();
            self.dates(first, length, &mut dates)?;
            if let Some(found) = self.pick(&dates, after) {
                return Some(found);
            }
        }
        None
    }

    /// The first day and the length of a period.
    fn period(&self, distance: i64) -> Option<(Date, i8)> {
        let first = self.start.date();
        let days = |date: Date, days: i64| {
            date.checked_add(SignedDuration::from_hours(days.checked_mul(24)?)).ok()
        };
        match self.rule.frequency {
            Frequency::Daily | Frequency::Hourly => Some((days(first, distance)?, 1)),
            Frequency::Weekly => {
                let week_start = self.rule.by.week_start.unwrap_or(Weekday::Monday);
                let distance = distance.checked_mul(7)? - days_since(week_start, first);
                Some((days(first, distance)?, 7))
            }
            Frequency::Monthly => {
                let month = first.first_of_month().checked_add(distance.months()).ok()?;
                Some((month, month.days_in_month()))
            }
            Frequency::Yearly => {
                let year = i16::try_from(i64::from(first.year()).checked_add(distance)?).ok()?;
                Some((Date::new(year, 1, 1).ok()?, 0))
            }
        }
    }

    /// The days of a period that the rule names. A length of 0 is a whole year.
    ///
    /// `None` ends the search: its steps are used up, or the calendar is.
    fn dates(&mut self, first: Date, length: i8, dates: &mut Vec<Date>) -> Option<()> {
        let length = if length == 0 { first.days_in_year() } else { i16::from(length) };
        let mut day = first;
        for index in 0..length {
            if index > 0 {
                day = day.tomorrow().ok()?;
            }
            self.steps = self.steps.checked_sub(1)?;
            if self.days.contain(day) {
                dates.push(day);
            }
        }
        Some(())
    }

    /// The first date of the period that is late enough and, if the rule has
    /// BYSETPOS, in one of its places.
    fn pick(&self, dates: &[Date], after: DateTime) -> Option<DateTime> {
        let all =
            || dates.iter().flat_map(|day| self.times.iter().map(|time| day.to_datetime(*time)));
        let positions = &self.rule.by.positions;
        if positions.is_empty() {
            return all().find(|date| *date > after);
        }
        let count = i64::try_from(dates.len() * self.times.len()).ok()?;
        let is_in_place = |index: usize| {
            let place = i64::try_from(index).unwrap_or(i64::MAX - 1) + 1;
            positions.iter().map(|p| i64::from(*p)).any(|p| p == place || p == place - count - 1)
        };
        let mut placed = all().enumerate().filter(|(index, _)| is_in_place(*index));
        placed.find(|(_, date)| *date > after).map(|(_, date)| date)
    }

    fn first_hour_after(
        &mut self,
        after: DateTime,
        skips: impl Fn(DateTime) -> bool,
    ) -> Option<DateTime> {
        let interval = i64::from(self.rule.interval);
        let minute = self.times.first()?.minute();
        let time = Time::new(self.start.hour(), minute, 0, 0).ok()?;
        let start = self.start.date().to_datetime(time);
        let mut distance = 0;
        while self.steps > 0 {
            self.steps -= 1;
            let hour = start.checked_add(SignedDuration::from_hours(distance)).ok()?;
            if !self.days.contain(hour.date()) {
                // On to the first of its hours on the next day.
                distance += (24 - i64::from(hour.hour()) + interval - 1) / interval * interval;
                continue;
            }
            let hours = &self.rule.by.hours;
            let is_named = hours.is_empty() || hours.contains(&i16::from(hour.hour()));
            if is_named && hour > after && !skips(hour) {
                return Some(hour);
            }
            distance += interval;
        }
        None
    }
}
