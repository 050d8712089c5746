//! Whether an answer claims what no tool has done.
//!
//! A model may say "I've added it" without having called anything. Whoever
//! reads that must hear the truth, so the server adds it. It reads English, and
//! only sentences about what was just done; what it adds is true in any case.

use crate::assistant::calls::Receipt;

/// What can be claimed: the words for it, what a tool calls it, and how the
/// server says that it did not happen.
struct Kind {
    words: &'static [&'static str],
    statuses: &'static [&'static str],
    truth: &'static str,
}

const KINDS: [Kind; 6] = [
    Kind { words: &["added", "created"], statuses: &["created"], truth: "no task was added" },
    Kind {
        words: &["completed", "marked", "checked", "ticked", "finished"],
        statuses: &["completed", "reopened", "updated"],
        truth: "no task was marked as done or not done",
    },
    Kind {
        words: &["reopened", "unchecked"],
        statuses: &["reopened", "updated"],
        truth: "no task was reopened",
    },
    Kind {
        words: &["deleted", "removed", "cleared"],
        statuses: &["deleted", "updated", "undone"],
        truth: "no task was deleted",
    },
    Kind {
        words: &["updated", "changed", "renamed", "moved", "rescheduled", "postponed", "set"],
        statuses: &["updated", "completed", "reopened"],
        truth: "no task was changed",
    },
    Kind {
        words: &["undone", "reverted", "restored"],
        statuses: &["undone"],
        truth: "nothing was undone",
    },
];

/// What may stand between "I have" and "added".
const FILLERS: [&str; 9] =
    ["have", "ve", "just", "now", "also", "successfully", "then", "went", "ahead"];

/// What has to be added to an answer that was given after these calls; `None`
/// when it claims nothing that they do not show.
pub(super) fn correction(text: &str, receipts: &[Receipt]) -> Option<String> {
    let claimed = claims(text);
    let is_shown = |kind: &Kind| {
        let statuses = receipts.iter().filter_map(|receipt| receipt.status.as_deref());
        statuses.into_iter().any(|status| kind.statuses.contains(&status))
    };
    let truths: Vec<&str> = KINDS
        .iter()
        .filter(|kind| kind.words.iter().any(|word| claimed.contains(word)) && !is_shown(kind))
        .map(|kind| kind.truth)
        .collect();
    if truths.is_empty() {
        return None;
    }
    Some(format!("Note from Rondo: in answer to this message {}.", truths.join(", and ")))
}

/// The words by which something is claimed to have been done.
fn claims(text: &str) -> Vec<&'static str> {
    let mut claimed = Vec::new();
    for sentence in without_quotes(text).split(['.', '!', '?', '\n', ';', ':']) {
        let words: Vec<&str> = sentence
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let mut goes_on = false;
        for (at, word) in words.iter().enumerate() {
            let found = KINDS.iter().flat_map(|kind| kind.words).find(|known| *known == word);
            if let Some(known) = found
                && (is_claim(&words[..at], known, words.get(at + 1))
                    || goes_on && words[..at].ends_with(&["and"]))
            {
                goes_on = true;
                claimed.push(*known);
            }
        }
    }
    claimed
}

/// What follows a word at the beginning of a sentence that is no claim:
/// "Completed tasks", "Updated list", "Added on Monday".
const NO_OBJECTS: [&str; 12] = [
    "tasks",
    "items",
    "ones",
    "list",
    "on",
    "at",
    "in",
    "by",
    "yesterday",
    "earlier",
    "last",
    "today",
];

/// Whether a word for something done, after these, says that it was done just
/// now: "I've added", "has been added", "is now added", "Added milk".
fn is_claim(before: &[&str], word: &str, next: Option<&&str>) -> bool {
    let mut rest = before;
    let mut fillers = Vec::new();
    while let Some((last, others)) = rest.split_last()
        && FILLERS.contains(last)
    {
        fillers.push(*last);
        rest = others;
    }
    match rest {
        // The sentence begins with it. "Set" may be an order.
        [] if fillers.is_empty() => {
            word != "set" && next.is_some_and(|next| !NO_OBJECTS.contains(next))
        }
        [] | [.., "done" | "okay" | "ok" | "sure" | "great" | "i" | "we" | "been"] => true,
        [.., "is" | "are"] => fillers.contains(&"now"),
        _ => false,
    }
}

/// The text in lower case without what stands in quotes: titles are no claims.
fn without_quotes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut closing = None;
    for letter in text.chars() {
        match (closing, letter) {
            (Some(end), letter) if letter == end => {
                plain.push_str(" something ");
                closing = None;
            }
            (Some(_), _) => {}
            (None, '"') => closing = Some('"'),
            (None, '“') => closing = Some('”'),
            (None, '«') => closing = Some('»'),
            (None, '`') => closing = Some('`'),
            (None, '’') => plain.push('\''),
            (None, letter) => plain.extend(letter.to_lowercase()),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::assistant::ToolCall;

    fn receipt(status: &str) -> Receipt {
        let call = ToolCall {
            tool_name: "a_tool".to_owned(),
            arguments: json!({}),
            result: json!({"status": status}).to_string(),
        };
        Receipt { call, status: Some(status.to_owned()), has_changed: true }
    }

    #[test]
    fn what_no_tool_has_done_is_set_right() {
        for (text, truth) in [
            ("I've added \"Buy milk\" to your list.", "no task was added"),
            ("I have successfully created the task!", "no task was added"),
            ("Done! Added milk to your list", "no task was added"),
            ("The task has been deleted.", "no task was deleted"),
            ("Sure. I deleted all of them", "no task was deleted"),
            ("Task 3 is now marked as done.", "no task was marked as done or not done"),
            ("I’ve just moved it to Friday", "no task was changed"),
            ("Added \"milk\".", "no task was added"),
            ("Successfully deleted", "no task was deleted"),
            ("I've set the date and deleted milk", "no task was changed"),
            ("I've undone that.", "nothing was undone"),
        ] {
            let correction = correction(text, &[]).unwrap_or_default();
            assert!(correction.contains(truth), "{text}: {correction:?}");
        }
    }

    #[test]
    fn what_a_tool_has_done_may_be_said() {
        for (text, status) in [
            ("I've added milk.", "created"),
            ("I have marked it as done", "completed"),
            ("I've reopened it.", "reopened"),
            ("It has been removed.", "deleted"),
            ("I changed the date.", "updated"),
            ("I've undone that.", "undone"),
        ] {
            assert_eq!(correction(text, &[receipt(status)]), None, "{text}");
            assert!(correction(text, &[receipt("confirmation_required")]).is_some(), "{text}");
        }
        let both = correction("I've added milk and deleted eggs.", &[receipt("created")]);
        assert!(both.is_some_and(|note| note.contains("no task was deleted")));
    }

    #[test]
    fn what_is_no_claim_is_left_alone() {
        for text in [
            "You have 3 completed tasks.",
            "It was created on Monday.",
            "I could not delete it: task 3 was not found.",
            "I have not added anything.",
            "Shall I mark it as completed?",
            "Your task \"I have added sugar\" is due tomorrow.",
            "Nothing was changed.",
            "Completed: 2, still to do: 3",
            "Completed tasks are crossed out.\nAdded on Monday: milk",
            "Set a due date if you like.",
            "Updated list: milk, eggs",
            "Here are the tasks you added yesterday.",
            "Ich habe nichts getan.",
            "",
        ] {
            assert_eq!(correction(text, &[]), None, "{text}");
        }
    }
}
