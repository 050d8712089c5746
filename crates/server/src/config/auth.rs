//! Accounts and tokens: the secret, the public address, external issuers.

use rondo_app::{ExternalIssuer, JwtAlgorithm, Settings};
use rondo_domain::Secret;

use super::{
    features,
    http::Http,
    limits,
    reader::{Reader, boolean, list, number, one_of, text, web_address},
    variables::{
        ACCESS_TOKEN_TTL_HOURS, AUTH_AUDIENCE, AUTH_ISSUER, AUTH_JWKS_URL, AUTH_JWT_ALGORITHM,
        BETTER_AUTH_SECRET, BETTER_AUTH_TRUSTED_ORIGINS, BETTER_AUTH_URL, DEMO_MODE,
        EMAIL_VERIFICATION, MAIL_URL, REGISTRATION,
    },
};

/// What concerns accounts beyond the application's [`Settings`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auth {
    /// Better Auth's patterns of origins, as written.
    pub trusted_origins: Vec<String>,
}

impl Auth {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { trusted_origins: reader.or(&BETTER_AUTH_TRUSTED_ORIGINS, Vec::new(), list(pattern)) }
    }
}

/// The application's settings; `None` when the secret is missing or refused.
pub(super) fn settings(
    reader: &mut Reader<'_>,
    http: &Http,
    on_postgres: bool,
) -> Option<Settings> {
    let secret = reader.required(&BETTER_AUTH_SECRET, secret);
    let here = format!("http://localhost:{}", http.port);
    let origin = |text: &str| web_address(text).map(|url| url.origin().ascii_serialization());
    let public_origin = reader.or(&BETTER_AUTH_URL, here, origin);
    let hours = reader.or(&ACCESS_TOKEN_TTL_HOURS, 24, number(1..=8760));
    let registration = [("open", true), ("closed", false)];
    let registration_open = reader.or(&REGISTRATION, true, one_of(&registration));
    let demo_mode = reader.or(&DEMO_MODE, false, boolean);
    if demo_mode && on_postgres {
        reader.refuse(&DEMO_MODE, "works with SQLite only: write `false`");
    } else if demo_mode {
        reader.warn("DEMO_MODE is on: every request without a token acts as `demo-user`");
    }
    let external = external_issuer(reader);
    let algorithms = [("EdDSA", JwtAlgorithm::EdDsa), ("ES256", JwtAlgorithm::Es256)];
    let jwt_algorithm = reader.or(&AUTH_JWT_ALGORITHM, JwtAlgorithm::EdDsa, one_of(&algorithms));
    let email_verification_required = email_verification(reader);
    let mail = features::mail(reader, &public_origin);
    let limits = limits::read(reader);
    Some(Settings {
        secret: secret?,
        access_token_ttl_seconds: hours * 3600,
        registration_open,
        demo_mode,
        public_origin,
        external,
        jwt_algorithm,
        email_verification_required,
        mail,
        assistant: features::assistant::read(reader),
        limits,
        event_bus: features::event_bus(reader, on_postgres),
        trash_days: features::trash_days(reader),
    })
}

/// Whether addresses have to be verified, which takes mail. A `MAIL_URL` that is
/// wrong is told by itself.
fn email_verification(reader: &mut Reader<'_>) -> bool {
    let words = [("off", false), ("required", true)];
    let is_required = reader.or(&EMAIL_VERIFICATION, false, one_of(&words));
    if is_required && !reader.is_set(&MAIL_URL) {
        reader.refuse(&EMAIL_VERIFICATION, "needs mail: set MAIL_URL, or write `off`");
    }
    is_required
}

fn external_issuer(reader: &mut Reader<'_>) -> ExternalIssuer {
    let jwks_url = reader.optional(&AUTH_JWKS_URL, |text| web_address(text).map(String::from));
    let issuer = reader.optional(&AUTH_ISSUER, text);
    let audience = reader.optional(&AUTH_AUDIENCE, text);
    if !reader.is_set(&AUTH_JWKS_URL) {
        for unused in [&AUTH_ISSUER, &AUTH_AUDIENCE] {
            if reader.is_set(unused) {
                reader.warn(format!("{} has no effect without AUTH_JWKS_URL", unused.name));
            }
        }
    }
    ExternalIssuer { jwks_url, issuer, audience }
}

/// Better Auth's patterns have no grammar of their own; only what certainly is
/// a mistake is refused.
fn pattern(text: &str) -> Result<String, String> {
    if text == "*" || text == "**" {
        return Err(format!("holds `{text}`, which would trust every site"));
    }
    if text.starts_with(['[', '"', '\'']) || text.contains(char::is_whitespace) {
        return Err("is a plain list with commas".to_owned());
    }
    // An origin of the web has no slash at its end. To an app it may mean
    // something: `myapp://` is all of it.
    let is_app = text.split_once("://").is_some_and(|(scheme, _)| {
        !["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web))
    });
    Ok(if is_app { text } else { text.trim_end_matches('/') }.to_owned())
}

/// As much as HS256 deserves: the key should be no shorter than the hash.
const MIN_SECRET_CHARS: usize = 32;

/// What people paste from documentation, in lower case without punctuation.
const PLACEHOLDERS: [&str; 11] = [
    "changeme",
    "changethis",
    "changeit",
    "yoursecret",
    "yoursupersecret",
    "yourbetterauthsecret",
    "replaceme",
    "replacewith",
    "replacethis",
    "betterauthsecret",
    "placeholder",
];

/// The secret as it is written: Better Auth uses the very same bytes, so
/// nothing is trimmed.
fn secret(text: &str) -> Result<Secret<String>, String> {
    let plain: String =
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if PLACEHOLDERS.iter().any(|placeholder| plain.starts_with(placeholder)) {
        return Err("is a placeholder from an example".to_owned());
    }
    if text.chars().count() < MIN_SECRET_CHARS {
        return Err("is too short".to_owned());
    }
    if is_repetition(text) {
        return Err("repeats a few characters".to_owned());
    }
    Ok(Secret::new(text.to_owned()))
}

/// Whether a text is at most eight characters said over and over:
/// `aaaa…`, `secretsecret…`, `secret-secret-…`.
fn is_repetition(text: &str) -> bool {
    let chars: Vec<_> = text.trim().chars().collect();
    (1..=8).any(|period| chars.iter().zip(chars.iter().skip(period)).all(|(a, b)| a == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_and_not_from_an_example() {
        for text in [
            "",
            "short",
            "changeme",
            "changeme-changeme-changeme-changeme",
            "change_me_to_something_long_and_random",
            "your-secret-key-here-at-least-32-characters",
            "YOUR_SECRET_KEY_AT_LEAST_32_CHARACTERS_LONG",
            "better-auth-secret-12345678901234567890",
            "replace-with-openssl-rand-base64-32-output",
            &"x".repeat(64),
            &"secret".repeat(8),
            &"secret-".repeat(6),
            &"12345678".repeat(5),
            &"y".repeat(31),
        ] {
            assert!(secret(text).is_err(), "{text} was accepted");
        }
    }

    #[test]
    fn a_random_secret_is_taken_byte_for_byte() {
        for text in [
            "Qm9vbSE4c2hha2FsYWthMTIzNDU2Nzg5MGFiY2Q=",
            "0123456789abcdef0123456789abcdef",
            " leading and trailing spaces stay in it ",
            "correct horse battery staple, twice over",
        ] {
            assert_eq!(secret(text), Ok(Secret::new(text.to_owned())));
        }
    }

    #[test]
    fn a_pattern_of_origins_may_have_wildcards() {
        for text in ["https://*.example.com", "*.example.com", "exp://192.168.*.*:*/**"] {
            assert_eq!(pattern(text).as_deref(), Ok(text));
        }
        for text in ["*", "**", "[\"https://a\"]", "https://a https://b"] {
            assert!(pattern(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_app_keeps_the_slashes_of_its_scheme() {
        for text in ["myapp://", "MYAPP://", "myapp:///", "myapp://host/", "exp://a/b/"] {
            assert_eq!(pattern(text).as_deref(), Ok(text));
        }
        for (text, origin) in [
            ("https://a.example/", "https://a.example"),
            ("HTTP://A.Example//", "HTTP://A.Example"),
            ("*.example.com/", "*.example.com"),
        ] {
            assert_eq!(pattern(text).as_deref(), Ok(origin));
        }
    }
}
