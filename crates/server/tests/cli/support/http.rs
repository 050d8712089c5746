//! As much of an HTTP client as the tests need: one request, one connection.

use std::{io, net::SocketAddr};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A request as it goes over the wire.
fn request(line: &str, token: Option<&str>, body: Option<&Value>) -> String {
    let mut head = vec![format!("{line} HTTP/1.1\r\nHost: rondo.test\r\nConnection: close\r\n")];
    if let Some(token) = token {
        head.push(format!("Authorization: Bearer {token}\r\n"));
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    if !body.is_empty() {
        head.push("Content-Type: application/json\r\n".to_owned());
        head.push(format!("Content-Length: {}\r\n", body.len()));
    }
    format!("{}\r\n{body}", head.concat())
}

/// Sends a request without a token; `line` is a method and a path.
pub(crate) async fn ask(address: SocketAddr, line: &str) -> io::Result<Answer> {
    ask_as(address, line, None, None).await
}

/// Sends a request and reads until the server hangs up.
pub(super) async fn ask_as(
    address: SocketAddr,
    line: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> io::Result<Answer> {
    let request = request(line, token, body);
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.get(9..12).and_then(|digits| digits.parse().ok());
    let status = status.ok_or(io::ErrorKind::InvalidData)?;
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.body);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}
