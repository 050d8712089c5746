//! What a session is opened on: the address, and the program in its own words.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use rondo_app::accounts::sessions::Device;

use super::ClientAddress;
use crate::http::{error::ApiError, state::HttpState};

/// The device of the client.
pub(crate) struct ClientDevice(pub(crate) Device);

impl FromRequestParts<HttpState> for ClientDevice {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &HttpState,
    ) -> Result<Self, Self::Rejection> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, state).await?;
        Ok(Self(Device { address, user_agent: user_agent(&parts.headers) }))
    }
}

/// What the client calls itself. How much of it is kept is the application's
/// to say.
fn user_agent(headers: &HeaderMap) -> String {
    let sent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    String::from_utf8_lossy(sent.unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_called_what_it_calls_itself() {
        let mut headers = HeaderMap::new();
        assert_eq!(user_agent(&headers), "");
        for (sent, expected) in [(&b"curl/8.5"[..], "curl/8.5"), (b"a\xffb", "a\u{fffd}b")] {
            let sent = HeaderValue::from_bytes(sent).expect("a test header");
            headers.insert(header::USER_AGENT, sent);
            assert_eq!(user_agent(&headers), expected);
        }
    }
}
