//! As much HTTP/1.1 as it takes to ask and to understand that there was an
//! answer. A real client would cost more than the server.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use crate::Failure;

/// Longer than any answer of a server that works.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request as it travels. Without a token, `token` is empty.
pub(crate) fn request(method: &str, path: &str, token: &str, body: Option<&Value>) -> Vec<u8> {
    let authorization = match token {
        "" => String::new(),
        token => format!("Authorization: Bearer {token}\r\n"),
    };
    let body = body.map(Value::to_string).unwrap_or_default();
    let content = match (method, body.len()) {
        ("GET", _) => String::new(),
        (_, 0) => "Content-Length: 0\r\n".to_owned(),
        (_, length) => {
            format!("Content-Type: application/json\r\nContent-Length: {length}\r\n")
        }
    };
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    format!("{head}Accept: application/json\r\n{authorization}{content}\r\n{body}").into_bytes()
}

/// Where the number of a request stands in its `Idempotency-Key`.
const NUMBER: &[u8] = b"bench-00000000000000000000";

/// The same request with a key, whose number [`renumber`] changes.
pub(crate) fn with_key(request: &[u8]) -> Vec<u8> {
    let head = find(request, b"Accept: ").unwrap_or_default();
    let (first, rest) = request.split_at(head);
    [first, b"Idempotency-Key: ", NUMBER, b"\r\n", rest].concat()
}

/// Gives a request a key that no other has had, if it has a key.
pub(crate) fn renumber(request: &mut [u8], number: u64) {
    if let Some(start) = find(request, NUMBER) {
        request[start..][..NUMBER.len()].copy_from_slice(format!("bench-{number:020}").as_bytes());
    }
}

/// The part of an answer that says how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub status: u16,
    /// Where the body begins.
    pub body: usize,
    /// Where the answer ends.
    pub end: usize,
}

impl Head {
    /// Reads the head of an answer; `None` while it is not whole.
    ///
    /// Every answer that is asked for here has a `Content-Length`; one without
    /// counts as empty.
    ///
    /// # Errors
    /// It is not HTTP/1.1.
    pub(crate) fn parse(bytes: &[u8]) -> io::Result<Option<Self>> {
        let Some(end) = find(bytes, b"\r\n\r\n") else {
            return Ok(None);
        };
        let (head, body) = (&bytes[..end], end + 4);
        let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.trim().parse::<usize>().ok();
        let status = head
            .strip_prefix(b"HTTP/1.1 ")
            .and_then(|rest| rest.get(..3))
            .and_then(number)
            .and_then(|status| u16::try_from(status).ok())
            .ok_or(io::ErrorKind::InvalidData)?;
        let length =
            content_length(head).map_or(Some(0), number).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Some(Self { status, body, end: body + length }))
    }
}

fn content_length(head: &[u8]) -> Option<&[u8]> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked(b"content-length:".len())?;
        name.eq_ignore_ascii_case(b"content-length:").then_some(value)
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Asks once, on a connection of its own, and gives status and body.
///
/// # Errors
/// Nobody listens, or the answer is not whole.
pub(crate) fn ask(address: SocketAddr, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    let mut space = [0; 4096];
    loop {
        let read = stream.read(&mut space)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(&space[..read]);
        if let Some(head) = Head::parse(&answer)?
            && answer.len() >= head.end
        {
            return Ok((head.status, answer[head.body..head.end].to_vec()));
        }
    }
}

/// Posts JSON and gives the JSON of the answer.
///
/// # Errors
/// Anything but success.
pub(crate) fn post(address: SocketAddr, path: &str, body: &Value) -> Result<Value, Failure> {
    let (status, answer) = ask(address, &request("POST", path, "", Some(body)))?;
    if !(200..300).contains(&status) {
        let answer = String::from_utf8_lossy(&answer);
        return Err(format!("POST {path} was answered with {status}: {answer}").into());
    }
    Ok(serde_json::from_slice(&answer)?)
}
