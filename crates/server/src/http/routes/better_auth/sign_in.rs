//! Signing up, in and out.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use rondo_app::{
    App,
    accounts::{self, SignUp, SignedUp, sessions},
    input::LoginInput,
};
use rondo_domain::{Email, Image, Name, Secret};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    objects::AuthUser,
    password::{check_length, new_password},
};
use crate::http::{
    better_auth::{
        AuthError, Fields, LoginBody, Schema, SessionCookie, SessionTokenBody, codes, redirect,
    },
    extract::ClientDevice,
    openapi::schemas::better_auth::{SignInRequest, SignUpRequest},
};

/// A new account, and the session that comes with it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignUpResponse<'a> {
    /// The session's token; null until the address is verified, where that is
    /// required.
    #[schema(required, example = "h3Kq9vT2mXw8Zc5bNf7pLd4rSg6jYa1e")]
    token: Option<&'a str>,
    /// The account.
    user: AuthUser<'a>,
}

/// A new session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignInResponse<'a> {
    /// Whether the browser should go to `url`.
    #[schema(example = false)]
    redirect: bool,
    /// The session's token.
    #[schema(example = "h3Kq9vT2mXw8Zc5bNf7pLd4rSg6jYa1e")]
    token: &'a str,
    /// The `callbackURL` of the request, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    url: Option<&'a str>,
    /// Who signed in.
    user: AuthUser<'a>,
}

/// It is done.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignOutResponse {
    /// Always true.
    #[schema(example = true)]
    success: bool,
}

/// What somebody sends who signs up.
pub(crate) struct SignUpBody {
    name: Name,
    email: Email,
    password: Secret<String>,
    image: Option<Image>,
    callback_url: Option<String>,
    remember: bool,
}

impl Schema for SignUpBody {
    const SHAPES: &'static [&'static str] = &["object", "record"];

    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.parsed("name", Name::parse);
        let email = fields.parsed("email", Email::parse);
        let password = fields.nonempty_secret("password");
        let image = fields.optional_parsed("image", Image::parse);
        let callback_url = fields.optional_text("callbackURL");
        let remember = fields.optional_flag("rememberMe");
        Some(Self {
            name: name?,
            email: email?,
            password: password?,
            image: image?,
            callback_url: callback_url?,
            remember: remember?.unwrap_or(true),
        })
    }
}

/// What somebody sends who signs in.
pub(crate) struct SignInBody {
    /// As it came: what is no address has a word of its own here.
    email: String,
    password: Secret<String>,
    callback_url: Option<String>,
    remember: bool,
}

impl Schema for SignInBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.text("email");
        let password = fields.secret("password");
        let callback_url = fields.optional_text("callbackURL");
        let remember = fields.optional_flag("rememberMe");
        Some(Self {
            email: email?,
            password: password?,
            callback_url: callback_url?,
            remember: remember?.unwrap_or(true),
        })
    }
}

impl SignInBody {
    fn credentials(self) -> Result<LoginInput, AuthError> {
        let email = Email::parse(&self.email).map_err(|_| AuthError::from(codes::INVALID_EMAIL))?;
        check_length(&self.password)?;
        Ok(LoginInput { email, password: self.password })
    }
}

/// What somebody sends who signs out: nothing that matters here, but what is
/// no such thing is refused.
pub(crate) struct SignOutBody;

impl Schema for SignOutBody {
    const OPTIONAL: bool = true;

    fn read(fields: &mut Fields) -> Option<Self> {
        let callback_url = fields.optional_text("callbackURL");
        let stays = fields.optional_flag("disableRedirect");
        let state = fields.optional_text("state");
        callback_url.and(stays).and(state).map(|_| Self)
    }
}

/// Create an account and sign in
///
/// Where verified addresses are required there is no session yet, and an
/// address that has an account gets the same answer as one that has none.
#[utoipa::path(
    post,
    path = "/api/auth/sign-up/email",
    tag = "better-auth",
    request_body(
        content(
            (SignUpRequest = "application/json"),
            (SignUpRequest = "application/x-www-form-urlencoded")
        ),
        description = "JSON, or a form without `rememberMe`: of a form, all values are text"
    ),
    responses((status = 200, description = "The account", body = SignUpResponse))
)]
pub(crate) async fn sign_up_email(
    State(app): State<App>,
    ClientDevice(device): ClientDevice,
    LoginBody(body): LoginBody<SignUpBody>,
) -> Result<Response, AuthError> {
    accounts::require_open(&app)?;
    let SignUpBody { name, email, password, image, callback_url, remember } = body;
    let password = new_password(&password)?;
    let new = SignUp { email, password, name, image, remember };
    match accounts::sign_up(&app, &device, new, callback_url).await? {
        SignedUp::SignedIn(current) => {
            let token = Some(current.session.token.expose().as_str());
            let answer = SignUpResponse { token, user: AuthUser::from(&current.user) };
            let cookie = SessionCookie::of(&app, &current.session);
            Ok((cookie, Json(answer)).into_response())
        }
        SignedUp::AwaitsVerification(user) => {
            let answer = SignUpResponse { token: None, user: AuthUser::from(&*user) };
            Ok(Json(answer).into_response())
        }
    }
}

/// Sign in
///
/// An unknown address and a wrong password are told apart neither by the
/// answer nor by the time it takes. The answer sets the cookies and repeats
/// the signed token in `set-auth-token`.
#[utoipa::path(
    post,
    path = "/api/auth/sign-in/email",
    tag = "better-auth",
    request_body(
        content(
            (SignInRequest = "application/json"),
            (SignInRequest = "application/x-www-form-urlencoded")
        ),
        description = "JSON, or a form without `rememberMe`: of a form, all values are text"
    ),
    responses((status = 200, description = "The session", body = SignInResponse))
)]
pub(crate) async fn sign_in_email(
    State(app): State<App>,
    ClientDevice(device): ClientDevice,
    LoginBody(mut body): LoginBody<SignInBody>,
) -> Result<Response, AuthError> {
    let url = body.callback_url.take();
    // An empty address is repeated, and leads nowhere.
    let next = url.as_deref().filter(|url| !url.is_empty());
    let remember = body.remember;
    let current = accounts::sign_in(&app, &device, body.credentials()?, remember).await?;
    let answer = SignInResponse {
        redirect: next.is_some(),
        token: current.session.token.expose(),
        url: url.as_deref(),
        user: AuthUser::from(&current.user),
    };
    let cookie = SessionCookie::of(&app, &current.session);
    let mut response = (cookie, Json(answer)).into_response();
    if let Some(location) = next.and_then(redirect::location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Sign out
///
/// Ends the session and its tokens, and clears the cookies. Without a session
/// it does the same.
#[utoipa::path(
    post,
    path = "/api/auth/sign-out",
    tag = "better-auth",
    security((), ("bearer" = []), ("cookie" = [])),
    request_body(content = Object),
    responses((status = 200, description = "There is no session any more", body = SignOutResponse))
)]
pub(crate) async fn sign_out(
    State(app): State<App>,
    SessionTokenBody(token, SignOutBody): SessionTokenBody<SignOutBody>,
) -> Result<Response, AuthError> {
    if let Some(token) = token {
        sessions::sign_out(&app, &token).await?;
    }
    Ok((SessionCookie::Clear, Json(SignOutResponse { success: true })).into_response())
}
