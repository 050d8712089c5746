//! `Cookie`: what a browser, or something that is none, sends.
//!
//! The header is everybody's: other programs on the host put theirs beside
//! ours, in bytes that need not be text. What cannot be read is passed over.

use axum::http::{HeaderMap, header};
use percent_encoding::percent_decode;

/// The values of all cookies of a name, percent-decoded, in the order in which
/// they were sent: the most specific path first, as RFC 6265 5.4 has it.
pub(super) fn values<'a>(
    headers: &'a HeaderMap,
    name: &'a str,
) -> impl Iterator<Item = String> + 'a {
    pairs(headers).filter(move |(key, _)| *key == name.as_bytes()).filter_map(|(_, value)| {
        let value = percent_decode(unquoted(value)).decode_utf8().ok()?;
        Some(value.into_owned())
    })
}

/// The names of all cookies, in the order in which they were sent.
pub(super) fn names(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    pairs(headers).filter_map(|(name, _)| str::from_utf8(name).ok())
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    // One header by HTTP/1.1, several when a proxy speaks HTTP/2 to the browser.
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii()))
    })
}

fn unquoted(value: &[u8]) -> &[u8] {
    let inner = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    inner.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(lines: &[&[u8]], expected: &[&str]) {
        let mut headers = HeaderMap::new();
        for line in lines {
            let line = HeaderValue::from_bytes(line).expect("a test header");
            headers.append(header::COOKIE, line);
        }
        assert_eq!(values(&headers, "token").collect::<Vec<_>>(), expected, "{lines:?}");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        check(&[b"token=a"], &["a"]);
        check(&[b"a=b; token=c; d=e"], &["c"]);
        check(&[b"a=b;token=c;d=e"], &["c"]);
        check(&[b" token = a b "], &["a b"]);
        check(&[b"a=b", b"token=c"], &["c"]);
        check(&[b"\xff\xfe=\x80; token=a"], &["a"]);
        check(&[b";;=;===; token=a;"], &["a"]);
    }

    #[test]
    fn values_are_decoded_once_and_quotes_are_taken_off() {
        check(&[b"token=a%2Bb%2F%3D"], &["a+b/="]);
        check(&[b"token=a+b/="], &["a+b/="]);
        check(&[b"token=a%252B"], &["a%2B"]);
        check(&[b"token=\"a%3D\""], &["a="]);
        check(&[b"token=\"a"], &["\"a"]);
        check(&[b"token=\""], &["\""]);
        check(&[b"token=a%zz%"], &["a%zz%"]);
        check(&[b"token="], &[""]);
    }

    #[test]
    fn of_cookies_with_one_name_the_order_is_kept() {
        check(&[b"token=a; token=b", b"token=c"], &["a", "b", "c"]);
    }

    #[test]
    fn other_names_and_what_is_no_text_are_passed_over() {
        for line in [
            &b"Token=a"[..],
            b"xtoken=a",
            b"tokenx=a",
            b"__Secure-token=a",
            b"token",
            b"",
            b"token=\xff",
            b"token=%ff",
            b"a=\"; token\"=b",
        ] {
            check(&[line], &[]);
        }
    }

    #[test]
    fn a_huge_header_is_read_without_harm() {
        let line = b"token=a; ".repeat(10_000);
        check(&[&line], &vec!["a"; 10_000]);
    }
}
