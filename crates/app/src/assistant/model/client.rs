//! One request to an endpoint, and its answer.

use std::{sync::OnceLock, time::Duration};

use reqwest::{
    Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    Reply, Request, ToolChoice,
    assembly::Assembly,
    endpoint,
    sse::Events,
    wrong::{Code, Wrong, of_transport},
};
use crate::settings::ModelSettings;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection is kept for the next question of a turn.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// How many words an answer may have, as models count: a message of a chat.
pub(super) const MAX_TOKENS: u32 = 800;
/// How much is read of an answer, with all that is around its words.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// How much is read of an answer in one document.
const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;
/// How much is read of an error.
const MAX_ERROR_BYTES: usize = 16 * 1024;
/// What is shorter is no secret, but the word of an endpoint that wants any.
const MIN_KEY_BYTES: usize = 8;
/// How long to listen on when an answer is complete and its end is missing.
const REST_TIMEOUT: Duration = Duration::from_millis(500);

/// Who asks.
pub(super) struct Client {
    settings: ModelSettings,
    /// Made for the first question: it brings certificates and a pool along.
    http: OnceLock<reqwest::Client>,
}

/// A request that was not answered.
pub(super) struct Refused {
    pub wrong: Wrong,
    /// When to ask again, if the endpoint says so in seconds.
    pub retry_after: Option<Duration>,
}

impl From<Wrong> for Refused {
    fn from(wrong: Wrong) -> Self {
        Self { wrong, retry_after: None }
    }
}

impl Client {
    pub const fn new(settings: ModelSettings) -> Self {
        Self { settings, http: OnceLock::new() }
    }

    /// What is asked, as the endpoint wants it.
    pub fn body(&self, request: Request<'_>) -> Value {
        let Request { messages, tools, tool_choice } = request;
        let mut body = json!({"messages": messages, "stream": true});
        body[self.settings.token_field.as_str()] = json!(MAX_TOKENS);
        if let Some(model) = &self.settings.model {
            body["model"] = json!(model);
        }
        if !tools.is_empty() {
            body["tools"] = json!(tools);
            body["tool_choice"] = json!(match tool_choice {
                ToolChoice::Auto => "auto",
                ToolChoice::None => "none",
            });
        }
        body
    }

    /// Sends a request, and waits for the head of its answer.
    ///
    /// # Errors
    /// No answer, or another than 200.
    pub async fn send(&self, body: &Value) -> Result<Response, Refused> {
        let url = endpoint::completions(&self.settings.base_url);
        let mut request = self.http()?.post(url).json(body);
        request = request.header(ACCEPT, "text/event-stream, application/json");
        if let Some(key) = endpoint::authorization(&self.settings) {
            request = request.header(AUTHORIZATION, key);
        }
        let response = request.send().await.map_err(of_transport)?;
        let status = response.status();
        if status == StatusCode::OK {
            return Ok(response);
        }
        let retry_after = retry_after(response.headers());
        let code = Code::of(&error_of(response).await);
        Err(Refused { wrong: Wrong::Status { status: status.as_u16(), code }, retry_after })
    }

    /// What is wrong, for the log. An endpoint that repeats the key must not
    /// bring it there.
    pub fn told(&self, wrong: &Wrong) -> String {
        let told = wrong.to_string();
        match &self.settings.api_key {
            Some(key) if key.expose().len() >= MIN_KEY_BYTES => {
                told.replace(key.expose(), "[hidden]")
            }
            _ => told,
        }
    }

    pub fn http(&self) -> Result<&reqwest::Client, Wrong> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        let made = http_client().map_err(of_transport)?;
        Ok(self.http.get_or_init(|| made))
    }
}

fn http_client() -> reqwest::Result<reqwest::Client> {
    // reqwest was built without cryptography of its own; only the first call
    // in a process has an effect.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("rondo/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Seconds; a date says nothing that is worth a clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The body of an error, as far as it is JSON and short.
pub(super) async fn error_of(mut response: Response) -> Value {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ERROR_BYTES {
            return Value::Null;
        }
    }
    serde_json::from_slice(&body).unwrap_or_default()
}

/// Reads an answer: a stream, or one document where the endpoint does not
/// stream. What it is shows in its first byte; some call it something else.
///
/// # Errors
/// What is wrong with it.
pub(super) async fn read(
    response: Response,
    call_prefix: String,
    on_text: &mut (dyn FnMut(&str) + Send),
) -> Result<Reply, Wrong> {
    let mut answer = Answer { response, read: 0 };
    let mut assembly = Assembly::new(call_prefix);
    let first = answer.first().await?;
    let called_json = answer.response.headers().get(CONTENT_TYPE).is_some_and(is_json);
    if first.trim_ascii_start().first().map_or(called_json, |byte| *byte == b'{') {
        let document = answer.rest(first).await?;
        assembly.add_document(&document, on_text)?;
        return assembly.finish(on_text);
    }
    let mut events = Events::default();
    let mut chunk = Some(first);
    while let Some(bytes) = chunk {
        events.feed(&bytes, &mut |data| assembly.add_event(data, on_text))?;
        if assembly.is_done() {
            break;
        }
        chunk = answer.next(assembly.is_finished()).await?;
    }
    events.end(&mut |data| assembly.add_event(data, on_text))?;
    assembly.finish(on_text)
}

fn is_json(value: &HeaderValue) -> bool {
    value.as_bytes().starts_with(b"application/json")
}

/// The bytes of an answer, counted.
struct Answer {
    response: Response,
    read: usize,
}

impl Answer {
    /// The first bytes that are more than space.
    async fn first(&mut self) -> Result<Vec<u8>, Wrong> {
        let mut first = Vec::new();
        while first.trim_ascii_start().is_empty() {
            match self.next(false).await? {
                Some(chunk) => first.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(first)
    }

    /// The next bytes; of what is complete already, only what is on its way.
    async fn next(&mut self, is_complete: bool) -> Result<Option<Vec<u8>>, Wrong> {
        let chunk = if is_complete {
            match timeout(REST_TIMEOUT, self.response.chunk()).await {
                Ok(Ok(chunk)) => chunk,
                Ok(Err(_)) | Err(_) => None,
            }
        } else {
            self.response.chunk().await.map_err(of_transport)?
        };
        let chunk = chunk.map(Vec::from);
        self.read += chunk.as_ref().map_or(0, Vec::len);
        if self.read > MAX_BYTES {
            return Err(Wrong::TooLarge);
        }
        Ok(chunk)
    }

    /// These bytes and all that follow.
    async fn rest(&mut self, mut bytes: Vec<u8>) -> Result<Vec<u8>, Wrong> {
        while let Some(chunk) = self.next(false).await? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_DOCUMENT_BYTES {
                return Err(Wrong::TooLarge);
            }
        }
        Ok(bytes)
    }
}
