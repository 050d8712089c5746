//! `rondo doctor --origin`: would a request from this page be trusted, and why?

use super::{
    super::{Failure, serve::http_settings},
    address::is_local,
    origins,
    report::Report,
};
use crate::{
    config::Config,
    http::{
        HttpSettings,
        better_auth::{
            Nearness, TrustedBy, TrustedOrigins,
            survey::{fits, origin_of},
        },
    },
};

/// What the log and the client say of an origin that is not trusted.
const REFUSED: &str = "403 INVALID_ORIGIN, \"Invalid origin\"";

pub(super) fn answer(report: &mut Report, config: &Config, asked: &str) -> Result<(), Failure> {
    let asked = asked.trim();
    let Some(origin) = origin_of(asked) else {
        return refuse_text(report, asked);
    };
    if origin != asked {
        let hint = "an origin has no path, no slash at its end and no usual port";
        report.warn("origin", &format!("a browser sends {origin}"), hint)?;
    }
    let trusted = TrustedOrigins::new(&config.settings.public_origin, &http_settings(config));
    if !trusted.trusts(&origin, own_host(config)) {
        return refuse(report, config, &origin);
    }
    let why = reason(config, &origin);
    report.ok("origin", &format!("{origin} is trusted: {why}"))?;
    if origin.starts_with("http") { say_rest(report, config, &origin) } else { Ok(()) }
}

fn own_host(config: &Config) -> &str {
    config.settings.public_origin.split_once("://").map_or("", |(_, host)| host)
}

/// Which setting trusts an origin that is trusted.
fn reason(config: &Config, origin: &str) -> String {
    let found = origins::trusted(config).find(|(_, pattern)| fits(pattern, origin));
    let listed = |pattern, name| format!("it fits `{pattern}` in {name}");
    match found {
        Some((TrustedBy::Ourselves, _)) => "it is BETTER_AUTH_URL".to_owned(),
        Some((TrustedBy::Development, _)) => "it always is, for development".to_owned(),
        Some((TrustedBy::CorsOrigins, pattern)) => listed(pattern, "CORS_ORIGINS"),
        Some((TrustedBy::Pattern, pattern)) => listed(pattern, "BETTER_AUTH_TRUSTED_ORIGINS"),
        None => format!("it is the host of the requests, {}", own_host(config)),
    }
}

/// Trust is not all that a page needs.
fn say_rest(report: &mut Report, config: &Config, origin: &str) -> Result<(), Failure> {
    let own = config.settings.public_origin.as_str();
    let may_read = origin == HttpSettings::LOCAL_ORIGIN
        || config.http.cors_origins.iter().any(|listed| listed == origin);
    if origin == own {
        report.ok("answers", "its scripts may read them: it is our own")?;
    } else if may_read {
        report.ok("answers", "its scripts may read them (CORS)")?;
    } else {
        let hint = format!("with {origin} in CORS_ORIGINS they may");
        report.warn("answers", "its scripts may not read them (CORS)", &hint)?;
    }
    match origins::cookie(&Nearness::between(origin, own), origin, own) {
        (text, None) => report.ok("cookie", &text),
        (text, Some(hint)) => report.warn("cookie", &text, hint),
    }
}

fn refuse_text(report: &mut Report, asked: &str) -> Result<(), Failure> {
    if asked == "null" {
        return report.fail(
            "origin",
            "`null` is never trusted: 403 MISSING_OR_NULL_ORIGIN, \"Missing or null Origin\"",
            "browsers send it from files, sandboxed frames and redirects; serve the page by http",
        );
    }
    report.fail(
        "origin",
        &format!("`{asked}` is no origin"),
        "it is what the address bar begins with: a scheme, a host and perhaps a port",
    )
}

fn refuse(report: &mut Report, config: &Config, origin: &str) -> Result<(), Failure> {
    let own = config.settings.public_origin.as_str();
    let hint = near_miss(config, origin).unwrap_or_else(|| {
        if origins::is_beyond(origin, own) {
            format!(
                "is {origin} where users reach Rondo? Then BETTER_AUTH_URL, now {own}, must say \
                 so; if it is a front end, list it in CORS_ORIGINS"
            )
        } else if origin.starts_with("http") {
            format!("with {origin} in CORS_ORIGINS it is, and its scripts can read answers")
        } else {
            format!("with {origin} in BETTER_AUTH_TRUSTED_ORIGINS it is")
        }
    });
    report.fail("origin", &format!("{origin} is not trusted: {REFUSED}"), &hint)?;
    report.ok(
        "otherwise",
        "a page of Rondo's own host and port is trusted, whatever its name; and whoever sends \
         a bearer token and no cookie needs no trust",
    )
}

/// What is trusted and differs so little that it is easily overlooked.
fn near_miss(config: &Config, origin: &str) -> Option<String> {
    let (scheme, host) = origin.split_once("://")?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // What the operator wrote is nearer to what they meant.
    origins::trusted(config).rev().find_map(|(_, trusted)| {
        let (other_scheme, other_host) = trusted.split_once("://")?;
        let other_name = other_host.rsplit_once(':').map_or(other_host, |(name, _)| name);
        if other_host == host && other_scheme == "https" {
            return Some(format!("{trusted} is trusted: serve that page by https"));
        }
        let difference = if other_host == host {
            "another scheme"
        } else if other_name == name && other_scheme == scheme {
            "another port"
        } else if is_local(origin) && is_local(trusted) {
            "another name of this machine, which to a browser is another site"
        } else if other_name.strip_prefix("*.") == Some(name) {
            "the names below it, and not the name itself"
        } else {
            return None;
        };
        Some(format!(
            "{trusted} is trusted, which is {difference}; CORS_ORIGINS may list {origin} too"
        ))
    })
}
