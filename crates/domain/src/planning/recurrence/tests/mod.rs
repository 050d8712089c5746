//! Rules and the dates that follow from them.

mod ends;
mod examples;
mod random;
mod reading;

use super::{Recurrence, RecurrenceFrom, RecurrenceRule};
use crate::{DueDate, TimeZoneName, Timestamp};

fn zone(name: &str) -> TimeZoneName {
    TimeZoneName::parse(name).expect("a test zone exists")
}

fn rule(text: &str) -> RecurrenceRule {
    RecurrenceRule::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

fn due(text: &str) -> DueDate {
    DueDate::parse(text, &TimeZoneName::UTC).expect("a test date is valid")
}

/// The moment at which the wall of that zone shows this.
fn moment(text: &str, zone: &TimeZoneName) -> Timestamp {
    due(text).due_at(zone)
}

/// Completes a task again and again; `dates` begins with its due date, and `…`
/// after the last one says that it does not end there.
fn check_in(name: &str, text: &str, dates: &str) {
    let zone = zone(name);
    let mut recurrence = Recurrence { rule: rule(text), from: RecurrenceFrom::Due };
    let mut dates: Vec<_> = dates.split(' ').collect();
    let goes_on = dates.pop_if(|last| *last == "…").is_some();
    let mut current = due(dates[0]);
    for (index, expected) in dates.iter().enumerate().skip(1) {
        let next = recurrence.next_occurrence(current, Timestamp::from_seconds(0).unwrap(), &zone);
        let (date, rule) = next.unwrap_or_else(|| panic!("{text} ends before {expected}"));
        assert_eq!(date.to_string(), *expected, "{text}: date {index} of {dates:?}");
        (current, recurrence.rule) = (date, rule);
    }
    let next = recurrence.next_occurrence(current, Timestamp::from_seconds(0).unwrap(), &zone);
    assert_eq!(next.is_some(), goes_on, "{text}: after {current} comes {next:?}");
}

fn check(text: &str, dates: &str) {
    check_in("America/New_York", text, dates);
}
