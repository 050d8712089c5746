//! SQLite: one thread that writes and commits many transactions at once, and
//! a few threads that read.
//!
//! A database in memory has one connection only, so there the writer's thread
//! reads as well.

mod connection;
mod error;
mod migrations;
mod reader;
#[cfg(test)]
mod tests;
mod txn;
mod writer;

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use crossbeam_channel::{Sender, TrySendError, bounded};
use rusqlite::Connection;
use tokio::{sync::oneshot, task::spawn_blocking};

use crate::{
    MigrationStatus, SqliteLocation, SqliteOptions, StoreError,
    sqlite::{
        connection::FileIdentity,
        reader::ReadJob,
        txn::Statements,
        writer::{Command, Guard, Job},
    },
};

pub(crate) use txn::Txn;

/// How many jobs may wait for a thread. Past it a call is refused: memory
/// stays bounded and the client hears at once that it should come back.
const QUEUE: usize = 4096;

/// The embedded database. Clones share its threads.
#[derive(Clone)]
pub(crate) struct Sqlite(Arc<Shared>);

struct Shared {
    writer: Sender<Command>,
    /// `None` for a database in memory.
    readers: Option<Sender<Option<ReadJob>>>,
    threads: Mutex<Threads>,
    identity: Option<FileIdentity>,
}

#[derive(Default)]
struct Threads {
    writer: Option<JoinHandle<()>>,
    readers: Vec<JoinHandle<()>>,
}

impl Sqlite {
    /// Starts the threads. They open the file when the first job comes.
    pub(crate) fn open(options: SqliteOptions) -> Result<Self, StoreError> {
        let identity = match &options.location {
            SqliteLocation::Memory => None,
            SqliteLocation::File(path) => Some(FileIdentity::new(path.clone())),
        };
        let (writer, commands) = bounded(QUEUE);
        let mut threads = Threads {
            writer: Some(writer::spawn(options.clone(), identity.clone(), commands)?),
            readers: Vec::new(),
        };
        let readers = match &options.location {
            SqliteLocation::Memory => None,
            SqliteLocation::File(_) => {
                let (readers, jobs) = bounded(QUEUE);
                for _ in 0..options.readers.max(1) {
                    threads.readers.push(reader::spawn(options.clone(), jobs.clone())?);
                }
                Some(readers)
            }
        };
        let threads = Mutex::new(threads);
        Ok(Self(Arc::new(Shared { writer, readers, threads, identity })))
    }

    pub(crate) async fn read<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(crate::Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>>,
    {
        match &self.0.readers {
            None => self.queue_write(Statements::One, body).await,
            Some(readers) => {
                let run = move |connection: &_| txn::run(connection, Statements::One, body);
                queue_read(readers, run).await
            }
        }
    }

    pub(crate) async fn snapshot<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(crate::Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>>,
    {
        match &self.0.readers {
            None => self.queue_write(Statements::Many, body).await,
            Some(readers) => queue_read(readers, move |c: &_| txn::run_snapshot(c, body)).await,
        }
    }

    pub(crate) async fn write<T, E, F, Fut>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(crate::Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>>,
    {
        self.queue_write(Statements::Many, body).await
    }

    async fn queue_write<T, E, F, Fut>(&self, statements: Statements, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(crate::Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, E>>,
    {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Write { statements, body, answer, outcome: None });
        self.0.writer.try_send(Command::Write(job)).map_err(|error| refused(&error))?;
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }

    /// Runs a job alone on the writer's connection, outside any transaction.
    async fn exclusive<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move |connection: Result<&SharedConnection, StoreError>| {
            let _ = answer.send(connection.and_then(|connection| job(&mut lock(connection))));
        });
        self.0.writer.try_send(Command::Exclusive(job)).map_err(|error| refused(&error))?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    pub(crate) async fn migrate_up(&self) -> Result<Vec<&'static str>, StoreError> {
        self.exclusive(migrations::up).await
    }

    pub(crate) async fn migrate_down(&self, steps: usize) -> Result<Vec<&'static str>, StoreError> {
        self.exclusive(move |connection| migrations::down(connection, steps)).await
    }

    pub(crate) async fn migration_status(&self) -> Result<Vec<MigrationStatus>, StoreError> {
        // Looking must not make a file.
        if self.0.identity.as_ref().is_some_and(FileIdentity::is_absent) {
            return Ok(migrations::status_of_nothing());
        }
        self.exclusive(|connection| migrations::status(connection)).await
    }

    /// Whether the file that was opened is still the one at its path.
    pub(crate) fn check_file(&self) -> Result<(), StoreError> {
        self.0.identity.as_ref().map_or(Ok(()), FileIdentity::check)
    }

    /// Ends the threads after what is queued. The writer goes last, so that it
    /// can fold the write-ahead log into the file and remove it.
    pub(crate) async fn close(&self) {
        let shared = Arc::clone(&self.0);
        let ended = spawn_blocking(move || {
            let threads =
                std::mem::take(&mut *shared.threads.lock().unwrap_or_else(PoisonError::into_inner));
            if let Some(readers) = &shared.readers {
                threads.readers.iter().for_each(|_| drop(readers.send(None)));
            }
            threads.readers.into_iter().for_each(|thread| drop(thread.join()));
            if let Some(writer) = threads.writer {
                drop(shared.writer.send(Command::Stop));
                drop(writer.join());
            }
        });
        drop(ended.await);
    }
}

/// A body that waits for the writer, and where its outcome goes.
struct Write<T, E, F> {
    statements: Statements,
    body: F,
    answer: oneshot::Sender<Result<T, E>>,
    outcome: Option<Result<T, E>>,
}

impl<T, E, F, Fut> Job for Write<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(crate::Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<T, E>>,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(&mut self, connection: &SharedConnection, guard: Guard) -> bool {
        let body = self.body.clone();
        let is_wanted = || !self.answer.is_closed();
        let (outcome, is_clean) = match guard {
            Guard::Rerun => txn::run_unguarded(connection, self.statements, body, is_wanted),
            Guard::Savepoint => {
                (txn::run_in_savepoint(connection, self.statements, body, is_wanted), true)
            }
        };
        self.outcome = Some(outcome);
        is_clean
    }

    fn finish(self: Box<Self>, stored: Result<(), StoreError>) {
        let outcome = match (self.outcome, stored) {
            (Some(Err(error)), _) => Err(error),
            (Some(outcome), Ok(())) => outcome,
            (_, stored) => Err(stored.err().unwrap_or_else(closed).into()),
        };
        let _ = self.answer.send(outcome);
    }
}

async fn queue_read<T, E, F>(readers: &Sender<Option<ReadJob>>, run: F) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnOnce(&SharedConnection) -> Result<T, E> + Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    let job: ReadJob = Box::new(move |connection| {
        if !answer.is_closed() {
            let _ = answer.send(connection.map_err(E::from).and_then(run));
        }
    });
    readers.try_send(Some(job)).map_err(|error| refused(&error))?;
    answered.await.unwrap_or_else(|_| Err(closed().into()))
}

/// A connection and the lock that lets transaction bodies, which must be
/// `Send`, refer to it. Only its own thread takes the lock, so it is free.
type SharedConnection = Arc<Mutex<Connection>>;

/// Takes the lock. A panic in a body poisons it, after which the body's
/// transaction is rolled back and the connection is as good as before.
fn lock(connection: &SharedConnection) -> std::sync::MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn refused<T>(error: &TrySendError<T>) -> StoreError {
    match error {
        TrySendError::Full(_) => StoreError::unavailable("too many transactions are waiting"),
        TrySendError::Disconnected(_) => closed(),
    }
}

fn closed() -> StoreError {
    StoreError::unavailable("the database is closed")
}
