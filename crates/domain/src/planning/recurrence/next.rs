//! What follows a task that is done.

use jiff::{ToSpan, civil::DateTime, civil::Time};

use super::{
    rule::{End, Frequency, RecurrenceRule, Until},
    search::Search,
};
use crate::{DueDate, Problem, TimeZoneName, Timestamp};

/// From where the next date is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecurrenceFrom {
    /// From the due date, however late the task was done: rent.
    #[default]
    Due,
    /// From the day on which it was done: a haircut.
    Completion,
}

impl RecurrenceFrom {
    /// The choice of that name.
    ///
    /// # Errors
    /// Not one of the two names.
    pub fn parse(name: &str) -> Result<Self, Problem> {
        match name.trim().to_ascii_lowercase().as_str() {
            "due" => Ok(Self::Due),
            "completion" => Ok(Self::Completion),
            _ => Err(Problem::NotOneOf { expected: "'due' or 'completion'" }),
        }
    }

    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Completion => "completion",
        }
    }
}

/// A rule, and from where it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// How often.
    pub rule: RecurrenceRule,
    /// From where.
    pub from: RecurrenceFrom,
}

impl Recurrence {
    /// The due date and the rule of the task that follows one that was due at
    /// `due` and done at `completed_at`; `None` when this was the last.
    ///
    /// - The next date is the first of the rule later than `due`, even if that
    ///   is past, too: a rent that was missed is still owed. Counted from the
    ///   completion it is the first later than that day, at the time of `due`.
    /// - COUNT is one less on each task; nothing is later than UNTIL.
    /// - A monthly rule without any BY part is a month: from the 31st it goes
    ///   to the last day of a shorter month and comes back to the 31st. So does
    ///   a yearly one from 29 February. As the date alone cannot remember the
    ///   31st, the rule of the next task then says it (`BYMONTHDAY=-1`). A rule
    ///   that names days itself is taken by the letter of RFC 5545:
    ///   `BYMONTHDAY=31` skips months that have no such day.
    /// - Times are those on the wall, so a task at 09:00 stays at 09:00 when
    ///   the clock changes. An hourly rule leaves out the hour that the clock
    ///   skips; others keep its time, which [`DueDate::due_at`] moves.
    #[must_use]
    pub fn next_occurrence(
        &self,
        due: DueDate,
        completed_at: Timestamp,
        zone: &TimeZoneName,
    ) -> Option<(DueDate, RecurrenceRule)> {
        let end = match self.rule.end {
            Some(End::Count(count)) => Some(End::Count(count.checked_sub(1).filter(|n| *n > 0)?)),
            end => end,
        };
        let start = self.start(due, completed_at, zone);
        let (next, mut rule) = self.rule.after(start, |local| zone.skips(local))?;
        let has_time = due.time().is_some() || rule.has_time();
        let next = if has_time { DueDate::at(next) } else { DueDate::on(next.date()) };
        if let Some(End::Until(until)) = end
            && until.is_before(next, zone)
        {
            return None;
        }
        if self.from == RecurrenceFrom::Completion {
            // The next one counts from another day, so there is none to remember.
            rule = self.rule.clone();
        }
        rule.end = end;
        Some((next, rule))
    }

    /// Whether the rule and this due date go together.
    ///
    /// # Errors
    /// The rule has a time of day and the date has none, or no date follows
    /// this one although neither COUNT nor UNTIL ends the rule.
    pub fn check(&self, due: DueDate, zone: &TimeZoneName) -> Result<(), Problem> {
        if self.rule.has_time() && due.time().is_none() {
            let sentence = "this recurrence rule needs a due date with a time";
            return Err(Problem::Refused { sentence });
        }
        if self.rule.after(start(due), |local| zone.skips(local)).is_none() {
            let sentence = "the recurrence rule never gives a date after this due date";
            return Err(Problem::Refused { sentence });
        }
        Ok(())
    }

    fn start(&self, due: DueDate, completed_at: Timestamp, zone: &TimeZoneName) -> DateTime {
        let completed = zone.local(completed_at);
        match (self.from, self.rule.frequency) {
            (RecurrenceFrom::Due, _) => start(due),
            (RecurrenceFrom::Completion, Frequency::Hourly) => completed,
            (RecurrenceFrom::Completion, _) => {
                completed.date().to_datetime(due.time().unwrap_or(Time::MIN))
            }
        }
    }
}

/// From where a rule counts: a date alone counts from its first minute.
fn start(due: DueDate) -> DateTime {
    due.date().to_datetime(due.time().unwrap_or(Time::MIN))
}

impl Until {
    fn is_before(self, due: DueDate, zone: &TimeZoneName) -> bool {
        match (self, due.time()) {
            (Self::Date(last), _) => due.date() > last,
            (Self::Local(last), None) => due.date() > last.date(),
            (Self::Local(last), Some(time)) => due.date().to_datetime(time) > last,
            (Self::Moment(last), None) => due.date() > zone.today(last),
            (Self::Moment(last), Some(_)) => due.due_at(zone) > last,
        }
    }
}

impl RecurrenceRule {
    /// The first date after `start`, and the rule that leads on from there.
    fn after(&self, start: DateTime, skips: impl Fn(DateTime) -> bool) -> Option<(DateTime, Self)> {
        let Some(pinned) = self.pinned(start) else {
            let next = Search::new(self, start).first_after(start, skips)?;
            return Some((next, self.clone()));
        };
        let next = Search::new(&pinned, start).first_after(start, skips)?;
        let is_short = next.date().day() != start.date().day();
        Some((next, if is_short { pinned } else { self.clone() }))
    }

    /// The rule with its day written out, where some months lack that day.
    fn pinned(&self, start: DateTime) -> Option<Self> {
        let by = &self.by;
        let names_days = !(by.months.is_empty()
            && by.weeks.is_empty()
            && by.year_days.is_empty()
            && by.month_days.is_empty()
            && by.weekdays.is_empty()
            && by.positions.is_empty());
        let day = start.date().day();
        match self.frequency {
            _ if names_days => None,
            Frequency::Monthly if day > 28 => Some(self.clone().on_month_day(day)),
            Frequency::Yearly if day == 29 && start.date().month() == 2 => {
                Some(self.clone().in_month(2).on_month_day(31))
            }
            _ => None,
        }
    }

    /// The first date that is not before `from`, whatever INTERVAL says: where
    /// a rule without a due date begins.
    pub(crate) fn first_from(&self, from: DateTime) -> Option<DateTime> {
        let rule = Self { interval: 1, ..self.clone() };
        let before = from.checked_sub(1.minutes()).ok()?;
        Search::new(&rule, from).first_after(before, |_| false)
    }

    /// Whether there is any date at all, from any start.
    pub(super) fn has_a_date(&self) -> bool {
        self.first_from(jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0)).is_some()
    }
}
