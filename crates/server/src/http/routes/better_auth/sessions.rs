//! The caller's sessions: on which devices they are signed in.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use rondo_app::{App, accounts::sessions};

use super::objects::{AuthSession, DoneResponse};
use crate::http::{
    better_auth::{AuthError, CurrentSession, Fields, NoBody, Schema, SessionBody, SessionCookie},
    openapi::schemas::better_auth::RevokeSessionRequest,
};

/// Which session to end.
pub(crate) struct RevokeSessionBody {
    token: String,
}

impl Schema for RevokeSessionBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { token: fields.text("token")? })
    }
}

/// List the caller's sessions
///
/// With their tokens, so only a session that is younger than a day may ask.
#[utoipa::path(
    get,
    path = "/api/auth/list-sessions",
    tag = "better-auth",
    responses((status = 200, description = "All that are alive", body = Vec<AuthSession>))
)]
pub(crate) async fn list_sessions(
    State(app): State<App>,
    CurrentSession(current): CurrentSession,
) -> Result<Response, AuthError> {
    let sessions = sessions::list(&app, &current).await?;
    let sessions: Vec<_> = sessions.iter().map(AuthSession::from).collect();
    Ok(Json(sessions).into_response())
}

/// End a session
///
/// A token that is nobody's, or somebody else's, is answered the same and ends
/// nothing.
#[utoipa::path(
    post,
    path = "/api/auth/revoke-session",
    tag = "better-auth",
    request_body(content = RevokeSessionRequest),
    responses((status = 200, description = "It is over", body = DoneResponse))
)]
pub(crate) async fn revoke_session(
    State(app): State<App>,
    SessionBody(current, body): SessionBody<RevokeSessionBody>,
) -> Result<Response, AuthError> {
    let done = Json(DoneResponse::DONE);
    if sessions::revoke(&app, &current, &body.token).await? {
        return Ok((SessionCookie::Clear, done).into_response());
    }
    Ok(done.into_response())
}

/// End all sessions
///
/// The caller's own too.
#[utoipa::path(
    post,
    path = "/api/auth/revoke-sessions",
    tag = "better-auth",
    request_body(content = Object),
    responses((status = 200, description = "They are over", body = DoneResponse))
)]
pub(crate) async fn revoke_sessions(
    State(app): State<App>,
    SessionBody(current, NoBody): SessionBody<NoBody>,
) -> Result<Response, AuthError> {
    sessions::revoke_all(&app, &current).await?;
    Ok((SessionCookie::Clear, Json(DoneResponse::DONE)).into_response())
}

/// End all other sessions
#[utoipa::path(
    post,
    path = "/api/auth/revoke-other-sessions",
    tag = "better-auth",
    request_body(content = Object),
    responses((status = 200, description = "They are over", body = DoneResponse))
)]
pub(crate) async fn revoke_other_sessions(
    State(app): State<App>,
    SessionBody(current, NoBody): SessionBody<NoBody>,
) -> Result<Json<DoneResponse>, AuthError> {
    sessions::revoke_others(&app, &current).await?;
    Ok(Json(DoneResponse::DONE))
}
