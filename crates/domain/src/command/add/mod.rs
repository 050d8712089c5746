//! Asking for a new task: "add milk", "remind me tomorrow to call mom", "todo:
//! water the plants".

mod details;
mod opening;

use super::{
    Calendar, Command, Unclear,
    words::{Words, literal},
};
use crate::{Description, NewTask, Problem, QuickAdd, Recurrence, Title};

pub(super) use details::take_tags;
pub(super) use opening::is_noun;

/// The new task that an order asks for.
pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let opened = opening::read(words, calendar)?;
    Some(answer(&opened, calendar))
}

/// A task that somebody has, and that was said without a word for adding it.
pub(super) fn needed(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    answer(&opening::Opened::plain(words), calendar)
}

fn answer(opened: &opening::Opened<'_>, calendar: &Calendar<'_>) -> Command {
    match draft(opened, calendar) {
        Ok(task) => Command::Add(Box::new(task)),
        Err(unclear) => Command::Unclear(unclear),
    }
}

fn draft(opened: &opening::Opened<'_>, calendar: &Calendar<'_>) -> Result<NewTask, Unclear> {
    let (words, note) = details::split_note(opened.words);
    if words.is_empty() || is_placeholder(words) {
        return Err(Unclear::Title);
    }
    if words.text().chars().count() > MAX_LINE_CHARS {
        return Err(Unclear::TooLong);
    }
    if details::is_conditional(words) {
        return Err(Unclear::Question);
    }
    if has_two_dates(words, calendar) {
        return Err(Unclear::Several);
    }
    let is_literal = words.is_all_quoted() || opened.is_named;
    let read = if words.is_all_quoted() && opened.lead.is_empty() {
        titled(words.literal())
    } else {
        details::read(words, opened, calendar)
    };
    let read = read.map_err(|problem| match problem {
        Problem::TooLong { .. } => Unclear::TooLong,
        _ => Unclear::Title,
    })?;
    let title = name(&read);
    if is_nothing(title) || (!is_literal && !has_name(title, &read, calendar)) {
        return Err(Unclear::Title);
    }
    let mut task = NewTask::titled(Title::parse(title).map_err(|_| Unclear::Title)?);
    if names_task(title) {
        return Err(Unclear::Task);
    }
    task.plan.due = read.due.or(opened.due);
    task.plan.priority = read.priority;
    task.plan.tags = read.tags;
    task.plan.recurrence =
        read.recurrence.map(|rule| Recurrence { rule, from: crate::RecurrenceFrom::default() });
    let note = note.map(|text| Description::parse(text.to_owned())).transpose();
    task.description = note.map_err(|_| Unclear::TooLong)?;
    Ok(task)
}

/// "Buy milk tomorrow and buy bread friday": each half is a task with a date
/// of its own, and one task would have the wrong one.
fn has_two_dates(words: Words<'_>, calendar: &Calendar<'_>) -> bool {
    let is_dated = |half: Words<'_>| {
        let read = calendar.quick_add(literal(half.text())).ok();
        read.is_some_and(|read| read.due.is_some() && has_name(name(&read), &read, calendar))
    };
    let mut joints = words.inner("and then|and").take(MAX_JOINTS);
    joints.any(|(index, length)| {
        is_dated(words.part(0..index)) && is_dated(words.from(index + length))
    })
}

/// So many "and" are more than anybody says.
const MAX_JOINTS: usize = 4;

/// More than the longest title and everything that is said about it.
const MAX_LINE_CHARS: usize = 1_000;

/// The title; "the rent is due on friday" is about the rent.
fn name(read: &QuickAdd) -> &str {
    let title = literal(read.title.as_str());
    let verb = [" is", " are"].into_iter().find_map(|verb| title.strip_suffix(verb));
    verb.filter(|_| read.due.is_some()).unwrap_or(title)
}

/// A title and nothing else, because somebody quoted it.
fn titled(text: &str) -> Result<QuickAdd, Problem> {
    Ok(QuickAdd {
        title: Title::parse(text)?,
        due: None,
        priority: None,
        tags: crate::Tags::NONE,
        recurrence: None,
        spans: Vec::new(),
    })
}

/// "Something" or "a new one" is not what a task is called.
fn is_placeholder(words: Words<'_>) -> bool {
    words.is_any(
        "it|that|this|them|something|anything|some|one|more|another|another one|a new one|new|\
         a task|a new task|a few tasks|some tasks|tasks|task|todo|a todo|item|an item|things|\
         something else|something new|one more|a reminder|reminder|reminders|me|the following|\
         to my list|to the list|a note|a tag|a priority|a due date|a description|stuff|it again",
    )
}

/// Whether nothing is left of the title but the quotes around it.
fn is_nothing(title: &str) -> bool {
    title.chars().all(|letter| letter.is_whitespace() || "\"'“”‘’«»„".contains(letter))
}

/// Whether the title is more than dates, labels and numbers.
fn has_name(title: &str, read: &QuickAdd, calendar: &Calendar<'_>) -> bool {
    let is_sum = |word: &str| {
        matches!(word, "and" | "plus" | "minus" | "times") || !word.contains(is_letter)
    };
    let is_said = !title.to_lowercase().split_whitespace().all(is_sum);
    let is_phrase = |word: &str| word.starts_with('#') || matches!(word, "p1" | "p2" | "p3");
    let is_bare = read.spans.is_empty()
        && (title.split_whitespace().all(is_phrase) || calendar.due(title).is_some());
    is_said && !is_bare
}

fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() || !letter.is_ascii()
}

/// Whether the title is "task 3": then it is not a new one.
fn names_task(title: &str) -> bool {
    let rest = title.trim_start_matches("the ").trim_start_matches("task ").trim_start_matches('#');
    rest.len() < title.len() && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit())
}
