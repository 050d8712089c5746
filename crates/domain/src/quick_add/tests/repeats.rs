//! Recurrences.

use super::*;

#[test]
fn stretches() {
    check(&[
        ("water plants every day", "water plants | 2026-11-21 | FREQ=DAILY"),
        ("water plants every week", "water plants | 2026-11-21 | FREQ=WEEKLY"),
        ("water plants every 2 weeks", "water plants | 2026-11-21 | FREQ=WEEKLY;INTERVAL=2"),
        ("water plants every two weeks", "water plants | 2026-11-21 | FREQ=WEEKLY;INTERVAL=2"),
        ("water plants every other day", "water plants | 2026-11-21 | FREQ=DAILY;INTERVAL=2"),
        ("pay rent every month", "pay rent | 2026-11-21 | FREQ=MONTHLY"),
        ("pay rent every 3 months", "pay rent | 2026-11-21 | FREQ=MONTHLY;INTERVAL=3"),
        ("renew every year", "renew | 2026-11-21 | FREQ=YEARLY"),
        ("stretch every hour", "stretch | 2026-11-21T10:00 | FREQ=HOURLY"),
        ("stretch every 2 hours", "stretch | 2026-11-21T10:00 | FREQ=HOURLY;INTERVAL=2"),
        ("every day water plants", "water plants | 2026-11-21 | FREQ=DAILY"),
        ("water plants every day at 8", "water plants | 2026-11-22T08:00 | FREQ=DAILY"),
        ("water plants every day at 17:00", "water plants | 2026-11-21T17:00 | FREQ=DAILY"),
        ("pay rent on dec 1 every month", "pay rent | 2026-12-01 | FREQ=MONTHLY"),
        ("pay rent every month on the 31st", "pay rent | 2026-12-31 | FREQ=MONTHLY"),
        (
            "stand up every weekday 9:30",
            "stand up | 2026-11-23T09:30 | FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        ),
        ("tomorrow gym every week at 7am", "gym | 2026-11-22T07:00 | FREQ=WEEKLY"),
        ("today pill every day at 8am", "pill | 2026-11-22T08:00 | FREQ=DAILY"),
        ("pill every day until dec 24", "pill | 2026-11-21 | FREQ=DAILY;UNTIL=20261224"),
    ]);
}

#[test]
fn days_of_the_week_and_the_month() {
    check(&[
        ("bins every monday", "bins | 2026-11-23 | FREQ=WEEKLY;BYDAY=MO"),
        ("bins every saturday", "bins | 2026-11-21 | FREQ=WEEKLY;BYDAY=SA"),
        ("bins every saturday at 8am", "bins | 2026-11-28T08:00 | FREQ=WEEKLY;BYDAY=SA"),
        (
            "gym every mon, wed and fri at 18:00",
            "gym | 2026-11-23T18:00 | FREQ=WEEKLY;BYDAY=MO,WE,FR",
        ),
        ("bins every other tuesday", "bins | 2026-11-24 | FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("rent every 1st", "rent | 2026-12-01 | FREQ=MONTHLY;BYMONTHDAY=1"),
        ("rent every 15th of the month", "rent | 2026-12-15 | FREQ=MONTHLY;BYMONTHDAY=15"),
        ("rent every 31st", "rent | 2026-11-30 | FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("rent every 30th", "rent | 2026-11-30 | FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("club every first monday", "club | 2026-12-07 | FREQ=MONTHLY;BYDAY=1MO"),
        ("club every last fri of the month", "club | 2026-11-27 | FREQ=MONTHLY;BYDAY=-1FR"),
        ("club every 2nd tuesday of the month", "club | 2026-12-08 | FREQ=MONTHLY;BYDAY=2TU"),
        ("birthday every dec 5", "birthday | 2026-12-05 | FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=5"),
        ("birthday every 29 feb", "birthday | 2027-02-28 | FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
    ]);
}

#[test]
fn what_is_not_a_recurrence() {
    check_titles(&[
        "every breath you take",
        "count every second",
        "blink every minute",
        "blink every 30 minutes",
        "write down every day that counts",
        "take pills every 8 hours with food",
        "make every second count",
        "club every third thing",
        "pay every 1000 days",
        "pay every feb 30",
        "every day is like sunday",
        r#"play "every day""#,
    ]);
    // It may be every other Monday: only the day is sure, and it is no date.
    check(&[("club every 2nd monday", "club every 2nd | 2026-11-23")]);
}
