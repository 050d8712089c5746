//! All streams of one user in this process: one looks for all.

use std::{
    mem,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use rondo_domain::UserId;
use rondo_store::Hint;
use tokio::time::sleep;

use super::{look::look, seat::Seat};
use crate::{App, error::Error};

/// How many streams a user may have in one process.
const MAX_SEATS: usize = 20;
/// When it is worth trying again where all are taken.
const RETRY_SECONDS: i64 = 10;
/// How long is waited after a look: what comes meanwhile is one look.
const REST: Duration = Duration::from_millis(25);
/// The same after a look that failed: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The streams of a user.
///
/// It holds the application, which holds it: both let go when the last stream
/// leaves.
pub(super) struct Hub {
    app: App,
    user: UserId,
    state: Mutex<State>,
}

struct State {
    seats: Vec<Arc<Seat>>,
    /// Why to look; `None`: no reason.
    pending: Option<Hint>,
    /// Whether it waits for a worker, is looked after, or rests.
    is_busy: bool,
    pause: Duration,
}

impl Hub {
    pub(super) const fn new(app: App, user: UserId) -> Self {
        let state = State { seats: Vec::new(), pending: None, is_busy: false, pause: FIRST_PAUSE };
        Self { app, user, state: Mutex::new(state) }
    }

    pub(super) const fn app(&self) -> &App {
        &self.app
    }

    pub(super) const fn user(&self) -> &UserId {
        &self.user
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn join(&self, seat: Seat) -> Result<Arc<Seat>, Error> {
        let mut state = self.state();
        if state.seats.len() >= MAX_SEATS {
            return Err(Error::RateLimited { retry_after_seconds: RETRY_SECONDS });
        }
        let seat = Arc::new(seat);
        state.seats.push(Arc::clone(&seat));
        Ok(seat)
    }

    /// `true` when nobody is left.
    pub(super) fn leave(&self, seat: &Arc<Seat>) -> bool {
        let mut state = self.state();
        state.seats.retain(|other| !Arc::ptr_eq(other, seat));
        state.seats.is_empty()
    }

    /// Makes it look: now, or when it is done with what it is at.
    pub(super) fn wake(self: &Arc<Self>, hint: Hint) {
        let mut state = self.state();
        state.pending = state.pending.max(Some(hint));
        if !mem::replace(&mut state.is_busy, true) {
            drop(state);
            self.enqueue();
        }
    }

    fn enqueue(self: &Arc<Self>) {
        self.app.inner().events.hubs.enqueue(Arc::clone(self));
    }

    /// Looks once, and rests.
    pub(super) async fn work(self: Arc<Self>) {
        let (hint, seats) = {
            let mut state = self.state();
            (state.pending.take().unwrap_or(Hint::Changed), state.seats.clone())
        };
        // A bug must not silence a user's streams for good.
        let looked = AssertUnwindSafe(look(&self, hint, &seats)).catch_unwind().await;
        let (pause, pending) = match looked {
            Ok(Ok(has_more)) => {
                self.state().pause = FIRST_PAUSE;
                (REST, has_more.then_some(Hint::Changed))
            }
            Ok(Err(error)) => {
                self.complain(&error);
                (self.next_pause(), Some(hint))
            }
            Err(_) => {
                tracing::error!(user.id = self.user.as_str(), "a stream met a bug");
                (self.next_pause(), Some(hint))
            }
        };
        tokio::spawn(async move {
            sleep(pause).await;
            self.rested(pending);
        });
    }

    /// A lost database is told by those who ask it, and not by each stream.
    fn complain(&self, error: &Error) {
        let user = self.user.as_str();
        match error {
            Error::Internal(cause) => {
                tracing::error!(user.id = user, %cause, "a stream cannot go on");
            }
            other => tracing::debug!(user.id = user, error = %other, "a stream has to wait"),
        }
    }

    fn next_pause(&self) -> Duration {
        let mut state = self.state();
        let pause = state.pause;
        state.pause = (pause * 2).min(LONGEST_PAUSE);
        pause
    }

    fn rested(self: &Arc<Self>, pending: Option<Hint>) {
        let mut state = self.state();
        state.pending = state.pending.max(pending);
        if state.pending.is_some() && !state.seats.is_empty() {
            drop(state);
            self.enqueue();
        } else {
            state.is_busy = false;
        }
    }
}
