//! What belongs together: changes that are made and undone as one.

use std::{fmt, sync::Arc};

/// Names a batch: 1 to 40 letters, digits, `-` and `_`. Unique per user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchId(Arc<str>);

impl BatchId {
    /// The longest one.
    pub const MAX_CHARS: usize = 40;

    /// The batch of that name; `None` when it cannot be one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_ours = (1..=Self::MAX_CHARS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_ours.then(|| Self(text.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_a_name_that_fits_into_a_header() {
        for name in ["a", "Vq8sYb1tPz0mXc4nRk7wLd", "a-b_c", &"x".repeat(40)] {
            assert_eq!(BatchId::parse(name).as_ref().map(BatchId::as_str), Some(name));
        }
        for name in ["", " ", "a b", "é", "a\n", &"x".repeat(41)] {
            assert_eq!(BatchId::parse(name), None, "{name}");
        }
    }
}
