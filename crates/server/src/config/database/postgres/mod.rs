//! `postgresql://` URLs: libpq's, those of Python's drivers, Neon's.
//!
//! The result is a URL in the form that our driver reads. A password may hold
//! any character, escaped or not; parameters that the driver does not know are
//! dropped with a warning, because hosting panels hand out URLs that carry
//! parameters for other drivers.

use std::path::PathBuf;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rondo_domain::Secret;
use rondo_store::Certificates;

/// Everything but the characters that no part of a URL gives a meaning to.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// libpq parameters that the driver understands as they are.
const KEPT: [&str; 16] = [
    "application_name",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// Where a program on the same machine finds a server that no host is named for.
const DEFAULT_SOCKET_FOLDER: &str = "/var/run/postgresql";

/// What a `postgresql:` URL names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PostgresUrl {
    user: Option<String>,
    password: Option<Secret<String>>,
    hosts: String,
    database: Option<String>,
    /// Parameters for the driver, in their order, decoded.
    parameters: Vec<(String, Secret<String>)>,
    /// `disable`, `prefer` or `require`.
    ssl_mode: &'static str,
    /// What the server's certificate is checked against.
    pub(super) certificates: Certificates,
    /// Query parameters that say nothing to us.
    pub(super) ignored: Vec<String>,
}

/// How strictly TLS is asked for; later is stricter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tls {
    Disable,
    Prefer,
    Require,
    Verify,
}

impl PostgresUrl {
    /// Parses what follows `postgresql://`.
    pub(super) fn parse(rest: &str) -> Result<Self, String> {
        let (credentials, rest) = split_credentials(rest);
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, database) = rest.split_once('/').unwrap_or((rest, ""));
        check_hosts(hosts)?;
        let (user, password) = match credentials.map(|c| c.split_once(':').unwrap_or((c, ""))) {
            Some((user, password)) => (some(decode(user)?), some(decode(password)?)),
            None => (None, None),
        };
        let mut url = Self {
            user,
            password: password.map(Secret::new),
            hosts: hosts.to_owned(),
            database: some(decode(database)?),
            parameters: Vec::new(),
            ssl_mode: "prefer",
            certificates: Certificates::Unchecked,
            ignored: Vec::new(),
        };
        url.read_query(query)?;
        url.check_place()?;
        url.add_default_host();
        Ok(url)
    }

    /// Whether the host is that of a transaction pooler, by Neon's convention.
    pub(super) fn is_pooled(&self) -> bool {
        self.hosts.split('.').next().is_some_and(|name| name.ends_with("-pooler"))
    }

    /// The URL as the driver reads it.
    pub(super) fn normalized(&self) -> Secret<String> {
        let mut url = String::from("postgresql://");
        if let Some(user) = &self.user {
            url += &encode(user);
            if let Some(password) = &self.password {
                url.push(':');
                url += &encode(password.expose());
            }
            url.push('@');
        }
        url += &self.hosts;
        if let Some(database) = &self.database {
            url.push('/');
            url += &encode(database);
        }
        url += "?sslmode=";
        url += self.ssl_mode;
        let password = self.password.as_ref().filter(|_| self.user.is_none());
        let password = password.map(|password| ("password", password));
        let others = self.parameters.iter().map(|(name, value)| (name.as_str(), value));
        url.extend(
            others
                .chain(password)
                .map(|(name, value)| format!("&{name}={}", encode(value.expose()))),
        );
        Secret::new(url)
    }

    fn read_query(&mut self, query: &str) -> Result<(), String> {
        let mut tls = None;
        let mut root_certificate = None;
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let (name, value) = (decode(name)?.to_ascii_lowercase(), decode(value)?);
            match name.as_str() {
                "sslmode" | "ssl" => tls = tls.max(Some(Tls::parse(&name, &value)?)),
                "sslrootcert" => root_certificate = some(value),
                "channel_binding" => {
                    let value = value.to_ascii_lowercase();
                    if !["disable", "prefer", "require"].contains(&value.as_str()) {
                        return Err("has an unknown channel_binding".to_owned());
                    }
                    self.parameters.push((name, Secret::new(value)));
                }
                _ if KEPT.contains(&name.as_str()) => {
                    self.parameters.push((name, Secret::new(value)));
                }
                _ => self.ignored.push(name),
            }
        }
        self.settle_tls(tls, root_certificate);
        Ok(())
    }

    /// `postgresql:///name` is a database on this machine, as in libpq;
    /// `postgresql://` alone is a value that somebody forgot to complete.
    fn check_place(&self) -> Result<(), String> {
        let places = ["host", "hostaddr", "dbname"];
        let named = self.parameters.iter().any(|(name, _)| places.contains(&name.as_str()));
        if self.hosts.is_empty() && self.database.is_none() && !named {
            return Err("names no host".to_owned());
        }
        Ok(())
    }

    fn add_default_host(&mut self) {
        let named = self.parameters.iter().any(|(name, _)| name == "host" || name == "hostaddr");
        if self.hosts.is_empty() && !named {
            let folder = Secret::new(DEFAULT_SOCKET_FOLDER.to_owned());
            self.parameters.push(("host".to_owned(), folder));
        }
    }

    /// Neon is reached over the public internet and has a certificate of a
    /// public authority, so `require` checks it there, which libpq would not.
    fn settle_tls(&mut self, tls: Option<Tls>, root_certificate: Option<String>) {
        let is_neon = self
            .hosts
            .split(',')
            .any(|host| host.split(':').next().is_some_and(|name| name.ends_with(".neon.tech")));
        let tls = match tls {
            None | Some(Tls::Prefer | Tls::Require) if is_neon => Tls::Verify,
            // As libpq does: who names an authority wants it to be asked.
            Some(Tls::Require) if root_certificate.is_some() => Tls::Verify,
            tls => tls.unwrap_or(Tls::Prefer),
        };
        self.ssl_mode = match tls {
            Tls::Disable => "disable",
            Tls::Prefer => "prefer",
            Tls::Require | Tls::Verify => "require",
        };
        if tls == Tls::Verify {
            self.certificates = match root_certificate {
                Some(path) if path != "system" => Certificates::File(PathBuf::from(path)),
                _ => Certificates::Public,
            };
        }
    }
}

impl Tls {
    /// `sslmode` is libpq's; `ssl` is asyncpg's, which has the same words, and
    /// that of JavaScript drivers, which is a boolean.
    fn parse(name: &str, value: &str) -> Result<Self, String> {
        match value.to_ascii_lowercase().as_str() {
            "disable" => Ok(Self::Disable),
            "allow" | "prefer" => Ok(Self::Prefer),
            "require" => Ok(Self::Require),
            // The host's name is checked for both, which is the stricter reading.
            "verify-ca" | "verify-full" => Ok(Self::Verify),
            "false" | "0" | "off" | "no" if name == "ssl" => Ok(Self::Disable),
            "true" | "1" | "on" | "yes" | "no-verify" | "" if name == "ssl" => Ok(Self::Require),
            _ => Err(format!(
                "has an unknown {name}: disable, prefer, require, verify-ca or verify-full"
            )),
        }
    }
}

/// What is before the `@`, if anything, and what is after it.
///
/// People paste passwords as they are, so an unescaped `@`, `/`, `?` or `#` is
/// looked at again: the credentials end at the last `@` before the path.
fn split_credentials(rest: &str) -> (Option<&str>, &str) {
    let Some(first) = rest.find('@') else {
        return (None, rest);
    };
    // `postgresql:///db?user=ada@example` has no credentials before the path.
    if rest[..first].split_once('?').is_some_and(|(path, _)| path.contains('/')) {
        return (None, rest);
    }
    let end = rest[first..].find(['/', '?']).map_or(rest.len(), |end| first + end);
    let last = rest[..end].rfind('@').unwrap_or(first);
    (Some(&rest[..last]), &rest[last + 1..])
}

fn check_hosts(hosts: &str) -> Result<(), String> {
    for host in hosts.split(',') {
        let after_address = host.rsplit_once(']').map_or(host, |(_, after)| after);
        let (name, port) = after_address.split_once(':').unwrap_or((after_address, "5432"));
        if port.parse::<u16>().is_err() {
            return Err("has a port that is not a number up to 65535".to_owned());
        }
        if name.contains(char::is_whitespace) {
            return Err("has a host with a space in it".to_owned());
        }
    }
    Ok(())
}

fn decode(text: &str) -> Result<String, String> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| "is not UTF-8 text")?;
    if decoded.contains('\0') {
        return Err("holds a NUL character".to_owned());
    }
    Ok(decoded.into_owned())
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
