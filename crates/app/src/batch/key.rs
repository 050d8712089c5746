//! The name that a client gives to a write, so that sending it again is safe.

use rondo_domain::{Problem, Scopes};

use crate::{
    auth::fingerprint::fingerprint,
    error::{Error, Invalid, Location},
};

/// The header that a key comes in.
const HEADER: &str = "Idempotency-Key";

/// What a client calls one write: 1 to 255 visible characters of ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The longest key, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Accepts what may be a key, and takes nothing away from it: blanks
    /// around it are the door's.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the first rule that does not hold.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let problem = match text.len() {
            0 => Problem::TooShort { min: 1 },
            // A letter beyond ASCII has several bytes, and is refused anyway.
            length if length > Self::MAX_CHARS => Problem::TooLong { max: Self::MAX_CHARS },
            _ if text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                return Ok(Self(text.to_owned()));
            }
            _ => Problem::Refused { sentence: "a key is made of visible ASCII characters" },
        };
        Err(refused(problem))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A write that is to happen once, however often it is sent.
#[derive(Clone, Debug)]
pub struct Once {
    pub(crate) key: IdempotencyKey,
    pub(crate) fingerprint: [u8; 32],
}

impl Once {
    /// A key, and what the request with it asks for: another request with the
    /// same key is told apart by that.
    #[must_use]
    pub fn new(key: IdempotencyKey, method: &str, path_and_query: &str, body: &[u8]) -> Self {
        let mut asked = Vec::with_capacity(method.len() + path_and_query.len() + body.len() + 2);
        // Neither a method nor a path has a line feed in it.
        for part in [method.as_bytes(), path_and_query.as_bytes()] {
            asked.extend_from_slice(part);
            asked.push(b'\n');
        }
        asked.extend_from_slice(body);
        Self { key, fingerprint: fingerprint(&asked) }
    }

    /// The same for those who may do this alone: what a token is answered that
    /// may read is not for one that may not.
    pub(crate) fn for_scopes(self, scopes: Scopes) -> Self {
        let asked = [&self.fingerprint[..], &scopes.bits().to_be_bytes()].concat();
        Self { fingerprint: fingerprint(&asked), ..self }
    }

    /// What a client hears whose key stands for another request already.
    pub(crate) fn taken() -> Error {
        let sentence = "this key was used for another request";
        refused(Problem::Refused { sentence })
    }
}

/// A key is never echoed: nobody needs to see it again, and it may be long.
fn refused(problem: Problem) -> Error {
    Error::Invalid(vec![Invalid::new(Location::Header, Some(HEADER), problem)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_1_to_255_visible_characters() {
        for key in ["1", "7f9c2b1e-5a51-4c9a-8a57-0d6a0f1f2b3c", "!~\"", &"k".repeat(255)] {
            assert_eq!(
                IdempotencyKey::parse(key).ok().as_ref().map(IdempotencyKey::as_str),
                Some(key)
            );
        }
        for other in ["", " ", "a b", "a\tb", "ä", "a\0", "a\x7f", &"k".repeat(256)] {
            assert!(matches!(IdempotencyKey::parse(other), Err(Error::Invalid(_))), "{other:?}");
        }
    }

    #[test]
    fn whatever_differs_in_a_request_makes_it_another() {
        let once = |method: &str, path: &str, body: &str| {
            let key = IdempotencyKey::parse("k").expect("a test key is one");
            Once::new(key, method, path, body.as_bytes()).fingerprint
        };
        let first = once("POST", "/api/tasks", "{}");
        assert_eq!(first, once("POST", "/api/tasks", "{}"));
        for other in [
            once("PUT", "/api/tasks", "{}"),
            once("POST", "/api/tasks?x=1", "{}"),
            once("POST", "/api/tasks", "{ }"),
            once("POST", "/api/task", "s{}"),
        ] {
            assert_ne!(first, other);
        }
    }
}
