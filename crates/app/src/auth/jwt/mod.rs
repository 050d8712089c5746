//! JSON Web Tokens: which ones we believe, and how ours are made.
//!
//! The header only ever *names* an algorithm and a key. Whether that algorithm
//! is used is up to the configured key (RFC 8725 §3.1), and what else a header
//! may carry (`jwk`, `jku`, `x5u`) is not even read.

mod claims;
pub(crate) mod own;
mod provider;
mod refused;
mod remote;

use std::{borrow::Cow, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use rondo_domain::{Email, Secret, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::{claims::Claims, own::OwnKey, refused::Refused, remote::RemoteKeys};
use crate::{
    App,
    error::{Error, Why},
    settings::{ExternalIssuer, Settings},
};

pub(crate) use claims::LEEWAY_SECONDS;
pub use own::{KeySet, OwnKeySet, own_keys};
pub use remote::{ListedKey, external_keys};

/// The algorithm of tokens that were signed with the shared secret.
const SHARED: &str = "HS256";
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
    /// [`Error::Unauthenticated`], [`Error::Unavailable`] when our own keys
    /// cannot be had, or [`Error::IssuerUnavailable`] when those of the
    /// external issuer cannot.
    pub async fn verify(&self, app: &App, token: &str, now: Timestamp) -> Result<Verified, Error> {
        let unknown_form = || Refused::form().log();
        let parts = split(token).ok_or_else(unknown_form)?;
        let header = decode(parts.header).map_err(|_| unknown_form())?;
        let header: Header<'_> = serde_json::from_slice(&header).map_err(|_| unknown_form())?;
        if header.crit.is_some() {
            // It says that we must understand something; we understand nothing
            // of the kind (RFC 7515 §4.1.11).
            return Err(Why::InvalidToken.into());
        }
        if header.alg == SHARED {
            if let Some(key) =
                header.kid().and_then(|kid| app.inner().own_keys.remembered(kid, now))
            {
                let expected = key.algorithm_name();
                return Err(Refused::algorithm_of_key(expected, SHARED).log().into());
            }
            return Ok(self.verify_shared(&parts, now)?);
        }
        let Some(algorithm) = asymmetric(&header.alg) else {
            return Err(self.misfit(app, &header, now).log().into());
        };
        if header.kid.as_ref().is_some_and(|kid| !kid.is_string()) {
            return Err(Why::InvalidToken.into());
        }
        if let Some(key) = self.find_own(app, header.kid(), now).await? {
            let origin = &app.settings().public_origin;
            return Ok(believe_own(&parts, (&key, &header.alg), (origin, now))?);
        }
        self.verify_external(app, (&parts, &header, algorithm), now).await
    }

    fn verify_shared(&self, parts: &Parts<'_>, now: Timestamp) -> Result<Verified, Why> {
        if !parts.is_signed_by(&self.verifying, Algorithm::HS256) {
            return Err(Refused::signature("the shared secret").log());
        }
        let claims: Claims = parts.claims()?;
        claims.check_times(now)?;
        Ok(Verified {
            user_id: claims.user_id()?,
            session_id: claims.session_id()?,
            dead_at: claims.dead_at(),
        })
    }

    /// What one of Better Auth's e-mail verification tokens says, if the shared
    /// secret signed it. Its times are the caller's to look at.
    ///
    /// Nothing may be done because of it: whoever signs with that secret, a
    /// front end for one, may have been told what to sign. Ours are signed with
    /// a key that nobody else has.
    pub fn mail_claims(&self, token: &str) -> Option<Value> {
        let parts = split(token)?;
        let header = decode(parts.header).ok()?;
        let header: Header<'_> = serde_json::from_slice(&header).ok()?;
        let is_known = header.alg == SHARED && header.crit.is_none();
        if !is_known || !parts.is_signed_by(&self.verifying, Algorithm::HS256) {
            return None;
        }
        let payload = decode(parts.payload).ok()?;
        let claims: Claims = serde_json::from_slice(&payload).ok()?;
        if !claims.is_for_email_verification() {
            return None;
        }
        serde_json::from_slice(&payload).ok()
    }

    /// The key of our own that a token names. The external issuer's keys come
    /// first where they are known: its tokens must not make us look for a key
    /// that is not there.
    async fn find_own(
        &self,
        app: &App,
        kid: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Arc<OwnKey>>, Error> {
        let own = &app.inner().own_keys;
        let Some(kid) = kid else {
            // All of ours have a name, and tokens of ours say it.
            return Ok(None);
        };
        if self.remote.as_ref().is_some_and(|remote| remote.knows(kid)) {
            return Ok(own.remembered(kid, now));
        }
        own.find(app, kid, now).await
    }

    /// An algorithm that the named key does not have, as far as keys are known;
    /// or that none can have.
    fn misfit(&self, app: &App, header: &Header<'_>, now: Timestamp) -> Refused {
        let own = |kid: &str| app.inner().own_keys.remembered(kid, now);
        let of_own = |kid: &str| own(kid).map(|key| key.algorithm_name().to_owned());
        let of_remote = |kid: &str| self.remote.as_ref()?.algorithms_of(kid);
        match header.kid().and_then(|kid| of_own(kid).or_else(|| of_remote(kid))) {
            Some(expected) => Refused::algorithm_of_key(&expected, &header.alg),
            None => Refused::algorithm(&header.alg),
        }
    }

    async fn verify_external(
        &self,
        app: &App,
        (parts, header, algorithm): (&Parts<'_>, &Header<'_>, Algorithm),
        now: Timestamp,
    ) -> Result<Verified, Error> {
        let kid = header.kid();
        let unknown = |others: Vec<String>| {
            let names = [app.inner().own_keys.names(), others].concat();
            Refused::key(&names, kid).log()
        };
        let Some(remote) = &self.remote else {
            return Err(unknown(Vec::new()).into());
        };
        let keys = remote.find(kid, algorithm, now).await?;
        if keys.is_empty() && kid.is_some_and(|kid| remote.knows(kid)) {
            return Err(self.misfit(app, header, now).log().into());
        }
        if keys.is_empty() {
            return Err(unknown(remote.names()).into());
        }
        if !keys.iter().any(|key| parts.is_signed_by(key.decoding(), algorithm)) {
            return Err(Refused::signature(kid.unwrap_or("the external issuer")).log().into());
        }
        Ok(self.believe_external(parts, now)?)
    }

    fn believe_external(&self, parts: &Parts<'_>, now: Timestamp) -> Result<Verified, Why> {
        let claims: Claims = parts.claims()?;
        let ExternalIssuer { issuer, audience, .. } = &self.external;
        claims.check_origin(issuer.as_deref(), audience.as_deref()).map_err(Refused::log)?;
        claims.check_times(now)?;
        Ok(Verified {
            user_id: claims.user_id()?,
            // Its `sid`, if any, is a session of the issuer, not one of ours.
            session_id: None,
            dead_at: claims.dead_at(),
        })
    }
}

/// Believes a token that names a key of our own: with that key, and with no
/// other.
fn believe_own(
    parts: &Parts<'_>,
    (key, alg): (&OwnKey, &str),
    (origin, now): (&str, Timestamp),
) -> Result<Verified, Why> {
    let verifying = key.verifying();
    let algorithm = asymmetric(alg).filter(|algorithm| verifying.can_do(*algorithm));
    let algorithm =
        algorithm.ok_or_else(|| Refused::algorithm_of_key(key.algorithm_name(), alg).log())?;
    if !parts.is_signed_by(verifying.decoding(), algorithm) {
        return Err(Refused::signature(key.id()).log());
    }
    let claims: Claims = parts.claims()?;
    claims.check_origin(Some(origin), Some(origin)).map_err(Refused::log)?;
    claims.check_times(now)?;
    // Ours always name one: without it the token would outlive its session.
    let session_id = claims.session_id()?.ok_or(Why::InvalidToken)?;
    Ok(Verified {
        user_id: claims.user_id()?,
        session_id: Some(session_id),
        dead_at: claims.dead_at(),
    })
}

impl Header<'_> {
    fn kid(&self) -> Option<&str> {
        self.kid.as_ref().and_then(Value::as_str)
    }
}

impl Parts<'_> {
    fn is_signed_by(&self, key: &DecodingKey, algorithm: Algorithm) -> bool {
        let signed = self.signed.as_bytes();
        jsonwebtoken::crypto::verify(self.signature, signed, key, algorithm).unwrap_or(false)
    }

    /// What the token says, unless it is one of those that travel in mails:
    /// they open nothing, whichever key signed them.
    fn claims(&self) -> Result<Claims, Why> {
        let claims: Claims =
            serde_json::from_slice(&decode(self.payload)?).map_err(|_| Why::InvalidToken)?;
        if claims.is_for_email_verification() { Err(Why::InvalidToken) } else { Ok(claims) }
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
