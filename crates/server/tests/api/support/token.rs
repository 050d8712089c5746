//! Tokens as others make them: signed by hand, so that they can be wrong in
//! any way.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::hmac;
use serde_json::{Value, json};

use super::START;

/// What the server signs and verifies with.
pub(crate) const SECRET: &str = "a secret for tests, of 32 characters or more";

/// A token with these claims, as another program with the same secret makes it.
pub(crate) fn sign(claims: &Value) -> String {
    sign_with(&json!({"alg": "HS256", "typ": "JWT"}), claims, SECRET.as_bytes())
}

/// A token with this header, signed with this key by HS256, whatever the
/// header says.
pub(crate) fn sign_with(header: &Value, claims: &Value, key: &[u8]) -> String {
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// What a token claims, its signature unseen.
pub(crate) fn claims_of(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("a token has three parts");
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("they are base64url");
    serde_json::from_slice(&claims).expect("claims are JSON")
}

/// A value as it stands in a cookie of ours, before it is percent-encoded.
pub(crate) fn signed(value: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = hmac::sign(&key, value.as_bytes());
    format!("{value}.{}", BASE64_STANDARD.encode(signature))
}

/// Text as `encodeURIComponent` has it, as far as tests use it.
pub(crate) fn encoded(text: &str) -> String {
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    utf8_percent_encode(text, PLAIN).to_string()
}

/// A part of a token.
pub(crate) fn part(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

/// Seconds since 1970, that many seconds after the clock's start.
pub(crate) fn at(seconds: i64) -> i64 {
    START.as_seconds() + seconds
}

/// The same moment as the API writes it.
pub(crate) fn moment(seconds: i64) -> String {
    START.plus_seconds(seconds).to_string()
}

/// A token for this user, good for a month.
pub(crate) fn token_of(user: &str) -> String {
    sign(&json!({"sub": user, "iat": at(0), "exp": at(30 * 86_400)}))
}
