//! What can be done with accounts: make one, log in, log out, change it, leave.
//!
//! Passwords are hashed between transactions, never inside one. Whether an
//! address has an account is told by registering alone, and by nothing at all
//! where addresses have to be verified first: not by an answer, and not by how
//! long it takes.

mod deletion;
mod email;
mod links;
mod login;
mod operator;
mod password;
mod profile;
pub(crate) mod purge;
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
    error::{Error, Kind, Refusal},
};

pub use deletion::delete_own_account;
pub use email::{request_email_change, send_verification, verify_email};
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
    let (ending, dead_at) = (subject.clone(), authenticated.credential.dead_at);
    app.store()
        .write(move |txn| async move {
            match &ending {
                Subject::Session(user, id) => {
                    // Gone already is as good.
                    txn.delete_session(user, id).await?;
                }
                // Remembered for as long as it would be accepted.
                Subject::Token(user, hash) => txn.revoke_token(user, hash, dead_at).await?,
            }
            Ok::<_, Error>(())
        })
        .await?;
    app.inner().standing.kill(subject);
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

/// The same for one that holds our rules.
async fn hash_new(app: &App, password: &NewPassword) -> Result<Secret<String>, Error> {
    hash(app, password.secret()).await
}
