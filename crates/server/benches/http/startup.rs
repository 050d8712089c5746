//! From the start of the process to the first `/health/ready` that is 200.

use std::time::Duration;

use crate::{
    Failure,
    database::{Database, Engine},
    options::Options,
    process::Process,
};

/// How many starts are measured. The one in the middle counts.
const STARTS: usize = 5;

/// On an empty database, whose schema has to be made.
pub(crate) fn on_empty(options: &Options, engine: Engine) -> Result<Duration, Failure> {
    median(|| start(&Database::create(options, engine)?))
}

/// On a database that has everything.
pub(crate) fn on_existing(database: &Database) -> Result<Duration, Failure> {
    median(|| start(database))
}

fn start(database: &Database) -> Result<Duration, Failure> {
    let (server, took) = Process::rondo(database)?;
    server.stop()?;
    Ok(took)
}

fn median(mut start: impl FnMut() -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    let mut took = Vec::new();
    for _ in 0..STARTS {
        took.push(start()?);
    }
    took.sort_unstable();
    Ok(took[STARTS / 2])
}
