//! What a hub does when it is woken: it reads what is new, once for all its
//! streams, and gives it to those that may still have it.

use std::sync::Arc;

use rondo_store::{Hint, MarkPage};

use super::{
    hub::Hub,
    seat::{QUEUE, Seat},
};
use crate::{
    App,
    auth::{Credential, CredentialKind},
    error::Error,
};

/// How many pages are read before others have their turn.
const PAGES: usize = 8;

/// Looks, and says whether there is more to be read.
///
/// # Errors
/// [`Error::Unavailable`]: nothing is lost, it is to be tried again.
pub(super) async fn look(hub: &Hub, hint: Hint, seats: &[Arc<Seat>]) -> Result<bool, Error> {
    let mut checks = Checks::new(hub.app());
    if hint == Hint::Ended {
        for seat in seats {
            checks.doubt(seat);
            checks.pass(seat).await?;
        }
    }
    let mut latest = None;
    for _ in 0..PAGES {
        let Some(from) = next(seats, latest) else { return Ok(false) };
        let page = read(hub, from, QUEUE).await?;
        for seat in seats.iter().filter(|seat| seat.is_for(from, &page)) {
            if checks.pass(seat).await? {
                seat.give(from, &page);
            }
        }
        latest = Some(page.latest);
    }
    Ok(true)
}

/// Reads what happened after a change.
///
/// # Errors
/// [`Error::Unavailable`].
pub(super) async fn read(hub: &Hub, after: i64, limit: usize) -> Result<MarkPage, Error> {
    let owner = hub.user().clone();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let body =
        move |txn: rondo_store::Txn| async move { txn.list_marks(&owner, after, limit).await };
    Ok(hub.app().store().read(body).await?)
}

/// Where to read next: what is newest first, because it is for all who are up
/// to date, and then for those who are catching up.
fn next(seats: &[Arc<Seat>], latest: Option<i64>) -> Option<i64> {
    let wanted = seats.iter().filter_map(|seat| seat.wants_after());
    wanted.filter(|after| latest.is_none_or(|latest| *after < latest)).max()
}

/// Whether streams may still be told anything.
pub(super) struct Checks<'a> {
    app: &'a App,
    /// What the database said about access tokens a moment ago.
    tokens: Vec<([u8; 32], bool)>,
}

impl<'a> Checks<'a> {
    pub(super) const fn new(app: &'a App) -> Self {
        Self { app, tokens: Vec::new() }
    }

    /// Forgets that a stream's credential was good: it may be over.
    pub(super) fn doubt(&self, seat: &Seat) {
        if let Some(CredentialKind::Revocable(subject)) = seat.credential.as_ref().map(|c| &c.kind)
        {
            self.app.inner().standing.doubt(subject);
        }
    }

    /// Whether a stream may be told something; otherwise it ends here.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it takes the database to know.
    pub(super) async fn pass(&mut self, seat: &Seat) -> Result<bool, Error> {
        let is_good = match &seat.credential {
            Some(credential) => self.is_good(credential).await?,
            None => true,
        };
        if !is_good {
            seat.end();
        }
        Ok(is_good)
    }

    async fn is_good(&mut self, credential: &Credential) -> Result<bool, Error> {
        let now = self.app.now();
        if credential.dead_at() <= now {
            return Ok(false);
        }
        match &credential.kind {
            CredentialKind::Revocable(subject) => {
                match self.app.inner().standing.check(self.app.store(), subject, now).await {
                    Ok(()) => Ok(true),
                    Err(Error::Unauthenticated(_)) => Ok(false),
                    Err(other) => Err(other),
                }
            }
            CredentialKind::ApiToken { user_id, secret_hash } => {
                if let Some((_, known)) = self.tokens.iter().find(|(hash, _)| hash == secret_hash) {
                    return Ok(*known);
                }
                let (owner, hash) = (user_id.clone(), *secret_hash);
                let body = move |txn: rondo_store::Txn| async move {
                    txn.find_api_token(&owner, &hash).await
                };
                let found: Option<_> = self.app.store().read(body).await?;
                self.tokens.push((*secret_hash, found.is_some()));
                Ok(found.is_some())
            }
        }
    }
}
