//! Personal access tokens: keys for programs.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rondo_app::{App, api_tokens, input};
use rondo_domain::{ApiToken, ApiTokenId, Scope, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    error::ApiError,
    extract::{Caller, JsonBody, Keyed, NoBody, PathId},
    openapi::schemas::ApiTokenCreate,
    responses::Marks,
};

/// A token as it is shown, without its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiTokenResponse<'a> {
    /// Unique over all users.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
    id: i64,
    /// What the user calls it.
    #[schema(min_length = 1, max_length = 100, example = "backup script")]
    name: &'a str,
    /// What it may do: `read`, `write`, `delete`.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 3, example = json!(["read"]))]
    scopes: Vec<&'static str>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    created_at: Timestamp,
    /// From when on it is refused.
    #[schema(value_type = String, format = DateTime, example = "2027-02-19T09:30:00.000Z")]
    expires_at: Timestamp,
    /// When it was last seen, within a minute.
    #[schema(
        required,
        value_type = Option<String>,
        format = DateTime,
        example = "2026-11-21T09:30:00.000Z"
    )]
    last_used_at: Option<Timestamp>,
}

impl<'a> From<&'a ApiToken> for ApiTokenResponse<'a> {
    fn from(token: &'a ApiToken) -> Self {
        Self {
            id: token.id.get(),
            name: token.name.as_str(),
            scopes: token.scopes.iter().map(Scope::as_str).collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
        }
    }
}

/// The caller's tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiTokenListResponse<'a> {
    /// All of them, the expired ones included.
    tokens: Vec<ApiTokenResponse<'a>>,
}

/// A new token, with its secret: the only time it is shown.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiTokenCreatedResponse<'a> {
    #[serde(flatten)]
    api_token: ApiTokenResponse<'a>,
    /// To be sent as `Authorization: Bearer …`; only its hash is kept.
    #[schema(example = "rondo_pat_shown_once")]
    token: &'a str,
}

/// List the caller's access tokens
#[utoipa::path(
    get,
    path = "/api/tokens",
    tag = "tokens",
    responses((status = 200, description = "All of them", body = ApiTokenListResponse))
)]
pub(crate) async fn list_tokens(
    caller: Caller,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    let tokens = api_tokens::list(&app, caller.actor()).await?;
    let tokens = tokens.iter().map(ApiTokenResponse::from).collect();
    Ok(Json(ApiTokenListResponse { tokens }).into_response())
}

/// Create an access token
///
/// The secret is shown here and never again. Only somebody who logged in may
/// do this; a token cannot make tokens.
#[utoipa::path(
    post,
    path = "/api/tokens",
    tag = "tokens",
    request_body(content = ApiTokenCreate),
    responses((status = 201, description = "The new token", body = ApiTokenCreatedResponse))
)]
pub(crate) async fn create_token(
    caller: Caller,
    State(app): State<App>,
    keyed: Keyed<JsonBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let new = input::new_api_token(keyed.body.0)?;
    let done = api_tokens::create(&app, &batch, caller.credential(), new).await?;
    let ((api_token, secret), marks) = Marks::of(done);
    let answer = ApiTokenCreatedResponse {
        api_token: ApiTokenResponse::from(&api_token),
        token: secret.expose(),
    };
    Ok((StatusCode::CREATED, marks, Json(answer)).into_response())
}

/// Revoke an access token
///
/// It is refused from now on.
#[utoipa::path(
    delete,
    path = "/api/tokens/{token_id}",
    tag = "tokens",
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete_token(
    caller: Caller,
    State(app): State<App>,
    PathId(id): PathId<ApiTokenId>,
    keyed: Keyed<NoBody>,
) -> Result<Response, ApiError> {
    let batch = keyed.batch(&app, &caller);
    let ((), marks) = Marks::of(api_tokens::revoke(&app, &batch, id).await?);
    Ok((marks, StatusCode::NO_CONTENT).into_response())
}
