//! What one stream has been given, and what it still has to take.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rondo_store::MarkPage;
use tokio::sync::Notify;

use super::Event;
use crate::auth::Credential;

/// How many events wait for a stream at most. One that does not take them is
/// given no more, and catches up from the history when it does.
pub(super) const QUEUE: usize = 256;

/// A stream's place in the hub of its user.
pub(super) struct Seat {
    /// What the stream was opened with; `None` in demo mode.
    pub credential: Option<Credential>,
    state: Mutex<State>,
    /// Rings when there is something to take.
    bell: Notify,
}

struct State {
    /// The number of the last change that was given; `None`: not known yet.
    after: Option<i64>,
    queue: Vec<Event>,
    /// Whether there may be more than was given.
    is_behind: bool,
    is_over: bool,
}

/// What a stream finds at its seat.
pub(super) enum Taken {
    /// These, in order, and whether there may be more to be fetched.
    Events(Vec<Event>, bool),
    Nothing,
    /// The stream is over.
    End,
}

impl Seat {
    pub(super) fn new(credential: Option<Credential>) -> Self {
        let state = State { after: None, queue: Vec::new(), is_behind: false, is_over: false };
        Self { credential, state: Mutex::new(state), bell: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says where the stream begins. `true` when something may have happened
    /// since that was known.
    pub(super) fn place(&self, after: i64) -> bool {
        let mut state = self.state();
        state.after = Some(after);
        mem::take(&mut state.is_behind)
    }

    /// The number after which this stream can be given something; `None` when
    /// it cannot, and remembers then that it was left out.
    pub(super) fn wants_after(&self) -> Option<i64> {
        let mut state = self.state();
        if state.is_over {
            return None;
        }
        let has_room = state.queue.len() < QUEUE;
        let after = state.after.filter(|_| has_room);
        state.is_behind |= after.is_none();
        after
    }

    /// Whether a page that was read after `from` has something for this stream.
    pub(super) fn is_for(&self, from: i64, page: &MarkPage) -> bool {
        let state = self.state();
        !state.is_over && state.after.is_some_and(|after| after >= from && after != page.latest)
    }

    /// Gives what a page has that was read after `from`, as far as there is
    /// room.
    pub(super) fn give(&self, from: i64, page: &MarkPage) {
        let mut state = self.state();
        let Some(after) = state.after.filter(|after| *after >= from) else { return };
        if state.is_over || after == page.latest {
            return;
        }
        let is_gap = after > page.latest || after < page.oldest - 1;
        if is_gap {
            state.queue.push(Event::Reset { latest: page.latest });
            state.after = Some(page.latest);
        } else {
            let new = page.marks.iter().filter(|mark| mark.id.get() > after);
            let room = QUEUE.saturating_sub(state.queue.len());
            for mark in new.take(room) {
                state.queue.push(Event::Change(mark.clone()));
                state.after = Some(mark.id.get());
            }
            state.is_behind |= state.queue.len() >= QUEUE;
        }
        drop(state);
        self.bell.notify_one();
    }

    /// Ends the stream; what waits in it is not for it any more.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.is_over = true;
        state.queue = Vec::new();
        drop(state);
        self.bell.notify_one();
    }

    /// Takes what is there.
    pub(super) fn take(&self) -> Taken {
        let mut state = self.state();
        if state.is_over {
            return Taken::End;
        }
        if state.queue.is_empty() {
            return Taken::Nothing;
        }
        let is_behind = mem::take(&mut state.is_behind);
        Taken::Events(mem::take(&mut state.queue), is_behind)
    }

    /// Waits until there may be something to take.
    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }
}
