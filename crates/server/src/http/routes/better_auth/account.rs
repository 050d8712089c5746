//! The caller's account: its profile, its ways in, its end.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rondo_app::{
    App,
    accounts::{self, ProfilePatch},
};
use rondo_domain::{Image, Name, Secret};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    objects::{AuthAccount, DoneResponse},
    password::check_length,
};
use crate::http::{
    better_auth::{
        AuthError, AuthQuery, CurrentSession, Fields, MaybeSession, Schema, SessionBody,
        SessionCookie, codes,
    },
    openapi::schemas::better_auth::{
        AuthErrorResponse, DeleteUserRequest, MailLinkQuery, UpdateUserRequest,
    },
};

/// What happened to the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeleteUserResponse {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Always `User deleted`.
    #[schema(example = "User deleted")]
    message: &'static str,
}

/// What to change of a profile.
pub(crate) struct UpdateUserBody {
    patch: ProfilePatch,
    names_email: bool,
}

impl Schema for UpdateUserBody {
    const SHAPES: &'static [&'static str] = &["record"];

    fn read(fields: &mut Fields) -> Option<Self> {
        let names_email = fields.names("email");
        let name = fields.optional_parsed("name", Name::parse);
        let image = fields.nullable_parsed("image", Image::parse);
        Some(Self { patch: ProfilePatch { name: name?, image: image? }, names_email })
    }
}

/// How somebody shows that they may delete the account.
pub(crate) struct DeleteUserBody {
    password: Option<Secret<String>>,
    token: Option<String>,
}

impl Schema for DeleteUserBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let callback_url = fields.optional_text("callbackURL");
        let password = fields.optional_secret("password");
        let token = fields.optional_text("token");
        callback_url?;
        // Empty text counts as absent, as it does for Better Auth.
        let password = password?.filter(|password| !password.expose().is_empty());
        Some(Self { password, token: token?.filter(|token| !token.is_empty()) })
    }
}

/// A link that would confirm a deletion.
pub(crate) struct DeleteLink;

impl Schema for DeleteLink {
    fn read(fields: &mut Fields) -> Option<Self> {
        let token = fields.text("token");
        let callback_url = fields.optional_text("callbackURL");
        token.and(callback_url).map(|_| Self)
    }
}

/// Change the caller's name or picture
///
/// The address has a route of its own.
#[utoipa::path(
    post,
    path = "/api/auth/update-user",
    tag = "better-auth",
    request_body(content = UpdateUserRequest),
    responses((status = 200, description = "It is changed", body = DoneResponse))
)]
pub(crate) async fn update_user(
    State(app): State<App>,
    SessionBody(current, body): SessionBody<UpdateUserBody>,
) -> Result<Response, AuthError> {
    let UpdateUserBody { patch, names_email } = body;
    if names_email {
        return Err(codes::EMAIL_CAN_NOT_BE_UPDATED.into());
    }
    if patch.name.is_none() && patch.image.is_none() {
        return Err(codes::NO_FIELDS.into());
    }
    accounts::update_profile(&app, &current, patch).await?;
    let cookie = SessionCookie::of(&app, &current.session);
    Ok((cookie, Json(DoneResponse::DONE)).into_response())
}

/// List the caller's ways to sign in
///
/// There is one: the address and the password.
#[utoipa::path(
    get,
    path = "/api/auth/list-accounts",
    tag = "better-auth",
    responses((status = 200, description = "All of them", body = Vec<AuthAccount>))
)]
pub(crate) async fn list_accounts(
    State(app): State<App>,
    CurrentSession(current): CurrentSession,
) -> Result<Response, AuthError> {
    let has_password = accounts::has_password(&app, &current).await?;
    let accounts = has_password.then(|| AuthAccount::from(&current.user));
    Ok(Json(accounts.as_slice()).into_response())
}

/// Delete the caller's account
///
/// With everything that belongs to it. It takes the password, or a session
/// that is younger than a day.
#[utoipa::path(
    post,
    path = "/api/auth/delete-user",
    tag = "better-auth",
    request_body(content = DeleteUserRequest),
    responses((status = 200, description = "It is gone", body = DeleteUserResponse))
)]
pub(crate) async fn delete_user(
    State(app): State<App>,
    SessionBody(current, body): SessionBody<DeleteUserBody>,
) -> Result<Response, AuthError> {
    if let Some(password) = &body.password {
        check_length(password)?;
    }
    if body.token.is_some() {
        if let Some(password) = body.password {
            accounts::verify_password(&app, &current, password).await?;
        }
        return Err(bad_link());
    }
    accounts::delete_own_account(&app, &current, body.password).await?;
    let answer = DeleteUserResponse { success: true, message: "User deleted" };
    Ok((SessionCookie::Clear, Json(answer)).into_response())
}

/// Refuse to delete an account by a link
///
/// This server sends no such links: there is none that could be right.
#[utoipa::path(
    get,
    path = "/api/auth/delete-user/callback",
    tag = "better-auth",
    security((), ("bearer" = []), ("cookie" = [])),
    params(MailLinkQuery),
    responses((status = 404, description = "Always", body = AuthErrorResponse))
)]
pub(crate) async fn confirm_delete_user(
    AuthQuery(_link): AuthQuery<DeleteLink>,
    MaybeSession(current): MaybeSession,
) -> AuthError {
    if current.is_some() { bad_link() } else { codes::FAILED_TO_GET_USER_INFO.into() }
}

fn bad_link() -> AuthError {
    codes::INVALID_TOKEN.with(StatusCode::NOT_FOUND).into()
}
