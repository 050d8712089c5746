//! What people say about themselves: a name and a picture.

use rondo_domain::{Image, Name, User};
use rondo_store::Txn;

use super::sessions::Current;
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
/// [`Why::InvalidToken`] when the account is gone, or [`Error::Unavailable`].
pub async fn update_profile(
    app: &App,
    current: &Current,
    patch: ProfilePatch,
) -> Result<User, Error> {
    let (user, now) = (current.user.id.clone(), app.now());
    let body = move |txn: Txn| async move {
        let ProfilePatch { name, image } = patch;
        let image = image.as_ref().map(Option::as_ref);
        txn.update_profile(&user, name.as_ref(), image, now).await
    };
    app.store().write(body).await?.ok_or(Why::InvalidToken.into())
}
