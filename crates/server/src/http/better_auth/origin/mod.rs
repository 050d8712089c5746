//! Which pages may send requests with a cookie, and where links may lead.
//!
//! A browser sends our cookie with a request that any page made, so the page
//! has to be one we trust; it says which it is by `Origin`. Requests without a
//! cookie prove who they are in another way, except logins: there a stranger's
//! page could sign its visitor in to the stranger's account.
//!
//! Every refusal is logged with what came and what was expected: the set-up of
//! origins is what people get wrong most often.

mod address;
mod pattern;
mod rebinding;
mod site;
pub(crate) mod survey;
mod target;
#[cfg(test)]
mod tests;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use rondo_app::accounts::MAX_CALLBACK_CHARS;

use self::{
    address::{Address, Site},
    pattern::Pattern,
};
use crate::http::HttpSettings;

pub(crate) use site::Nearness;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// How much of a refused address the log shows.
const SHOWN_CHARS: usize = 100;

/// The origins that are trusted whatever host a request is for.
#[derive(Clone, Debug)]
pub(crate) struct TrustedOrigins {
    patterns: Vec<Pattern>,
    /// As the operator wrote them, for the log.
    written: String,
    /// The public host, if users reach it by `https`.
    secure_host: Option<String>,
}

/// Who trusts an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrustedBy {
    /// It is where users find this server.
    Ourselves,
    /// The usual place of a front end that is being written.
    Development,
    /// The operator, whose list of pages with scripts has it.
    CorsOrigins,
    /// The operator, by a pattern.
    Pattern,
}

/// Why a request is refused for the page it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OriginProblem {
    /// It does not say.
    Missing,
    /// Not a trusted one.
    Untrusted,
    /// A page of another site made its visitor log in.
    CrossSiteLogin,
}

impl TrustedOrigins {
    /// What the operator's settings trust.
    pub(crate) fn new(public_origin: &str, settings: &HttpSettings) -> Self {
        let lists = [settings.cors_origins.as_slice(), &settings.trusted_origins];
        let written: Vec<_> = Self::sources(public_origin, lists).map(|(_, text)| text).collect();
        let parse = |text: &&str| {
            let pattern = Pattern::parse(text);
            if pattern.is_none() {
                tracing::warn!("the trusted origin {text:?} fits nothing: it is not an origin");
            }
            pattern
        };
        let patterns = written.iter().filter_map(parse).collect();
        let public = Site::parse(public_origin);
        let secure_host = public.filter(Site::is_secure).map(|site| site.host);
        Self { patterns, written: written.join(", "), secure_host }
    }

    /// Everything that is trusted whatever host a request is for, as it is
    /// written; `lists` are the origins for CORS and the patterns.
    pub(crate) fn sources<'a>(
        public_origin: &'a str,
        [cors_origins, patterns]: [&'a [String]; 2],
    ) -> impl DoubleEndedIterator<Item = (TrustedBy, &'a str)> {
        let own = [
            (TrustedBy::Ourselves, public_origin),
            (TrustedBy::Development, HttpSettings::LOCAL_ORIGIN),
        ];
        let listed = |by| move |text: &'a String| (by, text.as_str());
        own.into_iter()
            .chain(cors_origins.iter().map(listed(TrustedBy::CorsOrigins)))
            .chain(patterns.iter().map(listed(TrustedBy::Pattern)))
    }

    /// Holds a request to its origin if it has a cookie, whatever cookie.
    pub(crate) fn check_unless_cookieless(&self, headers: &HeaderMap) -> Result<(), OriginProblem> {
        if headers.contains_key(header::COOKIE) { self.check(headers) } else { Ok(()) }
    }

    /// Holds a login to its origin if it comes from a browser. Other programs
    /// send none of the headers that are looked at.
    pub(crate) fn check_login(&self, headers: &HeaderMap) -> Result<(), OriginProblem> {
        let is_from_browser = [SEC_FETCH_SITE, SEC_FETCH_MODE, SEC_FETCH_DEST].iter().any(|name| {
            headers.get(name).is_some_and(|value| !value.as_bytes().trim_ascii().is_empty())
        });
        let is = |name, expected: &str| headers.get(name).is_some_and(|value| value == expected);
        let has_cookie = headers.contains_key(header::COOKIE);
        if !has_cookie && is(SEC_FETCH_SITE, "cross-site") && is(SEC_FETCH_MODE, "navigate") {
            tracing::info!("a login was refused: a page of another site sent its visitor here");
            return Err(OriginProblem::CrossSiteLogin);
        }
        let names_a_page =
            matches!(claim(headers), Claim::Page(_) | Claim::Unreadable | Claim::Null);
        if has_cookie || is_from_browser || names_a_page { self.check(headers) } else { Ok(()) }
    }

    /// Holds a request to its origin.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), OriginProblem> {
        let claim = claim(headers);
        let received = match claim {
            Claim::Page(page) if self.is_trusted_page(page, headers) => return Ok(()),
            Claim::Page(page) => shown(page),
            Claim::Unreadable => "(not readable)".to_owned(),
            // The browser hides which page it is, and vouches that it is ours.
            Claim::Null if headers.get(SEC_FETCH_SITE).is_some_and(|v| v == "same-origin") => {
                return Ok(());
            }
            Claim::Null => "null".to_owned(),
            Claim::Nothing => "(none)".to_owned(),
        };
        let host =
            headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        tracing::info!(
            origin.received = received,
            origin.expected = self.written,
            host = shown(host),
            "a request was refused for its origin"
        );
        match claim {
            Claim::Page(_) | Claim::Unreadable => Err(OriginProblem::Untrusted),
            Claim::Null | Claim::Nothing => Err(OriginProblem::Missing),
        }
    }

    fn is_trusted_page(&self, page: &str, headers: &HeaderMap) -> bool {
        let Some(address) = Address::parse(page) else {
            return false;
        };
        self.is_trusted(&address)
            || matches!(&address, Address::Web(site) if self.is_own(site, headers))
    }

    /// Whether the page is of the very host and port that the request is for:
    /// the server is reached by a name that its operator did not think of. A
    /// page that only took the name for a moment has no cookie to send: cookies
    /// belong to names.
    ///
    /// Where users come by `https`, a page by `http` is anybody's on the way.
    fn is_own(&self, site: &Site, headers: &HeaderMap) -> bool {
        let is_downgraded = !site.is_secure() && self.secure_host.as_ref() == Some(&site.host);
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        !is_downgraded && host.is_some_and(|host| site.is_at(host))
    }

    fn is_trusted(&self, address: &Address) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(address))
    }

    /// Whether a link may lead to this address.
    ///
    /// The request's own host counts for nothing here: whoever asks for a mail
    /// chooses the host, and somebody else follows the link in it.
    pub(crate) fn is_safe_target(&self, text: &str) -> bool {
        let is_trusted = || Address::parse(text).is_some_and(|address| self.is_trusted(&address));
        let is_short = text.chars().nth(MAX_CALLBACK_CHARS).is_none();
        let is_safe = is_short && (target::is_path(text) || is_trusted());
        if !is_safe {
            tracing::info!(
                target.received = shown(text),
                origin.expected = self.written,
                "a link was refused for where it leads"
            );
        }
        is_safe
    }
}

/// Which page a request says it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim<'a> {
    Page(&'a str),
    /// The browser says that it does not say.
    Null,
    Nothing,
    /// Several, or no text.
    Unreadable,
}

fn claim(headers: &HeaderMap) -> Claim<'_> {
    match one(headers, &header::ORIGIN) {
        Claim::Nothing => one(headers, &header::REFERER),
        claim => claim,
    }
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Claim<'a> {
    let mut sent = headers.get_all(name).iter();
    match (sent.next().map(HeaderValue::to_str), sent.next()) {
        (None | Some(Ok("")), None) => Claim::Nothing,
        (Some(Ok("null")), None) => Claim::Null,
        (Some(Ok(page)), None) => Claim::Page(page),
        _ => Claim::Unreadable,
    }
}

/// Whether a request comes from a page of the very host and port that it is
/// for, which needs nobody's leave to read the answer.
pub(crate) fn is_same_host(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let Claim::Page(page) = one(headers, &header::ORIGIN) else {
        return false;
    };
    let site = Address::parse(page);
    matches!((site, host), (Some(Address::Web(site)), Some(host)) if site.is_at(host))
}

/// What the log shows of an address: no query, which may hold a token, nothing
/// that is not plain text, and not much of it.
pub(crate) fn shown(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    text.chars().take(SHOWN_CHARS).flat_map(char::escape_default).collect()
}
