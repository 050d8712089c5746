//! One database for one test, and the way to it from outside the store.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread,
};

use rondo_domain::Secret;
use rondo_store::{PostgresOptions, Prepared, SqliteLocation, SqliteOptions, Store, Target};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use tokio_postgres::Client;

use super::server::{administer, connect, server, with_database, with_parameter};

/// How a database is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    SqliteFile,
    SqliteMemory,
    Postgres,
    /// PostgreSQL without prepared statements.
    PostgresUnnamed,
}

/// A server lets in a limited number of connections, and a test may need
/// sixteen of them: on a machine with many cores some tests wait here.
static SERVER: Semaphore = Semaphore::const_new(8);

/// An empty database, which goes with the last clone of this.
#[derive(Clone)]
pub(crate) struct Database {
    engine: Engine,
    place: Arc<Place>,
    outsider: Arc<OnceCell<Client>>,
}

/// What makes a place on a server a test's own. Making a whole database takes
/// a fifth of a second, so most tests are content with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    Schema,
    Database,
}

enum Place {
    Memory,
    Folder(PathBuf),
    Server { own: Own, name: String, _turn: SemaphorePermit<'static> },
}

impl Database {
    /// Makes a new database.
    pub(crate) async fn create(engine: Engine, own: Own) -> Self {
        let place = match engine {
            Engine::SqliteMemory => Place::Memory,
            Engine::SqliteFile => {
                let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique_name());
                fs::create_dir_all(&folder).unwrap();
                Place::Folder(folder)
            }
            Engine::Postgres | Engine::PostgresUnnamed => Place::on_server(own).await,
        };
        Self { engine, place: Arc::new(place), outsider: Arc::default() }
    }

    /// What a store is opened with.
    pub(crate) fn target(&self) -> Target {
        match self.engine {
            Engine::SqliteMemory => Target::Sqlite(SqliteOptions::new(SqliteLocation::Memory)),
            Engine::SqliteFile => {
                Target::Sqlite(SqliteOptions::new(SqliteLocation::File(self.file())))
            }
            // `Auto` would be the same after a search for a pooler, which has
            // tests of its own.
            Engine::Postgres => Target::Postgres(self.server_options(Prepared::On)),
            Engine::PostgresUnnamed => Target::Postgres(self.server_options(Prepared::Off)),
        }
    }

    /// A store that has touched nothing yet.
    pub(crate) fn open(&self) -> Store {
        Store::open(self.target()).unwrap()
    }

    /// A store that is ready.
    pub(crate) async fn prepared(&self) -> Store {
        let store = self.open();
        store.prepare().await.unwrap();
        store
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.engine, Engine::SqliteFile | Engine::SqliteMemory)
    }

    /// A moment, in SQL, that is none of ours.
    pub(crate) fn no_moment(&self) -> &'static str {
        if self.is_sqlite() { "9223372036854775807" } else { "'infinity'" }
    }

    /// Where the SQLite file is or will be.
    pub(crate) fn file(&self) -> PathBuf {
        match &*self.place {
            Place::Folder(folder) => folder.join("rondo.db"),
            _ => panic!("this database is no file"),
        }
    }

    /// The URL of the PostgreSQL database.
    pub(crate) fn url(&self) -> String {
        match &*self.place {
            Place::Server { own, name, .. } => match own {
                Own::Database => with_database(&server(), name),
                Own::Schema => {
                    with_parameter(&server(), &format!("options=-csearch_path%3D{name}"))
                }
            },
            _ => panic!("this database is not on a server"),
        }
    }

    /// The name of the PostgreSQL database, or of the schema within it.
    pub(crate) fn name(&self) -> &str {
        match &*self.place {
            Place::Server { name, .. } => name,
            _ => panic!("this database is not on a server"),
        }
    }

    fn server_options(&self, prepared: Prepared) -> PostgresOptions {
        PostgresOptions { prepared, ..PostgresOptions::new(Secret::new(self.url())) }
    }

    /// A connection to the SQLite file that the store knows nothing of.
    pub(crate) fn sqlite(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file()).unwrap()
    }

    /// A connection to the server that the store knows nothing of.
    pub(crate) async fn postgres(&self) -> &Client {
        self.outsider.get_or_init(async || connect(&self.url()).await).await
    }

    /// Runs statements behind the store's back.
    pub(crate) async fn execute(&self, sql: &str) {
        if self.is_sqlite() {
            self.sqlite().execute_batch(sql).unwrap();
        } else {
            self.postgres().await.batch_execute(sql).await.unwrap();
        }
    }

    /// Asks for one number behind the store's back.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        if self.is_sqlite() {
            self.sqlite().query_row(sql, [], |row| row.get(0)).unwrap()
        } else {
            self.postgres().await.query_typed(sql, &[]).await.unwrap()[0].get(0)
        }
    }
}

impl Place {
    async fn on_server(own: Own) -> Self {
        let turn = SERVER.acquire().await.unwrap();
        let name = unique_name();
        // A run that was killed may have left one of this name.
        administer(own.drop(&name)).unwrap();
        administer(own.create(&name)).unwrap();
        Self::Server { own, name, _turn: turn }
    }
}

impl Own {
    fn create(self, name: &str) -> String {
        match self {
            Self::Schema => format!("create schema {name}"),
            // `template1` is busy while anybody else copies it.
            Self::Database => format!("create database {name} template template0"),
        }
    }

    fn drop(self, name: &str) -> String {
        match self {
            Self::Schema => format!("drop schema if exists {name} cascade"),
            Self::Database => format!("drop database if exists {name} with (force)"),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match self {
            Self::Memory => {}
            Self::Folder(folder) => drop(fs::remove_dir_all(folder)),
            Self::Server { own, name, .. } => {
                let dropped = administer(own.drop(name));
                // A second panic would hide why the test has failed.
                assert!(dropped.is_ok() || thread::panicking(), "{name} is still there");
            }
        }
    }
}

fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("rondo_test_{}_{}", process::id(), NEXT.fetch_add(1, Relaxed))
}
