//! The caller's address: changing it, and showing that mail to it arrives.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use rondo_app::{App, Error, Refusal, accounts};
use rondo_domain::{Email, User};
use serde::Serialize;
use utoipa::ToSchema;

use super::objects::{AuthUser, DoneResponse};
use crate::http::{
    better_auth::{
        AuthError, AuthQuery, Fields, MaybeSession, MaybeSessionBody, Schema, SessionBody,
        SessionCookie, Visit, Word, codes, redirect,
    },
    extract::ClientAddress,
    openapi::schemas::better_auth::{
        ChangeEmailRequest, MailLinkQuery, SendVerificationEmailRequest,
    },
};

/// A verified address.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifyEmailResponse<'a> {
    /// Always true.
    #[schema(example = true)]
    status: bool,
    /// The account, when its address changed.
    #[schema(required)]
    user: Option<AuthUser<'a>>,
}

/// Another address.
pub(crate) struct ChangeEmailBody {
    new_email: Email,
    callback_url: Option<String>,
}

impl Schema for ChangeEmailBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let new_email = fields.parsed("newEmail", Email::parse);
        let callback_url = fields.optional_text("callbackURL");
        Some(Self { new_email: new_email?, callback_url: callback_url? })
    }
}

/// Which address to verify.
pub(crate) struct SendVerificationBody {
    email: Email,
    callback_url: Option<String>,
}

impl Schema for SendVerificationBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.parsed("email", Email::parse);
        let callback_url = fields.optional_text("callbackURL");
        Some(Self { email: email?, callback_url: callback_url? })
    }
}

/// A link that somebody followed.
pub(crate) struct VerifyLink {
    token: String,
    callback_url: Option<String>,
}

impl Schema for VerifyLink {
    fn read(fields: &mut Fields) -> Option<Self> {
        let token = fields.text("token");
        let callback_url = fields.optional_text("callbackURL");
        Some(Self { token: token?, callback_url: callback_url?.filter(|url| !url.is_empty()) })
    }
}

/// Change the address
///
/// It changes when the link in the mail to the new address is followed. An
/// address that has an account is answered the same, and gets no mail.
#[utoipa::path(
    post,
    path = "/api/auth/change-email",
    tag = "better-auth",
    request_body(content = ChangeEmailRequest),
    responses((status = 200, description = "A mail may be on its way", body = DoneResponse))
)]
pub(crate) async fn change_email(
    State(app): State<App>,
    SessionBody(current, body): SessionBody<ChangeEmailBody>,
) -> Result<Json<DoneResponse>, AuthError> {
    let ChangeEmailBody { new_email, callback_url } = body;
    let asked = accounts::request_email_change(&app, &current, new_email, callback_url).await;
    asked.map_err(of_change)?;
    Ok(Json(DoneResponse::DONE))
}

/// Better Auth has no code here for what has one when an address is verified.
fn of_change(error: Error) -> AuthError {
    match error {
        Error::Forbidden(Refusal::VerificationDisabled) => {
            Word { code: "", ..codes::VERIFICATION_EMAIL_NOT_ENABLED }.into()
        }
        other => other.into(),
    }
}

/// Ask for a mail to verify an address
///
/// Without a session the answer, and the time it takes, are the same whatever
/// the address. The link in the mail is good for an hour, once.
#[utoipa::path(
    post,
    path = "/api/auth/send-verification-email",
    tag = "better-auth",
    security((), ("bearer" = []), ("cookie" = [])),
    request_body(content = SendVerificationEmailRequest),
    responses((status = 200, description = "A mail may be on its way", body = DoneResponse))
)]
pub(crate) async fn send_verification_email(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    MaybeSessionBody(current, body): MaybeSessionBody<SendVerificationBody>,
) -> Result<Json<DoneResponse>, AuthError> {
    let SendVerificationBody { email, callback_url } = body;
    let who = (address, current.as_ref());
    accounts::send_verification(&app, who, email, callback_url).await?;
    Ok(Json(DoneResponse::DONE))
}

/// Follow the link of such a mail
///
/// Verifies the address, or changes it. With `callbackURL` the answer leads
/// there, with `error` in its query when the link was bad. `HEAD` leaves the
/// link as it is: programs that look at mails follow links too.
#[utoipa::path(
    get,
    path = "/api/auth/verify-email",
    tag = "better-auth",
    security((), ("bearer" = []), ("cookie" = [])),
    params(MailLinkQuery),
    responses(
        (status = 200, description = "It is verified", body = VerifyEmailResponse),
        (status = 302, description = "To `callbackURL`")
    )
)]
pub(crate) async fn verify_email(
    State(app): State<App>,
    visit: Visit,
    AuthQuery(link): AuthQuery<VerifyLink>,
    MaybeSession(current): MaybeSession,
) -> Result<Response, AuthError> {
    let verified = match visit {
        Visit::Look => Ok(None),
        Visit::Follow => accounts::verify_email(&app, &link.token, current.as_ref()).await,
    };
    let changed = match verified.map_err(AuthError::of_link) {
        Ok(changed) => changed,
        Err(error) => return refused(link.callback_url, error),
    };
    let answer = match &link.callback_url {
        Some(url) => redirect::found(url),
        None => shown(changed.as_ref()),
    };
    // The cookie is sent again when the account behind it changed.
    Ok(match (current, changed) {
        (Some(current), Some(_)) => {
            (SessionCookie::of(&app, &current.session), answer).into_response()
        }
        _ => answer,
    })
}

fn shown(changed: Option<&User>) -> Response {
    let user = changed.map(AuthUser::from);
    Json(VerifyEmailResponse { status: true, user }).into_response()
}

fn refused(callback_url: Option<String>, error: AuthError) -> Result<Response, AuthError> {
    match (callback_url, error.code()) {
        (Some(url), Some(code)) => {
            Ok(redirect::found(&redirect::with_parameter(&url, "error", code)))
        }
        _ => Err(error),
    }
}
