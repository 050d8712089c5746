//! The thread that writes, and commits many transactions at once.
//!
//! A commit costs a flush to disk, and all who wait for one can share it: the
//! writer opens a transaction, runs each waiting job inside a savepoint of its
//! own, commits once, and only then answers all of them. Every acknowledged
//! write is on disk, and a job that fails takes nobody else with it.

use std::{
    mem,
    thread::{self, JoinHandle},
};

use crossbeam_channel::Receiver;

use super::{
    SharedConnection,
    connection::{Access, FileIdentity, open},
    lock,
    txn::control,
};
use crate::{SqliteOptions, StoreError};

/// The most jobs that share one commit: a bound on how long the first of them
/// waits for the last.
const GROUP: usize = 256;

/// Tells a job's caller how the commit went.
pub(super) type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// Runs a transaction and gives what is to be told after the commit; nothing
/// when the caller has gone away.
pub(super) type WriteJob =
    Box<dyn FnOnce(Result<&SharedConnection, StoreError>) -> Option<Finish> + Send>;

/// Runs alone, outside any transaction.
pub(super) type ExclusiveJob = Box<dyn FnOnce(Result<&SharedConnection, StoreError>) + Send>;

/// What the writer is asked to do.
pub(super) enum Command {
    Write(WriteJob),
    Exclusive(ExclusiveJob),
    Stop,
}

/// Starts the writer. It ends at [`Command::Stop`], or when the last sender is
/// gone.
pub(super) fn spawn(
    options: SqliteOptions,
    identity: Option<FileIdentity>,
    commands: Receiver<Command>,
) -> Result<JoinHandle<()>, StoreError> {
    let mut writer = Writer { options, identity, commands, connection: None, was_open: false };
    thread::Builder::new()
        .name("sqlite-writer".to_owned())
        .spawn(move || writer.work())
        .map_err(|error| StoreError::unavailable(format!("cannot start a thread: {error}")))
}

struct Writer {
    options: SqliteOptions,
    identity: Option<FileIdentity>,
    commands: Receiver<Command>,
    connection: Option<SharedConnection>,
    was_open: bool,
}

impl Writer {
    fn work(&mut self) {
        let mut held = None;
        while let Some(command) = held.take().or_else(|| self.commands.recv().ok()) {
            match command {
                Command::Stop => break,
                Command::Exclusive(job) => match self.connection() {
                    Ok(connection) => job(Ok(&connection)),
                    Err(error) => job(Err(error)),
                },
                Command::Write(job) => held = self.write_group(job),
            }
        }
    }

    /// Runs a job and whatever is waiting behind it in one transaction. Gives
    /// back a command that ends the group and must run alone.
    fn write_group(&mut self, first: WriteJob) -> Option<Command> {
        let connection = match self.begin() {
            Ok(connection) => connection,
            Err(error) => return self.refuse_waiting(first, &reason(error)),
        };
        let mut finishes = Vec::new();
        let mut next = Some(first);
        let mut held = None;
        while let Some(job) = next.take() {
            finishes.extend(job(Ok(&connection)));
            // SQLite ends a transaction by itself when the disk is full or
            // fails: then none of the group is stored.
            if lock(&connection).is_autocommit() || finishes.len() >= GROUP {
                break;
            }
            match self.commands.try_recv() {
                Ok(Command::Write(job)) => next = Some(job),
                Ok(command) => held = Some(command),
                Err(_) => {}
            }
        }
        let failed = self.commit(&connection).err().map(reason);
        for finish in finishes {
            finish(failed.as_ref().map_or(Ok(()), |text| Err(StoreError::unavailable(text))));
        }
        held
    }

    fn begin(&mut self) -> Result<SharedConnection, StoreError> {
        if let Some(identity) = &self.identity {
            identity.check()?;
        }
        let connection = self.connection()?;
        control(&connection, "begin immediate")?;
        Ok(connection)
    }

    fn commit(&mut self, connection: &SharedConnection) -> Result<(), StoreError> {
        if lock(connection).is_autocommit() {
            return Err(StoreError::unavailable("the database gave up the transaction"));
        }
        let committed = control(connection, "commit");
        let stuck = committed.is_err() && !lock(connection).is_autocommit();
        if stuck && control(connection, "rollback").is_err() {
            // A connection in an unknown state is worth nothing.
            self.connection = None;
        }
        committed
    }

    /// Refuses a job and all who wait. They have waited as long as a lock may
    /// take; trying anew for each of them would add that time up. Those who
    /// come once the first has its answer are tried: the trouble may be over.
    fn refuse_waiting(&mut self, first: WriteJob, error: &str) -> Option<Command> {
        let waiting = self.commands.len();
        refuse(first, error);
        for _ in 0..waiting {
            match self.commands.try_recv() {
                Ok(Command::Write(job)) => refuse(job, error),
                Ok(command) => return Some(command),
                Err(_) => {}
            }
        }
        None
    }

    fn connection(&mut self) -> Result<SharedConnection, StoreError> {
        if let Some(connection) = &self.connection {
            return Ok(SharedConnection::clone(connection));
        }
        // A file that was there and is gone must not come back empty.
        let access = if self.was_open { Access::Write } else { Access::Create };
        let connection = open(&self.options, access)?;
        self.was_open = true;
        if let Some(identity) = &self.identity {
            identity.remember();
        }
        self.connection = Some(SharedConnection::clone(&connection));
        Ok(connection)
    }
}

fn refuse(job: WriteJob, reason: &str) {
    if let Some(finish) = job(Err(StoreError::unavailable(reason))) {
        finish(Ok(()));
    }
}

/// An error that many are told of, in a sentence.
fn reason(error: StoreError) -> String {
    match error {
        StoreError::Unavailable(reason) => reason,
        other => other.to_string(),
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // The last connection to close folds the write-ahead log into the file.
        drop(mem::take(&mut self.connection));
    }
}
