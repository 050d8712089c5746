//! Where phrases are.

use super::*;

fn check_spans(text: &str, expected: &[(&str, SpanKind)]) {
    let task = read_at(SATURDAY, text).expect("a title");
    let chars: Vec<_> = text.chars().collect();
    let found: Vec<(String, _)> = task
        .spans
        .iter()
        .map(|span| (chars[span.start..span.end].iter().collect(), span.kind))
        .collect();
    let expected: Vec<_> =
        expected.iter().map(|(text, kind)| ((*text).to_owned(), *kind)).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn spans_count_characters() {
    use SpanKind::{DueDate, Priority, Recurrence, Tag};
    check_spans(
        "Call Ana tomorrow at 9 #work p1 every week",
        &[("tomorrow at 9", DueDate), ("#work", Tag), ("p1", Priority), ("every week", Recurrence)],
    );
    check_spans("😀 日本 (tomorrow), #büro!", &[("tomorrow", DueDate), ("#büro", Tag)]);
    check_spans("  by friday,  pay é", &[("by friday", DueDate)]);
    check_spans("tomorrow call at 5pm", &[("tomorrow", DueDate), ("at 5pm", DueDate)]);
    check_spans("tomorrow", &[]);
    check_spans("today call at 8am", &[("today", DueDate)]);
    let names = [DueDate, Priority, Recurrence, Tag].map(SpanKind::as_str);
    assert_eq!(names, ["due_date", "priority", "recurrence_rule", "tags"]);
}
