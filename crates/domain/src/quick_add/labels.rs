//! Tags: words with a `#` before them.

use std::collections::HashSet;

use super::tokens::Token;
use crate::{TagName, Tags};

/// The tags of a line with the number of their word. Spellings of one tag are
/// all listed; after the most that a task may have, words stay in the title.
pub(super) fn find(tokens: &[Token<'_>]) -> Vec<(usize, TagName)> {
    let mut found = Vec::new();
    let mut keys = HashSet::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(name) = tag(token) else { continue };
        let key = name.key();
        if keys.contains(&key) || keys.len() < Tags::MAX {
            keys.insert(key);
            found.push((at, name));
        }
    }
    found
}

/// `#work`, but not `#1` (an issue), `#ff8800` (a color), `#` or `#a#b`.
fn tag(token: &Token<'_>) -> Option<TagName> {
    let name = token.core.strip_prefix('#').filter(|_| !token.is_quoted)?;
    let first = name.chars().next()?;
    let begins_well = first.is_alphanumeric() || first == '_' || is_symbol(first);
    let has_letter = name.chars().any(|c| c.is_alphabetic() || is_symbol(c));
    let is_one = !name.contains(['#', ',', ';', '"', '(', ')', '<', '>', '[', ']', '{', '}']);
    let is_color = name.len() == 6
        && name.bytes().all(|byte| byte.is_ascii_hexdigit())
        && name.bytes().any(|byte| byte.is_ascii_digit());
    let is_tag = begins_well && has_letter && is_one && !is_color;
    is_tag.then(|| TagName::parse(name).ok())?
}

/// An emoji, and other signs that people use as names; not the invisible ones
/// that turn `#` itself into an emoji.
fn is_symbol(letter: char) -> bool {
    letter >= '\u{2190}' && !letter.is_alphanumeric() && !matches!(letter, '\u{fe00}'..='\u{fe0f}')
}
