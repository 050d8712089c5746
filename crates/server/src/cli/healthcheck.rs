//! Asks a running server whether it is ready, for containers and cron.
//!
//! Plain HTTP/1.1 over a socket: the check runs every few seconds and should
//! cost nothing.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, TcpStream, ToSocketAddrs},
    time::Duration,
};

use clap::Args;
use url::Url;

use super::{Failure, output::say};
use crate::config::{Config, Http, Source};

const TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Args, Debug)]
pub(super) struct Arguments {
    // Not a doc comment, which would want the address in angle brackets.
    #[arg(
        long,
        value_name = "URL",
        help = "Address to ask [default: http://127.0.0.1:$PORT/health/ready]"
    )]
    url: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let url = match &arguments.url {
        Some(url) => url.clone(),
        None => own_url(&Config::load_http(&Source::of_process())?),
    };
    let status = ask(&url)?;
    if status == 200 {
        return say("ready");
    }
    Err(Failure::failed(format!("not ready: {url} answered {status}")))
}

/// A server that listens on every address is asked on the loopback one.
fn own_url(http: &Http) -> String {
    let host = match http.host.parse::<IpAddr>() {
        Ok(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        _ => http.host.clone(),
    };
    format!("http://{host}:{}/health/ready", http.port)
}

/// The status of the answer.
fn ask(url: &str) -> Result<u16, Failure> {
    let no_url = || Failure::Usage {
        message: format!("`{url}` is not an http:// address"),
        hint: "rondo healthcheck --url http://127.0.0.1:8000/health/ready",
    };
    let parsed = Url::parse(url).map_err(|_| no_url())?;
    let (Some(host), "http") = (parsed.host_str(), parsed.scheme()) else {
        return Err(no_url());
    };
    let port = parsed.port_or_known_default().unwrap_or(80);
    exchange(host, port, parsed.path()).map_err(|error| {
        Failure::with_hint(format!("not ready: {url}: {error}"), "is `rondo serve` running?")
    })
}

fn exchange(host: &str, port: u16, path: &str) -> io::Result<u16> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let no_address = || io::Error::other("the host has no address");
    let address = (bare, port).to_socket_addrs()?.next().ok_or_else(no_address)?;
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    status(&head).ok_or_else(|| io::Error::other("the answer is not HTTP"))
}

fn status(head: &[u8; 12]) -> Option<u16> {
    let text = str::from_utf8(head).ok()?;
    text.strip_prefix("HTTP/1.")?.get(2..)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_where_it_listens() {
        for (host, expected) in [
            ("0.0.0.0", "http://127.0.0.1:80/health/ready"),
            ("::", "http://127.0.0.1:80/health/ready"),
            ("10.0.0.5", "http://10.0.0.5:80/health/ready"),
            ("::1", "http://[::1]:80/health/ready"),
            ("localhost", "http://localhost:80/health/ready"),
        ] {
            let source = Source::of_pairs([("HOST", host), ("PORT", "80")], "");
            let http = Config::load_http(&source).expect("both are right");
            assert_eq!(own_url(&http), expected);
        }
    }

    #[test]
    fn a_status_is_read_from_the_first_line() {
        assert_eq!(status(b"HTTP/1.1 200"), Some(200));
        assert_eq!(status(b"HTTP/1.0 503"), Some(503));
        assert_eq!(status(b"SSH-2.0-Open"), None);
    }
}
