//! Cuts a line into words, and says which of them are quoted.

use std::ops::Range;

/// A word between white space, without the punctuation around it.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    /// Punctuation before the word: `(`.
    pub lead: &'a str,
    /// The word as written. Empty when there was nothing but punctuation.
    pub core: &'a str,
    /// Punctuation after the word: `),`.
    pub trail: &'a str,
    /// The word in lower case; empty when it is too long for any phrase.
    pub word: String,
    /// Where lead, word and trail are, in bytes.
    pub bytes: Range<usize>,
    /// Where the word is, in characters.
    pub chars: Range<usize>,
    /// Whether any of it is inside quotes.
    pub is_quoted: bool,
}

impl Token<'_> {
    /// Whether it is nothing but punctuation: `-`, `[ ]`, `…`.
    pub(crate) fn is_blank(&self) -> bool {
        self.core.chars().all(|c| {
            c.is_ascii_punctuation() || matches!(c, '–' | '—' | '•' | '\u{200b}'..='\u{200f}')
        })
    }
}

/// The longest word that can be part of a phrase: a date with time and offset.
const MAX_WORD: usize = 40;
const LEADING: [char; 11] = ['(', '[', '{', '"', '\'', '“', '‘', '«', '„', '¿', '¡'];
const TRAILING: [char; 17] =
    [')', ']', '}', '"', '\'', '”', '“', '’', '»', '.', ',', ';', ':', '!', '?', '…', '·'];

pub(crate) fn split(text: &str) -> Vec<Token<'_>> {
    let quotes = quotes(text);
    let mut quotes = quotes.iter().peekable();
    let mut tokens = Vec::new();
    let mut chars = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let gap = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        chars += rest[..gap].chars().count();
        let rest = &rest[gap..];
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let bytes = at + gap..at + gap + length;
        at = bytes.end;
        if length == 0 {
            break;
        }
        while quotes.next_if(|quote| quote.end <= bytes.start).is_some() {}
        let is_quoted = quotes.peek().is_some_and(|quote| quote.start < bytes.end);
        let token = token(&rest[..length], bytes, chars, is_quoted);
        chars += rest[..length].chars().count();
        tokens.push(token);
    }
    tokens
}

fn token(text: &str, bytes: Range<usize>, chars: usize, is_quoted: bool) -> Token<'_> {
    let without_lead = text.trim_start_matches(LEADING);
    let core = without_lead.trim_end_matches(TRAILING);
    let (lead, _) = text.split_at(text.len() - without_lead.len());
    let trail = &without_lead[core.len()..];
    let start = chars + lead.chars().count();
    let word = if core.len() <= MAX_WORD { core.to_lowercase() } else { String::new() };
    let chars = start..start + core.chars().count();
    Token { lead, core, trail, word, bytes, chars, is_quoted }
}

/// Where quotes are, the marks included.
///
/// A quote opens before a word and closes with its mark; one of double marks
/// that never closes goes on to the end. An apostrophe opens nothing unless one
/// closes it, and neither do the inches in `24" screen`.
fn quotes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut previous = ' ';
    let mut until = 0;
    // Once no single mark closes, none further on does either.
    let mut single_is_open = true;
    for (at, mark) in text.char_indices() {
        let is_opening = at >= until && (previous.is_whitespace() || LEADING.contains(&previous));
        previous = mark;
        if !is_opening {
            continue;
        }
        let inside = at + mark.len_utf8();
        let end = match mark {
            '"' => closing(text, inside, &['"']).unwrap_or(text.len()),
            '“' => closing(text, inside, &['”', '“', '"']).unwrap_or(text.len()),
            '„' => closing(text, inside, &['“', '”', '"']).unwrap_or(text.len()),
            '«' => closing(text, inside, &['»']).unwrap_or(text.len()),
            '\'' | '‘' | '`' if single_is_open => {
                let end = closing_single(text, inside);
                single_is_open = end.is_some();
                end.unwrap_or(at)
            }
            _ => at,
        };
        if end > at {
            found.push(at..end);
            until = end;
        }
    }
    found
}

fn closing(text: &str, from: usize, marks: &[char]) -> Option<usize> {
    let at = from + text[from..].find(marks)?;
    Some(at + text[at..].chars().next().map_or(0, char::len_utf8))
}

/// A single mark closes only after a word and before a gap: not in `don't`.
fn closing_single(text: &str, from: usize) -> Option<usize> {
    let mut letters = text[from..].char_indices().peekable();
    let mut previous = ' ';
    while let Some((at, letter)) = letters.next() {
        let is_last =
            letters.peek().is_none_or(|(_, next)| next.is_whitespace() || TRAILING.contains(next));
        if matches!(letter, '\'' | '’' | '`') && !previous.is_whitespace() && is_last {
            return Some(from + at + letter.len_utf8());
        }
        previous = letter;
    }
    None
}

/// The words from `at` on, for a grammar to walk along.
///
/// A phrase does not go over the end of a sentence, into brackets, or into
/// quotes: there the words end for it.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    tokens: &'a [Token<'a>],
    /// The next word.
    pub at: usize,
    first: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(tokens: &'a [Token<'a>], at: usize) -> Self {
        Self { tokens, at, first: at }
    }

    /// The next word, if the phrase may go on to it.
    pub(super) fn word(&self) -> Option<&'a str> {
        let token = self.tokens.get(self.at).filter(|token| !token.is_quoted)?;
        let is_joined = self.at == self.first || {
            let previous = &self.tokens[self.at - 1];
            let goes_on = match previous.trail {
                "" | "," => true,
                ":" => previous.word == "due",
                _ => false,
            };
            token.lead.is_empty() && goes_on
        };
        (is_joined && !token.word.is_empty()).then_some(token.word.as_str())
    }

    /// Walks over the next word if `read` makes something of it.
    pub(super) fn take<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let found = read(self.word()?)?;
        self.at += 1;
        Some(found)
    }

    /// Walks over the next word if it is this one.
    pub(super) fn skip(&mut self, word: &str) -> bool {
        self.take(|next| (next == word).then_some(())).is_some()
    }

    /// Walks along a grammar that may fail, and stays where it was if it does.
    pub(super) fn walk<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = read(&mut ahead)?;
        *self = ahead;
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> Vec<&str> {
        quotes(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn quotes_are_found() {
        assert_eq!(quoted(r#"read "a b" now"#), [r#""a b""#]);
        assert_eq!(quoted("read 'a b' now"), ["'a b'"]);
        assert_eq!(quoted("“a” and «b» and „c“"), ["“a”", "«b»", "„c“"]);
        assert_eq!(quoted(r#"("a")"#), [r#""a""#]);
        assert_eq!(quoted(r#"read "a b"#), [r#""a b"#]);
        assert_eq!(quoted("`code here` it"), ["`code here`"]);
    }

    #[test]
    fn apostrophes_and_inches_are_not_quotes() {
        for text in
            ["don't", "'twas the night", "Ana's friends' car", r#"24" screen"#, "rock 'n roll"]
        {
            assert_eq!(quoted(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn a_word_knows_where_it_is() {
        let tokens = split("  (ünï, x) …");
        let found: Vec<_> = tokens.iter().map(|t| (t.lead, t.core, t.trail, &t.chars)).collect();
        assert_eq!(
            found,
            [("(", "ünï", ",", &(3..6)), ("", "x", ")", &(8..9)), ("", "", "…", &(11..11))]
        );
    }
}
