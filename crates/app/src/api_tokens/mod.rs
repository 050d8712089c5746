//! Personal access tokens: keys that a user hands to programs.
//!
//! Only a person who logged in manages them: a token that could make tokens
//! would outlive its own expiry, and widen its own scopes.

use rondo_domain::{Actor, ApiToken, ApiTokenId, Secret, UserId};
use rondo_store::NewApiToken;

use crate::{
    App,
    auth::{Credential, CredentialKind, personal, require_login, standing::Subject},
    error::{Error, Kind, Refusal, Taken, Why},
    input::NewApiTokenInput,
    provision::write_as_owner,
};

/// How many tokens a user may have.
const MAX_TOKENS: i64 = 100;
const DAY_SECONDS: i64 = 86_400;

/// Makes a token of the actor's. Its text is given here and never again.
///
/// `credential` is what the actor showed. It has to be good when the token is
/// stored, whatever was believed of it when it was shown: the token outlives it.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor logged in, [`Error::Unauthenticated`]
/// when that has ended meanwhile, [`Error::Conflict`] when there are a hundred
/// already, or [`Error::Unavailable`].
pub async fn create(
    app: &App,
    actor: &Actor,
    credential: Option<&Credential>,
    input: NewApiTokenInput,
) -> Result<(ApiToken, Secret<String>), Error> {
    require_login(actor)?;
    match credential.map(|credential| &credential.kind) {
        Some(CredentialKind::Revocable(subject)) => {
            store(app, &actor.user_id, Some(subject.clone()), input).await
        }
        Some(CredentialKind::ApiToken) | None => Err(Error::Forbidden(Refusal::NeedsLogin)),
    }
}

/// The actor's tokens, newest first.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor logged in, or [`Error::Unavailable`].
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<ApiToken>, Error> {
    require_login(actor)?;
    list_of(app, &actor.user_id).await
}

/// Ends a token of the actor's at once.
///
/// # Errors
/// [`Error::NotFound`] when the actor has none such, [`Error::Forbidden`]
/// unless the actor logged in, or [`Error::Unavailable`].
pub async fn revoke(app: &App, actor: &Actor, id: ApiTokenId) -> Result<(), Error> {
    require_login(actor)?;
    revoke_of(app, &actor.user_id, id).await
}

/// [`create`] for the operator, who needs no login.
///
/// # Errors
/// [`Error::Conflict`] when there are a hundred already, or
/// [`Error::Unavailable`].
pub async fn issue(
    app: &App,
    user: &UserId,
    input: NewApiTokenInput,
) -> Result<(ApiToken, Secret<String>), Error> {
    store(app, user, None, input).await
}

/// What came of storing a token.
enum Stored {
    Token(ApiToken),
    TooMany,
    LoginEnded,
}

/// Makes a token, for somebody who logged in with `subject` or for the operator.
async fn store(
    app: &App,
    user: &UserId,
    subject: Option<Subject>,
    input: NewApiTokenInput,
) -> Result<(ApiToken, Secret<String>), Error> {
    let (token, secret_hash) = personal::generate(user, &*app.inner().random);
    let now = app.now();
    let new = NewApiToken {
        user_id: user.clone(),
        name: input.name,
        scopes: input.scopes,
        secret_hash,
        created_at: now,
        expires_at: now.plus_seconds(input.expires_in_days.saturating_mul(DAY_SECONDS)),
    };
    // Two at the same moment may both be the hundredth. The bound is there to
    // keep the list short, not to be exact.
    let stored = write_as_owner(app, user, move |txn| async move {
        // Whatever ends logins holds the row as well: it comes before this, and
        // is seen, or after it, and deletes the token if that is to go. Somebody
        // without a row has no session either.
        txn.find_credentials_by_id_for_update(&new.user_id).await?;
        if let Some(subject) = subject
            && !subject.is_good(&txn, now).await?
        {
            return Ok(Stored::LoginEnded);
        }
        if txn.count_api_tokens(&new.user_id).await? >= MAX_TOKENS {
            return Ok(Stored::TooMany);
        }
        txn.insert_api_token(&new).await.map(Stored::Token)
    })
    .await?;
    match stored {
        Stored::Token(stored) => Ok((stored, token)),
        Stored::TooMany => Err(Error::Conflict(Taken::TooManyTokens)),
        Stored::LoginEnded => Err(Why::InvalidToken.into()),
    }
}

/// [`list`] for the operator, who needs no login.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn list_of(app: &App, user: &UserId) -> Result<Vec<ApiToken>, Error> {
    let user = user.clone();
    Ok(app.store().read(move |txn| async move { txn.list_api_tokens(&user).await }).await?)
}

/// [`revoke`] for the operator, who needs no login.
///
/// # Errors
/// [`Error::NotFound`] when the user has none such, or [`Error::Unavailable`].
pub async fn revoke_of(app: &App, user: &UserId, id: ApiTokenId) -> Result<(), Error> {
    let user = user.clone();
    let was_there =
        app.store().write(move |txn| async move { txn.delete_api_token(&user, id).await }).await?;
    if was_there { Ok(()) } else { Err(Error::NotFound(Kind::ApiToken)) }
}

#[cfg(test)]
mod tests;
