//! Walking along words from both ends, as the grammar does.

use std::ops::Range;

use super::{Mark, Word, is_abbreviation};

/// Some consecutive words of a message. Cheap to copy: a part of the grammar
/// that fails leaves its caller's words as they were.
#[derive(Clone, Copy)]
pub(in crate::command) struct Words<'a> {
    text: &'a str,
    all: &'a [Word],
    at: usize,
    end: usize,
}

impl<'a> Words<'a> {
    pub(in crate::command) fn new(text: &'a str, all: &'a [Word]) -> Self {
        Self { text, all, at: 0, end: all.len() }
    }

    pub(in crate::command) fn len(&self) -> usize {
        self.end - self.at
    }

    pub(in crate::command) fn is_empty(&self) -> bool {
        self.at >= self.end
    }

    /// A word as it is compared: nothing for one in quotes.
    pub(in crate::command) fn word(&self, index: usize) -> &'a str {
        let word = self.get(index).filter(|word| !word.is_quoted);
        word.map_or("", |word| word.text.as_str())
    }

    fn get(&self, index: usize) -> Option<&'a Word> {
        self.all[self.at..self.end].get(index)
    }

    /// What follows a word.
    pub(in crate::command) fn mark(&self, index: usize) -> Mark {
        self.get(index).map_or(Mark::None, |word| word.mark)
    }

    /// What stands before the first word.
    pub(in crate::command) fn mark_before(&self) -> Mark {
        self.at.checked_sub(1).map_or(Mark::None, |before| self.all[before].mark)
    }

    /// The word before the first one.
    pub(in crate::command) fn word_before(&self) -> &'a str {
        let before = self.at.checked_sub(1).map(|before| &self.all[before]);
        before.filter(|word| !word.is_quoted).map_or("", |word| word.text.as_str())
    }

    /// What follows the last word.
    pub(in crate::command) fn mark_after(&self) -> Mark {
        self.len().checked_sub(1).map_or(Mark::None, |last| self.mark(last))
    }

    pub(in crate::command) fn has_quotes(&self) -> bool {
        self.all[self.at..self.end].iter().any(|word| word.is_quoted)
    }

    pub(in crate::command) fn is_quoted(&self, index: usize) -> bool {
        self.get(index).is_some_and(|word| word.is_quoted)
    }

    /// Whether every word is in quotes.
    pub(in crate::command) fn is_all_quoted(&self) -> bool {
        !self.is_empty() && self.all[self.at..self.end].iter().all(|word| word.is_quoted)
    }

    /// These words, `from` and so many of them.
    pub(in crate::command) fn part(&self, range: Range<usize>) -> Self {
        let end = (self.at + range.end).min(self.end);
        Self { at: (self.at + range.start).min(end), end, ..*self }
    }

    pub(in crate::command) fn from(&self, index: usize) -> Self {
        self.part(index..self.len())
    }

    /// Whether the words that begin at `index` are these.
    pub(in crate::command) fn is_at(&self, index: usize, phrase: &str) -> bool {
        self.length_at(index, phrase).is_some()
    }

    fn length_at(&self, index: usize, phrase: &str) -> Option<usize> {
        // Most phrases begin otherwise: that is seen without cutting them up.
        if !phrase.starts_with(self.word(index).chars().next()?) {
            return None;
        }
        let mut length = 0;
        for expected in phrase.split(' ') {
            let is_joined = length == 0
                || matches!(self.mark(index + length - 1), Mark::None | Mark::Comma | Mark::Line);
            if !is_joined || self.word(index + length) != expected {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    /// Walks over these words if they come next.
    pub(in crate::command) fn take(&mut self, phrase: &str) -> bool {
        let length = self.length_at(0, phrase);
        self.at += length.unwrap_or(0);
        length.is_some()
    }

    /// Walks over the longest of the phrases, separated by `|`, that comes next.
    pub(in crate::command) fn take_any<'p>(&mut self, phrases: &'p str) -> Option<&'p str> {
        let (phrase, length) = self.longest_at(0, phrases)?;
        self.at += length;
        Some(phrase)
    }

    /// The longest of the phrases that stands there, and how many words it has.
    fn longest_at<'p>(&self, index: usize, phrases: &'p str) -> Option<(&'p str, usize)> {
        let lengths = |phrase| Some((phrase, self.length_at(index, phrase)?));
        phrases.split('|').filter_map(lengths).max_by_key(|(_, length)| *length)
    }

    /// Whether one of the phrases comes next.
    pub(in crate::command) fn is_any_at(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| self.is_at(0, phrase))
    }

    /// Whether all of these words are one of the phrases.
    pub(in crate::command) fn is_any(&self, phrases: &str) -> bool {
        phrases.split('|').any(|phrase| self.length_at(0, phrase) == Some(self.len()))
    }

    /// Walks over the next word if `read` makes something of it.
    pub(in crate::command) fn take_word<T>(
        &mut self,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Option<T> {
        let found = read(self.word(0)).filter(|_| !self.is_empty())?;
        self.at += 1;
        Some(found)
    }

    /// Walks over the next word, whatever it is.
    pub(in crate::command) fn skip(&mut self) {
        self.at = (self.at + 1).min(self.end);
    }

    /// Gives up the last words if they are one of the phrases, the longest.
    pub(in crate::command) fn take_end<'p>(&mut self, phrases: &'p str) -> Option<&'p str> {
        let found = phrases.split('|').filter_map(|phrase| {
            let length = phrase.split(' ').count();
            let start = self.len().checked_sub(length)?;
            self.is_at(start, phrase).then_some((phrase, length))
        });
        let (phrase, length) = found.max_by_key(|(_, length)| *length)?;
        self.end -= length;
        Some(phrase)
    }

    /// Where the phrases stand, and how long they are: nowhere at the start.
    pub(in crate::command) fn inner(&self, phrases: &str) -> impl Iterator<Item = (usize, usize)> {
        (1..self.len()).filter_map(move |index| {
            self.longest_at(index, phrases).map(|(_, length)| (index, length))
        })
    }

    /// Whether one of these words is among them.
    pub(in crate::command) fn has_any(&self, words: &str) -> bool {
        (0..self.len()).any(|index| {
            let word = self.word(index);
            !word.is_empty() && words.split(' ').any(|known| known == word)
        })
    }

    /// The text as it was written, with its punctuation.
    pub(in crate::command) fn text(&self) -> &'a str {
        match self.all.get(self.at..self.end) {
            Some([first, .., last]) => &self.text[first.bytes.start..last.bytes.end],
            Some([only]) => &self.text[only.bytes.clone()],
            _ => "",
        }
    }

    /// Where the text is, in bytes of the message.
    pub(in crate::command) fn bytes(&self) -> Range<usize> {
        match self.all.get(self.at..self.end) {
            Some([first, .., last]) => first.bytes.start..last.bytes.end,
            Some([only]) => only.bytes.clone(),
            _ => 0..0,
        }
    }

    /// The message from the first word to its end.
    pub(in crate::command) fn message(&self) -> &'a str {
        self.text
    }

    /// The text without the quotes around all of it, or else without the
    /// punctuation at its end.
    pub(in crate::command) fn literal(&self) -> &'a str {
        literal(self.text())
    }
}

/// A text without the quotes around all of it and without what ends a sentence.
pub(in crate::command) fn literal(text: &str) -> &str {
    let text = without_end(text.trim());
    unquoted(text).unwrap_or(text)
}

const PAIRS: [(char, char); 8] = [
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('“', '"'),
    ('‘', '’'),
    ('«', '»'),
    ('„', '“'),
    ('`', '`'),
];

/// What is inside, if one pair of quotes is around all of it.
fn unquoted(text: &str) -> Option<&str> {
    PAIRS.iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(*open)?.strip_suffix(*close)?;
        let is_one = *open == '\'' || !inside.contains([*open, *close]);
        (is_one && !inside.trim().is_empty()).then(|| inside.trim())
    })
}

/// A text without what ends a sentence. A full stop that belongs to its word stays.
pub(in crate::command) fn without_end(text: &str) -> &str {
    let text = text.trim_end_matches([',', ';', ':', '!', '?']).trim_end();
    let Some(cut) = text.strip_suffix('.').filter(|cut| !cut.ends_with('.')) else { return text };
    let last = cut.rsplit(char::is_whitespace).next().unwrap_or_default();
    if last.is_empty() || is_abbreviation(&last.to_lowercase()) { text } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_has_no_quotes_and_no_full_stop() {
        for (text, expected) in [
            ("buy milk.", "buy milk"),
            ("'Call mom tonight'", "Call mom tonight"),
            ("\"a b\".", "a b"),
            ("“a b”", "a b"),
            ("\"a\" and \"b\"", "\"a\" and \"b\""),
            ("meet at 5 p.m.", "meet at 5 p.m."),
            ("bread, milk etc.", "bread, milk etc."),
            ("wait...", "wait..."),
            ("'It's here'", "It's here"),
            ("\"\"", "\"\""),
            ("", ""),
        ] {
            assert_eq!(literal(text), expected, "{text}");
        }
    }
}
