//! A row for users whom only an external issuer knows, made when they first
//! write something.
//!
//! Not when they are first seen: reading leaves no trace, and a token of a
//! thousand visitors would be a thousand rows.

use rondo_domain::UserId;
use rondo_store::{Constraint, StoreError, Touches, Txn};

use crate::{
    App,
    batch::Stop,
    error::{Error, Why},
};

/// Runs a write that creates something for a user, and makes the user's row
/// first when that turns out to be missing.
///
/// Nearly every write finds the row, so nobody looks first. A second
/// transaction is needed: on PostgreSQL the failed statement has ended the
/// first one.
///
/// # Errors
/// What the body answered; [`Why::InvalidToken`] for a user who was deleted
/// here and comes back with an old token.
pub(crate) async fn write_as_owner<T, F, Fut>(
    app: &App,
    user: &UserId,
    touches: Touches,
    body: F,
) -> Result<T, Stop>
where
    T: Send + 'static,
    F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<T, Stop>> + Send,
{
    match app.store().write_touching(user, touches, body.clone()).await {
        Err(Stop::Store(StoreError::Conflict(Constraint::Owner))) => {}
        done => return done,
    }
    let (user, now) = (user.clone(), app.now());
    let provisioning = app.store().write(move |txn| async move {
        if !txn.provision_user(&user, now).await? {
            return Err(Error::from(Why::InvalidToken).into());
        }
        body(txn).await
    });
    // Rare, so it must not make every write's future twice as large.
    Box::pin(provisioning).await
}
