//! Writes of one user share a commit.
//!
//! All of a user's writes change the row with the user's totals, so PostgreSQL
//! runs them one after another, each waiting for the flush of the one before.
//! Here they queue before they get there: the first runs at once and alone;
//! those that arrive meanwhile run together in the next transaction, with one
//! commit for all of them. Users do not wait for each other, and a user who
//! writes alone notices nothing.
//!
//! Neighbours in the queue that have nothing to do with each other run side by
//! side: what they ask travels together, so that a group takes a few round
//! trips and not a few for each.
//!
//! What goes wrong in a shared transaction goes wrong for nobody else: it is
//! rolled back as a whole. If the database has refused a statement, each write
//! runs again by itself. If only a body has failed, when it had changed
//! something, all run again together, one after the other in savepoints: nearly
//! every body that fails has changed nothing, so the first attempt does without.

use std::{
    collections::{HashMap, VecDeque},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use super::{BUDGET, Mode, Postgres, Txn, pool};
use crate::{StoreError, Touches};

/// The most writes that share a commit, and the most that may wait.
const GROUP: usize = 64;
const QUEUE: usize = 1024;

/// The users who are writing right now, each with the writes that wait.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<Arc<str>, VecDeque<Waiting>>>);

/// A write that waits for its turn.
struct Waiting {
    job: Box<dyn Job>,
    touches: Touches,
    deadline: Instant,
}

impl Lanes {
    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, VecDeque<Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a body alone if its user is not writing, and with others otherwise.
pub(super) async fn write<T, E, F, Fut>(
    server: &Postgres,
    owner: &str,
    touches: Touches,
    body: F,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(crate::Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<T, E>> + Send,
{
    let answered = {
        let mut lanes = server.0.lanes.lock();
        match lanes.get_mut(owner) {
            None => {
                lanes.insert(owner.into(), VecDeque::new());
                None
            }
            Some(waiting) if waiting.len() >= QUEUE => {
                return Err(StoreError::unavailable("too many writes of one user wait").into());
            }
            Some(waiting) => {
                let (answer, answered) = oneshot::channel();
                let job = Box::new(Write { body: body.clone(), answer, outcome: None });
                waiting.push_back(Waiting { job, touches, deadline: Instant::now() + BUDGET });
                Some(answered)
            }
        }
    };
    let Some(answered) = answered else {
        let _turn = Turn { server: server.clone(), owner: owner.into() };
        return server.write(body).await;
    };
    match timeout_at(Instant::now() + BUDGET, answered).await {
        Ok(Ok(outcome)) => outcome,
        // Its own run had no time left, or the time has come here.
        Ok(Err(_)) | Err(_) => {
            Err(StoreError::unavailable("the database took too long to answer").into())
        }
    }
}

/// A user's turn to write. However it ends, those who wait come next.
struct Turn {
    server: Postgres,
    owner: Arc<str>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut lanes = self.server.0.lanes.lock();
        match lanes.get(&self.owner) {
            Some(waiting) if !waiting.is_empty() => {
                tokio::spawn(write_waiting(self.server.clone(), Arc::clone(&self.owner)));
            }
            _ => drop(lanes.remove(&self.owner)),
        }
    }
}

/// Runs what waits, group by group, until nothing does.
async fn write_waiting(server: Postgres, owner: Arc<str>) {
    loop {
        let group: Vec<Waiting> = {
            let mut lanes = server.0.lanes.lock();
            let Some(waiting) = lanes.get_mut(&owner) else {
                return;
            };
            if waiting.is_empty() {
                lanes.remove(&owner);
                return;
            }
            let size = waiting.len().min(GROUP);
            waiting.drain(..size).filter(|waiting| !waiting.job.is_abandoned()).collect()
        };
        write_group(&server, group).await;
    }
}

async fn write_group(server: &Postgres, mut group: Vec<Waiting>) {
    // The one who has waited longest must have an answer first.
    let Some(deadline) = group.iter().map(|waiting| waiting.deadline).min() else {
        return;
    };
    let mut fate = run_together(server, &mut group, deadline, Guard::None).await;
    if fate == Fate::Spoilt {
        fate = run_together(server, &mut group, deadline, Guard::Savepoints).await;
    }
    for Waiting { job, deadline, .. } in group {
        match fate {
            Fate::Stored => job.finish(),
            Fate::Undone | Fate::Spoilt => {
                drop(timeout_at(deadline, job.run_alone(server)).await);
            }
            Fate::Unknown => job.give_up(),
        }
    }
}

/// What protects the writes of a group from each other.
#[derive(Clone, Copy)]
enum Guard {
    None,
    Savepoints,
}

/// What became of a shared transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stored,
    Undone,
    /// Undone because of a body that failed and left changes behind.
    Spoilt,
    /// The connection was lost during the commit: it may have happened, so
    /// nothing of it must happen again.
    Unknown,
}

async fn run_together(
    server: &Postgres,
    group: &mut [Waiting],
    deadline: Instant,
    guard: Guard,
) -> Fate {
    let Ok(Ok(txn)) = timeout_at(deadline, server.begin_shared()).await else {
        return Fate::Undone;
    };
    let shared = async {
        let shared = match guard {
            Guard::None => share(&txn, group).await,
            Guard::Savepoints => share_in_savepoints(&txn, group).await,
        };
        if shared.is_err() && !txn.is_uncertain() {
            txn.roll_back().await;
        }
        shared
    };
    match timeout_at(deadline, shared).await {
        Ok(Ok(())) => Fate::Stored,
        _ if txn.is_uncertain() => Fate::Unknown,
        Ok(Err(Unshared::Spoilt)) => Fate::Spoilt,
        _ => Fate::Undone,
    }
}

/// Why a group has no outcome.
enum Unshared {
    Spoilt,
    Failed,
}

impl From<StoreError> for Unshared {
    fn from(_: StoreError) -> Self {
        Self::Failed
    }
}

/// Runs the jobs, neighbours side by side where they can, and commits them
/// together.
async fn share(txn: &Txn, group: &mut [Waiting]) -> Result<(), Unshared> {
    let mut rest = &mut *group;
    while !rest.is_empty() {
        let (abreast, others) = rest.split_at_mut(independent(rest));
        rest = others;
        let runs = abreast.iter_mut().map(|waiting| async {
            let part = txn.for_one_body();
            let counts = waiting.job.run_shared(part.clone()).await;
            part.end_body();
            counts || part.forget_kept()
        });
        let clean = join_all(runs).await;
        if txn.has_failed() {
            return Err(Unshared::Failed);
        }
        if clean.contains(&false) {
            return Err(Unshared::Spoilt);
        }
    }
    check_callers(group)?;
    Ok(txn.commit().await?)
}

/// How many jobs at the head of a queue have nothing to do with each other; at
/// least one.
fn independent(queue: &[Waiting]) -> usize {
    let meets = |(index, waiting): (usize, &Waiting)| {
        queue[..index].iter().any(|earlier| earlier.touches.meets(&waiting.touches))
    };
    queue.iter().enumerate().position(meets).unwrap_or(queue.len())
}

/// Runs the jobs one after the other, each inside a savepoint, and commits them
/// together.
///
/// What steers the savepoints travels with the next job's first statement and
/// costs no round trip.
async fn share_in_savepoints(txn: &Txn, group: &mut [Waiting]) -> Result<(), Unshared> {
    let mut control = "savepoint job";
    for waiting in &mut *group {
        txn.control(control);
        let part = txn.for_one_body();
        let counts = waiting.job.run_shared(part.clone()).await;
        part.end_body();
        if txn.has_failed() {
            return Err(Unshared::Failed);
        }
        control = if counts {
            "release job; savepoint job"
        } else {
            // What was not sent yet must not fail behind the job's back.
            part.forget_kept();
            // A savepoint that was rolled back to serves the next job as well.
            "rollback to job"
        };
    }
    txn.control(control);
    check_callers(group)?;
    Ok(txn.commit().await?)
}

/// Whoever left was told that it is too late, and that must come true.
fn check_callers(group: &[Waiting]) -> Result<(), Unshared> {
    let has_left = group.iter().any(|waiting| waiting.job.is_abandoned());
    if has_left { Err(Unshared::Failed) } else { Ok(()) }
}

impl Postgres {
    async fn begin_shared(&self) -> Result<Txn, StoreError> {
        let client = pool::acquire(&self.0.pool).await?;
        Ok(self.txn(client, Mode::Write))
    }
}

/// A write whose types are forgotten, so that it can wait among others.
trait Job: Send {
    /// Whether its caller has gone away: then nothing of it may be stored.
    fn is_abandoned(&self) -> bool;
    /// Runs in a transaction with others; says whether its changes count.
    fn run_shared(&mut self, txn: Txn) -> BoxFuture<'_, bool>;
    /// Answers with what the shared run gave, which is committed now.
    fn finish(self: Box<Self>);
    /// Answers that nobody knows whether the shared run was committed.
    fn give_up(self: Box<Self>);
    /// Runs in a transaction of its own and answers.
    fn run_alone<'a>(self: Box<Self>, server: &'a Postgres) -> BoxFuture<'a, ()>
    where
        Self: 'a;
}

struct Write<T, E, F> {
    body: F,
    answer: oneshot::Sender<Result<T, E>>,
    outcome: Option<Result<T, E>>,
}

impl<T, E, F, Fut> Job for Write<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(crate::Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<T, E>> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run_shared(&mut self, txn: Txn) -> BoxFuture<'_, bool> {
        let body = self.body.clone();
        async move {
            let handed = crate::Txn(crate::Inner::Postgres(txn));
            let outcome = AssertUnwindSafe(async { body(handed).await }).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| {
                Err(StoreError::internal("a transaction body panicked").into())
            });
            let counts = outcome.is_ok();
            self.outcome = Some(outcome);
            counts
        }
        .boxed()
    }

    fn finish(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            let _ = self.answer.send(outcome);
        }
    }

    fn give_up(self: Box<Self>) {
        let lost = StoreError::unavailable("the connection was lost during the commit");
        let _ = self.answer.send(Err(lost.into()));
    }

    fn run_alone<'a>(self: Box<Self>, server: &'a Postgres) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        async move {
            if !self.answer.is_closed() {
                let _ = self.answer.send(server.write(self.body).await);
            }
        }
        .boxed()
    }
}
