//! The public keys of an external issuer, fetched when they are needed.
//!
//! Nothing is fetched before the first token that needs a key, and nothing
//! periodically: a server that nobody uses makes no traffic. Tokens decide when
//! to look again, and anybody can make up tokens, so looks are rationed.

mod fetch;
#[cfg(test)]
pub(crate) mod issuer;
mod jwk;
mod survey;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::Algorithm;
use rondo_domain::Timestamp;
use tokio::sync::Mutex;

use crate::error::Error;

pub(crate) use jwk::Key;
pub use survey::{ListedKey, external_keys};

/// How long a token with an unknown key does not cause another look.
const PAUSE_SECONDS: i64 = 30;
/// The same while there are no keys at all: every user of the issuer waits.
const PAUSE_WITHOUT_KEYS_SECONDS: i64 = 5;
/// After this time the keys are looked at again although none is missing:
/// one that the issuer has withdrawn must stop working some day.
const MAX_AGE_SECONDS: i64 = 600;

/// The key set of one issuer.
pub(crate) struct RemoteKeys {
    url: String,
    /// The last good set. It outlives every failure to get a newer one.
    known: RwLock<Option<Known>>,
    /// Held while looking: the others wait for the one look, and share it.
    last_look: Mutex<Option<Timestamp>>,
}

#[derive(Clone)]
struct Known {
    keys: Arc<[Arc<Key>]>,
    fetched_at: Timestamp,
}

impl RemoteKeys {
    /// The keys behind a URL. Touches no network.
    pub fn new(url: String) -> Self {
        Self { url, known: RwLock::default(), last_look: Mutex::default() }
    }

    /// The keys that may have signed a token with this header: at most one
    /// when it names a key, otherwise all that can do the algorithm. None when
    /// there is no such key.
    ///
    /// # Errors
    /// [`Error::IssuerUnavailable`] when there are no keys at all.
    pub async fn find(
        self: &Arc<Self>,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<Vec<Arc<Key>>, Error> {
        let before = self.known();
        if let Some(known) = &before {
            let found = known.matching(kid, algorithm);
            if !found.is_empty() {
                if now.seconds_since(known.fetched_at) >= MAX_AGE_SECONDS {
                    // Nobody has to wait for a look that may change nothing.
                    tokio::spawn(Arc::clone(self).look(now, before));
                }
                return Ok(found);
            }
        }
        // In a task of its own: a visitor who hangs up must not end the look
        // that the others wait for, and use up their ration.
        let looked = tokio::spawn(Arc::clone(self).look(now, before)).await;
        looked.map_err(|panic| Error::Internal(Box::new(panic)))?;
        let known = self.known().ok_or_else(|| {
            Error::IssuerUnavailable("the keys at AUTH_JWKS_URL cannot be fetched".to_owned())
        })?;
        Ok(known.matching(kid, algorithm))
    }

    /// Whether the set that was fetched last has a key of that name.
    pub fn knows(&self, kid: &str) -> bool {
        self.known().is_some_and(|known| known.keys.iter().any(|key| key.is_named(Some(kid))))
    }

    /// What the key of that name can do, for the log, if the set that was
    /// fetched last has it.
    pub fn algorithms_of(&self, kid: &str) -> Option<String> {
        let known = self.known()?;
        let mut named = known.keys.iter().filter(|key| key.is_named(Some(kid)));
        named.next().map(|key| key.algorithms())
    }

    /// The names of the keys that were fetched last, for the log.
    pub fn names(&self) -> Vec<String> {
        let names = |known: Known| known.keys.iter().filter_map(|key| key.name()).collect();
        self.known().map(names).unwrap_or_default()
    }

    /// Fetches the set, unless somebody else did since `before`, or tried to a
    /// moment ago.
    async fn look(self: Arc<Self>, now: Timestamp, before: Option<Known>) {
        let mut last_look = self.last_look.lock().await;
        let fetched_at = |known: &Option<Known>| known.as_ref().map(|known| known.fetched_at);
        if fetched_at(&self.known()) != fetched_at(&before) {
            return;
        }
        let pause = if before.is_some() { PAUSE_SECONDS } else { PAUSE_WITHOUT_KEYS_SECONDS };
        if last_look.is_some_and(|last| (0..pause).contains(&now.seconds_since(last))) {
            return;
        }
        *last_look = Some(now);
        match fetch::key_set(&self.url).await {
            Ok(keys) => {
                tracing::debug!(keys = keys.len(), "the keys of the external issuer were fetched");
                let keys = keys.into_iter().map(Arc::new).collect();
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Some(Known { keys, fetched_at: now });
            }
            Err(error) => {
                tracing::warn!(%error, "the keys of the external issuer cannot be fetched");
            }
        }
    }

    fn known(&self) -> Option<Known> {
        // A panic elsewhere cannot leave the set half written: it is replaced
        // as a whole.
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Known {
    fn matching(&self, kid: Option<&str>, algorithm: Algorithm) -> Vec<Arc<Key>> {
        let fits = |key: &&Arc<Key>| key.can_do(algorithm) && key.is_named(kid);
        self.keys.iter().filter(fits).cloned().collect()
    }
}
