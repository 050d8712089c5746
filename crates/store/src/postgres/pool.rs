//! The pool: a few connections that stay, some more under load, none that is
//! dead, and no query from an idle server.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use tokio::time::{interval, timeout};
use tokio_postgres::Config;

use super::{connect::PatientConnect, error::cannot_connect, tls::Connector};
use crate::{PostgresOptions, StoreError};

/// How long a request waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(3);

/// A connection that idled for longer is asked for a sign of life before use,
/// and so is one that was last taken before another was lost. Asking each time
/// would cost a third of the throughput.
const TRUSTED: Duration = Duration::from_secs(3);

/// How long that sign of life may take.
const PING: Duration = Duration::from_secs(1);

/// When connections beyond the steady ones are closed, and when any is.
const IDLE: Duration = Duration::from_mins(1);
const LIFETIME: Duration = Duration::from_mins(30);

/// How often the idle ones are looked at. It is a look at our own memory.
const SWEEP: Duration = Duration::from_secs(30);

/// When a connection was last found dead. Its siblings may be dead as well (the
/// server was restarted, a fail-over took place), and not know it yet.
#[derive(Clone, Default)]
pub(super) struct LastLoss(Arc<Mutex<Option<Instant>>>);

impl LastLoss {
    /// Remembers that a connection was lost just now.
    pub(super) fn record(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection was lost after `moment`.
    fn is_after(&self, moment: Instant) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|lost| lost >= moment)
    }
}

/// Builds the pool; connects to nothing.
pub(super) fn build(
    options: &PostgresOptions,
    config: Config,
    connector: Connector,
    loss: LastLoss,
) -> Result<Pool, StoreError> {
    let size = (options.pool_size + options.max_overflow).max(1);
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_connect(config, PatientConnect::new(connector, size), recycling);
    let pre_ping = options.pre_ping;
    Pool::builder(manager)
        .max_size(size)
        .wait_timeout(Some(ACQUIRE))
        .create_timeout(Some(ACQUIRE))
        .recycle_timeout(Some(PING))
        .runtime(Runtime::Tokio1)
        .pre_recycle(Hook::async_fn(move |client, metrics| {
            let taken = metrics.recycled.unwrap_or(metrics.created);
            let ask = loss.is_after(taken) || (pre_ping && metrics.last_used() >= TRUSTED);
            Box::pin(async move {
                if ask {
                    client.simple_query("").await.map_err(HookError::Backend)?;
                }
                Ok(())
            })
        }))
        .build()
        .map_err(|error| StoreError::Internal(Box::new(error)))
}

/// Takes a connection, waiting at most 3 seconds altogether.
pub(super) async fn acquire(pool: &Pool) -> Result<Object, StoreError> {
    match timeout(ACQUIRE, pool.get()).await {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(PoolError::Backend(error))) => Err(cannot_connect(&error)),
        Ok(Err(error)) => Err(StoreError::unavailable(format!("no connection: {error}"))),
        Err(_) => Err(StoreError::unavailable("no connection within 3 seconds")),
    }
}

/// Closes what has idled or lived too long, for as long as the pool is open.
pub(super) async fn sweep(pool: Pool, steady: usize) {
    let mut ticks = interval(SWEEP);
    loop {
        ticks.tick().await;
        if pool.is_closed() {
            return;
        }
        let mut kept = 0;
        pool.retain(|_, metrics| {
            let idle = kept >= steady && metrics.last_used() > IDLE;
            let keep = !idle && metrics.age() < LIFETIME;
            kept += usize::from(keep);
            keep
        });
    }
}
