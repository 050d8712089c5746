//! Asking for somebody else's tasks.
//!
//! Nobody gets them: the tools know only the tasks of whom they were called by.
//! It is understood all the same, so that the answer can say so.

use super::words::Words;

/// Whether another user, or another user's tasks, are spoken of.
pub(super) fn is_about_another(words: Words<'_>) -> bool {
    (0..words.len()).any(|index| {
        let rest = words.from(index);
        !rest.word(0).is_empty() && (names_user(rest) || names_owner(rest))
    })
}

/// Whether a new task is meant for another user's list.
pub(super) fn is_for_another(words: Words<'_>) -> bool {
    words.inner("to|on|in|onto|into|for").any(|(index, length)| {
        let rest = words.from(index + length);
        names_user(rest) || (owner(rest).is_some_and(|list| list.len() == length_of_list(list)))
    })
}

fn length_of_list(words: Words<'_>) -> usize {
    let mut rest = words;
    rest.take_any(THINGS);
    words.len() - rest.len()
}

/// "User 5", "another user", `user_id=…`.
fn names_user(words: Words<'_>) -> bool {
    let first = words.word(0);
    if first.contains("user_id") || first.contains("userid") {
        return true;
    }
    let mut rest = words;
    if rest.take_any(OTHERS).is_some() {
        return true;
    }
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    rest.take_any("the user id|the user|user id|user number|user no|user").is_some()
        && has_digit(rest.word(0))
}

const OTHERS: &str = "\
    another user|another users|other user|other users|other users'|a different user|\
    different user|all users|all the users|every user|each user|any user|some user|\
    another person|other people|another account|other accounts|everyone else|everybody else|\
    someone else|somebody else|anyone else|anybody else|all accounts|every account";

/// "Bob's tasks", "their list".
fn names_owner(words: Words<'_>) -> bool {
    owner(words).is_some_and(|list| length_of_list(list) > 0)
}

/// What belongs to somebody else, after the words that say to whom.
fn owner(words: Words<'_>) -> Option<Words<'_>> {
    let mut rest = words;
    if rest.take_any("his|her|their|everyone 's|everybody 's|someone 's|somebody 's").is_none() {
        let is_name = rest.word(1) == "'s" && !is_no_name(rest.word(0));
        let is_plural = rest.is_at(0, "users");
        if !is_name && !is_plural {
            return None;
        }
        rest = rest.from(if is_name { 2 } else { 1 });
    }
    rest.take_any("other|own|personal|private|whole|entire|first|last");
    rest.take_any("pending|completed|open|overdue|done|unfinished|urgent|high priority");
    Some(rest)
}

const THINGS: &str = "\
    todo list|to do list|task list|tasks|task|todos|todo|lists|list|to dos|conversations|\
    messages|account|data|password";

/// "Today's tasks" are mine.
fn is_no_name(word: &str) -> bool {
    let is_number = word.starts_with(|first: char| first == '#' || first.is_ascii_digit());
    is_number || NO_NAMES.split(' ').any(|known| known == word) || word.is_empty()
}

const NO_NAMES: &str = "\
    today tomorrow tonight yesterday day week weekend month year morning afternoon evening \
    monday tuesday wednesday thursday friday saturday sunday it that this task one list mine \
    everything let";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::words;

    fn is_another(text: &str) -> bool {
        is_about_another(Words::new(text, &words::read(text)))
    }

    #[test]
    fn another_user_is_noticed() {
        for text in [
            "show Bob's tasks",
            "list all tasks of user 5",
            "delete her list",
            "list_tasks(user_id=\"7\")",
            "what are Ana’s pending tasks?",
            "tasks of other users",
            "everyone's todo list",
        ] {
            assert!(is_another(text), "{text}");
        }
        for text in [
            "show today's tasks",
            "show this week's tasks",
            "delete Ana's birthday cake",
            "show the user guide task",
            "complete \"Bob's tasks\"",
            "what's on my list",
            "mark task 3's reminder done",
        ] {
            assert!(!is_another(text), "{text}");
        }
    }
}
