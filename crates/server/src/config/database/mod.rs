//! Which database: every spelling of `DATABASE_URL`, and `DB_*`.
//!
//! Spellings of Python's drivers are understood, because the server that this
//! one replaces was configured with them.

mod postgres;
mod sqlite;

use rondo_store::{Certificates, PostgresOptions, Prepared, SqliteOptions, Synchronous, Target};

use self::postgres::PostgresUrl;
use super::{
    reader::{Reader, boolean, number, one_of},
    variables::{
        DATABASE_DIRECT_URL, DATABASE_URL, DB_MAX_OVERFLOW, DB_POOL_PRE_PING, DB_POOL_SIZE,
        DB_PREPARED, SQLITE_SYNCHRONOUS,
    },
};

/// What a database URL names.
#[derive(Debug, PartialEq, Eq)]
enum DatabaseUrl {
    Sqlite(sqlite::SqliteUrl),
    Postgres(Box<PostgresUrl>),
}

impl DatabaseUrl {
    /// Tells the kinds apart by their scheme; the driver after a `+` is
    /// Python's business.
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(':').ok_or("is not a URL")?;
        let scheme = scheme.to_ascii_lowercase();
        match scheme.split('+').next().unwrap_or_default() {
            "sqlite" | "sqlite3" => sqlite::SqliteUrl::parse(rest).map(Self::Sqlite),
            "postgres" | "postgresql" => {
                let rest = rest.strip_prefix("//").ok_or("lacks the // after its scheme")?;
                PostgresUrl::parse(rest).map(|url| Self::Postgres(Box::new(url)))
            }
            "mysql" | "mariadb" | "mssql" | "oracle" | "mongodb" => {
                Err("names a database that Rondo does not speak to".to_owned())
            }
            _ => Err("begins with neither sqlite: nor postgresql:".to_owned()),
        }
    }
}

/// The database; `None` when `DATABASE_URL` is missing or wrong.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Target> {
    let url = reader.required(&DATABASE_URL, DatabaseUrl::parse);
    let synchronous = synchronous(reader);
    // Read on SQLite too, so that a typo is found before the move to PostgreSQL.
    let direct = reader.optional(&DATABASE_DIRECT_URL, direct_url);
    let pool = Pool::read(reader);
    match url? {
        DatabaseUrl::Sqlite(url) => {
            for parameter in &url.ignored {
                reader.warn(format!("DATABASE_URL: the parameter `{parameter}` is ignored"));
            }
            if reader.is_set(&DATABASE_DIRECT_URL) {
                reader.warn("DATABASE_DIRECT_URL has no effect on SQLite");
            }
            let mut options = SqliteOptions::new(url.location);
            options.synchronous = synchronous;
            Some(Target::Sqlite(options))
        }
        DatabaseUrl::Postgres(url) => Some(postgres_target(reader, &url, direct, pool)),
    }
}

/// A database that is named elsewhere than in a variable.
pub(super) fn parse(url: &str) -> Result<Target, String> {
    Ok(match DatabaseUrl::parse(url)? {
        DatabaseUrl::Sqlite(url) => Target::Sqlite(SqliteOptions::new(url.location)),
        DatabaseUrl::Postgres(url) => {
            let certificates = url.certificates.clone();
            let options = PostgresOptions::new(url.normalized());
            Target::Postgres(PostgresOptions { certificates, ..options })
        }
    })
}

fn synchronous(reader: &mut Reader<'_>) -> Synchronous {
    let words = [("full", Synchronous::Full), ("normal", Synchronous::Normal)];
    let synchronous = reader.or(&SQLITE_SYNCHRONOUS, Synchronous::Full, one_of(&words));
    if synchronous == Synchronous::Normal {
        reader.warn("SQLITE_SYNCHRONOUS is normal: a power failure may take the last changes");
    }
    synchronous
}

fn direct_url(text: &str) -> Result<PostgresUrl, String> {
    match DatabaseUrl::parse(text)? {
        DatabaseUrl::Postgres(url) => Ok(*url),
        DatabaseUrl::Sqlite(_) => Err("does not name a PostgreSQL server".to_owned()),
    }
}

/// `DB_*`.
struct Pool {
    size: usize,
    max_overflow: usize,
    pre_ping: bool,
    prepared: Prepared,
}

impl Pool {
    fn read(reader: &mut Reader<'_>) -> Self {
        let prepared = [
            ("auto", Prepared::Auto),
            ("on", Prepared::On),
            ("off", Prepared::Off),
            ("true", Prepared::On),
            ("false", Prepared::Off),
        ];
        Self {
            size: reader.or(&DB_POOL_SIZE, 5, number(1..=1000)),
            max_overflow: reader.or(&DB_MAX_OVERFLOW, 10, number(0..=1000)),
            pre_ping: reader.or(&DB_POOL_PRE_PING, true, boolean),
            prepared: reader.or(&DB_PREPARED, Prepared::Auto, one_of(&prepared)),
        }
    }
}

fn postgres_target(
    reader: &mut Reader<'_>,
    url: &PostgresUrl,
    direct: Option<PostgresUrl>,
    pool: Pool,
) -> Target {
    for (name, url) in [("DATABASE_URL", Some(url)), ("DATABASE_DIRECT_URL", direct.as_ref())] {
        for parameter in url.iter().flat_map(|url| &url.ignored) {
            reader.warn(format!("{name}: the parameter `{parameter}` is ignored"));
        }
    }
    if url.is_pooled() && !reader.is_set(&DATABASE_DIRECT_URL) {
        reader.warn(
            "DATABASE_URL names a pooler: set DATABASE_DIRECT_URL to the host without `-pooler`, \
             which migrations should use",
        );
    }
    // One set of authorities serves both addresses; the stricter one is right
    // for two names of the same server.
    let certificates = match direct.as_ref().map(|url| &url.certificates) {
        Some(direct) if url.certificates == Certificates::Unchecked => direct.clone(),
        _ => url.certificates.clone(),
    };
    Target::Postgres(PostgresOptions {
        url: url.normalized(),
        direct_url: direct.map(|url| url.normalized()),
        certificates,
        pool_size: pool.size,
        max_overflow: pool.max_overflow,
        pre_ping: pool.pre_ping,
        prepared: pool.prepared,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides() {
        for text in ["postgres://h", "POSTGRESQL://h", "postgresql+asyncpg://h", " postgres://h "] {
            assert!(matches!(DatabaseUrl::parse(text), Ok(DatabaseUrl::Postgres(_))), "{text}");
        }
        for text in ["sqlite:x", "sqlite+aiosqlite:///x", "sqlite+pysqlite:///x", "SQLite:x"] {
            assert!(matches!(DatabaseUrl::parse(text), Ok(DatabaseUrl::Sqlite(_))), "{text}");
        }
        for text in
            ["./rondo.db", "mysql://h/db", "postgres:h", "\"sqlite:x\"", "http://h", "h:5432"]
        {
            assert!(DatabaseUrl::parse(text).is_err(), "{text}");
        }
    }
}
