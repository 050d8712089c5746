//! By which name this server may be reached, and from which pages, where no
//! cookie is at stake: what the Model Context Protocol asks of servers, so that
//! a page that points its own name at somebody's machine gets nowhere.

use axum::http::{HeaderMap, HeaderValue, header};
use url::{Host, Url};

use super::{
    Claim, TrustedOrigins,
    address::{Address, Site},
    one, shown,
};

impl TrustedOrigins {
    /// Whether the request is for a name of ours: the public one, one that the
    /// operator trusts, or this machine's own with any port. An address is no
    /// name that somebody could point elsewhere.
    pub(crate) fn is_own_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).map(HeaderValue::to_str);
        let Some(Ok(host)) = host else {
            return false;
        };
        let is_ours = is_loopback_or_address(host) || self.is_trusted_host(host);
        if !is_ours {
            tracing::info!(
                host = shown(host),
                origin.expected = self.written,
                "a request was refused for its host: BETTER_AUTH_TRUSTED_ORIGINS lacks it"
            );
        }
        is_ours
    }

    /// Whether the request comes from no page, from one that is trusted, or
    /// from one of the machine that its browser runs on.
    pub(crate) fn is_own_page(&self, headers: &HeaderMap) -> bool {
        match one(headers, &header::ORIGIN) {
            Claim::Nothing => !headers.contains_key(header::ORIGIN),
            Claim::Page(page) if is_loopback_page(page) => true,
            _ => self.check(headers).is_ok(),
        }
    }

    fn is_trusted_host(&self, host: &str) -> bool {
        ["https", "http"].into_iter().any(|scheme| {
            let site = Site::parse(&format!("{scheme}://{host}/"));
            site.is_some_and(|site| site.is_at(host) && self.is_trusted(&Address::Web(site)))
        })
    }
}

fn is_loopback_or_address(host: &str) -> bool {
    if host.contains(['/', '\\', '?', '#', '@']) {
        return false;
    }
    let url = Url::parse(&format!("http://{host}/")).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => is_loopback_name(name),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    }
}

fn is_loopback_page(page: &str) -> bool {
    let Some(Address::Web(site)) = Address::parse(page) else {
        return false;
    };
    match Url::parse(&site.origin).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => is_loopback_name(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_loopback_name(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;
    use crate::http::HttpSettings;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a test header");
            headers.append(name, value.parse().expect("a test header"));
        }
        headers
    }

    fn trusted() -> TrustedOrigins {
        let settings = HttpSettings {
            cors_origins: vec!["https://app.example.org".to_owned()],
            trusted_origins: ["http://rondo:8000", "https://*.example.net"]
                .map(str::to_owned)
                .to_vec(),
            ..HttpSettings::default()
        };
        TrustedOrigins::new("https://tasks.example.com", &settings)
    }

    #[test]
    fn a_host_is_ours_when_somebody_said_so() {
        for (host, is_ours) in [
            ("tasks.example.com", true),
            ("TASKS.example.com:443", true),
            ("rondo:8000", true),
            ("a.example.net", true),
            ("localhost:8000", true),
            ("x.localhost", true),
            ("127.0.0.1:38124", true),
            ("[::1]:1", true),
            ("192.168.1.5:8000", true),
            ("rondo", false),
            ("tasks.example.com:8443", false),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("evil.example@localhost", false),
            ("localhost/..", false),
        ] {
            assert_eq!(trusted().is_own_host(&headers(&[("host", host)])), is_ours, "{host}");
        }
        assert!(!trusted().is_own_host(&HeaderMap::new()));
    }

    #[test]
    fn a_page_is_ours_when_it_is_trusted_or_on_the_readers_machine() {
        for (origin, is_ours) in [
            ("https://tasks.example.com", true),
            ("https://app.example.org", true),
            ("http://localhost:6274", true),
            ("http://127.0.0.1:1", true),
            ("http://[::1]:3000", true),
            ("null", false),
            ("", false),
            ("http://tasks.example.com", false),
            ("http://evil.example", false),
            ("https://evil.example:8000", false),
            ("http://localhost.evil.example", false),
            ("http://192.168.1.9", false),
        ] {
            let sent = headers(&[("host", "tasks.example.com"), ("origin", origin)]);
            assert_eq!(trusted().is_own_page(&sent), is_ours, "{origin}");
        }
        assert!(trusted().is_own_page(&headers(&[("host", "tasks.example.com")])));
        let twice = [("origin", "https://tasks.example.com"); 2];
        assert!(!trusted().is_own_page(&headers(&twice)));
    }
}
