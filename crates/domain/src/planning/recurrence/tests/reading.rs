//! What is read as a rule, and what is refused.

use super::*;

#[test]
fn a_rule_is_written_in_one_way() {
    for (text, canonical) in [
        ("daily", "FREQ=DAILY"),
        (" Weekly ", "FREQ=WEEKLY"),
        ("MONTHLY", "FREQ=MONTHLY"),
        ("yearly", "FREQ=YEARLY"),
        ("weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("RRULE:FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:freq=weekly;byday=fr,mo", "FREQ=WEEKLY;BYDAY=MO,FR"),
        ("INTERVAL=1;FREQ=DAILY", "FREQ=DAILY"),
        ("FREQ=DAILY;INTERVAL=02", "FREQ=DAILY;INTERVAL=2"),
        ("FREQ=DAILY;BYHOUR=17,9,9;BYMINUTE=0;BYSECOND=0", "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0"),
        ("FREQ=MONTHLY;BYDAY=+1MO,-1FR", "FREQ=MONTHLY;BYDAY=-1FR,1MO"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,1", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("FREQ=WEEKLY;WKST=MO", "FREQ=WEEKLY"),
        ("WKST=SU;FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;WKST=SU"),
        ("FREQ=DAILY;UNTIL=20261231", "FREQ=DAILY;UNTIL=20261231"),
        ("FREQ=DAILY;UNTIL=20261231t170000z", "FREQ=DAILY;UNTIL=20261231T170000Z"),
        ("FREQ=DAILY;UNTIL=20261231T170000", "FREQ=DAILY;UNTIL=20261231T170000"),
        (
            "COUNT=5;FREQ=YEARLY;BYSETPOS=1;BYWEEKNO=20;BYDAY=MO",
            "FREQ=YEARLY;COUNT=5;BYWEEKNO=20;BYDAY=MO;BYSETPOS=1",
        ),
    ] {
        assert_eq!(rule(text).to_string(), canonical, "{text}");
        assert_eq!(rule(canonical), rule(text), "{text}");
    }
}

fn refused(texts: &[&str]) {
    for text in texts {
        assert!(RecurrenceRule::parse(text).is_err(), "{text}");
    }
}

const UNREADABLE: [&str; 43] = [
    "",
    ";",
    "every day",
    "biweekly",
    "FREQ",
    "FREQ=",
    "FREQ=FORTNIGHTLY",
    "INTERVAL=2",
    "FREQ=DAILY;",
    ";FREQ=DAILY",
    "FREQ=DAILY;;COUNT=2",
    "FREQ=DAILY\nCOUNT=2",
    "DTSTART:20260101\nRRULE:FREQ=DAILY",
    "RRULE:RRULE:FREQ=DAILY",
    "FREQ = DAILY",
    "FREQ=DAILY;X-NAME=1",
    "FREQ=DAILY;BYEASTER=0",
    "FREQ=DAILY;RSCALE=HEBREW",
    "FREQ=DÄILY",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=DAILY;COUNT=1;COUNT=1",
    "FREQ=DAILY;UNTIL=2026-12-31",
    "FREQ=DAILY;UNTIL=20261301",
    "FREQ=DAILY;UNTIL=20261231T170000+01:00",
    "FREQ=DAILY;UNTIL=20261231T1700",
    "FREQ=DAILY;UNTIL=20261231Z",
    "FREQ=DAILY;UNTIL=",
    "FREQ=DAILY;UNTIL=00000101",
    "FREQ=DAILY;UNTIL=é",
    "FREQ=WEEKLY;BYDAY=",
    "FREQ=WEEKLY;BYDAY=é",
    "FREQ=WEEKLY;BYDAY=MON",
    "FREQ=WEEKLY;BYDAY=MO,,TU",
    "FREQ=MONTHLY;BYDAY=0MO",
    "FREQ=MONTHLY;BYDAY=54MO",
    "FREQ=MONTHLY;BYMONTHDAY=0",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=YEARLY;BYMONTH=13",
    "FREQ=YEARLY;BYWEEKNO=54",
    "FREQ=YEARLY;BYYEARDAY=367",
    "FREQ=DAILY;BYHOUR=24",
    "FREQ=DAILY;BYMINUTE=60",
    "FREQ=DAILY;WKST=XX",
];

#[test]
fn what_does_not_read_as_a_rule_is_refused() {
    refused(&UNREADABLE);
    assert!(RecurrenceRule::parse(&"x".repeat(1 << 20)).is_err());
    let long = format!("FREQ=YEARLY;BYYEARDAY={}1", "1,".repeat(500));
    assert!(RecurrenceRule::parse(&long).is_err());
}

#[test]
fn absurd_numbers_are_refused() {
    refused(&[
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=1000",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=10000",
        "FREQ=DAILY;COUNT=4294967295",
        "FREQ=DAILY;INTERVAL=1.5",
    ]);
    assert_eq!(rule("FREQ=DAILY;INTERVAL=999;COUNT=9999").interval, 999);
}

#[test]
fn more_often_than_hourly_is_refused() {
    refused(&[
        "FREQ=MINUTELY",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=120",
        "FREQ=HOURLY;BYMINUTE=0,30",
        "FREQ=DAILY;BYMINUTE=0,1",
        "FREQ=DAILY;BYSECOND=0,30",
        "FREQ=DAILY;BYSECOND=5",
    ]);
}

#[test]
fn parts_that_do_not_go_together_are_refused() {
    refused(&[
        "FREQ=DAILY;COUNT=2;UNTIL=20261231",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=DAILY;BYYEARDAY=1",
        "FREQ=MONTHLY;BYWEEKNO=1",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=HOURLY;BYDAY=MO;BYSETPOS=1",
    ]);
}

#[test]
fn a_rule_that_never_gives_a_date_is_refused() {
    refused(&[
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=8",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6",
        "FREQ=DAILY;BYHOUR=9;BYSETPOS=2",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=2",
    ]);
}

#[test]
fn what_is_rare_but_comes_is_not_refused() {
    check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", "2088-02-29 2128-02-29 …");
    check("FREQ=YEARLY;BYWEEKNO=53", "2026-12-28 2032-12-27 …");
    check("FREQ=YEARLY;INTERVAL=999", "2026-11-22 3025-11-22 …");
}
