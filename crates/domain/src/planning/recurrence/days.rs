//! Whether a rule names a day.
//!
//! RFC 5545 says of each part whether it "expands" or "limits"; when one looks
//! at every day of the period, both are the same question.

use jiff::{ToSpan, civil::Date, civil::Weekday};

use super::rule::{By, Frequency, RecurrenceRule};

/// The parts of a rule that name days, those that it leaves to the first date
/// included.
pub(super) struct Days {
    by: By,
    /// Whether "the second Monday" is one of the month; otherwise of the year.
    nth_of_month: bool,
    week_start: Weekday,
}

impl Days {
    /// What the rule leaves open is taken from `first`: a weekly rule means its
    /// weekday, a monthly rule its day of the month.
    pub(super) fn new(rule: &RecurrenceRule, first: Date) -> Self {
        let mut by = rule.by.clone();
        let is_open = by.weekdays.is_empty()
            && by.month_days.is_empty()
            && by.year_days.is_empty()
            && by.weeks.is_empty();
        let day = vec![i16::from(first.day())];
        let weekday = super::rule::WeekdayOf { nth: 0, weekday: first.weekday() };
        match rule.frequency {
            Frequency::Weekly if by.weekdays.is_empty() => by.weekdays = vec![weekday],
            Frequency::Monthly if is_open => by.month_days = day,
            Frequency::Yearly if is_open => {
                by.month_days = day;
                if by.months.is_empty() {
                    by.months = vec![i16::from(first.month())];
                }
            }
            Frequency::Yearly if !by.weeks.is_empty() && by.weekdays.is_empty() => {
                by.weekdays = vec![weekday];
            }
            _ => {}
        }
        let nth_of_month = rule.frequency == Frequency::Monthly || !by.months.is_empty();
        Self { week_start: by.week_start.unwrap_or(Weekday::Monday), by, nth_of_month }
    }

    /// Whether the rule names this day.
    pub(super) fn contain(&self, day: Date) -> bool {
        let Self { by, .. } = self;
        let month_day = i16::from(day.day());
        let days_in_month = i16::from(day.days_in_month());
        (by.months.is_empty() || by.months.contains(&i16::from(day.month())))
            && named(&by.month_days, month_day, days_in_month)
            && (by.weekdays.is_empty() || self.contain_weekday(day))
            && (by.year_days.is_empty()
                || named(&by.year_days, day.day_of_year(), day.days_in_year()))
            && (by.weeks.is_empty() || self.contain_week(day))
    }

    fn contain_weekday(&self, day: Date) -> bool {
        let weekday = day.weekday();
        let (place, length) = if self.nth_of_month {
            (i16::from(day.day()), i16::from(day.days_in_month()))
        } else {
            (day.day_of_year(), day.days_in_year())
        };
        self.by.weekdays.iter().filter(|one| one.weekday == weekday).any(|one| match one.nth {
            0 => true,
            nth @ 1.. => nth == (place - 1) / 7 + 1,
            nth => -nth == (length - place) / 7 + 1,
        })
    }

    fn contain_week(&self, day: Date) -> bool {
        let Some((year, week)) = self.week(day) else { return false };
        let last = Date::new(year, 12, 28).ok().and_then(|day| self.week(day));
        named(&self.by.weeks, week, last.map_or(52, |(_, week)| week))
    }

    /// The week of this day and the year that the week belongs to: the first
    /// week of a year is the first that has at least four days in it.
    fn week(&self, day: Date) -> Option<(i16, i16)> {
        let fourth = day.checked_add((3 - days_since(self.week_start, day)).days()).ok()?;
        Some((fourth.year(), (fourth.day_of_year() - 1) / 7 + 1))
    }
}

/// How many days ago the week of this day began: 0 to 6.
pub(super) fn days_since(week_start: Weekday, day: Date) -> i64 {
    i64::from(day.weekday().since(week_start))
}

/// Whether a list names this place; negative entries count from the end.
fn named(list: &[i16], place: i16, length: i16) -> bool {
    list.is_empty() || list.contains(&place) || list.contains(&(place - length - 1))
}
