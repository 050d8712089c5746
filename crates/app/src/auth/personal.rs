//! Personal access tokens: how they look, and how they are recognized.
//!
//! `rondo_pat_` + base64url(user id) + `.` + 32 letters and digits. The prefix
//! lets secret scanners find a leaked one. The user id is in it because every
//! row is found through its owner, here too.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use quick_cache::sync::Cache;
use rondo_domain::{ApiToken, ApiTokenId, Secret, Timestamp, UserId};
use rondo_store::{Store, StoreError};

use super::fingerprint::fingerprint;
use crate::{
    error::{Error, Why},
    machine::{IDENTIFIER_LENGTH, Random, identifier},
};

/// How every personal access token begins.
pub(crate) const PREFIX: &str = "rondo_pat_";
/// How exact `last_used_at` is.
const TOUCH_SECONDS: i64 = 60;
/// How many tokens in use are remembered.
const CAPACITY: usize = 10_000;

/// Makes a token for a user, and the hash of it that is stored.
pub(crate) fn generate(user: &UserId, random: &dyn Random) -> (Secret<String>, [u8; 32]) {
    let secret = identifier(random);
    let hash = fingerprint(secret.as_bytes());
    let user = URL_SAFE_NO_PAD.encode(user.as_str());
    (Secret::new(format!("{PREFIX}{user}.{secret}")), hash)
}

/// Whose token this claims to be, and the hash of its secret part.
fn parse(token: &str) -> Option<(UserId, [u8; 32])> {
    let (user, secret) = token.strip_prefix(PREFIX)?.split_once('.')?;
    let has_form =
        secret.len() == IDENTIFIER_LENGTH && secret.bytes().all(|b| b.is_ascii_alphanumeric());
    let user = String::from_utf8(URL_SAFE_NO_PAD.decode(user).ok()?).ok()?;
    let user = UserId::parse(&user).ok()?;
    has_form.then(|| (user, fingerprint(secret.as_bytes())))
}

/// Finds the token that was shown, if it is good now, and the hash of its
/// secret.
///
/// # Errors
/// [`Why::InvalidToken`] when there is none, [`Why::Expired`] when it was good
/// once; [`Error::Unavailable`] without a database.
pub(crate) async fn find(
    store: &Store,
    token: &str,
    now: Timestamp,
) -> Result<(ApiToken, [u8; 32]), Error> {
    let (user, hash) = parse(token).ok_or(Why::InvalidToken)?;
    let found =
        store.read(move |txn| async move { txn.find_api_token(&user, &hash).await }).await?;
    let token = found.ok_or(Why::InvalidToken)?;
    if token.expires_at <= now {
        return Err(Why::Expired.into());
    }
    Ok((token, hash))
}

/// Notes when tokens are used.
pub(crate) struct LastUse(Cache<ApiTokenId, Timestamp>);

impl LastUse {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    /// Notes that a token was used now: at most once a minute, and after the
    /// answer, for which nobody should wait. A note that fails is lost, which
    /// does no harm.
    pub fn note(&self, store: &Store, token: &ApiToken, now: Timestamp) {
        let is_recent = |used: Timestamp| now.seconds_since(used) < TOUCH_SECONDS;
        // The stored time alone would let a burst of requests write one note
        // each before the first is stored.
        if token.last_used_at.is_some_and(is_recent) || self.0.get(&token.id).is_some_and(is_recent)
        {
            return;
        }
        self.0.insert(token.id, now);
        let (store, user, id) = (store.clone(), token.user_id.clone(), token.id);
        tokio::spawn(async move {
            let body = move |txn: rondo_store::Txn| async move {
                txn.touch_api_token(&user, id, now).await
            };
            let noted: Result<(), StoreError> = store.write(body).await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of a token could not be noted");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::SeededRandom;

    #[test]
    fn a_token_names_its_user_and_hides_its_secret() {
        for id in ["ada", "auth0|ünï.x", "42"] {
            let user = UserId::parse(id).expect("a test id is valid");
            let (token, hash) = generate(&user, &SeededRandom::new(1));
            assert_eq!(parse(token.expose()), Some((user, hash)));
        }
    }

    #[test]
    fn what_does_not_look_like_a_token_is_none() {
        let secret = "x".repeat(IDENTIFIER_LENGTH);
        for token in [
            "",
            "rondo_pat_",
            "rondo_pat_YWRh",
            "rondo_pat_YWRh.",
            "rondo_pat_YWRh.short",
            &format!("rondo_pat_YWRh.{}", "é".repeat(IDENTIFIER_LENGTH / 2)),
            &format!("rondo_pat_.{secret}"),
            &format!("rondo_pat_!!.{secret}"),
            &format!("rondo_pat_YWRh.{secret}.x"),
            &format!("RONDO_PAT_YWRh.{secret}"),
            &format!("rondo_pat__w.{secret}"),
        ] {
            assert_eq!(parse(token), None, "{token:?}");
        }
    }
}
