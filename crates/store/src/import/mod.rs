//! Reading a database that is not ours, to bring over what is in it.
//!
//! Nothing is ever written there. What it looks like is only known once it is
//! open: tables and columns are listed, and rows come as [`Value`]s, whatever
//! the types of their columns. What they mean is for the caller to decide.

mod postgres;
mod sqlite;

use std::fmt;

use crate::{SqliteLocation, StoreError, Target};

/// How many rows come at a time: enough to make the way there and back cheap,
/// few enough to hold whatever is in them.
const PAGE: usize = 200;

/// A database that is not ours, open for reading.
///
/// Everything that is read is of one moment, with one exception: a SQLite file
/// without a write-ahead log would keep its own server from writing meanwhile,
/// so there each page is of its own moment.
pub struct Foreign {
    engine: Engine,
    tables: Vec<ForeignTable>,
}

enum Engine {
    Sqlite(sqlite::Source),
    Postgres(postgres::Source),
}

/// A table, or on PostgreSQL anything else that has rows.
#[derive(Clone, Debug)]
pub struct ForeignTable {
    /// What it is called.
    pub name: String,
    /// What its columns are called, in their order.
    pub columns: Vec<String>,
    /// How the engine names it in a statement.
    sql_name: String,
    /// What each column is, in words of the engine.
    types: Vec<String>,
    /// What SQLite reads it by: a column that is different in every row.
    key: Option<String>,
}

/// What one column of one row holds.
///
/// Moments come as text or as numbers, as they are written there; SQLite has
/// no type for them, so whoever wants one must read both anyway.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value. SQLite has none and gives numbers.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text; also whatever else PostgreSQL can write as text.
    Text(String),
    /// Bytes that are not text.
    Bytes(Vec<u8>),
}

/// Says only what kind it is: a value may be a password's hash.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Bool(_) => "Bool",
            Self::Integer(_) => "Integer",
            Self::Real(_) => "Real",
            Self::Text(_) => "Text",
            Self::Bytes(_) => "Bytes",
        })
    }
}

/// A table while it is being read.
pub struct Reading {
    cursor: Cursor,
    is_over: bool,
}

enum Cursor {
    Sqlite(sqlite::Cursor),
    Postgres(postgres::Cursor),
}

impl Foreign {
    /// Opens a database and looks at what is in it. `schema` is where
    /// PostgreSQL looks for tables, instead of the search path.
    ///
    /// # Errors
    /// It cannot be reached, or there is none: no file is ever made.
    pub async fn open(target: &Target, schema: Option<&str>) -> Result<Self, StoreError> {
        let (engine, tables) = match target {
            Target::Sqlite(options) => match &options.location {
                SqliteLocation::Memory => {
                    return Err(StoreError::unavailable("a database in memory is empty"));
                }
                SqliteLocation::File(path) => {
                    let (source, tables) = sqlite::Source::open(path.clone()).await?;
                    (Engine::Sqlite(source), tables)
                }
            },
            Target::Postgres(options) => {
                let (source, tables) = postgres::Source::open(options, schema).await?;
                (Engine::Postgres(source), tables)
            }
        };
        Ok(Self { engine, tables })
    }

    /// Its tables, by name.
    #[must_use]
    pub fn tables(&self) -> &[ForeignTable] {
        &self.tables
    }

    /// The schemas of a PostgreSQL server, beside those that are looked in,
    /// that have a table of one of these names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn schemas_with(&self, tables: &[&str]) -> Result<Vec<String>, StoreError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(Vec::new()),
            Engine::Postgres(source) => source.schemas_with(tables).await,
        }
    }

    /// Begins to read a table: these of its columns, counted from 0.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read(
        &self,
        table: &ForeignTable,
        columns: &[usize],
    ) -> Result<Reading, StoreError> {
        let cursor = match &self.engine {
            Engine::Sqlite(_) => Cursor::Sqlite(sqlite::Cursor::new(table, columns)?),
            Engine::Postgres(source) => Cursor::Postgres(source.read(table, columns).await?),
        };
        Ok(Reading { cursor, is_over: false })
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_page(&self, reading: &mut Reading) -> Result<Vec<Vec<Value>>, StoreError> {
        if reading.is_over {
            return Ok(Vec::new());
        }
        let rows = match (&self.engine, &mut reading.cursor) {
            (Engine::Sqlite(source), Cursor::Sqlite(cursor)) => source.next_page(cursor).await?,
            (Engine::Postgres(source), Cursor::Postgres(cursor)) => {
                source.next_page(cursor).await?
            }
            _ => return Err(StoreError::internal("a reading of another database")),
        };
        reading.is_over = rows.len() < PAGE;
        Ok(rows)
    }

    /// In how many rows each of these columns holds something.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_filled(
        &self,
        table: &ForeignTable,
        columns: &[usize],
    ) -> Result<Vec<i64>, StoreError> {
        let counts =
            columns.iter().map(|column| format!("count({})", quoted(&table.columns[*column])));
        let counts = counts.collect::<Vec<_>>().join(", ");
        self.numbers(format!("select {counts} from {}", table.sql_name), columns.len()).await
    }

    /// The highest whole number in a column, of those up to `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn highest(
        &self,
        table: &ForeignTable,
        column: usize,
        limit: i64,
    ) -> Result<i64, StoreError> {
        let name = quoted(&table.columns[column]);
        let is_number = match &self.engine {
            Engine::Sqlite(_) => format!("typeof({name}) = 'integer'"),
            Engine::Postgres(_) if postgres::is_integer(&table.types[column]) => "true".to_owned(),
            Engine::Postgres(_) => return Ok(0),
        };
        let of = &table.sql_name;
        let sql = format!(
            "select cast(coalesce(max({name}), 0) as bigint) from {of}
             where {is_number} and {name} <= {limit}"
        );
        Ok(self.numbers(sql, 1).await?.pop().unwrap_or_default().max(0))
    }

    /// The one row of a statement, which is of whole numbers.
    async fn numbers(&self, sql: String, count: usize) -> Result<Vec<i64>, StoreError> {
        match &self.engine {
            _ if count == 0 => Ok(Vec::new()),
            Engine::Sqlite(source) => source.numbers(sql, count).await,
            Engine::Postgres(source) => source.numbers(&sql, count).await,
        }
    }
}

/// A name as a statement has it, whatever letters are in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_quotation() {
        assert_eq!(quoted("emailVerified"), "\"emailVerified\"");
        assert_eq!(quoted("a\" from b; --"), "\"a\"\" from b; --\"");
    }

    #[test]
    fn a_value_does_not_show_what_it_holds() {
        assert_eq!(format!("{:?}", Value::Text("hush".to_owned())), "Text");
    }
}
