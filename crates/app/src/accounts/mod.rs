//! What can be done with accounts: make one, log in, log out, change it, leave.
//!
//! Passwords are hashed between transactions, never inside one. Whether an
//! address has an account is told by `register` alone, which answers 409, and by
//! signing up where addresses need not be verified first; by nothing else: not by
//! an answer, and not by how long it takes.
//!
//! A transaction that changes an account holds the user's row first, before it
//! touches what belongs to the user: two that took them in different orders
//! would wait for each other.

mod deletion;
mod email;
pub(crate) mod ending;
mod links;
mod login;
mod operator;
mod password;
mod profile;
mod register;
pub mod sessions;
#[cfg(test)]
mod tests;

use std::time::Duration;

use rondo_domain::{Actor, Scope, Secret, User};
use tokio::time::sleep;

use crate::{
    App,
    auth::{
        Authenticated, CredentialKind,
        password::{self as hashing, NewPassword},
        require,
        standing::Subject,
    },
    error::{Error, Invalid, Kind, Location, Refusal},
};

pub use deletion::{delete_me, delete_own_account};
pub use email::{request_email_change, send_verification, verify_email};
pub use links::MAX_CALLBACK_CHARS;
pub use login::{LoggedIn, login, sign_in};
pub use operator::{add_user, delete_user, find_user, list_users, set_password};
pub use password::{
    PasswordChange, change_password, has_password, request_password_reset, reset_link_is_good,
    reset_password, verify_password,
};
pub use profile::{ProfilePatch, update_profile};
pub use register::{SignUp, SignedUp, register, require_open, sign_up};

/// How long an answer takes that must not tell whether an address has an
/// account: longer than what is done for one that has.
const UNHURRIED: Duration = Duration::from_millis(500);

/// Ends the login session behind a token, or the token itself when it has
/// none. It is refused at once here, and within five seconds elsewhere.
///
/// # Errors
/// [`Error::Forbidden`] for a personal access token, which is deleted instead;
/// [`Error::Unavailable`].
pub async fn logout(app: &App, authenticated: &Authenticated) -> Result<(), Error> {
    app.inner().purge.when_due(app.store(), app.now());
    let CredentialKind::Revocable(subject) = &authenticated.credential.kind else {
        return Err(Error::Forbidden(Refusal::NeedsLogin));
    };
    let (ended, dead_at) = (subject.clone(), authenticated.credential.dead_at);
    app.store()
        .write(move |txn| async move {
            txn.find_credentials_by_id_for_update(ended.user()).await?;
            match &ended {
                Subject::Session(user, id) => {
                    // Gone already is as good.
                    txn.delete_session(user, id).await?;
                    ending::after_sign_out(&txn, user).await?;
                }
                // Remembered for as long as it would be accepted.
                Subject::Token(user, hash) => txn.revoke_token(user, hash, dead_at).await?,
            }
            Ok::<_, Error>(())
        })
        .await?;
    app.inner().standing.kill(subject);
    app.inner().events.ended(subject.user());
    tracing::info!(user.id = authenticated.actor.user_id.as_str(), "logged out");
    Ok(())
}

/// The actor's account.
///
/// # Errors
/// [`Error::NotFound`] for an external user who has not written anything yet,
/// [`Error::Forbidden`] without the scope `read`, or [`Error::Unavailable`].
pub async fn show(app: &App, actor: &Actor) -> Result<User, Error> {
    require(actor, Scope::Read)?;
    let id = actor.user_id.clone();
    let found = app.store().read(move |txn| async move { txn.find_user(&id).await }).await?;
    found.ok_or(Error::NotFound(Kind::User))
}

/// Does something and answers half a second after it was asked, or later.
async fn unhurried<T>(work: impl Future<Output = T>) -> T {
    let (done, ()) = tokio::join!(work, sleep(UNHURRIED));
    done
}

/// Hashes a password on a thread of its own, when it is its turn.
async fn hash(app: &App, password: &Secret<String>) -> Result<Secret<String>, Error> {
    let mut salt = [0; 16];
    app.inner().random.fill(&mut salt);
    let (password, cost) = (password.clone(), app.inner().password_cost);
    let work = move || hashing::hash(password.expose(), salt, cost);
    app.inner().gate.run(work).await
}

/// The same for a new one, unless it is too easy. `field` is what it is called
/// where it came from, `known` the address and the name of whose it is to be.
///
/// Judging is work too: it waits for its turn with the hashing.
async fn hash_new(
    app: &App,
    password: &NewPassword,
    (field, known): (&'static str, [&str; 2]),
) -> Result<Secret<String>, Error> {
    let mut salt = [0; 16];
    app.inner().random.fill(&mut salt);
    let (password, cost) = (password.clone(), app.inner().password_cost);
    let [email, name] = known.map(str::to_owned);
    let work = move || {
        password.judged([&email, &name])?;
        Ok(hashing::hash(password.secret().expose(), salt, cost))
    };
    app.inner()
        .gate
        .run(work)
        .await?
        .map_err(|problem| Error::Invalid(vec![Invalid::new(Location::Body, Some(field), problem)]))
}
