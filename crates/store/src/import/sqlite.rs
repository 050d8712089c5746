//! A SQLite file that is not ours. It is opened so that it cannot change, and
//! so that no side file appears beside it.

use std::{
    fmt::Write as _,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, params_from_iter, types::ValueRef};
use tokio::task::spawn_blocking;

use super::{ForeignTable, PAGE, Value, quoted};
use crate::StoreError;

/// How long a server of its own may keep us from reading.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The file, open.
pub(super) struct Source(Arc<Mutex<Connection>>);

/// Where a reading stands.
pub(super) struct Cursor {
    first: String,
    next: String,
    width: usize,
    after: Option<rusqlite::types::Value>,
}

impl Source {
    pub(super) async fn open(path: PathBuf) -> Result<(Self, Vec<ForeignTable>), StoreError> {
        let opening = move || {
            let connection = open(&path)?;
            let tables = tables(&connection).map_err(|error| unreadable(&path, &error))?;
            Ok((Self(Arc::new(Mutex::new(connection))), tables))
        };
        spawn_blocking(opening).await.map_err(|panic| StoreError::Internal(Box::new(panic)))?
    }

    pub(super) async fn next_page(
        &self,
        cursor: &mut Cursor,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        let (sql, width) = match &cursor.after {
            None => (cursor.first.clone(), cursor.width),
            Some(_) => (cursor.next.clone(), cursor.width),
        };
        let after = cursor.after.clone();
        let read = move |connection: &Connection| read_page(connection, &sql, width, after);
        let (rows, last) = self.run(read).await?;
        cursor.after = last.or(cursor.after.take());
        Ok(rows)
    }

    pub(super) async fn numbers(&self, sql: String, count: usize) -> Result<Vec<i64>, StoreError> {
        self.run(move |connection| {
            let read = |row: &rusqlite::Row<'_>| (0..count).map(|index| row.get(index)).collect();
            connection.query_row(&sql, [], read)
        })
        .await
    }

    /// Reads on a thread that may wait for a disk.
    async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let connection = Arc::clone(&self.0);
        let reading = move || {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(read(&connection)?)
        };
        spawn_blocking(reading).await.map_err(|panic| StoreError::Internal(Box::new(panic)))?
    }
}

impl Cursor {
    pub(super) fn new(table: &ForeignTable, columns: &[usize]) -> Result<Self, StoreError> {
        let key = table.key.as_deref().map(quoted).ok_or_else(|| {
            StoreError::unavailable(format!(
                "the table {} has neither row numbers nor a key of one column",
                table.name
            ))
        })?;
        let of = &table.sql_name;
        let mut list = key.clone();
        for column in columns {
            let _ = write!(list, ", {}", quoted(&table.columns[*column]));
        }
        let end = format!("order by {key} limit {PAGE}");
        Ok(Self {
            first: format!("select {list} from {of} {end}"),
            next: format!("select {list} from {of} where {key} > ?1 {end}"),
            width: columns.len(),
            after: None,
        })
    }
}

type Page = (Vec<Vec<Value>>, Option<rusqlite::types::Value>);

/// The rows of a page, and the key of the last one.
fn read_page(
    connection: &Connection,
    sql: &str,
    width: usize,
    after: Option<rusqlite::types::Value>,
) -> rusqlite::Result<Page> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(after))?;
    let mut page = Vec::new();
    let mut last = None;
    while let Some(row) = rows.next()? {
        last = Some(row.get(0)?);
        let columns = 1..=width;
        let read = columns.map(|column| Ok(value(row.get_ref(column)?)));
        page.push(read.collect::<rusqlite::Result<_>>()?);
    }
    Ok((page, last))
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Bytes(bytes.to_owned()),
        },
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
    }
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let is_logged = has_log(path).map_err(|error| {
        StoreError::unavailable(format!("cannot open {}: {error}", path.display()))
    })?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = if is_logged && !log_of(path).exists() {
        // Nobody has the file open. Reading it in the ordinary way would leave
        // an empty log beside it, or fail where none can be made.
        let uri = format!("file:{}?immutable=1", escaped(path));
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
    } else {
        Connection::open_with_flags(path, flags)
    };
    let connection = opened.map_err(|error| unreadable(path, &error))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let settings =
        "pragma query_only = on; pragma trusted_schema = off; pragma temp_store = memory";
    connection.execute_batch(settings).map_err(|error| unreadable(path, &error))?;
    if is_logged {
        // One state for all that follows; with a log that is in nobody's way.
        connection.execute_batch("begin").map_err(|error| unreadable(path, &error))?;
    }
    Ok(connection)
}

fn unreadable(path: &Path, error: &rusqlite::Error) -> StoreError {
    StoreError::unavailable(format!("cannot read {}: {error}", path.display()))
}

/// Whether the file is written through a log: its head says so.
fn has_log(path: &Path) -> std::io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(20).read_to_end(&mut head)?;
    Ok(head.get(18..20) == Some(&[2, 2]))
}

/// Where the log is while anybody has the file open.
fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// A path in which nothing has a meaning in a URI.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<ForeignTable>> {
    let list = "select name, wr from pragma_table_list
                where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\'
                order by name";
    let mut statement = connection.prepare(list)?;
    let names = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let names = names.collect::<rusqlite::Result<Vec<(String, bool)>>>()?;
    names.into_iter().map(|(name, is_bare)| table(connection, name, is_bare)).collect()
}

/// A table, and what its rows are numbered by: SQLite's own numbers where it
/// has them, which are never null, or the key of one that goes without.
fn table(connection: &Connection, name: String, is_bare: bool) -> rusqlite::Result<ForeignTable> {
    let list = "select name, type, pk from pragma_table_xinfo(?1) where hidden <> 1 order by cid";
    let mut statement = connection.prepare_cached(list)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let columns = statement.query_map([&name], read)?;
    let columns = columns.collect::<rusqlite::Result<Vec<(String, String, i64)>>>()?;
    let is_named =
        |wanted: &str| columns.iter().any(|(name, ..)| name.eq_ignore_ascii_case(wanted));
    let keys: Vec<_> =
        columns.iter().filter(|(_, _, key)| *key > 0).map(|(name, ..)| name).collect();
    let key = match keys[..] {
        [key] if is_bare => Some(key.clone()),
        _ if is_bare => None,
        _ => {
            ["rowid", "_rowid_", "oid"].into_iter().find(|name| !is_named(name)).map(str::to_owned)
        }
    };
    let sql_name = quoted(&name);
    let (columns, types) = columns.into_iter().map(|(name, kind, _)| (name, kind)).unzip();
    Ok(ForeignTable { name, columns, sql_name, types, key })
}
