//! One of our own keys, as a row of the database and ready to be used.
//!
//! A key whose seal does not open was made under another secret. It is no
//! longer ours: it neither signs nor verifies nor is it shown, because who
//! learned the old secret may know its private half.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rondo_domain::{Secret, Timestamp};
use rondo_store::SigningKey;
use serde::Serialize;
use serde_json::{Value, json};

use super::pair::{self, Pair, PublicKey};
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
        algorithm: pair::name(algorithm).to_owned(),
        generation,
        id: identifier(random),
        public_key: public,
        sealed_private_key: Vec::new(),
        created_at: now,
        expires_at: now.plus_seconds(SIGNS_SECONDS),
    };
    let (place, private) = (place(&row), private.expose());
    row.sealed_private_key = app.inner().keyring.seal(Seal::SigningKey, &place, private, random);
    row
}

/// What the seal of a private key holds together: the whole row but its times.
fn place(row: &SigningKey) -> Vec<u8> {
    let SigningKey { algorithm, generation, id, public_key, .. } = row;
    format!("{algorithm} {generation} {id} {public_key}").into_bytes()
}

impl OwnKey {
    /// Opens a row; `None` for what is not ours, or not ours any more.
    pub fn open(keyring: &Keyring, row: &SigningKey) -> Option<Self> {
        let algorithm = pair::named(&row.algorithm)?;
        let private = keyring.open(Seal::SigningKey, &place(row), &row.sealed_private_key)?;
        let private = Secret::new(private);
        let pair = Pair::read(algorithm, private.expose())?;
        let public: PublicKey = serde_json::from_str(&row.public_key).ok()?;
        Some(Self {
            id: row.id.clone(),
            algorithm,
            expires_at: row.expires_at,
            verifying: Key::parse(entry(algorithm, &public, &row.id))?,
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
    pub fn entry(&self) -> Value {
        entry(self.algorithm, &self.public, &self.id)
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
        pair::name(self.algorithm)
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

fn entry(algorithm: JwtAlgorithm, public: &PublicKey, id: &str) -> Value {
    let mut entry = json!(public);
    entry["alg"] = pair::name(algorithm).into();
    entry["kid"] = id.into();
    entry
}
