//! The words of a message, in the form in which they are compared.
//!
//! Contractions are taken apart: "don't" is "do not", "Bob's" is "bob" and "'s".
//! Words in quotes are there, but equal nothing: what somebody quotes is meant
//! literally. Punctuation is no word; what it says about two words is kept as
//! the [`Mark`] between them.

mod walk;

use std::ops::Range;

use crate::quick_add::tokens::{self, Token};

pub(super) use walk::{Words, literal, without_end};

/// What stands between a word and the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// White space.
    None,
    /// A comma or a semicolon.
    Comma,
    /// A colon or a dash.
    Colon,
    /// The end of a sentence.
    End,
    /// The end of a question.
    Question,
    /// The end of a line.
    Line,
}

/// One word.
#[derive(Debug)]
pub(super) struct Word {
    /// In lower case, without the punctuation around it.
    pub text: String,
    /// Where it is, with the punctuation around it. The second half of a
    /// contraction is an empty place after the first.
    pub bytes: Range<usize>,
    pub is_quoted: bool,
    /// What follows it.
    pub mark: Mark,
}

pub(super) fn read(text: &str) -> Vec<Word> {
    let tokens = tokens::split(text);
    let mut words: Vec<Word> = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1).map_or(text.len(), |next| next.bytes.start);
        let mark = mark(token, &text[token.bytes.end..next]);
        if token.core == "&" && !token.is_quoted {
            words.push(word("and", token, mark));
        } else if token.is_blank() && !token.is_quoted {
            // A dash at the beginning of a line is a bullet.
            let is_weak = |last: &&mut Word| matches!(last.mark, Mark::None | Mark::Comma);
            if let Some(last) = words.last_mut().filter(is_weak).filter(|_| mark != Mark::None) {
                last.mark = mark;
            }
        } else {
            push(&mut words, token, mark);
        }
    }
    use_base_form(&mut words);
    words
}

fn push(words: &mut Vec<Word>, token: &Token<'_>, mark: Mark) {
    let plain = token.word.replace('’', "'");
    let mut pieces = pieces(&plain).into_iter();
    words.push(word(pieces.next().unwrap_or_default(), token, mark));
    for piece in pieces {
        if let Some(last) = words.last_mut() {
            last.mark = Mark::None;
        }
        let place = token.bytes.end..token.bytes.end;
        words.push(Word { bytes: place, ..word(piece, token, mark) });
    }
}

fn word(text: &str, token: &Token<'_>, mark: Mark) -> Word {
    Word { text: text.to_owned(), bytes: token.bytes.clone(), is_quoted: token.is_quoted, mark }
}

/// The strongest thing that stands after a word. A colon beats the end of its
/// line: what it announces comes below.
fn mark(token: &Token<'_>, gap: &str) -> Mark {
    let after = if token.is_blank() { token.core } else { "" };
    let has = |letters: &[char]| token.trail.contains(letters) || after.contains(letters);
    let is_dash = matches!(after, "-" | "–" | "—" | "--");
    if has(&[':']) || is_dash {
        Mark::Colon
    } else if gap.contains('\n') {
        Mark::Line
    } else if has(&['?']) {
        Mark::Question
    } else if has(&['!', '…']) || (has(&['.']) && ends_sentence(token)) {
        Mark::End
    } else if has(&[',', ';']) {
        Mark::Comma
    } else {
        Mark::None
    }
}

/// Whether a full stop after the word is the end of a sentence, and not that of
/// "Dr." or "J."
fn ends_sentence(token: &Token<'_>) -> bool {
    let is_initial =
        token.core.chars().nth(1).is_none() && !token.core.starts_with(char::is_numeric);
    !is_initial && !is_abbreviation(&token.word)
}

/// Whether a full stop belongs to the word.
pub(super) fn is_abbreviation(word: &str) -> bool {
    word.contains('.') || ABBREVIATIONS.split(' ').any(|known| known == word)
}

const ABBREVIATIONS: &str = "\
    dr mr mrs ms prof st no vs etc inc ltd co corp jr sr approx dept ave ca resp nr tel";

/// What a word is made of.
fn pieces(word: &str) -> Vec<&str> {
    if let Some((_, meaning)) = WRITTEN.iter().find(|(written, _)| *written == word) {
        return meaning.split(' ').collect();
    }
    for (ending, meaning) in ENDINGS {
        if let Some(base) = word.strip_suffix(ending).filter(|base| !base.is_empty()) {
            let base = match (base, ending) {
                ("ca", "n't") => "can",
                ("wo", "n't") => "will",
                _ => base,
            };
            return vec![base, meaning];
        }
    }
    match word.strip_suffix("'s").filter(|base| !base.is_empty()) {
        Some("let") => vec!["let", "us"],
        Some(base) if IS.split(' ').any(|known| known == base) => vec![base, "is"],
        Some(base) => vec![base, "'s"],
        None => vec![word],
    }
}

const ENDINGS: [(&str, &str); 6] = [
    ("n't", "not"),
    ("'m", "am"),
    ("'ve", "have"),
    ("'d", "would"),
    ("'ll", "will"),
    ("'re", "are"),
];

/// Words after which "'s" is "is" and not possession.
const IS: &str = "what that it who where when how there here everything nothing anything which";

const WRITTEN: [(&str, &str); 37] = [
    ("cannot", "can not"),
    ("cant", "can not"),
    ("dont", "do not"),
    ("didnt", "did not"),
    ("doesnt", "does not"),
    ("havent", "have not"),
    ("isnt", "is not"),
    ("wont", "will not"),
    ("shouldnt", "should not"),
    ("im", "i am"),
    ("ive", "i have"),
    ("whats", "what is"),
    ("thats", "that is"),
    ("lets", "let us"),
    ("wanna", "want to"),
    ("gotta", "got to"),
    ("gonna", "going to"),
    ("pls", "please"),
    ("plz", "please"),
    ("u", "you"),
    ("thx", "thanks"),
    ("ty", "thank you"),
    ("okay", "ok"),
    ("nevermind", "never mind"),
    ("to-do", "todo"),
    ("to-dos", "todos"),
    ("to-do's", "todos"),
    ("todo's", "todos"),
    ("re-open", "reopen"),
    ("un-complete", "uncomplete"),
    ("uncompleted", "incomplete"),
    ("over-due", "overdue"),
    ("high-priority", "high priority"),
    ("medium-priority", "medium priority"),
    ("low-priority", "low priority"),
    ("top-priority", "top priority"),
    ("to-do-list", "todo list"),
];

/// "Would you mind deleting" asks to delete.
fn use_base_form(words: &mut [Word]) {
    let asks = |words: &[Word]| {
        let [first, you, mind, _] = words else { return false };
        matches!(first.text.as_str(), "would" | "do") && you.text == "you" && mind.text == "mind"
    };
    let Some(at) = words.windows(4).position(asks) else { return };
    let verb = &mut words[at + 3];
    if let Some((_, base)) = GERUNDS.iter().find(|(gerund, _)| *gerund == verb.text) {
        (*base).clone_into(&mut verb.text);
    }
}

const GERUNDS: [(&str, &str); 16] = [
    ("adding", "add"),
    ("creating", "create"),
    ("putting", "put"),
    ("making", "make"),
    ("reminding", "remind"),
    ("showing", "show"),
    ("listing", "list"),
    ("telling", "tell"),
    ("marking", "mark"),
    ("completing", "complete"),
    ("deleting", "delete"),
    ("removing", "remove"),
    ("renaming", "rename"),
    ("changing", "change"),
    ("moving", "move"),
    ("setting", "set"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(text: &str) -> String {
        let words = read(text);
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn contractions_are_taken_apart() {
        for (text, words) in [
            ("What's due?", "what is due"),
            ("Don’t let me", "do not let me"),
            ("I'd like", "i would like"),
            ("Bob's tasks", "bob 's tasks"),
            ("let's add", "let us add"),
            ("can't won't", "can not will not"),
            ("my To-Do list", "my todo list"),
            ("bread & butter - now", "bread and butter now"),
            ("would you mind adding milk", "would you mind add milk"),
        ] {
            assert_eq!(words_of(text), words, "{text}");
        }
    }

    #[test]
    fn marks_stand_between_words() {
        let marks = |text: &str| read(text).iter().map(|word| word.mark).collect::<Vec<_>>();
        assert_eq!(marks("hi, you: a - b"), [Mark::Comma, Mark::Colon, Mark::Colon, Mark::None]);
        assert_eq!(
            marks("Dr. No. Ok? x\ny"),
            [Mark::None, Mark::None, Mark::Question, Mark::Line, Mark::None]
        );
        assert_eq!(marks("add:\nmilk!"), [Mark::Colon, Mark::End]);
    }
}
