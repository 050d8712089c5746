//! Names in `.env` that are no variable of ours, which may be slips.
//!
//! Only the file is looked at: the environment of a process is full of names
//! that are somebody else's.

use super::super::variables::ALL;

/// A sentence for each name that looks like one of ours, and one for all the
/// others, because a front end may keep its variables in the same file.
pub(super) fn warnings(names: &[String]) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut others = Vec::new();
    // A broken line may have made a name of a part of a secret.
    for name in names.iter().filter(|name| is_plain(name)) {
        match nearest(name) {
            Some(ours) => sentences
                .push(format!("{name} in .env is not a variable of Rondo; did you mean {ours}?")),
            None => others.push(name.as_str()),
        }
    }
    if !others.is_empty() {
        sentences.push(format!(".env has names that Rondo does not read: {}", others.join(", ")));
    }
    sentences
}

fn is_plain(name: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    name.contains('_') && name.bytes().all(is_word) || name.bytes().all(|b| b.is_ascii_uppercase())
}

/// The variable that is at most two letters away, or one for short names.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_uppercase();
    let allowed = if name.len() < 6 { 1 } else { 2 };
    let distances = ALL.iter().map(|variable| (distance(&name, variable.name), variable.name));
    distances.filter(|(distance, _)| *distance <= allowed).min().map(|(_, name)| name)
}

/// How many letters have to be put in, taken out or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, a) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, b) in other.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_with_what_was_meant() {
        for (name, expected) in [
            ("CORS_ORIGIN", Some("CORS_ORIGINS")),
            ("DATABSE_URL", Some("DATABASE_URL")),
            ("cors_origins", Some("CORS_ORIGINS")),
            ("PROT", None),
            ("PORTS", Some("PORT")),
            ("POSTGRES_PASSWORD", None),
        ] {
            assert_eq!(nearest(name), expected, "{name}");
        }
    }

    #[test]
    fn names_of_others_share_a_sentence_and_remains_of_values_are_not_shown() {
        let names = ["NEXT_PUBLIC_X", "RATE_LIMIT", "POSTGRES_PASSWORD", "QmFzZTY0"];
        assert_eq!(
            warnings(&names.map(str::to_owned)),
            [
                "RATE_LIMIT in .env is not a variable of Rondo; did you mean RATE_LIMITS?",
                ".env has names that Rondo does not read: NEXT_PUBLIC_X, POSTGRES_PASSWORD",
            ]
        );
    }
}
