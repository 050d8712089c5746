//! One stream, as a door holds it.

use std::{fmt, sync::Arc, time::Duration};

use rondo_domain::{Actor, Timestamp};
use rondo_store::Hint;
use tokio::time::timeout;

use super::{
    Event, Position,
    hub::Hub,
    hubs::Hubs,
    look::{Checks, read},
    seat::{Seat, Taken},
};
use crate::{
    App,
    auth::Credential,
    error::{Error, Why},
};

/// A stream of one user's changes. Dropping it frees its place.
pub struct EventStream {
    hub: Arc<Hub>,
    seat: Arc<Seat>,
    began_after: i64,
}

/// What comes next on a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// These, in order.
    Events(Vec<Event>),
    /// Nothing has happened for as long as was waited.
    Quiet,
    /// The credential is over, and the stream with it.
    Over,
}

impl EventStream {
    pub(super) async fn open(
        app: &App,
        actor: &Actor,
        credential: Option<&Credential>,
        after: Option<Position>,
    ) -> Result<Self, Error> {
        let (hub, seat) = Hubs::join(app, &actor.user_id, credential)?;
        let mut stream = Self { hub, seat, began_after: 0 };
        // Only now, and not from memory: whoever ends the login after this
        // question finds the stream, and whoever did before it is seen.
        let mut checks = Checks::new(app);
        checks.doubt(&stream.seat);
        if !checks.pass(&stream.seat).await? {
            return Err(Why::InvalidToken.into());
        }
        let (after, is_new) = match after {
            Some(Position(after)) => (after, false),
            None => (read(&stream.hub, i64::MAX, 0).await?.latest, true),
        };
        stream.began_after = after;
        if stream.seat.place(after) || !is_new {
            stream.hub.wake(Hint::Changed);
        }
        Ok(stream)
    }

    /// The number after which it began.
    #[must_use]
    pub const fn began_after(&self) -> i64 {
        self.began_after
    }

    /// Waits for what comes next, no longer than `patience`.
    pub async fn next(&mut self, patience: Duration) -> Next {
        if self.is_dead() {
            return Next::Over;
        }
        let waiting = timeout(self.left().min(patience), self.taken()).await;
        match waiting {
            Ok(Some(events)) => Next::Events(events),
            Ok(None) => Next::Over,
            Err(_) if self.is_dead() => Next::Over,
            Err(_) => Next::Quiet,
        }
    }

    /// Waits for events; `None` when there will be no more.
    async fn taken(&self) -> Option<Vec<Event>> {
        loop {
            match self.seat.take() {
                Taken::End => return None,
                Taken::Nothing => self.seat.rung().await,
                Taken::Events(events, is_behind) => {
                    if is_behind {
                        self.hub.wake(Hint::Changed);
                    }
                    return Some(events);
                }
            }
        }
    }

    fn dead_at(&self) -> Option<Timestamp> {
        self.seat.credential.as_ref().map(Credential::dead_at)
    }

    fn is_dead(&self) -> bool {
        self.dead_at().is_some_and(|dead_at| dead_at <= self.hub.app().now())
    }

    /// How long the credential is good for: rounded up, so that it is over when
    /// that has passed.
    fn left(&self) -> Duration {
        let now = self.hub.app().now();
        let micros = |dead_at: Timestamp| dead_at.as_micros().saturating_sub(now.as_micros());
        let left = self.dead_at().map_or(i64::MAX, micros);
        Duration::from_micros(u64::try_from(left).unwrap_or_default()) + Duration::from_millis(1)
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("began_after", &self.began_after)
            .finish_non_exhaustive()
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        Hubs::leave(&self.hub, &self.seat);
    }
}
