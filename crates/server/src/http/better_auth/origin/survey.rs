//! What the rules about origins come to, for whoever sets a server up.
//!
//! The matcher itself is asked with made-up origins, so that what is told here
//! is what happens.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{Address, Pattern, TrustedOrigins, site};

/// A name that nobody can have (RFC 6761).
const NOBODY: &str = "rondo-doctor.invalid";

/// What `*` may stand for. One of them makes a sound address of any pattern
/// that fits one at all.
const FILLINGS: [&str; 4] = ["a", "1", "", "s"];

/// Whom a pattern of trusted origins lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nobody: no browser sends an origin that it fits.
    Nobody,
    /// Those that it says.
    Some,
    /// Also strangers, who can have a page below this domain.
    Strangers(&'static str),
    /// Every page there is.
    Everybody,
}

impl Reach {
    /// Whom this pattern lets in.
    pub(crate) fn of(pattern: &str) -> Self {
        let Some(parsed) = Pattern::parse(pattern) else {
            return Self::Nobody;
        };
        let fits = |origin: &str| Address::parse(origin).is_some_and(|a| parsed.matches(&a));
        let fits_host =
            |host: &str| ["https", "http"].iter().any(|scheme| fits(&format!("{scheme}://{host}")));
        if fits_host(NOBODY) {
            return Self::Everybody;
        }
        if let Some(domain) = site::shared_host(|domain| fits_host(&format!("any.{domain}"))) {
            return Self::Strangers(domain);
        }
        let filled = FILLINGS.map(|filling| pattern.replace('*', filling).replace('?', "a"));
        let is_possible = |text: &String| fits(text) || fits_host(text);
        if filled.iter().any(is_possible) { Self::Some } else { Self::Nobody }
    }
}

/// The origin of an address as browsers send it; `None` for what no page can
/// have for an address.
pub(crate) fn origin_of(address: &str) -> Option<String> {
    match Address::parse(address)? {
        Address::Web(site) => Some(site.origin),
        Address::App(place) => Some(format!("{}://{}", place.scheme, place.authority)),
    }
}

/// Whether a pattern is why an origin is trusted.
pub(crate) fn fits(pattern: &str, origin: &str) -> bool {
    let address = Address::parse(origin);
    let matches = |pattern: Pattern| address.is_some_and(|address| pattern.matches(&address));
    Pattern::parse(pattern).is_some_and(matches)
}

impl TrustedOrigins {
    /// Whether a page of this origin may send a request with a cookie to this
    /// host.
    pub(crate) fn trusts(&self, origin: &str, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        for (name, text) in [(header::ORIGIN, origin), (header::HOST, host)] {
            let Ok(value) = HeaderValue::from_str(text) else { return false };
            headers.insert(name, value);
        }
        self.check(&headers).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpSettings;

    #[test]
    fn it_is_told_whom_a_pattern_lets_in() {
        for (pattern, expected) in [
            ("https://app.example.com", Reach::Some),
            ("https://*.example.com", Reach::Some),
            ("*.example.com", Reach::Some),
            ("app.example.com", Reach::Some),
            ("localhost:*", Reach::Some),
            ("http://localhost:*", Reach::Some),
            ("http://192.168.*.*:3000", Reach::Some),
            ("http*://app.example.com", Reach::Some),
            ("https://app-?.example.com", Reach::Some),
            ("https://my-app-*.vercel.app", Reach::Some),
            ("myapp://", Reach::Some),
            ("MYAPP://", Reach::Some),
            ("myapp:///", Reach::Some),
            ("myapp://host/cb/", Reach::Some),
            ("https://app.example.com/", Reach::Some),
            ("myapp:", Reach::Nobody),
            ("exp://192.168.*.*:*/**", Reach::Some),
            ("https://*.vercel.app", Reach::Strangers("vercel.app")),
            ("*.pages.dev", Reach::Strangers("pages.dev")),
            ("https://*", Reach::Everybody),
            ("http*://*", Reach::Everybody),
            ("**", Reach::Everybody),
            ("https://app.example.com/path", Reach::Nobody),
            ("https://*.example.com:443", Reach::Nobody),
            ("https://*.bücher.example", Reach::Nobody),
            ("https:app.example.com", Reach::Nobody),
            ("https//app.example.com", Reach::Nobody),
            ("app.example.com:443x", Reach::Nobody),
            ("javascript://*", Reach::Nobody),
        ] {
            assert_eq!(Reach::of(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        for (text, expected) in [
            ("https://App.Example.com:443/x?y", Some("https://app.example.com")),
            ("myapp://Host/x", Some("myapp://host")),
            ("app.example.com", None),
            ("null", None),
        ] {
            assert_eq!(origin_of(text).as_deref(), expected);
        }
    }

    #[test]
    fn what_is_told_is_what_happens() {
        let settings = HttpSettings {
            trusted_origins: vec!["https://*.example.com".to_owned()],
            ..HttpSettings::default()
        };
        let trusted = TrustedOrigins::new("https://tasks.example.org", &settings);
        for (origin, expected) in [
            ("https://tasks.example.org", true),
            ("http://tasks.example.org", false),
            ("http://localhost:3000", true),
            ("https://any.example.com", true),
            ("http://any.example.com", false),
            ("null", false),
            ("\n", false),
        ] {
            assert_eq!(trusted.trusts(origin, "tasks.example.org"), expected, "{origin}");
        }
        assert!(fits("https://*.example.com", "https://a.example.com"));
        assert!(!fits("https://*.example.com", "https://example.com"));
        for origin in ["myapp://", "myapp://x", "MYAPP://X"] {
            assert!(fits("myapp://", origin), "{origin}");
        }
    }
}
