//! Talking to the assistant: one message, and its answer as one document or as
//! a stream.
//!
//! The history is the database's: of what a client sends, one message counts.
//! Whatever is wrong before the answer begins is an error with a status, also
//! for who wants a stream.

mod failure;
mod listener;
mod replay;
mod responses;
mod running;
mod stream;
mod ui;

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use rondo_app::{
    assistant::{self, Answer, Begun, Turn, TurnEvent},
    input::{self, ChatInput},
};

use self::{failure::Failed, listener::Listener, replay::events_of, running::Running};
use crate::http::{
    error::ApiError,
    extract::{Caller, JsonBody, Keyed},
    openapi::schemas::chat::{ChatRequest, UiChatRequest},
    responses::Marks,
    state::HttpState,
};

pub(crate) use self::responses::{ChatResponse, ToolCallResponse, TurnFailedResponse};

/// Say something to the assistant
///
/// It answers with what it said and did. Everything that it changes in one
/// answer is one batch, which is undone like any other. Without a
/// `conversation_id` a conversation begins. The message is stored before it is
/// answered, and stays when that fails; what was done before stays done, and
/// is told with the error. `provider` says who answered: `builtin` is no
/// language model.
///
/// With `Accept: text/event-stream` the answer is a stream in the UI message
/// format of Vercel's AI SDK; `conversation_id`, `batch_id` and `provider` are
/// in its message metadata.
#[utoipa::path(
    post,
    path = "/api/chat",
    tag = "chat",
    request_body(content = ChatRequest),
    responses((
        status = 200,
        description = "The answer",
        content(
            (ChatResponse<'static> = "application/json"),
            (String = "text/event-stream")
        )
    ))
)]
pub(crate) async fn send_message(
    caller: Caller,
    State(state): State<HttpState>,
    listener: Listener,
    keyed: Keyed<JsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(state.app(), &caller);
    let input = input::chat(keyed.body.0)?;
    answer(&state, listener, batch, input).await
}

/// Say something to the assistant as `useChat` does
///
/// Takes the body of Vercel's AI SDK as its transport sends it, and streams.
/// Of `messages`, only the text of the user's last one counts: the history is
/// the server's. The conversation is the `conversation_id` of the body, of its
/// `metadata`, or of the metadata of the last message that has one, as this
/// stream puts it there.
#[utoipa::path(
    post,
    path = "/api/chat/ui",
    tag = "chat",
    request_body(content = UiChatRequest),
    responses((
        status = 200,
        description = "The answer, in the UI message format of Vercel's AI SDK",
        body = String,
        content_type = "text/event-stream"
    ))
)]
pub(crate) async fn send_ui_message(
    caller: Caller,
    State(state): State<HttpState>,
    listener: Listener,
    keyed: Keyed<JsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(state.app(), &caller);
    let input = input::chat(ui::chat_body(keyed.body.0)?)?;
    answer(&state, listener.streaming(), batch, input).await
}

async fn answer(
    state: &HttpState,
    listener: Listener,
    batch: rondo_app::Batch,
    input: ChatInput,
) -> Result<Response, ApiError> {
    listener.expect_a_turn();
    // The future of a transaction is large, and every request would carry it.
    let begun = Box::pin(assistant::begin(state.app(), batch, input)).await?;
    Ok(match begun {
        Begun::Turn(turn) if listener.wants_stream => stream::of_turn(turn, state, &listener),
        Begun::Turn(turn) => whole(turn, state).await,
        Begun::Replayed(answer) if listener.wants_stream => {
            let events = events_of(&answer);
            stream::of_events(events, answer.conversation_id, &listener)
        }
        Begun::Replayed(answer) => answered(&answer, true),
        Begun::Failed(failure) => Failed::from(*failure).replayed().into_response(),
    })
}

/// Waits for the end of a turn.
async fn whole(turn: Turn, state: &HttpState) -> Response {
    let mut running = Running::new(turn, state.clone());
    loop {
        match running.next(Duration::MAX).await {
            Ok(Some(TurnEvent::Finished(answer))) => return answered(&answer, false),
            Ok(Some(TurnEvent::Failed(failure))) => return Failed::from(*failure).into_response(),
            Ok(_) => {}
            Err(failed) => return failed.into_response(),
        }
    }
}

fn answered(answer: &Answer, is_replayed: bool) -> Response {
    let marks = Marks::new(answer.batch_id.clone(), is_replayed);
    (marks, Json(ChatResponse::from(answer))).into_response()
}
