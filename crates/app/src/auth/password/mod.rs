//! Passwords: which ones we take, how they are kept, how they are checked.
//!
//! Everything here is slow on purpose and blocks: callers go through the gate.
//!
//! | stored | made by |
//! | --- | --- |
//! | `$2b$12$…` | us: bcrypt |
//! | `sha384:$2b$12$…` | us, for what bcrypt cannot take as it is |
//! | `$2a$…`, `$2x$…`, `$2y$…` | imports: bcrypt of other systems |
//! | `$argon2id$…` | imports: PHC string |
//! | `salt:key`, both hex | imports: scrypt as Better Auth writes it |
//!
//! What is imported, or made with another cost, is replaced by a hash of ours
//! when its owner next logs in.
//!
//! What we hash is the password in NFKC (NIST SP 800-63B 5.1.1.2 asks for that
//! or NFKD): keyboards spell the same letters in several ways, `é` as one
//! character or as two, and nobody sees which. Better Auth does the same. Other
//! systems hashed what was typed, so that is tried as well where it differs.

mod check;

use std::borrow::Cow;

use argon2::{
    Argon2, Params,
    password_hash::{PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest;
use rondo_domain::{Email, Problem, Secret};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use super::fingerprint::{fingerprint, hex};

pub(crate) use check::{Pace, check};

/// bcrypt's work factor: about a quarter of a second of one core. An argument
/// to all below, because most tests are not about it and would wait for it.
pub(crate) const COST: u32 = 12;
/// The dearest bcrypt hash that is checked: about two seconds of one core.
const MAX_COST: u32 = 15;
/// The dearest argon2id hash that is checked: 256 MiB, ten times over.
const MAX_ARGON2_KIB: u32 = 256 * 1024;
const MAX_ARGON2_PASSES: u32 = 10;
const MAX_ARGON2_LANES: u32 = 16;
/// What bcrypt looks at; it ignores the rest without a word.
const BCRYPT_BYTES: usize = 72;
/// How much of a password is judged at a time.
const JUDGED_CHARS: usize = 40;
/// Marks a bcrypt hash of a digest instead of the password.
const DIGEST_PREFIX: &str = "sha384:";
/// Salt and hash of a random password that was never written down.
///
/// A literal, so that it costs nothing at start.
const NOBODY: &str = "sgdcrQAmEln2B3XctlPwsuWB6jce7CxF0o0.BZtQvyRFi5hRqzaWC";

/// A password that somebody chose, of 8 to 128 characters. It must not be their
/// e-mail address or among the commonest either: that is judged where it is
/// hashed, and what was not judged is not hashed.
///
/// Characters are code points as they were typed (NIST SP 800-63B), and every
/// one of them counts: nothing is trimmed or cut, and upper case is not lower
/// case. What is held is their NFKC form, and no more than 128 of that either.
#[derive(Clone, Debug)]
pub struct NewPassword(Secret<String>);

impl NewPassword {
    /// The shortest password, in Unicode code points.
    pub const MIN_CHARS: usize = 8;
    /// The longest password, in Unicode code points.
    pub const MAX_CHARS: usize = 128;

    /// Checks how long a password is, which costs nothing. Whether it is easy to
    /// guess is seen when it is hashed: that costs time, which a stranger has to
    /// have paid for by then.
    ///
    /// # Errors
    /// Too short or too long.
    pub fn parse(password: &str) -> Result<Self, Problem> {
        if Self::is_too_long(password) {
            return Err(Problem::TooLong { max: Self::MAX_CHARS });
        }
        if password.chars().count() < Self::MIN_CHARS {
            return Err(Problem::TooShort { min: Self::MIN_CHARS });
        }
        let password = normalized(password);
        // One typed character can become eighteen.
        if Self::is_too_long(&password) {
            return Err(Problem::TooLong { max: Self::MAX_CHARS });
        }
        Ok(Self(Secret::new(password.into_owned())))
    }

    /// Judges the password of a person of whom this e-mail address and name are
    /// known; either may be empty. Takes milliseconds.
    ///
    /// # Errors
    /// The address itself, or so common or so close to what is known that a few
    /// hundred guesses find it (`zxcvbn` score 0).
    pub(crate) fn judged(&self, [email, name]: [&str; 2]) -> Result<(), Problem> {
        let password = self.0.expose();
        let [email, name] = [normalized(email), normalized(name)];
        if Email::parse(password).is_ok_and(|typed| *typed.as_str() == *email) {
            let sentence = "the password must not be the email address";
            return Err(Problem::Refused { sentence });
        }
        let mailbox = email.split('@').next().unwrap_or_default();
        if is_easy(password, &[&email, mailbox, &name]) {
            let sentence = "this password is too common or too easy to guess";
            return Err(Problem::Refused { sentence });
        }
        Ok(())
    }

    /// Whether this is longer than any password may be. Looks at bytes first,
    /// so that a megabyte is refused without being read.
    #[must_use]
    pub fn is_too_long(password: &str) -> bool {
        password.len() > Self::MAX_CHARS
            && (password.len() > Self::MAX_CHARS * 4 || password.chars().count() > Self::MAX_CHARS)
    }

    /// The password as it is hashed.
    pub(crate) const fn secret(&self) -> &Secret<String> {
        &self.0
    }
}

/// Whether a few hundred guesses find a password.
///
/// `zxcvbn` needs up to ten milliseconds for 128 characters, so it sees at most
/// 40 at a time: a longer password is easy when both its ends are.
fn is_easy(password: &str, known: &[&str]) -> bool {
    let is_easy = |part: &str| zxcvbn(part, known).score() == Score::Zero;
    let rest = password.chars().count().saturating_sub(JUDGED_CHARS);
    let head: String = password.chars().take(JUDGED_CHARS).collect();
    let tail: String = password.chars().skip(rest).collect();
    is_easy(&head) && (rest == 0 || is_easy(&tail))
}

/// The one spelling of a password that all its spellings have in common.
fn normalized(password: &str) -> Cow<'_, str> {
    if password.is_ascii() { password.into() } else { password.nfkc().collect() }
}

/// Hashes a password for storage.
pub(crate) fn hash(password: &str, salt: [u8; 16], cost: u32) -> Secret<String> {
    let password = &*normalized(password);
    let bcrypt = |password: &[u8]| {
        bcrypt::hash_with_salt(password, cost, salt)
            .expect("bcrypt refuses nothing but a cost outside 4 to 31")
            .to_string()
    };
    Secret::new(if fits_bcrypt(password) {
        bcrypt(password.as_bytes())
    } else {
        format!("{DIGEST_PREFIX}{}", bcrypt(digest_of(password).as_bytes()))
    })
}

/// Whether a hash is as [`hash`] makes them today.
pub(crate) fn is_ours(stored: &Secret<String>, cost: u32) -> bool {
    let stored = stored.expose().as_str();
    let stored = stored.strip_prefix(DIGEST_PREFIX).unwrap_or(stored);
    stored.starts_with(&ours(cost))
}

/// How our hashes begin.
fn ours(cost: u32) -> String {
    format!("$2b${cost:02}$")
}

/// What came of comparing a password with what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is another one.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, but its hash is not as [`hash`] makes them today.
    Outdated,
}

impl Verdict {
    /// Whether it is the password.
    pub const fn is_right(self) -> bool {
        !matches!(self, Self::Wrong)
    }
}

/// Whether this is the password that was stored.
///
/// With nothing stored it is wrong, and costs as much as any other: otherwise
/// the response time would tell strangers who has an account.
pub(crate) fn compare(password: &str, stored: Option<&Secret<String>>, cost: u32) -> Verdict {
    let spelling = normalized(password);
    if verify(&spelling, stored, cost) {
        let is_ours = stored.is_some_and(|stored| is_ours(stored, cost));
        return if is_ours { Verdict::Right } else { Verdict::Outdated };
    }
    // Whatever is stored, or nothing: what is left out would be seen in the time.
    let is_typed_otherwise = *spelling != *password;
    if is_typed_otherwise && verify(password, stored, cost) {
        return Verdict::Outdated;
    }
    Verdict::Wrong
}

/// How often [`compare`] looks at a hash before it says no to this password.
fn looks(password: &str) -> u32 {
    if *normalized(password) == *password { 1 } else { 2 }
}

/// Whether a bcrypt or argon2id hash costs no more to check than a server can
/// bear: whoever wrote it has chosen the cost, and strangers choose how often
/// it is paid.
pub(crate) fn is_affordable(stored: &str) -> bool {
    if stored.starts_with("$argon2id$") {
        return PasswordHash::new(stored).is_ok_and(|hash| {
            Params::try_from(&hash).is_ok_and(|params| {
                params.m_cost() <= MAX_ARGON2_KIB
                    && params.t_cost() <= MAX_ARGON2_PASSES
                    && params.p_cost() <= MAX_ARGON2_LANES
            })
        });
    }
    // `$2b$12$…`
    stored.get(4..6).and_then(|cost| cost.parse().ok()).is_some_and(|cost: u32| cost <= MAX_COST)
}

/// Whether exactly this text was hashed.
pub(crate) fn verify(text: &str, stored: Option<&Secret<String>>, cost: u32) -> bool {
    let Some(stored) = stored else {
        let _ = bcrypt::verify(text, &nobody(cost));
        return false;
    };
    let stored = stored.expose().as_str();
    let phc = stored.strip_prefix(DIGEST_PREFIX).unwrap_or(stored);
    if phc.starts_with('$') && !is_affordable(phc) {
        return false;
    }
    if let Some(hash) = stored.strip_prefix(DIGEST_PREFIX) {
        bcrypt::verify(digest_of(text), hash).unwrap_or(false)
    } else if stored.starts_with("$2") {
        // Both are computed before either is looked at: a password that bcrypt
        // would cut short must not answer sooner.
        bcrypt::verify(text, stored).unwrap_or(false) & fits_bcrypt(text)
    } else if stored.starts_with("$argon2id$") {
        PasswordHash::new(stored)
            .is_ok_and(|hash| Argon2::default().verify_password(text.as_bytes(), &hash).is_ok())
    } else {
        verify_scrypt(text, stored).unwrap_or(false)
    }
}

/// A hash that no password has, and that costs as much to compare with.
fn nobody(cost: u32) -> String {
    ours(cost) + NOBODY
}

/// Whether bcrypt sees all of a password.
///
/// A NUL is refused as well as length: bcrypt repeats password and terminator
/// until its key is full, so `ab` and `ab\0ab` would be the same password.
fn fits_bcrypt(password: &str) -> bool {
    password.len() <= BCRYPT_BYTES && !password.contains('\0')
}

/// What bcrypt gets instead of a password it would cut: 64 characters.
fn digest_of(password: &str) -> String {
    STANDARD.encode(digest::digest(&digest::SHA384, password.as_bytes()))
}

/// scrypt as Better Auth uses it: N = 16384, r = 16, p = 1, 64 bytes, the salt
/// being its own hex text. `None`: not such a hash.
fn verify_scrypt(password: &str, stored: &str) -> Option<bool> {
    let (salt, key) = stored.split_once(':')?;
    if key.len() != 128 {
        return None;
    }
    let params = scrypt::Params::new(14, 16, 1).ok()?;
    let mut derived = [0; 64];
    scrypt::scrypt(password.as_bytes(), salt.as_bytes(), &params, &mut derived).ok()?;
    // Fingerprints are compared, not keys: how many of their leading bytes
    // agree, which the time could tell, says nothing about the key.
    let stored = fingerprint(key.to_lowercase().as_bytes());
    Some(fingerprint(hex(&derived).as_bytes()) == stored)
}

#[cfg(test)]
mod tests;
