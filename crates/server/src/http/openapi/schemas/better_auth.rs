//! What requests to Better Auth's routes may hold, and how they fail.
//!
//! Nothing is parsed into these types; `http::better_auth` reads the bodies as
//! Better Auth does, one message for all problems of one.

#![expect(
    dead_code,
    reason = "the fields are read by the macro that makes the schema, never at run time"
)]

use utoipa::{IntoParams, ToSchema};

/// An account to create.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "Ada",
    "email": "ada@example.com",
    "password": "correct horse battery staple"
}))]
pub(crate) struct SignUpRequest {
    /// What the user wants to be called.
    #[schema(max_length = 255, pattern = r"^[^\u0000]*$")]
    name: String,
    /// An address that mail can be sent to.
    #[schema(format = Email, min_length = 3, max_length = 255)]
    email: String,
    /// Nothing of it is cut or trimmed; not so simple that a thousand guesses
    /// find it.
    #[schema(format = Password, min_length = 8, max_length = 128, pattern = r"^(?!([\s\S])\1*$)")]
    password: String,
    /// The address of a picture.
    #[schema(required = false, max_length = 2048, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    image: String,
    /// Where the link in the verification mail leads in the end.
    #[schema(required = false, rename = "callbackURL", max_length = 2000)]
    callback_url: String,
    /// Whether the session outlives the browser; it does unless this is false.
    #[schema(required = false, default = true)]
    remember_me: bool,
}

/// Who wants to sign in.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "email": "ada@example.com",
    "password": "correct horse battery staple"
}))]
pub(crate) struct SignInRequest {
    /// The address of the account, in any case.
    #[schema(format = Email, min_length = 3, max_length = 255)]
    email: String,
    /// The password, exactly.
    #[schema(format = Password, max_length = 128)]
    password: String,
    /// Where the browser should go next; the answer repeats it.
    #[schema(required = false, rename = "callbackURL", max_length = 2000)]
    callback_url: String,
    /// Whether the session outlives the browser; it does unless this is false.
    #[schema(required = false, default = true)]
    remember_me: bool,
}

/// A session to end.
#[derive(ToSchema)]
#[schema(example = json!({"token": "h3Kq9vT2mXw8Zc5bNf7pLd4rSg6jYa1e"}))]
pub(crate) struct RevokeSessionRequest {
    /// Its token, from the list of sessions.
    token: String,
}

/// A change of the account: what is absent stays as it is.
#[derive(ToSchema)]
#[schema(example = json!({"name": "Ada Lovelace", "image": null}))]
pub(crate) struct UpdateUserRequest {
    /// What the user wants to be called.
    #[schema(required = false, max_length = 255, pattern = r"^[^\u0000]*$")]
    name: String,
    /// The address of a picture; null removes it.
    #[schema(max_length = 2048, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    image: Option<String>,
}

/// Another password.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "currentPassword": "correct horse battery staple",
    "newPassword": "a quite different sentence",
    "revokeOtherSessions": true
}))]
pub(crate) struct ChangePasswordRequest {
    /// The password as it is now.
    #[schema(format = Password, max_length = 128)]
    current_password: String,
    /// The password as it should be.
    #[schema(format = Password, min_length = 8, max_length = 128, pattern = r"^(?!([\s\S])\1*$)")]
    new_password: String,
    /// Whether this session gets a new token too. All others end anyway.
    #[schema(required = false, default = false)]
    revoke_other_sessions: bool,
}

/// A password to compare.
#[derive(ToSchema)]
#[schema(example = json!({"password": "correct horse battery staple"}))]
pub(crate) struct VerifyPasswordRequest {
    /// The password, exactly.
    #[schema(format = Password, max_length = 128)]
    password: String,
}

/// Another address.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "newEmail": "ada@example.org",
    "callbackURL": "http://localhost:3000/settings"
}))]
pub(crate) struct ChangeEmailRequest {
    /// An address that mail can be sent to.
    #[schema(format = Email, min_length = 3, max_length = 255)]
    new_email: String,
    /// Where the link in the mail leads in the end.
    #[schema(required = false, rename = "callbackURL", max_length = 2000)]
    callback_url: String,
}

/// How to make sure that it is the owner who deletes.
#[derive(ToSchema)]
#[schema(example = json!({"password": "correct horse battery staple"}))]
pub(crate) struct DeleteUserRequest {
    /// The password; without it the session must be younger than a day.
    #[schema(required = false, format = Password, max_length = 128)]
    password: String,
    /// Of a mail that this server never sends: any is refused.
    #[schema(required = false)]
    token: String,
    /// Not used.
    #[schema(required = false, rename = "callbackURL", max_length = 2000)]
    callback_url: String,
}

/// Whose password is forgotten.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "email": "ada@example.com",
    "redirectTo": "http://localhost:3000/reset-password"
}))]
pub(crate) struct RequestPasswordResetRequest {
    /// The address of the account.
    #[schema(format = Email, min_length = 3, max_length = 255)]
    email: String,
    /// The page that asks for the new password.
    #[schema(required = false, max_length = 2000)]
    redirect_to: String,
}

/// A new password in place of a forgotten one.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "newPassword": "a quite different sentence",
    "token": "Zk3vQ8mTw5Xc2bNf7pLd4rSg"
}))]
pub(crate) struct ResetPasswordRequest {
    /// The password as it should be.
    #[schema(format = Password, min_length = 8, max_length = 128, pattern = r"^(?!([\s\S])\1*$)")]
    new_password: String,
    /// From the link in the mail; may stand in the query instead.
    #[schema(required = false)]
    token: String,
}

/// Which address to verify.
#[derive(ToSchema)]
#[schema(example = json!({"email": "ada@example.com", "callbackURL": "http://localhost:3000/welcome"}))]
pub(crate) struct SendVerificationEmailRequest {
    /// The address of the account.
    #[schema(format = Email, min_length = 3, max_length = 255)]
    email: String,
    /// Where the link in the mail leads in the end.
    #[schema(required = false, rename = "callbackURL", max_length = 2000)]
    callback_url: String,
}

/// How to look at the session.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct GetSessionQuery {
    /// Whether a session that is due is left as it is.
    #[param(required = false, default = false)]
    disable_refresh: bool,
    /// Accepted, without effect: nothing is cached in cookies.
    #[param(required = false, default = false)]
    disable_cookie_cache: bool,
}

/// Where a link from a mail leads in the end.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ResetLinkQuery {
    /// A path of this server, or an address of an origin that is trusted.
    #[param(
        rename = "callbackURL",
        max_length = 2000,
        example = "http://localhost:3000/reset-password"
    )]
    callback_url: String,
}

/// A token, where it is not in the body.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ResetPasswordQuery {
    /// From the link in the mail.
    #[param(required = false)]
    token: String,
}

/// A link from a mail.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MailLinkQuery {
    /// From the mail.
    token: String,
    /// Where to go then: a path of this server, or an address of an origin
    /// that is trusted.
    #[param(
        required = false,
        rename = "callbackURL",
        max_length = 2000,
        example = "http://localhost:3000/welcome"
    )]
    callback_url: String,
}

/// What went wrong, for the page about it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ErrorPageQuery {
    /// A word for programs.
    #[param(required = false, example = "INVALID_TOKEN")]
    error: String,
}

/// An error of Better Auth's routes.
#[derive(ToSchema)]
#[schema(example = json!({"message": "Invalid email or password", "code": "INVALID_EMAIL_OR_PASSWORD"}))]
pub(crate) struct AuthErrorResponse {
    /// A sentence for people.
    message: String,
    /// A stable word for programs; a few errors have none.
    #[schema(required = false, pattern = "^[A-Z_]+$")]
    code: String,
}

/// The public keys of our tokens.
#[derive(ToSchema)]
#[schema(example = json!({"keys": [{
    "alg": "EdDSA",
    "crv": "Ed25519",
    "kty": "OKP",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "kid": "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e"
}]}))]
pub(crate) struct KeySetResponse {
    /// The one that signs, and those that did.
    #[schema(min_items = 1)]
    keys: Vec<PublicKey>,
}

/// A public key (RFC 7517).
#[derive(ToSchema)]
pub(crate) struct PublicKey {
    /// What signatures are made with: `EdDSA` or `ES256`.
    alg: String,
    /// The curve.
    crv: String,
    /// The kind of key: `OKP` or `EC`.
    kty: String,
    /// The point on the curve.
    x: String,
    /// Its other half, where there are two.
    #[schema(required = false)]
    y: String,
    /// What tokens call the key.
    kid: String,
}
