//! Statements that wait for the next one of their transaction, to travel with
//! it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use tokio_postgres::{
    Client, Error, Statement,
    types::{ToSql, Type},
};

use crate::sql::{OneRow, Param, Params};

/// One body's part of a transaction, which it may share with others.
#[derive(Default)]
pub(super) struct Part {
    /// Whether the body is over, which may come before the transaction's end.
    pub over: AtomicBool,
    /// Whether the server has been sent something of the body's that changes
    /// rows.
    pub wrote: AtomicBool,
}

/// What travels with the next statement.
pub(super) enum Queued {
    /// A statement that steers the transaction.
    Control(&'static str),
    /// A statement whose rows nobody needs.
    Statement(Kept),
}

/// A statement that was kept.
pub(super) struct Kept {
    pub sql: &'static str,
    pub statement: Option<Statement>,
    pub params: Params,
    pub one: Option<OneRow>,
    /// Whose it is.
    pub part: Arc<Part>,
}

impl Queued {
    /// Whether it is a statement of that part.
    pub fn is_of(&self, part: &Arc<Part>) -> bool {
        matches!(self, Self::Statement(kept) if Arc::ptr_eq(&kept.part, part))
    }

    /// Notes that it is about to be sent: nearly all that is kept changes rows.
    pub fn note(&self) {
        if let Self::Statement(kept) = self {
            kept.part.wrote.store(true, Relaxed);
        }
    }

    /// Sends it and waits for the answer.
    pub async fn run(&self, client: &Client) -> Result<(), Error> {
        match self {
            Self::Control(sql) => client.batch_execute(sql).await,
            Self::Statement(Kept { sql, statement, params, .. }) => {
                let params: Vec<&dyn Param> = params.iter().map(|param| &**param).collect();
                let done = match statement {
                    Some(statement) => client.execute(statement, &plain(&params)).await,
                    None => client.execute_typed(sql, &typed(&params)).await,
                };
                done.map(|_| ())
            }
        }
    }
}

/// Parameters of a prepared statement.
pub(super) fn plain<'a>(params: &[&'a dyn Param]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| *param as &(dyn ToSql + Sync)).collect()
}

/// Parameters of an unnamed statement, which carries their types.
pub(super) fn typed<'a>(params: &[&'a dyn Param]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    params.iter().map(|param| (*param as &(dyn ToSql + Sync), param.pg_type())).collect()
}
