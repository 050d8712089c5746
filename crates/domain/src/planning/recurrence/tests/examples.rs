//! The examples of RFC 5545, section 3.8.5.3, and those of people.

use super::*;

/// A rule and its dates, the first of which is given.
const EXAMPLES: [(&str, &str); 32] = [
    ("FREQ=DAILY;COUNT=3", "1997-09-02T09:00 1997-09-03T09:00 1997-09-04T09:00"),
    ("FREQ=DAILY;INTERVAL=2", "1997-09-02 1997-09-04 1997-09-06 …"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12"),
    ("FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "2000-01-30T09:00 2000-01-31T09:00"),
    ("FREQ=WEEKLY;COUNT=3", "1997-09-02 1997-09-09 1997-09-16"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02 1997-09-16 1997-09-30 1997-10-14 …"),
    ("FREQ=WEEKLY;WKST=SU;BYDAY=TU,TH", "1997-09-02 1997-09-04 1997-09-09 1997-09-11 …"),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01 1997-09-03 1997-09-05 1997-09-15 …",
    ),
    ("FREQ=MONTHLY;BYDAY=1FR", "1997-09-05 1997-10-03 1997-11-07 1997-12-05 …"),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1SU", "1997-09-07 1997-09-28 1997-11-02 1997-11-30 …"),
    ("FREQ=MONTHLY;BYDAY=-2MO", "1997-09-22 1997-10-20 1997-11-17 1997-12-22 …"),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26 …",
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=2,15", "1997-09-02 1997-09-15 1997-10-02 1997-10-15 …"),
    ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "1997-09-30 1997-10-01 1997-10-31 1997-11-01 …"),
    ("FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=10,11,12,13,14,15", "1997-09-15 1999-03-10 …"),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-11-04 …",
    ),
    ("FREQ=YEARLY;BYMONTH=6,7", "1997-06-10 1997-07-10 1998-06-10 1998-07-10 …"),
    (
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=1,2,3",
        "1997-03-10 1999-01-10 1999-02-10 1999-03-10 2001-01-10 …",
    ),
    (
        "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200",
        "1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09 …",
    ),
    ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19 1998-05-18 1999-05-17 …"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12 1998-05-11 1999-05-17 …"),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13 1997-03-20 1997-03-27 1998-03-05 …"),
    ("FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "1997-08-28 1998-06-04 1998-06-11 …"),
    (
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13 …",
    ),
    ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13 1997-10-11 1997-11-08 …"),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05 2000-11-07 2004-11-02 …",
    ),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 1997-10-07 1997-11-06"),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997-09-29 1997-10-30 1997-11-27 1997-12-30 …",
    ),
    (
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000",
        "1997-09-02T09:00 1997-09-02T12:00 1997-09-02T15:00",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30",
    ),
];

#[test]
fn the_examples_of_rfc_5545() {
    for (rule, dates) in EXAMPLES {
        check(rule, dates);
    }
}

#[test]
fn a_month_is_a_month_and_comes_back_to_its_day() {
    check("monthly", "2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31 …");
    check("monthly", "2028-01-31 2028-02-29 2028-03-31 …");
    check("monthly", "2027-01-30 2027-02-28 2027-03-30 2027-04-30 …");
    check("monthly", "2027-01-29 2027-02-28 2027-03-29 …");
    check("monthly", "2028-01-29 2028-02-29 2028-03-29 …");
    check("monthly", "2026-12-28T17:00 2027-01-28T17:00 2027-02-28T17:00 2027-03-28T17:00 …");
    check("FREQ=MONTHLY;INTERVAL=3", "2026-11-30 2027-02-28 2027-05-30 …");
    check("FREQ=MONTHLY;COUNT=3", "2027-01-31 2027-02-28 2027-03-31");
    check(
        "FREQ=MONTHLY;BYHOUR=9,17",
        "2027-01-30T09:00 2027-01-30T17:00 2027-02-28T09:00 2027-02-28T17:00 2027-03-30T09:00 …",
    );
    // What names its days itself skips months that lack them, as RFC 5545 says.
    check("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31 2027-03-31 2027-05-31 …");
    check("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31 2027-02-28 2027-03-31 …");
}

#[test]
fn the_short_month_says_which_day_was_meant() {
    for (date, expected) in [
        ("2027-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("2027-01-30", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("2027-01-29", "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
        ("2027-01-28", "FREQ=MONTHLY"),
        ("2026-12-31", "FREQ=MONTHLY"),
    ] {
        let recurrence = Recurrence { rule: rule("monthly"), from: RecurrenceFrom::Due };
        let now = moment("2027-01-31", &TimeZoneName::UTC);
        let next = recurrence.next_occurrence(due(date), now, &TimeZoneName::UTC);
        assert_eq!(next.map(|(_, rule)| rule.to_string()).as_deref(), Some(expected), "{date}");
    }
}

#[test]
fn a_leap_day_comes_back_in_leap_years() {
    check("yearly", "2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29 2033-02-28 …");
    check("FREQ=YEARLY;INTERVAL=4", "2096-02-29 2100-02-28 2104-02-29 …");
    check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29 2032-02-29 2036-02-29 …");
    check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2096-02-29 2104-02-29 …");
    check("daily", "2028-02-28 2028-02-29 2028-03-01 …");
    check("yearly", "2026-11-22 2027-11-22 2028-11-22 …");
    check("FREQ=YEARLY;BYYEARDAY=-1", "2026-12-31 2027-12-31 2028-12-31 …");
}

#[test]
fn the_words_are_rules() {
    check("daily", "2026-12-31 2027-01-01 …");
    check("weekly", "2026-11-22 2026-11-29 …");
    check("Yearly", "2026-11-22 2027-11-22 …");
    check("weekdays", "2026-11-19 2026-11-20 2026-11-23 2026-11-24 …");
    check("weekdays", "2026-11-21 2026-11-23 …");
}

#[test]
fn the_time_on_the_wall_stays_when_the_clock_changes() {
    let weeks = [
        ("Europe/Berlin", "2027-03-22T09:00", "2027-03-29T09:00", 167),
        ("Europe/Berlin", "2026-10-19T09:00", "2026-10-26T09:00", 169),
        ("America/New_York", "2027-03-08T09:00", "2027-03-15T09:00", 167),
        ("America/New_York", "2026-10-26T09:00", "2026-11-02T09:00", 169),
        // The clock skips the time itself, or shows it twice.
        ("Europe/Berlin", "2027-03-21T02:30", "2027-03-28T02:30", 168),
        ("America/New_York", "2026-10-25T01:30", "2026-11-01T01:30", 168),
    ];
    for (name, first, second, hours) in weeks {
        check_in(name, "weekly", &format!("{first} {second} …"));
        let zone = zone(name);
        let seconds = moment(second, &zone).seconds_since(moment(first, &zone));
        assert_eq!(seconds, hours * 3_600, "{name} {first}");
    }
    check_in("Europe/Berlin", "daily", "2027-03-27T02:30 2027-03-28T02:30 2027-03-29T02:30 …");
    check_in("Europe/Berlin", "daily", "2026-10-24T02:30 2026-10-25T02:30 2026-10-26T02:30 …");
}

#[test]
fn an_hourly_rule_leaves_out_the_hour_that_the_clock_skips() {
    check_in(
        "Europe/Berlin",
        "FREQ=HOURLY",
        "2027-03-28T01:30 2027-03-28T03:30 2027-03-28T04:30 …",
    );
    check_in("America/New_York", "FREQ=HOURLY", "2027-03-14T01:00 2027-03-14T03:00 …");
    check_in("UTC", "FREQ=HOURLY", "2027-03-28T01:30 2027-03-28T02:30 …");
    // The hour that comes twice is one hour on the wall.
    check_in(
        "Europe/Berlin",
        "FREQ=HOURLY",
        "2026-10-25T01:30 2026-10-25T02:30 2026-10-25T03:30 …",
    );
    check("FREQ=HOURLY;INTERVAL=8", "2026-11-22T20:15 2026-11-23T04:15 2026-11-23T12:15 …");
    check("FREQ=HOURLY;BYHOUR=9,13", "2026-11-22T09:00 2026-11-22T13:00 2026-11-23T09:00 …");
    check(
        "FREQ=HOURLY;INTERVAL=5;BYDAY=MO",
        "2026-11-23T20:00 2026-11-30T02:00 2026-11-30T07:00 …",
    );
    check(
        "FREQ=DAILY;BYHOUR=8,20;BYMINUTE=30",
        "2026-11-22T08:30 2026-11-22T20:30 2026-11-23T08:30 …",
    );
}
