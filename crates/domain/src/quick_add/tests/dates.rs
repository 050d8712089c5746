//! Days and times.

use super::*;

#[test]
fn days_near_today() {
    check(&[
        ("call Ana today", "call Ana | 2026-11-21"),
        ("call Ana Tomorrow", "call Ana | 2026-11-22"),
        ("TOMORROW call Ana", "call Ana | 2026-11-22"),
        ("call Ana tmr", "call Ana | 2026-11-22"),
        ("call Ana tonight", "call Ana | 2026-11-21"),
        ("call Ana tonight at 8", "call Ana | 2026-11-21T20:00"),
        ("send report by eod", "send report | 2026-11-21"),
        ("Pick up parcel today.", "Pick up parcel | 2026-11-21"),
        ("pick up parcel today!", "pick up parcel | 2026-11-21"),
        ("tomorrow: call Ana", "call Ana | 2026-11-22"),
        ("call Ana, tomorrow", "call Ana | 2026-11-22"),
        ("call Ana - tomorrow", "call Ana | 2026-11-22"),
        ("call Ana (tomorrow)", "call Ana | 2026-11-22"),
        ("(call Ana tomorrow)", "(call Ana) | 2026-11-22"),
        ("pay rent due today", "pay rent | 2026-11-21"),
        ("pay rent due: today", "pay rent | 2026-11-21"),
    ]);
}

#[test]
fn weekdays_are_never_today() {
    check(&[
        ("gym on saturday", "gym | 2026-11-28"),
        ("gym sunday", "gym | 2026-11-22"),
        ("submit tax form by friday", "submit tax form | 2026-11-27"),
        ("Friday: send invoice", "send invoice | 2026-11-27"),
        ("Monday call the bank", "call the bank | 2026-11-23"),
        ("call the bank mon", "call the bank | 2026-11-23"),
        ("call the bank on Tues", "call the bank | 2026-11-24"),
        ("call the bank by thurs", "call the bank | 2026-11-26"),
        ("gym on sun", "gym | 2026-11-22"),
        ("gym sun at 10:00", "gym | 2026-11-22T10:00"),
        ("sun 10am gym", "gym | 2026-11-22T10:00"),
        ("pay by friday the rent", "pay the rent | 2026-11-27"),
        ("prepare slides for monday", "prepare slides | 2026-11-23"),
        ("camp until sunday", "camp | 2026-11-22"),
    ]);
    check_at(
        "2026-11-18T09:00",
        &[
            ("gym on wednesday", "gym | 2026-11-25"),
            ("gym this wednesday", "gym | 2026-11-18"),
            ("call the bank next monday", "call the bank | 2026-11-23"),
            ("call the bank next friday", "call the bank | 2026-11-27"),
            ("call the bank friday", "call the bank | 2026-11-20"),
            ("call the bank this friday", "call the bank | 2026-11-20"),
            ("plan trip this weekend", "plan trip | 2026-11-21"),
            ("plan trip next weekend", "plan trip | 2026-11-28"),
        ],
    );
}

#[test]
fn weeks_months_and_weekends() {
    check(&[
        ("renew passport next week", "renew passport | 2026-11-23"),
        ("renew passport next month", "renew passport | 2026-12-01"),
        ("renew passport next year", "renew passport | 2027-01-01"),
        ("plan trip this weekend", "plan trip | 2026-11-21"),
        ("next week: plan trip", "plan trip | 2026-11-23"),
        ("gym next sat", "gym | 2026-11-28"),
        ("gym next thu 6pm", "gym | 2026-11-26T18:00"),
    ]);
    check_at("2026-11-22T09:00", &[("plan trip this weekend", "plan trip | 2026-11-22")]);
    let sunday = QuickAdd::parse("rest next week", at(SATURDAY), &berlin(), WeekStart::Sunday);
    assert_eq!(sunday.map(|task| shown(&task)).as_deref(), Ok("rest | 2026-11-22"));
}

#[test]
fn distances() {
    check(&[
        ("finish slides in 3 days", "finish slides | 2026-11-24"),
        ("finish slides in two weeks", "finish slides | 2026-12-05"),
        ("finish slides in a month", "finish slides | 2026-12-21"),
        ("finish slides in 1 year", "finish slides | 2027-11-21"),
        ("tea in an hour", "tea | 2026-11-21T10:00"),
        ("tea in 2 hours", "tea | 2026-11-21T11:00"),
        ("tea in 45 min", "tea | 2026-11-21T09:45"),
        ("tea in half an hour", "tea | 2026-11-21T09:30"),
        ("tea in 20 hours", "tea | 2026-11-22T05:00"),
        ("In 3 days call Ana", "call Ana | 2026-11-24"),
        ("call Ana in 3 days at 5pm", "call Ana | 2026-11-24T17:00"),
        ("call Ana in 9999 years", "call Ana in 9999 years"),
        ("call Ana in 0 days", "call Ana in 0 days"),
        ("call Ana in 99999 days", "call Ana in 99999 days"),
    ]);
    check_at("2027-01-31T09:00", &[("pay in a month", "pay | 2027-02-28")]);
    // The clock goes from 02:00 to 03:00, and back from 03:00 to 02:00.
    check_at("2027-03-28T01:30", &[("tea in an hour", "tea | 2027-03-28T03:30")]);
    check_at("2026-10-25T01:30", &[("tea in an hour", "tea | 2026-10-25T02:30")]);
    check_at("2026-10-25T02:30", &[("tea in an hour", "tea | 2026-10-25T03:30")]);
}

#[test]
fn days_of_a_month() {
    check(&[
        ("dentist on dec 5", "dentist | 2026-12-05"),
        ("dentist 5 dec", "dentist | 2026-12-05"),
        ("dentist 5th of December", "dentist | 2026-12-05"),
        ("dentist on the 5th of december", "dentist | 2026-12-05"),
        ("dentist December 5th, 2027", "dentist | 2027-12-05"),
        ("dentist 5 dec 2027 at 9:30", "dentist | 2027-12-05T09:30"),
        ("dentist on friday, dec 4", "dentist | 2026-12-04"),
        ("dentist Friday 4 December at 9:30", "dentist | 2026-12-04T09:30"),
        ("dec 5 dentist", "dentist | 2026-12-05"),
        ("send new year cards jan 3", "send new year cards | 2027-01-03"),
        ("party nov 21", "party | 2026-11-21"),
        ("party nov 20", "party | 2027-11-20"),
        ("leap feb 29", "leap | 2028-02-29"),
        ("plant trees on may 5", "plant trees | 2027-05-05"),
        ("plant trees 5 may", "plant trees | 2027-05-05"),
        ("pay rent on the 1st", "pay rent | 2026-12-01"),
        ("pay rent by the 30th", "pay rent | 2026-11-30"),
        ("never feb 30", "never feb 30"),
        ("never 31 april", "never 31 april"),
        ("never dec 5 2020", "never dec 5 2020"),
        ("never nov 20 2026", "never nov 20 2026"),
        ("never dec 0", "never dec 0"),
    ]);
}

#[test]
fn iso_dates() {
    check(&[
        ("send invoice 2026-12-24", "send invoice | 2026-12-24"),
        ("send invoice on 2026-12-24 at 5pm", "send invoice | 2026-12-24T17:00"),
        ("send invoice 2026-12-24T17:00", "send invoice | 2026-12-24T17:00"),
        ("send invoice 2026-12-24 17:00", "send invoice | 2026-12-24T17:00"),
        ("send invoice 2026-12-24T17:00:00Z", "send invoice | 2026-12-24T18:00"),
        ("2026-12-24 send invoice", "send invoice | 2026-12-24"),
        ("send by 2026-12-24 the invoice", "send the invoice | 2026-12-24"),
        ("read log 2026-11-20", "read log 2026-11-20"),
        ("read log 2026-11-21T08:59", "read log 2026-11-21T08:59"),
        ("read log 2026-13-01", "read log 2026-13-01"),
    ]);
}

#[test]
fn times() {
    check(&[
        ("call mom tomorrow at 5pm", "call mom | 2026-11-22T17:00"),
        ("call mom tomorrow at 9", "call mom | 2026-11-22T09:00"),
        ("call mom tomorrow 17:00", "call mom | 2026-11-22T17:00"),
        ("call mom tomorrow at 5:30 pm", "call mom | 2026-11-22T17:30"),
        ("call mom tomorrow at 5 p.m.", "call mom | 2026-11-22T17:00"),
        ("call mom tomorrow at noon", "call mom | 2026-11-22T12:00"),
        ("call mom tomorrow noon", "call mom | 2026-11-22T12:00"),
        ("call mom tomorrow, 12am", "call mom | 2026-11-22T00:00"),
        ("call mom at 5pm tomorrow", "call mom | 2026-11-22T17:00"),
        ("call mom at 9 tomorrow", "call mom | 2026-11-22T09:00"),
        ("call mom 5pm on friday", "call mom | 2026-11-27T17:00"),
        ("at 17:00 on friday call mom", "call mom | 2026-11-27T17:00"),
        ("tomorrow call mom at 9pm", "call mom | 2026-11-22T21:00"),
        ("call mom at 17:00", "call mom | 2026-11-21T17:00"),
        ("call mom 5pm", "call mom | 2026-11-21T17:00"),
        ("call mom by noon", "call mom | 2026-11-21T12:00"),
        ("meet at 5pm with Bob", "meet with Bob | 2026-11-21T17:00"),
        ("call mom at 8:00", "call mom | 2026-11-22T08:00"),
        ("call mom at 9:00", "call mom | 2026-11-22T09:00"),
        ("call mom at 9:01", "call mom | 2026-11-21T09:01"),
        ("call mom today at 5", "call mom | 2026-11-21T17:00"),
        ("call mom today at 10", "call mom | 2026-11-21T10:00"),
        ("call mom today at 8am", "call mom at 8am | 2026-11-21"),
        ("dentist appointment on dec 5 at 9:30", "dentist appointment | 2026-12-05T09:30"),
    ]);
}
