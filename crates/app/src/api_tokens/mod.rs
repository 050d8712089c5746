//! Personal access tokens: keys that a user hands to programs.
//!
//! Only a person who logged in manages them: a token that could make tokens
//! would outlive its own expiry, and widen its own scopes.

mod made;

use rondo_domain::{Actor, ApiToken, ApiTokenId, Door, Scopes, Secret, UserId};
use rondo_store::NewApiToken;

use self::made::{Made, open, seal};
use crate::{
    App,
    auth::{Credential, CredentialKind, personal, require_login, standing::Subject},
    batch::{Batch, Done, Written, write_once},
    error::{Error, Kind, Refusal, Taken, Why},
    input::NewApiTokenInput,
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
    batch: &Batch,
    credential: Option<&Credential>,
    input: NewApiTokenInput,
) -> Result<Done<(ApiToken, Secret<String>)>, Error> {
    require_login(batch.actor())?;
    match credential.map(|credential| &credential.kind) {
        Some(CredentialKind::Revocable(subject)) => {
            store(app, batch, Some(subject.clone()), input).await
        }
        Some(CredentialKind::ApiToken { .. }) | None => Err(Error::Forbidden(Refusal::NeedsLogin)),
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
pub async fn revoke(app: &App, batch: &Batch, id: ApiTokenId) -> Result<Done<()>, Error> {
    require_login(batch.actor())?;
    let user = batch.actor().user_id.clone();
    let revoked = write_once(app, batch, move |txn| async move {
        if txn.delete_api_token(&user, id).await? {
            Ok(Written::unchanged(()))
        } else {
            Err(Error::NotFound(Kind::ApiToken).into())
        }
    })
    .await?;
    app.inner().events.ended(&batch.actor().user_id);
    Ok(revoked)
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
    let (door, scopes) = (Door::Session, Scopes::FULL);
    let actor = Actor { user_id: user.clone(), door, scopes, token_name: None };
    Ok(store(app, &Batch::new(app, &actor), None, input).await?.value)
}

/// Makes a token, for somebody who logged in with `subject` or for the operator.
async fn store(
    app: &App,
    batch: &Batch,
    subject: Option<Subject>,
    input: NewApiTokenInput,
) -> Result<Done<(ApiToken, Secret<String>)>, Error> {
    let user = &batch.actor().user_id;
    let (secret, secret_hash) = personal::generate(user, &*app.inner().random);
    let now = app.now();
    let new = NewApiToken {
        user_id: user.clone(),
        name: input.name,
        scopes: input.scopes,
        secret_hash,
        created_at: now,
        expires_at: now.plus_seconds(input.expires_in_days.saturating_mul(DAY_SECONDS)),
    };
    let sealed = seal(app, user, &secret);
    // Two at the same moment may both be the hundredth. The bound is there to
    // keep the list short, not to be exact.
    let made = write_once(app, batch, move |txn| async move {
        // Whatever ends logins holds the row as well: it comes before this, and
        // is seen, or after it, and deletes the token if that is to go. Somebody
        // without a row has no session either.
        txn.find_credentials_by_id_for_update(&new.user_id).await?;
        if let Some(subject) = subject
            && !subject.is_good(&txn, now).await?
        {
            return Err(Error::from(Why::InvalidToken).into());
        }
        if txn.count_api_tokens(&new.user_id).await? >= MAX_TOKENS {
            return Err(Error::Conflict(Taken::TooManyTokens).into());
        }
        let token = txn.insert_api_token(&new).await?;
        Ok(Written::unchanged(Made { token, sealed }))
    })
    .await?;
    // The first one, when this is a repetition.
    let secret = open(app, &made.value)?;
    Ok(made.map(|made| (made.token, secret)))
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
    let owner = user.clone();
    let was_there =
        app.store().write(move |txn| async move { txn.delete_api_token(&owner, id).await }).await?;
    app.inner().events.ended(user);
    if was_there { Ok(()) } else { Err(Error::NotFound(Kind::ApiToken)) }
}

#[cfg(test)]
mod tests;
