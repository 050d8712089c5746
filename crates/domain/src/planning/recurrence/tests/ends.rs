//! When a rule ends, and from where it counts.

use super::*;

#[test]
fn a_count_is_one_less_on_each_task() {
    check("FREQ=DAILY;COUNT=1", "2026-11-22");
    check("FREQ=DAILY;COUNT=2", "2026-11-22 2026-11-23");
    let recurrence = Recurrence { rule: rule("FREQ=DAILY;COUNT=3"), from: RecurrenceFrom::Due };
    let now = moment("2026-11-22", &TimeZoneName::UTC);
    let next = recurrence.next_occurrence(due("2026-11-22"), now, &TimeZoneName::UTC);
    assert_eq!(next.map(|(_, rule)| rule.to_string()).as_deref(), Some("FREQ=DAILY;COUNT=2"));
}

#[test]
fn nothing_is_later_than_until() {
    check("FREQ=WEEKLY;UNTIL=20261206", "2026-11-22 2026-11-29 2026-12-06");
    check("FREQ=WEEKLY;UNTIL=20261206", "2026-11-22T23:59 2026-11-29T23:59 2026-12-06T23:59");
    check("FREQ=WEEKLY;UNTIL=20261205", "2026-11-22 2026-11-29");
    check("FREQ=WEEKLY;UNTIL=20261129T090000", "2026-11-22T09:00 2026-11-29T09:00");
    check("FREQ=WEEKLY;UNTIL=20261129T085959", "2026-11-22T09:00");
    check("FREQ=WEEKLY;UNTIL=20261129T085959", "2026-11-22 2026-11-29");
    check("FREQ=WEEKLY;UNTIL=20200101", "2026-11-22");
}

#[test]
fn until_in_utc_is_a_moment() {
    // 09:00 in New York is 14:00 UTC.
    check("FREQ=WEEKLY;UNTIL=20261129T140000Z", "2026-11-22T09:00 2026-11-29T09:00");
    check("FREQ=WEEKLY;UNTIL=20261129T135959Z", "2026-11-22T09:00");
    // A moment early on the 30th in UTC is still the 29th in New York.
    check("FREQ=DAILY;UNTIL=20261130T040000Z", "2026-11-28 2026-11-29");
    check_in("UTC", "FREQ=DAILY;UNTIL=20261130T040000Z", "2026-11-28 2026-11-29 2026-11-30");
}

fn check_done(rule_text: &str, due_text: &str, done: &str, expected: &str) {
    let zone = zone("Europe/Berlin");
    let recurrence = Recurrence { rule: rule(rule_text), from: RecurrenceFrom::Completion };
    let next = recurrence.next_occurrence(due(due_text), moment(done, &zone), &zone);
    let next = next.map(|(date, _)| date.to_string());
    assert_eq!(next.as_deref(), Some(expected), "{rule_text} due {due_text} done {done}");
}

#[test]
fn from_completion_counts_from_the_day_it_was_done() {
    check_done("FREQ=DAILY;INTERVAL=3", "2026-11-01", "2026-11-21T23:30", "2026-11-24");
    check_done("weekly", "2026-11-01", "2026-11-18T09:00", "2026-11-25");
    check_done("weekly", "2026-11-30", "2026-11-18T09:00", "2026-11-25");
    check_done("monthly", "2026-11-01", "2027-01-31T09:00", "2027-02-28");
    check_done("FREQ=WEEKLY;BYDAY=MO", "2026-11-02", "2026-11-18T09:00", "2026-11-23");
    check_done("daily", "2026-11-20T17:00", "2026-11-21T09:00", "2026-11-22T17:00");
    check_done("daily", "2026-11-20T17:00", "2026-11-21T18:00", "2026-11-22T17:00");
    check_done(
        "FREQ=HOURLY;INTERVAL=2",
        "2026-11-20T17:00",
        "2026-11-21T18:20",
        "2026-11-21T20:20",
    );
    // Half past eleven at night in Berlin is still the day before in New York.
    check_done("daily", "2026-11-01", "2026-11-21T00:30", "2026-11-22");
}

#[test]
fn from_due_does_not_care_when_it_was_done() {
    let utc = TimeZoneName::UTC;
    let recurrence = Recurrence { rule: rule("daily"), from: RecurrenceFrom::Due };
    for done in ["2026-10-01", "2026-11-01", "2027-11-01"] {
        let next = recurrence.next_occurrence(due("2026-11-01"), moment(done, &utc), &utc);
        assert_eq!(next.map(|(date, _)| date.to_string()).as_deref(), Some("2026-11-02"));
    }
    assert_eq!(RecurrenceFrom::parse("Completion"), Ok(RecurrenceFrom::Completion));
    assert_eq!(RecurrenceFrom::parse(RecurrenceFrom::default().as_str()), Ok(RecurrenceFrom::Due));
    assert!(RecurrenceFrom::parse("start").is_err());
}

#[test]
fn a_rule_and_a_date_must_go_together() {
    let check = |text: &str, date: &str| {
        let recurrence = Recurrence { rule: rule(text), from: RecurrenceFrom::Due };
        recurrence.check(due(date), &TimeZoneName::UTC).is_ok()
    };
    assert!(check("daily", "2026-11-22"));
    assert!(check("FREQ=HOURLY", "2026-11-22T09:00"));
    assert!(!check("FREQ=HOURLY", "2026-11-22"));
    assert!(!check("FREQ=DAILY;BYHOUR=9", "2026-11-22"));
    // Every seventh day from a Sunday is never a Tuesday.
    assert!(!check("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "2026-11-22"));
    assert!(check("FREQ=DAILY;INTERVAL=7;BYDAY=SU", "2026-11-22"));
    assert!(!check("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "2026-11-30"));
    assert!(!check("FREQ=HOURLY;INTERVAL=24;BYHOUR=8", "2026-11-22T09:00"));
    // A rule that is over is not a mistake.
    assert!(check("FREQ=DAILY;COUNT=1", "2026-11-22"));
    assert!(check("FREQ=DAILY;UNTIL=20200101", "2026-11-22"));
    assert!(!check("daily", "9999-12-31"));
}

#[test]
fn from_completion_ends_as_well() {
    let berlin = zone("Europe/Berlin");
    let after = |text: &str, done: &str| {
        let recurrence = Recurrence { rule: rule(text), from: RecurrenceFrom::Completion };
        let next = recurrence.next_occurrence(due("2026-11-01"), moment(done, &berlin), &berlin);
        next.map(|(date, rule)| format!("{date} {rule}"))
    };
    let next = after("FREQ=DAILY;COUNT=2", "2026-11-21T09:00");
    assert_eq!(next.as_deref(), Some("2026-11-22 FREQ=DAILY;COUNT=1"));
    assert_eq!(after("FREQ=DAILY;COUNT=1", "2026-11-21T09:00"), None);
    let next = after("FREQ=DAILY;UNTIL=20261122", "2026-11-21T09:00");
    assert_eq!(next.as_deref(), Some("2026-11-22 FREQ=DAILY;UNTIL=20261122"));
    assert_eq!(after("FREQ=DAILY;UNTIL=20261122", "2026-11-22T09:00"), None);
}
