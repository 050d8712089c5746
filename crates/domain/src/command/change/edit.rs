//! Changing what a task is called, when it is due and how much it matters.

use super::{
    fields::{self, Field},
    update,
};
use crate::command::{
    Calendar, Command, Target, Unclear, target,
    words::{Mark, Words},
};

pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    if rest.take_any(RENAME).is_some() {
        return Some(rename(rest, calendar));
    }
    if let Some(verb) = rest.take_any(MOVE)
        && let Some(command) = moved(rest, calendar)
    {
        // "Bring the report on friday" moves nothing.
        let is_sure = !matches!(verb, "bring" | "put") || target_is_explicit(rest, calendar);
        return is_sure.then_some(command);
    }
    rest = words;
    let verb = rest.take_any(CHANGE)?;
    field_of(rest, calendar)
        .or_else(|| value_for(rest, calendar))
        .or_else(|| with_field(rest, calendar))
        .or_else(|| given(rest, calendar))
        .or_else(|| to_value(rest, verb, calendar))
        .or_else(|| what_is_missing(rest, calendar))
}

/// Where a target ends and a value begins: "… to …", "… : …".
fn splits<'a>(words: Words<'a>, joints: &str) -> Vec<(Words<'a>, Words<'a>)> {
    let cut = |(index, length)| (words.part(0..index), words.from(index + length));
    let mut found: Vec<_> = words.inner(joints).map(cut).take(MAX_SPLITS).collect();
    let colon = (0..words.len()).find(|index| words.mark(*index) == Mark::Colon);
    found.extend(colon.map(|index| (words.part(0..index + 1), words.from(index + 1))));
    found.retain(|(left, right)| !left.is_empty() && !right.is_empty());
    found
}

/// So many "to" are more than anybody says.
const MAX_SPLITS: usize = 6;

/// "Task 2 to call dad". The new title is literal; where there is more than one
/// "to", the target must be sure.
fn rename(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    let splits = splits(words, "to be called|to|as|into");
    if let Some((target, title)) = sure(&splits, calendar) {
        return update(target, fields::title(title));
    }
    let direct = (1..words.len().min(5)).rev().find_map(|end| {
        let is_id = matches!(target::explicit(words.part(0..end), calendar)?, Target::Ids(_));
        is_id.then(|| (words.part(0..end), words.from(end)))
    });
    match direct {
        // "Rename task 2 to": what to?
        Some((_, title)) if title.is_any("to|as|into|to be|to be called") => {
            Command::Unclear(Unclear::NewTitle)
        }
        Some((left, title)) => match target::explicit(left, calendar) {
            Some(target) => update(target, fields::title(title)),
            None => Command::Unclear(Unclear::Task),
        },
        None if target::read(words, calendar).is_some() => Command::Unclear(Unclear::NewTitle),
        None => Command::Unclear(Unclear::Task),
    }
}

/// The split whose left side is a target: the first that is explicit, or the
/// only one there is.
fn sure<'a>(
    splits: &[(Words<'a>, Words<'a>)],
    calendar: &Calendar<'_>,
) -> Option<(Target, Words<'a>)> {
    let explicit =
        splits.iter().find_map(|(left, right)| Some((target::explicit(*left, calendar)?, *right)));
    match splits {
        _ if explicit.is_some() => explicit,
        [(left, right)] => Some((target::read(*left, calendar)?.target, *right)),
        _ => None,
    }
}

/// "Task 3 to friday", "the rent until tomorrow".
fn moved(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut words = words;
    words.take_any("the due date of|the deadline of|the due date for|back|forward|off|out");
    for (left, right) in splits(words, "back to|forward to|over to|out to|to|until|till|for|on|til")
    {
        let due = fields::due(right, calendar);
        let mut left = left;
        left.take_end("back|forward|off|out|over|'s due date|due date|'s deadline|deadline|date");
        if let (Some(due), Some(target)) = (due, moved_target(left, calendar)) {
            return Some(update(target, Ok(due)));
        }
    }
    // "Reschedule task 3 friday".
    for end in 1..words.len().min(5) {
        let due = fields::due(words.from(end), calendar);
        if let (Some(due), Some(target)) = (due, target::explicit(words.part(0..end), calendar)) {
            let is_limit = words.word(end) == "by";
            let edit = if is_limit { Err(Unclear::Due) } else { Ok(due) };
            return Some(update(target, edit));
        }
    }
    begins_with_task(words, calendar).then_some(Command::Unclear(Unclear::Due))
}

/// Whether the words begin with what can be nothing but tasks.
fn target_is_explicit(words: Words<'_>, calendar: &Calendar<'_>) -> bool {
    let is_task = |end| target::explicit(words.part(0..end), calendar).is_some();
    (1..=words.len().min(5)).any(is_task)
}

/// "The priority of task 5 to high".
fn field_of(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    let is_its = rest.word(0) == "its";
    let field = Field::take(&mut rest)?;
    if is_its {
        rest.take_any("to|as|at|for");
        return Some(update(Target::Last, field.set_to(rest, calendar)));
    }
    rest.take_any("of|for|on")?;
    let splits = splits(rest, "to be|to|as|at");
    let valid = |(left, right): &(Words<'_>, Words<'_>)| {
        let (found, edit) = (target::read(*left, calendar)?, field.set_to(*right, calendar));
        edit.is_ok().then(|| update(found.target, edit))
    };
    if !matches!(field, Field::Title | Field::Note)
        && let Some(command) = splits.iter().find_map(valid)
    {
        return Some(command);
    }
    match sure(&splits, calendar) {
        Some((target, value)) => Some(update(target, field.set_to(value, calendar))),
        // "A due date of friday for task 3".
        None => for_target(field, rest, calendar)
            .or_else(|| target::read(rest, calendar).map(|_| Command::Unclear(Unclear::Change))),
    }
}

/// "Friday for task 3", after the name of a field.
fn for_target(field: Field, words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    words.inner("for|on|to").find_map(|(index, length)| {
        let target = target::explicit(words.from(index + length), calendar)?;
        Some(update(target, field.set_to(words.part(0..index), calendar)))
    })
}

/// "High priority for task 5".
fn value_for(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let (index, length) = words.inner("for|on|to").next()?;
    let mut value = words.part(0..index);
    value.take_any("a|the");
    let edit = fields::plain_priority(value)?;
    let target = target::explicit(words.from(index + length), calendar)?;
    Some(update(target, Ok(edit)))
}

/// "Task 5 priority to high", "task 3's due date to friday", "task 3 due friday".
fn with_field(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    for (names, field) in Field::NAMES {
        for (index, length) in words.inner(names).take(MAX_SPLITS) {
            let mut left = words.part(0..index);
            left.take_end("'s|to be|to|with a|with|a|as");
            let mut value = words.from(index + length);
            let is_joined = value.take_any("to be|to|as|is|of|on|by").is_some()
                || value.mark_before() == Mark::Colon;
            let Some(found) = target::read(left, calendar) else { continue };
            let edit = field.set_to(value, calendar);
            let is_sure =
                edit.is_ok() && (is_joined || matches!(field, Field::Due | Field::Priority));
            if is_sure || (found.is_explicit && is_joined) {
                return Some(update(found.target, edit));
            }
        }
    }
    None
}

/// "Task 3 a deadline of friday", "task 3 high priority".
fn given(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    (1..words.len()).take(12).find_map(|end| {
        let mut value = words.from(end);
        value.take_any("as being|as|to|a|the|at");
        value.take_any("a|the");
        let edit = fields::plain_priority(value)?;
        let mut left = words.part(0..end);
        left.take_end("as being|as|to|a|at");
        Some(update(target::read(left, calendar)?.target, Ok(edit)))
    })
}

/// "Task 1 to 'Call mom tonight'", "task 3 to friday", "the rent to high".
fn to_value(words: Words<'_>, verb: &str, calendar: &Calendar<'_>) -> Option<Command> {
    // "Update the report for friday" is work to do, "set it for friday" is not.
    let joints = if verb == "set" { "to be|to|into|as|for" } else { "to be|to|into|as" };
    for (left, right) in splits(words, joints) {
        let edit = fields::due(right, calendar).or_else(|| {
            // "Change task 5 to 3" may be about anything.
            let is_number = right.word(0).starts_with(|first: char| first.is_ascii_digit());
            fields::priority(right).filter(|_| !is_number)
        });
        if let (Some(edit), Some(target)) = (edit, moved_target(left, calendar)) {
            return Some(update(target, Ok(edit)));
        }
    }
    if !TITLED.split('|').any(|known| known == verb) {
        return None;
    }
    let (target, title) = sure(&splits(words, "to say|to read|to be|to|into|as"), calendar)?;
    let is_number = !title.has_quotes() && !title.text().contains(char::is_alphabetic);
    (!is_number).then(|| update(target, fields::title(title)))
}

/// "Task 1 from monday": the task, without what it was.
fn moved_target(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Target> {
    let origin = words.inner("from").next().map(|(index, _)| words.part(0..index));
    let target = origin.and_then(|words| target::explicit(words, calendar));
    // "Everything from today" is less than everything.
    let is_one = |target: &Target| !matches!(target, Target::Bulk(_));
    target.filter(is_one).or_else(|| target::read(words, calendar).map(|found| found.target))
}

/// "Change task 3", "make task 3 better": how?
fn what_is_missing(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    begins_with_task(words, calendar).then_some(Command::Unclear(Unclear::Change))
}

fn begins_with_task(words: Words<'_>, calendar: &Calendar<'_>) -> bool {
    // "60 minutes" is no task.
    let is_count = words.word(0).starts_with(|first: char| first.is_ascii_digit());
    !is_count && target_is_explicit(words, calendar)
}

const RENAME: &str = "rename|retitle|re-title|re-name|reword|rephrase";
const MOVE: &str = "\
    move|reschedule|postpone|push back|push out|push|shift|defer|delay|bring forward|bring|\
    put off|put|snooze|schedule|extend|prolong";
const CHANGE: &str = "\
    change|edit|update|modify|set|make|adjust|alter|correct|give|mark|flag|raise|lower|increase|\
    decrease|bump|turn|put|assign|reset|switch";
/// Verbs after which a plain "to" gives a new title.
const TITLED: &str = "change|edit|update|modify|alter|correct";
