//! `Set-Cookie`: one line a cookie, attributes in Better Auth's order.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Cookies, Issued, Lifetime};

const SET_AUTH_TOKEN: HeaderName = HeaderName::from_static("set-auth-token");

/// What JavaScript's `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Gives the browser a session, and other programs its token.
pub(super) fn set(cookies: Cookies, issued: &Issued, headers: &mut HeaderMap) {
    let token = issued.token.expose();
    let max_age = match issued.lifetime {
        Lifetime::Seconds(seconds) => Some(seconds),
        Lifetime::Browser { .. } => None,
    };
    append(headers, &line(cookies, cookies.session_token(), (token, max_age)));
    if let Lifetime::Browser { mark } = &issued.lifetime {
        append(headers, &line(cookies, cookies.dont_remember(), (mark.expose(), None)));
    }
    if let Some(value) = header_value(token) {
        headers.insert(SET_AUTH_TOKEN, value);
        expose(headers, SET_AUTH_TOKEN);
    }
}

/// Takes all cookies of a session from the browser.
pub(super) fn clear(cookies: Cookies, headers: &mut HeaderMap) {
    for name in [cookies.session_token(), cookies.session_data(), cookies.dont_remember()] {
        clear_one(cookies, name, headers);
    }
}

/// Takes one cookie from the browser.
pub(super) fn clear_one(cookies: Cookies, name: &str, headers: &mut HeaderMap) {
    append(headers, &line(cookies, name, ("", Some(0))));
}

fn line(cookies: Cookies, name: &str, (value, max_age): (&str, Option<i64>)) -> String {
    let value = utf8_percent_encode(value, COMPONENT);
    let max_age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if cookies.is_secure { "; Secure" } else { "" };
    format!("{name}={value}{max_age}; Path=/; HttpOnly{secure}; SameSite=Lax")
}

fn append(headers: &mut HeaderMap, line: &str) {
    if let Some(value) = header_value(line) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// What is written here is ASCII by construction, so there always is one. It
/// is marked so that nothing that prints headers prints it.
fn header_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Lets scripts of other origins read one more header, in one combined line:
/// the policy for other origins has a list of its own, and where it does not
/// apply there is none.
pub(crate) fn expose(headers: &mut HeaderMap, name: HeaderName) {
    let lines = headers.get_all(header::ACCESS_CONTROL_EXPOSE_HEADERS);
    let mut names: Vec<_> = lines
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if !names.iter().any(|listed| listed.eq_ignore_ascii_case(name.as_str())) {
        names.push(name.as_str());
    }
    if let Ok(list) = HeaderValue::from_str(&names.join(",")) {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, list);
    }
}

#[cfg(test)]
mod tests {
    use rondo_domain::Secret;

    use super::{super::SessionCookie, *};

    const TOKEN: &str =
        "IU6GxIE9R8pXl0dHvMvYUJKEdHxzJzqN.MfFOJFzWLmfGvbGdXk+4/MnEZDSOLsgSSNTnPVYnMBo=";
    const ENCODED: &str =
        "IU6GxIE9R8pXl0dHvMvYUJKEdHxzJzqN.MfFOJFzWLmfGvbGdXk%2B4%2FMnEZDSOLsgSSNTnPVYnMBo%3D";

    fn written(public_origin: &str, cookie: &SessionCookie) -> HeaderMap {
        let mut headers = HeaderMap::new();
        cookie.write(Cookies::new(public_origin), &mut headers);
        headers
    }

    fn lines(headers: &HeaderMap) -> Vec<&str> {
        let lines = headers.get_all(header::SET_COOKIE).iter();
        lines.map(|line| line.to_str().expect("a cookie is text")).collect()
    }

    fn issued(lifetime: Lifetime) -> SessionCookie {
        SessionCookie::Set(Issued { token: Secret::new(TOKEN.to_owned()), lifetime })
    }

    #[test]
    fn a_remembered_session_has_one_cookie_that_lasts() {
        let headers = written("http://localhost:8000", &issued(Lifetime::Seconds(604_800)));
        let line = format!(
            "better-auth.session_token={ENCODED}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"
        );
        assert_eq!(lines(&headers), [line]);
    }

    #[test]
    fn another_session_ends_with_the_browser_and_says_so() {
        let mark = Secret::new("true.a+b=".to_owned());
        let headers = written("https://tasks.example.com", &issued(Lifetime::Browser { mark }));
        assert_eq!(
            lines(&headers),
            [
                &format!(
                    "__Secure-better-auth.session_token={ENCODED}; Path=/; HttpOnly; Secure; \
                     SameSite=Lax"
                ),
                "__Secure-better-auth.dont_remember=true.a%2Bb%3D; Path=/; HttpOnly; Secure; \
                 SameSite=Lax"
            ]
        );
    }

    #[test]
    fn clearing_takes_every_cookie_and_gives_no_token() {
        let headers = written("http://localhost:8000", &SessionCookie::Clear);
        let line = |name| format!("{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(
            lines(&headers),
            [
                line("better-auth.session_token"),
                line("better-auth.session_data"),
                line("better-auth.dont_remember")
            ]
        );
        assert!(!headers.contains_key(SET_AUTH_TOKEN));
        assert!(!headers.contains_key(header::ACCESS_CONTROL_EXPOSE_HEADERS));
    }

    #[test]
    fn programs_without_cookies_read_the_token_from_a_header() {
        let headers = written("http://localhost:8000", &issued(Lifetime::Seconds(1)));
        assert_eq!(headers[SET_AUTH_TOKEN], TOKEN);
        assert_eq!(headers[header::ACCESS_CONTROL_EXPOSE_HEADERS], "set-auth-token");
        assert!(!format!("{headers:?}").contains("IU6GxIE9R8pXl0dHvMvYUJKEdHxzJzqN"));
    }

    #[test]
    fn readable_headers_are_listed_in_one_line() {
        let name = header::ACCESS_CONTROL_EXPOSE_HEADERS;
        for (sent, expected) in [
            (&[][..], "set-auth-token"),
            (&["retry-after,Set-Auth-Token, etag"], "retry-after,Set-Auth-Token,etag"),
            (&["retry-after", "set-auth-jwt"], "retry-after,set-auth-jwt,set-auth-token"),
            (&[" , "], "set-auth-token"),
        ] {
            let mut headers = HeaderMap::new();
            for line in sent {
                headers.append(&name, HeaderValue::from_static(line));
            }
            expose(&mut headers, SET_AUTH_TOKEN);
            let lines: Vec<_> = headers.get_all(&name).iter().collect();
            assert_eq!(lines, [expected], "{sent:?}");
        }
    }
}
