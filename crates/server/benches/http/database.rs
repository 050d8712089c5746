//! A database for one run, which is as empty afterwards as before.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use clap::ValueEnum;
use rondo_domain::Secret;
use rondo_store::{MigrationState, PostgresOptions, SqliteLocation, SqliteOptions, Store, Target};

use tokio::runtime::Runtime;

use crate::{Failure, options::Options};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite, a file, synchronous=FULL",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A database of our own. What is in it goes when this is dropped; no server
/// may run on it then.
pub(crate) struct Database {
    /// Where the server runs, and where the SQLite file is.
    folder: PathBuf,
    /// The URL of a PostgreSQL database; `None` for SQLite.
    server: Option<String>,
}

impl Database {
    /// Makes a new SQLite file, or takes the PostgreSQL database that was
    /// given, without a schema in it.
    ///
    /// The file is in cargo's folder and not in the system's temporary one,
    /// which is often held in memory: there, a flush would cost nothing.
    pub(crate) fn create(options: &Options, engine: Engine) -> Result<Self, Failure> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(options.postgres().ok_or("no PostgreSQL was given")?),
        };
        if let Some(url) = &server
            && applied(url)? > 0
        {
            return Err("the PostgreSQL database has a schema of Rondo already, and this would \
                        remove it\nhint: give an empty database, or make it so with `rondo \
                        migrate down`"
                .into());
        }
        let name = format!("bench-{}-{}", process::id(), NUMBER.fetch_add(1, Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, server })
    }

    /// What `DATABASE_URL` is set to.
    pub(crate) fn url(&self) -> String {
        self.server.clone().unwrap_or_else(|| format!("sqlite:///{}", self.file().display()))
    }

    /// A folder that nobody else uses.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Changes the database through the store, while no server runs.
    pub(crate) fn fill<T>(
        &self,
        body: impl AsyncFnOnce(Store) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let target = match &self.server {
            Some(url) => postgres(url),
            None => Target::Sqlite(SqliteOptions::new(SqliteLocation::File(self.file()))),
        };
        Runtime::new()?.block_on(async {
            let store = Store::open(target)?;
            store.prepare().await?;
            let outcome = body(store.clone()).await;
            store.close().await;
            outcome
        })
    }

    fn file(&self) -> PathBuf {
        self.folder.join("rondo.db")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What cannot be removed now is refused by the next run, with a hint.
        if let Some(url) = &self.server {
            let _ = empty(url);
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn postgres(url: &str) -> Target {
    Target::Postgres(PostgresOptions::new(Secret::new(url.to_owned())))
}

/// How many migrations the database has, whoever applied them.
fn applied(url: &str) -> Result<usize, Failure> {
    let status =
        Runtime::new()?.block_on(async { Store::open(postgres(url))?.migration_status().await })?;
    Ok(status.iter().filter(|migration| migration.state != MigrationState::Pending).count())
}

fn empty(url: &str) -> Result<(), Failure> {
    let steps = applied(url)?;
    Runtime::new()?.block_on(async { Store::open(postgres(url))?.migrate_down(steps).await })?;
    Ok(())
}
