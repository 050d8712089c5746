//! How many requests a user's programs may send.
//!
//! Unlike attempts at a password these are counted in memory: what only looks
//! at a list must not cost a write. So each replica counts for itself, and a
//! restart begins anew. It is there for a program that runs in circles, not
//! for one that guesses.

use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::sync::Cache;
use rondo_domain::{Timestamp, UserId};

use crate::{error::Error, settings::Limit};

/// How many users are counted at once. Who drops out begins a new window.
const CAPACITY: usize = 10_000;

/// Counts the requests of users.
pub(crate) struct Meter(Cache<UserId, Arc<Mutex<Window>>>);

/// What a user sent since then.
struct Window {
    began: Timestamp,
    count: i64,
}

impl Meter {
    /// Has counted nobody yet.
    pub fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    /// Counts a request, refused ones too.
    ///
    /// # Errors
    /// [`Error::RateLimited`] for the request after the last that is allowed,
    /// until the window ends.
    pub fn count(&self, limit: Option<Limit>, user: &UserId, now: Timestamp) -> Result<(), Error> {
        let Some(limit) = limit else {
            return Ok(());
        };
        let fresh = || Ok::<_, Error>(Arc::new(Mutex::new(Window { began: now, count: 0 })));
        let window = self.0.get_or_insert_with(user, fresh)?;
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.seconds_since(window.began);
        // A clock that was set back must not keep anybody out for longer.
        if !(0..limit.window_seconds).contains(&age) {
            *window = Window { began: now, count: 0 };
        }
        window.count = window.count.saturating_add(1);
        if window.count <= limit.count {
            return Ok(());
        }
        if window.count == limit.count.saturating_add(1) {
            tracing::info!(purpose = "program request", user.id = user.as_str(), "too many");
        }
        let left = limit.window_seconds - now.seconds_since(window.began);
        Err(Error::RateLimited { retry_after_seconds: left.max(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, id};

    const LIMIT: Option<Limit> = Some(Limit { count: 2, window_seconds: 60 });

    /// Asks that many seconds after the start; says how long to wait.
    fn ask(meter: &Meter, user: &str, seconds: i64) -> i64 {
        match meter.count(LIMIT, &id(user), NOW.plus_seconds(seconds)) {
            Ok(()) => 0,
            Err(Error::RateLimited { retry_after_seconds }) => retry_after_seconds,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_asks_too_often_waits_until_the_window_ends_and_nobody_else_does() {
        let meter = Meter::new();
        assert_eq!([0, 10, 20, 59].map(|seconds| ask(&meter, "ada", seconds)), [0, 0, 40, 1]);
        assert_eq!(ask(&meter, "bob", 20), 0);
        assert_eq!([60, 61, 62].map(|seconds| ask(&meter, "ada", seconds)), [0, 0, 58]);
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_out() {
        let meter = Meter::new();
        assert_eq!([100, 100, 100].map(|seconds| ask(&meter, "ada", seconds)), [0, 0, 60]);
        assert_eq!(ask(&meter, "ada", 0), 0);
    }

    #[test]
    fn a_limit_that_is_off_counts_nothing() {
        let meter = Meter::new();
        for _ in 0..100 {
            assert!(meter.count(None, &id("ada"), NOW).is_ok());
        }
        assert_eq!(ask(&meter, "ada", 0), 0);
    }
}
