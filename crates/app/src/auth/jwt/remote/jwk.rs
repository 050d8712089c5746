//! One public key of a key set (RFC 7517), and what it may be used for.
//!
//! The key decides on the algorithm, not the token: a key that says `ES256`
//! never verifies anything else. Symmetric keys are not read at all, or a
//! published `oct` entry would let its readers sign tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// The shortest RSA modulus that is believed, in bytes: 2048 bits.
const MIN_RSA_BYTES: usize = 256;

/// A public key that we can use.
#[derive(Debug)]
pub(crate) struct Key {
    kid: Option<String>,
    algorithms: &'static [Algorithm],
    decoding: DecodingKey,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Key {
    /// Reads one entry of a key set; `None` for what we cannot or must not
    /// use. An entry that we do not understand is no reason to refuse the
    /// others.
    pub fn parse(entry: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(entry).ok()?;
        if jwk.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let (algorithms, decoding) = match jwk.kty.as_str() {
            "OKP" => jwk.ed25519()?,
            "EC" => jwk.p256()?,
            "RSA" => jwk.rsa()?,
            _ => return None,
        };
        Some(Self { kid: jwk.kid, algorithms, decoding })
    }

    /// Whether the key is for this algorithm.
    pub fn can_do(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    /// The algorithms that the key is for, in words.
    pub fn algorithms(&self) -> String {
        let names: Vec<_> = self.algorithms.iter().map(|one| format!("{one:?}")).collect();
        names.join(" or ")
    }

    /// Whether a token that names this key, or none, may mean it.
    pub fn is_named(&self, kid: Option<&str>) -> bool {
        kid.is_none_or(|kid| self.kid.as_deref() == Some(kid))
    }

    /// What the key is called, if anything.
    pub fn name(&self) -> Option<String> {
        self.kid.clone()
    }

    /// The key itself.
    pub const fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

impl Jwk {
    fn ed25519(&self) -> Option<(&'static [Algorithm], DecodingKey)> {
        let is_it = self.crv.as_deref() == Some("Ed25519") && self.says(&["EdDSA", "Ed25519"]);
        let key = DecodingKey::from_ed_components(self.x.as_deref()?).ok()?;
        is_it.then_some((&[Algorithm::EdDSA], key))
    }

    fn p256(&self) -> Option<(&'static [Algorithm], DecodingKey)> {
        let is_it = self.crv.as_deref() == Some("P-256") && self.says(&["ES256"]);
        let (x, y) = (self.x.as_deref()?, self.y.as_deref()?);
        let key = DecodingKey::from_ec_components(x, y).ok()?;
        is_it.then_some((&[Algorithm::ES256], key))
    }

    fn rsa(&self) -> Option<(&'static [Algorithm], DecodingKey)> {
        let algorithms: &[Algorithm] = match self.alg.as_deref() {
            Some("RS256") => &[Algorithm::RS256],
            Some("PS256") => &[Algorithm::PS256],
            None => &[Algorithm::RS256, Algorithm::PS256],
            Some(_) => return None,
        };
        let number = |text: &Option<String>| {
            let bytes = URL_SAFE_NO_PAD.decode(text.as_deref()?).ok()?;
            // Some issuers pad with zeros, which ring takes for a forgery.
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            Some(bytes[zeros..].to_vec())
        };
        let (n, e) = (number(&self.n)?, number(&self.e)?);
        let is_long_enough = n.len() >= MIN_RSA_BYTES;
        is_long_enough.then(|| (algorithms, DecodingKey::from_rsa_raw_components(&n, &e)))
    }

    /// Whether `alg` is one of these names, or absent.
    fn says(&self, names: &[&str]) -> bool {
        self.alg.as_deref().is_none_or(|alg| names.contains(&alg))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn algorithms(entry: Value) -> Option<&'static [Algorithm]> {
        Key::parse(entry).map(|key| key.algorithms)
    }

    fn rsa(bytes: usize, alg: Option<&str>) -> Value {
        let n = URL_SAFE_NO_PAD.encode([vec![0], vec![0xff; bytes]].concat());
        json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": alg})
    }

    #[test]
    fn the_key_decides_on_the_algorithm() {
        let x = URL_SAFE_NO_PAD.encode([7; 32]);
        let ed = |alg: Value| json!({"kty": "OKP", "crv": "Ed25519", "x": x, "alg": alg});
        for alg in [json!(null), json!("EdDSA"), json!("Ed25519")] {
            assert_eq!(algorithms(ed(alg)), Some([Algorithm::EdDSA].as_slice()));
        }
        assert_eq!(algorithms(ed(json!("HS256"))), None);
        let ec = json!({"kty": "EC", "crv": "P-256", "x": x, "y": x});
        assert_eq!(algorithms(ec), Some([Algorithm::ES256].as_slice()));
        assert_eq!(algorithms(rsa(256, Some("PS256"))), Some([Algorithm::PS256].as_slice()));
        let either = [Algorithm::RS256, Algorithm::PS256];
        assert_eq!(algorithms(rsa(256, None)), Some(either.as_slice()));
    }

    #[test]
    fn what_must_not_be_used_is_left_out() {
        let x = URL_SAFE_NO_PAD.encode([7; 32]);
        for entry in [
            json!({"kty": "oct", "k": x, "alg": "HS256"}),
            json!({"kty": "OKP", "crv": "X25519", "x": x}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": x, "use": "enc"}),
            json!({"kty": "OKP", "crv": "Ed25519"}),
            json!({"kty": "EC", "crv": "P-521", "x": x, "y": x, "alg": "ES512"}),
            json!({"kty": "EC", "crv": "P-256", "x": x, "y": x, "alg": "RS256"}),
            rsa(128, None),
            rsa(256, Some("RS512")),
            json!({"kty": 5}),
            json!("key"),
            json!(null),
        ] {
            assert!(Key::parse(entry.clone()).is_none(), "{entry}");
        }
    }
}
