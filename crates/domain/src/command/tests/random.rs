//! What holds for any message.

use super::*;
use crate::{Description, Title};

/// A generator of numbers that is the same on every run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("a small number")
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// What a message begins with, more often than not.
const OPENINGS: &str = "add|create a task|remind me|todo:|delete|remove|complete|mark|finish|\
    rename|change|move|set|tag|show|find|what|which|i need to|i have finished|don't|can you|\
    please|undo|yes|the priority of|add a note to|clear|check off|reopen|hi|new task called|\
    is|did i|add high priority|put|take|schedule|update the due date of";

/// What it goes on with, in no sensible order.
const WORDS: &str = "task|tasks|the|my|all|every|it|that|one|first|3|#3|3.|42nd|0|-1|99999999999999|\
    and|or|not|to|from|of|for|on|in|by|with|as|done|complete|pending|open|off|list|my list|\
    due|date|friday|tomorrow|next week|every day|at 9|2020-01-01|9999-12-31|high|priority|p1|\
    #work|tagged|note:|called|title|bob's|user 7|user_id|milk|report|\"|'|“|”|(|)|,|.|?|!|:|-|—|\
    …|&|\n|e\u{301}|😀|👩‍👩‍👧|日本|\u{200f}שלום|\u{200b}|\u{a0}|don't|what's|i'd|'s|n't|please|thanks|\
    overdue|completed|everything|except|if|then|delete|add|İ|ß|\u{1f1e9}";

fn random_message(dice: &mut Dice, openings: &[&str], words: &[&str]) -> String {
    let mut message = String::new();
    if dice.roll(8) > 0 {
        message.push_str(dice.pick(openings));
    }
    for _ in 0..dice.roll(14) {
        if dice.roll(10) > 0 {
            message.push(' ');
        }
        if dice.roll(20) == 0 {
            message.extend(char::from_u32(u32::try_from(dice.roll(0x11_0000)).expect("small")));
        } else {
            message.push_str(dice.pick(words));
        }
    }
    message
}

fn check_message(text: &str, now: Timestamp, zone: &TimeZoneName) {
    let is_open = |due: DueDate| assert!(due.due_at(zone) > now, "{text:?} {due}");
    let is_title = |title: &Title| {
        let length = title.as_str().trim().chars().count();
        assert!((1..=Title::MAX_CHARS).contains(&length), "{text:?}");
    };
    let is_note = |note: &Description| {
        assert!(note.as_str().chars().count() <= Description::MAX_CHARS, "{text:?}");
    };
    match Command::parse(text, now, zone, WeekStart::Sunday) {
        Command::Add(task) => {
            is_title(&task.title);
            task.plan.due.into_iter().for_each(is_open);
            task.description.iter().for_each(is_note);
            assert_eq!(task.plan.check(zone), Ok(()), "{text:?}");
        }
        Command::Update(task, edit) => {
            check_target(&task, text);
            edit.patch.title.iter().for_each(is_title);
            edit.patch.due.into_iter().flatten().for_each(is_open);
            edit.patch.description.iter().flatten().for_each(is_note);
            assert!(*edit != Edit::default(), "{text:?} changes nothing");
        }
        Command::Complete(task)
        | Command::Reopen(task)
        | Command::Delete(task)
        | Command::Show(task)
        | Command::Named(task) => check_target(&task, text),
        _ => {}
    }
}

fn check_target(target: &Target, text: &str) {
    match target {
        Target::Ids(ids) => {
            assert!((1..=Target::MAX_IDS).contains(&ids.len()), "{text:?}");
        }
        Target::Title(name) => {
            let length = name.text.trim().chars().count();
            assert!((1..=Title::MAX_CHARS).contains(&length), "{text:?}");
        }
        Target::Position(position) => assert!((1..=10).contains(position), "{text:?}"),
        Target::Last | Target::Bulk(_) => {}
    }
}

#[test]
fn any_message_is_read_and_no_date_is_past() {
    let mut dice = Dice(0x5eed_0000_cafe_0003);
    let (openings, words) =
        (OPENINGS.split('|').collect::<Vec<_>>(), WORDS.split('|').collect::<Vec<_>>());
    let zones = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia"];
    let zones = zones.map(|name| TimeZoneName::parse(name).expect("a test zone exists"));
    let moments = [SATURDAY, "2027-03-28T01:30", "2026-10-25T02:30", "2026-12-31T23:59"];
    for _ in 0..4_000 {
        let message = random_message(&mut dice, &openings, &words);
        let now = at(dice.pick(&moments));
        let now = now.plus_micros(i64::try_from(dice.roll(7_200_000_000)).expect("small"));
        check_message(&message, now, &zones[dice.roll(zones.len())]);
    }
}

#[test]
fn the_last_years_of_the_calendar_are_no_trap() {
    let mut dice = Dice(0x5eed_0000_cafe_0004);
    let (openings, words) =
        (OPENINGS.split('|').collect::<Vec<_>>(), WORDS.split('|').collect::<Vec<_>>());
    for _ in 0..500 {
        let message = random_message(&mut dice, &openings, &words);
        for now in ["9999-12-30T20:00", "0001-01-02T00:00"] {
            check_message(&message, at(now), &berlin());
        }
    }
}

/// The longest messages that are read, made of what costs most.
#[test]
fn a_long_message_takes_no_long_time() {
    let pieces = ["tomorrow ", "\"a ", "'a ", "#t ", "every mon, ", "to ", "for ", "task 3 to "];
    let more = ["and delete it ", "with high priority ", "on my list ", "note: ", "a.\n", "all "];
    for opening in OPENINGS.split('|').step_by(3) {
        for piece in pieces.into_iter().chain(more) {
            let message: String = format!("{opening} {}", piece.repeat(2_000));
            let longest: String = message.chars().take(Command::MAX_CHARS).collect();
            assert!(!understood(&longest).is_change(), "{opening} {piece}");
            let words = piece.split_whitespace().count();
            let shorter = format!("{opening} {}", piece.repeat(290 / words));
            check_message(&shorter, at(SATURDAY), &berlin());
        }
    }
}

#[test]
fn what_is_too_long_is_not_read() {
    let note = format!("add milk with the note \"{}\"", "x".repeat(1_000));
    assert!(understood(&note).is_change());
    let note = format!("add milk with the note \"{}\"", "x".repeat(1_001));
    assert_eq!(understood(&note), Command::Unclear(Unclear::TooLong));
    let title = |length| format!("rename task 3 to {}", "x".repeat(length));
    assert!(understood(&title(200)).is_change());
    assert_eq!(understood(&title(201)), Command::Unclear(Unclear::TooLong));
    assert_eq!(understood(&"add milk ".repeat(500)), Command::Unknown);
    assert_eq!(understood("delete task 3\0"), Command::Unknown);
}
