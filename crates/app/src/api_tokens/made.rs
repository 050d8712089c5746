//! A token that was made just now, in a form that is kept with a key: its secret
//! is sealed, because a repetition has to give it again.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use rondo_domain::{ApiToken, ApiTokenId, Scopes, Secret, Timestamp, TokenName, UserId};
use serde::{Deserialize, Serialize};

use crate::{App, auth::keyring::Seal, batch::Outcome, error::Error};

/// What tells this outcome from others that are sealed.
const KIND: &str = "api token";

/// A new token.
pub(super) struct Made {
    pub token: ApiToken,
    /// Its secret, by [`seal`].
    pub sealed: Vec<u8>,
}

/// Seals the secret of a user's token.
pub(super) fn seal(app: &App, user: &UserId, secret: &Secret<String>) -> Vec<u8> {
    let (place, plain) = ([KIND, user.as_str()], secret.expose().as_bytes());
    app.inner().keyring.seal(Seal::Outcome, &place, plain, &*app.inner().random)
}

/// The secret of a token.
///
/// # Errors
/// [`Error::Internal`] when it was sealed with another secret of the server's:
/// it cannot be shown any more.
pub(super) fn open(app: &App, made: &Made) -> Result<Secret<String>, Error> {
    let place = [KIND, made.token.user_id.as_str()];
    let opened = app.inner().keyring.open(Seal::Outcome, &place, &made.sealed);
    let secret = opened.and_then(|plain| String::from_utf8(plain).ok());
    let lost = || Error::Internal("the secret of a stored token cannot be opened".into());
    secret.map(Secret::new).ok_or_else(lost)
}

/// A new token as it is stored with a key.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredMade {
    id: i64,
    name: String,
    scopes: i64,
    /// Microseconds since 1970.
    created_at: i64,
    expires_at: i64,
    /// In base64.
    sealed: String,
}

impl Outcome for Made {
    type Stored = StoredMade;

    fn to_stored(&self) -> StoredMade {
        StoredMade {
            id: self.token.id.get(),
            name: self.token.name.as_str().to_owned(),
            scopes: self.token.scopes.bits(),
            created_at: self.token.created_at.as_micros(),
            expires_at: self.token.expires_at.as_micros(),
            sealed: STANDARD_NO_PAD.encode(&self.sealed),
        }
    }

    fn from_stored(stored: StoredMade, owner: &UserId) -> Option<Self> {
        let token = ApiToken {
            id: ApiTokenId::new(stored.id)?,
            user_id: owner.clone(),
            name: TokenName::parse(&stored.name).ok()?,
            scopes: Scopes::from_bits(stored.scopes)?,
            created_at: Timestamp::from_micros(stored.created_at)?,
            expires_at: Timestamp::from_micros(stored.expires_at)?,
            last_used_at: None,
        };
        Some(Self { token, sealed: STANDARD_NO_PAD.decode(stored.sealed).ok()? })
    }
}
