//! Live events, as server-sent events (WHATWG HTML, section 9.2).
//!
//! A block without `data` is no event to a client: the first one only tells
//! where the stream begins, so that a browser that loses it before anything has
//! happened knows where to go on.

use std::convert::Infallible;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use rondo_app::events::{self, Event, EventStream, Next};
use serde::Serialize;

use crate::http::{
    error::ApiError,
    extract::{Caller, QueryPairs},
    state::HttpState,
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells nginx, and those who do as it does, not to hold anything back.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What an `event: change` says.
#[derive(Serialize)]
struct ChangeData<'a> {
    change_id: i64,
    batch_id: &'a str,
    task_id: i64,
    action: &'static str,
    version: i64,
}

/// What an `event: reset` says.
#[derive(Serialize)]
struct ResetData {
    latest: i64,
}

/// Follow the changes as they happen
///
/// A stream of server-sent events. `event: change` has the number of the change
/// as its `id` and `{"change_id","batch_id","task_id","action","version"}` as
/// its data; what changed is in `/api/changes`. `event: reset` with
/// `{"latest":N}` says that what was asked for is not kept any more: everything
/// has to be read anew, and the stream goes on after N. A comment is sent every
/// 25 seconds. The stream begins after `Last-Event-ID`, or else after `after`,
/// or else now. It ends with the token or session that opened it, and when the
/// server stops, which then says in `retry` how long to wait. A user may have
/// 20 streams on each server.
#[utoipa::path(
    get,
    path = "/api/events",
    tag = "changes",
    params(
        (
            "after" = Option<i64>, Query, minimum = 0,
            description = "The number of the last change that is known"
        ),
        (
            "Last-Event-ID" = Option<i64>, Header, minimum = 0,
            description = "The same, as a browser sends it that reconnects; goes before `after`"
        )
    ),
    responses((
        status = 200,
        description = "The stream",
        body = String,
        content_type = "text/event-stream"
    ))
)]
pub(crate) async fn stream_events(
    caller: Caller,
    State(state): State<HttpState>,
    headers: HeaderMap,
    query: QueryPairs,
) -> Result<Response, ApiError> {
    let last = headers.get(LAST_EVENT_ID).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let after = events::position(last.as_deref(), query.iter())?;
    let events = events::subscribe(state.app(), caller.actor(), caller.credential(), after).await?;
    let feed = Feed { events, state, stage: Stage::Start };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(stream::unfold(feed, Feed::next))).into_response())
}

/// A stream on its way to a client.
struct Feed {
    events: EventStream,
    state: HttpState,
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
                format!(": hello\nid: {}\n\n", self.events.began_after())
            }
            Stage::Running => self.wait().await?,
            Stage::End => return None,
        };
        Some((Ok(text.into()), self))
    }

    async fn wait(&mut self) -> Option<String> {
        tokio::select! {
            biased;
            () = self.state.readiness().failed() => {
                self.stage = Stage::End;
                let pause = events::pause_before_return(self.state.app());
                Some(format!("retry: {}\n\n", pause.as_millis()))
            }
            next = self.events.next(self.state.settings().heartbeat) => match next {
                Next::Events(events) => Some(events.iter().map(block).collect()),
                Next::Quiet => Some(": still here\n\n".to_owned()),
                Next::Over => None,
            }
        }
    }
}

/// An event as text.
fn block(event: &Event) -> String {
    match event {
        Event::Change(mark) => {
            let data = ChangeData {
                change_id: mark.id.get(),
                batch_id: mark.batch_id.as_str(),
                task_id: mark.task_id.get(),
                action: mark.action.as_str(),
                version: mark.version,
            };
            text("change", data.change_id, &data)
        }
        Event::Reset { latest } => text("reset", *latest, &ResetData { latest: *latest }),
    }
}

fn text(event: &str, id: i64, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).expect("numbers and words are JSON");
    format!("id: {id}\nevent: {event}\ndata: {data}\n\n")
}

#[cfg(test)]
mod tests {
    use rondo_app::events::ChangeMark;
    use rondo_domain::{BatchId, ChangeAction, ChangeId, TaskId};

    use super::*;

    #[test]
    fn an_event_is_four_lines() {
        let mark = ChangeMark {
            id: ChangeId::new(44).expect("this is a number"),
            batch_id: BatchId::parse("kT3vW9").expect("this is a name"),
            task_id: TaskId::new(8).expect("this is a number"),
            action: ChangeAction::Created,
            version: 1,
        };
        assert_eq!(
            block(&Event::Change(mark)),
            "id: 44\nevent: change\ndata: {\"change_id\":44,\"batch_id\":\"kT3vW9\",\
             \"task_id\":8,\"action\":\"created\",\"version\":1}\n\n"
        );
        assert_eq!(
            block(&Event::Reset { latest: 7 }),
            "id: 7\nevent: reset\ndata: {\"latest\":7}\n\n"
        );
    }
}
