//! A server that runs, until it is told to stop or the test is over.

use std::{
    io,
    net::SocketAddr,
    process::ExitStatus,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    process::{Child, Command},
    time::timeout,
};

use super::{Answer, Folder, PASSWORD, http::ask_as, until};

/// A running server. It is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
    /// Kept for as long as the server is in it.
    folder: Arc<Folder>,
    log: String,
}

impl Server {
    /// Numbers the logs of the servers of a test.
    pub(super) fn number() -> u32 {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        NEXT.fetch_add(1, Relaxed)
    }

    /// Waits until the log says where the server listens.
    pub(super) async fn listening(mut child: Child, folder: Arc<Folder>, log: String) -> Self {
        let mut address = None;
        until("the server listens", 10, async || {
            let text = folder.read(&log);
            let ended = child.try_wait().expect("its end can be asked for");
            assert!(ended.is_none(), "the server ended: {text}");
            address = address_in(&text);
            address.is_some()
        })
        .await;
        Self { address: address.expect("it was found"), child, folder, log }
    }

    /// Everything it wrote so far.
    pub(crate) fn log(&self) -> String {
        self.folder.read(&self.log)
    }

    /// Asks; `line` is a method and a path.
    pub(crate) async fn asks(
        &self,
        line: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let answer = self.tries(line, token, body).await;
        answer.unwrap_or_else(|error| panic!("{line}: {error}: {}", self.log()))
    }

    /// The same when there may be nobody to ask.
    pub(crate) async fn tries(
        &self,
        line: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> io::Result<Answer> {
        ask_as(self.address, line, token, body.as_ref()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.asks(&format!("GET {path}"), None, None).await
    }

    /// Makes an account.
    pub(crate) async fn registers(&self, email: &str) -> Answer {
        let body = json!({"email": email, "password": PASSWORD});
        self.asks("POST /api/auth/register", None, Some(body)).await
    }

    /// Tries to log in.
    pub(crate) async fn login(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.asks("POST /api/auth/login", None, Some(body)).await
    }

    /// Logs in with everybody's password.
    pub(crate) async fn token_of(&self, email: &str) -> String {
        let answer = self.login(email, PASSWORD).await.is(200).json();
        answer["access_token"].as_str().expect("a login gives a token").to_owned()
    }

    /// Adds a task.
    pub(crate) async fn adds(&self, token: &str, title: &str) {
        let body = json!({"title": title});
        self.asks("POST /api/tasks", Some(token), Some(body)).await.is(201);
    }

    /// The titles of the tasks.
    pub(crate) async fn titles(&self, token: &str) -> Vec<String> {
        let list = self.asks("GET /api/tasks", Some(token), None).await.is(200).json();
        let tasks = list["tasks"].as_array().expect("a list of tasks has tasks");
        let title = |task: &Value| task["title"].as_str().unwrap_or_default().to_owned();
        tasks.iter().map(title).collect()
    }

    /// `healthy` or `degraded`.
    pub(crate) async fn health(&self) -> String {
        let health = self.get("/health").await.is(200).json();
        health["status"].as_str().expect("a status is a word").to_owned()
    }

    /// Waits until requests are welcome: five seconds are what is promised for
    /// an empty database.
    pub(crate) async fn ready(self) -> Self {
        until("the server is ready", 5, async || self.get("/health/ready").await.status == 200)
            .await;
        self
    }

    /// Sends a signal; every shell knows how, and not every machine has a
    /// program for it.
    pub(crate) async fn signal(&self, name: &str) {
        let process = self.child.id().expect("the server runs");
        let kill = format!("kill -s {name} {process}");
        let sent = Command::new("sh").args(["-c", &kill]).status().await;
        assert!(sent.is_ok_and(|status| status.success()), "the signal cannot be sent");
    }

    /// Waits for the end, for the ten seconds that stopping may take.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        let ended = timeout(Duration::from_secs(10), self.child.wait()).await;
        ended.unwrap_or_else(|_| panic!("it does not end: {}", self.log())).expect("it was started")
    }

    /// Stops it in good order.
    pub(crate) async fn stops(self) {
        self.signal("TERM").await;
        let ended = self.ended().await;
        assert_eq!(ended.code(), Some(0));
    }
}

/// Where a log says that a server listens.
pub(crate) fn address_in(log: &str) -> Option<SocketAddr> {
    let (_, said) = log.split_once("listening on http://")?;
    let is_address = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '[' | ']');
    said.split(|c| !is_address(c)).next()?.parse().ok()
}
