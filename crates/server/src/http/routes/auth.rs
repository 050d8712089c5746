//! Accounts: registering, logging in and out, and who one is.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rondo_app::{App, accounts, input};
use rondo_domain::{Email, Timestamp, User};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    error::ApiError,
    extract::{Caller, ClientAddress, ClientDevice, JsonBody, OptionalJsonBody, TokenHolder},
    openapi::schemas::{AccountDeletion, LoginRequest, RegisterRequest},
};

/// An account as it is shown to its owner.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserResponse<'a> {
    /// Opaque text.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e")]
    id: &'a str,
    /// In lower case; null for a user whom only an external issuer knows.
    #[schema(required, example = "ada@example.com")]
    email: Option<&'a str>,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    created_at: Timestamp,
}

impl<'a> From<&'a User> for UserResponse<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id.as_str(),
            email: user.email.as_ref().map(Email::as_str),
            created_at: user.created_at,
        }
    }
}

/// What a login gives.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginResponse<'a> {
    /// To be sent as `Authorization: Bearer …`.
    #[schema(example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl")]
    access_token: &'a str,
    /// Always `bearer`.
    #[schema(pattern = "^bearer$", example = "bearer")]
    token_type: &'static str,
    /// Who logged in.
    user: UserResponse<'a>,
}

/// A sentence.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogoutResponse {
    /// What happened.
    #[schema(example = "Logged out successfully")]
    message: &'static str,
}

/// Create an account
///
/// The address is compared in lower case. Nothing of the password is cut or
/// trimmed; it may not be among the commonest, nor the address itself.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "auth",
    request_body(content = RegisterRequest),
    responses((status = 201, description = "The new account", body = UserResponse))
)]
pub(crate) async fn register(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    accounts::require_open(&app)?;
    let registration = input::registration(body)?;
    let user = accounts::register(&app, address, registration).await?;
    Ok((StatusCode::CREATED, Json(UserResponse::from(&user))).into_response())
}

/// Log in
///
/// An unknown address and a wrong password are told apart neither by the
/// answer nor by the time it takes.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "auth",
    request_body(content = LoginRequest),
    responses((status = 200, description = "A token", body = LoginResponse))
)]
pub(crate) async fn login(
    State(app): State<App>,
    ClientDevice(device): ClientDevice,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let credentials = input::credentials(body)?;
    let logged_in = accounts::login(&app, &device, credentials).await?;
    let answer = LoginResponse {
        access_token: logged_in.access_token.expose(),
        token_type: "bearer",
        user: UserResponse::from(&logged_in.user),
    };
    Ok(Json(answer).into_response())
}

/// Log out
///
/// The token that is sent is refused from now on; a session cookie is also
/// taken from the browser.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "auth",
    responses((
        status = 200,
        description = "The token is dead",
        body = LogoutResponse,
        headers(("Set-Cookie" = String, description = "A cookie that was shown, thrown away"))
    ))
)]
pub(crate) async fn logout(
    holder: TokenHolder,
    State(app): State<App>,
) -> Result<Response, ApiError> {
    accounts::logout(&app, &holder.authenticated).await?;
    let message = "Logged out successfully";
    Ok((holder.cookie, Json(LogoutResponse { message })).into_response())
}

/// Show the caller's account
#[utoipa::path(
    get,
    path = "/api/auth/me",
    tag = "auth",
    responses((status = 200, description = "The account", body = UserResponse))
)]
pub(crate) async fn show_me(caller: Caller, State(app): State<App>) -> Result<Response, ApiError> {
    let user = accounts::show(&app, caller.actor()).await?;
    Ok(Json(UserResponse::from(&user)).into_response())
}

/// Delete the caller's account
///
/// With everything that belongs to it, at once and for good. It takes the
/// password, or a session that began less than a day ago, and never an access
/// token for programs. The id is remembered: whatever names it is refused.
#[utoipa::path(
    delete,
    path = "/api/auth/me",
    tag = "auth",
    request_body(content = AccountDeletion),
    responses((
        status = 204,
        description = "It is gone",
        headers(("Set-Cookie" = String, description = "A cookie that was shown, thrown away"))
    ))
)]
pub(crate) async fn delete_me(
    holder: TokenHolder,
    State(app): State<App>,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Response, ApiError> {
    let password = input::account_deletion(body)?;
    accounts::delete_me(&app, &holder.authenticated, password).await?;
    Ok((holder.cookie, StatusCode::NO_CONTENT).into_response())
}
