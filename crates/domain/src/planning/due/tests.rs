//! Due dates as they are read, shown, and become moments.

use jiff::civil;

use super::*;

fn zone(name: &str) -> TimeZoneName {
    TimeZoneName::parse(name).expect("a test zone exists")
}

#[test]
fn a_due_date_is_read_and_shown() {
    for (text, shown) in [
        ("2026-11-22", "2026-11-22"),
        (" 2026-11-22 ", "2026-11-22"),
        ("2026-11-22T17:00", "2026-11-22T17:00"),
        ("2026-11-22 17:00", "2026-11-22T17:00"),
        ("2026-11-22T17:00:59", "2026-11-22T17:00"),
        ("2026-11-22T17:00:59.123456", "2026-11-22T17:00"),
        ("2026-11-22T17:00:00Z", "2026-11-22T18:00"),
        ("2026-11-22T17:00Z", "2026-11-22T18:00"),
        ("2026-11-22t17:00:00.5z", "2026-11-22T18:00"),
        ("2026-11-22T17:00:00-05:00", "2026-11-22T23:00"),
        ("2026-11-22T23:30:00+00:00", "2026-11-23T00:30"),
        ("2026-07-22T17:00:00Z", "2026-07-22T19:00"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31T23:59", "9999-12-31T23:59"),
        ("2028-02-29", "2028-02-29"),
    ] {
        let due = DueDate::parse(text, &zone("Europe/Berlin")).map(|due| due.to_string());
        assert_eq!(due.as_deref(), Ok(shown), "{text}");
        let again = DueDate::parse(shown, &TimeZoneName::UTC).map(|due| due.to_string());
        assert_eq!(again.as_deref(), Ok(shown), "{text}");
    }
}

#[test]
fn what_is_not_a_due_date_is_refused() {
    for text in [
        "",
        "tomorrow",
        "2026-11",
        "2026-13-01",
        "2026-02-29",
        "2026-11-31",
        "0000-01-01",
        "-001-01-01",
        "20261122",
        "2026-1-2",
        "22.11.2026",
        "2026-11-22T",
        "2026-11-22T1700",
        "2026-11-22T24:00",
        "2026-11-22T17:60",
        "2026-11-22T17:00:61",
        "2026-11-22T17:00:00.",
        "2026-11-22T17:00:00+1",
        "2026-11-22T17:00:00+01:00[Europe/Berlin]",
        "2026-11-22T17:00:00 Z",
        "2026-11-22x",
        "２０２６-11-22",
    ] {
        assert!(DueDate::parse(text, &TimeZoneName::UTC).is_err(), "{text}");
    }
}

#[test]
fn a_due_date_becomes_a_moment_in_a_zone() {
    for (text, name, moment) in [
        ("2026-11-22", "UTC", "2026-11-22T23:59:59.999Z"),
        ("2026-11-22", "Europe/Berlin", "2026-11-22T22:59:59.999Z"),
        ("2026-11-22T17:00", "Europe/Berlin", "2026-11-22T16:00:00.000Z"),
        ("2026-11-22T17:00", "America/New_York", "2026-11-22T22:00:00.000Z"),
        // The clock jumps from 02:00 to 03:00: what it skips comes an hour later.
        ("2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"),
        ("2027-03-28T03:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"),
        // It goes back from 03:00 to 02:00: the first 02:30 counts.
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"),
        // A day of 23 hours, one of 25, and one that ends when the clock jumps.
        ("2027-03-28", "Europe/Berlin", "2027-03-28T21:59:59.999Z"),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T22:59:59.999Z"),
        ("2026-09-05", "America/Santiago", "2026-09-06T03:59:59.999Z"),
    ] {
        let due = DueDate::parse(text, &zone(name)).expect("a test date is valid");
        assert_eq!(due.due_at(&zone(name)).to_string(), moment, "{text} {name}");
    }
}

#[test]
fn seconds_are_dropped_or_rounded_up_to_the_next_minute() {
    for (text, dropped, rounded) in [
        ("2026-11-22", "2026-11-22", "2026-11-22"),
        ("2026-11-22T17:00", "2026-11-22T17:00", "2026-11-22T17:00"),
        ("2026-11-22T17:00:00.000000000", "2026-11-22T17:00", "2026-11-22T17:00"),
        ("2026-11-22T17:00:01", "2026-11-22T17:00", "2026-11-22T17:01"),
        ("2026-11-22T17:00:00.000000001", "2026-11-22T17:00", "2026-11-22T17:01"),
        ("2026-11-22T23:59:60", "2026-11-22T23:59", "2026-11-23T00:00"),
        ("2026-11-22T17:00:00.5Z", "2026-11-22T18:00", "2026-11-22T18:01"),
        ("9999-12-31T23:59:59", "9999-12-31T23:59", "9999-12-31T23:59"),
    ] {
        let due = DueInput::parse(text).expect("a test date is valid");
        let berlin = zone("Europe/Berlin");
        assert_eq!(due.due_date(&berlin).to_string(), dropped, "{text}");
        assert_eq!(due.not_before(&berlin).to_string(), rounded, "{text}");
        assert_eq!(due.needs_zone(), text.ends_with('Z'), "{text}");
    }
}

#[test]
fn a_moment_at_the_edge_of_the_years_has_a_due_date_that_reads_back() {
    for (text, name) in [
        ("0001-01-01T00:00:00Z", "America/New_York"),
        ("0001-01-01T00:00:00+00:00", "Pacific/Kiritimati"),
        ("9999-12-30T22:00:00Z", "Pacific/Kiritimati"),
    ] {
        let due = DueInput::parse(text).expect("a test date is valid").due_date(&zone(name));
        assert_eq!(DueDate::parse(&due.to_string(), &TimeZoneName::UTC), Ok(due), "{text} {name}");
    }
}

fn moment(text: &str) -> Timestamp {
    match DueInput::parse(text) {
        Ok(DueInput::Moment(moment)) => moment,
        other => panic!("{other:?} is no moment"),
    }
}

#[test]
fn what_is_due_before_the_earliest_open_date_is_past() {
    for (now, name, open) in [
        ("2026-11-21T09:30:00Z", "UTC", "2026-11-21T09:30"),
        ("2026-11-21T09:30:01Z", "UTC", "2026-11-21T09:31"),
        ("2026-11-21T23:59:30Z", "UTC", "2026-11-22T00:00"),
        ("2026-11-21T09:30:00Z", "Asia/Kolkata", "2026-11-21T15:00"),
        // 02:30 for the first time, and half an hour before it begins again.
        ("2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25T02:30"),
        ("2026-10-25T00:59:59Z", "Europe/Berlin", "2026-10-25T03:00"),
        // Whatever was due in that hour was due when it came first.
        ("2026-10-25T01:00:00Z", "Europe/Berlin", "2026-10-25T03:00"),
        ("2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25T03:00"),
        ("2026-10-25T02:00:00Z", "Europe/Berlin", "2026-10-25T03:00"),
        ("2026-10-25T02:00:01Z", "Europe/Berlin", "2026-10-25T03:01"),
        ("2026-11-01T06:10:00Z", "America/New_York", "2026-11-01T02:00"),
        // The clock is set forward: 02:30 is skipped.
        ("2027-03-28T01:10:00Z", "Europe/Berlin", "2027-03-28T03:10"),
    ] {
        let (now, zone) = (moment(now), zone(name));
        let open_date = DueDate::earliest_open(now, &zone);
        assert_eq!(open_date.to_string(), open, "{now} {name}");
        assert!(open_date.due_at(&zone) >= now, "{now} {name}");
    }
}

/// Through the hour that comes twice, minute by minute.
#[test]
fn the_earliest_open_date_agrees_with_the_moments() {
    let berlin = zone("Europe/Berlin");
    let start = moment("2026-10-24T23:00:00Z");
    for seconds in (0..4 * 3_600).step_by(20) {
        let now = start.plus_seconds(seconds);
        let open = DueDate::earliest_open(now, &berlin);
        for minutes in 0..240 {
            let local = civil::date(2026, 10, 25).at(0, 30, 0, 0);
            let due = DueDate::at(local.checked_add(minutes.minutes()).expect("the same night"));
            let is_before = (due.date(), due.time()) < (open.date(), open.time());
            assert_eq!(due.due_at(&berlin) < now, is_before, "{due} at {now}");
        }
    }
}
