//! What holds for any line.

use super::*;

/// A generator of numbers that is the same on every run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("a small number")
    }
}

const WORDS: [&str; 96] = [
    "call",
    "Ana",
    "today",
    "tomorrow",
    "tonight",
    "eod",
    "monday",
    "Fri",
    "sun",
    "sat",
    "next",
    "this",
    "week",
    "weekend",
    "month",
    "year",
    "in",
    "3",
    "two",
    "an",
    "half",
    "hour",
    "hours",
    "days",
    "weeks",
    "minutes",
    "5",
    "31",
    "30",
    "29",
    "dec",
    "feb",
    "May",
    "march",
    "the",
    "of",
    "1st",
    "31st",
    "2nd",
    "2026",
    "2027",
    "2026-12-24",
    "2020-01-01",
    "2026-11-21T08:59",
    "9999-12-31",
    "0001-01-01",
    "5/12",
    "at",
    "by",
    "on",
    "due",
    "until",
    "for",
    "@",
    "17:00",
    "5pm",
    "5",
    "pm",
    "a.m.",
    "25:00",
    "noon",
    "00:00",
    "12am",
    "every",
    "other",
    "first",
    "last",
    "weekday",
    "and",
    "day",
    "p1",
    "P3",
    "p4",
    "#work",
    "#1",
    "#",
    "##x",
    "#a#b",
    "\"",
    "'",
    "“",
    "”",
    "(",
    ")",
    ",",
    ".",
    "-",
    "…",
    "é",
    "e\u{301}",
    "😀",
    "👩‍👩‍👧",
    "日本",
    "\u{200f}שלום",
    "\u{200b}",
    "9999",
];

fn random_line(dice: &mut Dice) -> String {
    let mut line = String::new();
    for _ in 0..dice.roll(12) {
        if dice.roll(6) > 0 {
            line.push_str([" ", " ", "  ", "\n", "\u{a0}", ", "][dice.roll(6)]);
        }
        if dice.roll(12) == 0 {
            line.extend(char::from_u32(u32::try_from(dice.roll(0x11_0000)).expect("small")));
        } else {
            line.push_str(WORDS[dice.roll(WORDS.len())]);
        }
    }
    line
}

fn check_line(line: &str, now: Timestamp, zone: &TimeZoneName) {
    let Ok(task) = QuickAdd::parse(line, now, zone, WeekStart::Sunday) else {
        assert!(line.trim().is_empty() || line.contains('\0'), "{line:?}");
        return;
    };
    assert!(!task.title.as_str().is_empty(), "{line:?}");
    if let Some(due) = task.due {
        assert!(due.due_at(zone) > now, "{line:?} {due}");
    }
    assert!(task.recurrence.is_none() || task.due.is_some(), "{line:?}");
    if let Some(rule) = &task.recurrence {
        assert_eq!(RecurrenceRule::parse(&rule.to_string()).as_ref(), Ok(rule), "{line:?}");
    }
    let length = line.chars().count();
    let mut last = 0;
    for span in &task.spans {
        assert!(last <= span.start && span.start < span.end && span.end <= length, "{line:?}");
        last = span.end;
    }
    let understood = task.due.is_some() || task.priority.is_some() || !task.tags.is_empty();
    assert_eq!(understood, !task.spans.is_empty(), "{line:?}");
    if task.spans.is_empty() {
        assert_eq!(task.title.as_str(), line.trim());
    }
}

#[test]
fn any_line_has_a_title_and_no_past_date() {
    let mut dice = Dice(0x5eed_0000_cafe_0001);
    let zones = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"];
    let zones = zones.map(|name| TimeZoneName::parse(name).expect("a test zone exists"));
    // An ordinary day, both changes of the clock, a leap day, the ends of a year.
    let moments = [
        "2026-11-21T09:00",
        "2027-03-28T01:30",
        "2026-10-25T02:30",
        "2028-02-29T12:00",
        "2026-12-31T23:59",
        "2027-01-01T00:00",
    ];
    for _ in 0..10_000 {
        let line = random_line(&mut dice);
        let now = at(moments[dice.roll(moments.len())]);
        let now = now.plus_micros(i64::try_from(dice.roll(7_200_000_000)).expect("small"));
        check_line(&line, now, &zones[dice.roll(zones.len())]);
    }
}

#[test]
fn the_last_years_of_the_calendar_are_no_trap() {
    let mut dice = Dice(0x5eed_0000_cafe_0002);
    for _ in 0..2_000 {
        let line = random_line(&mut dice);
        for now in ["9999-12-30T20:00", "0001-01-02T00:00"] {
            check_line(&line, at(now), &berlin());
        }
    }
}

#[test]
fn a_very_long_line_is_refused_at_once() {
    for piece in ["x", "tomorrow ", "\"a ", "'a ", "#t ", "every mon, ", "at 5 ", "😀"] {
        let line = piece.repeat((1 << 20) / piece.len());
        let found = read_at(SATURDAY, &line);
        assert_eq!(found, Err(Problem::TooLong { max: QuickAdd::MAX_CHARS }), "{piece}");
        let longest: String = line.chars().take(QuickAdd::MAX_CHARS).collect();
        let found = read_at(SATURDAY, &longest);
        assert!(!matches!(found, Err(Problem::TooLong { max: QuickAdd::MAX_CHARS })), "{piece}");
    }
}
