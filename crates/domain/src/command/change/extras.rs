//! Labels and notes of a task, and taking the value of a field away.

use super::{
    fields::{self, Field},
    update,
};
use crate::command::{
    Calendar, Command, Edit, Target, Unclear, add, target,
    words::{Mark, Words},
};

pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    if rest.take_any("tag|label").is_some() {
        return tagged(rest, calendar, Edit::adding);
    }
    if rest.take_any("untag|unlabel").is_some() {
        return tagged(rest, calendar, Edit::removing);
    }
    if rest.take_any("note on|note for|notes on|notes for|comment on").is_some() {
        return below(Field::Note, rest, calendar);
    }
    if rest.take_any("put|set|attach").is_some() {
        return put_tag(rest, calendar);
    }
    rest.take_any(REMOVE)?;
    removed(rest, calendar)
}

/// "Add a note to task 3: …", "add #work to task 3": no new task.
pub(in crate::command) fn add_to_task(
    words: Words<'_>,
    calendar: &Calendar<'_>,
) -> Option<Command> {
    let mut rest = words;
    rest.take_any("add|attach|append|assign|write|leave|put")?;
    let mut field = rest;
    if let Some(name) = Field::take(&mut field)
        && field.take_any("to|on|for|in|of").is_some()
        && let Some(command) = below(name, field, calendar)
    {
        return Some(command);
    }
    add_to_explicit(rest, calendar).or_else(|| add_to_named(rest, calendar))
}

/// "#work to task 3": what can be nothing but a task.
fn add_to_explicit(rest: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    rest.inner("to|for|on").find_map(|(index, length)| {
        let target = target::explicit(rest.from(index + length), calendar)?;
        let named = rest.from(index + length);
        let is_task = match &target {
            // "On the 1st" is a day.
            Target::Position(_) => named.has_any("one task item"),
            Target::Last => !named.is_any("that|this"),
            // "To 20" is a number, and "for the next item" may be on an agenda.
            Target::Ids(_) => !named.word(0).starts_with(|first: char| first.is_ascii_digit()),
            Target::Title(_) => named.has_any("task todo"),
            Target::Bulk(_) => false,
        };
        is_task.then(|| update(target, value(rest.part(0..index), calendar)))
    })
}

/// "A note to report: ask Ben", "the tag office to report": the words before
/// the name say that it is a task's.
fn add_to_named(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let named = |words: Words<'_>| {
        let is_me = words.is_any("self|myself|me|us|ourselves");
        let target = target::read(words, calendar).filter(|_| !is_me)?.target;
        matches!(target, Target::Title(_)).then_some(target)
    };
    let mut rest = words;
    if Field::take(&mut rest) == Some(Field::Note) && rest.take_any("to|on|for").is_some() {
        let colon = (0..rest.len()).find(|index| rest.mark(*index) == Mark::Colon);
        let (end, start) = colon
            .map(|index| (index + 1, index + 1))
            .or_else(|| rest.inner("that says|saying").next().map(|(at, many)| (at, at + many)))?;
        let (target, note) = (named(rest.part(0..end))?, rest.from(start));
        return (!note.is_empty()).then(|| update(target, fields::note(note)));
    }
    words.inner("to|for").find_map(|(index, length)| {
        let (edit, target) = (words.part(0..index), words.from(index + length));
        let has_note = Field::take(&mut { edit }) == Some(Field::Note);
        let edit = value(edit, calendar).ok().filter(|_| !has_note)?;
        Some(update(named(target)?, Ok(edit)))
    })
}

/// What is added to a task: a label, a date, a priority, a note.
fn value(words: Words<'_>, calendar: &Calendar<'_>) -> Result<Edit, Unclear> {
    let mut rest = words;
    rest.take_any("a|an|the");
    if rest.take_end("as a note|as note|as a comment|as the description").is_some() {
        return fields::note(rest);
    }
    let is_hash = rest.word(0).len() > 1 && rest.word(0).starts_with('#');
    if is_hash {
        return fields::tags(rest).map(Edit::adding).ok_or(Unclear::Change);
    }
    if let Some(edit) = fields::plain_priority(rest) {
        return Ok(edit);
    }
    let field = Field::take(&mut rest).ok_or(Unclear::Change)?;
    rest.take_any("of|to|on|for|that says|saying");
    match field {
        Field::Title => Err(Unclear::Change),
        field => field.set_to(rest, calendar),
    }
}

/// "Task 3 with work", "task 3 #work".
fn tagged(
    words: Words<'_>,
    calendar: &Calendar<'_>,
    edit: fn(Vec<crate::TagName>) -> Edit,
) -> Option<Command> {
    for (index, length) in words.inner("with the tag|with the tags|with|as|from|of") {
        let found = target::read(words.part(0..index), calendar);
        let names = fields::tags(words.from(index + length));
        if let (Some(found), Some(names)) = (found, names) {
            return Some(update(found.target, Ok(edit(names))));
        }
    }
    let is_tag = |index: &usize| words.word(*index).starts_with('#') && !is_id(words.word(*index));
    let first = (1..words.len()).find(is_tag);
    let split = first.map(|first| (words.part(0..first), words.from(first)));
    if let Some((left, names)) = split {
        let target = target::read(left, calendar)?.target;
        return Some(update(target, fields::tags(names).map(edit).ok_or(Unclear::Change)));
    }
    target::explicit(words, calendar).map(|_| Command::Unclear(Unclear::Change))
}

fn is_id(word: &str) -> bool {
    word.trim_start_matches('#').bytes().all(|byte| byte.is_ascii_digit())
}

/// "Task 3: bring the laptop", "task 3 saying bring the laptop".
fn below(field: Field, words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let colon = (0..words.len()).find(|index| words.mark(*index) == Mark::Colon);
    let colon = colon.map(|index| (index + 1, 0));
    let said = words.inner("that says|saying|to say|that reads|with the text|with").next();
    let quote = (1..words.len()).find(|index| words.is_quoted(*index)).map(|index| (index, 0));
    [colon, said, quote].into_iter().flatten().find_map(|(index, length)| {
        let value = words.from(index + length);
        let target = target::explicit(words.part(0..index), calendar)?;
        (!value.is_empty()).then(|| update(target, field.set_to(value, calendar)))
    })
}

/// "The tag work on task 3".
fn put_tag(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    let is_said = rest.take_any("the tags|the tag|a tag|tags|tag|the label|label").is_some();
    if !is_said && !rest.word(0).starts_with('#') {
        return None;
    }
    let names = add::take_tags(&mut rest)?;
    rest.take_any("on|to|for")?;
    let target = target::explicit(rest, calendar)?;
    Some(update(target, Ok(Edit::adding(names))))
}

/// "The due date of task 3", "task 3's deadline", "#work from task 3".
fn removed(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    if let Some(field) = Field::take(&mut rest) {
        let mut of_target = rest;
        if of_target.take_any("of|from|on|for|off").is_some() {
            return Some(cleared(field, of_target, calendar));
        }
        let unclear = Command::Unclear(Unclear::Task);
        return match field {
            Field::Tags => untagged(rest, calendar).or(Some(unclear)),
            _ => rest.is_empty().then_some(unclear),
        };
    }
    if words.word(0).starts_with('#') && !is_id(words.word(0)) {
        return untagged(words, calendar);
    }
    Field::NAMES.into_iter().find_map(|(names, field)| {
        let mut left = words;
        left.take_end(names)?;
        let is_its = left.is_any("its");
        let is_owned = left.take_end("'s").is_some();
        let target = if is_its { Some(Target::Last) } else { target::explicit(left, calendar) };
        target.filter(|_| is_its || is_owned).map(|target| update(target, field.clear()))
    })
}

fn cleared(field: Field, words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    match target::read(words, calendar) {
        // Notes are also taken of other things than tasks.
        Some(found) if found.is_explicit || field != Field::Note => {
            update(found.target, field.clear())
        }
        _ => Command::Unclear(Unclear::Task),
    }
}

/// "Work from task 3".
fn untagged(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    let names = add::take_tags(&mut rest)?;
    rest.take_any("from|off|of|on")?;
    Some(match target::read(rest, calendar) {
        Some(found) => update(found.target, Ok(Edit::removing(names))),
        None => Command::Unclear(Unclear::Task),
    })
}

const REMOVE: &str = "remove|delete|clear|unset|erase|take off|take away|get rid of";
