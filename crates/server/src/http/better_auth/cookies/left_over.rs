//! What a Better Auth server that was here before left in a browser: a copy of
//! its session, in one cookie, or in several that are numbered from 0 on.
//!
//! We neither read nor write such a copy. A front end may read it and show
//! somebody who is long gone, so it is taken from the browser.

use axum::http::HeaderMap;

use super::{Cookies, SessionCookie, read, write};

/// How many parts of a copy are taken away in one answer. A browser sends no
/// more than a few: each is as large as a cookie may be.
const MAX_PARTS: usize = 8;

/// The names of the cookies that hold a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOver(Vec<String>);

impl LeftOver {
    /// What a request shows of it; `None` when there is nothing.
    pub(crate) fn of(cookies: Cookies, headers: &HeaderMap) -> Option<Self> {
        let found = read::names(headers).filter(|name| is_part(cookies, name)).take(MAX_PARTS);
        let mut names: Vec<_> = found.map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        (!names.is_empty()).then_some(Self(names))
    }

    /// Takes it from the browser, as far as what happens to the session does
    /// not do that anyway.
    pub(crate) fn write(
        &self,
        cookies: Cookies,
        session: Option<&SessionCookie>,
        headers: &mut HeaderMap,
    ) {
        let is_clearing = matches!(session, Some(SessionCookie::Clear));
        for name in &self.0 {
            if !is_clearing || name != cookies.session_data() {
                write::clear_one(cookies, name, headers);
            }
        }
    }
}

fn is_part(cookies: Cookies, name: &str) -> bool {
    name.strip_prefix(cookies.session_data()).is_some_and(|rest| {
        let number = rest.strip_prefix('.').map(str::parse::<u8>);
        // What is written in another way, such as `.01`, is somebody else's.
        rest.is_empty() || matches!(number, Some(Ok(number)) if rest == format!(".{number}"))
    })
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    const HTTP: &str = "http://localhost:8000";

    fn of(public_origin: &str, line: &str) -> Option<LeftOver> {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(line).expect("a test header"));
        LeftOver::of(Cookies::new(public_origin), &headers)
    }

    fn check(line: &str, expected: &[&str]) {
        let found = of(HTTP, line).map(|LeftOver(names)| names).unwrap_or_default();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn a_copy_is_found_whole_or_in_parts() {
        check("better-auth.session_data=x", &["better-auth.session_data"]);
        check("a=b; better-auth.session_data=; c=d", &["better-auth.session_data"]);
        check(
            "better-auth.session_data=x; better-auth.session_data=y",
            &["better-auth.session_data"],
        );
        check(
            "better-auth.session_data.0=x; better-auth.session_data.1=y",
            &["better-auth.session_data.0", "better-auth.session_data.1"],
        );
        let many: Vec<_> = (0..100).map(|n| format!("better-auth.session_data.{n}=x")).collect();
        assert_eq!(of(HTTP, &many.join("; ")).map(|LeftOver(names)| names.len()), Some(MAX_PARTS));
    }

    #[test]
    fn other_cookies_are_left_alone() {
        for line in [
            "",
            "better-auth.session_token=x",
            "better-auth.session_data",
            "better-auth.session_datax=y",
            "better-auth.session_data.=x",
            "better-auth.session_data.01=x",
            "better-auth.session_data.+1=x",
            "better-auth.session_data.1x=x",
            "better-auth.session_data.1\"x=x",
            "__Secure-better-auth.session_data=x",
        ] {
            check(line, &[]);
        }
        assert!(of("https://a.example", "__Secure-better-auth.session_data=x").is_some());
        assert!(of("https://a.example", "better-auth.session_data=x").is_none());
    }

    #[test]
    fn it_is_taken_away_once() {
        let left_over = of(HTTP, "better-auth.session_data=x; better-auth.session_data.0=x");
        let left_over = left_over.expect("it is there");
        let lines = |session: Option<&SessionCookie>| {
            let mut headers = HeaderMap::new();
            left_over.write(Cookies::new(HTTP), session, &mut headers);
            let lines = headers.get_all(header::SET_COOKIE).iter();
            lines
                .map(|line| line.to_str().expect("a cookie is text").to_owned())
                .collect::<Vec<_>>()
        };
        let whole = "better-auth.session_data=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax";
        let part = whole.replace("data=", "data.0=");
        assert_eq!(lines(None), [whole, &part] as [&str; 2]);
        assert_eq!(lines(Some(&SessionCookie::Clear)), [part.as_str()]);
    }
}
