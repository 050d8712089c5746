//! One pair of keys of our own: made, kept, and used to sign.
//!
//! The private half leaves this file only as bytes that the caller seals at
//! once. An Ed25519 key is 32 random bytes, so it comes from the application's
//! own chance; `ring` makes keys on P-256, and signs with them, only with the
//! machine's.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use rondo_domain::Secret;
use serde::{Deserialize, Serialize};

use crate::{
    machine::{Random, ring_random},
    settings::JwtAlgorithm,
};

/// A private key and its public half.
pub(super) enum Pair {
    Ed(Ed25519KeyPair),
    Ec(Box<EcdsaKeyPair>),
}

/// A public key (RFC 7517), and nothing but what is public of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PublicKey {
    pub kty: String,
    pub crv: String,
    pub x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
}

impl Pair {
    /// Makes the private half of a new pair.
    pub fn generate(algorithm: JwtAlgorithm, random: &dyn Random) -> Secret<Vec<u8>> {
        match algorithm {
            JwtAlgorithm::EdDsa => {
                let mut seed = vec![0; 32];
                random.fill(&mut seed);
                Secret::new(seed)
            }
            JwtAlgorithm::Es256 => {
                let scheme = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let document = EcdsaKeyPair::generate_pkcs8(scheme, &ring_random())
                    .expect("the operating system's generator does not fail once it is seeded");
                Secret::new(document.as_ref().to_vec())
            }
        }
    }

    /// Reads what [`Self::generate`] made.
    pub fn read(algorithm: JwtAlgorithm, private: &[u8]) -> Option<Self> {
        match algorithm {
            JwtAlgorithm::EdDsa => {
                // There is no public half in it to check it against; that of
                // the row is bound to it by the seal.
                Some(Self::Ed(Ed25519KeyPair::from_seed_unchecked(private).ok()?))
            }
            JwtAlgorithm::Es256 => {
                let scheme = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let pair = EcdsaKeyPair::from_pkcs8(scheme, private, &ring_random()).ok()?;
                Some(Self::Ec(Box::new(pair)))
            }
        }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let of = |kty: &str, crv: &str, x: &[u8], y: Option<&[u8]>| PublicKey {
            kty: kty.to_owned(),
            crv: crv.to_owned(),
            x: encode(x),
            y: y.map(encode),
        };
        match self {
            Self::Ed(pair) => of("OKP", "Ed25519", pair.public_key().as_ref(), None),
            Self::Ec(pair) => {
                // SEC 1, uncompressed: a mark, then x and y of 32 bytes each.
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                of("EC", "P-256", x, Some(y))
            }
        }
    }

    /// Signs a message as tokens are signed (RFC 7515).
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Ec(pair) => pair
                .sign(&ring_random(), message)
                .expect("the operating system's generator does not fail once it is seeded")
                .as_ref()
                .to_vec(),
        }
    }
}
