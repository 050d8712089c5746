//! Which pages are trusted, and from which of them browsers send the cookie.

use super::{super::Failure, address::is_local, report::Report};
use crate::{
    config::Config,
    http::{
        HttpSettings,
        better_auth::{
            Nearness, TrustedBy, TrustedOrigins,
            survey::{Reach, fits, origin_of},
        },
    },
};

/// What the variable with patterns is called.
const PATTERNS: &str = "BETTER_AUTH_TRUSTED_ORIGINS";

pub(super) fn check(report: &mut Report, config: &Config) -> Result<(), Failure> {
    let mut is_fine = true;
    for pattern in &config.auth.trusted_origins {
        if let Some((text, hint)) = wrong(pattern, config) {
            is_fine = false;
            report.warn("origins", &text, &hint)?;
        }
    }
    for origin in &config.http.cors_origins {
        if let Some((text, hint)) = unencrypted("CORS_ORIGINS", origin, config) {
            is_fine = false;
            report.warn("origins", &text, &hint)?;
        }
    }
    if is_fine {
        let all: Vec<_> = trusted(config).map(|(_, text)| text).collect();
        report.ok("origins", &format!("trusted: {}", all.join(", ")))?;
    }
    for page in front_ends(config) {
        say_page(report, page, config)?;
    }
    Ok(())
}

/// Everything that is trusted, as it is written, and by whom.
pub(super) fn trusted(config: &Config) -> impl DoubleEndedIterator<Item = (TrustedBy, &str)> {
    let lists = [config.http.cors_origins.as_slice(), &config.auth.trusted_origins];
    TrustedOrigins::sources(&config.settings.public_origin, lists)
}

fn wrong(pattern: &str, config: &Config) -> Option<(String, String)> {
    let quoted = format!("`{pattern}` in {PATTERNS}");
    match Reach::of(pattern) {
        Reach::Nobody => Some((format!("{quoted} fits no page at all"), meant(pattern))),
        Reach::Strangers(domain) => Some((
            format!("{quoted} also fits what strangers have at {domain}"),
            "name your own pages there, one by one".to_owned(),
        )),
        Reach::Everybody => Some((
            format!("{quoted} trusts every page there is"),
            "name the domain: https://*.example.com".to_owned(),
        )),
        Reach::Some => unencrypted(PATTERNS, pattern, config),
    }
}

/// What may have been meant by a pattern that fits nothing.
fn meant(pattern: &str) -> String {
    let origin =
        origin_of(pattern).filter(|origin| !pattern.contains(['*', '?']) && origin != pattern);
    match origin {
        Some(origin) => format!("an origin has a scheme, a host and a port: {origin}"),
        None => {
            "an origin is https://app.example.com or https://*.example.com: no path, and no port \
             that the scheme has anyway"
                .to_owned()
        }
    }
}

/// A page that comes unencrypted is whatever somebody on the way makes of it.
fn unencrypted(variable: &str, pattern: &str, config: &Config) -> Option<(String, String)> {
    let own = config.settings.public_origin.as_str();
    let rest = pattern.strip_prefix("http://")?;
    if !own.starts_with("https://") || is_local(&pattern.replace('*', "1")) {
        return None;
    }
    let twin = format!("https://{rest}");
    let hint = if fits(&twin, own) || trusted(config).any(|(_, text)| text == twin) {
        format!("{twin} is trusted already: take it out")
    } else {
        format!("{twin}, if that page has TLS")
    };
    Some((
        format!("`{pattern}` in {variable} comes unencrypted: who is on the way can act for users"),
        hint,
    ))
}

/// The pages that a browser may be on: those that are written out and of which
/// nothing was said yet. Where we are at home on a developer's machine, the
/// usual front end is one.
fn front_ends(config: &Config) -> Vec<&str> {
    let own = config.settings.public_origin.as_str();
    let listed = trusted(config).filter(|(by, _)| match by {
        TrustedBy::Ourselves => false,
        TrustedBy::Development => is_local(own),
        TrustedBy::CorsOrigins | TrustedBy::Pattern => true,
    });
    let is_page = |text: &&str| {
        let is_whole = text.starts_with("http") && !text.contains(['*', '?']);
        is_whole && origin_of(text).as_deref() == Some(*text) && *text != own
    };
    let mut pages: Vec<_> = listed.map(|(_, text)| text).collect();
    pages.retain(|page| is_page(page) && unencrypted("", page, config).is_none());
    pages.sort_unstable();
    pages.dedup();
    pages
}

fn say_page(report: &mut Report, page: &str, config: &Config) -> Result<(), Failure> {
    let own = config.settings.public_origin.as_str();
    let listed = &config.http.cors_origins;
    if page != HttpSettings::LOCAL_ORIGIN && !listed.iter().any(|origin| origin == page) {
        return report.warn(
            "front end",
            &format!("{page} is trusted, and its scripts cannot read answers"),
            "put it into CORS_ORIGINS as well, unless links only lead there",
        );
    }
    let nearness = Nearness::between(page, own);
    match cookie(&nearness, page, own) {
        (text, None) => report.ok("front end", &text),
        (text, Some(hint)) => report.warn("front end", &text, hint),
    }
}

/// Whether a page is of another machine, where our own address leads nowhere:
/// whoever set this up may know the server by another address.
pub(super) fn is_beyond(page: &str, own: &str) -> bool {
    page.starts_with("http") && is_local(own) && !is_local(page)
}

/// Whether browsers send our cookie from a page, in words; with advice when
/// they do not.
pub(super) fn cookie(nearness: &Nearness, page: &str, own: &str) -> (String, Option<&'static str>) {
    match nearness {
        Nearness::SameOrigin => (format!("{page}: the same origin, cookies work"), None),
        Nearness::SameHost => (format!("{page}: the same host as {own}, cookies work"), None),
        Nearness::SameDomain(domain) => {
            (format!("{page}: the same site ({domain}) as {own}, cookies work"), None)
        }
        Nearness::OtherScheme => (
            format!("{page}: encrypted where {own} is not, or the reverse: no cookie is sent"),
            Some("serve both by https"),
        ),
        Nearness::OtherSite if is_beyond(page, own) => (
            format!("{page}: another site than {own}, so browsers send no cookie from there"),
            Some("is BETTER_AUTH_URL the address that users type? This machine alone can reach it"),
        ),
        Nearness::OtherSite => (
            format!("{page}: another site than {own}, so browsers send no cookie from there"),
            Some(
                "use one domain for both, or bearer tokens: the header set-auth-token, or token()",
            ),
        ),
    }
}
