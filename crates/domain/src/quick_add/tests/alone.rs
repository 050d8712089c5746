//! Phrases that are a due date and nothing else.

use super::*;

fn due_at(now: &str, text: &str) -> Option<String> {
    let due = QuickAdd::parse_due(text, at(now), &berlin(), WeekStart::Monday);
    due.map(|due| due.to_string())
}

#[test]
fn a_phrase_is_a_due_date() {
    for (text, due) in [
        ("friday", "2026-11-27"),
        ("Friday.", "2026-11-27"),
        ("by friday", "2026-11-27"),
        ("on friday, dec 4", "2026-12-04"),
        ("for tomorrow", "2026-11-22"),
        ("today", "2026-11-21"),
        ("tonight", "2026-11-21"),
        ("tomorrow at 5", "2026-11-22T05:00"),
        ("today at 5", "2026-11-21T17:00"),
        ("tomorrow 5pm", "2026-11-22T17:00"),
        ("5pm tomorrow", "2026-11-22T17:00"),
        ("noon", "2026-11-21T12:00"),
        ("17:00", "2026-11-21T17:00"),
        ("at 9", "2026-11-21T21:00"),
        ("8:30am", "2026-11-22T08:30"),
        ("2026-12-24", "2026-12-24"),
        ("2026-12-24T18:00", "2026-12-24T18:00"),
        ("next month", "2026-12-01"),
        ("next week", "2026-11-23"),
        ("this weekend", "2026-11-21"),
        ("in 3 days", "2026-11-24"),
        ("in 2 hours", "2026-11-21T11:00"),
        ("the 5th", "2026-12-05"),
        ("dec 5 at 9:30", "2026-12-05T09:30"),
        ("sun", "2026-11-22"),
    ] {
        assert_eq!(due_at(SATURDAY, text).as_deref(), Some(due), "{text}");
    }
}

#[test]
fn what_is_more_or_less_than_a_due_date_is_none() {
    for text in [
        "",
        " ",
        ".",
        "at",
        "9",
        "friday night",
        "friday or monday",
        "buy milk tomorrow",
        "tomorrow, buy milk",
        "\"friday\"",
        "every friday",
        "5/12",
        "yesterday",
        "2020-01-01",
        "2026-11-20",
        "2026-11-21T08:59",
        "today at 8am",
        "p1",
        "#friday",
    ] {
        assert_eq!(due_at(SATURDAY, text), None, "{text}");
    }
    assert_eq!(due_at(SATURDAY, &"tomorrow ".repeat(1_000)), None);
    assert_eq!(due_at("2026-11-21T23:59", "17:00").as_deref(), Some("2026-11-22T17:00"));
}
