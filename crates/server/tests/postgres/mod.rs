//! A place on the PostgreSQL server of the tests: a schema or a database, for
//! one test alone.
//!
//! The server is the one that `scripts/test` starts; without it the tests
//! fail, they are never skipped. This file is part of several test programs.

use std::{
    env, process,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    thread,
};

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::{Client, NoTls};

/// The server lets in two hundred connections, and a test may need twenty.
static TURNS: Semaphore = Semaphore::const_new(8);

/// What belongs to a test alone. A database takes a fifth of a second, so
/// tests are content with a schema unless they come before the database does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    Schema,
    Database,
}

/// A place on the server, which goes with its value.
pub(crate) struct Place {
    own: Own,
    name: String,
    _turn: SemaphorePermit<'static>,
}

impl Place {
    /// Makes an empty schema or database.
    pub(crate) async fn create(own: Own) -> Self {
        let place = Self::reserve(own).await;
        place.make().await;
        place
    }

    /// Only chooses a name; [`Self::make`] makes what it stands for.
    pub(crate) async fn reserve(own: Own) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let turn = TURNS.acquire().await.expect("nobody closes the semaphore");
        let number = NEXT.fetch_add(1, Relaxed);
        let name = format!("rondo_server_{}_{number}", process::id());
        Self { own, name, _turn: turn }
    }

    /// Makes what was reserved.
    pub(crate) async fn make(&self) {
        // A run that was killed may have left one of this name.
        execute(&self.removal()).await;
        let name = &self.name;
        execute(&match self.own {
            Own::Schema => format!("create schema {name}"),
            // `template1` is busy while anybody else copies it.
            Own::Database => format!("create database {name} template template0"),
        })
        .await;
    }

    /// How the place is reached.
    pub(crate) fn url(&self) -> String {
        let mut url = server();
        match self.own {
            Own::Schema => {
                let path = format!("-csearch_path={}", self.name);
                url.query_pairs_mut().append_pair("options", &path);
            }
            Own::Database => url.set_path(&self.name),
        }
        url.into()
    }

    fn removal(&self) -> String {
        let name = &self.name;
        match self.own {
            Own::Schema => format!("drop schema if exists {name} cascade"),
            Own::Database => format!("drop database if exists {name} with (force)"),
        }
    }
}

impl Drop for Place {
    /// Runs when the test has failed as well: hence a thread and a runtime
    /// that are not the test's, and no second panic.
    fn drop(&mut self) {
        let removal = self.removal();
        let ending = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(remove(&removal));
        });
        let ended = ending.join();
        assert!(ended.is_ok() || thread::panicking(), "something is left on the server");
    }
}

/// Where the server of the tests is.
#[expect(
    clippy::disallowed_methods,
    reason = "only the environment knows where the server for tests is"
)]
fn server() -> url::Url {
    let url = env::var("RONDO_TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!(
            "RONDO_TEST_POSTGRES_URL is not set: run scripts/test, which starts a server, or \
             `scripts/postgres cargo test`"
        )
    });
    url.parse().expect("RONDO_TEST_POSTGRES_URL is a URL")
}

/// Tries again when what the test left running in the background is in the way.
async fn remove(sql: &str) {
    let client = connect(server().as_str()).await;
    for _ in 0..5 {
        if client.batch_execute(sql).await.is_ok() {
            return;
        }
    }
    client.batch_execute(sql).await.expect(sql);
}

async fn execute(sql: &str) {
    connect(server().as_str()).await.batch_execute(sql).await.expect(sql);
}

/// Connects without the store.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .unwrap_or_else(|error| panic!("{url} cannot be reached: {error}"));
    tokio::spawn(connection);
    client
}
