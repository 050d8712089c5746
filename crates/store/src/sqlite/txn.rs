//! One transaction on a SQLite connection, and the ways to run its body.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
};

use rusqlite::{CachedStatement, Connection};

use super::{SharedConnection, lock};
use crate::{
    StoreError,
    sql::{OneRow, Param, Row},
};

/// How many statements a body may run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Statements {
    /// One: the body sees one state of the database without a transaction.
    One,
    /// Any number.
    Many,
}

/// A transaction's body holds this, or a clone of it.
///
/// Everything happens on the thread that polls the body; the atomics are here
/// because a body must be `Send`, not because anything runs at the same time.
#[derive(Clone)]
pub(crate) struct Txn(Arc<Inner>);

struct Inner {
    connection: SharedConnection,
    statements: Statements,
    used: AtomicBool,
    failed: AtomicBool,
    closed: AtomicBool,
}

impl Txn {
    fn new(connection: &SharedConnection, statements: Statements) -> Self {
        Self(Arc::new(Inner {
            connection: Arc::clone(connection),
            statements,
            used: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }))
    }

    /// Runs a statement and reads its rows.
    pub(crate) fn rows<T>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
        read: &mut dyn FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.statement(sql, params.iter().copied(), |statement| {
            let mut rows = statement.raw_query();
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(&Row::Sqlite(row))?);
            }
            Ok(found)
        })
    }

    /// Runs a statement and says how many rows it touched.
    pub(crate) fn execute(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<u64, StoreError> {
        self.statement(sql, params.iter().copied(), |statement| {
            Ok(u64::try_from(statement.raw_execute()?).unwrap_or(u64::MAX))
        })
    }

    /// Runs a statement that must touch exactly one row.
    pub(crate) fn execute_one(
        &self,
        sql: OneRow,
        params: &[Box<dyn Param>],
    ) -> Result<(), StoreError> {
        let params = params.iter().map(|param| &**param);
        self.statement(sql.plain, params, |statement| match statement.raw_execute()? {
            1 => Ok(()),
            0 => Err(sql.no_row()),
            many => Err(StoreError::internal(format!("{many} rows instead of one: {}", sql.plain))),
        })
    }

    /// Runs a statement that may touch any number of rows.
    pub(crate) fn execute_any(
        &self,
        sql: &'static str,
        params: &[Box<dyn Param>],
    ) -> Result<(), StoreError> {
        let params = params.iter().map(|param| &**param);
        self.statement(sql, params, |statement| Ok(statement.raw_execute().map(|_| ())?))
    }

    fn statement<'a, T>(
        &self,
        sql: &'static str,
        params: impl Iterator<Item = &'a dyn Param>,
        run: impl FnOnce(&mut CachedStatement<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.enter()?;
        let connection = lock(&self.0.connection);
        let outcome = prepare(&connection, sql, params).and_then(|mut ready| run(&mut ready));
        if outcome.is_err() {
            self.0.failed.store(true, Relaxed);
        }
        outcome
    }

    fn enter(&self) -> Result<(), StoreError> {
        if self.0.closed.load(Relaxed) {
            return Err(StoreError::internal("a transaction was used after its end"));
        }
        // As PostgreSQL does. Also, a full disk makes SQLite end the whole
        // transaction, and what followed would be stored by itself.
        if self.0.failed.load(Relaxed) {
            return Err(StoreError::internal("an earlier statement of the transaction failed"));
        }
        if self.0.used.swap(true, Relaxed) && self.0.statements == Statements::One {
            return Err(StoreError::internal("a read of one statement ran a second one"));
        }
        Ok(())
    }
}

fn prepare<'c, 'p>(
    connection: &'c Connection,
    sql: &str,
    params: impl Iterator<Item = &'p dyn Param>,
) -> Result<CachedStatement<'c>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut given = 0;
    for param in params {
        given += 1;
        let value: &dyn rusqlite::ToSql = param;
        statement.raw_bind_parameter(given, value)?;
    }
    // A parameter that was forgotten would be null, silently.
    if statement.parameter_count() != given {
        return Err(StoreError::internal(format!("{given} parameters given for: {sql}")));
    }
    Ok(statement)
}

/// Runs a body on a connection that is in the right state for it.
pub(super) fn run<T, E, F, Fut>(
    connection: &SharedConnection,
    statements: Statements,
    body: F,
) -> Result<T, E>
where
    E: From<StoreError>,
    F: FnOnce(crate::Txn) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let txn = Txn::new(connection, statements);
    let handed = crate::Txn(crate::Inner::Sqlite(txn.clone()));
    let outcome = catch_unwind(AssertUnwindSafe(|| poll_once(body(handed))));
    txn.0.closed.store(true, Relaxed);
    match outcome {
        Err(_) => Err(StoreError::internal("a transaction body panicked").into()),
        Ok(None) => Err(StoreError::internal(
            "a transaction body waited for something other than its transaction",
        )
        .into()),
        // On PostgreSQL a failed statement ends the transaction; a body that
        // ignores one must not behave differently here.
        Ok(Some(Ok(_))) if txn.0.failed.load(Relaxed) => {
            Err(StoreError::internal("a transaction body ignored a failed statement").into())
        }
        Ok(Some(outcome)) => outcome,
    }
}

/// Every statement answers at once here, so a body that only waits for its
/// transaction is finished by one poll.
fn poll_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Runs a body that sees one state of the database throughout.
pub(super) fn run_snapshot<T, E, F, Fut>(connection: &SharedConnection, body: F) -> Result<T, E>
where
    E: From<StoreError>,
    F: FnOnce(crate::Txn) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    control(connection, "begin")?;
    let outcome = run(connection, Statements::Many, body);
    // A disk that fails makes SQLite end the transaction by itself.
    if !lock(connection).is_autocommit() {
        control(connection, "commit")?;
    }
    outcome
}

/// Runs a body inside a larger transaction that is rolled back if the body
/// fails, or its outcome is unwanted, after it has changed something. The second
/// value says that this is not so.
pub(super) fn run_unguarded<T, E, F, Fut>(
    connection: &SharedConnection,
    statements: Statements,
    body: F,
    is_wanted: impl Fn() -> bool,
) -> (Result<T, E>, bool)
where
    E: From<StoreError>,
    F: FnOnce(crate::Txn) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let before = lock(connection).total_changes();
    let outcome = run(connection, statements, body);
    // A statement that fails half-way takes its own changes back.
    let is_clean = (outcome.is_ok() && is_wanted()) || lock(connection).total_changes() == before;
    (outcome, is_clean)
}

/// Runs a body inside a larger transaction; if it fails, or nobody wants its
/// outcome any more, only its own changes are undone.
pub(super) fn run_in_savepoint<T, E, F, Fut>(
    connection: &SharedConnection,
    statements: Statements,
    body: F,
    is_wanted: impl Fn() -> bool,
) -> Result<T, E>
where
    E: From<StoreError>,
    F: FnOnce(crate::Txn) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    control(connection, "savepoint job")?;
    let outcome = run(connection, statements, body);
    if lock(connection).is_autocommit() {
        return outcome;
    }
    let undone = if outcome.is_ok() && is_wanted() {
        Ok(())
    } else {
        control(connection, "rollback to job")
    };
    if let Err(error) = undone.and_then(|()| control(connection, "release job")) {
        // Changes that should be gone may still be there: none of the group's
        // may be committed. The writer notices that its transaction is over.
        control(connection, "rollback")?;
        return Err(error.into());
    }
    outcome
}

/// Runs a statement that steers transactions.
pub(super) fn control(connection: &SharedConnection, sql: &'static str) -> Result<(), StoreError> {
    let connection = lock(connection);
    connection.prepare_cached(sql)?.raw_execute()?;
    Ok(())
}
