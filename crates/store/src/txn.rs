//! One transaction, as the tables see it: the same calls for both engines.

use crate::{
    StoreError, postgres,
    sql::{OneRow, Param, Params, Row},
    sqlite,
};

/// One transaction, whichever engine is behind it.
///
/// A clone is the same transaction; one kept after the body has returned
/// refuses every statement.
#[derive(Clone)]
pub struct Txn(pub(crate) Inner);

/// The engine's own transaction.
#[derive(Clone)]
pub(crate) enum Inner {
    Sqlite(sqlite::Txn),
    Postgres(postgres::Txn),
}

impl Txn {
    /// Runs a statement and reads its rows.
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match &self.0 {
            Inner::Sqlite(txn) => txn.rows(sql, params, &mut read),
            Inner::Postgres(txn) => {
                let rows = txn.rows(sql, params).await?;
                let read: Result<Vec<T>, StoreError> =
                    rows.iter().map(|row| read(&Row::Postgres(row))).collect();
                if read.is_err() {
                    txn.spoil();
                }
                read
            }
        }
    }

    /// Runs a statement and reads its first row, if there is one.
    pub(crate) async fn row<T>(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.rows(sql, params, read).await?.into_iter().next())
    }

    /// Runs a statement and says how many rows it touched.
    pub(crate) async fn execute(
        &self,
        sql: &'static str,
        params: &[&dyn Param],
    ) -> Result<u64, StoreError> {
        match &self.0 {
            Inner::Sqlite(txn) => txn.execute(sql, params),
            Inner::Postgres(txn) => txn.execute(sql, params).await,
        }
    }

    /// Runs a statement whose outcome nobody needs before the commit.
    ///
    /// On PostgreSQL it travels with the next statement or with the commit,
    /// which saves a round trip and holds its locks for a shorter time. It
    /// must touch exactly one row; otherwise the transaction fails.
    pub(crate) async fn later(&self, sql: OneRow, params: Params) -> Result<(), StoreError> {
        match &self.0 {
            Inner::Sqlite(txn) => txn.execute_one(sql, &params),
            Inner::Postgres(txn) => txn.later(sql, params).await,
        }
    }

    /// The same for several statements that build on each other. On PostgreSQL
    /// nothing of another body comes between them.
    pub(crate) async fn later_together(
        &self,
        statements: Vec<(OneRow, Params)>,
    ) -> Result<(), StoreError> {
        match &self.0 {
            Inner::Sqlite(txn) => {
                statements.into_iter().try_for_each(|(sql, params)| txn.execute_one(sql, &params))
            }
            Inner::Postgres(txn) => txn.later_together(statements).await,
        }
    }

    /// The same for a statement that may touch any number of rows.
    pub(crate) async fn later_any(
        &self,
        sql: &'static str,
        params: Params,
    ) -> Result<(), StoreError> {
        match &self.0 {
            Inner::Sqlite(txn) => txn.execute_any(sql, &params),
            Inner::Postgres(txn) => txn.later_any(sql, params).await,
        }
    }

    /// Whether this runs on PostgreSQL, where a statement differs.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.0, Inner::Postgres(_))
    }
}
