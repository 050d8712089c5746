//! The list as a place: "to my list", "off my to-do list", "on the list of
//! things to do". There is one list, whatever it is called.

use crate::command::words::Words;

/// Walks over a preposition and the list.
pub(in crate::command) fn take(words: &mut Words<'_>, prepositions: &str) -> bool {
    let mut rest = *words;
    let is_list = rest.take_any(prepositions).is_some() && take_list(&mut rest);
    if is_list {
        *words = rest;
    }
    is_list
}

/// Gives up the same at the end.
pub(in crate::command) fn take_end(words: &mut Words<'_>, prepositions: &str) -> bool {
    let longest = words.len().min(MAX_WORDS);
    let found = (2..=longest).rev().map(|length| words.len() - length).find(|start| {
        let mut place = words.from(*start);
        take(&mut place, prepositions) && place.is_empty()
    });
    if let Some(start) = found {
        *words = words.part(0..start);
    }
    found.is_some()
}

/// "My to-do list", "the list of things to do", "my tasks".
pub(in crate::command) fn take_list(words: &mut Words<'_>) -> bool {
    let mut rest = *words;
    let has_article = rest.take_any("my|the|our|this").is_some();
    let mut tasks = rest;
    rest.take_any(KINDS);
    if rest.take_any("list|lists").is_some() {
        rest.take_any("of things to do|of tasks|of todos|of to dos|of reminders|of chores");
    } else if has_article && tasks.take_any("tasks|todos|to dos|things to do").is_some() {
        rest = tasks;
    } else {
        return false;
    }
    *words = rest;
    true
}

/// "Off of my list of things to do", and one more.
const MAX_WORDS: usize = 9;

const KINDS: &str = "\
    todo|to do|task|tasks|things to do|chore|chores|reminder|reminders|shopping|grocery|\
    groceries|daily|whole|entire|own|personal|current";
