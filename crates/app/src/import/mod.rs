//! Taking over from other servers: their users and tasks are read from their
//! database, which is never written to, and stored here.
//!
//! An import can run again, and the old server may go on meanwhile: what is
//! new over there is brought, what was changed over there and not here is
//! changed here, and what was changed or deleted here stays as it is. Nothing
//! is left out without a word: the [`Report`] has a line for it.

mod better_auth;
mod fastapi;
mod layout;
mod merge;
mod pass;
mod reason;
mod report;
mod run;
#[cfg(test)]
mod testing;
mod value;

use rondo_domain::Timestamp;
use rondo_store::{Foreign, StoreError};

use self::run::Run;
use crate::{App, error::Error};

pub use reason::Reason;
pub use report::{LeftOut, Remark, Report, TableReport};

/// How an import is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Look and report, and write nothing.
    pub is_rehearsal: bool,
    /// How many rows the report names for each reason.
    pub listed: usize,
}

/// Why an import came to an end too soon. What it had stored by then stays,
/// and it can be run again.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The database that is read.
    #[error("the database that is read: {0}")]
    There(#[source] StoreError),
    /// It does not have what is looked for.
    #[error("{message}")]
    NotThere {
        /// What was looked for.
        message: String,
        /// What may help.
        hint: String,
    },
    /// Our own.
    #[error(transparent)]
    Here(#[from] Error),
}

/// Brings the users of a Better Auth server and their passwords.
///
/// # Errors
/// [`Failed`]. The report holds what was done until then.
pub async fn users(
    app: &App,
    foreign: &Foreign,
    options: Options,
    report: &mut Report,
) -> Result<(), Failed> {
    let context = Context { is_rehearsal: options.is_rehearsal, now: app.now(), last_id: 0 };
    better_auth::bring(&mut Run::new(app, foreign, context, report)).await
}

/// Brings the tasks, conversations and messages of a server that keeps them in
/// tables of these names, as FastAPI programs with `SQLModel` do.
///
/// # Errors
/// [`Failed`]. The report holds what was done until then.
pub async fn tasks(
    app: &App,
    foreign: &Foreign,
    options: Options,
    report: &mut Report,
) -> Result<(), Failed> {
    let context = Context { is_rehearsal: options.is_rehearsal, now: app.now(), last_id: 0 };
    fastapi::bring(&mut Run::new(app, foreign, context, report)).await
}

/// What every step of an import goes by.
#[derive(Clone, Copy, Debug)]
struct Context {
    is_rehearsal: bool,
    /// When the import began.
    now: Timestamp,
    /// Ids up to here may be taken; those above cannot be.
    last_id: i64,
}
