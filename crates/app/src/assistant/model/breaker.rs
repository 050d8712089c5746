//! A rest for an endpoint that fails, and quick answers for those who wait.
//!
//! After some failures in a row nobody is let through for a while. Then one is,
//! to try; the others wait for how that ends.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How many calls in a row have to fail.
const MAX_FAILURES: u32 = 5;
/// How long nobody is let through then.
const REST: Duration = Duration::from_secs(30);
/// After what time to ask again while somebody tries.
const TRIAL: Duration = Duration::from_secs(5);

/// Whether the endpoint may be asked.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Since the failure that was one too many: until when nobody passes.
    closed_until: Option<Instant>,
    is_tried: bool,
}

/// The permission to ask once. Dropped without a verdict, it says nothing about
/// the endpoint: whoever asked went away.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    breaker: &'a Breaker,
    is_trial: bool,
}

impl Breaker {
    /// Lets one pass.
    ///
    /// # Errors
    /// How long to wait.
    pub fn pass(&self) -> Result<Pass<'_>, Duration> {
        let mut state = self.state();
        let Some(until) = state.closed_until else {
            return Ok(Pass { breaker: self, is_trial: false });
        };
        let now = Instant::now();
        if now < until {
            return Err(until - now);
        }
        if state.is_tried {
            return Err(TRIAL);
        }
        state.is_tried = true;
        Ok(Pass { breaker: self, is_trial: true })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The numbers are right after each line of theirs.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// The endpoint did what it is for.
    pub fn worked(self) {
        *self.breaker.state() = State::default();
    }

    /// The endpoint failed.
    pub fn failed(self) {
        let mut state = self.breaker.state();
        state.failures += 1;
        // Those that were under way when the rest began do not prolong it.
        if self.is_trial || state.failures == MAX_FAILURES {
            state.closed_until = Some(Instant::now() + REST);
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.is_trial {
            self.breaker.state().is_tried = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn fail(breaker: &Breaker, times: u32) {
        (0..times).for_each(|_| breaker.pass().expect("it is open").failed());
    }

    #[tokio::test(start_paused = true)]
    async fn five_failures_in_a_row_are_a_reason_to_rest() {
        let breaker = Breaker::default();
        fail(&breaker, 4);
        breaker.pass().expect("four are not enough").worked();
        fail(&breaker, 5);
        assert_eq!(breaker.pass().expect_err("five are"), REST);
        advance(Duration::from_secs(29)).await;
        assert_eq!(breaker.pass().expect_err("not yet"), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_rest_one_tries_and_decides_for_all() {
        let breaker = Breaker::default();
        fail(&breaker, 5);
        advance(REST).await;
        let trial = breaker.pass().expect("one may try");
        assert_eq!(breaker.pass().expect_err("another one may not"), TRIAL);
        trial.failed();
        assert_eq!(breaker.pass().expect_err("it failed"), REST);
        advance(REST).await;
        drop(breaker.pass().expect("this one goes away, and the next may try"));
        breaker.pass().expect("it does").worked();
        fail(&breaker, 4);
        assert!(breaker.pass().is_ok(), "all counts from the beginning again");
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_under_way_does_not_prolong_the_rest() {
        let breaker = Breaker::default();
        let slow = breaker.pass().expect("it is open");
        fail(&breaker, 5);
        advance(Duration::from_secs(20)).await;
        slow.failed();
        assert_eq!(breaker.pass().expect_err("it rests"), Duration::from_secs(10));
    }
}
