//! Our own key set: it signs the tokens that other servers verify, and that
//! our API takes too.
//!
//! A key is made when the first token needs one, and a new one when the newest
//! has signed for 90 days. Replicas agree on it in the database: of two that
//! make the same generation one succeeds, and the other takes that one. Tokens
//! decide when to look there again, and anybody can make up tokens, so looks
//! are rationed.

mod key;
mod mint;
mod pair;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use rondo_domain::Timestamp;
use rondo_store::{Constraint, SigningKey, StoreError, Txn};
use serde::Serialize;
use tokio::sync::Mutex;

use super::remote::ListedKey;
use crate::{
    App,
    error::Error,
    machine::{IDENTIFIER_LENGTH, is_identifier},
    settings::JwtAlgorithm,
};

use key::KeyEntry;
pub(crate) use key::OwnKey;
pub(crate) use mint::mint;

/// How long after a look the database is not asked again.
const PAUSE_SECONDS: i64 = 1;
/// Longer than any request waits: a look that ended after a request came, but
/// by no more than this, is shared with it. More means that the clock went
/// back.
const WAIT_SECONDS: i64 = 30;
/// After this time keys that are known are read again: one that the operator
/// has removed must stop working some day.
const MAX_AGE_SECONDS: i64 = 600;
/// How often making a key is tried: others may be making one too, some of them
/// with another secret while it is being changed.
const ATTEMPTS: usize = 4;

/// The keys that are ours, as the database showed them last.
pub(crate) struct OwnKeys {
    known: RwLock<Option<Arc<Known>>>,
    /// Held while looking: the others wait for the one look, and share it.
    last_look: Mutex<Option<Look>>,
}

struct Known {
    /// Of each algorithm the newest first.
    keys: Vec<Arc<OwnKey>>,
    /// What all rows say, those included that are not ours any more.
    generations: Vec<(String, i64)>,
    read_at: Timestamp,
}

struct Look {
    ended_at: Timestamp,
    has_failed: bool,
}

impl OwnKeys {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self { known: RwLock::default(), last_look: Mutex::default() }
    }

    /// The key of that name, if it is one of ours and we know it already.
    pub fn remembered(&self, kid: &str, now: Timestamp) -> Option<Arc<OwnKey>> {
        self.known()?.find(kid, now)
    }

    /// The key of that name; `None` when it is not one of ours.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it takes the database to know.
    pub async fn find(
        &self,
        app: &App,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<OwnKey>>, Error> {
        let remembered = self.remembered(kid, now);
        let is_recent = self.known().is_some_and(|known| known.is_recent(now));
        let may_be_ours = is_identifier(kid, IDENTIFIER_LENGTH);
        if !may_be_ours || (remembered.is_some() && is_recent) {
            return Ok(remembered);
        }
        match self.look(app, now).await {
            Ok(()) => Ok(self.remembered(kid, now)),
            // What we know is good enough while nothing newer can be had.
            Err(_) if remembered.is_some() => Ok(remembered),
            Err(error) => Err(error),
        }
    }

    /// The names of all keys that are known, for the log.
    pub fn names(&self) -> Vec<String> {
        let name = |key: &Arc<OwnKey>| key.id().to_owned();
        self.known().map(|known| known.keys.iter().map(name).collect()).unwrap_or_default()
    }

    /// The key that signs now; it is made if there is none.
    async fn signing(&self, app: &App) -> Result<Arc<OwnKey>, Error> {
        let (now, algorithm) = (app.now(), app.settings().jwt_algorithm);
        let recent = || {
            let known = self.known().filter(|known| known.is_recent(now))?;
            known.signing(algorithm, now)
        };
        if let Some(key) = recent() {
            return Ok(key);
        }
        let mut last_look = self.last_look.lock().await;
        // Somebody else may have made it while this one waited.
        if let Some(key) = recent() {
            return Ok(key);
        }
        for _ in 0..ATTEMPTS {
            let known = match self.read(app, now, &mut last_look).await {
                Ok(known) => known,
                Err(error) => {
                    let known = self.known().and_then(|known| known.signing(algorithm, now));
                    return known.ok_or(error);
                }
            };
            if let Some(key) = known.signing(algorithm, now) {
                return Ok(key);
            }
            insert(app, key::make(app, known.last_generation(algorithm) + 1)).await?;
        }
        Err(Error::Unavailable("too many servers make a signing key at once".to_owned()))
    }

    /// Reads the keys, unless somebody did so a moment ago.
    async fn look(&self, app: &App, now: Timestamp) -> Result<(), Error> {
        let mut last_look = self.last_look.lock().await;
        let shared = last_look.as_ref().filter(|look| {
            (-WAIT_SECONDS..PAUSE_SECONDS).contains(&now.seconds_since(look.ended_at))
        });
        match shared {
            None => self.read(app, now, &mut last_look).await.map(|_| ()),
            Some(look) if look.has_failed => {
                Err(Error::Unavailable("our own keys cannot be read".to_owned()))
            }
            Some(_) => Ok(()),
        }
    }

    async fn read(
        &self,
        app: &App,
        now: Timestamp,
        last_look: &mut Option<Look>,
    ) -> Result<Arc<Known>, Error> {
        // All of them, over or not: the next generation is counted from them.
        let body = |txn: Txn| async move { txn.list_signing_keys().await };
        let rows: Result<Vec<SigningKey>, StoreError> = app.store().read(body).await;
        *last_look = Some(Look { ended_at: app.now(), has_failed: rows.is_err() });
        let known = Arc::new(Known::of(app, &rows?, now));
        let mut slot = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_none_or(|before| before.generations != known.generations) {
            known.tell();
        }
        *slot = Some(Arc::clone(&known));
        Ok(known)
    }

    fn known(&self) -> Option<Arc<Known>> {
        // A panic elsewhere cannot leave the set half written: it is replaced
        // as a whole.
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Known {
    fn of(app: &App, rows: &[SigningKey], now: Timestamp) -> Self {
        let open = |row| OwnKey::open(&app.inner().keyring, row).map(Arc::new);
        Self {
            keys: rows.iter().filter_map(open).collect(),
            generations: rows.iter().map(|row| (row.algorithm.clone(), row.generation)).collect(),
            read_at: now,
        }
    }

    /// Says what was read when it is not what was read before.
    fn tell(&self) {
        let lost = self.generations.len() - self.keys.len();
        if lost > 0 {
            tracing::warn!(keys = lost, "signing keys of another secret are not used any more");
        }
    }

    /// False also for a set that was read in the future: the clock went back.
    fn is_recent(&self, now: Timestamp) -> bool {
        (0..MAX_AGE_SECONDS).contains(&now.seconds_since(self.read_at))
    }

    fn find(&self, kid: &str, now: Timestamp) -> Option<Arc<OwnKey>> {
        self.keys.iter().find(|key| key.id() == kid && key.is_listed(now)).cloned()
    }

    fn signing(&self, algorithm: JwtAlgorithm, now: Timestamp) -> Option<Arc<OwnKey>> {
        self.keys.iter().find(|key| key.algorithm() == algorithm && key.signs(now)).cloned()
    }

    fn last_generation(&self, algorithm: JwtAlgorithm) -> i64 {
        let of_it = self
            .generations
            .iter()
            .filter(|(other, _)| JwtAlgorithm::parse(other) == Some(algorithm));
        of_it.map(|(_, generation)| *generation).max().unwrap_or_default()
    }
}

/// Stores a key, unless another server was faster. Those that are not believed
/// any more make room: no private key stays for ever.
async fn insert(app: &App, row: SigningKey) -> Result<(), Error> {
    let (algorithm, generation) = (row.algorithm.clone(), row.generation);
    let over_at = row.created_at.plus_seconds(-key::GRACE_SECONDS);
    let body = move |txn: Txn| async move {
        txn.insert_signing_key(&row).await?;
        txn.delete_signing_keys(over_at).await?;
        Ok(())
    };
    match app.store().write(body).await {
        Ok(()) => {
            tracing::info!(algorithm, generation, "a signing key was made");
            Ok(())
        }
        Err(StoreError::Conflict(Constraint::Key)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The public half of our keys (RFC 7517), newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeySet {
    keys: Vec<KeyEntry>,
}

/// The key set, for those who verify our tokens.
///
/// # Errors
/// [`Error::Unavailable`] when no key is known and none can be had.
pub(crate) async fn published(app: &App) -> Result<KeySet, Error> {
    let (own, now) = (&app.inner().own_keys, app.now());
    own.signing(app).await?;
    // Another server may have made one that its tokens name already. Without a
    // database the keys that are known are shown.
    let _ = own.look(app, now).await;
    let keys = own.known().map(|known| known.keys.clone()).unwrap_or_default();
    let listed = keys.iter().filter(|key| key.is_listed(now));
    Ok(KeySet { keys: listed.map(|key| key.entry()).collect() })
}

/// Our own key set as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnKeySet {
    /// The keys that sign, and those whose tokens are still believed.
    pub keys: Vec<ListedKey>,
    /// How many keys were made under another secret: they are not used any
    /// more.
    pub lost: usize,
}

/// What there is of our own keys, for whoever sets a server up. Unlike
/// `published` it makes none.
///
/// # Errors
/// [`Error::Unavailable`] without a database.
pub async fn own_keys(app: &App) -> Result<OwnKeySet, Error> {
    let (own, now) = (&app.inner().own_keys, app.now());
    own.look(app, now).await?;
    let Some(known) = own.known() else {
        return Ok(OwnKeySet { keys: Vec::new(), lost: 0 });
    };
    let listed = known.keys.iter().filter(|key| key.is_listed(now));
    let keys = listed.map(|key| ListedKey {
        kid: Some(key.id().to_owned()),
        kind: key.algorithm_name().to_owned(),
        is_usable: true,
        is_private: false,
    });
    Ok(OwnKeySet { keys: keys.collect(), lost: known.generations.len() - known.keys.len() })
}
