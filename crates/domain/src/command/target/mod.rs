//! Which task is meant: "task 3", "#3 and #5", "the rent task", "it", "all of
//! them".
//!
//! What names no task for certain is no target: "the task" (which?), "old
//! tasks" (how old?), "task 3 if it is done".

mod find;
pub(super) mod place;

use super::{
    Calendar, Selection, Target, TaskName,
    list::{self, Strictness},
    words::{Mark, Words},
};
use crate::{TaskId, Title};

pub use find::{Candidate, Found, find_target};

/// A target, and how it was named.
pub(super) struct Reference {
    pub target: Target,
    /// Whether it can be nothing but tasks: an id, a quoted title, or with the
    /// word "task". "The kitchen" may be a kitchen.
    pub is_explicit: bool,
}

/// The tasks that all of these words name.
pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Reference> {
    let mut words = words;
    words.take_end("right now|now|please");
    if is_whole_list(words) {
        return Some(Reference { target: Target::Bulk(Box::default()), is_explicit: true });
    }
    let is_listed = place::take_end(&mut words, "from|off|off of|on|in");
    if words.is_empty() || words.len() > MAX_WORDS {
        return None;
    }
    let explicit = |target| Reference { target, is_explicit: true };
    if let Some(ids) = ids(words) {
        return Some(explicit(Target::Ids(ids)));
    }
    if words.is_any(LAST) {
        return Some(explicit(Target::Last));
    }
    if let Some(position) = position(words) {
        return Some(explicit(Target::Position(position)));
    }
    if let Some(selection) = bulk(words, is_listed, calendar) {
        return Some(explicit(Target::Bulk(Box::new(selection))));
    }
    let reference = title(words)?;
    Some(Reference { is_explicit: reference.is_explicit || is_listed, ..reference })
}

/// "My list", but not "my shopping list", which may be a task.
fn is_whole_list(words: Words<'_>) -> bool {
    let mut list = words;
    let is_list = place::take_list(&mut list) && list.is_empty();
    is_list && words.len() > 1 && !words.has_any("shopping grocery groceries chore chores daily")
}

/// The tasks, if they are named so that it can be nothing else.
pub(super) fn explicit(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Target> {
    read(words, calendar).filter(|found| found.is_explicit).map(|found| found.target)
}

/// A longer name than any title has.
const MAX_WORDS: usize = 110;

const LAST: &str = "it|that|this|that one|this one|that task|this task|the same task|the same one";

const ONE: &str = "task|todo|item|reminder|entry";

/// "Task 3", "#3", "tasks 3, 4 and 7", "task number three".
fn ids(words: Words<'_>) -> Option<Vec<TaskId>> {
    let mut words = words;
    words.take_any("the|my");
    let has_noun = words.take_any(NUMBERED).is_some();
    let mut ids = Vec::new();
    loop {
        let id = words.take_word(|word| {
            let digits = word.strip_prefix('#').unwrap_or(word);
            number(digits).or_else(|| spelled(word).filter(|_| has_noun))
        })?;
        if !ids.contains(&id) {
            ids.push(id);
        }
        if words.is_empty() {
            return (ids.len() <= Target::MAX_IDS).then_some(ids);
        }
        if !matches!(words.mark_before(), Mark::None | Mark::Comma) {
            return None;
        }
        words.take_any("and also|as well as|and|plus");
        words.take_any(NUMBERED);
    }
}

const NUMBERED: &str = "\
    task number|task no|task id|task with id|task with the id|tasks with ids|tasks with the ids|\
    tasks number|task numbers|item number|todo number|task #|tasks|task|todos|todo|items|item|\
    numbers|number|no|ids|id|reminder";

/// Digits that are an id.
fn number(digits: &str) -> Option<TaskId> {
    let is_number = (1..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok().and_then(TaskId::new))?
}

fn spelled(word: &str) -> Option<TaskId> {
    let index = COUNTS.split(' ').position(|known| known == word)?;
    TaskId::new(i64::try_from(index).ok()? + 1)
}

const COUNTS: &str = "one two three four five six seven eight nine ten eleven twelve";

/// "The first one", "the second task".
fn position(words: Words<'_>) -> Option<usize> {
    let mut words = words;
    words.take_any("the|my");
    let index = ORDINALS.split(' ').position(|known| known == words.word(0))?;
    words.skip();
    words.take_any("task on my list|task on the list|task in the list|one|task|item|todo");
    words.is_empty().then_some(index / 2 + 1)
}

const ORDINALS: &str = "\
    first 1st second 2nd third 3rd fourth 4th fifth 5th sixth 6th seventh 7th eighth 8th ninth \
    9th tenth 10th";

/// "All my tasks", "everything due today", "the completed tasks".
fn bulk(words: Words<'_>, is_listed: bool, calendar: &Calendar<'_>) -> Option<Selection> {
    let reading = list::selection(words, Strictness::Order, calendar)?;
    let is_filtered = reading.selection != Selection::default();
    let is_many =
        reading.is_all || (reading.has_plural() && (is_filtered || is_listed || reading.is_mine));
    is_many.then_some(reading.selection)
}

/// What is left when the words around a title are taken away.
fn title(words: Words<'_>) -> Option<Reference> {
    let mut words = words;
    if words.is_any_at(ALL) {
        return None;
    }
    let is_old = words.is_at(0, "the");
    words.take_any("the|my|a|an|this|that|our");
    let mut ahead = words;
    let mut is_explicit = ahead.take_any(ONE).is_some() && !ahead.is_any_at(NOT_A_TASK);
    if is_explicit {
        ahead.take_any(INTRODUCTIONS);
        words = ahead;
    }
    // "Task 3 and the other" names one task and leaves something over.
    if has_number(words.word(0)) && (is_explicit || words.word(0).starts_with('#')) {
        return None;
    }
    // Several, and not which.
    if words.take_any(MANY).is_some() || words.take_end(MANY).is_some() {
        return None;
    }
    let whole = words;
    is_explicit |= words.take_end(ONE).is_some();
    words.take_end("one");
    if words.has_any(UNSURE) {
        return None;
    }
    if is_about_nothing(words) {
        return is_explicit.then(|| called(whole))?;
    }
    let is_personal = |index| words.part(index..index + 1).has_any(PERSONAL);
    if !is_old && !is_explicit && (0..words.len()).all(is_personal) {
        return None;
    }
    let is_quoted = words.is_all_quoted();
    let text = words.literal().trim();
    let fits = !text.is_empty() && text.chars().count() <= Title::MAX_CHARS;
    let is_name = fits && (is_quoted || !words.has_quotes());
    let name = TaskName { text: text.to_owned(), is_quoted };
    is_name
        .then_some(Reference { target: Target::Title(name), is_explicit: is_explicit || is_quoted })
}

/// "Old task" may be what a task is called: that one, and no other that is old.
fn called(words: Words<'_>) -> Option<Reference> {
    const KINDS: &str = "old older new other wrong right duplicate empty";
    let is_name = words.part(0..1).has_any(KINDS) && words.len() == 2;
    let name = TaskName { text: words.literal().trim().to_owned(), is_quoted: true };
    is_name.then_some(Reference { target: Target::Title(name), is_explicit: true })
}

fn has_number(word: &str) -> bool {
    word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(|c: char| c.is_numeric())
}

/// What begins like this and is no bulk is something that was not understood.
const ALL: &str = "\
    everything|all of|all the|all my|all our|all tasks|all todos|all items|all things|\
    every task|every one|every single|each of|each task|every todo|every item";

const MANY: &str = "tasks|todos|items|things|ones|reminders|entries|lists";

/// Words that make something else of the word before: "task force".
pub(super) const NOT_A_TASK: &str = "\
    force|forces|manager|managers|management|list|lists|app|apps|bar|board|response|number|\
    description|tracker";

const INTRODUCTIONS: &str = "\
    called|named|titled|entitled|with the title|with title|with the name|that says|which says|\
    to|about|for|of";

/// Words that say that it is not certain what is meant, or whether.
const UNSURE: &str = "\
    not never except but unless if or whether when while because else instead nothing nobody \
    none what which who why how should could would i you we he she they them those these both \
    neither either another without";

/// "My account" is none of the tasks.
const PERSONAL: &str = "\
    account password email address profile settings name username data history conversation \
    conversations chat chats message messages timezone subscription";

/// Whether the words describe any task, or none: "something", "the last one".
fn is_about_nothing(words: Words<'_>) -> bool {
    (0..words.len()).all(|index| {
        let word = words.word(index);
        !words.is_quoted(index) && ANY.split(' ').any(|known| known == word)
    })
}

const ANY: &str = "\
    a an the my of to in on for and one some any all something anything everything few several \
    couple many more most last latest newest oldest previous next other old older new recent \
    recently same first second third completed complete done finished overdue pending open late \
    urgent important wrong right duplicate duplicates empty task tasks todo todos item items \
    thing stuff reminder reminders list lists today tomorrow it that this very just over up out \
    down off back away around 's";
