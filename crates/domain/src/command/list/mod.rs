//! Asking to see tasks: "show my tasks", "what's due today?", "find tasks about
//! the report".

mod questions;
mod select;

use super::{
    Calendar, Command, Target, Unclear,
    target::{self, place},
    words::{Words, literal},
};
use crate::SearchText;

pub(super) use questions::read as question;
pub(super) use select::{Reading, Strictness, selection};

/// What an order to show something asks to see.
pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    if rest.take_any(FIND).is_some() {
        return Some(find(rest, calendar));
    }
    if words.is_any("open tasks|open todos|open items|open ones") {
        return noun_phrase(words, calendar);
    }
    let is_sure = rest.take_any(SHOW).is_some();
    if !is_sure && rest.take_any(LOOK).is_none() {
        return noun_phrase(words, calendar);
    }
    if rest.is_empty() || is_list(rest) {
        return (is_sure || !rest.is_empty()).then(all);
    }
    // "Get done" shows nothing.
    let is_task = is_sure || rest.len() > 1 || !rest.is_at(0, "done");
    if let Some(command) = asked(rest, calendar).filter(|_| is_task) {
        return Some(command);
    }
    if words.word(0) == "i" {
        return None;
    }
    detail(rest, is_sure, calendar)
}

fn all() -> Command {
    Command::List(Box::default())
}

/// "My list", "the whole list".
fn is_list(words: Words<'_>) -> bool {
    let mut rest = words;
    words.is_any("list|all") || (place::take_list(&mut rest) && rest.is_empty())
}

const SHOW: &str = "\
    show me|show us|give me an overview of|give me a summary of|summarize|show|list out|list|\
    display|view|pull up|bring up|let me see|give me a list of|give me|print out|print";

/// Verbs that have other objects too: what follows must be tasks.
const LOOK: &str = "\
    see|get me|get|tell me about|tell me|read out|read me|read|check on|check|review|open up|\
    open|repeat|recite|hear|details of|details for|details on|details about|more about|more on|\
    info on|info about|go over|go through|fetch|look at|know|count|remind me|let me know|\
    describe|i want|i need";

const FIND: &str = "\
    find me|find|search for|search through|search in|search my tasks for|search|look for|\
    look up|filter by|filter for|filter";

/// Some tasks, or a question that somebody wants answered: "tell me what is due".
fn asked(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    if let Some(command) = questions::about_one(words, calendar) {
        return Some(command);
    }
    let reading = selection(words, Strictness::Question, calendar)?;
    (reading.has_subject() || reading.is_all).then(|| Command::List(Box::new(reading.selection)))
}

/// "Task 3", "the details of the rent task".
fn detail(words: Words<'_>, is_sure: bool, calendar: &Calendar<'_>) -> Option<Command> {
    let mut words = words;
    let has_intro = words.take_any(DETAILS).is_some();
    let found = target::read(words, calendar)?;
    let is_task = found.is_explicit || is_sure || has_intro;
    let is_one = !matches!(found.target, Target::Bulk(_));
    (is_task && is_one).then_some(Command::Show(found.target))
}

const DETAILS: &str = "\
    the details of|the details for|the details about|the details on|details of|details for|\
    details about|details on|more about|more details about|more details on|the status of|\
    the description of|the notes of|the due date of|the due date for|the deadline of|\
    the deadline for|the priority of|about";

/// Tasks with something in them.
fn find(words: Words<'_>, calendar: &Calendar<'_>) -> Command {
    let reading = selection(words, Strictness::Question, calendar);
    if let Some(reading) = reading.filter(Reading::has_subject) {
        return Command::List(Box::new(reading.selection));
    }
    let mut words = words;
    words.take_any("all of|all|any|every");
    words.take_any("the|my|a|an");
    words.take_any("tasks|task|todos|todo|items|item|everything|anything|things");
    words.take_any("about|for|with|containing|regarding");
    words.take_any("the word|the words|the text|the");
    if words.len() > 1 {
        words.take_end("tasks|task|todos|todo|items|item");
    }
    match SearchText::parse(literal(words.text())) {
        Ok(text) => {
            let text = Some(text);
            Command::List(Box::new(super::Selection { text, ..super::Selection::default() }))
        }
        Err(_) => Command::Unclear(Unclear::Task),
    }
}

/// "My tasks", "overdue tasks", "today's tasks": no verb is needed.
fn noun_phrase(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    if words.len() > 8 {
        return None;
    }
    if is_list(words) && words.len() > 1 {
        return Some(all());
    }
    let reading = selection(words, Strictness::Phrase, calendar)?;
    let is_about_tasks = reading.has_noun() || (reading.has_subject() && words.len() <= 4);
    (is_about_tasks && !words.has_quotes()).then(|| Command::List(Box::new(reading.selection)))
}
