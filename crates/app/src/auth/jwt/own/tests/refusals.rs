//! What the operator reads when a token is refused.

use std::{
    io,
    sync::{Arc, Mutex},
};

use super::*;
use crate::auth::jwt::remote::issuer::{Issuer, encode};

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics while it writes").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The line that is written when a token is refused.
async fn line(test: &TestApp, token: &str) -> String {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().compact().with_writer(move || writer.clone());
    {
        let _kept = tracing::subscriber::set_default(lines.with_ansi(false).finish());
        let _second = second_listener();
        assert_eq!(test.hello(token).await, "Invalid token");
    }
    let bytes = log.0.lock().expect("no test panics while it writes").clone();
    String::from_utf8(bytes).expect("a log is text")
}

/// Checks that the line says which part was expected to be what, and what came
/// instead.
async fn assert_told(test: &TestApp, token: &str, (part, expected, received): (&str, &str, &str)) {
    let line = line(test, token).await;
    assert!(line.contains("INFO") && line.contains("a token was refused"), "{line}");
    let told = format!("part={part:?} expected={expected:?} received={received:?}");
    assert!(line.contains(&told), "{told} is not in {line}");
    assert!(!line.contains(token) && !line.contains("ada@example.com"), "{line}");
}

/// The same token under another header.
fn under(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').expect("a token has dots");
    format!("{}.{rest}", encode(header.to_string()))
}

#[tokio::test]
async fn a_wrong_algorithm_is_told() {
    let (test, ada) = ada(|_| ()).await;
    let good = token_of(&test, &ada).await;
    let kid = kid_of(&good);
    for alg in ["HS256", "ES256", "RS256", "HS512", "none"] {
        let wrong = under(&good, &json!({"alg": alg, "kid": kid}));
        assert_told(&test, &wrong, ("alg", "EdDSA", alg)).await;
    }
    let nobodys = under(&good, &json!({"alg": "none"}));
    assert_told(&test, &nobodys, ("alg", "HS256, EdDSA, ES256, RS256 or PS256", "none")).await;
}

#[tokio::test]
async fn a_wrong_algorithm_for_a_key_of_the_external_issuer_is_told() {
    let issuer = Issuer::start().await;
    let (ed, ec) = (Signer::ed(), Signer::ec());
    issuer.shows(&[ed.jwk("ed"), ec.jwk("ec")]);
    let test = issuer.trusted_by(|_| ()).await;
    let claims = json!({"sub": "eve", "exp": NOW.as_seconds() + 60});
    let token = |alg: &str, kid: &str| ed.sign(&json!({"alg": alg, "kid": kid}), &claims);
    assert_eq!(test.hello(&token("EdDSA", "ed")).await, "eve");
    for (alg, kid, expected) in
        [("ES256", "ed", "EdDSA"), ("EdDSA", "ec", "ES256"), ("RS512", "ec", "ES256")]
    {
        assert_told(&test, &token(alg, kid), ("alg", expected, alg)).await;
    }
    assert_told(&test, &token("EdDSA", "other"), ("kid", "one of ed, ec", "other")).await;
    assert_told(&test, &ec.sign(&json!({"alg": "EdDSA", "kid": "ed"}), &claims), {
        ("signature", "by ed", "by another key, or damaged")
    })
    .await;
}

#[tokio::test]
async fn an_unknown_key_is_told() {
    let (test, ada) = ada(|_| ()).await;
    let good = token_of(&test, &ada).await;
    let expected = format!("one of {}", kid_of(&good));
    for (header, received) in [
        (json!({"alg": "EdDSA", "kid": "a\nforged line"}), "a\\nforged line"),
        (json!({"alg": "EdDSA"}), "none"),
    ] {
        assert_told(&test, &under(&good, &header), ("kid", &expected, received)).await;
    }
}

#[tokio::test]
async fn a_wrong_issuer_or_audience_is_told() {
    let (test, ada) = ada(|_| ()).await;
    let good = token_of(&test, &ada).await;
    let other = "https://else.example";
    for (claims, part, received) in [
        (json!({"iss": other}), "iss", other),
        (json!({"iss": null}), "iss", "none"),
        (json!({"aud": other}), "aud", other),
        (json!({"aud": [other]}), "aud", "[\\\"https://else.example\\\"]"),
    ] {
        let token = signed_by_us(&test, &claims_but(&good, &claims)).await;
        assert_told(&test, &token, (part, ORIGIN, received)).await;
    }
}

#[tokio::test]
async fn a_wrong_signature_is_told() {
    let (test, ada) = ada(|_| ()).await;
    let good = token_of(&test, &ada).await;
    let (signed, _) = good.rsplit_once('.').expect("a token has dots");
    let ours = format!("by {}", kid_of(&good));
    let received = "by another key, or damaged";
    assert_told(&test, &format!("{signed}.AAAA"), ("signature", &ours, received)).await;
    let shared = under(&good, &json!({"alg": "HS256"}));
    assert_told(&test, &shared, ("signature", "by the shared secret", received)).await;
}

#[tokio::test]
async fn of_a_good_token_nothing_is_told() {
    let (test, ada) = ada(|_| ()).await;
    let good = token_of(&test, &ada).await;
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_writer(move || writer.clone());
    let _kept = tracing::subscriber::set_default(lines.finish());
    let _second = second_listener();
    assert_eq!(test.hello(&good).await, "ada");
    assert_eq!(log.0.lock().expect("no test panics while it writes").as_slice(), b"");
}
