//! Every spelling of a PostgreSQL URL, as data.

use super::*;

fn check(text: &str, normalized: &str, certificates: &Certificates) {
    let url = PostgresUrl::parse(text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
    assert_eq!(url.normalized().expose(), normalized, "{text}");
    assert_eq!(&url.certificates, certificates, "{text}");
}

fn plain(text: &str, normalized: &str) {
    check(text, normalized, &Certificates::Unchecked);
}

#[test]
fn what_libpq_reads_is_read() {
    plain("ada:pw@h/db", "postgresql://ada:pw@h/db?sslmode=prefer");
    plain("ada@h:6432/db", "postgresql://ada@h:6432/db?sslmode=prefer");
    plain("h", "postgresql://h?sslmode=prefer");
    plain("a:b@[::1]:5432/db", "postgresql://a:b@[::1]:5432/db?sslmode=prefer");
    plain("a:b@h1:1,h2:2/db", "postgresql://a:b@h1:1,h2:2/db?sslmode=prefer");
    plain(
        "/db?host=%2Ftmp&user=ada%40x",
        "postgresql:///db?sslmode=prefer&host=%2Ftmp&user=ada%40x",
    );
    plain("/db?user=a@b&host=h", "postgresql:///db?sslmode=prefer&user=a%40b&host=h");
    plain("ada@/db", "postgresql://ada@/db?sslmode=prefer&host=%2Fvar%2Frun%2Fpostgresql");
}

#[test]
fn a_url_that_names_nothing_is_refused() {
    for text in ["", "/", "ada:pw@", "?sslmode=require"] {
        assert!(PostgresUrl::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_password_may_hold_any_character() {
    let host = "@h/db";
    for (password, encoded) in [
        ("p%40ss", "p%40ss"),
        ("p@ss", "p%40ss"),
        ("p:ss", "p%3Ass"),
        ("p/ss", "p%2Fss"),
        ("p#ss", "p%23ss"),
        ("p?ss", "p%3Fss"),
        ("p&s=s", "p%26s%3Ds"),
        ("100%", "100%25"),
        ("p+ss", "p%2Bss"),
        ("pä ss", "p%C3%A4%20ss"),
        ("@@", "%40%40"),
    ] {
        plain(
            &format!("ada:{password}{host}"),
            &format!("postgresql://ada:{encoded}{host}?sslmode=prefer"),
        );
    }
}

#[test]
fn tls_is_asked_for_in_many_ways() {
    let (unchecked, public) = (Certificates::Unchecked, Certificates::Public);
    let file = Certificates::File(PathBuf::from("/etc/ca.pem"));
    for (query, mode, certificates) in [
        ("sslmode=disable", "disable", &unchecked),
        ("sslmode=allow", "prefer", &unchecked),
        ("sslmode=prefer", "prefer", &unchecked),
        ("sslmode=REQUIRE", "require", &unchecked),
        ("sslmode=verify-ca", "require", &public),
        ("sslmode=verify-full", "require", &public),
        ("sslmode=verify-full&sslrootcert=system", "require", &public),
        ("sslrootcert=/etc/ca.pem&sslmode=verify-full", "require", &file),
        ("sslrootcert=%2Fetc%2Fca.pem&sslmode=require", "require", &file),
        ("sslrootcert=/etc/ca.pem", "prefer", &unchecked),
        ("ssl=require", "require", &unchecked),
        ("ssl=true", "require", &unchecked),
        ("ssl=false", "disable", &unchecked),
        ("ssl=verify-full", "require", &public),
        ("ssl=true&sslmode=verify-full", "require", &public),
    ] {
        check(&format!("h/db?{query}"), &format!("postgresql://h/db?sslmode={mode}"), certificates);
    }
}

#[test]
fn neon_is_checked_even_when_only_require_is_said() {
    let host = "ep-cool-1-pooler.eu-central-1.aws.neon.tech";
    check(
        &format!("ada:pw@{host}/neondb?sslmode=require&channel_binding=require"),
        &format!("postgresql://ada:pw@{host}/neondb?sslmode=require&channel_binding=require"),
        &Certificates::Public,
    );
    check(host, &format!("postgresql://{host}?sslmode=require"), &Certificates::Public);
    let url = PostgresUrl::parse(host);
    assert_eq!(url.map(|url| url.is_pooled()), Ok(true));
    let direct = PostgresUrl::parse("ep-cool-1.eu-central-1.aws.neon.tech:5432");
    assert_eq!(direct.map(|url| url.is_pooled()), Ok(false));
}

#[test]
fn parameters_for_other_drivers_are_dropped_and_remembered() {
    let url = PostgresUrl::parse("h/db?pgbouncer=true&connect_timeout=5&schema=public&sslcert=x")
        .expect("unknown parameters are no error");
    assert_eq!(url.normalized().expose(), "postgresql://h/db?sslmode=prefer&connect_timeout=5");
    assert_eq!(url.ignored, ["pgbouncer", "schema", "sslcert"]);
}

#[test]
fn what_cannot_be_meant_is_refused_without_naming_the_password() {
    for text in [
        "ada:hush@h:port/db",
        "ada:hush@h:99999/db",
        "ada:hush@h/db?sslmode=yes",
        "ada:hush@h/db?ssl=maybe",
        "ada:hush@h/db?channel_binding=please",
        "ada:hush%00@h/db",
        "ada:hush%ff@h/db",
        "ada:hush@ho st/db",
    ] {
        let reason = PostgresUrl::parse(text).expect_err(text);
        assert!(!reason.contains("hush"), "{reason}");
    }
}
