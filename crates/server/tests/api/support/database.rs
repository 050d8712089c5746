//! One database for one test.

use std::sync::Arc;

use rondo_domain::Secret;
use rondo_store::{PostgresOptions, SqliteLocation, SqliteOptions, Target};

use crate::folder::Folder;
use crate::postgres::{Own, Place};

/// Which kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    SqliteMemory,
    SqliteFile,
    /// A schema on the server.
    Postgres,
    /// A whole database on the server.
    PostgresDatabase,
}

/// An empty database, which goes with the last clone of this.
#[derive(Clone)]
pub(crate) struct Database(Arc<Kind>);

enum Kind {
    Memory,
    Folder(Folder),
    Server(Place),
}

impl Database {
    pub(crate) async fn create(engine: Engine) -> Self {
        Self(Arc::new(match engine {
            Engine::SqliteMemory => Kind::Memory,
            Engine::SqliteFile => Kind::Folder(Folder::new()),
            Engine::Postgres => Kind::Server(Place::create(Own::Schema).await),
            Engine::PostgresDatabase => Kind::Server(Place::create(Own::Database).await),
        }))
    }

    /// What a store is opened with. Two stores on one `SqliteMemory` are two
    /// databases.
    pub(crate) fn target(&self) -> Target {
        match &*self.0 {
            Kind::Memory => Target::Sqlite(SqliteOptions::new(SqliteLocation::Memory)),
            Kind::Folder(folder) => {
                let file = SqliteLocation::File(folder.path().join("rondo.db"));
                Target::Sqlite(SqliteOptions::new(file))
            }
            Kind::Server(place) => postgres(place.url()),
        }
    }

    /// Whether several processes can use it.
    pub(crate) fn is_on_server(&self) -> bool {
        matches!(&*self.0, Kind::Server(_))
    }

    /// The address on the server.
    pub(crate) fn url(&self) -> String {
        match &*self.0 {
            Kind::Server(place) => place.url(),
            Kind::Memory | Kind::Folder(_) => panic!("this database is not on a server"),
        }
    }
}

/// A server at this address, with as many connections as a test needs.
pub(crate) fn postgres(url: String) -> Target {
    let mut options = PostgresOptions::new(Secret::new(url));
    (options.pool_size, options.max_overflow) = (2, 6);
    Target::Postgres(options)
}
