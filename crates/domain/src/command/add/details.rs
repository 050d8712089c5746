//! Labels, priorities and notes that are said in words: "with high priority",
//! "tagged work", "with the note: low fat".
//!
//! They are written as the line of quick add has them, which then reads them
//! together with its dates. Only the end of a line is spoken of like that:
//! "review high priority bugs" keeps its words.

use std::ops::Range;

use super::opening::Opened;
use crate::{
    Priority, Problem, QuickAdd, Span, TagName, Tags, Title,
    command::{
        Calendar,
        target::place,
        words::{Mark, Words, literal, without_end},
    },
};

/// Some words, and what a line of quick add has for them.
struct Rewrite {
    /// In bytes of the message.
    bytes: Range<usize>,
    line: String,
}

/// Reads what a task is called and when it is due.
pub(super) fn read(
    words: Words<'_>,
    opened: &Opened<'_>,
    calendar: &Calendar<'_>,
) -> Result<QuickAdd, Problem> {
    let mut rewrites = rewrites(words);
    // What is not understood where it stands goes back, and with it what only
    // seemed to be understood because of it.
    for _ in 0..2 {
        let line = Line::new(words, opened, &rewrites);
        let read = calendar.quick_add(&line.text)?;
        let understood = line.understood_from(&read.spans);
        let before = rewrites.len();
        let mut places = line.places.iter();
        rewrites.retain(|_| places.next().is_some_and(|place| *place >= understood));
        if rewrites.len() == before {
            return named(read, opened);
        }
    }
    named(calendar.quick_add(&Line::new(words, opened, &[]).text)?, opened)
}

/// Takes the opening out of the title, where it is left in it.
fn named(mut read: QuickAdd, opened: &Opened<'_>) -> Result<QuickAdd, Problem> {
    let title = read.title.as_str();
    let title = title.strip_prefix(opened.lead.as_str()).unwrap_or(title).trim_start();
    let title = title.strip_prefix(NAMED).unwrap_or(title);
    read.title = Title::parse(title)?;
    Ok(read)
}

/// Stands before a title that may begin with what looks like a date.
const NAMED: &str = "called";

/// A line of quick add, made of the words.
struct Line {
    text: String,
    /// Where the rewritten parts begin, in characters.
    places: Vec<usize>,
}

impl Line {
    fn new(words: Words<'_>, opened: &Opened<'_>, rewrites: &[Rewrite]) -> Self {
        let bytes = words.bytes();
        let mut text = String::with_capacity(bytes.len() + 16);
        if !opened.lead.is_empty() {
            text.push_str(&opened.lead);
            text.push(' ');
        }
        if opened.is_named {
            text.push_str(NAMED);
        }
        let (mut at, mut places) = (bytes.start, Vec::new());
        for rewrite in rewrites {
            text.push_str(&words.message()[at..rewrite.bytes.start]);
            places.push(text.chars().count());
            text.push_str(&rewrite.line);
            at = rewrite.bytes.end;
        }
        text.push_str(without_end(&words.message()[at..bytes.end]));
        Self { text, places }
    }

    /// From where on every word is understood, in characters.
    fn understood_from(&self, spans: &[Span]) -> usize {
        let letters: Vec<char> = self.text.chars().collect();
        let before_gap = |end: usize| {
            let is_word = |letter: &char| letter.is_alphanumeric() || *letter == '#';
            letters[..end].iter().rposition(is_word).map_or(0, |last| last + 1)
        };
        let mut start = before_gap(letters.len());
        for span in spans.iter().rev() {
            if span.end != start {
                break;
            }
            start = before_gap(span.start);
        }
        start
    }
}

/// What can be said in other words, from left to right.
fn rewrites(words: Words<'_>) -> Vec<Rewrite> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() && found.len() < MAX_REWRITES {
        let rest = words.from(at);
        let rewrite = if at == 0 { None } else { rewrite(rest) };
        match rewrite {
            Some((length, line)) => {
                let bytes = words.part(at..at + length).bytes();
                found.push(Rewrite { bytes: bytes.start..bytes.end, line });
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// A task has one of each, and some labels.
const MAX_REWRITES: usize = 12;

/// How many words are said otherwise, and how.
fn rewrite(words: Words<'_>) -> Option<(usize, String)> {
    let length = |rest: Words<'_>| words.len() - rest.len();
    let mut rest = words;
    if place::take(&mut rest, TO_LIST) || rest.take_any(AS_A_TASK).is_some() {
        return Some((length(rest), String::new()));
    }
    if rest.take_any(DEADLINE).is_some() {
        return Some((length(rest), "due".to_owned()));
    }
    if let Some((_, line)) = EVERY.iter().find(|(said, _)| rest.take_any(said).is_some()) {
        return Some((length(rest), (*line).to_owned()));
    }
    if let Some(line) = take_repetition(&mut rest) {
        return Some((length(rest), line));
    }
    if let Some(priority) = take_priority(&mut rest) {
        let line = match priority {
            Priority::High => "p1",
            Priority::Medium => "p2",
            Priority::Low => "p3",
        };
        return Some((length(rest), line.to_owned()));
    }
    rest.take_any("with|and");
    rest.take_any(TAGGED)?;
    let names = take_tags(&mut rest)?;
    let line: Vec<_> = names.iter().map(|name| format!("#{}", name.as_str())).collect();
    Some((length(rest), line.join(" ")))
}

/// "Every week starting monday", "on the 1st of every month", as quick add says
/// it: "every monday", "every 1st".
fn take_repetition(words: &mut Words<'_>) -> Option<String> {
    let mut rest = *words;
    let on = if rest.take_any("every week|each week|weekly").is_some() {
        rest.take_any("starting on|starting|beginning on|beginning|from")?;
        let day = rest.word(0);
        rest.take_any("monday|tuesday|wednesday|thursday|friday|saturday|sunday")?;
        day
    } else {
        rest.take_any("on the|the")?;
        let day = rest.word(0);
        let is_day = day.starts_with(|first: char| first.is_ascii_digit());
        rest.take_word(|_| is_day.then_some(()))?;
        rest.take_any("of every month|of each month|every month|each month")?;
        day
    };
    *words = rest;
    Some(format!("every {on}"))
}

/// "With high priority", "priority: low", "as urgent".
fn take_priority(words: &mut Words<'_>) -> Option<Priority> {
    let mut rest = *words;
    rest.take_any("with|as|at|and|of");
    rest.take_any("a|the");
    let is_first = rest.take_any("priority level|priority").is_some();
    if is_first {
        rest.take_any("is|of|set to|to|as");
    }
    let levels = [(HIGH, Priority::High), (MEDIUM, Priority::Medium), (LOW, Priority::Low)];
    let (_, priority) = levels.into_iter().find(|(said, _)| rest.take_any(said).is_some())?;
    if !is_first && !rest.take("priority") {
        return None;
    }
    *words = rest;
    Some(priority)
}

/// "Work", "#work and #home".
pub(in crate::command) fn take_tags(words: &mut Words<'_>) -> Option<Vec<TagName>> {
    let mut names = Vec::new();
    loop {
        let text = words.part(0..1).text();
        names.push(TagName::parse(literal(text)).ok().filter(|_| !words.is_empty())?);
        words.skip();
        let is_listed = words.mark_before() == Mark::Comma || words.is_at(0, "and");
        let is_hashed = words.word(0).len() > 1 && words.word(0).starts_with('#');
        if words.is_empty() || names.len() > Tags::MAX || !(is_listed || is_hashed) {
            return Some(names);
        }
        words.take("and");
    }
}

/// "Milk to my list unless it is there": whether to add it is not for us to say.
pub(super) fn is_conditional(words: Words<'_>) -> bool {
    (1..words.len()).any(|index| {
        let mut rest = words.from(index);
        place::take(&mut rest, TO_LIST) && matches!(rest.word(0), "if" | "unless" | "when" | "once")
    })
}

/// The words before a note, and the note.
pub(super) fn split_note(words: Words<'_>) -> (Words<'_>, Option<&str>) {
    let is_head = |index: usize, length: usize| {
        let head = words.part(index..index + length);
        let is_set_off =
            !matches!(words.mark(index - 1), Mark::None) || head.text().starts_with(['(', '[']);
        head.word(0) == "with" || (is_set_off && head.mark_after() == Mark::Colon)
    };
    let found = words.inner(NOTE).find(|(index, length)| is_head(*index, *length));
    let Some((index, length)) = found else { return (words, None) };
    let mut note = words.from(index + length);
    note.take_any("that says|saying|that reads|of|that");
    if note.is_empty() { (words, None) } else { (words.part(0..index), Some(note.literal())) }
}

/// Before the list on which a task is put.
pub(super) const TO_LIST: &str = "to|on|onto|into|in";
const AS_A_TASK: &str = "\
    as a new task|as a task|as new task|as a new todo|as a todo|as a reminder|as a new item|\
    as an item";
const DEADLINE: &str = "\
    with a due date of|with a due date on|with due date of|with due date on|with a due date|\
    with due date|with a deadline of|with a deadline on|with deadline of|with deadline on|\
    with the due date|with the deadline|with a deadline|with deadline|due date is|due date of|\
    due date on|due date|deadline is|deadline of|deadline on|deadline";
const EVERY: [(&str, &str); 5] = [
    ("daily|every single day|each day", "every day"),
    ("weekly|each week", "every week"),
    ("monthly|each month", "every month"),
    ("yearly|annually|each year", "every year"),
    ("each", "every"),
];
const HIGH: &str = "high|highest|top|urgent|critical|p1|1";
const MEDIUM: &str = "medium|normal|p2|2";
const LOW: &str = "low|lowest|p3|3";
const TAGGED: &str = "\
    tagged with|tagged as|tagged|labeled as|labeled with|labeled|labelled|the tags|the tag|\
    a tag|tags|tag|the label|label|labels";
const NOTE: &str = "\
    with the description|with a description|with description|with the notes|with the note|\
    with a note|with notes|with note|with the details|with details|with the comment|\
    with a comment|description|notes|note|details|desc";
