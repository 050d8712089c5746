//! Checking a password against what is stored, in a time that says nothing.
//!
//! An imported hash is checked in a third of the time that one of ours takes. A
//! failure that came so soon would tell strangers that the address has an
//! account, so it is held back.

use std::{
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    time::{Duration, Instant},
};

use rondo_domain::Secret;

use super::{Verdict, compare, is_ours, looks};
use crate::{App, error::Error};

/// How long one look at one of our own hashes takes here, lately.
///
/// Only the work itself: the time in the queue is the same for all.
pub(crate) struct Pace(AtomicU64);

impl Pace {
    /// Nothing is known yet.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    fn is_known(&self) -> bool {
        self.0.load(SeqCst) > 0
    }

    /// Moves the mean an eighth of the way: one check on a busy machine says
    /// little, and a machine that became slower is noticed all the same.
    fn note(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        let moved = |mean: u64| match mean {
            0 => took,
            mean if took > mean => mean + (took - mean).div_ceil(8),
            mean => mean - (mean - took) / 8,
        };
        // A check that gets in between is as good as this one.
        let _ = self.0.fetch_update(SeqCst, SeqCst, |mean| Some(moved(mean)));
    }

    /// What is missing until so many looks at one of ours would have been done.
    fn rest(&self, took: Duration, looks: u32) -> Duration {
        (Duration::from_micros(self.0.load(SeqCst)) * looks).saturating_sub(took)
    }
}

/// Whether this is the password that was stored, when it is its turn.
///
/// A no takes as long for an unknown address, for a hash of ours and for an
/// imported one, unless that is dearer than ours.
///
/// # Errors
/// [`Error::RateLimited`] when too many wait.
pub(crate) async fn check(
    app: &App,
    password: Secret<String>,
    stored: Option<Secret<String>>,
) -> Result<Verdict, Error> {
    let inner = app.inner();
    let looks = looks(password.expose());
    let is_imported = stored.as_ref().is_some_and(|stored| !is_ours(stored, inner.password_cost));
    if is_imported && !inner.pace.is_known() {
        // The first check of this process: it has to learn what it is to hide.
        let nobody = Stored { hash: None, held_back: None };
        let (_, took) = timed(app, password.clone(), nobody).await?;
        inner.pace.note(took / looks);
    }
    let held_back = is_imported.then_some(looks);
    let (verdict, took) = timed(app, password, Stored { hash: stored, held_back }).await?;
    match verdict {
        Verdict::Wrong if !is_imported => inner.pace.note(took / looks),
        // At first sight.
        Verdict::Right => inner.pace.note(took),
        Verdict::Wrong | Verdict::Outdated => {}
    }
    Ok(verdict)
}

/// What a password is compared with.
struct Stored {
    hash: Option<Secret<String>>,
    /// How many looks at one of ours a failure must seem to have taken.
    held_back: Option<u32>,
}

async fn timed(
    app: &App,
    password: Secret<String>,
    stored: Stored,
) -> Result<(Verdict, Duration), Error> {
    let cost = app.inner().password_cost;
    let Stored { hash, held_back } = stored;
    let work = move || {
        let started = Instant::now();
        let verdict = compare(password.expose(), hash.as_ref(), cost);
        (verdict, started.elapsed())
    };
    let resting = app.clone();
    let rest = move |(verdict, took): &(Verdict, Duration)| match (verdict, held_back) {
        (Verdict::Wrong, Some(looks)) => resting.inner().pace.rest(*took, looks),
        _ => Duration::ZERO,
    };
    app.inner().gate.run_and_rest(work, rest).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{PASSWORD, TestApp};

    /// How long a check takes on a machine where one of ours takes a minute.
    async fn duration(password: &str, stored: Option<&str>) -> Duration {
        let test = TestApp::new().await;
        test.app.inner().pace.note(Duration::from_mins(1));
        let [password, stored] =
            [Some(password), stored].map(|text| text.map(|text| Secret::new(text.to_owned())));
        let started = tokio::time::Instant::now();
        let answer = check(&test.app, password.expect("it is given"), stored).await;
        assert!(answer.is_ok());
        started.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_password_for_an_imported_hash_comes_no_sooner_than_for_ours() {
        let imported = bcrypt::hash_with_salt(PASSWORD, 5, [7; 16]).expect("5 is a cost");
        let imported = imported.to_string();
        let ours = bcrypt::hash_with_salt(PASSWORD, 4, [7; 16]).expect("4 is a cost").to_string();
        let minute = 59_u64..=61;
        let seconds = duration("wrong", Some(&imported)).await.as_secs();
        assert!(minute.contains(&seconds), "{seconds}");
        for (password, stored) in
            [(PASSWORD, Some(imported.as_str())), ("wrong", Some(&ours)), ("wrong", None)]
        {
            assert!(duration(password, stored).await < Duration::from_secs(59));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_password_that_is_looked_at_twice_is_held_back_for_twice_as_long() {
        let imported = bcrypt::hash_with_salt(PASSWORD, 5, [7; 16]).expect("5 is a cost");
        let seconds = duration("wro\u{308}ng", Some(&imported.to_string())).await.as_secs();
        assert!((119..=121).contains(&seconds), "{seconds}");
    }

    #[tokio::test]
    async fn what_is_not_known_yet_is_learned_before_it_is_needed() {
        let test = TestApp::new().await;
        let stored = Secret::new("salt:key".to_owned());
        let answer = check(&test.app, Secret::new("wrong".to_owned()), Some(stored)).await;
        assert!(matches!(answer, Ok(Verdict::Wrong)));
        assert!(test.app.inner().pace.is_known());
    }

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_quick_check_is_held_back_until_a_slow_one_would_be_done() {
        let pace = Pace::new();
        assert!(!pace.is_known());
        assert_eq!(pace.rest(millis(80), 1), Duration::ZERO);
        pace.note(millis(250));
        assert!(pace.is_known());
        assert_eq!(pace.rest(millis(80), 1), millis(170));
        assert_eq!(pace.rest(millis(80), 2), millis(420));
        assert_eq!(pace.rest(millis(900), 1), Duration::ZERO);
    }

    #[test]
    fn the_mean_follows_the_machine_and_not_one_check() {
        let pace = Pace::new();
        pace.note(millis(200));
        pace.note(millis(1000));
        assert_eq!(pace.rest(Duration::ZERO, 1), millis(300));
        for _ in 0..100 {
            pace.note(millis(400));
        }
        assert!((395..=405).contains(&pace.rest(Duration::ZERO, 1).as_millis()));
        for _ in 0..100 {
            pace.note(millis(100));
        }
        assert!((95..=105).contains(&pace.rest(Duration::ZERO, 1).as_millis()));
    }
}
