//! A forgotten password: a mail, its link, a new password.

use std::convert::Infallible;

use axum::{
    Json,
    extract::{FromRequestParts, RawPathParams, State},
    http::request::Parts,
    response::Response,
};
use rondo_app::{App, accounts};
use rondo_domain::{Email, Secret};
use serde::Serialize;
use utoipa::ToSchema;

use super::{objects::DoneResponse, password::new_password};
use crate::http::{
    better_auth::{AuthBody, AuthError, AuthQuery, Fields, Schema, codes, redirect},
    extract::ClientAddress,
    openapi::schemas::better_auth::{
        RequestPasswordResetRequest, ResetLinkQuery, ResetPasswordQuery, ResetPasswordRequest,
    },
};

/// The same for everybody.
const SENT: &str = "If this email exists in our system, check your email for the reset link";

/// What is said whether the address has an account or not.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequestPasswordResetResponse {
    /// Always true.
    #[schema(example = true)]
    status: bool,
    /// A sentence for people.
    #[schema(example = "If this email exists in our system, check your email for the reset link")]
    message: &'static str,
}

/// Whose password is forgotten.
pub(crate) struct RequestResetBody {
    email: Email,
    redirect_to: Option<String>,
}

impl Schema for RequestResetBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.parsed("email", Email::parse);
        let redirect_to = fields.optional_text("redirectTo");
        Some(Self { email: email?, redirect_to: redirect_to? })
    }
}

/// A new password, and the token of a mail.
pub(crate) struct ResetPasswordBody {
    password: Secret<String>,
    token: Option<String>,
}

impl Schema for ResetPasswordBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let password = fields.secret("newPassword");
        let token = fields.optional_text("token");
        Some(Self { password: password?, token: token? })
    }
}

/// The token, where it is not in the body.
pub(crate) struct TokenInQuery(Option<String>);

impl Schema for TokenInQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.optional_text("token").map(Self)
    }
}

/// Where a followed link leads in the end.
pub(crate) struct ResetLink {
    callback_url: String,
}

impl Schema for ResetLink {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { callback_url: fields.text("callbackURL")? })
    }
}

/// The end of a link's path. What is no text is no token of ours either, and
/// becomes an empty one.
pub(crate) struct LinkToken(String);

impl<S: Send + Sync> FromRequestParts<S> for LinkToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let params = RawPathParams::from_request_parts(parts, state).await;
        let token = params.ok().and_then(|params| {
            params.iter().find(|(name, _)| *name == "token").map(|(_, token)| token.to_owned())
        });
        Ok(Self(token.unwrap_or_default()))
    }
}

/// Ask for a mail to reset a forgotten password
///
/// The answer, and the time it takes, are the same whether the address has an
/// account or not. The link in the mail is good for an hour, once.
#[utoipa::path(
    post,
    path = "/api/auth/request-password-reset",
    tag = "better-auth",
    request_body(content = RequestPasswordResetRequest),
    responses((
        status = 200,
        description = "If there is an account, a mail is on its way",
        body = RequestPasswordResetResponse
    ))
)]
pub(crate) async fn request_password_reset(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    AuthBody(body): AuthBody<RequestResetBody>,
) -> Result<Json<RequestPasswordResetResponse>, AuthError> {
    accounts::request_password_reset(&app, address, body.email, body.redirect_to).await?;
    Ok(Json(RequestPasswordResetResponse { status: true, message: SENT }))
}

/// Follow the link of such a mail
///
/// It leads to the page that asks for the new password, with `token` or
/// `error` in its query. The token stays good.
#[utoipa::path(
    get,
    path = "/api/auth/reset-password/{token}",
    tag = "better-auth",
    params(ResetLinkQuery),
    responses((status = 302, description = "To the page"))
)]
pub(crate) async fn follow_reset_link(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    AuthQuery(link): AuthQuery<ResetLink>,
) -> Result<Response, AuthError> {
    let (page, is_good) = match link.callback_url.as_str() {
        // A page that only shows errors is given no token.
        "" => ("/api/auth/error", false),
        page => (page, accounts::reset_link_is_good(&app, &token).await?),
    };
    let page = redirect::absolute(&app.settings().public_origin, page);
    let (name, value) =
        if is_good { ("token", token.as_str()) } else { ("error", codes::INVALID_TOKEN.code) };
    Ok(redirect::found(&redirect::with_parameter(&page, name, value)))
}

/// Set a new password in place of a forgotten one
///
/// All sessions of the user end. A password that is refused leaves the token
/// good.
#[utoipa::path(
    post,
    path = "/api/auth/reset-password",
    tag = "better-auth",
    params(ResetPasswordQuery),
    request_body(content = ResetPasswordRequest),
    responses((status = 200, description = "It is set", body = DoneResponse))
)]
pub(crate) async fn reset_password(
    State(app): State<App>,
    AuthQuery(TokenInQuery(in_query)): AuthQuery<TokenInQuery>,
    AuthBody(body): AuthBody<ResetPasswordBody>,
) -> Result<Json<DoneResponse>, AuthError> {
    let in_body = body.token.filter(|token| !token.is_empty());
    let token = in_body.or(in_query).ok_or(codes::INVALID_TOKEN)?;
    let password = new_password(&body.password)?;
    accounts::reset_password(&app, &token, password).await?;
    Ok(Json(DoneResponse::DONE))
}
