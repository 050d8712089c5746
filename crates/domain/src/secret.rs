//! Values that must never be seen: passwords, keys, tokens.

use std::fmt;

/// Wraps a value so that it cannot reach a log, an error or an answer by
/// accident: no `Display`, no `Serialize`, and `Debug` says `[hidden]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T = String>(T);

impl<T> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. The word is long so that each use can be found.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}
