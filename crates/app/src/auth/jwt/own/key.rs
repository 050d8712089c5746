//! One of our own keys, as a row of the database and ready to be used.
//!
//! A key whose seal does not open was made under another secret. It is no
//! longer ours: it neither signs nor verifies nor is it shown, because who
//! learned the old secret may know its private half.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rondo_domain::{Secret, Timestamp};
use rondo_store::SigningKey;
use serde::Serialize;
use serde_json::json;

use super::pair::{Pair, PublicKey};
use crate::{
    App,
    auth::{
        jwt::remote::Key,
        keyring::{Keyring, Seal},
    },
    machine::identifier,
    settings::JwtAlgorithm,
};

/// How long a key signs: 90 days.
pub(super) const SIGNS_SECONDS: i64 = 90 * 86_400;
/// How long after that it is still shown and believed: 30 days. Its tokens are
/// over much sooner; verifiers elsewhere may look seldom.
pub(super) const GRACE_SECONDS: i64 = 30 * 86_400;

/// A key whose private half we have.
pub(crate) struct OwnKey {
    id: String,
    algorithm: JwtAlgorithm,
    expires_at: Timestamp,
    public: PublicKey,
    pair: Pair,
    /// The same public half, as the keys of others are read.
    verifying: Key,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    kid: &'a str,
}

/// Makes the next key of the configured algorithm, as a row.
pub(super) fn make(app: &App, generation: i64) -> SigningKey {
    let (random, now) = (&*app.inner().random, app.now());
    let algorithm = app.settings().jwt_algorithm;
    let private = Pair::generate(algorithm, random);
    let pair = Pair::read(algorithm, private.expose()).expect("what was just made can be read");
    let public = serde_json::to_string(&pair.public()).expect("texts are written as JSON");
    let mut row = SigningKey {
        algorithm: algorithm.as_str().to_owned(),
        generation,
        id: identifier(random),
        public_key: public,
        sealed_private_key: Vec::new(),
        created_at: now,
        expires_at: now.plus_seconds(SIGNS_SECONDS),
    };
    let number = generation.to_string();
    let (keyring, private) = (&app.inner().keyring, private.expose());
    row.sealed_private_key = keyring.seal(Seal::SigningKey, &place(&row, &number), private, random);
    row
}

/// What the seal of a private key holds together: the whole row but its times.
fn place<'a>(row: &'a SigningKey, generation: &'a str) -> [&'a str; 4] {
    [&row.algorithm, generation, &row.id, &row.public_key]
}

impl OwnKey {
    /// Opens a row; `None` for what is not ours, or not ours any more.
    pub fn open(keyring: &Keyring, row: &SigningKey) -> Option<Self> {
        let algorithm = JwtAlgorithm::parse(&row.algorithm)?;
        let generation = row.generation.to_string();
        let place = place(row, &generation);
        let private = keyring.open(Seal::SigningKey, &place, &row.sealed_private_key)?;
        let private = Secret::new(private);
        let pair = Pair::read(algorithm, private.expose())?;
        let public: PublicKey = serde_json::from_str(&row.public_key).ok()?;
        Some(Self {
            id: row.id.clone(),
            algorithm,
            expires_at: row.expires_at,
            verifying: Key::parse(json!(KeyEntry::new(algorithm, &public, &row.id)))?,
            public,
            pair,
        })
    }

    /// Whether new tokens are signed with it.
    pub fn signs(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// Whether its tokens are believed, and it is shown.
    pub fn is_listed(&self, now: Timestamp) -> bool {
        now < self.expires_at.plus_seconds(GRACE_SECONDS)
    }

    /// Its entry in the key set: what is public of it and nothing else.
    pub fn entry(&self) -> KeyEntry {
        KeyEntry::new(self.algorithm, &self.public, &self.id)
    }

    /// What verifies its tokens.
    pub const fn verifying(&self) -> &Key {
        &self.verifying
    }

    /// Its name, the `kid` of its tokens.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it signs with.
    pub const fn algorithm(&self) -> JwtAlgorithm {
        self.algorithm
    }

    /// The name of its algorithm.
    pub const fn algorithm_name(&self) -> &'static str {
        self.algorithm.as_str()
    }

    /// Makes a token of these claims.
    pub fn sign(&self, claims: &impl Serialize) -> Result<Secret<String>, serde_json::Error> {
        let header = Header { alg: self.algorithm_name(), kid: &self.id };
        let encode = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
        let header = encode(serde_json::to_vec(&header)?);
        let signed = format!("{header}.{}", encode(serde_json::to_vec(claims)?));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()));
        Ok(Secret::new(format!("{signed}.{signature}")))
    }
}

/// A public key as others read it (RFC 7517). Written in the order in which
/// Better Auth writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct KeyEntry {
    alg: &'static str,
    crv: String,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    kty: String,
    kid: String,
}

impl KeyEntry {
    fn new(algorithm: JwtAlgorithm, public: &PublicKey, id: &str) -> Self {
        let PublicKey { kty, crv, x, y } = public.clone();
        Self { alg: algorithm.as_str(), crv, x, y, kty, kid: id.to_owned() }
    }
}
