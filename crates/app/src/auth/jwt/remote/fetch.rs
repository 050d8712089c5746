//! Getting a key set over HTTP, without trusting whoever answers.

use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use super::jwk::Key;

/// How long the whole fetch may take: somebody's request waits for it.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer that is read. A key takes less than a kilobyte.
const MAX_BYTES: usize = 256 * 1024;
/// The most keys that are kept: a token that names none is tried against all.
const MAX_KEYS: usize = 32;

/// Why there is no key set.
#[derive(Debug, Error)]
pub(super) enum FetchError {
    /// No answer, or not in time.
    #[error("no answer: {0}")]
    Http(#[from] reqwest::Error),
    /// An answer, but another one. Redirects are not followed.
    #[error("expected status 200, got {0}")]
    Status(u16),
    /// More than anybody needs.
    #[error("expected at most 256 KiB")]
    TooLarge,
    /// An answer that is no key set.
    #[error("expected a JSON object with a list of keys")]
    Malformed,
    /// A key set that does us no good.
    #[error("expected at least one Ed25519, P-256 or RSA key of 2048 bits for signatures")]
    NoUsableKey,
}

/// Fetches a key set and picks the keys that we can use, at least one.
pub(super) async fn key_set(url: &str) -> Result<Vec<Key>, FetchError> {
    let keys = entries(url).await?.into_iter().filter_map(Key::parse);
    let keys: Vec<Key> = keys.take(MAX_KEYS).collect();
    // An issuer that shows no keys has more likely failed than ended, so this
    // does not replace a set that we have.
    if keys.is_empty() { Err(FetchError::NoUsableKey) } else { Ok(keys) }
}

/// Fetches a key set as it is, with what we cannot use.
pub(super) async fn entries(url: &str) -> Result<Vec<Value>, FetchError> {
    let body = get(url).await?;
    let mut document: Value = serde_json::from_slice(&body).map_err(|_| FetchError::Malformed)?;
    match document.get_mut("keys").map(Value::take) {
        Some(Value::Array(entries)) => Ok(entries),
        _ => Err(FetchError::Malformed),
    }
}

/// A client is made for every fetch: they are minutes apart, and a pool would
/// only keep a dead connection.
async fn get(url: &str) -> Result<Vec<u8>, FetchError> {
    // reqwest was built without cryptography of its own; only the first call
    // in a process has an effect.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(TIMEOUT)
        .connect_timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let mut response = client.get(url).header("accept", "application/json").send().await?;
    if response.status().as_u16() != 200 {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
