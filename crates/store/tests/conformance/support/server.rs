//! The servers for tests: where they are, and what is done there before and
//! after a test.

use std::{env, sync::Mutex, thread};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls};

/// A connection that is older and younger than any test. Each test has a
/// runtime that ends with it, so this one has its own.
struct Admin {
    runtime: Runtime,
    client: Client,
}

impl Admin {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let client = runtime.block_on(connect(&server()));
        Self { runtime, client }
    }
}

static IDLE: Mutex<Vec<Admin>> = Mutex::new(Vec::new());

/// Runs a statement on the server, as a superuser. Works in the middle of a
/// panic, too.
pub(crate) fn administer(sql: String) -> thread::Result<()> {
    // Looked for here, where the test's own thread says what is missing.
    drop(server());
    let administering = thread::spawn(move || {
        let idle = IDLE.lock().unwrap().pop();
        let admin = idle.unwrap_or_else(Admin::new);
        admin.runtime.block_on(admin.client.batch_execute(&sql)).unwrap();
        IDLE.lock().unwrap().push(admin);
    });
    administering.join()
}

/// Connects without the store.
pub(crate) async fn connect(url: &str) -> Client {
    let connected = tokio_postgres::connect(url, NoTls).await;
    let (client, connection) = connected.unwrap_or_else(|error| panic!("{url}: {error}"));
    tokio::spawn(connection);
    client
}

/// The same server's URL with another database.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = path.rsplit_once('/').unwrap();
    format!("{server}/{database}?{query}")
}

/// The same URL with one more parameter.
pub(super) fn with_parameter(url: &str, parameter: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{parameter}")
}

/// The server that tests may fill and empty, as a superuser.
pub(super) fn server() -> String {
    required("RONDO_TEST_POSTGRES_URL")
}

/// An address that the tests cannot do without.
#[expect(
    clippy::disallowed_methods,
    reason = "only the environment knows where the servers for tests are"
)]
pub(crate) fn required(variable: &str) -> String {
    env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run scripts/test, which starts the servers for the tests")
    })
}
