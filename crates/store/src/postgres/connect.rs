//! Opening pooled connections with patience: a database that sleeps (Neon) or
//! restarts gets up to 15 seconds, while no request waits that long.
//!
//! Each attempt runs in a task of its own. A request that gives up leaves it
//! running, and the connection it brings serves the next one who asks.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deadpool_postgres::Connect;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_postgres::{Client, Config, Error};

use super::tls::Connector;
use crate::StoreError;

/// How long a connection is tried for in the background.
const PATIENCE: Duration = Duration::from_secs(15);

/// The pauses between attempts: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How long one attempt may take: a server that accepts and then says nothing
/// must not hold the place of one that would answer.
const ATTEMPT: Duration = Duration::from_secs(5);

/// How long a connection that nobody waited for is kept.
const SPARE: Duration = Duration::from_mins(1);

type Connected = (Client, JoinHandle<()>);

/// Reads a connection URL.
pub(super) fn config(url: &str) -> Result<Config, StoreError> {
    // The error is not shown: it may quote the password.
    let mut config: Config =
        url.parse().map_err(|_| StoreError::internal("the PostgreSQL URL cannot be read"))?;
    config.application_name("rondo").connect_timeout(ATTEMPT);
    Ok(config)
}

/// Opens connections for the pool.
pub(super) struct PatientConnect {
    connector: Connector,
    shared: Arc<Shared>,
}

struct Shared {
    /// One for each connection to the server, held until it is closed: the
    /// pool's, the spare ones and those that are being opened together never
    /// are more than this.
    slots: Arc<Semaphore>,
    /// Connections whose requester had gone when they were ready.
    spare: Mutex<Vec<Connected>>,
    /// Says that there is a spare one.
    arrived: Notify,
}

impl PatientConnect {
    pub(super) fn new(connector: Connector, slots: usize) -> Self {
        let slots = Arc::new(Semaphore::new(slots));
        let shared = Shared { slots, spare: Mutex::default(), arrived: Notify::new() };
        Self { connector, shared: Arc::new(shared) }
    }
}

impl Connect for PatientConnect {
    fn connect(&self, config: &Config) -> BoxFuture<'_, Result<Connected, Error>> {
        let config = config.clone();
        async move {
            loop {
                if let Some(connected) = self.shared.take_spare() {
                    return Ok(connected);
                }
                let slot = tokio::select! {
                    slot = Arc::clone(&self.shared.slots).acquire_owned() => slot,
                    () = self.shared.arrived.notified() => continue,
                };
                let (hand_over, handed) = oneshot::channel();
                let (shared, connector) = (Arc::clone(&self.shared), self.connector.clone());
                tokio::spawn(shared.bring(connector, config.clone(), slot.ok(), hand_over));
                // No outcome: it took too long. The pool's own limit ends this.
                if let Ok(outcome) = handed.await {
                    return outcome;
                }
            }
        }
        .boxed()
    }
}

impl Shared {
    fn spare(&self) -> MutexGuard<'_, Vec<Connected>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_spare(&self) -> Option<Connected> {
        let mut spare = self.spare();
        spare.retain(|(client, _)| !client.is_closed());
        spare.pop()
    }

    /// Connects, and gives the connection to who asked or to who asks next.
    async fn bring(
        self: Arc<Self>,
        connector: Connector,
        config: Config,
        slot: Option<OwnedSemaphorePermit>,
        hand_over: oneshot::Sender<Result<Connected, Error>>,
    ) {
        let Some(outcome) = connect_with_patience(&connector, &config, slot).await else { return };
        let Err(Ok(connected)) = hand_over.send(outcome) else { return };
        let served = connected.1.id();
        self.spare().push(connected);
        self.arrived.notify_one();
        sleep(SPARE).await;
        self.spare().retain(|(_, other)| other.id() != served);
    }
}

/// `None` when the last attempt got no answer at all.
async fn connect_with_patience(
    connector: &Connector,
    config: &Config,
    slot: Option<OwnedSemaphorePermit>,
) -> Option<Result<Connected, Error>> {
    let end = Instant::now() + PATIENCE;
    let mut pause = FIRST_PAUSE;
    loop {
        let attempt = timeout(ATTEMPT, config.connect(connector.0.clone())).await;
        match attempt {
            Ok(Ok((client, connection))) => {
                let served = tokio::spawn(async move {
                    // Given back when the connection is closed, by either side.
                    let _slot = slot;
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a database connection ended");
                    }
                });
                return Some(Ok((client, served)));
            }
            Ok(Err(error)) if Instant::now() + pause >= end || is_final(&error) => {
                return Some(Err(error));
            }
            Err(_) if Instant::now() + pause >= end => return None,
            _ => sleep(pause).await,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// A wrong password or a missing database is not mended by waiting.
fn is_final(error: &Error) -> bool {
    error.code().is_some_and(|code| code.code().starts_with("28") || code.code().starts_with("3D"))
}
