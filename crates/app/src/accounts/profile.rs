//! What people say about themselves: a name and a picture.

use rondo_domain::{Image, Name, User};
use rondo_store::Txn;

use super::sessions::{Current, hold};
use crate::{
    App,
    error::{Error, Why},
};

/// What is to change; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    /// The name.
    pub name: Option<Name>,
    /// The picture; `Some(None)` removes it.
    pub image: Option<Option<Image>>,
}

/// Changes what a user says about themselves.
///
/// # Errors
/// [`Why::InvalidToken`] when the session has ended or the account is gone, or
/// [`Error::Unavailable`].
pub async fn update_profile(
    app: &App,
    current: &Current,
    patch: ProfilePatch,
) -> Result<User, Error> {
    let (user, session, now) = (current.user.id.clone(), current.session.id.clone(), app.now());
    let body = move |txn: Txn| async move {
        hold(&txn, &user, &session, now).await?;
        let ProfilePatch { name, image } = patch;
        let image = image.as_ref().map(Option::as_ref);
        let changed = txn.update_profile(&user, name.as_ref(), image, now).await?;
        changed.ok_or(Error::from(Why::InvalidToken))
    };
    app.store().write(body).await
}
