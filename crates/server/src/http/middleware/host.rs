//! The `Host` header: required, once, and the name of a host.
//!
//! hyper does not check it (RFC 9112 3.2 says a server must), and a proxy in
//! front that reads another of two hosts than we do is how requests get
//! smuggled. Nothing in this server is ever built from its value.

use axum::{
    body::Body,
    http::{HeaderValue, Request, Version, header},
};

use super::ApiError;

/// Refuses a request that does not say which host it is for.
pub(super) fn check(request: &Request<Body>) -> Result<(), ApiError> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host) => Ok(()),
        (None, None) if request.version() <= Version::HTTP_10 => Ok(()),
        _ => Err(ApiError::BadHost),
    }
}

/// RFC 3986 3.2.2: a name, an address or an IPv6 address in brackets, and
/// perhaps a port. Neither empty nor with a user.
fn is_host(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    let in_brackets = bytes.first() == Some(&b'[');
    let end = if in_brackets { b']' } else { b':' };
    let end = bytes.iter().position(|byte| *byte == end);
    let (name, port) = match (in_brackets, end) {
        (true, Some(end)) => (&bytes[1..end], &bytes[end + 1..]),
        (true, None) => return false,
        (false, end) => bytes.split_at(end.unwrap_or(bytes.len())),
    };
    let is_valid = if in_brackets { is_address } else { is_name };
    let is_port = match port {
        [] => true,
        [b':', digits @ ..] => digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    !name.is_empty() && name.iter().all(|byte| is_valid(*byte)) && is_port
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'%'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
        )
}

const fn is_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.' | b'%' | b'-' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_host(version: Version, hosts: &[&str], accepted: bool) {
        let mut request = Request::builder().version(version);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        let request = request.body(Body::empty()).expect("a test request");
        assert_eq!(check(&request).is_ok(), accepted, "{version:?} {hosts:?}");
    }

    #[test]
    fn a_host_is_required_once() {
        check_host(Version::HTTP_11, &["example.com"], true);
        check_host(Version::HTTP_11, &[], false);
        check_host(Version::HTTP_11, &["a", "b"], false);
        check_host(Version::HTTP_11, &["a", "a"], false);
        check_host(Version::HTTP_10, &[], true);
        check_host(Version::HTTP_10, &["a", "b"], false);
    }

    #[test]
    fn a_host_is_a_name_or_an_address_with_an_optional_port() {
        for host in ["a", "127.0.0.1:8000", "[::1]", "[::1]:80", "x.example:", "a_b"] {
            check_host(Version::HTTP_11, &[host], true);
        }
        for host in [
            "", ":80", "a:b", "a:123456", "user@a", "a/b", "a b", "[::1", "[]", "[::1]x", "a:1:2",
            "http://a",
        ] {
            check_host(Version::HTTP_11, &[host], false);
        }
    }
}
