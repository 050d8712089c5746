//! The stage for the tests: databases, the people in them, and a way to stop a
//! transaction half-way.
//!
//! Tests are plain functions, listed once at the top of their file by one of
//! the macros here; a function that is not listed is a compiler warning.

mod database;
mod dice;
mod order;
mod person;
mod server;
mod tasks;

use rondo_store::{Store, StoreError};

pub(crate) use database::{Database, Engine, Own};
pub(crate) use dice::Dice;
pub(crate) use order::{Stop, begin, queue, until};
pub(crate) use person::{
    OWNED, Person, at, id_of, mail_job, message, new_task, person, session, task_id, text, title,
    token, user, verification,
};
pub(crate) use server::{administer, connect, required, with_database};
pub(crate) use tasks::{
    create, due, new_change, planned, replace, tags, totals_in, trash, with_status,
};

/// Makes a test of each function on one engine.
macro_rules! tests_on {
    ($module:ident, $engine:ident: $($test:ident)+) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    $crate::support::run($crate::support::Engine::$engine, super::$test).await;
                }
            )+
        }
    };
}

/// Makes tests that run on every engine.
macro_rules! on_every_database {
    ($($test:ident),+ $(,)?) => {
        tests_on!(sqlite_file, SqliteFile: $($test)+);
        tests_on!(sqlite_memory, SqliteMemory: $($test)+);
        tests_on!(postgres, Postgres: $($test)+);
        tests_on!(postgres_unnamed, PostgresUnnamed: $($test)+);
    };
}

/// Makes tests that look at the database from outside as well, which memory
/// does not allow.
macro_rules! on_shared_databases {
    ($($test:ident),+ $(,)?) => {
        tests_on!(sqlite_file, SqliteFile: $($test)+);
        tests_on!(postgres, Postgres: $($test)+);
        tests_on!(postgres_unnamed, PostgresUnnamed: $($test)+);
    };
}

/// What a test is given.
pub(crate) trait Given: Sized {
    const OWN: Own = Own::Schema;

    async fn given(database: &Database) -> Self;
}

/// A store that is ready.
impl Given for Store {
    async fn given(database: &Database) -> Self {
        database.prepared().await
    }
}

/// A store that is ready, and the way behind its back.
impl Given for (Store, Database) {
    async fn given(database: &Database) -> Self {
        (database.prepared().await, database.clone())
    }
}

/// A place where there is nothing yet.
impl Given for Database {
    async fn given(database: &Database) -> Self {
        database.clone()
    }
}

/// The same, and on a server no other test knows of it.
pub(crate) struct WholeDatabase(pub(crate) Database);

impl Given for WholeDatabase {
    const OWN: Own = Own::Database;

    async fn given(database: &Database) -> Self {
        Self(database.clone())
    }
}

/// Runs a test on a new database, which goes when the test ends.
pub(crate) async fn run<S: Given, Fut: Future<Output = ()>>(
    engine: Engine,
    test: impl FnOnce(S) -> Fut,
) {
    let database = Database::create(engine, S::OWN).await;
    let given = S::given(&database).await;
    test(given).await;
}

/// Why a body of a test did not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The store refused.
    Store(StoreError),
    /// The body changed its mind.
    ChangedMind,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Asserts that a result is an error of one kind.
macro_rules! assert_refused {
    ($result:expr, $expected:pat) => {{
        let result = $result;
        assert!(
            matches!(result, Err($expected)),
            "{} instead of {}",
            $crate::support::outcome(&result),
            stringify!($expected)
        );
    }};
}

/// A result in a few words, whatever it holds.
pub(crate) fn outcome<T, E: std::fmt::Debug>(result: &Result<T, E>) -> String {
    match result {
        Ok(_) => "Ok".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}
