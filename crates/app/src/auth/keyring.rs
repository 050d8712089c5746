//! The keys that are made from the secret, one for each purpose.
//!
//! One secret, many keys: what is sealed for one purpose cannot be opened as
//! another, and the key of the mail links verifies no token. Only cookies are
//! signed with the secret itself, because Better Auth does so, and cookies that
//! it has set go on working.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Prk, Salt},
    hmac,
};
use rondo_domain::Secret;

use crate::machine::Random;

/// How a sealed value begins: tells this way of sealing from a later one.
const VERSION: u8 = 1;
/// Base64 of 32 bytes, padding included.
const SIGNATURE_CHARS: usize = 44;

/// What a value is sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// A session token, for the list of sessions.
    SessionToken,
    /// A private key of our own key set.
    SigningKey,
    /// A mail that waits to be sent: it holds a link that works once.
    Mail,
    /// Where a page of a list ended.
    Cursor,
    /// What a write gave that nobody else may read, kept for its repetition.
    Outcome,
    /// A question that was asked before something is deleted.
    Confirmation,
}

/// All keys that come from the secret.
pub(crate) struct Keyring {
    session_tokens: LessSafeKey,
    signing_keys: LessSafeKey,
    mails: LessSafeKey,
    cursors: LessSafeKey,
    outcomes: LessSafeKey,
    confirmations: LessSafeKey,
    mail_links: Secret<[u8; 32]>,
    cookies: hmac::Key,
}

impl Keyring {
    /// The keys of this secret.
    pub fn new(secret: &Secret<String>) -> Self {
        let secret = secret.expose().as_bytes();
        let root = Salt::new(HKDF_SHA256, b"rondo keyring").extract(secret);
        Self {
            session_tokens: sealing(&root, "seal session token"),
            signing_keys: sealing(&root, "seal signing key"),
            mails: sealing(&root, "seal mail"),
            cursors: sealing(&root, "seal cursor"),
            outcomes: sealing(&root, "seal outcome"),
            confirmations: sealing(&root, "seal confirmation"),
            mail_links: Secret::new(signing(&root, "sign mail link")),
            cookies: hmac::Key::new(hmac::HMAC_SHA256, secret),
        }
    }

    /// Encrypts a value for the database. It can be opened with the same
    /// secret, purpose and `place`: what says where the value belongs, so that
    /// it cannot be moved to another row.
    pub fn seal(
        &self,
        purpose: Seal,
        place: &[&str],
        plain: &[u8],
        random: &dyn Random,
    ) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut body = plain.to_vec();
        self.key(purpose)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                bound_to(place),
                &mut body,
            )
            .expect("only more than 256 GiB cannot be sealed");
        [&[VERSION], nonce.as_slice(), &body].concat()
    }

    /// Decrypts what [`Self::seal`] made; `None` when it was sealed for
    /// something else, with another secret, or was changed since.
    pub fn open(&self, purpose: Seal, place: &[&str], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.strip_prefix(&[VERSION])?.split_first_chunk()?;
        let mut body = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.key(purpose).open_in_place(nonce, bound_to(place), &mut body).ok()?;
        Some(opened.to_vec())
    }

    /// The key of the tokens in mail links (HS256). It is not the secret, so
    /// such a token is no access token, whatever it says.
    pub const fn mail_link_key(&self) -> &Secret<[u8; 32]> {
        &self.mail_links
    }

    /// What stands behind the dot in a signed cookie.
    pub fn sign_cookie(&self, value: &str) -> String {
        STANDARD.encode(hmac::sign(&self.cookies, value.as_bytes()))
    }

    /// Whether that is this value's signature. Takes as long for a wrong one,
    /// wherever it is wrong.
    pub fn is_cookie_signature(&self, value: &str, signature: &str) -> bool {
        // Only the one spelling that we write: base64 knows others.
        if signature.len() != SIGNATURE_CHARS {
            return false;
        }
        let Ok(signature) = STANDARD.decode(signature) else {
            return false;
        };
        hmac::verify(&self.cookies, value.as_bytes(), &signature).is_ok()
    }

    const fn key(&self, purpose: Seal) -> &LessSafeKey {
        match purpose {
            Seal::SessionToken => &self.session_tokens,
            Seal::SigningKey => &self.signing_keys,
            Seal::Mail => &self.mails,
            Seal::Cursor => &self.cursors,
            Seal::Outcome => &self.outcomes,
            Seal::Confirmation => &self.confirmations,
        }
    }
}

/// The parts of a place, each after its length: whatever they hold, no two
/// places look alike.
fn bound_to(place: &[&str]) -> Aad<Vec<u8>> {
    let part = |part: &&str| [&part.len().to_be_bytes(), part.as_bytes()].concat();
    Aad::from(place.iter().flat_map(part).collect())
}

fn sealing(root: &Prk, label: &str) -> LessSafeKey {
    let info = [label.as_bytes()];
    let key = root.expand(&info, &CHACHA20_POLY1305).expect("one key is not too much to derive");
    LessSafeKey::new(UnboundKey::from(key))
}

fn signing(root: &Prk, label: &str) -> [u8; 32] {
    let mut key = [0; 32];
    root.expand(&[label.as_bytes()], hmac::HMAC_SHA256)
        .and_then(|derived| derived.fill(&mut key))
        .expect("32 bytes are what one HMAC-SHA256 key takes");
    key
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::machine::SeededRandom;

    const SEALS: [Seal; 6] = [
        Seal::SessionToken,
        Seal::SigningKey,
        Seal::Mail,
        Seal::Cursor,
        Seal::Outcome,
        Seal::Confirmation,
    ];

    fn keyring(secret: &str) -> Keyring {
        Keyring::new(&Secret::new(secret.to_owned()))
    }

    #[test]
    fn what_was_sealed_can_be_opened_for_the_same_purpose_only() {
        let (keys, random) = (keyring("a secret"), SeededRandom::new(1));
        for purpose in SEALS {
            let sealed = keys.seal(purpose, &["row", "1"], b"plain", &random);
            for other in SEALS {
                let opened = keys.open(other, &["row", "1"], &sealed);
                let expected = (other == purpose).then(|| b"plain".to_vec());
                assert_eq!(opened, expected, "{purpose:?} as {other:?}");
            }
            for other in
                [&["row", "2"][..], &["row1"], &["row1", ""], &["ro", "w1"], &["1", "row"], &[]]
            {
                assert_eq!(keys.open(purpose, other, &sealed), None, "{other:?}");
            }
            assert_eq!(keyring("another secret").open(purpose, &["row", "1"], &sealed), None);
        }
    }

    #[test]
    fn what_was_changed_or_cut_does_not_open() {
        let (keys, random) = (keyring("a secret"), SeededRandom::new(1));
        let sealed = keys.seal(Seal::Mail, &[], b"plain", &random);
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(keys.open(Seal::Mail, &[], &changed), None, "byte {index}");
            assert_eq!(keys.open(Seal::Mail, &[], &sealed[..index]), None, "{index} bytes");
        }
    }

    #[test]
    fn the_same_value_is_never_sealed_twice_alike() {
        let (keys, random) = (keyring("a secret"), SeededRandom::new(1));
        let seal = || keys.seal(Seal::SessionToken, &[], b"plain", &random);
        let sealed: HashSet<_> = std::iter::repeat_with(seal).take(100).collect();
        assert_eq!(sealed.len(), 100);
    }

    #[test]
    fn the_key_of_mail_links_is_its_own() {
        let keys = keyring("a secret");
        assert_ne!(keys.mail_link_key(), keyring("another secret").mail_link_key());
        let by_link = hmac::Key::new(hmac::HMAC_SHA256, keys.mail_link_key().expose());
        let signature = STANDARD.encode(hmac::sign(&by_link, b"value"));
        assert!(!keys.is_cookie_signature("value", &signature));
    }

    #[test]
    fn a_cookie_is_signed_as_better_auth_signs_it() {
        // Computed with Node's crypto: HMAC-SHA256, the secret as its UTF-8.
        let keys = keyring("better-auth-secret-123456789012345");
        let token = "IU6GxIE9R8pXl0dHvMvYUJKEdHxzJzqN";
        let signature = keys.sign_cookie(token);
        assert_eq!(signature, "QyvtRZE+V498c7NfUec0ml6dcSH0AVEfBxDKibOcZlc=");
        assert!(keys.is_cookie_signature(token, &signature));
    }

    #[test]
    fn no_other_signature_passes() {
        let keys = keyring("a secret");
        let good = keys.sign_cookie("value");
        let unpadded = good.trim_end_matches('=');
        // The last character carries two bits that mean nothing.
        let others = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let respelled: Vec<_> = others
            .chars()
            .map(|last| format!("{}{last}=", &unpadded[..unpadded.len() - 1]))
            .filter(|respelled| *respelled != good)
            .collect();
        assert_eq!(respelled.len(), 63);
        for wrong in respelled.iter().map(String::as_str).chain([
            "",
            "=",
            unpadded,
            &good[..22],
            &format!("{good}="),
            &format!("{good}{good}"),
            &keyring("another secret").sign_cookie("value"),
            &keys.sign_cookie("Value"),
            &"=".repeat(44),
            &"é".repeat(22),
        ]) {
            assert!(!keys.is_cookie_signature("value", wrong), "{wrong:?}");
        }
    }
}
