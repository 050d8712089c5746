//! A language model on a loopback port that says what a test wrote down.
//!
//! It speaks just enough HTTP for a client that sends one request a connection
//! at a time: every answer closes its connection. What was asked is kept.

mod tests;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

/// The model. Its port closes when it is dropped.
pub(crate) struct ScriptedModel {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
    task: JoinHandle<()>,
}

/// What was asked of the model.
#[derive(Clone)]
pub(crate) struct Asked {
    /// The first line and the headers.
    pub head: String,
    pub body: Value,
}

/// What the model answers.
pub(crate) struct Reply {
    head: String,
    parts: Vec<Part>,
}

enum Part {
    Bytes(Vec<u8>),
    /// Goes on when the test says so.
    Wait(Arc<Notify>),
    /// Says nothing more until the client hangs up.
    Silence,
    /// Ends the connection as a crash does.
    Cut,
}

type Step = Box<dyn FnOnce(&Value) -> Reply + Send>;

#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
    asked: Vec<Asked>,
}

impl ScriptedModel {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let script = Arc::new(Mutex::new(Script::default()));
        let shared = Arc::clone(&script);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address, script, task }
    }

    /// What `ASSISTANT_BASE_URL` would be.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Answers the next request so.
    pub(crate) fn says(&self, reply: Reply) {
        self.answers(move |_| reply);
    }

    /// Answers the next request with what comes of looking at it. Of a check
    /// that panics in there the test hears as of a connection that breaks off.
    pub(crate) fn answers(&self, step: impl FnOnce(&Value) -> Reply + Send + 'static) {
        self.script().steps.push_back(Box::new(step));
    }

    /// Everything that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.script().asked.clone()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().expect("nobody panics holding it")
    }
}

impl Drop for ScriptedModel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Reply {
    /// One JSON document.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let body = body.to_string();
        let head = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
        Self::raw(&format!("HTTP/1.1 {status} As written\r\n{head}"), body)
    }

    /// A head as it stands, up to its last line break, and a body.
    pub(crate) fn raw(head: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { head: head.to_owned(), parts: vec![Part::Bytes(body.into())] }
    }

    /// A stream of these bytes, which ends where they end.
    pub(crate) fn stream(bytes: impl Into<Vec<u8>>) -> Self {
        Self::raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n", bytes)
    }

    /// A stream of these events, and its end.
    pub(crate) fn events(events: &[Value]) -> Self {
        Self::open(events).then("data: [DONE]\n\n")
    }

    /// A stream of these events, and no end.
    pub(crate) fn open(events: &[Value]) -> Self {
        events
            .iter()
            .fold(Self::stream(""), |reply, event| reply.then(format!("data: {event}\n\n")))
    }

    /// An answer in words, in two pieces.
    pub(crate) fn text(text: &str) -> Self {
        let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        let (first, second) = text.split_at(middle);
        Self::events(&[
            delta(&json!({"role": "assistant", "content": first})),
            delta(&json!({"content": second})),
            end("stop"),
        ])
    }

    /// A wish to call tools, as OpenAI streams it: first the name, then the
    /// arguments in two pieces.
    pub(crate) fn calls(calls: &[(&str, Value)]) -> Self {
        let mut events = vec![delta(&json!({"role": "assistant", "content": null}))];
        for (index, (name, arguments)) in calls.iter().enumerate() {
            let id = format!("call_{name}_{index}");
            let head = json!({"name": name, "arguments": ""});
            let call = json!({"index": index, "id": id, "type": "function", "function": head});
            events.push(delta(&json!({"tool_calls": [call]})));
            let arguments = arguments.to_string();
            let (first, second) = arguments.split_at(1);
            for piece in [first, second] {
                let call = json!({"index": index, "function": {"arguments": piece}});
                events.push(delta(&json!({"tool_calls": [call]})));
            }
        }
        events.push(end("tool_calls"));
        Self::events(&events)
    }

    /// Nothing at all, for as long as the client waits.
    pub(crate) fn silence() -> Self {
        Self { head: String::new(), parts: vec![Part::Silence] }
    }

    /// The same answer after these bytes.
    pub(crate) fn then(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.parts.push(Part::Bytes(bytes.into()));
        self
    }

    /// The same answer, which then breaks off.
    pub(crate) fn cut(mut self) -> Self {
        self.head.push_str("content-length: 1000000\r\n");
        self.parts.push(Part::Cut);
        self
    }

    /// The same answer, not before the test says so.
    pub(crate) fn when(mut self, notify: &Arc<Notify>) -> Self {
        self.parts.insert(0, Part::Wait(Arc::clone(notify)));
        self
    }

    /// The same answer, after which the connection stays open.
    pub(crate) fn open_ended(mut self) -> Self {
        self.parts.push(Part::Silence);
        self
    }
}

/// An event of a stream that adds to the answer.
pub(crate) fn delta(delta: &Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

/// The event of a stream that says why it ends.
pub(crate) fn end(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

async fn serve(mut stream: TcpStream, script: Arc<Mutex<Script>>) -> Option<()> {
    let asked = read(&mut stream).await?;
    let step = {
        let mut script = script.lock().expect("nobody panics holding it");
        script.asked.push(asked.clone());
        script.steps.pop_front()
    };
    let reply = match step {
        Some(step) => step(&asked.body),
        None => Reply::json(500, &json!({"error": {"message": "the script is over"}})),
    };
    let mut head = format!("{}connection: close\r\n\r\n", reply.head).into_bytes();
    if reply.head.is_empty() {
        head.clear();
    }
    let mut head = Some(head);
    for part in reply.parts {
        match part {
            Part::Wait(notify) => notify.notified().await,
            Part::Silence => {
                let _ = stream.read(&mut [0; 1]).await;
                return None;
            }
            Part::Cut => return None,
            Part::Bytes(bytes) => {
                let bytes = [head.take().unwrap_or_default(), bytes].concat();
                stream.write_all(&bytes).await.ok()?;
                stream.flush().await.ok()?;
            }
        }
    }
    Some(())
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let names = head.to_lowercase();
            let length = names.split("content-length: ").nth(1).unwrap_or("0");
            let length: usize = length.lines().next()?.trim().parse().ok()?;
            let start = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
            if bytes.len() >= start + length {
                let body = serde_json::from_slice(&bytes[start..start + length]);
                return Some(Asked { head: head.to_owned(), body: body.unwrap_or_default() });
            }
        }
        let mut more = vec![0; 16 * 1024];
        match stream.read(&mut more).await.ok()? {
            0 => return None,
            count => bytes.extend_from_slice(&more[..count]),
        }
    }
}
