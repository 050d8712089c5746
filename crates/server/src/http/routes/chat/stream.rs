//! An answer as a stream: the UI message format of Vercel's AI SDK, version 1.
//!
//! Its parts are checked by clients against a strict schema, so nothing of our
//! own stands in them but in `messageMetadata`, which is free.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use rondo_app::assistant::{Answer, Turn, TurnEvent};
use rondo_domain::{BatchId, ConversationId};
use serde_json::{Value, json};

use super::{failure::Failed, listener::Listener, running::Running};
use crate::http::state::HttpState;

/// Says which format it is.
const FORMAT: HeaderName = HeaderName::from_static("x-vercel-ai-ui-message-stream");
/// Tells nginx, and those who do as it does, not to hold anything back.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// How long a stream may be silent while a model thinks: whatever stands
/// between a client and us may end one that is silent for longer.
const QUIET: Duration = Duration::from_secs(15);
/// What is said then: a comment, which clients leave out.
const STILL_HERE: &str = ": still here\n\n";
/// The end, as clients expect it.
const DONE: &str = "data: [DONE]\n\n";

/// The events of a turn that begins.
pub(super) fn of_turn(turn: Turn, state: &HttpState, listener: &Listener) -> Response {
    let place = turn.conversation_id();
    let quiet = state.settings().heartbeat.min(QUIET);
    let source = Source::Turn(Box::new(Running::new(turn, state.clone())), quiet);
    response(source, place, listener)
}

/// The events of a turn that is over.
pub(super) fn of_events(
    events: Vec<TurnEvent>,
    place: ConversationId,
    listener: &Listener,
) -> Response {
    let mut response = response(Source::Past(events.into()), place, listener);
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}

fn response(source: Source, place: ConversationId, listener: &Listener) -> Response {
    let parts = Parts::new(listener.request_id(), place);
    let feed = Feed { source, parts, stage: Stage::Start };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (FORMAT, HeaderValue::from_static("v1")),
        (ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(stream::unfold(feed, Feed::next))).into_response()
}

/// Where events come from.
enum Source {
    /// A turn that runs, and how long it may be silent.
    Turn(Box<Running>, Duration),
    Past(VecDeque<TurnEvent>),
}

/// A stream on its way to a client. Dropped, it stops the turn.
struct Feed {
    source: Source,
    parts: Parts,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Start,
    Running,
    End,
}

impl Feed {
    /// The next bytes; `None` at the end.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let text = match self.stage {
            Stage::Start => {
                self.stage = Stage::Running;
                self.parts.start()
            }
            Stage::Running => self.step().await,
            Stage::End => return None,
        };
        Some((Ok(text.into()), self))
    }

    async fn step(&mut self) -> String {
        let event = match &mut self.source {
            Source::Turn(running, quiet) => match running.next(*quiet).await {
                Ok(None) => return STILL_HERE.to_owned(),
                Ok(Some(event)) => Ok(event),
                Err(failed) => Err(failed),
            },
            Source::Past(events) => match events.pop_front() {
                Some(event) => Ok(event),
                None => unreachable!("the last event ends the stream"),
            },
        };
        match event {
            Ok(TurnEvent::Finished(answer)) => self.end(|parts| parts.finish(&answer)),
            Ok(TurnEvent::Failed(failure)) => self.end(|parts| parts.fail((*failure).into())),
            Err(failed) => self.end(|parts| parts.fail(failed)),
            Ok(event) => self.parts.add(event),
        }
    }

    fn end(&mut self, last: impl FnOnce(&mut Parts) -> String) -> String {
        self.stage = Stage::End;
        format!("{}{DONE}", last(&mut self.parts))
    }
}

/// Writes the parts of one message.
struct Parts {
    message_id: String,
    place: ConversationId,
    texts: usize,
    is_in_text: bool,
    is_in_step: bool,
}

impl Parts {
    fn new(message_id: String, place: ConversationId) -> Self {
        Self { message_id, place, texts: 0, is_in_text: false, is_in_step: false }
    }

    /// Names the message and its conversation, so that a client knows where it
    /// is whatever happens.
    fn start(&self) -> String {
        let metadata = json!({"conversation_id": self.place.get()});
        part(&json!({
            "type": "start", "messageId": self.message_id, "messageMetadata": metadata,
        }))
    }

    /// Writes what happens on the way.
    fn add(&mut self, event: TurnEvent) -> String {
        match event {
            TurnEvent::StepStart => {
                self.is_in_step = true;
                part(&json!({"type": "start-step"}))
            }
            TurnEvent::TextDelta(delta) => self.text(&delta),
            TurnEvent::ToolCall { id, name, arguments } => {
                let input = json!({
                    "type": "tool-input-available", "toolCallId": id, "toolName": name,
                    "input": arguments,
                });
                self.close_text() + &part(&input)
            }
            TurnEvent::ToolResult { id, result, is_error } => part(&output(&id, &result, is_error)),
            TurnEvent::StepEnd => self.close_step(),
            TurnEvent::Finished(_) | TurnEvent::Failed(_) => {
                unreachable!("the ends of a turn are written as such")
            }
        }
    }

    fn text(&mut self, delta: &str) -> String {
        let mut text = String::new();
        if !self.is_in_text {
            self.is_in_text = true;
            self.texts += 1;
            text = part(&json!({"type": "text-start", "id": self.text_id()}));
        }
        text + &part(&json!({"type": "text-delta", "id": self.text_id(), "delta": delta}))
    }

    fn close_text(&mut self) -> String {
        if !self.is_in_text {
            return String::new();
        }
        self.is_in_text = false;
        part(&json!({"type": "text-end", "id": self.text_id()}))
    }

    fn close_step(&mut self) -> String {
        let text = self.close_text();
        if !self.is_in_step {
            return text;
        }
        self.is_in_step = false;
        text + &part(&json!({"type": "finish-step"}))
    }

    fn text_id(&self) -> String {
        format!("text-{}", self.texts)
    }

    fn finish(&mut self, answer: &Answer) -> String {
        let metadata = json!({
            "conversation_id": answer.conversation_id.get(),
            "message_id": answer.message.id.get(),
            "created_at": answer.message.created_at,
            "batch_id": answer.batch_id.as_ref().map(BatchId::as_str),
            "provider": answer.provider,
        });
        self.close_step() + &part(&json!({"type": "finish", "messageMetadata": metadata}))
    }

    fn fail(&mut self, failed: Failed) -> String {
        let batch_id = failed.batch_id.as_ref().map(BatchId::as_str);
        let metadata = json!({"conversation_id": self.place.get(), "batch_id": batch_id});
        let metadata = part(&json!({"type": "message-metadata", "messageMetadata": metadata}));
        let told = failed.told();
        if let Some(cause) = &told.cause {
            tracing::error!(
                target: "rondo::http",
                error = cause.as_str(),
                error.code = told.code,
                request.id = self.message_id,
                "a turn failed while it was streamed"
            );
        }
        let error = json!({"type": "error", "errorText": told.detail});
        self.close_step() + &metadata + &part(&error)
    }
}

fn output(id: &str, result: &Value, is_error: bool) -> Value {
    if is_error {
        let text = result["message"].as_str().map_or_else(|| result.to_string(), str::to_owned);
        json!({"type": "tool-output-error", "toolCallId": id, "errorText": text})
    } else {
        json!({"type": "tool-output-available", "toolCallId": id, "output": result})
    }
}

fn part(part: &Value) -> String {
    format!("data: {part}\n\n")
}
