//! One dialect for two engines: parameters, columns and rows that both
//! drivers understand.
//!
//! Statements use `$1`, `$2`, …, each first mentioned in this order, because
//! SQLite numbers them by first appearance.

use std::error::Error as StdError;

use bytes::BytesMut;
use rondo_domain::{TaskId, Timestamp};
use rusqlite::types::{FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, Type, to_sql_checked};

use crate::{Constraint, StoreError};

/// The type a parameter has in PostgreSQL. Unnamed statements carry the types
/// with them, which saves asking the server.
pub(crate) trait PgTyped {
    const TYPE: Type;
}

macro_rules! pg_typed {
    ($($rust:ty => $pg:ident),+ $(,)?) => {
        $(impl PgTyped for $rust { const TYPE: Type = Type::$pg; })+
    };
}

pg_typed! {
    i64 => INT8,
    bool => BOOL,
    &str => TEXT,
    String => TEXT,
    &[u8] => BYTEA,
    Vec<u8> => BYTEA,
    Moment => TIMESTAMPTZ,
    Numbers => INT8_ARRAY,
}

impl<T: PgTyped> PgTyped for Option<T> {
    const TYPE: Type = T::TYPE;
}

/// What can be sent with a statement to either engine.
pub(crate) trait Param:
    rusqlite::ToSql + tokio_postgres::types::ToSql + Send + Sync
{
    fn pg_type(&self) -> Type;
}

impl<T> Param for T
where
    T: rusqlite::ToSql + tokio_postgres::types::ToSql + PgTyped + Send + Sync,
{
    fn pg_type(&self) -> Type {
        T::TYPE
    }
}

/// A statement that must touch exactly one row. Made by [`one_row!`].
#[derive(Clone, Copy)]
pub(crate) struct OneRow {
    pub(crate) plain: &'static str,
    /// The same for PostgreSQL, where it may travel in one packet with the
    /// commit: a look at the number of rows would come too late, so without a
    /// row the statement itself fails, by a division by zero.
    pub(crate) failing: &'static str,
    /// The rule that was broken when there is no row; without one it is a bug.
    pub(crate) rule: Option<Constraint>,
}

impl OneRow {
    /// What it means that the statement has touched no row.
    pub(crate) fn no_row(&self) -> StoreError {
        match self.rule {
            Some(rule) => StoreError::Conflict(rule),
            None => StoreError::internal(format!("no row instead of one: {}", self.plain)),
        }
    }
}

/// A statement that must touch exactly one row, which it finds by its key:
/// more than one is impossible, so only none is looked for. With `or`, having
/// none is what a rule of the database would say.
macro_rules! one_row {
    ($sql:literal) => {
        $crate::sql::one_row!($sql, None)
    };
    ($sql:literal or $rule:ident) => {
        $crate::sql::one_row!($sql, Some($crate::Constraint::$rule))
    };
    ($sql:literal, $rule:expr) => {
        $crate::sql::OneRow {
            plain: $sql,
            failing: concat!(
                "with touched as (",
                $sql,
                " returning 1) select 1 / count(*) from touched"
            ),
            rule: $rule,
        }
    };
}

pub(crate) use one_row;

/// Numbers that travel as one parameter: JSON in SQLite, for `json_each`, and
/// an array in PostgreSQL, for `any`.
#[derive(Debug)]
pub(crate) struct Numbers(Vec<i64>);

impl Numbers {
    /// These ids, and how many there are.
    pub(crate) fn of(ids: &[TaskId]) -> (Self, i64) {
        let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        (Self(ids), count)
    }
}

/// Parameters that travel later than the call that gave them.
pub(crate) type Params = Vec<Box<dyn Param>>;

/// What can be read from a row of either engine.
pub(crate) trait Column:
    rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a>
{
}

impl<T> Column for T where T: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a> {}

/// A row of either engine.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The column at an index, from 0; `None` when it has another type.
    ///
    /// The reason is not kept: a caller reports the row as corrupt, with
    /// table and id, which is what finds it.
    pub(crate) fn get<T: Column>(&self, index: usize) -> Option<T> {
        match self {
            Self::Sqlite(row) => row.get(index).ok(),
            Self::Postgres(row) => row.try_get(index).ok(),
        }
    }

    /// A moment column.
    pub(crate) fn time(&self, index: usize) -> Option<Timestamp> {
        self.get::<Moment>(index).map(|moment| moment.0)
    }

    /// A column that may be null, and what it means; an error when it means
    /// nothing.
    pub(crate) fn optional<C: Column, T>(
        &self,
        index: usize,
        read: impl FnOnce(C) -> Option<T>,
    ) -> Result<Option<T>, ()> {
        self.get::<Option<C>>(index).ok_or(())?.map(|value| read(value).ok_or(())).transpose()
    }

    /// The same for a text.
    pub(crate) fn optional_text<T>(
        &self,
        index: usize,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ()> {
        self.optional(index, |text: String| read(&text))
    }

    /// A moment column that may be null.
    pub(crate) fn optional_time(&self, index: usize) -> Result<Option<Timestamp>, ()> {
        self.optional(index, |moment: Moment| Some(moment.0))
    }
}

/// A [`Timestamp`] on its way to or from a database: microseconds in SQLite,
/// `timestamptz` in PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(pub(crate) Timestamp);

/// PostgreSQL counts from 2000-01-01, we from 1970-01-01 (microseconds).
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

#[derive(Debug, thiserror::Error)]
#[error("{0} is not a moment between the years 1 and 9999")]
struct OutOfRange(i64);

impl rusqlite::ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_micros().into())
    }
}

impl rusqlite::types::FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let micros = value.as_i64()?;
        let moment = Timestamp::from_micros(micros).ok_or(OutOfRange(micros));
        moment.map(Self).map_err(FromSqlError::other)
    }
}

type PgError = Box<dyn StdError + Sync + Send>;

impl rusqlite::ToSql for Numbers {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        // Numbers look the same in JSON and in Rust.
        Ok(format!("{:?}", self.0).into())
    }
}

impl tokio_postgres::types::ToSql for Numbers {
    fn to_sql(&self, array: &Type, out: &mut BytesMut) -> Result<IsNull, PgError> {
        tokio_postgres::types::ToSql::to_sql(&self.0, array, out)
    }

    fn accepts(array: &Type) -> bool {
        *array == Type::INT8_ARRAY
    }

    to_sql_checked!();
}

impl tokio_postgres::types::ToSql for Moment {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, PgError> {
        let micros = self.0.as_micros() - PG_EPOCH_MICROS;
        out.extend_from_slice(&micros.to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(pg_type: &Type) -> bool {
        *pg_type == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl<'a> tokio_postgres::types::FromSql<'a> for Moment {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, PgError> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        let since_1970 = micros.checked_add(PG_EPOCH_MICROS).ok_or(OutOfRange(micros))?;
        Ok(Self(Timestamp::from_micros(since_1970).ok_or(OutOfRange(since_1970))?))
    }

    fn accepts(pg_type: &Type) -> bool {
        *pg_type == Type::TIMESTAMPTZ
    }
}
