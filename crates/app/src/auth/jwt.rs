//! JSON Web Tokens: which ones we believe, and how ours are made.
//!
//! The header only ever *names* an algorithm and a key. Whether that algorithm
//! is used is up to the configured key (RFC 8725 §3.1), and what else a header
//! may carry (`jwk`, `jku`, `x5u`) is not even read.

use std::{borrow::Cow, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rondo_domain::{Email, Secret, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{claims::Claims, keys::RemoteKeys, provider};
use crate::{
    error::{Error, Why},
    settings::{ExternalIssuer, Settings},
};

/// The longest token we look at, in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// Signs our tokens and verifies everybody's.
pub(crate) struct Jwts {
    verifying: DecodingKey,
    signing: EncodingKey,
    remote: Option<Arc<RemoteKeys>>,
    external: ExternalIssuer,
}

/// What a token that is genuine and in time says.
#[derive(Debug)]
pub(crate) struct Verified {
    /// Who it is about.
    pub user_id: UserId,
    /// Our login session; `None` for a token that somebody else made.
    pub session_id: Option<SessionId>,
    /// From when on it is refused, leeway included.
    pub dead_at: Timestamp,
}

/// What our own access tokens say.
#[derive(Serialize)]
struct AccessClaims<'a> {
    sub: &'a str,
    email: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    sid: &'a str,
}

/// The parts of a header that are looked at.
#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    kid: Option<Value>,
    crit: Option<Value>,
}

/// A token taken apart: `signed.signature`, where `signed` is
/// `header.payload`.
struct Parts<'a> {
    header: &'a str,
    payload: &'a str,
    signed: &'a str,
    signature: &'a str,
}

impl Jwts {
    /// The tokens that these settings accept. Touches no network.
    pub fn new(settings: &Settings) -> Self {
        provider::install();
        let secret = settings.secret.expose().as_bytes();
        let external = settings.external.clone();
        Self {
            verifying: DecodingKey::from_secret(secret),
            signing: EncodingKey::from_secret(secret),
            remote: external.jwks_url.clone().map(|url| Arc::new(RemoteKeys::new(url))),
            external,
        }
    }

    /// Makes an access token for a login session.
    ///
    /// # Errors
    /// [`Error::Internal`], which cannot happen with text and numbers.
    pub fn sign(
        &self,
        (user, email): (&UserId, &Email),
        session: &SessionId,
        (issued, expires): (Timestamp, Timestamp),
        jti: &str,
    ) -> Result<Secret<String>, Error> {
        let claims = AccessClaims {
            sub: user.as_str(),
            email: email.as_str(),
            iat: issued.as_seconds(),
            exp: expires.as_seconds(),
            jti,
            sid: session.as_str(),
        };
        let header = jsonwebtoken::Header::new(Algorithm::HS256);
        let token = jsonwebtoken::encode(&header, &claims, &self.signing);
        token.map(Secret::new).map_err(|error| Error::Internal(Box::new(error)))
    }

    /// Believes a token or says why not. Says nothing about whether it was
    /// revoked.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], or [`Error::Unavailable`] when the keys of
    /// the external issuer cannot be had.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Verified, Error> {
        let parts = split(token).ok_or(Why::InvalidToken)?;
        let header = decode(parts.header)?;
        let header: Header<'_> = serde_json::from_slice(&header).map_err(|_| Why::InvalidToken)?;
        if header.crit.is_some() {
            // It says that we must understand something; we understand nothing
            // of the kind (RFC 7515 §4.1.11).
            return Err(Why::InvalidToken.into());
        }
        if header.alg == "HS256" {
            return Ok(self.verify_shared(&parts, now)?);
        }
        let Some(remote) = &self.remote else {
            return Err(Why::InvalidToken.into());
        };
        let algorithm = asymmetric(&header.alg).ok_or(Why::InvalidToken)?;
        let kid = match &header.kid {
            None => None,
            Some(Value::String(kid)) => Some(kid.as_str()),
            Some(_) => return Err(Why::InvalidToken.into()),
        };
        let keys = remote.find(kid, algorithm, now).await?;
        if !keys.iter().any(|key| parts.is_signed_by(key.decoding(), algorithm)) {
            return Err(Why::InvalidToken.into());
        }
        Ok(self.believe_external(&parts, now)?)
    }

    fn verify_shared(&self, parts: &Parts<'_>, now: Timestamp) -> Result<Verified, Why> {
        if !parts.is_signed_by(&self.verifying, Algorithm::HS256) {
            return Err(Why::InvalidToken);
        }
        let claims: Claims = parts.payload()?;
        if claims.is_for_email_verification() {
            return Err(Why::InvalidToken);
        }
        claims.check_times(now)?;
        Ok(Verified {
            user_id: claims.user_id()?,
            session_id: claims.session_id()?,
            dead_at: claims.dead_at(),
        })
    }

    fn believe_external(&self, parts: &Parts<'_>, now: Timestamp) -> Result<Verified, Why> {
        let claims: Claims = parts.payload()?;
        let ExternalIssuer { issuer, audience, .. } = &self.external;
        claims.check_origin(issuer.as_deref(), audience.as_deref())?;
        claims.check_times(now)?;
        Ok(Verified {
            user_id: claims.user_id()?,
            // Its `sid`, if any, is a session of the issuer, not one of ours.
            session_id: None,
            dead_at: claims.dead_at(),
        })
    }
}

impl Parts<'_> {
    fn is_signed_by(&self, key: &DecodingKey, algorithm: Algorithm) -> bool {
        let signed = self.signed.as_bytes();
        jsonwebtoken::crypto::verify(self.signature, signed, key, algorithm).unwrap_or(false)
    }

    fn payload<T: DeserializeOwned>(&self) -> Result<T, Why> {
        serde_json::from_slice(&decode(self.payload)?).map_err(|_| Why::InvalidToken)
    }
}

/// Exactly three parts: five are an encrypted token, none a JSON-serialized
/// one, and neither is for us.
fn split(token: &str) -> Option<Parts<'_>> {
    if token.len() > MAX_BYTES {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let has_three = !payload.contains('.');
    has_three.then_some(Parts { header, payload, signed, signature })
}

fn decode(part: &str) -> Result<Vec<u8>, Why> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Why::InvalidToken)
}

/// The asymmetric algorithm of that name. RFC 9864 calls `EdDSA` with this
/// curve `Ed25519`; both names are in use.
fn asymmetric(name: &str) -> Option<Algorithm> {
    match name {
        "EdDSA" | "Ed25519" => Some(Algorithm::EdDSA),
        "ES256" => Some(Algorithm::ES256),
        "RS256" => Some(Algorithm::RS256),
        "PS256" => Some(Algorithm::PS256),
        _ => None,
    }
}
