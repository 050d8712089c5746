//! A mail server on a loopback port that takes down what it hears.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the server does with a recipient.
#[derive(Clone, Copy)]
pub(super) enum Mood {
    Takes,
    /// The same, and knows addresses that are not ASCII (RFC 6531).
    TakesAll,
    /// Says so, in words that name the recipient.
    Refuses,
    /// Takes the connection and says nothing at all.
    Silent,
}

pub(super) struct Stub {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Stub {
    pub async fn new(mood: Mood) -> Self {
        Self::at(([127, 0, 0, 1], 0).into(), mood).await
    }

    pub async fn at(address: SocketAddr, mood: Mood) -> Self {
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let address = listener.local_addr().expect("it is bound");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let taken_down = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taken_down = Arc::clone(&taken_down);
                // A client that hangs up ends its conversation only.
                tokio::spawn(async move { converse(stream, mood, &taken_down).await });
            }
        });
        Self { address, heard, task }
    }

    /// Every line it was told, mails included.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("nobody panics holding it").clone()
    }

    pub fn has_heard(&self, beginning: &str) -> bool {
        self.heard().iter().any(|line| line.starts_with(beginning))
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, mood: Mood, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut is_mail = false;
    if !matches!(mood, Mood::Silent) {
        answer(&mut stream, "220 stub ESMTP").await?;
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        heard.lock().expect("nobody panics holding it").push(line.clone());
        if is_mail {
            is_mail = line != ".";
            if !is_mail {
                answer(&mut stream, "250 taken").await?;
            }
            continue;
        }
        let reply = match (line.split([' ', ':']).next().unwrap_or_default(), mood) {
            (_, Mood::Silent) => continue,
            ("EHLO", Mood::TakesAll) => "250-SMTPUTF8\r\n250 8BITMIME".to_owned(),
            ("EHLO", _) => "250-stub\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
            ("AUTH", _) => "235 welcome".to_owned(),
            ("RCPT", Mood::Refuses) => format!("550 5.1.1 nobody here: {line}"),
            ("DATA", _) => {
                is_mail = true;
                "354 go on".to_owned()
            }
            ("QUIT", _) => "221 bye".to_owned(),
            _ => "250 fine".to_owned(),
        };
        answer(&mut stream, &reply).await?;
    }
}

async fn answer(stream: &mut BufReader<TcpStream>, reply: &str) -> Option<()> {
    stream.write_all(format!("{reply}\r\n").as_bytes()).await.ok()
}
