//! A server between the store and PostgreSQL that can lose what passes by.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_postgres::{Config, config::Host};

/// How the proxy treats its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// It passes on everything.
    Honest,
    /// It passes on a commit, waits until it has happened, and cuts the line.
    LosesCommits,
    /// It passes on nothing that the server says.
    Silent,
}

/// Goes with the test's runtime.
pub(super) struct Proxy {
    port: u16,
    manner: watch::Sender<Manner>,
}

impl Proxy {
    /// Opens a proxy to the server of a URL.
    pub(super) async fn to(url: &str) -> Self {
        let config: Config = url.parse().unwrap();
        let host = match &config.get_hosts()[0] {
            Host::Tcp(name) => name.clone(),
            socket @ Host::Unix(_) => panic!("{socket:?} has no port"),
        };
        let server = (host, config.get_ports().first().copied().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let manner = watch::Sender::new(Manner::Honest);
        let shown = manner.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, server, shown.clone()));
            }
        });
        Self { port, manner }
    }

    /// The URL that leads through the proxy.
    pub(super) fn url(&self, url: &str) -> String {
        let (user, rest) = url.split_once('@').unwrap();
        let (_, database) = rest.split_once('/').unwrap();
        format!("{user}@127.0.0.1:{}/{database}", self.port)
    }

    pub(super) fn behave(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }
}

/// Passes on what is said until one side has nothing more to say.
async fn pass(mut client: TcpStream, mut server: TcpStream, manner: watch::Sender<Manner>) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        let passed = tokio::select! {
            Ok(length @ 1..) = client.read(&mut asked) => {
                let said = &asked[..length];
                let passed = server.write_all(said).await;
                if *manner.borrow() == Manner::LosesCommits && contains(said, b"commit\0") {
                    until_said(&mut server, b"COMMIT\0").await;
                    return;
                }
                passed
            }
            Ok(length @ 1..) = server.read(&mut answered) => {
                if *manner.borrow() == Manner::Silent {
                    continue;
                }
                client.write_all(&answered[..length]).await
            }
            else => return,
        };
        if passed.is_err() {
            return;
        }
    }
}

async fn until_said(server: &mut TcpStream, words: &[u8]) {
    let mut answered = vec![0; 65_536];
    while let Ok(length @ 1..) = server.read(&mut answered).await {
        if contains(&answered[..length], words) {
            return;
        }
    }
}

fn contains(said: &[u8], words: &[u8]) -> bool {
    said.windows(words.len()).any(|window| window == words)
}
