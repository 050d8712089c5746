//! The listening side: `HOST`, `PORT`, `CORS_ORIGINS`, `TRUSTED_PROXIES`.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Origin, Url};

use super::{
    reader::{Reader, list, number},
    variables::{CORS_ORIGINS, HOST, PORT, TRUSTED_PROXIES},
};

/// Where to listen and whom to believe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// An IP address or a name that the system resolves.
    pub host: String,
    /// 0 lets the system choose.
    pub port: u16,
    /// Web apps that may call the API, as browsers write them in `Origin`.
    /// `http://localhost:3000`, which is always allowed, is not in the list.
    pub cors_origins: Vec<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Http {
    /// The port when nothing is said.
    pub const DEFAULT_PORT: u16 = 8000;

    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            host: reader.or(&HOST, "0.0.0.0".to_owned(), host),
            port: reader.or(&PORT, Self::DEFAULT_PORT, number(0..=u16::MAX)),
            cors_origins: reader.or(&CORS_ORIGINS, Vec::new(), list(origin)),
            trusted_proxies: reader.or(&TRUSTED_PROXIES, Vec::new(), list(network)),
        }
    }
}

/// Whether a name or an address leads back to the machine that it is used on.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// An address or a name; `[::1]` is `::1` in the brackets of a URL.
fn host(text: &str) -> Result<String, String> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    if bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if bare.chars().all(is_name) {
        return Ok(bare.to_owned());
    }
    Err("is neither an address nor a name; the port has its own variable".to_owned())
}

/// An origin as browsers send it: lower case, no default port, no slash at the
/// end. A path is refused, because an origin has none and the operator who
/// wrote one expects a protection that does not exist.
pub(super) fn origin(text: &str) -> Result<String, String> {
    if text == "*" || text == "null" {
        return Err(format!("may not hold `{text}`, because requests carry credentials"));
    }
    if text.starts_with(['[', '"', '\'']) {
        return Err("is a plain list with commas, not JSON".to_owned());
    }
    let wrong = |reason: &str| Err(format!("holds `{text}`, which {reason}"));
    if !text.contains("://") {
        return wrong("lacks the scheme before it, http:// or https://");
    }
    let Ok(url) = Url::parse(text) else {
        return wrong("is not an origin like https://app.example.com");
    };
    if url.host_str().is_some_and(|host| host.contains('*')) {
        return wrong("has a wildcard; each origin has to be named");
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return wrong("has more than a scheme, a host and a port");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("carries a user name or a password");
    }
    match (url.origin(), url.host_str()) {
        (tuple @ Origin::Tuple(..), _) => Ok(tuple.ascii_serialization()),
        // The scheme of an app, like `tauri://localhost`.
        (Origin::Opaque(_), Some(host)) => {
            let port = url.port().map_or(String::new(), |port| format!(":{port}"));
            Ok(format!("{}://{host}{port}", url.scheme()))
        }
        _ => wrong("has no host"),
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let network = text.parse::<IpNet>().map(|network| network.trunc());
    address
        .or(network)
        .map_err(|_| format!("holds `{text}`, which is neither an address nor a network"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        for (text, expected) in [
            ("http://localhost:5173/", "http://localhost:5173"),
            ("HTTPS://App.Example.COM:443", "https://app.example.com"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("tauri://localhost", "tauri://localhost"),
            ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "*",
            "null",
            "app.example.com",
            "localhost:3000",
            "https://a.example/app",
            "https://a.example/?x",
            "https://u:p@a.example",
            "https://*.example.com",
            "[\"https://a.example\"]",
            "mailto:ada@example.com",
        ] {
            assert!(origin(text).is_err(), "{text} was accepted");
        }
    }

    #[test]
    fn a_list_is_trimmed() {
        let read = list(origin)(" https://a.example/ ,, http://b.example:1,");
        let expected = ["https://a.example".to_owned(), "http://b.example:1".to_owned()];
        assert_eq!(read.as_deref(), Ok(&expected[..]));
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        let shown = |text| network(text).map(|network| network.to_string());
        assert_eq!(shown("10.1.2.3/8").as_deref(), Ok("10.0.0.0/8"));
        assert_eq!(shown("127.0.0.1").as_deref(), Ok("127.0.0.1/32"));
        assert_eq!(shown("fd00::/8").as_deref(), Ok("fd00::/8"));
        assert!(shown("10.0.0.0/33").is_err() && shown("proxy").is_err());
    }

    #[test]
    fn a_host_is_an_address_or_a_name() {
        assert_eq!(host("[::]").as_deref(), Ok("::"));
        assert_eq!(host(" localhost ").as_deref(), Ok("localhost"));
        for text in ["127.0.0.1:8000", "http://localhost", "a b"] {
            assert!(host(text).is_err(), "{text}");
        }
    }
}
