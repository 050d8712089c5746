//! Who is signed in, if anybody.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use rondo_app::{
    App,
    accounts::sessions::{self, Current},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::objects::{AuthSession, AuthUser};
use crate::http::{
    better_auth::{AuthError, MaybeSession, codes, expose},
    openapi::schemas::better_auth::{AuthErrorResponse, GetSessionQuery},
};

const SET_AUTH_JWT: HeaderName = HeaderName::from_static("set-auth-jwt");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// The session, and whose it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionResponse<'a> {
    /// The session.
    session: AuthSession<'a>,
    /// The user.
    user: AuthUser<'a>,
}

/// Show the session
///
/// Null without one. With one, `set-auth-jwt` carries a new token for other
/// services. A session that is older than a day is renewed, and its cookie
/// sent again.
#[utoipa::path(
    get,
    path = "/api/auth/get-session",
    tag = "better-auth",
    security((), ("bearer" = []), ("cookie" = [])),
    params(GetSessionQuery),
    responses((
        status = 200,
        description = "The session, or null",
        body = Option<SessionResponse>,
        headers((
            "set-auth-jwt" = String,
            description = "With a session: a token for other services, as `/api/auth/token` has it"
        ))
    ))
)]
pub(crate) async fn get_session(
    State(app): State<App>,
    MaybeSession(current): MaybeSession,
) -> Result<Response, AuthError> {
    let mut response = match &current {
        Some(current) => show(&app, current).await?,
        None => Json(()).into_response(),
    };
    // For caches that are too old to know `Cache-Control`, which every answer has.
    response.headers_mut().insert(header::PRAGMA, NO_CACHE);
    Ok(response)
}

async fn show(app: &App, current: &Current) -> Result<Response, AuthError> {
    let token = sessions::mint_token(app, current).await?;
    let answer = SessionResponse {
        session: AuthSession::from(&current.session),
        user: AuthUser::from(&current.user),
    };
    let mut response = Json(answer).into_response();
    let token = HeaderValue::from_str(token.expose()).expect("a token is base64url and dots");
    let headers = response.headers_mut();
    headers.insert(SET_AUTH_JWT, token);
    expose(headers, SET_AUTH_JWT);
    Ok(response)
}

/// Refuse to renew the session
///
/// Better Auth has this for a way of renewing that this server does not use.
#[utoipa::path(
    post,
    path = "/api/auth/get-session",
    tag = "better-auth",
    responses((status = 405, description = "Always", body = AuthErrorResponse))
)]
pub(crate) async fn refuse_post() -> impl IntoResponse {
    let allow = HeaderValue::from_static("GET, HEAD");
    let headers = [(header::ALLOW, allow), (header::PRAGMA, NO_CACHE)];
    (headers, AuthError::from(codes::POST_GET_SESSION))
}
