//! What is left of a line when its phrases are taken out.

use super::{choose::Chosen, tokens::Token};

/// Punctuation that joined a phrase to the title, and dangles without it.
const DANGLING: [char; 6] = [',', ';', ':', '-', '–', '—'];

/// The title, or nothing when no word is left.
pub(super) fn remaining(text: &str, tokens: &[Token<'_>], chosen: &Chosen) -> Option<String> {
    let taken = chosen.taken(tokens.len());
    let is_kept = |at: usize| !taken[at] && !tokens[at].is_blank();
    if !(0..tokens.len()).any(is_kept) {
        return None;
    }
    let mut title = String::with_capacity(text.len());
    let mut at = 0;
    while at < tokens.len() {
        let run = tokens[at..].iter().zip(&taken[at..]).take_while(|(_, taken)| **taken).count();
        let (opening, closing) = brackets(&tokens[at..at + run]);
        title.push_str(&closing);
        at += run;
        let kept = taken[at..].iter().take_while(|taken| !**taken).count();
        if kept > 0 {
            if !title.is_empty() {
                title.push(' ');
            }
            title.push_str(&opening);
            title.push_str(&text[tokens[at].bytes.start..tokens[at + kept - 1].bytes.end]);
        } else {
            title.push_str(&opening);
        }
        at += kept;
    }
    let mut title = title.trim();
    if taken.last() == Some(&true) {
        title = trim_end(title);
    }
    if taken.first() == Some(&true) {
        title = title.trim_start_matches(|c: char| c.is_whitespace() || DANGLING.contains(&c));
    }
    title.chars().any(|c| !c.is_whitespace()).then(|| title.to_owned())
}

/// Takes the dangling end away: "call Ana -", "call Ana,". A hyphen that belongs
/// to a word ("C--") stays.
fn trim_end(title: &str) -> &str {
    let trimmed = title.trim_end_matches([',', ';', ':']).trim_end();
    let word = trimmed.trim_end_matches(DANGLING);
    if word.ends_with(char::is_whitespace) { word.trim_end() } else { trimmed }
}

/// The brackets of a run of phrases whose other half is in the title.
fn brackets(run: &[Token<'_>]) -> (String, String) {
    let (mut opening, mut closing) = (String::new(), String::new());
    for letter in run.iter().flat_map(|token| token.lead.chars().chain(token.trail.chars())) {
        match letter {
            '(' | '[' | '{' => opening.push(letter),
            ')' | ']' | '}' if opening.pop().is_none() => closing.push(letter),
            _ => {}
        }
    }
    (opening, closing)
}
