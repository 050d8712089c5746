//! Which database, and how it is used.

use std::{path::PathBuf, thread};

use rondo_domain::Secret;

/// Which database, and how it is used.
#[derive(Clone, Debug)]
pub enum Target {
    /// Embedded, one file or memory.
    Sqlite(SqliteOptions),
    /// A server.
    Postgres(PostgresOptions),
}

/// How the embedded database is used.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// Where the data is.
    pub location: SqliteLocation,
    /// When a commit counts as done.
    pub synchronous: Synchronous,
    /// How many threads read at the same time; 0 counts as 1.
    pub readers: usize,
}

impl SqliteOptions {
    /// The defaults: every commit is on disk before it is answered, one
    /// reader for each core.
    #[must_use]
    pub fn new(location: SqliteLocation) -> Self {
        let readers = thread::available_parallelism().map_or(2, usize::from);
        Self { location, synchronous: Synchronous::Full, readers }
    }
}

/// Where the embedded database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SqliteLocation {
    /// Nowhere: it is gone when the process ends.
    Memory,
    /// A file; its folder must exist.
    File(PathBuf),
}

/// When a commit counts as done, in SQLite's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synchronous {
    /// When it is on disk.
    Full,
    /// When the operating system has it: the last commits can be lost when
    /// the power fails, but nothing is damaged.
    Normal,
}

/// How a PostgreSQL server is used.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// A `postgresql://` URL as libpq reads it, `sslmode` being one of
    /// `disable`, `prefer` and `require`.
    pub url: Secret<String>,
    /// The same database without a transaction pooler, for migrations.
    /// `None`: the same as `url`.
    pub direct_url: Option<Secret<String>>,
    /// What the server's certificate is checked against.
    pub certificates: Certificates,
    /// Connections that are kept when idle.
    pub pool_size: usize,
    /// Connections beyond those under load; closed after a minute of idling.
    pub max_overflow: usize,
    /// Whether a connection that idled for some seconds is asked for a sign
    /// of life before use.
    pub pre_ping: bool,
    /// Whether statements are prepared once and kept.
    pub prepared: Prepared,
}

impl PostgresOptions {
    /// The defaults: 5 connections and up to 10 more, checked when idle.
    #[must_use]
    pub const fn new(url: Secret<String>) -> Self {
        Self {
            url,
            direct_url: None,
            certificates: Certificates::Unchecked,
            pool_size: 5,
            max_overflow: 10,
            pre_ping: true,
            prepared: Prepared::Auto,
        }
    }
}

/// What a PostgreSQL server's certificate is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certificates {
    /// Nothing: the connection is encrypted, the server is not proven. What
    /// libpq means by `sslmode=prefer` and `require`.
    Unchecked,
    /// The public authorities (Mozilla's list).
    Public,
    /// The authorities of a PEM file (`sslrootcert`).
    File(PathBuf),
}

/// Whether statements are prepared once and kept by each connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prepared {
    /// Yes, unless a transaction pooler is found to stand in between.
    Auto,
    /// Always.
    On,
    /// Never: unnamed statements only, for a transaction pooler.
    Off,
}
