//! A PostgreSQL database that is not ours: one connection, one transaction
//! that can only read, and a cursor for each table that is read.
//!
//! Every column is asked for as text, in PostgreSQL's own words for it, so
//! that no type is unknown. Numbers and truth values are told apart again.

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use tokio::time::timeout;
use tokio_postgres::{
    Client, Row,
    types::{ToSql, Type},
};

use super::{ForeignTable, PAGE, Value, quoted};
use crate::{PostgresOptions, StoreError, postgres::connect_once};

/// How long one answer may take: a table without an index is sorted first.
const ANSWER: Duration = Duration::from_mins(5);

/// Everything is of this moment, and moments and bytes are written in one way
/// whatever the server's settings. Behind a pooler the next user of the
/// connection must not find them, hence `local`.
const BEGIN: &str = "begin isolation level repeatable read read only;
    set local timezone = 'UTC';
    set local datestyle = 'ISO';
    set local bytea_output = 'hex';
    set local statement_timeout = 0;
    set local idle_in_transaction_session_timeout = 0";

const TABLES: &str = "select n.nspname::text, c.relname::text, a.attname::text, t.typname::text
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid
    join pg_type t on t.oid = a.atttypid
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
      and n.nspname::text = any(
          case when $1 = '' then current_schemas(false)::text[] else array[$1] end)
    order by array_position(current_schemas(false)::text[], n.nspname::text),
        c.relname, a.attnum";

const SCHEMAS: &str = "select distinct n.nspname::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname::text = any($1)
      and n.nspname not in ('pg_catalog', 'information_schema')
      and not n.nspname = any(current_schemas(false))
    order by 1 limit 20";

/// The connection, inside its transaction.
pub(super) struct Source {
    client: Client,
    cursors: AtomicU32,
}

/// Where a reading stands: the server knows.
pub(super) struct Cursor {
    name: String,
    kinds: Vec<Kind>,
}

/// How the text of a column is to be read.
#[derive(Clone, Copy)]
enum Kind {
    Bool,
    Integer,
    Real,
    Bytes,
    Text,
}

impl Kind {
    fn of(type_name: &str) -> Self {
        match type_name {
            "bool" => Self::Bool,
            "float4" | "float8" => Self::Real,
            "bytea" => Self::Bytes,
            name if is_integer(name) => Self::Integer,
            _ => Self::Text,
        }
    }

    /// What does not read as what it should be stays text: nothing is lost.
    fn read(self, text: Option<&str>) -> Value {
        let Some(text) = text else { return Value::Null };
        let read = match self {
            Self::Bool => Some(Value::Bool(text == "true")),
            Self::Integer => text.parse().ok().map(Value::Integer),
            Self::Real => text.parse().ok().map(Value::Real),
            Self::Bytes => bytes(text).map(Value::Bytes),
            Self::Text => None,
        };
        read.unwrap_or_else(|| Value::Text(text.to_owned()))
    }
}

/// Whether a type holds whole numbers, and nothing else.
pub(super) fn is_integer(type_name: &str) -> bool {
    ["int2", "int4", "int8"].contains(&type_name)
}

/// Reads `\x0aff`.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(pair).collect()
}

impl Source {
    pub(super) async fn open(
        options: &PostgresOptions,
        schema: Option<&str>,
    ) -> Result<(Self, Vec<ForeignTable>), StoreError> {
        let source = Self { client: connect_once(options).await?, cursors: AtomicU32::new(1) };
        source.run(source.client.batch_execute(BEGIN)).await?;
        let schema = schema.unwrap_or_default();
        let params: [(&(dyn ToSql + Sync), Type); 1] = [(&schema, Type::TEXT)];
        let columns = source.run(source.client.query_typed(TABLES, &params)).await?;
        Ok((source, tables(&columns)?))
    }

    pub(super) async fn schemas_with(&self, tables: &[&str]) -> Result<Vec<String>, StoreError> {
        let params: [(&(dyn ToSql + Sync), Type); 1] = [(&tables, Type::TEXT_ARRAY)];
        let rows = self.run(self.client.query_typed(SCHEMAS, &params)).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    pub(super) async fn read(
        &self,
        table: &ForeignTable,
        columns: &[usize],
    ) -> Result<Cursor, StoreError> {
        let name = format!("rondo_{}", self.cursors.fetch_add(1, Relaxed));
        let list =
            columns.iter().map(|column| format!("t.{}::text", quoted(&table.columns[*column])));
        let list = list.collect::<Vec<_>>().join(", ");
        // Rows that get a new number get it in the order of their old one: that
        // of the table, not its text.
        let order = table.columns.iter().find(|column| *column == "id");
        let order = order.map_or(String::new(), |id| format!(" order by t.{}", quoted(id)));
        let of = &table.sql_name;
        let declare =
            format!("declare {name} no scroll cursor for select {list} from {of} as t{order}");
        self.run(self.client.batch_execute(&declare)).await?;
        let kinds = columns.iter().map(|column| Kind::of(&table.types[*column])).collect();
        Ok(Cursor { name, kinds })
    }

    pub(super) async fn next_page(
        &self,
        cursor: &mut Cursor,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        let fetch = format!("fetch {PAGE} from {}", cursor.name);
        let rows = self.run(self.client.query_typed(&fetch, &[])).await?;
        if rows.len() < PAGE {
            self.run(self.client.batch_execute(&format!("close {}", cursor.name))).await?;
        }
        let read = |row: &Row| -> Result<Vec<Value>, StoreError> {
            let kinds = cursor.kinds.iter().enumerate();
            kinds.map(|(index, kind)| Ok(kind.read(row.try_get(index)?))).collect()
        };
        rows.iter().map(read).collect()
    }

    pub(super) async fn numbers(&self, sql: &str, count: usize) -> Result<Vec<i64>, StoreError> {
        let rows = self.run(self.client.query_typed(sql, &[])).await?;
        let row = rows.first().ok_or_else(|| StoreError::internal("a count gave no row"))?;
        (0..count).map(|index| Ok(row.try_get(index)?)).collect()
    }

    async fn run<T>(
        &self,
        asking: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        let late = |_| StoreError::unavailable("the database took too long to answer");
        Ok(timeout(ANSWER, asking).await.map_err(late)??)
    }
}

/// Puts columns, which come in the order of their tables, together. Of two
/// tables of one name the first counts, as in any statement.
fn tables(columns: &[Row]) -> Result<Vec<ForeignTable>, StoreError> {
    let mut tables: Vec<ForeignTable> = Vec::new();
    for row in columns {
        let (schema, name, column): (&str, &str, &str) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let sql_name = format!("{}.{}", quoted(schema), quoted(name));
        let table = match tables.iter().position(|table| table.name == name) {
            Some(index) if tables[index].sql_name == sql_name => &mut tables[index],
            Some(_) => continue,
            None => {
                let (columns, types) = (Vec::new(), Vec::new());
                let name = name.to_owned();
                tables.push(ForeignTable { name, columns, sql_name, types, key: None });
                let last = tables.len() - 1;
                &mut tables[last]
            }
        };
        table.columns.push(column.to_owned());
        table.types.push(row.try_get(3)?);
    }
    tables.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_read_by_its_type() {
        for (kind, text, expected) in [
            ("bool", "true", Value::Bool(true)),
            ("bool", "false", Value::Bool(false)),
            ("int4", "-7", Value::Integer(-7)),
            ("float8", "1.5", Value::Real(1.5)),
            ("numeric", "1.5", Value::Text("1.5".to_owned())),
            ("bytea", "\\x00ff", Value::Bytes(vec![0, 255])),
            ("uuid", "a-b", Value::Text("a-b".to_owned())),
        ] {
            assert!(Kind::of(kind).read(Some(text)) == expected, "{kind}");
        }
        assert_eq!(Kind::of("bool").read(None), Value::Null);
    }
}
