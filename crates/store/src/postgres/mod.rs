//! PostgreSQL: a pool of connections, and transactions that make as few round
//! trips as they can.

mod channel;
mod connect;
mod error;
mod lanes;
mod migrations;
mod pool;
mod pooler;
mod queue;
mod tls;
mod txn;

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use deadpool_postgres::Pool;
use futures_util::FutureExt;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_postgres::Config;

use crate::{MigrationStatus, PostgresOptions, Prepared, StoreError, Touches};
use lanes::Lanes;
use pool::LastLoss;
use tls::Connector;
use txn::{Mode, Trouble};

pub use channel::{Channel, Heard, Hint};
pub(crate) use txn::Txn;

/// How long a transaction may take altogether, the wait for a connection
/// included. Nearly every request is one transaction, so it is answered within
/// 5.5 seconds, whatever the database does.
const BUDGET: Duration = Duration::from_secs(5);

/// How long the database may take to answer what is asked at the start.
const LOOK: Duration = Duration::from_secs(10);

/// How long the schema may take to change, the wait for another replica that
/// is changing it included.
const MIGRATION: Duration = Duration::from_mins(30);

/// How often a transaction is run at most, the first time included.
const ATTEMPTS: u32 = 5;

/// A PostgreSQL server. Clones share its pool.
#[derive(Clone)]
pub(crate) struct Postgres(Arc<Server>);

struct Server {
    pool: Pool,
    config: Config,
    direct: Config,
    connector: Connector,
    /// Whether statements are sent unnamed. Turned on when a transaction
    /// pooler shows itself, and never off again.
    unnamed: AtomicBool,
    prepared: Prepared,
    /// Connections that stay when idle, and whether the others are watched.
    steady: usize,
    watched: AtomicBool,
    loss: LastLoss,
    lanes: Lanes,
}

impl Postgres {
    /// Reads the options; connects to nothing.
    pub(crate) fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        let config = connect::config(options.url.expose())?;
        let direct = match &options.direct_url {
            Some(url) => connect::config(url.expose())?,
            None => config.clone(),
        };
        let connector = Connector::new(&options.certificates)?;
        let unnamed = match options.prepared {
            Prepared::On => false,
            Prepared::Off => true,
            Prepared::Auto => pooler::is_named_as_one(&config) || pooler::differ(&config, &direct),
        };
        let loss = LastLoss::default();
        Ok(Self(Arc::new(Server {
            pool: pool::build(options, config.clone(), connector.clone(), loss.clone())?,
            config,
            direct,
            connector,
            unnamed: AtomicBool::new(unnamed),
            prepared: options.prepared,
            steady: options.pool_size,
            watched: AtomicBool::new(false),
            loss,
            lanes: Lanes::default(),
        })))
    }

    /// Gets ready for transactions: watches over idle connections, and looks
    /// whether a transaction pooler stands in between, unless the
    /// configuration has said so already.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        if !self.0.watched.swap(true, Relaxed) {
            tokio::spawn(pool::sweep(self.0.pool.clone(), self.0.steady));
        }
        if self.0.prepared != Prepared::Auto || self.0.unnamed.load(Relaxed) {
            return Ok(());
        }
        let looking = pooler::shares_connections(&self.0.config, &self.0.connector);
        if timeout(LOOK, looking).await.map_err(|_| silent())?? {
            tracing::info!("a transaction pooler answers: statements are sent unnamed");
            self.0.unnamed.store(true, Relaxed);
        }
        Ok(())
    }

    pub(crate) async fn read<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(crate::Txn) -> Fut + Clone,
        Fut: Future<Output = Result<T, E>>,
    {
        self.run(Mode::Single, body).await
    }

    pub(crate) async fn snapshot<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(crate::Txn) -> Fut + Clone,
        Fut: Future<Output = Result<T, E>>,
    {
        self.run(Mode::Snapshot, body).await
    }

    pub(crate) async fn write<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(crate::Txn) -> Fut + Clone,
        Fut: Future<Output = Result<T, E>>,
    {
        self.run(Mode::Write, body).await
    }

    /// Writes on behalf of one user: see [`lanes`].
    pub(crate) async fn write_for<T, E, F, Fut>(
        &self,
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
        lanes::write(self, owner, touches, body).await
    }

    async fn run<T, E, F, Fut>(&self, mode: Mode, body: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(crate::Txn) -> Fut + Clone,
        Fut: Future<Output = Result<T, E>>,
    {
        let deadline = Instant::now() + BUDGET;
        for attempt in 1.. {
            let once = timeout_at(deadline, self.attempt(mode, body.clone())).await;
            let (outcome, trouble) = once.unwrap_or_else(|_| {
                let late = StoreError::unavailable("the database took too long to answer");
                (Err(late.into()), None)
            });
            let retry = outcome.is_err() && attempt < ATTEMPTS;
            match trouble {
                // The server has undone the transaction, for a reason that
                // passes.
                Some(Trouble::Conflict) if retry => sleep(pause(attempt)).await,
                // No commit was sent, so nothing can have happened.
                Some(Trouble::Lost) if retry => {}
                Some(Trouble::Pooled) if retry && self.0.prepared == Prepared::Auto => {
                    if !self.0.unnamed.swap(true, Relaxed) {
                        tracing::warn!("a prepared statement is gone: sending them unnamed now");
                    }
                }
                _ => return outcome,
            }
        }
        unreachable!("the loop ends by returning")
    }

    /// Runs a body once. The second value says what befell the connection.
    async fn attempt<T, E, F, Fut>(&self, mode: Mode, body: F) -> (Result<T, E>, Option<Trouble>)
    where
        E: From<StoreError>,
        F: FnOnce(crate::Txn) -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        let client = match pool::acquire(&self.0.pool).await {
            Ok(client) => client,
            Err(error) => return (Err(error.into()), None),
        };
        let txn = self.txn(client, mode);
        let handed = crate::Txn(crate::Inner::Postgres(txn.clone()));
        let outcome = AssertUnwindSafe(async { body(handed).await }).catch_unwind().await;
        let outcome = outcome
            .unwrap_or_else(|_| Err(StoreError::internal("a transaction body panicked").into()));
        let outcome = match outcome {
            Ok(value) => txn.commit().await.map(|()| value).map_err(E::from),
            Err(error) => {
                txn.roll_back().await;
                Err(error)
            }
        };
        (outcome, txn.trouble())
    }

    fn txn(&self, client: deadpool_postgres::Object, mode: Mode) -> Txn {
        Txn::new(client, mode, &self.0)
    }

    pub(crate) async fn migrate_up(&self) -> Result<Vec<&'static str>, StoreError> {
        let mut client = self.0.connector.connect(&self.0.direct).await?;
        // Nearly always there is nothing to do, and a server that has gone
        // silent must not be waited for as long as a migration may take.
        let looking = migrations::is_up_to_date(&client);
        if timeout(LOOK, looking).await.map_err(|_| silent())?? {
            return Ok(Vec::new());
        }
        timeout(MIGRATION, migrations::up(&mut client)).await.map_err(|_| silent())?
    }

    pub(crate) async fn migrate_down(&self, steps: usize) -> Result<Vec<&'static str>, StoreError> {
        let mut client = self.0.connector.connect(&self.0.direct).await?;
        timeout(MIGRATION, migrations::down(&mut client, steps)).await.map_err(|_| silent())?
    }

    pub(crate) async fn migration_status(&self) -> Result<Vec<MigrationStatus>, StoreError> {
        let client = self.0.connector.connect(&self.0.direct).await?;
        timeout(LOOK, migrations::status(&client)).await.map_err(|_| silent())?
    }

    /// Whether a transaction pooler stands in between, in the direct way too.
    fn is_pooled_only(&self) -> bool {
        self.0.unnamed.load(Relaxed) && !pooler::differ(&self.0.config, &self.0.direct)
    }

    /// Closes the idle connections, and the others when they come back.
    pub(crate) fn close(&self) {
        self.0.pool.close();
    }
}

/// A connection outside any pool, to read a database that is not ours.
pub(crate) async fn connect_once(
    options: &PostgresOptions,
) -> Result<tokio_postgres::Client, StoreError> {
    let config = connect::config(options.url.expose())?;
    Connector::new(&options.certificates)?.connect(&config).await
}

fn silent() -> StoreError {
    StoreError::unavailable("the database has let us in and then said nothing")
}

/// How long to wait before running a transaction again that met another one:
/// longer each time, and not the same for all who met.
fn pause(attempt: u32) -> Duration {
    // Every `RandomState` is keyed anew: randomness enough to part the crowd.
    let spread = RandomState::new().build_hasher().finish() % 8;
    Duration::from_millis(u64::from(attempt) * 4 + spread)
}
