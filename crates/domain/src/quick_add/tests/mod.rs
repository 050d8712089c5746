//! Sentences and what is understood of them.
//!
//! Unless a test says otherwise it is Saturday, 21 November 2026, 09:00 in
//! Berlin, and weeks begin on Monday.

use std::fmt::Write as _;

use super::*;

mod alone;
mod dates;
mod labels;
mod random;
mod repeats;
mod spans;
mod traps;

const SATURDAY: &str = "2026-11-21T09:00";

fn berlin() -> TimeZoneName {
    TimeZoneName::parse("Europe/Berlin").expect("a test zone exists")
}

fn at(local: &str) -> Timestamp {
    DueDate::parse(local, &berlin()).expect("a test date is valid").due_at(&berlin())
}

fn read_at(now: &str, text: &str) -> Result<QuickAdd, Problem> {
    QuickAdd::parse(text, at(now), &berlin(), WeekStart::Monday)
}

/// Title, date, priority, tags and rule, those that there are: `call Ana |
/// 2026-11-22T09:00 | high | #work | FREQ=WEEKLY`.
fn shown(task: &QuickAdd) -> String {
    let mut shown = task.title.as_str().to_owned();
    let mut add = |text: String| write!(shown, " | {text}").expect("a string can be written to");
    if let Some(due) = task.due {
        add(due.to_string());
    }
    if let Some(priority) = task.priority {
        add(priority.to_string());
    }
    for tag in task.tags.as_slice() {
        add(format!("#{}", tag.as_str()));
    }
    if let Some(rule) = &task.recurrence {
        add(rule.to_string());
    }
    shown
}

/// Checks `sentence → expected` at one moment; all that differ are shown.
fn check_at(now: &str, table: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in table {
        let found = read_at(now, text).map_or_else(|problem| problem.to_string(), |t| shown(&t));
        if found != *expected {
            writeln!(wrong, "{text:?}\n  should be {expected:?}\n  and is    {found:?}")
                .expect("written");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn check(table: &[(&str, &str)]) {
    check_at(SATURDAY, table);
}

/// Sentences in which nothing is understood.
fn check_titles(titles: &[&str]) {
    let table: Vec<_> = titles.iter().map(|title| (*title, *title)).collect();
    check(&table);
}
