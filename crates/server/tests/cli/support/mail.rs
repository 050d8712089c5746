//! A mail server that lets one person in and takes no mail.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A running mail server, as long as the test.
pub(crate) struct MailServer {
    address: SocketAddr,
    heard: Arc<Mutex<String>>,
}

impl MailServer {
    /// Starts one; `user` is who may log in, with any password.
    pub(crate) async fn start(user: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let heard = Arc::new(Mutex::default());
        let hearing = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, user, Arc::clone(&hearing)));
            }
        });
        Self { address, heard }
    }

    /// Its address for somebody: `user:password`.
    pub(crate) fn url(&self, who: &str) -> String {
        format!("smtp://{who}@{}", self.address)
    }

    /// Everything that was said to it.
    pub(crate) fn heard(&self) -> String {
        self.heard.lock().expect("nobody panicked").clone()
    }
}

async fn talk(mut stream: TcpStream, user: &str, heard: Arc<Mutex<String>>) {
    let (reading, mut writing) = stream.split();
    let mut lines = BufReader::new(reading).lines();
    let mut answer = "220 mail.test ESMTP".to_owned();
    while writing.write_all(format!("{answer}\r\n").as_bytes()).await.is_ok() {
        let Ok(Some(line)) = lines.next_line().await else { return };
        heard.lock().expect("nobody panicked").extend([line.as_str(), "\n"]);
        answer = match line.split(' ').collect::<Vec<_>>()[..] {
            ["EHLO", _] => "250-mail.test\r\n250 AUTH PLAIN".to_owned(),
            ["AUTH", "PLAIN", who] if is(who, user) => "235 in".to_owned(),
            ["AUTH", ..] => "535 5.7.8 who are you".to_owned(),
            ["QUIT"] => "221 bye".to_owned(),
            _ => "250 fine".to_owned(),
        };
    }
}

/// Whether that is how a user introduces themselves (RFC 4616).
fn is(who: &str, user: &str) -> bool {
    let said = STANDARD.decode(who).expect("it is base64");
    said.starts_with(format!("\0{user}\0").as_bytes())
}
