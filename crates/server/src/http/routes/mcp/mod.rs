//! The MCP door over HTTP: one JSON-RPC message a request, no session.
//!
//! Everything about who may come in is in `admission`, so that the SDK is
//! given nothing but messages of people who are known. It answers some
//! mistakes in plain text; from here they leave as JSON like all others.

mod admission;
mod message;

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};
use rondo_app::Error as AppError;
use rondo_domain::Actor;

use crate::{
    http::{error::ApiError, extract::read_body_within, state::HttpState},
    mcp::Door,
};

/// The largest message. A tool takes a few kilobytes at most.
const MAX_MESSAGE_BYTES: usize = 256 * 1024;

/// What the SDK wants a client to accept, and what it answers with: the first.
const ACCEPTED: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");

const JSON: &str = "application/json";

/// The longest text of the SDK's that is passed on.
const MAX_REASON_BYTES: usize = 1024;

/// Speak the Model Context Protocol
///
/// One JSON-RPC message; the answer is JSON, too. Revisions 2026-07-28 and
/// 2025-11-25, without sessions. The token stands in `Authorization`, of any kind
/// that the API takes; a cookie opens nothing. What the tools are is
/// answered by `tools/list`. `Host` and `Origin` have to be the server's own,
/// trusted, or this machine's. A message may be 256 KiB long.
#[utoipa::path(
    post,
    path = "/mcp",
    tag = "mcp",
    request_body(content = Object, description = "A request or a notification of JSON-RPC 2.0"),
    responses(
        (status = 200, description = "The result, or an error of the protocol", body = Object),
        (status = 202, description = "A notification, which has no answer")
    )
)]
pub(crate) async fn serve_mcp(
    State(state): State<HttpState>,
    request: Request,
) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let actor = admission::admit(&parts, &state).await?;
    let body = read_body_within(body, state.settings(), MAX_MESSAGE_BYTES).await?;
    if let Err(error) = message::check(&body) {
        return Ok(error.into_response());
    }
    parts.headers.insert(header::ACCEPT, ACCEPTED);
    let request = Request::from_parts(parts, Full::new(body));
    let response = service(&state, &actor).handle(request).await;
    in_json(response).await
}

/// The SDK's part of the way, for one request of one caller.
fn service(state: &HttpState, actor: &Actor) -> StreamableHttpService<Door, NeverSessionManager> {
    let door = Door::of_actor(state.app().clone(), actor.clone());
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        // Both were looked at on the way in.
        .disable_allowed_hosts()
        .disable_allowed_origins()
        .with_max_request_body_bytes(MAX_MESSAGE_BYTES);
    StreamableHttpService::new(
        move || Ok(door.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    )
}

/// The answer as it is, or the SDK's words about a mistake as JSON.
async fn in_json(response: Response<BoxBody<Bytes, Infallible>>) -> Result<Response, ApiError> {
    let (parts, body) = response.into_parts();
    let is_json = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == JSON);
    if parts.status.is_success() || is_json {
        return Ok(Response::from_parts(parts, Body::new(body)));
    }
    let Ok(reason) = body.collect().await;
    let reason = reason.to_bytes();
    let reason = String::from_utf8_lossy(&reason[..reason.len().min(MAX_REASON_BYTES)]);
    if parts.status.is_server_error() {
        return Err(AppError::Internal(reason.into_owned().into()).into());
    }
    let mut response = message::Refused::of_request(None, &reason).into_response();
    if parts.status != StatusCode::UNSUPPORTED_MEDIA_TYPE {
        *response.status_mut() = parts.status;
    }
    Ok(response)
}
