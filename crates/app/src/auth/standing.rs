//! Whether a genuine token is still good, without asking the database each
//! time.
//!
//! A token is good until its login session ends, it is revoked, or its user is
//! deleted. Only the database knows, and other replicas write to it, so what it
//! said is believed for four seconds: a logout holds everywhere within five.
//! On the replica that did it, it holds at once.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};

use quick_cache::sync::Cache;
use rondo_domain::{SessionId, Timestamp, UserId};
use rondo_store::{Store, StoreError, Txn};

use crate::error::{Error, Why};

/// How many tokens are remembered; the rarest used are forgotten first.
const CAPACITY: usize = 100_000;
/// How long the database's word is believed.
const BELIEVED_MICROS: i64 = 4_000_000;

/// A mark: nobody has asked about this token yet.
const UNKNOWN: i64 = i64::MIN;
/// A mark: the token is dead, and nothing brings it back.
const DEAD: i64 = i64::MAX;

/// What a token stands for. Only tokens whose signature was verified get here,
/// so strangers cannot fill the memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// A login session of ours.
    Session(UserId, SessionId),
    /// A token that somebody else made, by its SHA-256.
    Token(UserId, [u8; 32]),
}

impl Subject {
    /// Whose token it is.
    pub const fn user(&self) -> &UserId {
        match self {
            Self::Session(user, _) | Self::Token(user, _) => user,
        }
    }

    /// What the database says now. Inside a transaction that writes, with the
    /// user's row held, the answer stays true until its end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_good(&self, txn: &Txn, now: Timestamp) -> Result<bool, StoreError> {
        match self {
            Self::Session(user, session) => txn.session_is_live(user, session, now).await,
            Self::Token(user, hash) => txn.token_is_allowed(user, hash).await,
        }
    }
}

/// What is known about the tokens that were seen lately.
///
/// Each token has a slot: a mark, or the moment (in microseconds) at which the
/// database was last asked and said yes.
pub(crate) struct Standing(Cache<Subject, Arc<AtomicI64>>);

impl Standing {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    /// Whether the token is good now.
    ///
    /// Without a database the answer is that there is none: going on would only
    /// wait for it a second time.
    ///
    /// # Errors
    /// [`Why::InvalidToken`] when it is dead; [`Error::Unavailable`] when the
    /// database has to be asked and cannot be.
    pub async fn check(
        &self,
        store: &Store,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.check_with(subject, now, || is_good(store, subject.clone(), now)).await
    }

    /// The same, where `ask` puts the question to the database; it is called
    /// only when what is known does not do.
    async fn check_with<Answer>(
        &self,
        subject: &Subject,
        now: Timestamp,
        ask: impl FnOnce() -> Answer + Send,
    ) -> Result<(), Error>
    where
        Answer: Future<Output = Result<bool, StoreError>> + Send,
    {
        let slot = self.slot(subject);
        let seen = slot.load(SeqCst);
        if seen == DEAD {
            return Err(Why::InvalidToken.into());
        }
        let now_micros = now.as_micros();
        let age = now_micros.saturating_sub(seen);
        if seen != UNKNOWN && (0..BELIEVED_MICROS).contains(&age) {
            return Ok(());
        }
        match ask().await {
            Ok(true) => {
                // A logout may have come between the question and this line:
                // the answer is older than it and must not undo it. The slot
                // then no longer holds what it held before the question, and
                // the exchange fails. The moment stored is that of the
                // question, not of the answer, for the same reason.
                match slot.compare_exchange(seen, now_micros, SeqCst, SeqCst) {
                    Err(DEAD) => Err(Why::InvalidToken.into()),
                    _ => Ok(()),
                }
            }
            Ok(false) => {
                // Ended sessions, revoked tokens and deleted users stay so.
                slot.store(DEAD, SeqCst);
                Err(Why::InvalidToken.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Remembers that a token is dead. Called after the database knows: a slot
    /// that is forgotten is filled from there again.
    pub fn kill(&self, subject: &Subject) {
        self.slot(subject).store(DEAD, SeqCst);
    }

    /// Forgets that a token is good, so that it is asked about anew. A check
    /// that is under way writes to a slot that nobody looks at any more.
    pub fn doubt(&self, subject: &Subject) {
        if self.0.get(subject).is_none_or(|slot| slot.load(SeqCst) != DEAD) {
            self.0.remove(subject);
        }
    }

    /// Forgets everything, so that every token is asked about anew: for changes
    /// that end sessions we cannot name.
    ///
    /// A check that is under way writes to a slot that nobody looks at any
    /// more.
    pub fn forget_all(&self) {
        self.0.clear();
    }

    /// The token's slot, the same for everybody who asks.
    fn slot(&self, subject: &Subject) -> Arc<AtomicI64> {
        let new = || Ok::<_, std::convert::Infallible>(Arc::new(AtomicI64::new(UNKNOWN)));
        match self.0.get_or_insert_with(subject, new) {
            Ok(slot) => slot,
        }
    }
}

async fn is_good(store: &Store, subject: Subject, now: Timestamp) -> Result<bool, StoreError> {
    store.read(move |txn| async move { subject.is_good(&txn, now).await }).await
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Waker},
    };

    use rondo_store::{SqliteLocation, SqliteOptions, Target};
    use tokio::sync::oneshot;

    use super::*;
    use crate::testing::{NOW, TestApp, id, session};

    fn at(seconds: i64) -> Timestamp {
        NOW.plus_seconds(seconds)
    }

    async fn adas_session(test: &TestApp) -> Subject {
        let ada = test.add_user("ada").await;
        let id = SessionId::new("s1").expect("a test id is valid");
        let session = session(&ada.id, "s1", at(86_400));
        test.write(move |txn| {
            let session = session.clone();
            async move { txn.insert_session(&session).await }
        })
        .await;
        Subject::Session(ada.id, id)
    }

    async fn end(test: &TestApp, subject: &Subject) {
        let Subject::Session(user, id) = subject.clone() else {
            panic!("not a session");
        };
        test.write(|txn| async move { txn.delete_session(&user, &id).await.map(|_| ()) }).await;
    }

    #[tokio::test]
    async fn what_the_database_said_is_believed_for_four_seconds() {
        let test = TestApp::new().await;
        let standing = Standing::new();
        let subject = adas_session(&test).await;
        let check = |seconds| standing.check(test.app.store(), &subject, at(seconds));

        assert!(check(0).await.is_ok());
        end(&test, &subject).await;
        assert!(check(3).await.is_ok());
        assert!(matches!(check(4).await, Err(Error::Unauthenticated(Why::InvalidToken))));
        assert!(check(5).await.is_err());
    }

    #[tokio::test]
    async fn a_clock_that_went_back_makes_us_ask_again() {
        let test = TestApp::new().await;
        let standing = Standing::new();
        let subject = adas_session(&test).await;
        assert!(standing.check(test.app.store(), &subject, at(0)).await.is_ok());
        end(&test, &subject).await;
        assert!(standing.check(test.app.store(), &subject, at(-3600)).await.is_err());
    }

    #[tokio::test]
    async fn a_logout_during_a_check_is_not_undone_by_it() {
        let standing = Standing::new();
        let subject = Subject::Token(id("ada"), [1; 32]);
        let (database, answer) = oneshot::channel();
        let ask = || async move { Ok(answer.await.expect("the database answers")) };

        // A request of ada's has asked the database …
        let mut check = pin!(standing.check_with(&subject, at(0), ask));
        let early = check.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(early.is_pending());
        // … which says yes, and before that is heard the logout is done.
        assert_eq!(database.send(true), Ok(()));
        standing.kill(&subject);
        assert!(matches!(check.await, Err(Error::Unauthenticated(Why::InvalidToken))));
        let later = standing.check_with(&subject, at(1), || async { Ok(true) }).await;
        assert!(matches!(later, Err(Error::Unauthenticated(Why::InvalidToken))));
    }

    #[tokio::test]
    async fn without_a_database_only_fresh_memories_count() {
        let test = TestApp::new().await;
        let standing = Standing::new();
        let subject = adas_session(&test).await;
        assert!(standing.check(test.app.store(), &subject, at(0)).await.is_ok());

        // A store that was closed answers like one that was lost.
        let target = Target::Sqlite(SqliteOptions::new(SqliteLocation::Memory));
        let lost = Store::open(target).expect("opening touches nothing");
        lost.close().await;
        assert!(standing.check(&lost, &subject, at(3)).await.is_ok());
        let stale = standing.check(&lost, &subject, at(60)).await;
        assert!(matches!(stale, Err(Error::Unavailable(_))));
    }
}
