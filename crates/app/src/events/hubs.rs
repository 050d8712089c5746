//! The hubs of all users who listen, and the few workers that look for them.
//!
//! When a thousand hubs are woken at once (the way to other processes was lost
//! and is back), they wait for their turn here, not in the database.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use rondo_domain::UserId;
use rondo_store::{Heard, Hint};

use super::{hub::Hub, seat::Seat};
use crate::{App, auth::Credential, error::Error};

/// How many look at the same time.
const WORKERS: usize = 4;

/// Everybody who listens in this process.
pub(super) struct Hubs {
    by_user: Mutex<HashMap<UserId, Arc<Hub>>>,
    /// How many there are, for those who only want to know whether any is.
    count: AtomicUsize,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Arc<Hub>>,
    workers: usize,
}

impl Hubs {
    pub(super) fn new() -> Self {
        Self { by_user: Mutex::default(), count: AtomicUsize::new(0), queue: Mutex::default() }
    }

    fn by_user(&self) -> MutexGuard<'_, HashMap<UserId, Arc<Hub>>> {
        self.by_user.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the streams of a user look.
    pub(super) fn wake(&self, user: &UserId, hint: Hint) {
        // Who comes between this look and the next reads what was committed
        // before either.
        if self.count.load(SeqCst) == 0 {
            return;
        }
        let hub = self.by_user().get(user).map(Arc::clone);
        if let Some(hub) = hub {
            hub.wake(hint);
        }
    }

    /// Passes on what another process says.
    pub(super) fn hear(&self, heard: Heard) {
        match heard {
            Heard::Hints(hints) => {
                for (user, hint) in hints {
                    self.wake(&user, hint);
                }
            }
            Heard::Anything => {
                let all: Vec<_> = self.by_user().values().map(Arc::clone).collect();
                for hub in all {
                    hub.wake(Hint::Ended);
                }
            }
        }
    }

    /// Takes a seat in the hub of a user.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when the hub is full.
    pub(super) fn join(
        app: &App,
        user: &UserId,
        credential: Option<&Credential>,
    ) -> Result<(Arc<Hub>, Arc<Seat>), Error> {
        let events = &app.inner().events;
        let mut by_user = events.hubs.by_user();
        let present = by_user.get(user).map(Arc::clone);
        let is_new = present.is_none();
        let hub = present.unwrap_or_else(|| Arc::new(Hub::new(app.clone(), user.clone())));
        let seat = hub.join(Seat::new(credential.cloned()))?;
        if is_new {
            by_user.insert(user.clone(), Arc::clone(&hub));
            if events.hubs.count.fetch_add(1, SeqCst) == 0 {
                events.listen(true);
            }
        }
        Ok((hub, seat))
    }

    /// Leaves a seat; the last one to go takes the hub away.
    pub(super) fn leave(hub: &Arc<Hub>, seat: &Arc<Seat>) {
        let events = &hub.app().inner().events;
        let mut by_user = events.hubs.by_user();
        if hub.leave(seat) {
            by_user.remove(hub.user());
            if events.hubs.count.fetch_sub(1, SeqCst) == 1 {
                events.listen(false);
            }
        }
    }

    /// Has a hub looked after as soon as there is a worker.
    pub(super) fn enqueue(self: &Arc<Self>, hub: Arc<Hub>) {
        let mut queue = self.queue();
        queue.waiting.push_back(hub);
        if queue.workers < WORKERS {
            queue.workers += 1;
            tokio::spawn(Arc::clone(self).work());
        }
    }

    async fn work(self: Arc<Self>) {
        while let Some(hub) = self.next() {
            hub.work().await;
        }
    }

    /// The next hub; without one the worker is dismissed.
    fn next(&self) -> Option<Arc<Hub>> {
        let mut queue = self.queue();
        let next = queue.waiting.pop_front();
        if next.is_none() {
            queue.workers -= 1;
            queue.waiting = VecDeque::new();
        }
        next
    }
}

#[cfg(test)]
impl Hubs {
    /// Whether nobody listens.
    pub(super) fn is_empty(&self) -> bool {
        self.by_user().is_empty() && self.count.load(SeqCst) == 0
    }
}
