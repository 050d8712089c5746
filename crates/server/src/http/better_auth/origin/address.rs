//! Addresses as far as trust goes: which site, or which app, and where in it.

use url::Url;

/// Schemes that no page of ours is ever at: what follows them is code, a copy
/// of something else, or a file of the reader.
const NEVER: [&str; 8] =
    ["javascript", "vbscript", "data", "blob", "filesystem", "file", "about", "view-source"];

/// An absolute address, in parts that can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A page of a web site.
    Web(Site),
    /// A place in an app that has a scheme of its own.
    App(Place),
}

/// A web site, as browsers name it: in lower case, without a default port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// Scheme, host and port.
    pub origin: String,
    /// Host and port.
    pub host: String,
}

/// A place in an app. Only the scheme is certain to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What the app is registered for, in lower case.
    pub scheme: String,
    /// What stands after `//`, in lower case.
    pub authority: String,
    /// Decoded, with `.` and `..` resolved; empty for the root.
    pub path: String,
}

impl Address {
    /// Reads an address; `None` when it is none, or none to be trusted ever.
    ///
    /// A browser drops tabs and line breaks and takes `\` for `/`, other
    /// programs do not: what they would read differently is no address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.contains(|c: char| c.is_control() || c == '\\') || text.trim() != text {
            return None;
        }
        let (scheme, rest) = text.split_once(':')?;
        if !is_scheme(scheme) {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        match scheme.as_str() {
            // `https:host` is a path to a browser that is on an https page.
            "http" | "https" => {
                let has_host = rest.starts_with("//") && !rest.starts_with("///");
                has_host.then(|| Site::parse(text))?.map(Self::Web)
            }
            scheme if NEVER.contains(&scheme) => None,
            _ => Place::parse(scheme, rest).map(Self::App),
        }
    }
}

impl Site {
    /// Reads an `http` or `https` address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let origin = url.origin().ascii_serialization();
        let host = origin.split_once("://")?.1.to_owned();
        Some(Self { origin, host })
    }

    /// Whether nobody on the way can change its pages.
    pub(super) fn is_secure(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// Whether a `Host` header names this very host and port. The scheme is
    /// not compared: behind a proxy that speaks TLS it is not known here.
    pub(super) fn is_at(&self, host: &str) -> bool {
        if host.contains(['/', '\\', '?', '#', '@']) {
            return false;
        }
        let scheme = self.origin.split(':').next().unwrap_or_default();
        Self::parse(&format!("{scheme}://{host}/")).is_some_and(|site| site == *self)
    }
}

impl Place {
    fn parse(scheme: String, rest: &str) -> Option<Self> {
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        // A name and a password in front of a host look like the host.
        if authority.contains('@') {
            return None;
        }
        Some(Self { scheme, authority: authority.to_lowercase(), path: resolved(path)? })
    }
}

/// RFC 3986 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// A path as the app will understand it, however often it decodes.
fn resolved(path: &str) -> Option<String> {
    let decoded = super::target::decoded(path)?;
    let mut segments = Vec::new();
    for segment in decoded.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    Some(segments.iter().flat_map(|segment| ["/", segment]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(text: &str) -> Option<String> {
        match Address::parse(text)? {
            Address::Web(site) => Some(site.origin),
            Address::App(_) => None,
        }
    }

    fn place(text: &str) -> Option<[String; 3]> {
        match Address::parse(text)? {
            Address::Web(_) => None,
            Address::App(Place { scheme, authority, path }) => Some([scheme, authority, path]),
        }
    }

    #[test]
    fn a_site_is_named_as_browsers_name_it() {
        for (text, origin) in [
            ("https://a.example", "https://a.example"),
            ("HTTPS://A.Example:443/x?y#z", "https://a.example"),
            ("http://a.example:80", "http://a.example"),
            ("http://a.example:443", "http://a.example:443"),
            ("http://[::1]:3000/", "http://[::1]:3000"),
            ("http://2130706433/", "http://127.0.0.1"),
            ("https://user:pass@a.example/", "https://a.example"),
            ("https://a.example@evil.example", "https://evil.example"),
            ("https://a.example%2eevil.example", "https://a.example.evil.example"),
            ("https://MÜLLER.example", "https://xn--mller-kva.example"),
        ] {
            assert_eq!(site(text).as_deref(), Some(origin), "{text}");
        }
    }

    #[test]
    fn what_programs_would_read_differently_is_no_address() {
        for text in [
            "",
            "a.example",
            "//a.example",
            "/path",
            "https:a.example",
            "https:/a.example",
            "https:///a.example",
            "https:\\\\a.example",
            "https://a.example\\@evil.example",
            "https://a.ex\tample",
            "https://a.ex\nample",
            "https://a.example\r",
            " https://a.example",
            "https://a.example ",
            "\u{b}https://a.example",
            "https://",
            "https://a b",
            "https://a.example:99999",
            "https://a%2fb.example",
            "://a.example",
            "1a://a.example",
            "ja va://a",
            "javascript:alert(1)",
            "JavaScript://a.example/%0aalert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "blob:https://a.example/1",
            "filesystem:https://a.example/1",
            "file:///etc/passwd",
            "about:blank",
            "view-source:https://a.example",
            "vbscript:x",
            "null",
        ] {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_place_in_an_app_is_resolved() {
        for (text, expected) in [
            ("myapp://", ["myapp", "", ""]),
            ("MyApp://Host/Path", ["myapp", "host", "/Path"]),
            ("myapp:/path", ["myapp", "", "/path"]),
            ("exp://192.168.1.5:8081/--/x?y", ["exp", "192.168.1.5:8081", "/--/x"]),
            ("myapp://host/cb/../evil", ["myapp", "host", "/evil"]),
            ("myapp://host/cb/%2e%2e/evil", ["myapp", "host", "/evil"]),
            ("myapp://host/cb/%252e%252e/evil", ["myapp", "host", "/evil"]),
            ("myapp://host/../../x", ["myapp", "host", "/x"]),
            ("myapp://host?a=/b", ["myapp", "host", ""]),
            ("myapp://host#/b", ["myapp", "host", ""]),
        ] {
            assert_eq!(place(text), Some(expected.map(str::to_owned)), "{text}");
        }
        assert_eq!(place("exp://192.168.1.1:80@evil.example/"), None);
    }

    #[test]
    fn a_host_header_names_a_site_with_or_without_the_usual_port() {
        for (origin, host, same) in [
            ("http://a.example", "a.example", true),
            ("http://a.example", "A.Example:80", true),
            ("https://a.example", "a.example", true),
            ("https://a.example", "a.example:443", true),
            ("https://a.example", "a.example:", true),
            ("http://192.168.1.5:8000", "192.168.1.5:8000", true),
            ("http://[::1]:8000", "[0:0::1]:8000", true),
            ("https://a.example", "a.example:80", false),
            ("http://a.example", "a.example:443", false),
            ("http://a.example:8000", "a.example", false),
            ("http://a.example", "a.example:8000", false),
            ("http://a.example", "a.example.evil.example", false),
            ("http://a.example", "evil.example", false),
            ("http://a.example", "", false),
            ("http://a.example", "/a.example", false),
            ("http://a.example", "a.example/x", false),
            ("http://a.example", "evil@a.example", false),
        ] {
            let site = Site::parse(origin).expect("a test origin");
            assert_eq!(site.is_at(host), same, "{origin} {host}");
        }
    }
}
