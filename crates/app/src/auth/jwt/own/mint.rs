//! What the tokens of our own key set say.
//!
//! All that Better Auth's JWT plugin writes, in its order, and `sid`: with its
//! session the token ends before its time.

use rondo_domain::{Email, Image, Secret, SessionId, Timestamp, User};
use serde::Serialize;

use crate::{App, error::Error};

/// How long a token is good for: a quarter of an hour.
pub(super) const LIFE_SECONDS: i64 = 900;
/// How much a token may say: with its signature, in base64, it stays below the
/// 8 KiB that we, and most servers, take of one header.
const MAX_CLAIMS_BYTES: usize = 5_900;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenClaims<'a> {
    name: &'a str,
    email: Option<&'a str>,
    email_verified: bool,
    image: Option<&'a str>,
    created_at: Timestamp,
    updated_at: Timestamp,
    id: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    iss: &'a str,
    aud: &'a str,
    sid: &'a str,
}

/// Makes a token for a user and their session.
///
/// # Errors
/// [`Error::Unavailable`] when there is no key and none can be had.
pub(crate) async fn mint(
    app: &App,
    (user, session): (&User, &SessionId),
) -> Result<Secret<String>, Error> {
    let key = app.inner().own_keys.signing(app).await?;
    let (now, origin) = (app.now(), app.settings().public_origin.as_str());
    let mut claims = TokenClaims {
        name: user.name.as_str(),
        email: user.email.as_ref().map(Email::as_str),
        email_verified: user.email_verified,
        image: user.image.as_ref().map(Image::as_str),
        created_at: user.created_at,
        updated_at: user.updated_at,
        id: user.id.as_str(),
        sub: user.id.as_str(),
        iat: now.as_seconds(),
        exp: now.plus_seconds(LIFE_SECONDS).as_seconds(),
        iss: origin,
        aud: origin,
        sid: session.as_str(),
    };
    // Only an imported id can be so long; of all that is said, whoever verifies
    // the token needs the picture least.
    if serde_json::to_vec(&claims).is_ok_and(|json| json.len() > MAX_CLAIMS_BYTES) {
        claims.image = None;
    }
    key.sign(&claims).map_err(|error| Error::Internal(Box::new(error)))
}
