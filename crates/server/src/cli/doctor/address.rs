//! `BETTER_AUTH_URL`: whether users, tokens and links in mails find this server.
//!
//! Cookies and the API mostly work with a wrong one, so it goes unnoticed until
//! the first mail, or the first token that another service verifies.

use rondo_app::{MailTransport, SmtpServer};
use url::{Host, Url};

use super::{super::Failure, report::Report};
use crate::{
    config::{Config, Source, is_loopback, variables::BETTER_AUTH_URL},
    http::better_auth::Cookies,
};

const NAME_IT: &str =
    "BETTER_AUTH_URL is the address that users type, as in https://todo.example.com";

/// Checks the address, and says which cookie comes of it.
pub(super) fn check(report: &mut Report, source: &Source, config: &Config) -> Result<(), Failure> {
    let origin = config.settings.public_origin.as_str();
    let written = source.written(&BETTER_AUTH_URL);
    let mut is_fine = true;
    for (text, hint) in [
        unset(config, written),
        path(origin, written),
        reachable(config, written),
        encryption(config),
        port(config),
    ]
    .into_iter()
    .flatten()
    {
        is_fine = false;
        report.warn("address", &text, &hint)?;
    }
    if is_fine {
        report.ok("address", origin)?;
    }
    say_cookie(report, origin)
}

/// What is wrong, and what to do about it.
type Warning = Option<(String, String)>;

fn unset(config: &Config, written: Option<&str>) -> Warning {
    let origin = &config.settings.public_origin;
    let is_private = is_loopback(&config.http.host);
    let text = || {
        format!("BETTER_AUTH_URL is not set: links in mails, and the tokens we sign, say {origin}")
    };
    (written.is_none() && !is_private).then(|| (text(), NAME_IT.to_owned()))
}

/// Upstream wants the base path in some places, so people write it.
fn path(origin: &str, written: Option<&str>) -> Warning {
    let path = Url::parse(written?).ok()?.path().trim_end_matches('/').to_owned();
    let text = || format!("only the origin of BETTER_AUTH_URL counts, and `{path}` does not");
    (!path.is_empty()).then(|| (text(), format!("BETTER_AUTH_URL={origin}")))
}

/// An address that only this machine can reach, on a server for others.
fn reachable(config: &Config, written: Option<&str>) -> Warning {
    let origin = config.settings.public_origin.as_str();
    let host = host_of(origin)?;
    if host == "0.0.0.0" || host == "[::]" {
        let text = format!("{origin} is no address that a browser can go to");
        return Some((text, NAME_IT.to_owned()));
    }
    let sends_mail = config.settings.mail.as_ref().is_some_and(|mail| match &mail.transport {
        MailTransport::Smtp(SmtpServer { host, .. }) => !is_loopback(host),
        MailTransport::Folder(_) => false,
    });
    let reason = if !config.http.trusted_proxies.is_empty() {
        "TRUSTED_PROXIES says that users come from elsewhere"
    } else if sends_mail {
        "links in mails lead there"
    } else {
        return None;
    };
    let is_wrong = written.is_some() && is_local(origin);
    let text = || format!("{origin} can be reached from this machine only, and {reason}");
    is_wrong.then(|| (text(), NAME_IT.to_owned()))
}

fn encryption(config: &Config) -> Warning {
    let origin = config.settings.public_origin.as_str();
    if origin.starts_with("http://") && !is_local(origin) {
        return Some((
            format!("passwords and tokens travel unencrypted to {origin}"),
            "put a TLS proxy in front and name its https:// address in BETTER_AUTH_URL".to_owned(),
        ));
    }
    let lacks_proxy = origin.starts_with("https://") && config.http.trusted_proxies.is_empty();
    let text = || format!("{origin} needs a TLS proxy, and TRUSTED_PROXIES is empty");
    let hint = "name the proxy in TRUSTED_PROXIES; without it all users count as one address";
    lacks_proxy.then(|| (text(), hint.to_owned()))
}

/// In a Better Auth project the variable names the front end, which has the
/// server in it.
fn port(config: &Config) -> Warning {
    let origin = config.settings.public_origin.as_str();
    let named = Url::parse(origin).ok()?.port_or_known_default()?;
    let here = config.http.port;
    let is_direct = origin.starts_with("http://") && config.http.trusted_proxies.is_empty();
    let is_other = is_direct && here != 0 && named != here;
    let text = || format!("BETTER_AUTH_URL says port {named}, and this server listens on {here}");
    let hint = "it names this server, not the front end, unless that passes /api on to here";
    is_other.then(|| (text(), hint.to_owned()))
}

fn say_cookie(report: &mut Report, origin: &str) -> Result<(), Failure> {
    let name = Cookies::new(origin).session_token();
    let host = host_of(origin).unwrap_or_default();
    let secure = if name.starts_with("__Secure-") { "over https only" } else { "not Secure" };
    report.ok("cookie", &format!("{name}, {secure}, SameSite=Lax, for {host} alone"))
}

fn host_of(origin: &str) -> Option<String> {
    Url::parse(origin).ok()?.host_str().map(str::to_owned)
}

/// Whether an origin leads back to the machine it is typed on.
pub(super) fn is_local(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else { return false };
    match url.host() {
        Some(Host::Domain(name)) => is_loopback(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
