//! Session tokens: how they look, and whose they are.
//!
//! A token is 32 letters and digits. The database holds its SHA-256, by which
//! it is found, and the token itself sealed, so that its owner can list it. A
//! session whose seal does not open was made under another secret: with a new
//! secret all sessions are over, whatever form of the token is shown.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use quick_cache::sync::Cache;
use rondo_domain::{Secret, SessionId, Timestamp, User, UserId};
use rondo_store::{Session, Txn};

use super::{
    fingerprint::fingerprint,
    keyring::{Keyring, Seal},
};
use crate::{
    App,
    error::{Error, Why},
    machine::{IDENTIFIER_LENGTH, Random, is_identifier},
};

/// How many sessions in use are remembered.
const CAPACITY: usize = 100_000;
/// Longer than any form of a token, percent-encoded throughout.
const MAX_BYTES: usize = 256;

/// Whose tokens those are that were seen lately. Says nothing about whether
/// the session has ended since: that is asked for each time.
///
/// Only tokens that the database knew get here, so strangers cannot fill it.
pub(crate) struct SessionTokens(Cache<[u8; 32], Arc<Holder>>);

/// Who a session token stands for.
#[derive(Debug)]
pub(crate) struct Holder {
    pub user_id: UserId,
    pub session_id: SessionId,
    /// As it was when the token was looked up: it may have moved since, but
    /// only to later.
    pub expires_at: Timestamp,
}

impl SessionTokens {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    /// Whose token this is, from memory if possible.
    ///
    /// # Errors
    /// [`Why::InvalidToken`] when there is none, [`Why::Expired`] when it was
    /// good once; [`Error::Unavailable`] without a database.
    pub async fn find(
        &self,
        app: &App,
        token: &Secret<String>,
        now: Timestamp,
    ) -> Result<Arc<Holder>, Error> {
        let hash = hash(token);
        if let Some(holder) = self.0.get(&hash).filter(|holder| holder.expires_at > now) {
            return Ok(holder);
        }
        let (session, _) = look_up(app, token).await?.ok_or(Why::InvalidToken)?;
        if session.expires_at <= now {
            return Err(Why::Expired.into());
        }
        let Session { user_id, id: session_id, expires_at, .. } = session;
        let holder = Arc::new(Holder { user_id, session_id, expires_at });
        self.0.insert(hash, Arc::clone(&holder));
        Ok(holder)
    }
}

/// The session behind a token and its user, in the database; over ones too.
///
/// # Errors
/// [`Error::Unavailable`] without a database.
pub(crate) async fn look_up(
    app: &App,
    token: &Secret<String>,
) -> Result<Option<(Session, User)>, Error> {
    if !has_form(token.expose()) {
        return Ok(None);
    }
    let hash = hash(token);
    let body = move |txn: Txn| async move { txn.find_session_by_token(&hash).await };
    let found = app.store().read(body).await?;
    Ok(found.filter(|(session, _)| open(&app.inner().keyring, session).is_some()))
}

/// What the database finds a token by.
pub(crate) fn hash(token: &Secret<String>) -> [u8; 32] {
    fingerprint(token.expose().as_bytes())
}

/// Seals the token of a session for the database.
pub(crate) fn seal(
    keyring: &Keyring,
    (user, session): (&UserId, &SessionId),
    token: &Secret<String>,
    random: &dyn Random,
) -> Vec<u8> {
    let token = token.expose().as_bytes();
    keyring.seal(Seal::SessionToken, &[user.as_str(), session.as_str()], token, random)
}

/// The token of a session; `None` when it was sealed under another secret.
pub(crate) fn open(keyring: &Keyring, session: &Session) -> Option<Secret<String>> {
    let place = [session.user_id.as_str(), session.id.as_str()];
    let token = keyring.open(Seal::SessionToken, &place, &session.sealed_token)?;
    String::from_utf8(token).ok().map(Secret::new)
}

/// The token with its signature, as a cookie holds it before it is
/// percent-encoded.
pub(crate) fn sign(keyring: &Keyring, token: &Secret<String>) -> Secret<String> {
    let token = token.expose();
    Secret::new(format!("{token}.{}", keyring.sign_cookie(token)))
}

/// What was signed, if the signature is right; see [`sign`].
pub(crate) fn verify(keyring: &Keyring, signed: &str) -> Option<Secret<String>> {
    let (token, signature) = signed.rsplit_once('.')?;
    keyring.is_cookie_signature(token, signature).then(|| Secret::new(token.to_owned()))
}

/// The session token in what stands behind `Bearer`, in any of its three
/// forms: plain, signed, or signed and percent-encoded. `None` when it is none
/// of them, or the signature is wrong.
pub(crate) fn shown(keyring: &Keyring, bearer: &str) -> Option<Secret<String>> {
    if bearer.len() > MAX_BYTES {
        return None;
    }
    if has_form(bearer) {
        return Some(Secret::new(bearer.to_owned()));
    }
    let decoded = percent_decode_str(bearer).decode_utf8().ok()?;
    let token = verify(keyring, &decoded)?;
    has_form(token.expose()).then_some(token)
}

fn has_form(token: &str) -> bool {
    is_identifier(token, IDENTIFIER_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::fingerprint::hex;

    const TOKEN: &str = "IU6GxIE9R8pXl0dHvMvYUJKEdHxzJzqN";

    fn keyring() -> Keyring {
        Keyring::new(&Secret::new("a secret".to_owned()))
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    fn encoded(text: &str) -> String {
        text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
    }

    #[test]
    fn all_three_forms_of_a_token_are_understood() {
        let signed = sign(&keyring(), &secret(TOKEN));
        let signed = signed.expose();
        let lower = encoded(signed).replace("%3D", "%3d");
        let throughout: String =
            signed.bytes().fold(String::new(), |text, byte| text + "%" + &hex(&[byte]));
        for form in [TOKEN, signed, &encoded(signed), &lower, &throughout] {
            assert_eq!(shown(&keyring(), form), Some(secret(TOKEN)), "{form}");
        }
    }

    #[test]
    fn what_is_not_a_token_is_none() {
        let signed = sign(&keyring(), &secret(TOKEN));
        let signed = signed.expose();
        let foreign = sign(&Keyring::new(&secret("another")), &secret(TOKEN));
        for text in [
            "",
            ".",
            "%",
            "%3",
            "%zz",
            "%+1",
            "%c3",
            "é",
            &TOKEN[1..],
            &format!("{TOKEN}A"),
            &format!("{TOKEN}."),
            &format!(" {TOKEN}"),
            &format!(".{signed}"),
            &format!("{TOKEN}.{signed}"),
            &signed[..signed.len() - 1],
            &signed[..signed.len() / 2],
            &encoded(&encoded(signed)).replace('%', "%25"),
            foreign.expose(),
            sign(&keyring(), &secret("true")).expose(),
            sign(&keyring(), &secret("")).expose(),
            &"x".repeat(100_000),
        ] {
            assert_eq!(shown(&keyring(), text), None, "{text:.60}");
        }
    }

    #[test]
    fn whatever_was_signed_is_read_back() {
        for value in ["true", "", "a.b", TOKEN] {
            let signed = sign(&keyring(), &secret(value));
            assert_eq!(verify(&keyring(), signed.expose()), Some(secret(value)));
        }
        assert_eq!(verify(&keyring(), "true"), None);
    }
}
