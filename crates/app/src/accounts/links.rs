//! The links that mails bring: how they are made, kept and recognized.
//!
//! A link works once, for an hour: there is a row for each, which goes when it
//! is followed. One to a new password is all chance, and its row holds the hash
//! of it. One about an address says what it is about, in a token that is signed
//! with a key of its own; the row holds the hash of the token's id.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::hmac;
use rondo_domain::{Email, Problem, Secret, SessionId, Timestamp, User, UserId};
use rondo_store::{MailJob, Purpose, StoreError, Txn, Verification};
use serde_json::{Value, json};

use super::sessions::hold;
use crate::{
    App,
    auth::fingerprint::fingerprint,
    error::{Error, Invalid, Location, Refusal},
    machine::{identifier, is_identifier},
    mail::{self, LINK_SECONDS, Letter, LetterKind},
};

/// How many letters and digits a token for a new password has: 142 bits.
const RESET_CHARS: usize = 24;
/// The longest token that is looked at: several times what we make.
const MAX_TOKEN_BYTES: usize = 8192;
/// For how long it is tried to tell somebody that their address was changed.
const FAREWELL_SECONDS: i64 = 86_400;
/// `{"alg":"HS256"}`. Compared as it is: no other header is ours.
const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";
/// What Better Auth calls a change that needs no further mail.
const CHANGE: &str = "change-email-verification";
/// What may stand in a part of a URL as it is, and in a mail without being
/// taken for the end of it.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The longest address that a link may lead to in the end, in characters: it
/// has to fit into a mail.
pub const MAX_CALLBACK_CHARS: usize = 2000;

/// Where a browser goes after a link was followed; percent-encoded.
///
/// Which sites it may go to is for the door to judge, which knows them.
#[derive(Clone, Debug)]
pub(super) struct Callback(String);

impl Callback {
    /// The place that was asked for, or the root of the site.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is longer than [`MAX_CALLBACK_CHARS`].
    pub fn parse(field: &'static str, place: Option<String>) -> Result<Self, Error> {
        let place = place.unwrap_or_else(|| "/".to_owned());
        if place.chars().count() > MAX_CALLBACK_CHARS {
            let problem = Problem::TooLong { max: MAX_CALLBACK_CHARS };
            let invalid = Invalid::new(Location::Body, Some(field), problem);
            return Err(Error::Invalid(vec![invalid]));
        }
        Ok(Self(utf8_percent_encode(&place, PLAIN).to_string()))
    }
}

impl Default for Callback {
    fn default() -> Self {
        Self("%2F".to_owned())
    }
}

/// A link and the mail that brings it, as rows.
#[derive(Clone)]
pub(super) struct Posted {
    verification: Verification,
    job: MailJob,
}

impl Posted {
    /// Stores both; in [`mail::write`], so that the mail is sent.
    pub async fn store(&self, txn: &Txn) -> Result<(), StoreError> {
        txn.insert_verification(&self.verification).await?;
        txn.insert_mail_job(&self.job).await
    }
}

/// Stores a link and its mail, and has the mail sent; `session` is the one that
/// asks for it, if any.
///
/// The user was read before, and may be another by now. So the row is held and
/// looked at once more: a link must not be stored after what made all links to
/// that address void. A link that is there was therefore made for the address
/// that its user has.
///
/// # Errors
/// [`Error::Unauthenticated`] when the session has ended,
/// [`Refusal::EmailMismatch`] when its user has another address by now. Without
/// a session nobody is told that there will be no mail.
pub(super) async fn post(
    app: &App,
    posted: Posted,
    user: &User,
    session: Option<&SessionId>,
) -> Result<(), Error> {
    let (id, address, now) = (user.id.clone(), user.email.clone(), app.now());
    let session = session.cloned();
    let body = move |txn: Txn| async move {
        let held = match &session {
            Some(session) => Some(hold(&txn, &id, session, now).await?),
            None => txn.find_credentials_by_id_for_update(&id).await?,
        };
        if held.is_some_and(|held| held.user.email == address) {
            posted.store(&txn).await?;
            return Ok(());
        }
        match session {
            Some(_) => Err(Error::Forbidden(Refusal::EmailMismatch)),
            None => Ok(()),
        }
    };
    mail::write(app, body).await
}

/// A link to a new password, for a user and their address.
pub(super) fn to_reset(app: &App, who: (&UserId, &Email), callback: &Callback) -> Posted {
    with_chance(app, who, LetterKind::ResetPassword, callback)
}

/// The same for somebody who signed up with an address that has an account.
pub(super) fn to_existing(app: &App, who: (&UserId, &Email), callback: &Callback) -> Posted {
    with_chance(app, who, LetterKind::AccountExists, callback)
}

/// Tells an address that it is no account's any more; `None` without mail.
pub(super) fn farewell(app: &App, user: &UserId, old: &Email) -> Option<MailJob> {
    app.settings().mail.as_ref()?;
    let link = Secret::new(app.settings().public_origin.clone());
    let letter = Letter { kind: LetterKind::EmailChanged, to: old.clone(), link };
    Some(mail::job(app, user, &letter, app.now().plus_seconds(FAREWELL_SECONDS)))
}

/// A link to a new password, and the mail of this kind that brings it.
fn with_chance(
    app: &App,
    (user, to): (&UserId, &Email),
    kind: LetterKind,
    callback: &Callback,
) -> Posted {
    let mut token = identifier(&*app.inner().random);
    token.truncate(RESET_CHARS);
    let origin = &app.settings().public_origin;
    let link = format!("{origin}/api/auth/reset-password/{token}?callbackURL={}", callback.0);
    let letter = Letter { kind, to: to.clone(), link: Secret::new(link) };
    posted(app, user, (Purpose::ResetPassword, &token), &letter)
}

/// A link that shows that mail to a user's address arrives.
pub(super) fn to_verify(app: &App, (user, to): (&UserId, &Email), callback: &Callback) -> Posted {
    let claims = json!({"email": to.as_str()});
    let purpose = (Purpose::VerifyEmail, LetterKind::VerifyEmail);
    with_token(app, user, (to.clone(), claims, purpose), callback)
}

/// A link that gives a user another address, for a mail to that one; `None` for
/// a user who has none yet.
pub(super) fn to_change(
    app: &App,
    user: &User,
    new: &Email,
    callback: &Callback,
) -> Option<Posted> {
    let from = user.email.as_ref()?.as_str();
    let claims = json!({"email": from, "updateTo": new.as_str(), "requestType": CHANGE});
    let purpose = (Purpose::ChangeEmail, LetterKind::ChangeEmail);
    Some(with_token(app, &user.id, (new.clone(), claims, purpose), callback))
}

/// A link with a signed token: to whom, what it claims, and what it is for.
fn with_token(
    app: &App,
    user: &UserId,
    (to, mut claims, (purpose, kind)): (Email, Value, (Purpose, LetterKind)),
    callback: &Callback,
) -> Posted {
    let issued_at = app.now().as_seconds();
    let id = identifier(&*app.inner().random);
    claims["userId"] = json!(user.as_str());
    claims["iat"] = json!(issued_at);
    claims["exp"] = json!(issued_at + LINK_SECONDS);
    claims["jti"] = json!(id);
    let origin = &app.settings().public_origin;
    let token = sign(app, &claims);
    let link = format!("{origin}/api/auth/verify-email?token={token}&callbackURL={}", callback.0);
    let letter = Letter { kind, to, link: Secret::new(link) };
    posted(app, user, (purpose, &id), &letter)
}

fn posted(app: &App, user: &UserId, (purpose, token): (Purpose, &str), letter: &Letter) -> Posted {
    let now = app.now();
    let expires_at = now.plus_seconds(LINK_SECONDS);
    let verification = Verification {
        user_id: user.clone(),
        token_hash: fingerprint(token.as_bytes()),
        purpose,
        created_at: now,
        expires_at,
    };
    Posted { verification, job: mail::job(app, user, letter, expires_at) }
}

/// The link to a new password that holds this token, if there is one.
pub(super) async fn find_reset(app: &App, token: &str) -> Result<Option<Verification>, Error> {
    if !is_identifier(token, RESET_CHARS) {
        return Ok(None);
    }
    let (hash, now) = (fingerprint(token.as_bytes()), app.now());
    let body = move |txn: Txn| async move {
        txn.find_verification(&hash, Purpose::ResetPassword, now).await
    };
    Ok(app.store().read(body).await?)
}

/// What a genuine link about an address says.
#[derive(Clone)]
pub(super) struct Claims {
    /// Whose address.
    pub user: UserId,
    /// The one they have.
    pub email: Email,
    /// The one they want instead; `None`: only to show that mail arrives.
    pub change_to: Option<Email>,
    /// By which its row is found.
    pub token_hash: [u8; 32],
}

/// Reads the token of a link about an address. Whether it was used already only
/// the database knows.
///
/// # Errors
/// [`Refusal::InvalidLink`] when we did not sign it, [`Refusal::LinkExpired`].
pub(super) fn read(app: &App, token: &str) -> Result<Claims, Error> {
    const INVALID: Error = Error::Forbidden(Refusal::InvalidLink);
    let claims = verified(app, token).ok_or(INVALID)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let expires_at = claims.get("exp").and_then(Value::as_i64).and_then(Timestamp::from_seconds);
    if expires_at.ok_or(INVALID)? <= app.now() {
        return Err(Error::Forbidden(Refusal::LinkExpired));
    }
    let read = || {
        let change_to = match (text("requestType"), text("updateTo")) {
            (None, None) => None,
            (Some(CHANGE), Some(to)) => Some(Email::parse(to).ok()?),
            _ => return None,
        };
        Some(Claims {
            user: UserId::parse(text("userId")?).ok()?,
            email: Email::parse(text("email")?).ok()?,
            change_to,
            token_hash: fingerprint(text("jti")?.as_bytes()),
        })
    };
    read().ok_or(INVALID)
}

/// A token that is not ours, but that Better Auth would have made: with the
/// secret itself as its key.
pub(super) enum Foreign {
    /// It is over.
    Expired,
    /// It is about this address, which may have no account.
    About(Email),
}

/// Reads a token that [`read`] does not know; `None` when Better Auth would not
/// know it either. Only good for saying what is wrong with it.
pub(super) fn read_foreign(app: &App, token: &str) -> Option<Foreign> {
    let claims = app.inner().jwts.mail_claims(token)?;
    if let Some(expires_at) = claims.get("exp")
        && expires_at.as_i64()? <= app.now().as_seconds()
    {
        return Some(Foreign::Expired);
    }
    let email = Email::parse(claims.get("email")?.as_str()?).ok()?;
    Some(Foreign::About(email))
}

fn sign(app: &App, claims: &Value) -> String {
    let payload = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = hmac::sign(&key(app), payload.as_bytes());
    format!("{payload}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The claims of a token that we signed.
fn verified(app: &App, token: &str) -> Option<Value> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let (payload, signature) = token.rsplit_once('.')?;
    let claims = payload.strip_prefix(HEADER)?.strip_prefix('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    hmac::verify(&key(app), payload.as_bytes(), &signature).ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

fn key(app: &App) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, app.inner().keyring.mail_link_key().expose())
}
