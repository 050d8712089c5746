//! What is said without looking at any task.

use rondo_domain::{Command, Unclear};

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
            "Shall I do that? Say it as an order, for example “delete task 3”, and I will. Nothing \
             has changed."
        }
        Unclear::TooLong => {
            "That is too long: a title has at most 200 characters, a note 1,000 and a label 50. \
             Nothing has changed."
        }
    }
}

/// Why a tool did not do it, as a sentence.
pub(super) fn refused(refusal: &ToolRefusal) -> String {
    let field = refusal.field.as_deref().unwrap_or_default();
    let message = refusal.message.strip_prefix(field).unwrap_or(&refusal.message);
    let message = message.trim_start_matches([':', ' ']);
    let mut letters = message.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
