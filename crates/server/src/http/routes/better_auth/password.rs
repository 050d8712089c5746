//! The caller's password.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use rondo_app::{
    App,
    accounts::{self, PasswordChange},
    input::NewPassword,
};
use rondo_domain::Secret;
use serde::Serialize;
use utoipa::ToSchema;

use super::objects::{AuthUser, DoneResponse};
use crate::http::{
    better_auth::{AuthError, Fields, Schema, SessionBody, SessionCookie, codes},
    extract::ClientDevice,
    openapi::schemas::better_auth::{ChangePasswordRequest, VerifyPasswordRequest},
};

/// A changed password.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangePasswordResponse<'a> {
    /// The session's new token; null when it kept its own.
    #[schema(required, example = "h3Kq9vT2mXw8Zc5bNf7pLd4rSg6jYa1e")]
    token: Option<&'a str>,
    /// Whose password it is.
    user: AuthUser<'a>,
}

/// The password as it is, and as it should be.
pub(crate) struct ChangePasswordBody {
    new: Secret<String>,
    current: Secret<String>,
    renew: bool,
}

impl Schema for ChangePasswordBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let new = fields.secret("newPassword");
        let current = fields.secret("currentPassword");
        let renew = fields.optional_flag("revokeOtherSessions");
        Some(Self { new: new?, current: current?, renew: renew?.unwrap_or(false) })
    }
}

/// A password to compare.
pub(crate) struct VerifyPasswordBody {
    password: Secret<String>,
}

impl Schema for VerifyPasswordBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { password: fields.secret("password")? })
    }
}

/// Change the password
///
/// All other sessions end; with `revokeOtherSessions` this one gets a new
/// token too.
#[utoipa::path(
    post,
    path = "/api/auth/change-password",
    tag = "better-auth",
    request_body(content = ChangePasswordRequest),
    responses((status = 200, description = "It is changed", body = ChangePasswordResponse))
)]
pub(crate) async fn change_password(
    State(app): State<App>,
    ClientDevice(device): ClientDevice,
    SessionBody(current, body): SessionBody<ChangePasswordBody>,
) -> Result<Response, AuthError> {
    let ChangePasswordBody { new, current: old, renew } = body;
    let new = new_password(&new)?;
    check_length(&old)?;
    let change = PasswordChange { current: old, new, renew };
    let (user, session) = accounts::change_password(&app, &current, &device, change).await?;
    let token = session.as_ref().map(|session| session.token.expose().as_str());
    let answer = Json(ChangePasswordResponse { token, user: AuthUser::from(&user) });
    let cookie = session.as_ref().map(|session| SessionCookie::of(&app, session));
    Ok(match cookie {
        Some(cookie) => (cookie, answer).into_response(),
        None => answer.into_response(),
    })
}

/// Compare the password
#[utoipa::path(
    post,
    path = "/api/auth/verify-password",
    tag = "better-auth",
    request_body(content = VerifyPasswordRequest),
    responses((status = 200, description = "It is the right one", body = DoneResponse))
)]
pub(crate) async fn verify_password(
    State(app): State<App>,
    SessionBody(current, body): SessionBody<VerifyPasswordBody>,
) -> Result<Json<DoneResponse>, AuthError> {
    check_length(&body.password)?;
    accounts::verify_password(&app, &current, body.password).await?;
    Ok(Json(DoneResponse::DONE))
}

/// A password that somebody chose, of a length that is allowed. Whether it is
/// too easy is seen later.
pub(super) fn new_password(password: &Secret<String>) -> Result<NewPassword, AuthError> {
    let new = NewPassword::parse(password.expose());
    new.map_err(|problem| AuthError::of_password(&problem))
}

/// Refuses what no account has for a password: that says nothing about the
/// account, and costs no hash.
pub(super) fn check_length(password: &Secret<String>) -> Result<(), AuthError> {
    if NewPassword::is_too_long(password.expose()) {
        return Err(codes::PASSWORD_TOO_LONG.into());
    }
    Ok(())
}
