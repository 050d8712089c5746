//! Any rule that is accepted gives later dates or ends, after bounded work.

use super::*;

/// A generator of numbers that is the same on every run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.roll(words.len() as u64)).expect("a small number")]
    }
}

const FREQUENCIES: [&str; 7] =
    ["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "MINUTELY", "SECONDLY"];
const PARTS: [(&str, &[&str]); 13] = [
    ("INTERVAL", &["1", "2", "3", "5", "7", "11", "97", "365", "366", "998", "999", "0", "1e9"]),
    ("COUNT", &["1", "2", "30", "9999"]),
    ("UNTIL", &["20261231", "20270228T235959Z", "19700101", "99991231T235959", "99991231T235959Z"]),
    ("BYMONTH", &["1", "2", "4", "2,4,6,9,11", "12", "1,2,3,4,5,6,7,8,9,10,11,12"]),
    ("BYWEEKNO", &["1", "53", "-1", "-53", "20,30", "52,-2"]),
    ("BYYEARDAY", &["1", "366", "-366", "-1", "60,200", "59,-307"]),
    ("BYMONTHDAY", &["1", "29", "30", "31", "-1", "-31", "13", "30,31", "28,29,-29"]),
    ("BYDAY", &["MO", "FR", "SA,SU", "1MO", "5FR", "-5TU", "53SU", "MO,TU,WE,TH,FR,SA,SU"]),
    ("BYHOUR", &["0", "23", "2", "8,20", "0,1,2,3,4,5,6,7,8,9,10,11,12"]),
    ("BYMINUTE", &["0", "30", "59", "0,30"]),
    ("BYSECOND", &["0", "59"]),
    ("BYSETPOS", &["1", "-1", "2", "5", "-366", "1,-1"]),
    ("WKST", &["MO", "SU", "WE"]),
];

fn random_rule(dice: &mut Dice) -> String {
    let mut text = format!("FREQ={}", dice.pick(&FREQUENCIES));
    for (name, values) in PARTS {
        if dice.roll(5) == 0 {
            text.extend([";", name, "=", dice.pick(values)]);
        }
    }
    text
}

#[test]
fn any_rule_gives_a_later_date_or_ends() {
    let mut dice = Dice(0x5eed_1234_5678_9abc);
    let zones = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia"].map(zone);
    let dates = ["2026-11-22", "2028-02-29T02:30", "2027-01-31T23:59", "9999-12-30", "0001-01-01"];
    let mut accepted = 0;
    for _ in 0..1_500 {
        let text = random_rule(&mut dice);
        let Ok(rule) = RecurrenceRule::parse(&text) else { continue };
        accepted += 1;
        assert_eq!(RecurrenceRule::parse(&rule.to_string()), Ok(rule.clone()), "{text}");
        let due = due(dice.pick(&dates));
        let zone = &zones[usize::try_from(dice.roll(4)).expect("a small number")];
        for from in [RecurrenceFrom::Due, RecurrenceFrom::Completion] {
            let recurrence = Recurrence { rule: rule.clone(), from };
            let _ = recurrence.check(due, zone);
            let done = due.due_at(zone);
            if let Some((next, _)) = recurrence.next_occurrence(due, done, zone) {
                let later = if due.time().is_some() {
                    next.due_at(zone) > done
                } else {
                    next.date() >= due.date()
                };
                assert!(later, "{text} {due} {next}");
            }
        }
    }
    assert!(accepted > 300, "{accepted}");
}

#[test]
fn no_text_makes_the_reader_panic() {
    let mut dice = Dice(0xfeed_beef_0bad_cafe);
    let pieces = [
        "FREQ=",
        "DAILY",
        ";",
        "=",
        ",",
        "BYDAY",
        "MO",
        "-1",
        "é",
        "UNTIL=",
        "2026",
        "1231",
        "T",
        "Z",
        "170000",
        "RRULE:",
        "\u{0}",
        "COUNT=",
        "INTERVAL=",
        "99999",
        " ",
        "+",
        "BYMONTHDAY=",
        "😀",
    ];
    for _ in 0..20_000 {
        let count = dice.roll(10);
        let text: String = (0..count).map(|_| dice.pick(&pieces)).collect();
        let _ = RecurrenceRule::parse(&text);
    }
}
