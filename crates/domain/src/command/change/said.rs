//! What somebody says has been done: "I finished the report", "task 3 is done".
//!
//! A statement is an order only when it is sure to be about a task and about
//! now: "I completed my studies in 2010" is a story.

use super::done::complete;
use crate::command::{Calendar, Command, Target, target, words::Words};

pub(super) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut words = words;
    words.take_end("already|now|today|yet");
    let mut rest = words;
    if rest.take_any("i am").is_some() {
        rest.take_any("all|now|finally|already|just");
        rest.take_any("done with|finished with|through with")?;
        return finished(rest, calendar)
            .filter(|command| *command != Command::Complete(Target::Last));
    }
    if rest.take_any("i have|i had|i").is_some() {
        rest.take_any("just now|just|already|finally|now|also");
        if rest.take("did") {
            let target = target::explicit(rest, calendar)?;
            return matches!(target, Target::Ids(_)).then(|| complete(target));
        }
        let is_sure = rest.take_any("finished|completed|checked off|ticked off").is_some();
        if !is_sure {
            rest.take_any("done with|done")?;
        }
        rest.take("with");
        // "I have done it" may be about anything.
        return finished(rest, calendar)
            .filter(|command| is_sure || *command != Command::Complete(Target::Last));
    }
    rest.take_end(IS_DONE)?;
    rest.take_end("now|already|finally|all|just");
    let is_sentence = rest.take_end("is|are|has been|have been|'s").is_some();
    let found = target::read(rest, calendar)?;
    let is_sure = match &found.target {
        Target::Ids(_) => true,
        Target::Title(_) => (is_sentence && is_definite(rest)) || (!is_sentence && rest.len() <= 2),
        Target::Last | Target::Position(_) | Target::Bulk(_) => false,
    };
    is_sure.then(|| complete(found.target))
}

/// "Report done": that may be said of a task, or of anything.
pub(in crate::command) fn is_bare(words: Words<'_>, command: &Command) -> bool {
    let mut ends = words;
    let is_title = matches!(command, Command::Complete(Target::Title(name)) if words.text().starts_with(&*name.text));
    is_title && ends.take_end(IS_DONE).is_some() && !words.has_any("is are has have 's")
}

const IS_DONE: &str = "done|finished|completed|complete|checked off";

fn finished(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let found = target::read(words, calendar)?;
    let is_sure = match &found.target {
        Target::Ids(_) | Target::Last | Target::Position(_) => true,
        Target::Title(name) => name.is_quoted || is_definite(words),
        Target::Bulk(_) => false,
    };
    is_sure.then(|| complete(found.target))
}

/// "The report", "my homework", and nothing that says when or where.
fn is_definite(words: Words<'_>) -> bool {
    let is_the = matches!(words.word(0), "the" | "my" | "task");
    let has_digit = |index| words.word(index).contains(|letter: char| letter.is_ascii_digit());
    let has_number = (0..words.len()).any(has_digit);
    is_the && words.len() <= 8 && !has_number && !words.has_any(STORY)
}

/// Whether it says when or where, or is too little to name a task.
pub(super) fn is_story(words: Words<'_>) -> bool {
    let is_word = words.len() == 1 && words.word(0).chars().all(char::is_alphabetic);
    words.has_any(STORY) || (is_word && !words.is_quoted(0) && !words.is_any("it|all|everything"))
}

const STORY: &str = "\
    in at on by since ago yesterday last when before after during until because years year \
    months weeks days hours almost nearly half most part partly about never ever once tomorrow \
    soon later first early";
