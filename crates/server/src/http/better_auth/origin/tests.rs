//! Who may send a request with a cookie, who may log in, where links lead.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use self::log::Log;
use super::*;

#[path = "../../../../tests/log/mod.rs"]
mod log;

const PUBLIC: &str = "https://tasks.example.com";
const MISSING: Result<(), OriginProblem> = Err(OriginProblem::Missing);
const UNTRUSTED: Result<(), OriginProblem> = Err(OriginProblem::Untrusted);

fn trusted() -> TrustedOrigins {
    let settings = HttpSettings {
        cors_origins: vec!["https://app.example.org".to_owned()],
        trusted_origins: ["https://*.example.net", "myapp://"].map(str::to_owned).to_vec(),
        ..HttpSettings::default()
    };
    TrustedOrigins::new(PUBLIC, &settings)
}

/// The headers of a request for `tasks.lan:8000`, one `name: value` each.
fn request(lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.iter().chain(&["host: tasks.lan:8000"]) {
        let (name, value) = line.split_once(": ").expect("a test header");
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a test header");
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a test header"));
    }
    headers
}

fn with_cookie(lines: &[&str]) -> Result<(), OriginProblem> {
    trusted().check_unless_cookieless(&request(&[&["cookie: a=b"], lines].concat()))
}

fn login(lines: &[&str]) -> Result<(), OriginProblem> {
    trusted().check_login(&request(lines))
}

/// Origins that are none of ours.
const STRANGERS: [&str; 25] = [
    "https://evil.example",
    "http://tasks.example.com",
    "https://tasks.example.com:8443",
    "https://tasks.example.com.evil.example",
    "https://evil.example/https://tasks.example.com",
    "https://tasks.example.com@evil.example",
    "http://localhost:3001",
    "https://localhost:3000",
    "http://localhost:3000.evil.example",
    "http://tasks.lan",
    "http://tasks.lan:80",
    "http://tasks.lan:8000.evil.example",
    "https://example.net",
    "file://",
    "/",
    "/path",
    "//tasks.example.com",
    "tasks.example.com",
    "undefined",
    "NULL",
    "*",
    "https://tasks.example.com https://evil.example",
    "https://tasks.example.com, https://evil.example",
    "ünknown",
    " ",
];

#[test]
fn a_request_with_a_cookie_comes_from_a_trusted_page() {
    for origin in [
        PUBLIC,
        "http://localhost:3000",
        "https://app.example.org",
        "https://any.example.net",
        "myapp://",
        "http://tasks.lan:8000",
        "https://tasks.lan:8000",
        "HTTP://Tasks.LAN:8000",
    ] {
        assert_eq!(with_cookie(&[&format!("origin: {origin}")]), Ok(()), "{origin}");
    }
    for origin in STRANGERS {
        assert_eq!(with_cookie(&[&format!("origin: {origin}")]), UNTRUSTED, "{origin}");
    }
}

#[test]
fn a_request_with_a_cookie_must_say_where_it_comes_from() {
    for lines in [&[][..], &["origin: "], &["referer: "], &["origin: null"]] {
        assert_eq!(with_cookie(lines), MISSING, "{lines:?}");
    }
    let hidden = format!("referer: {PUBLIC}/page");
    assert_eq!(with_cookie(&["origin: null", &hidden]), MISSING);
    assert_eq!(with_cookie(&["origin: null", "sec-fetch-site: cross-site"]), MISSING);
    assert_eq!(with_cookie(&["origin: null", "sec-fetch-site: same-site"]), MISSING);
    assert_eq!(with_cookie(&["origin: null", "sec-fetch-site: same-origin"]), Ok(()));
    assert_eq!(with_cookie(&["sec-fetch-site: same-origin"]), MISSING);
}

#[test]
fn a_page_by_http_is_not_of_a_host_that_is_reached_by_https() {
    for (public, host, page, trusted) in [
        ("https://a.example", "a.example", "http://a.example", false),
        ("https://a.example", "a.example:80", "http://a.example:80", false),
        ("https://a.example:8443", "a.example:8443", "http://a.example:8443", false),
        ("https://a.example", "a.example", "https://a.example", true),
        ("https://a.example", "192.168.0.5:8000", "http://192.168.0.5:8000", true),
        ("http://a.example", "a.example", "https://a.example", true),
        ("http://localhost:8000", "a.example", "https://a.example", true),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("a test header"));
        headers.insert(header::ORIGIN, page.parse().expect("a test header"));
        let origins = TrustedOrigins::new(public, &HttpSettings::default());
        assert_eq!(origins.check(&headers).is_ok(), trusted, "{public} {host} {page}");
    }
}

#[test]
fn two_origins_are_none() {
    let own = format!("origin: {PUBLIC}");
    assert_eq!(with_cookie(&[&own, &own]), UNTRUSTED);
    assert_eq!(with_cookie(&[&own, "origin: https://evil.example"]), UNTRUSTED);
    assert_eq!(with_cookie(&["origin: null", "origin: null"]), UNTRUSTED);
}

#[test]
fn the_referer_stands_in_for_an_origin_that_is_not_sent() {
    let own = format!("referer: {PUBLIC}/a?b=c#d");
    assert_eq!(with_cookie(&[&own]), Ok(()));
    assert_eq!(with_cookie(&["origin: ", &own]), Ok(()));
    assert_eq!(with_cookie(&["referer: http://tasks.lan:8000/"]), Ok(()));
    assert_eq!(with_cookie(&["referer: https://evil.example/tasks.example.com"]), UNTRUSTED);
    assert_eq!(with_cookie(&["origin: https://evil.example", &own]), UNTRUSTED);
}

#[test]
fn a_request_without_a_cookie_may_come_from_anywhere() {
    for lines in [&[][..], &["origin: https://evil.example"], &["origin: null"]] {
        assert_eq!(trusted().check_unless_cookieless(&request(lines)), Ok(()), "{lines:?}");
    }
    // An empty one counts: something that keeps cookies sent it.
    assert_eq!(trusted().check_unless_cookieless(&request(&["cookie: "])), MISSING);
}

#[test]
fn programs_that_are_no_browser_may_log_in() {
    for lines in [&[][..], &["sec-fetch-site: ", "origin: ", "referer: "], &["user-agent: curl"]] {
        assert_eq!(login(lines), Ok(()), "{lines:?}");
    }
}

#[test]
fn a_browser_logs_in_from_a_trusted_page() {
    let own = format!("origin: {PUBLIC}");
    for fetch in ["sec-fetch-site: same-origin", "sec-fetch-mode: cors", "sec-fetch-dest: empty"] {
        assert_eq!(login(&[fetch, &own]), Ok(()), "{fetch}");
        assert_eq!(login(&[fetch]), MISSING, "{fetch}");
        assert_eq!(login(&[fetch, "origin: https://evil.example"]), UNTRUSTED, "{fetch}");
    }
    assert_eq!(login(&[&own]), Ok(()));
    assert_eq!(login(&["origin: https://evil.example"]), UNTRUSTED);
    assert_eq!(login(&["origin: null"]), MISSING);
    assert_eq!(login(&["referer: https://evil.example/"]), UNTRUSTED);
    assert_eq!(login(&["origin: null", "sec-fetch-site: same-origin"]), Ok(()));
}

#[test]
fn no_page_of_another_site_logs_its_visitor_in() {
    let own = format!("origin: {PUBLIC}");
    let navigation = ["sec-fetch-site: cross-site", "sec-fetch-mode: navigate", &own];
    assert_eq!(login(&navigation), Err(OriginProblem::CrossSiteLogin));
    let same_site = ["sec-fetch-site: same-site", "sec-fetch-mode: navigate", &own];
    assert_eq!(login(&same_site), Ok(()));
    let script = ["sec-fetch-site: cross-site", "sec-fetch-mode: cors", &own];
    assert_eq!(login(&script), Ok(()));
    assert_eq!(login(&["cookie: a=b", "sec-fetch-site: cross-site"]), MISSING);
}

#[test]
fn a_link_leads_to_a_path_or_a_trusted_address() {
    for target in [
        "/welcome",
        "https://tasks.example.com/a?b=c#d",
        "http://localhost:3000/reset",
        "https://x.example.net",
        "myapp://reset/password",
    ] {
        assert!(trusted().is_safe_target(target), "{target}");
    }
    for target in [
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https://tasks.example.com@evil.example",
        "https:tasks.example.com",
        "https://tasks.example.com\\@evil.example",
        "javascript://x.example.net/%0aalert(1)",
        "blob:https://tasks.example.com/1",
        "data:text/html,x",
        "tasks.example.com",
        // Trusted as an origin for requests to this host, not for links.
        "http://tasks.lan:8000/",
        &format!("/{}", "a".repeat(MAX_CALLBACK_CHARS)),
    ] {
        assert!(!trusted().is_safe_target(target), "{target:.60}");
    }
}

fn logged(action: impl FnOnce()) -> String {
    let log = Log::default();
    tracing::subscriber::with_default(log.subscriber(), action);
    log.text()
}

#[test]
fn a_refusal_says_in_the_log_what_came_and_what_was_expected() {
    let trusted = trusted();
    let origin = logged(|| {
        let headers = request(&["cookie: a=secret", "origin: https://evil.example/x?token=y"]);
        assert_eq!(trusted.check_unless_cookieless(&headers), UNTRUSTED);
    });
    let target = logged(|| assert!(!trusted.is_safe_target("https://evil.example/x?token=y")));
    let own = logged(|| {
        assert_eq!(trusted.check(&request(&["origin: http://tasks.lan:8000"])), Ok(()));
        assert!(trusted.is_safe_target("/welcome"));
    });
    for line in [&origin, &target] {
        assert!(line.contains("INFO") && line.contains("https://evil.example/x\""), "{line}");
        for expected in [PUBLIC, HttpSettings::LOCAL_ORIGIN, "https://*.example.net", "myapp://"] {
            assert!(line.contains(expected), "{line}");
        }
        assert!(!line.contains("token") && !line.contains("secret"), "{line}");
    }
    assert!(origin.contains("tasks.lan:8000"), "{origin}");
    assert_eq!(own, "");
}

#[test]
fn what_fits_nothing_is_told_at_the_start() {
    let line = logged(|| {
        let trusted_origins = vec!["https://app.example.com/login".to_owned()];
        let settings = HttpSettings { trusted_origins, ..HttpSettings::default() };
        let trusted = TrustedOrigins::new(PUBLIC, &settings);
        assert!(!trusted.is_safe_target("https://app.example.com/login"));
    });
    assert!(line.contains("WARN") && line.contains("https://app.example.com/login"), "{line}");
}

#[test]
fn the_log_shows_plain_text_and_no_query() {
    assert_eq!(shown("https://a.example/b?token=c"), "https://a.example/b");
    assert_eq!(shown("a\u{1b}[31m\nb#c"), "a\\u{1b}[31m\\nb");
    assert_eq!(shown(&"x".repeat(500)).len(), SHOWN_CHARS);
}
