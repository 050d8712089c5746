//! The threads that read. Each has a read-only connection of its own, so they
//! neither wait for the writer nor for each other.

use std::thread::{self, JoinHandle};

use crossbeam_channel::Receiver;

use super::{
    SharedConnection,
    connection::{Access, open},
};
use crate::{SqliteOptions, StoreError};

/// Reads on a connection and answers its caller, with an error when there is
/// no connection.
pub(super) type ReadJob = Box<dyn FnOnce(Result<&SharedConnection, StoreError>) + Send>;

/// Starts a reader. It ends when it receives `None`, or when the last sender
/// is gone.
pub(super) fn spawn(
    options: SqliteOptions,
    jobs: Receiver<Option<ReadJob>>,
) -> Result<JoinHandle<()>, StoreError> {
    thread::Builder::new()
        .name("sqlite-reader".to_owned())
        .spawn(move || {
            let mut opened: Option<SharedConnection> = None;
            while let Ok(Some(job)) = jobs.recv() {
                match connection(&mut opened, &options) {
                    Ok(connection) => job(Ok(connection)),
                    Err(error) => job(Err(error)),
                }
            }
        })
        .map_err(|error| StoreError::unavailable(format!("cannot start a thread: {error}")))
}

fn connection<'a>(
    opened: &'a mut Option<SharedConnection>,
    options: &SqliteOptions,
) -> Result<&'a SharedConnection, StoreError> {
    match opened {
        Some(connection) => Ok(connection),
        None => Ok(opened.insert(open(options, Access::Read)?)),
    }
}
