//! How many passwords are hashed at once.
//!
//! A hash takes a core for a quarter of a second. Without a gate a burst of
//! logins would take all of them, and every other request would wait.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task, time,
};

use crate::error::Error;

/// How many may wait for their turn. Further ones are told to come back.
const MAX_WAITING: usize = 64;
/// How long anybody waits for their turn.
const MAX_WAIT: Duration = Duration::from_secs(8);
/// What those are told who did not get a turn: by then the queue of now is
/// either done or has given up.
const RETRY_AFTER_SECONDS: i64 = 8;

/// A turnstile in front of slow work.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Gate {
    /// A gate for a machine with so many cores: one is always left for
    /// everything else, unless there is only one.
    pub fn new(cores: usize) -> Self {
        let at_once = cores.saturating_sub(1).max(1);
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(MAX_WAITING)),
        }
    }

    /// Does slow work on a blocking thread, when it is its turn.
    ///
    /// A caller that gives up while waiting leaves the queue. One that gives up
    /// later cannot stop the work; it keeps its turn until it is done, so that
    /// the number at work stays true.
    ///
    /// # Errors
    /// [`Error::RateLimited`] when the queue is full or took too long.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let turn = self.turn().await?;
        let done = task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|panic| Error::Internal(Box::new(panic)))
    }

    /// The same for work that must not show how quick it was: the turn is kept
    /// for as long as `rest` says of the outcome, whether the caller stays or
    /// not. Waiting without the turn would show in how soon the next one gets
    /// it.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub async fn run_and_rest<T, F, R>(&self, work: F, rest: R) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
        R: FnOnce(&T) -> Duration + Send + 'static,
    {
        let turn = self.turn().await?;
        let done = task::spawn(async move {
            let outcome = task::spawn_blocking(work).await;
            if let Ok(outcome) = &outcome {
                time::sleep(rest(outcome)).await;
            }
            drop(turn);
            outcome
        });
        let outcome = done.await.and_then(std::convert::identity);
        outcome.map_err(|panic| Error::Internal(Box::new(panic)))
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        const BUSY: Error = Error::RateLimited { retry_after_seconds: RETRY_AFTER_SECONDS };
        // Those who wait come first: tokio hands a free permit to the longest
        // waiting before anybody can take it here.
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let _place = self.places.try_acquire().map_err(|_| BUSY)?;
        match time::timeout(MAX_WAIT, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(turn) => turn.map_err(|closed| Error::Internal(Box::new(closed))),
            Err(_) => Err(BUSY),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    };

    use tokio::task::JoinSet;

    use super::*;

    /// Work that goes on until the sender is dropped.
    fn held(gate: &Gate) -> (mpsc::Sender<()>, impl Future<Output = Result<(), Error>> + use<>) {
        let (hold, released) = mpsc::channel::<()>();
        let gate = gate.clone();
        let work = async move {
            gate.run(move || {
                let _ = released.recv();
            })
            .await
        };
        (hold, work)
    }

    async fn until(condition: impl Fn() -> bool) {
        while !condition() {
            task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn no_more_than_all_cores_but_one_work_at_once() {
        let gate = Gate::new(3);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut callers = JoinSet::new();
        for _ in 0..24 {
            let (gate, now, most) = (gate.clone(), Arc::clone(&now), Arc::clone(&most));
            callers.spawn(async move {
                gate.run(move || {
                    most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(1, SeqCst);
                })
                .await
            });
        }
        assert!(callers.join_all().await.iter().all(Result::is_ok));
        assert!((1..=2).contains(&most.load(SeqCst)));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_gets_the_turn_of_work_that_rests() {
        let gate = Gate::new(1);
        let started = time::Instant::now();
        let rests = |gate: &Gate| {
            let gate = gate.clone();
            async move { gate.run_and_rest(|| (), |()| Duration::from_secs(3)).await }
        };
        let left = tokio::spawn(rests(&gate));
        until(|| gate.turns.available_permits() == 0).await;
        // Who goes away does not end the rest either.
        left.abort();
        assert!(rests(&gate).await.is_ok());
        assert_eq!(started.elapsed().as_secs(), 6);
        assert_eq!(gate.turns.available_permits(), 1);
    }

    #[tokio::test]
    async fn a_machine_with_one_core_hashes_one_at_a_time() {
        for cores in [0, 1, 2] {
            assert_eq!(Gate::new(cores).turns.available_permits(), 1);
        }
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_told_to_come_back() {
        let gate = Gate::new(1);
        let (hold, working) = held(&gate);
        let working = tokio::spawn(working);
        until(|| gate.turns.available_permits() == 0).await;

        let mut queue = JoinSet::new();
        for _ in 0..MAX_WAITING {
            let gate = gate.clone();
            queue.spawn(async move { gate.run(|| ()).await });
        }
        until(|| gate.places.available_permits() == 0).await;
        assert!(matches!(gate.run(|| ()).await, Err(Error::RateLimited { .. })));

        // Those who give up make room for others.
        queue.abort_all();
        while queue.join_next().await.is_some() {}
        assert_eq!(gate.places.available_permits(), MAX_WAITING);
        drop(hold);
        assert!(working.await.is_ok_and(|done| done.is_ok()));
        assert!(gate.run(|| ()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_longer_than_eight_seconds() {
        let gate = Gate::new(1);
        let turn = gate.turn().await.expect("the gate is free");
        let started = time::Instant::now();
        assert!(matches!(gate.run(|| ()).await, Err(Error::RateLimited { .. })));
        assert_eq!(started.elapsed().as_secs(), 8);
        drop(turn);
    }

    #[tokio::test]
    async fn who_gives_up_late_keeps_the_turn_until_the_work_is_done() {
        let gate = Gate::new(1);
        let (hold, working) = held(&gate);
        let caller = tokio::spawn(working);
        until(|| gate.turns.available_permits() == 0).await;
        caller.abort();
        assert!(caller.await.is_err());
        assert_eq!(gate.turns.available_permits(), 0);
        drop(hold);
        until(|| gate.turns.available_permits() == 1).await;
    }
}
