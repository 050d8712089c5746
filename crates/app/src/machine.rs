//! Time and chance, as the machine gives them.
//!
//! Nothing else in the application reads the clock or draws random bytes:
//! both come in as arguments, so that a test can decide them.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{SystemTime, UNIX_EPOCH},
};

use ring::{digest, rand::SecureRandom};
use rondo_domain::{Clock, Timestamp};

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the rest of the house gets its time"
    )]
    fn now(&self) -> Timestamp {
        let epoch = Timestamp::from_seconds(0).expect("the epoch is a moment");
        // A clock set before 1970 is broken; 1970 makes every token look issued
        // in the future, which fails closed.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        epoch.plus_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// Where random bytes come from.
pub trait Random: Send + Sync {
    /// Fills the buffer with bytes that nobody can predict.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        ring_random()
            .fill(buffer)
            .expect("the operating system's generator does not fail once it is seeded");
    }
}

/// The operating system's generator in the form that `ring` asks for: it makes
/// and uses some keys with no other one.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the rest of the house gets its chance"
)]
pub(crate) fn ring_random() -> ring::rand::SystemRandom {
    ring::rand::SystemRandom::new()
}

/// A generator for tests: the same seed gives the same bytes, so never
/// anything that has to stay secret.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRandom {
    /// A generator that starts from `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        let drawn = AtomicU64::new(0);
        Self { seed, drawn }
    }
}

impl Random for SeededRandom {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(digest::SHA256_OUTPUT_LEN) {
            let block =
                (u128::from(self.seed) << 64) | u128::from(self.drawn.fetch_add(1, Relaxed));
            let bytes = digest::digest(&digest::SHA256, &block.to_be_bytes());
            chunk.copy_from_slice(&bytes.as_ref()[..chunk.len()]);
        }
    }
}

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// How many characters a random identifier has: 190 bits of chance.
pub(crate) const IDENTIFIER_LENGTH: usize = 32;

/// A random identifier: 32 letters and digits.
///
/// Bytes from 248 on are thrown away. Taking them modulo 62 would make the
/// first eight letters likelier than the others.
pub(crate) fn identifier(random: &dyn Random) -> String {
    let mut text = String::with_capacity(IDENTIFIER_LENGTH);
    let mut bytes = [0; 48];
    loop {
        random.fill(&mut bytes);
        for byte in bytes.into_iter().map(usize::from).filter(|byte| *byte < 248) {
            text.push(char::from(ALPHABET[byte % ALPHABET.len()]));
            if text.len() == IDENTIFIER_LENGTH {
                return text;
            }
        }
    }
}

/// Whether a text may be one of ours: this many letters and digits.
pub(crate) fn is_identifier(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn an_identifier_is_32_letters_and_digits_and_never_the_same() {
        let random = SeededRandom::new(1);
        let identifiers: HashSet<String> = (0..1000).map(|_| identifier(&random)).collect();
        assert_eq!(identifiers.len(), 1000);
        for text in &identifiers {
            assert!(is_identifier(text, IDENTIFIER_LENGTH), "{text}");
        }
    }

    #[test]
    fn no_other_text_is_an_identifier() {
        assert!(is_identifier("aZ09", 4));
        for other in ["", "aZ0", "aZ09a", "aZ0-", "aZ0 ", "aZé", "aZ0\0"] {
            assert!(!is_identifier(other, 4), "{other:?}");
        }
    }

    #[test]
    fn every_character_is_as_likely_as_every_other() {
        let random = SeededRandom::new(2);
        let text: String = (0..6200).map(|_| identifier(&random)).collect();
        for letter in ALPHABET.map(char::from) {
            let count = text.matches(letter).count();
            // 3200 expected, standard deviation 56.
            assert!((2900..3500).contains(&count), "{letter}: {count}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_the_system_does_not() {
        let draw = |random: &dyn Random| {
            let mut bytes = [0; 40];
            random.fill(&mut bytes);
            bytes
        };
        assert_eq!(draw(&SeededRandom::new(3)), draw(&SeededRandom::new(3)));
        assert_ne!(draw(&SeededRandom::new(3)), draw(&SeededRandom::new(4)));
        assert_ne!(draw(&SystemRandom), draw(&SystemRandom));
    }

    #[test]
    fn the_system_clock_is_past_2026() {
        assert!(SystemClock.now().to_string().as_str() > "2026");
    }
}
