//! Deleting tasks.

use super::{about, about_task};
use crate::command::{Calendar, Command, Target, target::place, words::Words};

pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut rest = words;
    if rest.take_any(DELETE).is_some() {
        return Some(about(rest, calendar, Command::Delete));
    }
    if rest.take_any(CLEAR).is_some() {
        // "Drop it" is about the question, not about the task.
        return about_task(rest, calendar, Command::Delete)
            .filter(|command| *command != Command::Delete(Target::Last));
    }
    if rest.take("take") {
        let is_off = place::take_end(&mut rest, "off|off of|from");
        return is_off.then(|| about(rest, calendar, Command::Delete));
    }
    None
}

const DELETE: &str = "delete|remove|erase|get rid of|discard|trash|throw away|throw out";

/// Verbs that have other objects too: what follows must be tasks.
const CLEAR: &str = "\
    clear out|clear off|clear away|clear|clean up|clean out|clean|cancel|drop|scrap|wipe out|\
    wipe|purge|empty|bin|dismiss|forget about|forget|kill";
