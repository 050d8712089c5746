//! What becomes of a row that may have been brought before: decided from what
//! it was then, what it is over there now, and what it is here.

use ring::digest::{Context as Digest, SHA256};

/// A hash of what a row holds.
pub(super) type ContentHash = [u8; 32];

/// The hash of fields; `None` is not the same as empty.
pub(super) fn content_hash(fields: &[Option<&str>]) -> ContentHash {
    let mut digest = Digest::new(&SHA256);
    for field in fields {
        // The length keeps neighbors apart.
        let length = field.map_or(0, |text| text.len() as u64 + 1);
        digest.update(&length.to_be_bytes());
        digest.update(field.unwrap_or_default().as_bytes());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.finish().as_ref());
    hash
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Store it: it was never here.
    Bring,
    /// Change what is here: it changed over there only.
    Update,
    /// Nothing: it has not changed over there, or is the same here.
    Keep,
    /// Nothing: it was deleted here.
    Deleted,
    /// Nothing: it was changed on both sides.
    Changed,
    /// Nothing: what is here never came from there.
    Differs,
}

/// Decides. `before` is what the row was when it was brought.
pub(super) fn decide(
    before: Option<ContentHash>,
    there: ContentHash,
    here: Option<ContentHash>,
) -> Decision {
    match (before, here) {
        (None, None) => Decision::Bring,
        (Some(_), None) => Decision::Deleted,
        (_, Some(here)) if here == there => Decision::Keep,
        (None, Some(_)) => Decision::Differs,
        (Some(before), Some(_)) if before == there => Decision::Keep,
        (Some(before), Some(here)) if before == here => Decision::Update,
        (Some(_), Some(_)) => Decision::Changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_here_is_never_overwritten() {
        let [a, b, c] = ["a", "b", "c"].map(|text| content_hash(&[Some(text)]));
        for (before, there, here, expected) in [
            (None, a, None, Decision::Bring),
            (None, a, Some(a), Decision::Keep),
            (None, a, Some(b), Decision::Differs),
            (Some(a), a, Some(a), Decision::Keep),
            (Some(a), a, Some(b), Decision::Keep),
            (Some(a), b, Some(a), Decision::Update),
            (Some(a), b, Some(b), Decision::Keep),
            (Some(a), b, Some(c), Decision::Changed),
            (Some(a), a, None, Decision::Deleted),
            (Some(a), b, None, Decision::Deleted),
        ] {
            assert_eq!(decide(before, there, here), expected);
        }
    }

    #[test]
    fn fields_are_told_apart() {
        let different = [
            content_hash(&[Some("ab"), Some("c")]),
            content_hash(&[Some("a"), Some("bc")]),
            content_hash(&[Some("abc")]),
            content_hash(&[Some("abc"), None]),
            content_hash(&[Some("abc"), Some("")]),
        ];
        for (index, hash) in different.iter().enumerate() {
            assert!(!different[..index].contains(hash), "{index}");
        }
    }
}
