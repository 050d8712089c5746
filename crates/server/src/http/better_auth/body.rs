//! Bodies: JSON, on some routes a form too, or none at all.
//!
//! What type a body may have is decided before it is looked at: a page of
//! another origin can make a browser send a form, plain text or bytes of no
//! type without asking. No type that contains the one of JSON is among those.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
};
use serde_json::{Map, Value};

use super::AuthError;
use crate::http::{HttpSettings, extract};

/// How much of a type that was refused is told back.
const SHOWN_CHARS: usize = 100;
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// What some programs write in front of text to say that it is UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The types of a body that a route takes, in the order they are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepted {
    /// JSON.
    Json,
    /// A form too: it works in a page without scripts.
    FormToo,
}

impl Accepted {
    const fn types(self) -> &'static [&'static str] {
        match self {
            Self::Json => &[JSON],
            Self::FormToo => &[FORM, JSON],
        }
    }
}

/// Reads a body to its end; `None` when it is empty. One that has no type is
/// as good as none, as upstream: clients without anything to say send `{}` so.
pub(super) async fn receive(
    headers: &HeaderMap,
    body: Body,
    accepted: Accepted,
    settings: &HttpSettings,
) -> Result<Option<Value>, AuthError> {
    let bytes = extract::read_body(body, settings).await?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let value = match declared(headers, accepted)? {
        None => return Ok(None),
        Some(FORM) => form(&bytes),
        Some(_) => {
            let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
            extract::parse_json(text)?
        }
    };
    Ok(Some(value))
}

/// Which of the accepted types the body is declared to have; `None` when it is
/// not declared.
fn declared(headers: &HeaderMap, accepted: Accepted) -> Result<Option<&'static str>, AuthError> {
    let mut sent = headers.get_all(header::CONTENT_TYPE).iter();
    let (first, second) = (sent.next(), sent.next());
    let text = first.map(HeaderValue::as_bytes).map(String::from_utf8_lossy).unwrap_or_default();
    if text.trim().is_empty() && second.is_none() {
        return Ok(None);
    }
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // Upstream is content with a part of the type, such as `application/json-seq`.
    let is_sent = |kind: &&&str| essence == **kind || (**kind == JSON && essence.contains(JSON));
    match (accepted.types().iter().find(is_sent), second) {
        (Some(kind), None) => Ok(Some(kind)),
        _ => Err(refusal(&text, accepted)),
    }
}

fn refusal(sent: &str, accepted: Accepted) -> AuthError {
    let shown: String = sent.chars().take(SHOWN_CHARS).collect();
    let allowed = accepted.types().join(", ");
    AuthError::MediaType(format!(
        "Content-Type \"{shown}\" is not allowed. Allowed types: {allowed}"
    ))
}

/// All values of a form are text; of a name that comes twice the last counts.
fn form(bytes: &[u8]) -> Value {
    let pairs = url::form_urlencoded::parse(bytes);
    let pairs = pairs.map(|(name, value)| (name.into_owned(), Value::from(value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use axum::{http::StatusCode, response::IntoResponse};
    use serde_json::json;

    use super::*;

    async fn send(kinds: &[&str], body: &str, accepted: Accepted) -> Result<Option<Value>, String> {
        let mut headers = HeaderMap::new();
        for kind in kinds {
            let kind = HeaderValue::from_bytes(kind.as_bytes()).expect("a test header");
            headers.append(header::CONTENT_TYPE, kind);
        }
        let body = Body::from(body.to_owned());
        let settings = HttpSettings { body_limit_bytes: 100, ..HttpSettings::default() };
        let received = receive(&headers, body, accepted, &settings).await;
        received.map_err(|error| match error {
            AuthError::MediaType(sentence) => sentence,
            other => other.into_response().status().as_u16().to_string(),
        })
    }

    #[tokio::test]
    async fn json_is_read_and_an_empty_body_is_none() {
        for kind in [
            JSON,
            "Application/JSON; charset=utf-8",
            "application/json ; a=b",
            "application/json-seq",
            "application/jsonx",
            "text/application/json",
            "application/json, text/plain",
        ] {
            let read = send(&[kind], "{\"a\":[1]}", Accepted::Json).await;
            assert_eq!(read, Ok(Some(json!({"a": [1]}))), "{kind}");
        }
        for kinds in [&[][..], &["text/plain"], &[JSON]] {
            assert_eq!(send(kinds, "", Accepted::Json).await, Ok(None), "{kinds:?}");
        }
    }

    #[tokio::test]
    async fn a_form_is_read_where_it_may_be() {
        let form = "email=a%40b.co&password=x+y&email=c%40d.co&rememberMe=false";
        assert_eq!(
            send(&[FORM], form, Accepted::FormToo).await,
            Ok(Some(json!({"email": "c@d.co", "password": "x y", "rememberMe": "false"})))
        );
        assert_eq!(
            send(&[FORM], form, Accepted::Json).await.unwrap_err(),
            "Content-Type \"application/x-www-form-urlencoded\" is not allowed. \
             Allowed types: application/json"
        );
    }

    #[tokio::test]
    async fn other_types_are_refused_before_they_are_read() {
        for kind in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/merge-patch+json",
            "text/plain; application/json",
            "application/x-www-form-urlencoded-x",
            "ünknown",
            ";application/json",
        ] {
            assert_eq!(
                send(&[kind], "not json", Accepted::FormToo).await.unwrap_err(),
                format!(
                    "Content-Type \"{kind}\" is not allowed. \
                     Allowed types: application/x-www-form-urlencoded, application/json"
                )
            );
        }
        assert!(send(&[JSON, JSON], "{}", Accepted::Json).await.is_err());
        let long = send(&[&"x".repeat(5000)], "{}", Accepted::Json).await.unwrap_err();
        assert!(long.len() < 200, "{long}");
    }

    #[tokio::test]
    async fn a_body_without_a_type_is_no_body() {
        for kinds in [&[][..], &[""], &[" "]] {
            for body in ["{}", "{\"token\":\"x\"}", "not json"] {
                for accepted in [Accepted::Json, Accepted::FormToo] {
                    assert_eq!(send(kinds, body, accepted).await, Ok(None), "{kinds:?} {body}");
                }
            }
        }
        assert!(send(&["", JSON], "{}", Accepted::Json).await.is_err());
        let status = StatusCode::PAYLOAD_TOO_LARGE.as_u16().to_string();
        assert_eq!(send(&[], &"x".repeat(101), Accepted::Json).await, Err(status));
    }

    #[tokio::test]
    async fn a_byte_order_mark_is_passed_over() {
        let read = send(&[JSON], "\u{feff}{\"a\":1}", Accepted::Json).await;
        assert_eq!(read, Ok(Some(json!({"a": 1}))));
        for body in ["\u{feff}", "\u{feff}\u{feff}{}", "{}\u{feff}"] {
            let status = StatusCode::BAD_REQUEST.as_u16().to_string();
            assert_eq!(send(&[JSON], body, Accepted::Json).await, Err(status), "{body:?}");
        }
    }

    #[tokio::test]
    async fn what_is_not_json_or_too_long_is_refused() {
        for body in ["{", " ", "{\"a\":NaN}", &"[".repeat(99)] {
            let status = StatusCode::BAD_REQUEST.as_u16().to_string();
            assert_eq!(send(&[JSON], body, Accepted::Json).await, Err(status), "{body}");
        }
        let status = StatusCode::PAYLOAD_TOO_LARGE.as_u16().to_string();
        assert_eq!(send(&[JSON], &"x".repeat(101), Accepted::Json).await, Err(status));
    }
}
