//! Why a token was refused, in words for the operator.
//!
//! Whoever shows the token hears `Invalid token` and no more; who runs the
//! server has to find out which of two configurations is wrong. So the log says
//! what was expected and what came, the latter cut and escaped: strangers
//! write it.

use crate::error::Why;

/// How much of what came is logged, in characters.
const MAX_CHARS: usize = 64;
/// How many names of keys are logged.
const MAX_NAMES: usize = 6;

/// One thing about a token that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    part: &'static str,
    expected: String,
    received: String,
}

impl Refused {
    /// Nothing that we know, most often the session token of another server.
    /// What came may open a session there, so it is not shown.
    pub fn form() -> Self {
        let expected = "a session of ours, a JWT or a rondo_pat_ token".to_owned();
        Self { part: "form", expected, received: "something else".to_owned() }
    }

    /// An algorithm that no key of ours has.
    pub fn algorithm(received: &str) -> Self {
        let expected = "HS256, EdDSA, ES256, RS256 or PS256".to_owned();
        Self { part: "alg", expected, received: shown(received) }
    }

    /// An algorithm that the named key does not have.
    pub fn algorithm_of_key(expected: &str, received: &str) -> Self {
        Self { part: "alg", expected: expected.to_owned(), received: shown(received) }
    }

    /// A key that nobody knows; or no key, where one must be named.
    pub fn key(known: &[String], received: Option<&str>) -> Self {
        let names: Vec<_> = known.iter().take(MAX_NAMES).map(|name| shown(name)).collect();
        let expected = if names.is_empty() {
            "none, because no key set is known".to_owned()
        } else {
            format!("one of {}", names.join(", "))
        };
        Self { part: "kid", expected, received: received.map_or_else(nothing, shown) }
    }

    /// A signature that this key did not make.
    pub fn signature(key: &str) -> Self {
        let expected = format!("by {}", shown(key));
        Self { part: "signature", expected, received: "by another key, or damaged".to_owned() }
    }

    /// A claim that says something else.
    pub fn claim(part: &'static str, expected: &str, received: Option<&str>) -> Self {
        let expected = expected.to_owned();
        Self { part, expected, received: received.map_or_else(nothing, shown) }
    }

    /// Writes the line, and gives the answer.
    pub fn log(self) -> Why {
        let Self { part, expected, received } = self;
        tracing::info!(part, expected, received, "a token was refused");
        Why::InvalidToken
    }
}

fn nothing() -> String {
    "none".to_owned()
}

fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_write_is_cut_and_escaped() {
        assert_eq!(shown("https://a.example"), "https://a.example");
        assert_eq!(shown("a\nINFO forged \u{1b}[31m"), "a\\nINFO forged \\u{1b}[31m");
        assert_eq!(shown(&"x".repeat(64)), "x".repeat(64));
        assert_eq!(shown(&"é".repeat(5000)), format!("{}…", "é".repeat(64)));
    }

    #[test]
    fn the_operator_learns_what_was_expected_and_what_came() {
        let kids = ["k1".to_owned(), "k2".to_owned()];
        for (refused, part, expected, received) in [
            (Refused::algorithm_of_key("EdDSA", "none"), "alg", "EdDSA", "none"),
            (Refused::key(&kids, Some("k3")), "kid", "one of k1, k2", "k3"),
            (Refused::key(&kids, None), "kid", "one of k1, k2", "none"),
            (
                Refused::claim("iss", "https://a", Some("https://b")),
                "iss",
                "https://a",
                "https://b",
            ),
            (Refused::claim("aud", "https://a", None), "aud", "https://a", "none"),
        ] {
            assert_eq!(
                (refused.part, &*refused.expected, &*refused.received),
                (part, expected, received)
            );
            assert_eq!(refused.log(), Why::InvalidToken);
        }
        let many: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(Refused::key(&many, None).expected, "one of 0, 1, 2, 3, 4, 5");
    }
}
