//! Marking tasks as done, and as not done.

use super::{about, about_task, said};
use crate::{
    StatusFilter,
    command::{Calendar, Command, Selection, Target, target::place, words::Words},
};

pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    if let Some(verb) = rest.take_any(MARK) {
        return marked(rest, verb, calendar);
    }
    if rest.take_any(REOPEN).is_some() {
        return Some(about(rest, calendar, reopen));
    }
    if rest.take("open") {
        let is_again = rest.take_end("again|back up|up again").is_some();
        return is_again.then(|| about(rest, calendar, reopen));
    }
    if let Some(verb) = rest.take_any(COMPLETE) {
        // "Completed tasks" are to be seen, "completed school in 2010" is a story.
        if rest.is_any("tasks|todos|items|list") || (verb.ends_with("ed") && said::is_story(rest)) {
            return None;
        }
        rest.take_any("with");
        return Some(about(rest, calendar, complete));
    }
    if rest.take_any("check|tick|cross|mark").is_some() {
        let is_off = place::take_end(&mut rest, "off|off of")
            || rest.take_end("off as done|off|out").is_some();
        if is_off {
            return Some(about(rest, calendar, complete));
        }
    }
    rest = words;
    rest.take_any(CLOSE)?;
    about_task(rest, calendar, complete)
}

/// "Mark task 3 as done", "mark as done: task 3", "set task 3 to done".
fn marked(words: Words<'_>, verb: &str, calendar: &Calendar<'_>) -> Option<Command> {
    let is_mark = verb.starts_with("mark");
    let mut rest = words;
    rest.take_any("the status of|status of|the state of");
    if rest.take_any("off").is_some_and(|_| is_mark) {
        return Some(about(rest, calendar, complete));
    }
    let mut ahead = rest;
    let is_as = ahead.take_any("as|as being").is_some();
    if is_mark && let Some(order) = take_state(&mut ahead) {
        ahead.take("with");
        // "Mark complete" may go on with the title; "mark done the rent" too.
        let is_title = !is_as && ahead.is_empty();
        return (!is_title).then(|| about(ahead, calendar, order));
    }
    let order = take_end_state(&mut rest)?;
    let is_joined = rest.take_end("as being|as|to be|to").is_some();
    rest.take_end("'s status|status|'s state|state");
    (is_mark || is_joined).then(|| about(rest, calendar, order))
}

fn take_state(words: &mut Words<'_>) -> Option<fn(Target) -> Command> {
    if words.take_any(NOT_DONE).is_some() {
        return Some(reopen);
    }
    words.take_any(DONE).map(|_| complete as fn(Target) -> Command)
}

fn take_end_state(words: &mut Words<'_>) -> Option<fn(Target) -> Command> {
    words.take_end("now|again");
    if words.take_end(NOT_DONE).is_some() {
        return Some(reopen);
    }
    words.take_end(DONE).map(|_| complete as fn(Target) -> Command)
}

pub(super) fn complete(target: Target) -> Command {
    Command::Complete(still_to_do(target))
}

/// "All" that can be completed is what is still to do.
pub(super) fn still_to_do(target: Target) -> Target {
    with_status(target, StatusFilter::Pending)
}

fn reopen(target: Target) -> Command {
    Command::Reopen(with_status(target, StatusFilter::Completed))
}

fn with_status(target: Target, status: StatusFilter) -> Target {
    match target {
        Target::Bulk(selection) if selection.status == StatusFilter::All => {
            Target::Bulk(Box::new(Selection { status, ..*selection }))
        }
        target => target,
    }
}

const MARK: &str = "mark|flag|set|change|update|make|turn|switch|move";

const COMPLETE: &str = "\
    complete|completed|finish up|finish off|finish|finished|done with|done|check off|tick off|\
    cross off|cross out|strike off|mark off|accomplish|all done with";
const CLOSE: &str = "tick|close out|close|resolve";
const REOPEN: &str = "\
    reopen|incomplete|uncomplete|uncheck|untick|unmark|un-mark|unfinish|restart|reactivate";

const DONE: &str = "\
    done|completed|complete|finished|checked off|checked|ticked off|ticked|closed|resolved|\
    fully done|all done";
const NOT_DONE: &str = "\
    not done yet|not yet done|not done|not completed|not complete|not finished|not yet finished|\
    pending|incomplete|undone|open|unfinished|active|to do|todo|unchecked|still pending|\
    still open";
