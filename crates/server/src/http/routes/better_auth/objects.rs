//! What Better Auth's answers are made of: users, sessions, accounts.
//!
//! The names and the order of the members are those of Better Auth, camel
//! case; its client reads the dates. What may be empty is `""`, except a
//! missing image, which is `null`.

use rondo_app::accounts::sessions::SessionView;
use rondo_domain::{Email, Image, Timestamp, User};
use serde::Serialize;
use utoipa::ToSchema;

/// A user, as Better Auth shows one to themselves.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthUser<'a> {
    /// What the user wants to be called.
    #[schema(example = "Ada")]
    name: &'a str,
    /// In lower case.
    #[schema(example = "ada@example.com")]
    email: &'a str,
    /// Whether a mail to the address was answered.
    #[schema(example = false)]
    email_verified: bool,
    /// The address of a picture.
    #[schema(required, example = "https://example.com/ada.png")]
    image: Option<&'a str>,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    updated_at: Timestamp,
    /// Opaque text.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e")]
    id: &'a str,
}

impl<'a> From<&'a User> for AuthUser<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            name: user.name.as_str(),
            // Who has no address has no way to get a session either.
            email: user.email.as_ref().map_or("", Email::as_str),
            email_verified: user.email_verified,
            image: user.image.as_ref().map(Image::as_str),
            created_at: user.created_at,
            updated_at: user.updated_at,
            id: user.id.as_str(),
        }
    }
}

/// A login on one device.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthSession<'a> {
    /// When it ends, unless it is renewed before.
    #[schema(value_type = String, format = DateTime, example = "2026-11-28T09:30:00.000Z")]
    expires_at: Timestamp,
    /// To be sent as `Authorization: Bearer …` where there are no cookies.
    #[schema(example = "h3Kq9vT2mXw8Zc5bNf7pLd4rSg6jYa1e")]
    token: &'a str,
    /// When somebody signed in.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    created_at: Timestamp,
    /// When it was last renewed.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    updated_at: Timestamp,
    /// From where; empty when it is not known.
    #[schema(example = "198.51.100.7")]
    ip_address: &'a str,
    /// With what; empty when it is not known.
    #[schema(example = "Mozilla/5.0")]
    user_agent: &'a str,
    /// Whose it is.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e")]
    user_id: &'a str,
    /// Opaque text; not the token.
    #[schema(example = "Bn5kRt8sWq2xVy7mHc4jLp9dFg3zTa6e")]
    id: &'a str,
}

impl<'a> From<&'a SessionView> for AuthSession<'a> {
    fn from(session: &'a SessionView) -> Self {
        Self {
            expires_at: session.expires_at,
            token: session.token.expose(),
            created_at: session.created_at,
            updated_at: session.updated_at,
            ip_address: &session.ip_address,
            user_agent: &session.user_agent,
            user_id: session.user_id.as_str(),
            id: session.id.as_str(),
        }
    }
}

/// A way to sign in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthAccount<'a> {
    /// The user's name at the provider; here their id.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e")]
    account_id: &'a str,
    /// Always `credential`: an address and a password.
    #[schema(pattern = "^credential$", example = "credential")]
    provider_id: &'static str,
    /// Whose it is.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e")]
    user_id: &'a str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime, example = "2026-11-21T09:30:00.000Z")]
    updated_at: Timestamp,
    /// Opaque text.
    #[schema(example = "Vq8sYb1tPz0mXc4nRk7wLd2hGf5jTa9e")]
    id: &'a str,
    /// What other providers grant; always empty.
    #[schema(value_type = Vec<String>, example = json!([]))]
    scopes: [&'static str; 0],
}

impl<'a> From<&'a User> for AuthAccount<'a> {
    fn from(user: &'a User) -> Self {
        let id = user.id.as_str();
        Self {
            account_id: id,
            provider_id: "credential",
            user_id: id,
            created_at: user.created_at,
            updated_at: user.updated_at,
            id,
            scopes: [],
        }
    }
}

/// It is done.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoneResponse {
    /// Always true.
    #[schema(example = true)]
    status: bool,
}

impl DoneResponse {
    /// It is done.
    pub(crate) const DONE: Self = Self { status: true };
}
