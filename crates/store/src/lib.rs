//! Where everything is kept: the only SQL in the house.
//!
//! A transaction is a closure. [`Store::write`] commits what returned `Ok`
//! before its caller hears of it, and rolls back everything else. The body may
//! await nothing but its transaction: on SQLite it runs on the writer's thread
//! and is polled once, so a body that waits for anything else is rolled back
//! and reported as a bug, in every test, on every machine.
//!
//! Each statement is written once, in the SQL that SQLite and PostgreSQL
//! share, and runs on the engine's own driver.

mod error;
mod import;
mod migrate;
mod options;
mod postgres;
mod sql;
mod sqlite;
mod tables;
mod touches;
mod txn;

use std::{sync::Arc, time::Duration};

use rondo_domain::UserId;
use tokio::{sync::watch, time::timeout};
use txn::Inner;

pub use error::{Constraint, StoreError};
pub use import::{Foreign, ForeignTable, Reading, Value};
pub use migrate::{MigrationState, MigrationStatus};
pub use options::{
    Certificates, PostgresOptions, Prepared, SqliteLocation, SqliteOptions, Synchronous, Target,
};
pub use postgres::{Channel, Heard, Hint};
pub use tables::{
    Attempts, ChangeMark, ChangePage, Credentials, ImportKey, ImportKind, Imported, MailJob,
    MarkPage, Moved, NewApiToken, Numbered, Purpose, Said, Session, SigningKey, StoredAnswer,
    TaskPage, TrashPage, Trashed, TurnRecord, TurnState, Verification,
};
pub use touches::Touches;
pub use txn::Txn;

/// A database. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    phase: Arc<watch::Sender<Phase>>,
}

/// How far the database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// It is about to be reached, or being reached: transactions wait a little.
    Opening,
    /// The last attempt to reach it has failed: transactions are refused.
    Failed,
    /// Transactions are let in.
    Ready,
    /// It was closed.
    Closed,
}

/// How long a transaction waits for a database that is being opened.
const OPENING: Duration = Duration::from_secs(3);

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Store {
    /// Describes a database without touching it: neither the disk nor the
    /// network is used before [`Self::prepare`].
    ///
    /// # Errors
    /// A PostgreSQL URL that does not parse, or a certificate file that cannot
    /// be read.
    pub fn open(target: Target) -> Result<Self, StoreError> {
        let engine = match target {
            Target::Sqlite(options) => Engine::Sqlite(sqlite::Sqlite::open(options)?),
            Target::Postgres(options) => Engine::Postgres(postgres::Postgres::open(&options)?),
        };
        Ok(Self { engine, phase: Arc::new(watch::Sender::new(Phase::Opening)) })
    }

    /// Connects, brings the schema up to date and lets transactions in.
    ///
    /// Transactions that come before wait for the outcome, 3 seconds at most;
    /// after a failure they are refused as unavailable until the next attempt.
    ///
    /// # Errors
    /// The database cannot be reached, or a migration failed.
    pub async fn prepare(&self) -> Result<(), StoreError> {
        self.enter(Phase::Opening);
        let prepared = self.open_up().await;
        self.enter(if prepared.is_ok() { Phase::Ready } else { Phase::Failed });
        prepared
    }

    async fn open_up(&self) -> Result<(), StoreError> {
        self.migrate_up().await?;
        match &self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(engine) => engine.settle().await,
        }
    }

    /// Moves on to a phase; a closed database stays closed, and an open one
    /// stays open while it is prepared once more.
    fn enter(&self, phase: Phase) {
        self.phase.send_if_modified(|current| {
            let moves = match current {
                Phase::Closed => false,
                Phase::Ready => phase == Phase::Closed,
                Phase::Opening | Phase::Failed => *current != phase,
            };
            if moves {
                *current = phase;
            }
            moves
        });
    }

    /// Whether [`Self::prepare`] has succeeded.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        *self.phase.borrow() == Phase::Ready
    }

    /// Reads with one statement, which sees one state of the database. A
    /// second statement in the body is an error: use [`Self::snapshot`].
    ///
    /// # Errors
    /// What the body answered, or [`StoreError`].
    pub async fn read<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.admit().await?;
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(body).await,
            Engine::Postgres(engine) => engine.read(body).await,
        }
    }

    /// Reads with several statements, which all see the same state of the
    /// database.
    ///
    /// # Errors
    /// What the body answered, or [`StoreError`].
    pub async fn snapshot<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.admit().await?;
        match &self.engine {
            Engine::Sqlite(engine) => engine.snapshot(body).await,
            Engine::Postgres(engine) => engine.snapshot(body).await,
        }
    }

    /// Changes the database: all of the body or nothing of it.
    ///
    /// `Ok` is on disk (as far as the configuration asks for it) before the
    /// caller gets it; `Err`, a panic and a call that is dropped before its
    /// commit has begun leave nothing behind.
    /// The body may run again when another transaction was in its way, hence
    /// `Clone`.
    ///
    /// # Errors
    /// What the body answered, or [`StoreError`].
    pub async fn write<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.admit().await?;
        match &self.engine {
            Engine::Sqlite(engine) => engine.write(body).await,
            Engine::Postgres(engine) => engine.write(body).await,
        }
    }

    /// Like [`Self::write`], for changes of one user's data.
    ///
    /// Such changes all touch the row that holds the user's totals. Saying
    /// whose they are lets those that arrive together share one commit on
    /// PostgreSQL, instead of waiting for each other's.
    ///
    /// # Errors
    /// What the body answered, or [`StoreError`].
    pub async fn write_for<T, E, F, Fut>(&self, owner: &UserId, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.write_touching(owner, Touches::anything(), body).await
    }

    /// Like [`Self::write_for`], for changes that say what they are about:
    /// those that have nothing to do with each other run side by side on
    /// PostgreSQL.
    ///
    /// # Errors
    /// What the body answered, or [`StoreError`].
    pub async fn write_touching<T, E, F, Fut>(
        &self,
        owner: &UserId,
        touches: Touches,
        body: F,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.admit().await?;
        match &self.engine {
            Engine::Sqlite(engine) => engine.write(body).await,
            Engine::Postgres(engine) => engine.write_for(owner.as_str(), touches, body).await,
        }
    }

    /// A way to other processes on the same database, which is not used before
    /// somebody listens or speaks; `None` where there is none (SQLite). `name`
    /// has to be another one in each process; `hear` is called with what comes
    /// in, and must not wait.
    #[must_use]
    pub fn channel(
        &self,
        name: String,
        hear: impl Fn(Heard) + Send + Sync + 'static,
    ) -> Option<Channel> {
        match &self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(engine) => Some(Channel::new(engine.clone(), name, hear)),
        }
    }

    /// Asks the database for a sign of life. Takes as long as the database
    /// takes; the caller sets the limit.
    ///
    /// # Errors
    /// No sign of life.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if let Engine::Sqlite(engine) = &self.engine {
            engine.check_file()?;
        }
        self.read(|txn| async move { txn.row("select 1", &[], |_| Ok(())).await.map(|_| ()) }).await
    }

    /// Applies what is missing of the schema. Safe when several processes do
    /// so at once.
    ///
    /// # Errors
    /// The database cannot be reached, or a migration failed.
    pub async fn migrate_up(&self) -> Result<Vec<&'static str>, StoreError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.migrate_up().await,
            Engine::Postgres(engine) => engine.migrate_up().await,
        }
    }

    /// Reverts the last `steps` migrations, newest first, and names them.
    /// What they created is lost.
    ///
    /// # Errors
    /// The database cannot be reached, or a migration failed.
    pub async fn migrate_down(&self, steps: usize) -> Result<Vec<&'static str>, StoreError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.migrate_down(steps).await,
            Engine::Postgres(engine) => engine.migrate_down(steps).await,
        }
    }

    /// Which migrations there are and which are applied, oldest first.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn migration_status(&self) -> Result<Vec<MigrationStatus>, StoreError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.migration_status().await,
            Engine::Postgres(engine) => engine.migration_status().await,
        }
    }

    /// Finishes what is queued and closes the database. Later calls are
    /// refused as unavailable.
    pub async fn close(&self) {
        self.enter(Phase::Closed);
        match &self.engine {
            Engine::Sqlite(engine) => engine.close().await,
            Engine::Postgres(engine) => engine.close(),
        }
    }

    async fn admit(&self) -> Result<(), StoreError> {
        if self.is_ready() {
            return Ok(());
        }
        let mut phase = self.phase.subscribe();
        let decided = phase.wait_for(|phase| *phase != Phase::Opening);
        match timeout(OPENING, decided).await.ok().and_then(Result::ok).map(|phase| *phase) {
            Some(Phase::Ready) => Ok(()),
            Some(Phase::Closed) => Err(StoreError::unavailable("the database is closed")),
            _ => Err(StoreError::unavailable("the database has not been reached yet")),
        }
    }
}
