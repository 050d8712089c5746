//! The thread that writes, and commits many transactions at once.
//!
//! A commit costs a flush to disk, and all who wait for one can share it: the
//! writer opens a transaction, runs each waiting job in it, commits once, and
//! only then answers all of them. Every acknowledged write is on disk, and a
//! job that fails takes nobody else with it.
//!
//! Nearly every job that fails has changed nothing by then. So jobs run without
//! savepoints, for which SQLite would copy each page that a job touches. When
//! one fails and leaves something behind, the transaction is rolled back and
//! its jobs run again, now with a savepoint for each.

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

/// A transaction that waits among others, its types forgotten.
pub(super) trait Job: Send {
    /// Whether its caller has gone away: then nothing of it may be stored.
    fn is_abandoned(&self) -> bool;
    /// Runs in the transaction of its group and keeps what it gives. Says
    /// whether the transaction is as it should be: without a savepoint, what a
    /// job has changed before it failed is still there.
    fn run(&mut self, connection: &SharedConnection, guard: Guard) -> bool;
    /// Answers the caller, who gets what the job gave only if it is stored.
    fn finish(self: Box<Self>, stored: Result<(), StoreError>);
}

/// What protects a group from one of its jobs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Nothing: the group runs again if it has to.
    Rerun,
    /// A savepoint.
    Savepoint,
}

/// Runs alone, outside any transaction.
pub(super) type ExclusiveJob = Box<dyn FnOnce(Result<&SharedConnection, StoreError>) + Send>;

/// What the writer is asked to do.
pub(super) enum Command {
    Write(Box<dyn Job>),
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
    fn write_group(&mut self, first: Box<dyn Job>) -> Option<Command> {
        let connection = match self.begin() {
            Ok(connection) => connection,
            Err(error) => return self.refuse_waiting(first, &reason(error)),
        };
        let mut group = Group { jobs: Vec::new(), guard: Guard::Rerun };
        let mut next = Some(first);
        let mut held = None;
        let mut failed = None;
        while let Some(job) = next.take() {
            failed = group.run(&connection, job).err();
            // SQLite ends a transaction by itself when the disk is full or
            // fails: then none of the group is stored.
            if failed.is_some() || lock(&connection).is_autocommit() || group.jobs.len() >= GROUP {
                break;
            }
            match self.commands.try_recv() {
                Ok(Command::Write(job)) => next = Some(job),
                Ok(command) => held = Some(command),
                Err(_) => {}
            }
        }
        let stored = self.end(&connection, failed.map_or(Ok(()), Err)).map_err(reason);
        for job in group.jobs {
            job.finish(stored.as_ref().copied().map_err(StoreError::unavailable));
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

    /// Commits, unless the group came to nothing. Leaves no transaction open.
    fn end(
        &mut self,
        connection: &SharedConnection,
        group: Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let ended = group.and_then(|()| {
            if lock(connection).is_autocommit() {
                return Err(StoreError::unavailable("the database gave up the transaction"));
            }
            control(connection, "commit")
        });
        let stuck = ended.is_err() && !lock(connection).is_autocommit();
        if stuck && control(connection, "rollback").is_err() {
            // A connection in an unknown state is worth nothing.
            self.connection = None;
        }
        ended
    }

    /// Refuses a job and all who wait. They have waited as long as a lock may
    /// take; trying anew for each of them would add that time up. Those who
    /// come once the first has its answer are tried: the trouble may be over.
    fn refuse_waiting(&mut self, first: Box<dyn Job>, error: &str) -> Option<Command> {
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

/// The jobs that share a transaction.
struct Group {
    jobs: Vec<Box<dyn Job>>,
    guard: Guard,
}

impl Group {
    /// Runs one more job; all of them again if that one has to be undone.
    fn run(
        &mut self,
        connection: &SharedConnection,
        mut job: Box<dyn Job>,
    ) -> Result<(), StoreError> {
        if job.is_abandoned() {
            return Ok(());
        }
        let is_clean = job.run(connection, self.guard);
        self.jobs.push(job);
        if is_clean || lock(connection).is_autocommit() {
            return Ok(());
        }
        self.guard = Guard::Savepoint;
        control(connection, "rollback")?;
        control(connection, "begin immediate")?;
        for job in &mut self.jobs {
            job.run(connection, self.guard);
            if lock(connection).is_autocommit() {
                break;
            }
        }
        Ok(())
    }
}

fn refuse(job: Box<dyn Job>, reason: &str) {
    job.finish(Err(StoreError::unavailable(reason)));
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
