//! Sending a browser on: the answer to a link in a mail.
//!
//! Where it may lead was checked when the request was read.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::{
    Position, Url,
    form_urlencoded::{byte_serialize, parse},
};

use super::AuthError;
use crate::http::error::ApiError;

/// What may not stand in a header as it is; other signs keep their meaning.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// Sends the browser to an address, relative or absolute as it is given.
pub(crate) fn found(address: &str) -> Response {
    match location(address) {
        Some(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        None => AuthError::from(ApiError::NoRoute).into_response(),
    }
}

/// An address as it may stand in a header; `None` for what is none.
pub(crate) fn location(address: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(utf8_percent_encode(address, UNSAFE).to_string()).ok()
}

/// The address with a parameter in its query, in front of a fragment, written
/// as browsers write it. One of the same name is replaced: the page behind it
/// would read the old one.
pub(crate) fn with_parameter(address: &str, name: &str, value: &str) -> String {
    let address = normalised(address);
    let (rest, fragment) = match address.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (&*address, None),
    };
    let (page, query) = rest.split_once('?').unwrap_or((rest, ""));
    let is_other = |part: &&str| parse(part.as_bytes()).all(|(key, _)| key != name);
    let parts: Vec<_> = query.split('&').filter(|part| !part.is_empty()).collect();
    let place = parts.iter().position(|part| !is_other(part)).unwrap_or(parts.len());
    let value: String = byte_serialize(value.as_bytes()).collect();
    let parameter = format!("{name}={value}");
    let mut parts: Vec<_> = parts.into_iter().filter(is_other).collect();
    parts.insert(place, &parameter);
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{page}?{}{fragment}", parts.join("&"))
}

/// The address as browsers write it: `/` for no path, `/b` for `/a/../b`, the
/// host in lower case. A path that came out with two slashes in front would
/// name a host, so such a one stays as it is.
fn normalised(address: &str) -> Cow<'_, str> {
    let unchanged = Cow::Borrowed(address);
    if !address.starts_with('/') {
        return Url::parse(address).map_or(unchanged, |url| Cow::Owned(url.into()));
    }
    let anywhere = Url::parse("http://anywhere.invalid").expect("this is an address");
    match anywhere.join(address) {
        Ok(url) if url.origin() == anywhere.origin() && !url.path().starts_with("//") => {
            Cow::Owned(url[Position::BeforePath..].to_owned())
        }
        _ => unchanged,
    }
}

/// The address from outside: a path belongs to the public origin.
pub(crate) fn absolute(public_origin: &str, address: &str) -> String {
    if !address.starts_with('/') {
        return address.to_owned();
    }
    let joined = Url::parse(public_origin).and_then(|origin| origin.join(address));
    joined.map_or_else(|_| address.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_added_to_the_query() {
        for (address, expected) in [
            ("/ok", "/ok?error=A"),
            ("/ok?", "/ok?error=A"),
            ("/ok?a=b", "/ok?a=b&error=A"),
            ("/ok?a=b&", "/ok?a=b&error=A"),
            ("/ok#f?g", "/ok?error=A#f?g"),
            ("/ok?a=b#f", "/ok?a=b&error=A#f"),
            ("myapp://", "myapp://?error=A"),
            ("myapp://Host/x?a=b#c", "myapp://Host/x?a=b&error=A#c"),
            ("myapp:x", "myapp:x?error=A"),
        ] {
            assert_eq!(with_parameter(address, "error", "A"), expected);
        }
        assert_eq!(with_parameter("/", "token", "a&b=c#d é"), "/?token=a%26b%3Dc%23d+%C3%A9");
    }

    #[test]
    fn a_parameter_that_is_there_already_is_replaced() {
        for (address, expected) in [
            ("/a?token=old&error=x", "/a?token=T&error=x"),
            ("/a?b=c&token=old&token=older&d#f", "/a?b=c&token=T&d#f"),
            ("/a?token", "/a?token=T"),
            ("/a?%74oken=old", "/a?token=T"),
            ("/a?b=token&xtoken=c", "/a?b=token&xtoken=c&token=T"),
            ("/a#?token=old", "/a?token=T#?token=old"),
            ("https://a.example/b?token=old", "https://a.example/b?token=T"),
        ] {
            assert_eq!(with_parameter(address, "token", "T"), expected);
        }
    }

    #[test]
    fn an_address_is_written_as_browsers_write_it() {
        for (address, expected) in [
            ("https://a.example", "https://a.example/?error=A"),
            ("https://a.example?b#c", "https://a.example/?b&error=A#c"),
            ("HTTPS://A.Example:443/x", "https://a.example/x?error=A"),
            ("http://a.example:8080/x", "http://a.example:8080/x?error=A"),
            ("/x/../y", "/y?error=A"),
            ("/ä b?ü", "/%C3%A4%20b?%C3%BC&error=A"),
            ("/a//b", "/a//b?error=A"),
        ] {
            assert_eq!(with_parameter(address, "error", "A"), expected);
        }
    }

    #[test]
    fn a_path_never_becomes_another_host() {
        for address in [
            "/.//evil.example",
            "/..//evil.example",
            "/a/..//evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
        ] {
            let leads_to = with_parameter(address, "error", "A");
            assert_eq!(leads_to, format!("{address}?error=A"));
        }
    }

    #[test]
    fn a_path_belongs_to_the_public_origin() {
        let absolute = |address| absolute("https://tasks.example.com", address);
        assert_eq!(absolute("/reset?a=b#c"), "https://tasks.example.com/reset?a=b#c");
        assert_eq!(absolute("/a/../b"), "https://tasks.example.com/b");
        assert_eq!(absolute("/.//evil.example"), "https://tasks.example.com//evil.example");
        assert_eq!(absolute("https://app.example.org/x"), "https://app.example.org/x");
        assert_eq!(absolute("myapp://x"), "myapp://x");
    }

    #[test]
    fn a_browser_is_sent_where_it_is_told() {
        for (address, expected) in [
            ("/welcome?a=%20b#c", "/welcome?a=%20b#c"),
            ("/ü x", "/%C3%BC%20x"),
            ("/\r\nSet-Cookie: a=b", "/%0D%0ASet-Cookie:%20a=b"),
        ] {
            let response = found(address);
            assert_eq!(response.status(), StatusCode::FOUND);
            assert_eq!(response.headers()[header::LOCATION], expected);
            assert_eq!(response.headers().get_all(header::SET_COOKIE).iter().count(), 0);
        }
    }
}
