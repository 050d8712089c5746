//! The stage for the tests: databases, an application, and the people in it.
//!
//! Tests are plain functions that are given a [`TestApp`] or a [`Database`];
//! one of the macros here, at the top of a file, lists them once and makes a
//! test of each on every database. A function that is not listed is a compiler
//! warning.

mod answer;
mod app;
mod browser;
mod database;
mod mailbox;
mod person;
mod promise;
mod proxy;
mod schema;
mod stream;
mod token;

use std::time::Duration;

pub(crate) use crate::{log::Log, postgres::connect};
pub(crate) use answer::Answer;
pub(crate) use app::{ADA, DAY, PASSWORD, START, Setup, TestApp};
pub(crate) use browser::Browser;
pub(crate) use database::{Database, Engine, postgres};
pub(crate) use mailbox::{Link, Mailbox};
pub(crate) use person::Person;
pub(crate) use proxy::Proxy;
pub(crate) use stream::Stream;
pub(crate) use token::{
    SECRET, at, claims_of, encoded, moment, part, sign, sign_with, signed, token_of,
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

/// Makes tests that run on SQLite in memory and on PostgreSQL.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        tests_on!(sqlite, SqliteMemory: $($test)+);
        tests_on!(postgres, Postgres: $($test)+);
    };
}

/// Makes tests that open a database twice, which memory does not allow.
macro_rules! on_lasting_databases {
    ($($test:ident),+ $(,)?) => {
        tests_on!(twice_on_sqlite, SqliteFile: $($test)+);
        tests_on!(twice_on_postgres, Postgres: $($test)+);
    };
}

/// Makes tests in which the database plays no part.
macro_rules! on_any_database {
    ($($test:ident),+ $(,)?) => {
        tests_on!(anywhere, SqliteMemory: $($test)+);
    };
}

/// Makes tests of what only a server of its own can do: be away.
macro_rules! on_postgres {
    ($($test:ident),+ $(,)?) => {
        tests_on!(only_on_postgres, PostgresDatabase: $($test)+);
    };
}

/// What a test is given.
pub(crate) trait Given: Sized {
    async fn given(database: &Database) -> Self;
}

impl Given for TestApp {
    async fn given(database: &Database) -> Self {
        Self::new(database).await
    }
}

/// An application that sends mails, and what it sent.
impl Given for (TestApp, Mailbox) {
    async fn given(database: &Database) -> Self {
        let mails = Mailbox::new();
        let test = TestApp::with(database, |setup| mails.receives(setup)).await;
        (test, mails)
    }
}

impl Given for Database {
    async fn given(database: &Database) -> Self {
        database.clone()
    }
}

/// Runs a test on a new database, which goes when the test ends.
pub(crate) async fn run<G: Given, Fut: Future<Output = ()>>(
    engine: Engine,
    test: impl FnOnce(G) -> Fut,
) {
    let database = Database::create(engine).await;
    test(G::given(&database).await).await;
}

/// Asks until the answer is yes, for ten seconds.
pub(crate) async fn until(what: &str, mut question: impl AsyncFnMut() -> bool) {
    let asking = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        while !question().await {
            ticks.tick().await;
        }
    };
    let answered = tokio::time::timeout(Duration::from_secs(10), asking).await;
    assert!(answered.is_ok(), "waited in vain until {what}");
}
