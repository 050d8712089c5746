//! Live events: who is told that something changed, and when.
//!
//! A hint says "look", never what there is to see. What a stream is sent is
//! read from the history after the last number it was sent, so a hint that is
//! lost, late or doubled loses and repeats nothing. While nothing happens
//! nothing runs: no task, no timer, no query.

mod hub;
mod hubs;
mod look;
mod position;
mod seat;
mod stream;
mod telling;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use rondo_domain::{Actor, Scope, UserId};
use rondo_store::{Channel, Hint, Store};

use self::hubs::Hubs;
use crate::{
    App, EventBus,
    auth::{Credential, require},
    error::Error,
    machine::{Random, identifier},
};

pub use position::{Position, position};
pub use rondo_store::ChangeMark;
pub use stream::{EventStream, Next};
pub(crate) use telling::Telling;

/// How long clients are asked to wait before they come back to a server that
/// stops, in milliseconds: not all at once.
const RETURN_MILLIS: std::ops::RangeInclusive<u64> = 1_000..=5_000;

/// What a stream is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A change was committed.
    Change(ChangeMark),
    /// What the stream asks for is no longer kept, or never was. It goes on
    /// after `latest`; whoever follows has to read everything anew.
    Reset {
        /// The number of the user's last change.
        latest: i64,
    },
}

/// Who listens to whose changes, here and in other processes.
pub(crate) struct Events {
    hubs: Arc<Hubs>,
    channel: Option<Channel>,
}

impl Events {
    /// Nobody listens yet.
    pub fn new(store: &Store, bus: EventBus, random: &dyn Random) -> Self {
        let hubs = Arc::new(Hubs::new());
        let channel = match bus {
            EventBus::Local => None,
            EventBus::Postgres => {
                let ears = Arc::clone(&hubs);
                store.channel(identifier(random), move |heard| ears.hear(heard))
            }
        };
        Self { hubs, channel }
    }

    /// Says that tasks of this user have changed, after the commit. Costs next
    /// to nothing where nobody listens, and never waits.
    pub fn changed(&self, user: &UserId) {
        self.tell(user, Hint::Changed);
    }

    /// Says that logins of this user, or tokens, are over, after the commit:
    /// streams that were opened with them end.
    pub fn ended(&self, user: &UserId) {
        self.tell(user, Hint::Ended);
    }

    fn tell(&self, user: &UserId, hint: Hint) {
        self.hubs.wake(user, hint);
        if let Some(channel) = &self.channel {
            channel.say(user, hint);
        }
    }

    /// Listens to other processes, or not.
    fn listen(&self, is_listening: bool) {
        if let Some(channel) = &self.channel {
            channel.listen(is_listening);
        }
    }
}

/// Opens a stream of the actor's changes: those after a position, or those from
/// now on. `credential` is what the actor showed; the stream ends with it.
///
/// # Errors
/// [`Error::Forbidden`] without the scope `read`, [`Error::RateLimited`] when
/// the user has twenty here already, [`Error::Unauthenticated`] when the
/// credential has ended meanwhile, or [`Error::Unavailable`].
pub async fn subscribe(
    app: &App,
    actor: &Actor,
    credential: Option<&Credential>,
    after: Option<Position>,
) -> Result<EventStream, Error> {
    require(actor, Scope::Read)?;
    EventStream::open(app, actor, credential, after).await
}

/// How long a client should wait before it comes back to a server that stops.
#[must_use]
pub fn pause_before_return(app: &App) -> Duration {
    Duration::from_millis(spread(&*app.inner().random))
}

fn spread(random: &dyn Random) -> u64 {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    let (least, most) = (*RETURN_MILLIS.start(), *RETURN_MILLIS.end());
    // Not quite even, which nobody can notice: 4,001 is small against 2^32.
    least + u64::from(u32::from_le_bytes(bytes)) % (most - least + 1)
}

impl App {
    /// Tells other processes what there is left to tell, for half a second at
    /// most. Nothing is told after this.
    pub async fn close_events(&self) {
        if let Some(channel) = &self.inner().events.channel {
            channel.close().await;
        }
    }
}
