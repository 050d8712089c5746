//! How near a page is to us, as browsers see it.
//!
//! Our cookie is `SameSite=Lax`: a browser sends it with what the scripts of a
//! page ask for only if page and server are one site. A site is a scheme and a
//! registered domain; neither the rest of the name nor the port counts.

use url::{Host, Url};

/// Domains below which each name belongs to somebody else, so that two of them
/// are two sites. There are thousands more; these are where front ends live.
const SHARED: [&str; 20] = [
    "amplifyapp.com",
    "azurestaticapps.net",
    "azurewebsites.net",
    "cloudfront.net",
    "deno.dev",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.app",
    "onrender.com",
    "pages.dev",
    "replit.app",
    "surge.sh",
    "up.railway.app",
    "vercel.app",
    "web.app",
];

/// What stands before a country's code where names are registered one level
/// further down, as in `example.co.uk`.
const SECOND_LEVELS: [&str; 10] = ["ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"];

/// How near a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Nearness {
    /// The very origin.
    SameOrigin,
    /// The same host, by another port.
    SameHost,
    /// Another name below this domain, which somebody registered.
    SameDomain(String),
    /// One of us is encrypted and the other is not.
    OtherScheme,
    /// Somebody else, as far as a browser knows.
    OtherSite,
}

impl Nearness {
    /// How near two web origins are; others are never near.
    pub(crate) fn between(page: &str, server: &str) -> Self {
        let (Ok(page), Ok(server)) = (Url::parse(page), Url::parse(server)) else {
            return Self::OtherSite;
        };
        let (Some(host), Some(other)) = (page.host(), server.host()) else {
            return Self::OtherSite;
        };
        let domain = match (&host, &other) {
            (host, other) if host == other => None,
            (Host::Domain(host), Host::Domain(other)) => match shared_domain(host, other) {
                None => return Self::OtherSite,
                domain => domain,
            },
            _ => return Self::OtherSite,
        };
        match domain {
            _ if page.scheme() != server.scheme() => Self::OtherScheme,
            Some(domain) => Self::SameDomain(domain),
            None if page.port_or_known_default() == server.port_or_known_default() => {
                Self::SameOrigin
            }
            None => Self::SameHost,
        }
    }
}

/// A domain where anybody can have a page that this pattern of hosts would
/// fit, judged by `fits`.
pub(super) fn shared_host(fits: impl Fn(&str) -> bool) -> Option<&'static str> {
    SHARED.into_iter().find(|domain| fits(domain))
}

/// The domain above two names, if it can belong to one owner.
fn shared_domain(one: &str, other: &str) -> Option<String> {
    let labels = |name: &str| name.rsplit('.').map(str::to_owned).collect::<Vec<_>>();
    let both = labels(one).into_iter().zip(labels(other));
    let mut shared: Vec<_> = both.take_while(|(a, b)| a == b).map(|(label, _)| label).collect();
    shared.reverse();
    let domain = shared.join(".");
    let is_register = match shared.as_slice() {
        [] | [_] => true,
        [second, country] => country.len() == 2 && SECOND_LEVELS.contains(&second.as_str()),
        _ => false,
    };
    (!is_register && !SHARED.contains(&domain.as_str())).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_scheme_and_a_registered_domain() {
        let domain = |domain: &str| Nearness::SameDomain(domain.to_owned());
        for (page, server, expected) in [
            ("https://a.example", "https://a.example/", Nearness::SameOrigin),
            ("http://localhost:3000", "http://localhost:8000", Nearness::SameHost),
            ("http://192.168.1.5:3000", "http://192.168.1.5:8000", Nearness::SameHost),
            ("https://app.example.com", "https://api.example.com", domain("example.com")),
            ("https://example.com", "https://api.example.com", domain("example.com")),
            ("https://a.b.example.co.uk", "https://b.example.co.uk", domain("b.example.co.uk")),
            ("http://app.example.com", "https://api.example.com", Nearness::OtherScheme),
            ("http://localhost:3000", "https://localhost", Nearness::OtherScheme),
            ("http://127.0.0.1:3000", "http://localhost:3000", Nearness::OtherSite),
            ("http://192.168.1.5", "http://192.168.1.6", Nearness::OtherSite),
            ("https://one.co.uk", "https://two.co.uk", Nearness::OtherSite),
            ("https://one.vercel.app", "https://two.vercel.app", Nearness::OtherSite),
            ("https://one.example", "https://two.example", Nearness::OtherSite),
            ("https://one.com", "https://two.net", Nearness::OtherSite),
            ("myapp://x", "https://two.net", Nearness::OtherSite),
            ("null", "https://two.net", Nearness::OtherSite),
        ] {
            assert_eq!(Nearness::between(page, server), expected, "{page} {server}");
        }
    }
}
