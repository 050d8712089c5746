//! Tokens for other services, and the service itself.

use std::fmt::Write as _;

use axum::{
    Json,
    extract::State,
    response::{Html, IntoResponse, Response},
};
use rondo_app::{App, accounts::sessions};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::{
    better_auth::{AuthError, CurrentSession},
    extract::QueryPairs,
    openapi::schemas::better_auth::{ErrorPageQuery, KeySetResponse},
};

/// How much of a sentence the page about errors shows, in characters.
const MAX_DESCRIPTION_CHARS: usize = 500;

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
pub(crate) async fn get_key_set(State(app): State<App>) -> Result<Json<Value>, AuthError> {
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
    Html(error_page(
        member("error").as_deref().unwrap_or_default(),
        member("error_description").as_deref().unwrap_or_default(),
    ))
}

fn error_page(code: &str, description: &str) -> String {
    let is_word = |code: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-'".contains(&byte);
        (1..=100).contains(&code.len()) && code.bytes().all(is_letter)
    };
    let code = if is_word(code) { code } else { "UNKNOWN" };
    let description = match description {
        "" => "We encountered an unexpected error. Please try again or return to the home page.",
        description => description,
    };
    let description = escaped(description);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Error</title>\n</head>\n<body>\n<h1>Something went wrong</h1>\n\
         <p>Code: <code>{}</code></p>\n<p>{description}</p>\n\
         <p><a href=\"/\">Home</a></p>\n</body>\n</html>\n",
        escaped(code)
    )
}

/// Text that cannot be read as HTML, and not too much of it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars().take(MAX_DESCRIPTION_CHARS) {
        match letter {
            '<' | '>' | '&' | '"' | '\'' => {
                // Writing to a `String` cannot fail.
                let _ = write!(safe, "&#{};", u32::from(letter));
            }
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_address_becomes_html() {
        let page = error_page("A<b>", "<script>alert('1')</script> & \"more\"");
        assert!(page.contains("<code>UNKNOWN</code>"), "{page}");
        assert!(page.contains("&#60;script&#62;alert(&#39;1&#39;)"), "{page}");
        assert!(page.contains(" &#38; &#34;more&#34;"), "{page}");
        assert!(!page.contains("<script"), "{page}");
    }

    #[test]
    fn a_page_is_small_whatever_is_in_its_address() {
        let page = error_page(&"A".repeat(101), &"é".repeat(10_000));
        assert!(page.contains("<code>UNKNOWN</code>"));
        assert_eq!(page.matches('é').count(), MAX_DESCRIPTION_CHARS);
    }
}
