//! Patterns of trusted origins, as Better Auth's users write them.
//!
//! | pattern | trusts |
//! | --- | --- |
//! | `https://app.example.com` | this origin |
//! | `https://*.example.com`, `http://localhost:*` | origins that fit as a whole |
//! | `app.example.com`, `*.example.com` | sites by `http` or `https` whose host and port fit |
//! | `myapp://`, `myapp://host/path` | the app of that scheme: everything, or from that path on |
//! | `exp://192.168.*.*:*/**` | an app's places whose host and path fit |
//!
//! `*` and `**` are any run of characters, `?` is any one. Unlike upstream a
//! wildcard stays within its part: what fits a host cannot reach into a path.

use super::address::{Address, Place, Site};

/// One pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Matched on the origin of a site.
    Origin(String),
    /// Matched on the host and port of a site.
    Host(String),
    /// Everything at and below a place of an app.
    Below(Place),
    /// Matched on host and path of a place of an app, within its scheme.
    Places(Place),
}

impl Pattern {
    /// Reads a pattern; `None` when nothing can ever fit it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let has_wildcard = text.contains(['*', '?']);
        let Some((scheme, rest)) = text.split_once("://") else {
            let is_host = !text.is_empty() && !text.contains(['/', '\\', '@', ' ']);
            return is_host.then(|| Self::Host(text.to_lowercase()));
        };
        if !has_wildcard {
            return match Address::parse(text)? {
                // A path is no part of an origin: whoever wrote one expects
                // less than the whole site to be trusted.
                Address::Web(site) => {
                    let is_whole = !rest.trim_end_matches('/').contains(['/', '#', '@']);
                    is_whole.then_some(Self::Origin(site.origin))
                }
                Address::App(place) => Some(Self::Below(place)),
            };
        }
        let scheme = scheme.to_ascii_lowercase();
        if scheme.contains(['*', '?']) || matches!(scheme.as_str(), "http" | "https") {
            let rest = rest.strip_suffix('/').unwrap_or(rest).to_lowercase();
            return (!rest.contains('/')).then(|| Self::Origin(format!("{scheme}://{rest}")));
        }
        // Asking for an empty place tells whether the scheme may be one.
        let Some(Address::App(_)) = Address::parse(&format!("{scheme}://")) else {
            return None;
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (authority, path) = (authority.to_lowercase(), path.to_owned());
        Some(Self::Places(Place { scheme, authority, path }))
    }

    /// Whether an address fits.
    pub(super) fn matches(&self, address: &Address) -> bool {
        match (self, address) {
            (Self::Origin(pattern), Address::Web(Site { origin, .. })) => fits(pattern, origin),
            (Self::Host(pattern), Address::Web(Site { host, .. })) => fits(pattern, host),
            (Self::Below(pattern), Address::App(place)) => is_below(pattern, place),
            (Self::Places(pattern), Address::App(place)) => is_among(pattern, place),
            _ => false,
        }
    }
}

fn is_below(pattern: &Place, place: &Place) -> bool {
    let rest = place.path.strip_prefix(pattern.path.as_str());
    place.scheme == pattern.scheme
        && (pattern.authority.is_empty() || place.authority == pattern.authority)
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_among(pattern: &Place, place: &Place) -> bool {
    // `/**` is any path, the empty one too.
    let is_any_path = matches!(pattern.path.as_str(), "" | "/" | "/**");
    place.scheme == pattern.scheme
        && fits(&pattern.authority, &place.authority)
        && (is_any_path || fits(&pattern.path, &place.path))
}

/// Whether a text is what a pattern says, from end to end. Takes time in
/// proportion to the product of their lengths at worst.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // Where the last `*` is, and how far into the text it may reach so far.
    let mut star = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(&c) if c == '?' || c == text[read] => (at, read) = (at + 1, read + 1),
            _ => {
                let Some((place, reach)) = star else { return false };
                star = Some((place, reach + 1));
                (at, read) = (place + 1, reach + 1);
            }
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, fitting: &[&str], others: &[&str]) {
        let parsed = Pattern::parse(pattern).expect("a test pattern");
        let fits = |text: &str| Address::parse(text).is_some_and(|a| parsed.matches(&a));
        for text in fitting {
            assert!(fits(text), "{pattern} {text}");
        }
        for text in others {
            assert!(!fits(text), "{pattern} {text}");
        }
    }

    #[test]
    fn an_origin_is_itself_alone() {
        check(
            "https://App.example.com:443/",
            &["https://app.example.com", "https://app.example.com/any/path?x"],
            &[
                "http://app.example.com",
                "https://app.example.com:8443",
                "https://app.example.com.evil.example",
                "https://evil.example/app.example.com",
                "https://app.example.com@evil.example",
                "https://evilapp.example.com",
                "https://example.com",
                "ws://app.example.com",
                "ftp://app.example.com",
                "javascript://app.example.com/%0aalert(1)",
                "blob:https://app.example.com/1",
            ],
        );
    }

    #[test]
    fn wildcards_of_an_origin_stay_within_it() {
        check(
            "https://*.example.com",
            &["https://a.example.com", "https://a.b.example.com/x", "https://A.EXAMPLE.COM"],
            &[
                "https://example.com",
                "http://a.example.com",
                "https://a.example.com:8443",
                "https://a.example.com.evil.example",
                "https://evil.example/.example.com",
                "https://evil.example#.example.com",
                "https://evil.example?.example.com",
                "https://evil.example\\.example.com",
                "https://x@evil.example:443/.example.com",
                "https://evilexample.com",
            ],
        );
        check(
            "http://localhost:*",
            &["http://localhost:3000", "http://localhost:8080/x"],
            &["http://localhost", "http://localhost.evil.example:80", "https://localhost:3000"],
        );
        check("*://a.example", &["http://a.example", "https://a.example"], &["myapp://a.example"]);
        check(
            "https://app-??.example.com",
            &["https://app-01.example.com"],
            &["https://app-1.example.com"],
        );
    }

    #[test]
    fn a_host_is_trusted_by_any_web_scheme() {
        check(
            "*.example.com",
            &["https://a.example.com", "http://a.b.example.com"],
            &[
                "https://example.com",
                "https://a.example.com:8443",
                "https://evil.example/a.example.com",
                "javascript://a.example.com/%0aalert(1)",
                "myapp://a.example.com",
                "ftp://a.example.com",
            ],
        );
        check(
            "localhost:3000",
            &["http://localhost:3000"],
            &["http://localhost", "http://localhost:30001"],
        );
        check(
            "192.168.*.*:*",
            &["http://192.168.1.5:8000"],
            &["http://192.168.1.5", "http://10.0.0.1:80"],
        );
        check("**", &["https://evil.example"], &["myapp://x"]);
    }

    #[test]
    fn an_app_is_trusted_by_its_scheme() {
        check(
            "myapp://",
            &["myapp://", "myapp://any/where?x", "MYAPP://x", "myapp:/x", "myapp:x", "myapp:///x"],
            &["myapp2://", "my://app", "https://myapp", "myapp"],
        );
        check(
            "myapp://host/cb",
            &[
                "myapp://host/cb",
                "myapp://HOST/cb/more",
                "myapp://host/x/../cb",
                "myapp://host//cb/",
            ],
            &[
                "myapp://host",
                "myapp://host/cbx",
                "myapp://host/cb/../evil",
                "myapp://host/cb/%2e%2e/evil",
                "myapp://host/cb/%252e%252e/evil",
                "myapp://host.evil/cb",
                "myapp://x@host/cb",
                "myapp://evil/cb",
                "myapp://host/CB",
            ],
        );
        check(
            "myapp://host/cb/",
            &["myapp://host/cb", "myapp://host/cb/", "myapp://host/cb/more"],
            &["myapp://host/", "myapp://host/cbx"],
        );
    }

    #[test]
    fn wildcards_of_an_app_stay_within_their_part() {
        check(
            "exp://192.168.*.*:*/**",
            &["exp://192.168.1.5:8081/--/x", "exp://192.168.1.5:8081/", "exp://192.168.1.5:8081"],
            &[
                "exp://10.0.0.1:8081/",
                "exp://192.168.1.5/",
                "exp://192.168.evil.example/x.y:1/z",
                "exp://192.168.1.1:80@evil.example:1/",
                "http://192.168.1.5:8081/",
                "exps://192.168.1.5:8081/",
            ],
        );
        check("exp://*/cb", &["exp://any.host:1/cb"], &["exp://any/cb/x", "exp://any/x/../cbx"]);
    }

    #[test]
    fn what_nothing_can_fit_is_no_pattern() {
        for text in [
            "",
            " ",
            "https://",
            "https://a.example/path",
            "https://a.example/#x",
            "https://user@a.example",
            "https://*.example.com/path",
            "javascript://*",
            "data://*",
            "file://**",
            "javascript://",
            "a/b",
            "user@a.example",
            "1a://*",
        ] {
            assert_eq!(Pattern::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn runs_of_wildcards_do_not_take_for_ever() {
        let text = "a".repeat(2_000);
        assert!(!fits(&format!("{}b", "*a".repeat(500)), &text));
        assert!(fits(&"*".repeat(500), &text));
        assert!(fits("", "") && fits("*", "") && !fits("?", "") && !fits("", "a"));
    }
}
