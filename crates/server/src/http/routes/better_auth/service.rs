//! Tokens for other services, and the service itself.

use axum::{
    Json,
    extract::State,
    response::{Html, IntoResponse, Response},
};
use rondo_app::{App, accounts::sessions, auth::KeySet};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    better_auth::{
        AuthError, CurrentSession,
        codes::{self, Word},
    },
    extract::QueryPairs,
    openapi::schemas::better_auth::{ErrorPageQuery, KeySetResponse},
};

/// A token for other services.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenResponse<'a> {
    /// A JSON Web Token, signed by our own key set.
    #[schema(example = "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl")]
    token: &'a str,
}

/// It works.
#[derive(Serialize, ToSchema)]
pub(crate) struct OkResponse {
    /// Always true.
    #[schema(example = true)]
    ok: bool,
}

/// Get a token for other services
///
/// A JSON Web Token, good for 15 minutes and as long as the session. Whoever
/// has the key set can verify it.
#[utoipa::path(
    get,
    path = "/api/auth/token",
    tag = "better-auth",
    responses((status = 200, description = "The token", body = TokenResponse))
)]
pub(crate) async fn get_token(
    State(app): State<App>,
    CurrentSession(current): CurrentSession,
) -> Result<Response, AuthError> {
    let token = sessions::mint_token(&app, &current).await?;
    Ok(Json(TokenResponse { token: token.expose() }).into_response())
}

/// Get the key set
///
/// The public keys that our tokens can be verified with (RFC 7517).
#[utoipa::path(
    get,
    path = "/api/auth/jwks",
    tag = "better-auth",
    responses((status = 200, description = "The keys", body = KeySetResponse))
)]
pub(crate) async fn get_key_set(State(app): State<App>) -> Result<Json<KeySet>, AuthError> {
    Ok(Json(sessions::key_set(&app).await?))
}

/// Say that it works
#[utoipa::path(
    get,
    path = "/api/auth/ok",
    tag = "better-auth",
    responses((status = 200, description = "It works", body = OkResponse))
)]
pub(crate) async fn show_ok() -> Json<OkResponse> {
    Json(OkResponse { ok: true })
}

/// Show an error to people
///
/// A page for those whose link was bad and named no other page.
#[utoipa::path(
    get,
    path = "/api/auth/error",
    tag = "better-auth",
    params(ErrorPageQuery),
    responses((status = 200, description = "A page", content_type = "text/html", body = String))
)]
pub(crate) async fn show_error(query: QueryPairs) -> Html<String> {
    let member = |wanted| query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    Html(error_page(member("error").as_deref().unwrap_or_default()))
}

/// What is said where nothing better is known.
const GENERAL: &str =
    "We encountered an unexpected error. Please try again or return to the home page.";

fn error_page(code: &str) -> String {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let is_word = (1..=64).contains(&code.len()) && code.bytes().all(is_letter);
    let code = if is_word { code } else { "UNKNOWN" };
    let sentence = sentence(code);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Error</title>\n</head>\n<body>\n<h1>Something went wrong</h1>\n\
         <p>Code: <code>{code}</code></p>\n<p>{sentence}</p>\n\
         <p><a href=\"/\">Home</a></p>\n</body>\n</html>\n"
    )
}

/// What a code means. Only codes that a link of ours can lead here with have
/// sentences: whoever makes up an address must not make up what we say.
fn sentence(code: &str) -> &'static str {
    let known = |word: Word| word.code == code;
    match code {
        _ if known(codes::INVALID_TOKEN) => "This link is not valid, or was used already.",
        _ if known(codes::TOKEN_EXPIRED) => "This link is too old. Please ask for a new one.",
        _ if known(codes::USER_NOT_FOUND) => "The account of this link does not exist any more.",
        _ if known(codes::INVALID_USER) => "This link is for another account than yours.",
        _ => GENERAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_address_becomes_html() {
        for code in ["A<b>", "", "a b", "don't", "\u{e9}", &"A".repeat(65)] {
            let page = error_page(code);
            assert!(page.contains("<code>UNKNOWN</code>") && page.contains(GENERAL), "{page}");
        }
        assert!(error_page(&"A".repeat(64)).contains(&"A".repeat(64)));
    }

    #[test]
    fn a_code_that_links_lead_here_with_is_explained() {
        for word in
            [codes::INVALID_TOKEN, codes::TOKEN_EXPIRED, codes::USER_NOT_FOUND, codes::INVALID_USER]
        {
            let page = error_page(word.code);
            assert!(page.contains(word.code) && !page.contains(GENERAL), "{page}");
        }
    }
}
