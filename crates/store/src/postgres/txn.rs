//! One transaction on a PostgreSQL connection.
//!
//! `begin` travels in the packet of the first statement, and statements whose
//! outcome nobody needs travel with the next one or with the commit: a write
//! of one statement takes two round trips, and the locks of its last
//! statements are held for none.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use deadpool_postgres::Object;
use futures_util::future::{join_all, join3};
use tokio::{runtime::Handle, time::timeout};
use tokio_postgres::{Error, Row, Statement, error::SqlState};

use super::{
    Server,
    error::trouble,
    pool::LastLoss,
    queue::{Kept, Part, Queued, plain, typed},
    tls::Connector,
};
use crate::{
    StoreError,
    sql::{OneRow, Param, Params},
};

/// How long it is tried to cancel a statement that was given up.
const CANCEL: Duration = Duration::from_secs(3);

/// What a transaction is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// One statement, which is a transaction by itself.
    Single,
    /// Several statements that see the same state.
    Snapshot,
    /// Changes.
    Write,
}

/// What befell a transaction, if it is worth another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Another transaction was in its way.
    Conflict,
    /// The connection was lost before a commit was sent.
    Lost,
    /// A prepared statement is unknown: a pooler has exchanged connections.
    Pooled,
}

/// A transaction's body holds this, or a clone of it.
#[derive(Clone)]
pub(crate) struct Txn(Arc<Inner>, Arc<Part>);

struct Inner {
    client: Option<Object>,
    connector: Connector,
    loss: LastLoss,
    mode: Mode,
    unnamed: bool,
    /// Whether the connection may go back to the pool. Set once nothing of
    /// the transaction is left on it.
    clean: AtomicBool,
    /// Whether a commit was sent and no answer has come.
    uncertain: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    statements: u32,
    begun: bool,
    failed: bool,
    closed: bool,
    queue: Vec<Queued>,
    trouble: Option<Trouble>,
}

impl Txn {
    pub(super) fn new(client: Object, mode: Mode, server: &Server) -> Self {
        let inner = Inner {
            client: Some(client),
            connector: server.connector.clone(),
            loss: server.loss.clone(),
            mode,
            unnamed: server.unnamed.load(Relaxed),
            clean: AtomicBool::new(false),
            uncertain: AtomicBool::new(false),
            state: Mutex::default(),
        };
        Self(Arc::new(inner), Arc::default())
    }

    /// The same transaction for one body among several.
    pub(super) fn for_one_body(&self) -> Self {
        Self(Arc::clone(&self.0), Arc::default())
    }

    /// Ends one body's part: a handle that it has kept is of no use any more.
    pub(super) fn end_body(&self) {
        self.1.over.store(true, Relaxed);
    }

    /// Forgets what the body has kept and was not sent yet. Says whether the
    /// server knows of no change of the body's.
    pub(super) fn forget_kept(&self) -> bool {
        self.0.state().queue.retain(|queued| !queued.is_of(&self.1));
        !self.1.wrote.load(Relaxed)
    }

    /// Runs a statement and gives its rows.
    pub(crate) async fn rows(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<Vec<Row>, StoreError> {
        let statement = self.enter(sql).await?;
        self.note(sql);
        let client = self.0.client()?;
        let ask = async {
            match &statement {
                Some(statement) => client.query(statement, &plain(params)).await,
                None => client.query_typed(sql, &typed(params)).await,
            }
        };
        self.send(ask).await
    }

    /// Runs a statement and says how many rows it touched.
    pub(crate) async fn execute(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<u64, StoreError> {
        let statement = self.enter(sql).await?;
        self.note(sql);
        let client = self.0.client()?;
        let ask = async {
            match &statement {
                Some(statement) => client.execute(statement, &plain(params)).await,
                None => client.execute_typed(sql, &typed(params)).await,
            }
        };
        self.send(ask).await
    }

    /// Keeps a statement until the next one or the commit takes it along.
    pub(crate) async fn later(&self, one: OneRow, params: Params) -> Result<(), StoreError> {
        self.later_together(vec![(one, params)]).await
    }

    /// The same for statements with nothing of another body between them.
    pub(crate) async fn later_together(
        &self,
        statements: Vec<(OneRow, Params)>,
    ) -> Result<(), StoreError> {
        let mut kept = Vec::with_capacity(statements.len());
        for (one, params) in statements {
            kept.push(self.kept(one.failing, params, Some(one)).await?);
        }
        self.0.state().queue.extend(kept);
        Ok(())
    }

    /// The same for a statement that may touch any number of rows.
    pub(crate) async fn later_any(
        &self,
        sql: &'static str,
        params: Params,
    ) -> Result<(), StoreError> {
        let kept = self.kept(sql, params, None).await?;
        self.0.state().queue.push(kept);
        Ok(())
    }

    async fn kept(
        &self,
        sql: &'static str,
        params: Params,
        one: Option<OneRow>,
    ) -> Result<Queued, StoreError> {
        let statement = self.enter(sql).await?;
        Ok(Queued::Statement(Kept { sql, statement, params, one, part: Arc::clone(&self.1) }))
    }

    /// Keeps a statement that steers the transaction, likewise.
    pub(super) fn control(&self, sql: &'static str) {
        self.0.state().queue.push(Queued::Control(sql));
    }

    /// Fails the transaction, for a reason that PostgreSQL does not know.
    pub(crate) fn spoil(&self) {
        self.0.state().failed = true;
    }

    /// Whether a commit was sent and nobody knows what became of it.
    pub(super) fn is_uncertain(&self) -> bool {
        self.0.uncertain.load(Relaxed)
    }

    /// Whether a statement has failed, after which PostgreSQL takes no more.
    pub(super) fn has_failed(&self) -> bool {
        self.0.state().failed
    }

    /// Checks that a statement may run, and prepares it if that is the way.
    async fn enter(&self, sql: &'static str) -> Result<Option<Statement>, StoreError> {
        {
            let mut state = self.0.state();
            if state.closed || self.1.over.load(Relaxed) {
                return Err(StoreError::internal("a transaction was used after its end"));
            }
            if state.statements > 0 && self.0.mode == Mode::Single {
                return Err(StoreError::internal("a read of one statement ran a second one"));
            }
            state.statements += 1;
        }
        if self.0.unnamed {
            return Ok(None);
        }
        let prepared = self.0.client()?.prepare_cached(sql).await;
        prepared.map(Some).map_err(|error| self.fail(error))
    }

    /// Notes whether a statement that is about to be sent changes rows. Most
    /// that fail have only looked.
    fn note(&self, sql: &str) {
        if !sql.starts_with("select") {
            self.1.wrote.store(true, Relaxed);
        }
    }

    /// Sends `begin` if it is due, what was kept, and a statement, in one go.
    async fn send<T>(&self, ask: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
        let (begin, queue) = {
            let mut state = self.0.state();
            let due = self.0.mode != Mode::Single && !state.begun;
            state.begun |= due;
            (due, std::mem::take(&mut state.queue))
        };
        queue.iter().for_each(Queued::note);
        let client = self.0.client()?;
        let begin = async {
            match (begin, self.0.mode) {
                (false, _) | (_, Mode::Single) => Ok(()),
                (true, Mode::Write) => client.batch_execute("begin").await,
                (true, Mode::Snapshot) => {
                    client.batch_execute("begin isolation level repeatable read read only").await
                }
            }
        };
        // Each future sends when it is first polled, and they are polled in
        // this order.
        let queued = join_all(queue.iter().map(|queued| queued.run(client)));
        let (opened, queued, answer) = join3(begin, queued, ask).await;
        opened.map_err(|error| self.fail(error))?;
        for (done, queued) in queued.into_iter().zip(&queue) {
            done.map_err(|error| self.fail_kept(error, queued))?;
        }
        answer.map_err(|error| self.fail(error))
    }

    /// What went wrong with something that was kept. Dividing by zero is how
    /// a statement says that it found no row: see [`crate::sql::OneRow`].
    fn fail_kept(&self, error: Error, kept: &Queued) -> StoreError {
        let no_row = error.code() == Some(&SqlState::DIVISION_BY_ZERO);
        let failed = self.fail(error);
        match kept {
            Queued::Statement(Kept { one: Some(one), .. }) if no_row => one.no_row(),
            _ => failed,
        }
    }

    /// Commits. After an error nothing is stored, unless the connection was
    /// lost in these very moments: then nobody knows.
    pub(super) async fn commit(&self) -> Result<(), StoreError> {
        let (begun, queued, failed) = {
            let mut state = self.0.state();
            state.closed = true;
            (state.begun, !state.queue.is_empty(), state.failed)
        };
        if failed {
            self.roll_back().await;
            return Err(StoreError::internal("a transaction body ignored a failed statement"));
        }
        if begun || queued {
            let client = self.0.client()?;
            // A commit after a failed statement is a rollback, without an
            // error; `send` reports the statement's.
            self.0.uncertain.store(true, Relaxed);
            let outcome = self.send(client.batch_execute("commit")).await;
            let lost = outcome.is_err() && self.trouble() == Some(Trouble::Lost);
            self.0.uncertain.store(lost, Relaxed);
            if outcome.is_err() {
                self.forget_lost();
                // Ends whatever is left; a no-op after the commit itself.
                self.roll_back().await;
                return outcome;
            }
        }
        self.0.clean.store(true, Relaxed);
        Ok(())
    }

    /// Undoes everything. A connection on which that fails is thrown away.
    pub(super) async fn roll_back(&self) {
        let begun = {
            let mut state = self.0.state();
            state.closed = true;
            state.begun
        };
        let Ok(client) = self.0.client() else { return };
        if !begun || client.batch_execute("rollback").await.is_ok() {
            self.0.clean.store(true, Relaxed);
        }
    }

    /// What befell the transaction.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.0.state().trouble
    }

    /// A connection lost while the commit was on its way: it may have
    /// happened, so it must not happen again.
    fn forget_lost(&self) {
        let mut state = self.0.state();
        if state.trouble == Some(Trouble::Lost) {
            state.trouble = None;
        }
    }

    fn fail(&self, error: Error) -> StoreError {
        let trouble = trouble(&error);
        if trouble == Some(Trouble::Lost) {
            self.0.loss.record();
        }
        let mut state = self.0.state();
        state.failed = true;
        // The first error is the cause; the others follow from it.
        state.trouble = state.trouble.or(trouble);
        error.into()
    }
}

impl Inner {
    fn client(&self) -> Result<&Object, StoreError> {
        self.client.as_ref().ok_or_else(|| StoreError::internal("the connection was given back"))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    /// A transaction that was dropped half-way, or whose end is unknown, takes
    /// its connection with it: the server then undoes what was not committed.
    fn drop(&mut self) {
        if let Some(client) = self.client.take()
            && !self.clean.load(Relaxed)
        {
            cancel(&client, self.connector.clone());
            drop(Object::take(client));
        }
    }
}

/// Asks the server to stop what it is doing on a connection that is given up:
/// closing it alone would let a long statement run to its end, beside the
/// connection that replaces this one.
fn cancel(client: &Object, connector: Connector) {
    if client.is_closed() {
        return;
    }
    let token = client.cancel_token();
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move { timeout(CANCEL, token.cancel_query(connector.0)).await });
    }
}
