//! Who may come in: the one place where it is decided for MCP over HTTP.

use std::sync::Arc;

use axum::http::{HeaderMap, header, request::Parts};
use rondo_app::{Error, Why, auth};
use rondo_domain::Actor;

use crate::http::{
    error::ApiError,
    extract::{bearer, check_declared},
    middleware::RequestRecord,
    state::HttpState,
};

/// Lets in who comes by a name of ours, from no page of a stranger's, and with
/// a token.
///
/// Only a token counts: a cookie goes along with whatever page a browser is on,
/// and demo mode is for people who look around.
pub(super) async fn admit(parts: &Parts, state: &HttpState) -> Result<Actor, ApiError> {
    let (app, headers) = (state.app(), &parts.headers);
    if !state.origins().is_own_host(headers) {
        return Err(ApiError::ForeignHost);
    }
    if !state.origins().is_own_page(headers) {
        return Err(ApiError::InvalidOrigin);
    }
    let token = bearer(headers)?.ok_or(Error::Unauthenticated(Why::NoToken))?;
    let actor = auth::authenticate(app, token).await?.actor;
    if let Some(record) = parts.extensions.get::<Arc<RequestRecord>>() {
        record.note_user(&actor.user_id);
    }
    auth::count_program_request(app, &actor)?;
    if !accepts_json(headers) {
        return Err(ApiError::NotAcceptable);
    }
    check_declared(headers)?;
    Ok(actor)
}

/// Whether the client takes JSON, which is all that it gets. The protocol has
/// it accept streams of events too; there is no reason to insist.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut sent = headers.get_all(header::ACCEPT).iter().peekable();
    if sent.peek().is_none() {
        return true;
    }
    let kinds = sent.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let accepted = kinds.filter(|kind| !is_refused(kind));
    let mut names = accepted.filter_map(|kind| kind.split(';').next()).map(str::trim);
    names.any(|name| {
        ["application/json", "application/*", "*/*"].iter().any(|k| name.eq_ignore_ascii_case(k))
    })
}

/// Whether a kind of answer is named only to say that it is not wanted.
fn is_refused(kind: &str) -> bool {
    kind.split(';').skip(1).filter_map(|part| part.split_once('=')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("q") && value.trim().parse().is_ok_and(|q: f32| q <= 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_what_has_to_be_accepted() {
        for (accept, accepted) in [
            ("application/json, text/event-stream", true),
            ("text/event-stream,Application/JSON;q=0.1", true),
            ("*/*", true),
            ("application/*;q=0.5", true),
            ("text/event-stream", false),
            ("text/html", false),
            ("application/json;q=0", false),
            ("application/jsonl", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().expect("a test header"));
            assert_eq!(accepts_json(&headers), accepted, "{accept:?}");
        }
        assert!(accepts_json(&HeaderMap::new()));
    }
}
