//! Where a request comes from, for limits: the one address nobody can choose.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use ipnet::IpNet;

use crate::http::{error::ApiError, middleware::RequestRecord, state::HttpState};

/// The address of the client, as far as it can be believed.
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl FromRequestParts<HttpState> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &HttpState,
    ) -> Result<Self, Self::Rejection> {
        let record = parts.extensions.get::<Arc<RequestRecord>>();
        let peer = record.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |record| record.peer);
        let trusted = &state.settings().trusted_proxies;
        Ok(Self(client(peer, &parts.headers, trusted)))
    }
}

/// The right-most address that no proxy of ours wrote about itself.
///
/// Each proxy appends whom it heard from, so the list is true from the right
/// as far as the proxies are trusted; the left end is whatever the client
/// sent. An entry that is no address ends the walk, and so does a line that is
/// not even text: nothing to its left can be believed, all to its right can.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    if !is_trusted(&client) {
        return client;
    }
    let lines = headers.get_all("x-forwarded-for");
    // What is not text becomes an entry that is no address.
    let entries = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for entry in entries {
        let Some(address) = parse(entry.trim()) else {
            break;
        };
        client = address;
        if !is_trusted(&client) {
            break;
        }
    }
    client
}

/// An address, with or without a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = bare.unwrap_or(entry).parse().ok();
    let address =
        address.or_else(|| entry.parse().ok().map(|with_port: SocketAddr| with_port.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let trusted = ["10.0.0.0/8", "::1/128"].map(|net| net.parse().expect("a test network"));
        let mut headers = HeaderMap::new();
        for line in forwarded {
            let line = HeaderValue::from_bytes(line.as_bytes()).expect("a test header");
            headers.append("x-forwarded-for", line);
        }
        let found = client(peer.parse().expect("a test address"), &headers, &trusted);
        assert_eq!(found.to_string(), expected, "{peer} {forwarded:?}");
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("203.0.113.9", &[], "203.0.113.9");
    }

    #[test]
    fn behind_trusted_proxies_the_right_most_stranger_counts() {
        check("10.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1");
        check("::1", &["198.51.100.1:4711"], "198.51.100.1");
        check("::1", &["[2001:db8::1]:80"], "2001:db8::1");
        check("::1", &["[2001:db8::1]"], "2001:db8::1");
        check("::1", &["::ffff:198.51.100.1"], "198.51.100.1");
    }

    #[test]
    fn a_line_that_is_not_text_hides_nobody_behind_the_proxy() {
        check("10.0.0.1", &["ünknown", "198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1", "ünknown", "198.51.100.1, 10.0.0.2"], "198.51.100.1");
        check("10.0.0.1", &["1.1.1.1", "ünknown"], "10.0.0.1");
        check("10.0.0.1", &["1.1.1.1, ünknown", "10.0.0.2"], "10.0.0.2");
    }

    #[test]
    fn what_is_no_address_is_not_looked_behind() {
        check("10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1");
        check("10.0.0.1", &["1.1.1.1, nonsense, 10.0.0.2"], "10.0.0.2");
        check("10.0.0.1", &[""], "10.0.0.1");
        check("10.0.0.1", &["10.0.0.3"], "10.0.0.3");
    }
}
