//! Questions: they never change anything, whatever they ask.

use super::{Reading, Strictness, selection};
use crate::{
    StatusFilter,
    command::{
        Calendar, Command, Selection, Target,
        target::{self, place},
        words::Words,
    },
};

/// What a question asks to see.
pub(in crate::command) fn read(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    if let Some(command) = about_one(words, calendar) {
        return Some(command);
    }
    if words.is_any("what do i have|what have i got|what do i have now|what do i have here") {
        let status = StatusFilter::Pending;
        return Some(Command::List(Box::new(Selection { status, ..Selection::default() })));
    }
    let mut rest = words;
    rest.take_any("can i|could i|may i|what about|how about");
    rest.take_any("please|just");
    if rest.take_any("see|have a look at|look at|view|get|have").is_some() && rest.is_empty() {
        return None;
    }
    let reading = selection(rest, Strictness::Question, calendar);
    if let Some(reading) = reading.filter(Reading::has_subject) {
        return Some(Command::List(Box::new(reading.selection)));
    }
    let mut words = words;
    words.take_any(HOW).is_some().then_some(Command::Help)
}

/// A question about one task: "when is the report due?", "is task 3 done?"
pub(super) fn about_one(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Command> {
    let mut words = words;
    words.take_end("yet|already|now");
    let is_listed = place::take_end(&mut words, "on|in|to|onto");
    let found = if words.take_any(WHEN_TO).is_some() {
        reference(words, calendar)
    } else if words.take_any("when is|when are|when").is_some() {
        words
            .take_end("is due|are due|due|is scheduled|scheduled")
            .and_then(|_| reference(words, calendar))
    } else if words.take_any("did i|have i|had i").is_some() {
        words.take_any("already|ever|yet|actually");
        words.take_any(DONE_BY_ME).and_then(|_| reference(words, calendar))
    } else if words.take_any(WHAT_OF).is_some() {
        reference(words, calendar)
    } else if words.take_any("what is|what about|how about|what was|what does|where is").is_some() {
        words.take_end("about|for|say|mean");
        // "What is 3" may be a sum.
        let is_number = words.word(0).starts_with(|first: char| first.is_ascii_digit());
        target::explicit(words, calendar).filter(|_| !is_number)
    } else if words.take_any("is|are").is_some() {
        // "Is there anything due?" is about all tasks.
        if words.is_at(0, "there") || words.has_any("anything any something") {
            return None;
        }
        if words.take_end(DONE).is_some() {
            words.take_end("already|still|not|now");
            let found = reference(words, calendar)?;
            return is_one(&found).then_some(Command::IsDone(found));
        }
        let is_asked = is_listed || words.take_end(STATES).is_some();
        is_asked.then_some(()).and_then(|()| {
            words.take_end("already|still|not|now");
            reference(words, calendar)
        })
    } else {
        None
    };
    found.filter(is_one).map(Command::Show)
}

const fn is_one(target: &Target) -> bool {
    !matches!(target, Target::Bulk(_))
}

fn reference(words: Words<'_>, calendar: &Calendar<'_>) -> Option<Target> {
    target::read(words, calendar).map(|found| found.target)
}

const DONE_BY_ME: &str = "\
    completed|complete|finished with|finished|finish|done with|done|do|checked off|check off|\
    ticked off|tick off|added|add|deleted|delete|put";

const WHEN_TO: &str = "\
    when do i have to|when do i need to|when must i|when should i|when am i supposed to|\
    by when do i have to|by when do i need to";

const WHAT_OF: &str = "\
    what is the status of|what is the due date of|what is the due date for|\
    what is the deadline of|what is the deadline for|what is the priority of|\
    what is the description of|what are the details of|what are the notes of|\
    what is the note of|what are the notes on|what are the tags of|what is the title of|\
    what is the name of";

const DONE: &str = "done|completed|complete|finished";
const STATES: &str = "\
    due|overdue|pending|open|late|important|urgent|\
    high priority|low priority|due today|due tomorrow";

/// How to do something, not that it should be done.
const HOW: &str = "\
    how do i|how can i|how could i|how would i|how should i|how do you|how can you|how to|\
    what do i say to|what should i say to|can i|could i|are you able to|can you|\
    is it possible to|do you know how to";
