//! Hints between the processes on one database, by LISTEN and NOTIFY.
//!
//! They travel on a connection of their own, to the direct address: a
//! transaction pooler forgets who listens, and a NOTIFY inside a write would
//! make all commits of the database queue. There is a connection only while
//! somebody listens or there is something to say.

mod link;
mod outbox;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rondo_domain::UserId;
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use self::{link::Link, outbox::Outbox};
use super::Postgres;
use crate::StoreError;

/// How long is waited after a NOTIFY: what comes meanwhile goes together.
const REST: Duration = Duration::from_millis(50);
/// How long an idle connection stays that nobody listens on.
const LINGER: Duration = Duration::from_mins(1);
/// The pauses between attempts to connect: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A connection that lasted this long was a good one.
const GOOD: Duration = Duration::from_secs(10);
/// How long is tried to say something when nobody listens here.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long the end waits for what is still to be said.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What is said about a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// Something of theirs changed.
    Changed,
    /// One of their logins may be over; and something may have changed.
    Ended,
}

/// What comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something about these users.
    Hints(Vec<(UserId, Hint)>),
    /// Something may have been missed, about anybody.
    Anything,
}

/// A way to speak to the other processes on the same database.
///
/// Nothing is promised: a hint may be lost, and come twice. When some may have
/// been lost, [`Heard::Anything`] says so.
pub struct Channel(Arc<Shared>);

struct Shared {
    server: Postgres,
    /// What we call ourselves, to know our own words.
    name: String,
    hear: Box<dyn Fn(Heard) + Send + Sync>,
    state: Mutex<State>,
    /// Rings when the state has changed.
    bell: Notify,
}

#[derive(Default)]
struct State {
    outbox: Outbox,
    is_listening: bool,
    is_closed: bool,
    has_warned: bool,
    /// There while it runs.
    runner: Option<JoinHandle<()>>,
}

impl State {
    fn is_idle(&self) -> bool {
        self.outbox.is_empty() && (!self.is_listening || self.is_closed)
    }
}

impl Channel {
    /// A channel that is not connected. `name` has to be another one in each
    /// process; `hear` must not wait.
    pub(crate) fn new(
        server: Postgres,
        name: String,
        hear: impl Fn(Heard) + Send + Sync + 'static,
    ) -> Self {
        let hear = Box::new(hear);
        let (state, bell) = (Mutex::default(), Notify::new());
        Self(Arc::new(Shared { server, name, hear, state, bell }))
    }

    /// Tells the others something about a user: soon, and together with what
    /// else there is to tell.
    pub fn say(&self, user: &UserId, hint: Hint) {
        self.0.change(|state| state.outbox.put(user, hint));
    }

    /// Begins or ends to listen to the others.
    pub fn listen(&self, is_listening: bool) {
        self.0.change(|state| state.is_listening = is_listening);
    }

    /// Says what is left to say, for half a second at most, and hangs up.
    pub async fn close(&self) {
        let runner = {
            let mut state = self.0.state();
            state.is_closed = true;
            state.runner.take()
        };
        self.0.bell.notify_one();
        let Some(mut runner) = runner else { return };
        if timeout(LAST_WORDS, &mut runner).await.is_err() {
            runner.abort();
        }
    }
}

/// What is to be done next on a connection.
enum Step {
    Listen,
    Unlisten,
    Send(Vec<String>),
    /// Nothing, and the connection is needed.
    Wait,
    /// Nothing, and the connection may go.
    Linger,
    End,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is wanted, and sees to it that somebody does it.
    fn change(self: &Arc<Self>, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        if state.is_closed {
            return;
        }
        change(&mut state);
        if state.runner.is_some() {
            self.bell.notify_one();
        } else if !state.is_idle() {
            state.runner = Some(tokio::spawn(Arc::clone(self).run()));
        }
    }

    /// Works until there is nothing left to do.
    async fn run(self: Arc<Self>) {
        let (mut pause, mut lost_at) = (FIRST_PAUSE, None);
        while !self.retire() {
            let opened_at = Instant::now();
            let Err(error) = self.serve().await else { continue };
            if opened_at.elapsed() >= GOOD {
                (pause, lost_at) = (FIRST_PAUSE, None);
            }
            // Once for each time that it is away: the direct address may be wrong
            // while all requests are well.
            if lost_at.is_none() && !self.state().is_idle() {
                tracing::warn!(%error, "the event bus has no connection, trying again");
            } else {
                tracing::debug!(%error, "the event bus has no connection");
            }
            let since = *lost_at.get_or_insert_with(Instant::now);
            if since.elapsed() >= PATIENCE {
                self.give_up();
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Connects, and does what is wanted for as long as the connection holds.
    /// `Ok` when it is not needed any more.
    async fn serve(self: &Arc<Self>) -> Result<(), StoreError> {
        let mut link = Link::open(self).await?;
        loop {
            match self.next_step(link.is_listening()) {
                Step::Listen => {
                    link.listen().await?;
                    self.warn_once();
                    // Whatever was said before we could hear it.
                    (self.hear)(Heard::Anything);
                }
                Step::Unlisten => link.unlisten().await?,
                Step::Send(payloads) => self.send(&mut link, &payloads).await?,
                Step::Wait => link.wait(self.bell.notified()).await?,
                Step::Linger => {
                    let rung = timeout(LINGER, link.wait(self.bell.notified())).await;
                    let Ok(rung) = rung else { return Ok(()) };
                    rung?;
                }
                Step::End => return Ok(()),
            }
        }
    }

    /// Says that listening is in vain where it is.
    fn warn_once(&self) {
        let is_first = !std::mem::replace(&mut self.state().has_warned, true);
        if is_first && self.server.is_pooled_only() {
            tracing::warn!(
                "changes on other replicas are not heard: a transaction pooler forgets who \
                 listens, and DATABASE_DIRECT_URL leads past none"
            );
        }
    }

    fn next_step(&self, is_listening: bool) -> Step {
        let mut state = self.state();
        if state.is_listening && !is_listening && !state.is_closed {
            // First of all: the others may be speaking already.
            return Step::Listen;
        }
        let payloads = state.outbox.take(&self.name);
        match (state.is_listening, is_listening) {
            _ if !payloads.is_empty() => Step::Send(payloads),
            _ if state.is_closed => Step::End,
            (false, true) => Step::Unlisten,
            (true, _) => Step::Wait,
            (false, false) => Step::Linger,
        }
    }

    async fn send(&self, link: &mut Link, payloads: &[String]) -> Result<(), StoreError> {
        if let Err(error) = link.send(payloads).await {
            // Nobody knows what arrived. Whoever looks too often finds nothing.
            self.state().outbox.put_everybody();
            return Err(error);
        }
        // At the end nobody waits for more to come.
        if self.state().is_closed { Ok(()) } else { link.wait(sleep(REST)).await }
    }

    /// Ends the runner, unless there is something to do after all.
    fn retire(&self) -> bool {
        let mut state = self.state();
        let is_idle = state.is_idle();
        if is_idle {
            state.runner = None;
        }
        is_idle
    }

    /// Forgets what could not be said. Streams elsewhere miss it until their
    /// user changes something again, or they reconnect.
    fn give_up(&self) {
        let mut state = self.state();
        if !state.is_listening && !state.outbox.is_empty() {
            tracing::debug!("other replicas were not told of changes");
            state.outbox = Outbox::default();
        }
    }
}
