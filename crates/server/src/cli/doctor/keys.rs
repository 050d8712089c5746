//! Key sets: that of the external issuer, and our own.

use std::time::Instant;

use rondo_app::{
    App, Error, ExternalIssuer, JwtAlgorithm,
    auth::{self, ListedKey},
};
use url::Url;

use super::{
    super::{Failure, failure::chain},
    address::is_local,
    report::Report,
};
use crate::config::Config;

/// Where Better Auth's key set is, below the address of its server.
const USUAL_PATH: &str = "/api/auth/jwks";
/// How many keys are named.
const SHOWN_KEYS: usize = 6;

/// Checks the key set whose tokens are accepted besides ours, if there is one.
pub(super) async fn check_external(report: &mut Report, config: &Config) -> Result<(), Failure> {
    let ExternalIssuer { jwks_url, issuer, audience } = &config.settings.external;
    let Some(url) = jwks_url else { return Ok(()) };
    let origin = Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    if origin == config.settings.public_origin {
        return report.warn(
            "key set",
            "AUTH_JWKS_URL names this server itself, whose tokens are accepted anyway",
            "leave AUTH_JWKS_URL empty",
        );
    }
    let started = Instant::now();
    match auth::external_keys(url).await {
        Ok(keys) => say_keys(report, url, &keys, started)?,
        Err(error) => {
            let text = format!("{url}: {}", chain(&*error));
            report.fail("key set", &text, &hint(url, &origin).await)?;
        }
    }
    if url.starts_with("http://") && !is_local(url) {
        report.warn(
            "key set",
            "it is fetched unencrypted: who is on the way can put a key of theirs in",
            "use https://, unless the network in between is yours alone",
        )?;
    }
    say_claim(report, ["AUTH_ISSUER", "iss"], issuer.as_deref(), &origin)?;
    say_claim(report, ["AUTH_AUDIENCE", "aud"], audience.as_deref(), &origin)
}

fn say_keys(
    report: &mut Report,
    url: &str,
    keys: &[ListedKey],
    started: Instant,
) -> Result<(), Failure> {
    let usable: Vec<_> = keys.iter().filter(|key| key.is_usable).collect();
    let others: Vec<_> = keys.iter().filter(|key| !key.is_usable).collect();
    if usable.is_empty() {
        return report.fail(
            "key set",
            &format!("{url} has no key that can be used{}", in_brackets(&named(&others))),
            "Rondo takes EdDSA (Ed25519), ES256, and RS256 or PS256 with 2048 bits or more",
        );
    }
    let milliseconds = started.elapsed().as_millis();
    let names = named(&usable);
    report.ok("key set", &format!("{url} answers in {milliseconds} ms: {names}"))?;
    if !others.is_empty() {
        let text = format!("tokens of these keys are refused: {}", named(&others));
        report.warn("key set", &text, "Rondo takes EdDSA (Ed25519), ES256, RS256 and PS256")?;
    }
    if keys.iter().any(|key| key.is_private) {
        return report.fail(
            "key set",
            "it shows a private key: everybody can sign tokens with it",
            "replace that key over there at once, and publish its public half alone",
        );
    }
    Ok(())
}

/// Algorithms and names of keys.
fn named(keys: &[&ListedKey]) -> String {
    let name = |key: &&ListedKey| match &key.kid {
        Some(kid) => format!("{} {kid}", key.kind),
        None => format!("{} without a name", key.kind),
    };
    let mut names: Vec<_> = keys.iter().take(SHOWN_KEYS).map(name).collect();
    if keys.len() > SHOWN_KEYS {
        names.push(format!("{} more", keys.len() - SHOWN_KEYS));
    }
    names.join(", ")
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

/// The usual mistake is the address of the server alone.
async fn hint(url: &str, origin: &str) -> String {
    let usual = format!("{origin}{USUAL_PATH}");
    if url != usual && auth::external_keys(&usual).await.is_ok() {
        return format!("there is a key set at AUTH_JWKS_URL={usual}");
    }
    if url.contains("jwks") {
        return "it must be reachable from this machine; try it with curl".to_owned();
    }
    format!("Better Auth's key set is at {USUAL_PATH}, if its jwt plugin is on")
}

/// Better Auth writes its origin, without its path and without a slash.
fn say_claim(
    report: &mut Report,
    [variable, claim]: [&str; 2],
    expected: Option<&str>,
    origin: &str,
) -> Result<(), Failure> {
    let Some(expected) = expected else {
        return report.ok("tokens", &format!("`{claim}` may say anything: {variable} is empty"));
    };
    let is_nearly = expected != origin
        && (expected.trim_end_matches('/') == origin
            || expected.starts_with(&format!("{origin}/")));
    if is_nearly {
        return report.warn(
            "tokens",
            &format!("`{claim}` must say {expected}, to the letter"),
            &format!("Better Auth writes its origin alone, unless it is told otherwise: {origin}"),
        );
    }
    report.ok("tokens", &format!("`{claim}` must say {expected}"))
}

/// Looks at our own key set, as the database has it. Its schema must be up to
/// date: then there is nothing left to prepare that would change anything.
pub(super) async fn check_own(report: &mut Report, app: &App) -> Result<(), Failure> {
    app.store().prepare().await?;
    let algorithm = match app.settings().jwt_algorithm {
        JwtAlgorithm::EdDsa => "EdDSA",
        JwtAlgorithm::Es256 => "ES256",
    };
    let set = match auth::own_keys(app).await {
        Ok(set) => set,
        Err(Error::Unavailable(reason)) => {
            return report.fail("own keys", &reason, "it is about the database, see above");
        }
        Err(other) => return Err(other.into()),
    };
    if set.lost > 0 {
        let lost = set.lost;
        report.warn(
            "own keys",
            &format!("{lost} of our keys were made under another BETTER_AUTH_SECRET"),
            "with a new secret that is as it should be; otherwise give the old one back",
        )?;
    }
    let keys: Vec<_> = set.keys.iter().collect();
    if keys.iter().any(|key| key.kind == algorithm) {
        return report.ok("own keys", &named(&keys));
    }
    let others = in_brackets(&named(&keys));
    report.ok("own keys", &format!("the first token makes one for {algorithm}{others}"))
}
