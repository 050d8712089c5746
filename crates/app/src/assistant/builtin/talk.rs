//! What is said without looking at any task.

use rondo_domain::{Command, Unclear};

use super::words;

use crate::tools::ToolRefusal;

/// Said once in a conversation, so that nobody takes this for more than it is.
pub(super) const INTRODUCTION: &str = "(I am the built-in assistant, not a language model: I \
    understand plain English sentences about your tasks. Say “help” for examples.)";

const HELP: &str = "I am the built-in assistant, not a language model. I understand plain English \
    sentences about your tasks, for example:\n\
    - add call mom tomorrow at 5pm #family\n\
    - show my tasks, what is due today?, what is overdue?, find tasks about rent\n\
    - complete task 3, mark the rent task as done, reopen task 3\n\
    - rename task 3 to pay the rent, move task 3 to friday, set the priority of task 3 to high\n\
    - delete task 3, delete all completed tasks (I ask first)\n\
    - undo";

const GREETING: &str = "Hello! I am the built-in assistant, not a language model. Tell me what to \
    do with your tasks, for example “add buy milk tomorrow” or “what is due today?”. Say “help” \
    for more.";

const UNKNOWN: &str = "I did not understand that, and nothing has changed. I am the built-in \
    assistant, not a language model: I understand plain English sentences about your tasks. Say \
    “help” for examples.";

pub(super) const GOODBYE: &str = "Good-bye!";

/// Whether a greeting is one at the end.
pub(super) fn is_goodbye(message: &str) -> bool {
    let said = message.to_lowercase();
    ["bye", "see you", "good night"].iter().any(|end| said.contains(end))
}

/// The answer to what is not understood: where the first word is nearly one
/// that is, what it may have been.
pub(super) fn unknown(message: &str) -> String {
    let said = message.to_lowercase();
    if MORE.contains(&said.trim_end_matches(['.', '!', '?', ' '])) {
        return ONE_PAGE.to_owned();
    }
    let (first, rest) = message.split_once(' ').unwrap_or((message, ""));
    let wrong = first.to_lowercase();
    match VERBS.iter().find(|verb| is_near(&wrong, verb)) {
        Some(verb) if !rest.is_empty() => format!(
            "I did not understand that, and nothing has changed. Did you mean {}?",
            words::quoted(&format!("{verb} {}", rest.trim()))
        ),
        _ => UNKNOWN.to_owned(),
    }
}

const MORE: [&str; 7] =
    ["more", "show more", "show me more", "next page", "show the rest", "next", "the next page"];
const ONE_PAGE: &str = "I show at most 20 tasks at once, and cannot go on from there. Ask for \
    fewer, for example “what is due today?”, “show high priority tasks” or “find tasks about rent”.";

const VERBS: [&str; 10] = [
    "complete", "delete", "show", "list", "rename", "reopen", "move", "finish", "remove", "remind",
];

/// Whether one letter is missing, too many or another, or two changed places.
fn is_near(word: &str, verb: &str) -> bool {
    let (word, verb): (Vec<char>, Vec<char>) = (word.chars().collect(), verb.chars().collect());
    let start = word.iter().zip(&verb).take_while(|(one, other)| one == other).count();
    let (wrong, right) = (&word[start..], &verb[start..]);
    let is_swapped = match (wrong, right) {
        ([a, b, ..], [c, d, ..]) => a == d && b == c && wrong[2..] == right[2..],
        _ => false,
    };
    let (skipped, wanted) = (wrong.get(1..).unwrap_or(&[]), right.get(1..).unwrap_or(&[]));
    // "Love" is no "move".
    let is_other = skipped == wanted && verb.len() > 5;
    let is_one_off = is_other || wrong == wanted || skipped == right;
    word != verb && word.len() >= 3 && (is_swapped || is_one_off)
}

/// The answer to what needs no task.
pub(super) const fn answer(command: &Command) -> &'static str {
    match command {
        Command::Help => HELP,
        Command::Greeting => GREETING,
        Command::Thanks => "You are welcome!",
        Command::Yes => "There is nothing that I have asked. Nothing has changed.",
        Command::No => "All right. Nothing has changed.",
        Command::OtherUser => "I can only see and change your own tasks, nobody else's.",
        _ => UNKNOWN,
    }
}

/// What is asked when a part is missing.
pub(super) const fn unclear(unclear: Unclear) -> &'static str {
    match unclear {
        Unclear::Title => {
            "What is the new task called? Say it in one sentence, for example “add buy milk”."
        }
        Unclear::NewTitle => NEW_TITLE,
        Unclear::Except => NOT_ALL_BUT,
        Unclear::Restore => HOW_TO_RESTORE,
        Unclear::Task => {
            "Which task do you mean? Name it in the same sentence, by its title or its number, for \
             example “complete task 3”. Nothing has changed."
        }
        Unclear::Change => {
            "What should become of it? For example “rename task 3 to pay the rent” or “move task 3 \
             to friday”. Nothing has changed."
        }
        Unclear::Due => {
            "I did not understand when, or that time is past. Say, for example, “tomorrow at 5pm”, \
             “next friday” or “2026-12-24”. Nothing has changed."
        }
        Unclear::Several => "One thing at a time, please: what shall I do first?",
        Unclear::Question => {
            "Shall I do that? Say “yes”, or say it as an order, for example “delete task 3”, and I \
             will. Nothing has changed."
        }
        Unclear::Answer => {
            "Is that a yes or a no? There is nothing that I have asked, and nothing has changed."
        }
        Unclear::TooLong => {
            "That is too long: a title has at most 200 characters, a note 1,000 and a tag 50. \
             Nothing has changed."
        }
    }
}

const NEW_TITLE: &str = "What shall its new title be? Say it in one sentence, for example \
    “rename task 3 to pay the rent”. Nothing has changed.";

const NOT_ALL_BUT: &str = "I cannot leave some out of many, sorry. Name the tasks one by one, for \
    example “delete tasks 3, 4 and 7”, or all of one kind, for example “delete all completed \
    tasks”. Nothing has changed.";

const HOW_TO_RESTORE: &str = "To get back what I have just deleted, say “undo”. What was deleted \
    earlier is in the trash: it can be restored there, in the app or through the API. Nothing has \
    changed.";

/// Why a tool did not do it, as a sentence.
pub(super) fn refused(refusal: &ToolRefusal) -> String {
    let field = refusal.field.as_deref().unwrap_or_default();
    let message = refusal.message.strip_prefix(field).unwrap_or(&refusal.message);
    let message = message.trim_start_matches([':', ' ']);
    let mut letters = message.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
