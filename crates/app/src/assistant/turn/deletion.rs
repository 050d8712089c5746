//! Which deletions a model may make without a question: one in a turn, of a
//! task that the user's own message names.
//!
//! A model can be talked into things by a text that it reads. The user's
//! message is the one text that only the user has written.

use rondo_domain::{TaskId, Title};

/// Whether a message names a task: by its number, or by all words of its title.
pub(super) fn names(message: &str, id: TaskId, title: &Title) -> bool {
    let said = words(message);
    let number = id.get().to_string();
    if said.contains(&number) {
        return true;
    }
    let title_words = words(title.as_str());
    if title_words.is_empty() {
        // Nothing but signs.
        return message.contains(title.as_str());
    }
    title_words.iter().all(|word| said.contains(word))
}

/// Whether a message asks for something to be taken back. Only English, like
/// all that the server understands by itself: in other languages it asks.
pub(super) fn asks_for_undo(message: &str) -> bool {
    const WORDS: [&str; 8] =
        ["undo", "undone", "revert", "redo", "restore", "unchanged", "rollback", "takeback"];
    let said = words(message);
    let says = |word: &str| said.iter().any(|said| said == word);
    WORDS.into_iter().any(says) || (says("back") && (says("take") || says("bring") || says("get")))
}

fn words(text: &str) -> Vec<String> {
    let folded = text.to_lowercase();
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(message: &str, title: &str) -> bool {
        let id = TaskId::new(42).expect("it is an id");
        names(message, id, &Title::parse(title).expect("it is a title"))
    }

    #[test]
    fn a_task_is_named_by_its_number_or_its_whole_title() {
        for message in ["delete 42", "Remove #42!", "drop task 42, please", "DELETE buy Milk."] {
            assert!(named(message, "Buy milk"), "{message}");
        }
        for message in ["delete 4", "delete 421", "delete milk", "clean up my list", ""] {
            assert!(!named(message, "Buy milk"), "{message}");
        }
        assert!(named("lösche ÄRZTE anrufen", "Ärzte anrufen"));
        assert!(named("delete 🎉", "🎉"));
        assert!(!named("delete the party", "🎉"));
    }

    #[test]
    fn undoing_is_asked_for_in_words() {
        for message in ["Undo that", "please revert it", "take that back", "bring it back"] {
            assert!(asks_for_undo(message), "{message}");
        }
        for message in ["what is due?", "tidy up", "call back mom"] {
            assert!(!asks_for_undo(message), "{message}");
        }
    }
}
