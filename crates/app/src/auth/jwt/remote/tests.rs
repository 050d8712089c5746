//! An issuer on the loopback interface, and what its tokens are worth here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use serde_json::{Value, json};

use super::{
    issuer::{Issuer, Signer, chance, encode},
    *,
};
use crate::testing::{NOW, TestApp};

impl Signer {
    /// A token about eve that is good for an hour.
    fn token(&self, alg: &str, kid: &str) -> String {
        self.sign(&json!({"alg": alg, "kid": kid}), &about_eve())
    }
}

fn about_eve() -> Value {
    json!({
        "sub": "eve",
        "iss": "https://issuer.example",
        "aud": ["https://rondo.example", "other"],
        "exp": NOW.as_seconds() + 3600,
        // A session of the issuer's, not one of ours.
        "sid": "theirs",
    })
}

#[tokio::test]
async fn tokens_of_the_issuer_are_believed_and_keys_fetched_once() {
    let (issuer, ed, ec) = (Issuer::start().await, Signer::ed(), Signer::ec());
    issuer.shows(&[ed.jwk("ed"), ec.jwk("ec")]);
    let test = issuer.trusted_by(|_| ()).await;
    assert_eq!(issuer.asked(), 0);
    for token in [ed.token("EdDSA", "ed"), ed.token("Ed25519", "ed"), ec.token("ES256", "ec")] {
        assert_eq!(test.hello(&token).await, "eve");
    }
    let unnamed = ec.sign(&json!({"alg": "ES256"}), &about_eve());
    assert_eq!(test.hello(&unnamed).await, "eve");
    let shared = test.sign(&json!({"sub": "ada", "exp": NOW.as_seconds() + 60}));
    assert_eq!(test.hello(&shared).await, "ada");
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn rsa_tokens_are_believed_with_the_keys_own_algorithm() {
    let der = URL_SAFE_NO_PAD.decode(RSA_KEY.replace('\n', "")).expect("the key is base64");
    let pair = RsaKeyPair::from_der(&der).expect("the key is PKCS#1");
    let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
    let (n, e) = (encode(public.n), encode(public.e));
    let sign = |alg: &str, kid: &str| {
        let header = json!({"alg": alg, "kid": kid}).to_string();
        let signed = format!("{}.{}", encode(header), encode(about_eve().to_string()));
        let padding: &dyn ring::signature::RsaEncoding =
            if alg == "RS256" { &RSA_PKCS1_SHA256 } else { &RSA_PSS_SHA256 };
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(padding, &chance(), signed.as_bytes(), &mut signature).expect("the key is good");
        format!("{signed}.{}", encode(signature))
    };
    let issuer = Issuer::start().await;
    issuer.shows(&[
        json!({"kty": "RSA", "n": n, "e": e, "kid": "any"}),
        json!({"kty": "RSA", "n": n, "e": e, "kid": "rs", "alg": "RS256"}),
    ]);
    let test = issuer.trusted_by(|_| ()).await;
    assert_eq!(test.hello(&sign("RS256", "any")).await, "eve");
    assert_eq!(test.hello(&sign("PS256", "any")).await, "eve");
    assert_eq!(test.hello(&sign("RS256", "rs")).await, "eve");
    assert_eq!(test.hello(&sign("PS256", "rs")).await, "Invalid token");
}

#[tokio::test]
async fn a_forged_token_is_invalid_whatever_it_says() {
    let (issuer, ed, mallory) = (Issuer::start().await, Signer::ed(), Signer::ed());
    issuer.shows(&[ed.jwk("ed")]);
    let test = issuer.trusted_by(|_| ()).await;
    let own_key = json!({"alg": "EdDSA", "kid": "ed", "jwk": mallory.jwk("ed")});
    let public = ed.jwk("ed")["x"].as_str().map(str::to_owned).expect("x is text");
    let with_public_key_as_secret = {
        let header = encode(json!({"alg": "HS256", "kid": "ed"}).to_string());
        let signed = format!("{header}.{}", encode(about_eve().to_string()));
        let secret = URL_SAFE_NO_PAD.decode(public).expect("x is base64");
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
        format!("{signed}.{}", encode(ring::hmac::sign(&key, signed.as_bytes())))
    };
    for token in [
        mallory.token("EdDSA", "ed"),
        mallory.sign(&own_key, &about_eve()),
        mallory.sign(&json!({"alg": "EdDSA"}), &about_eve()),
        ed.token("ES256", "ed"),
        ed.token("RS256", "ed"),
        ed.token("ES512", "ed"),
        ed.token("none", "ed"),
        ed.sign(&json!({"alg": "EdDSA", "kid": 5}), &about_eve()),
        ed.sign(&json!({"alg": "EdDSA", "kid": "ed", "crit": ["x"]}), &about_eve()),
        with_public_key_as_secret,
    ] {
        assert_eq!(test.hello(&token).await, "Invalid token", "{token}");
    }
    assert_eq!(test.hello(&ed.token("EdDSA", "ed")).await, "eve");
}

#[tokio::test]
async fn times_and_identity_count_for_the_issuers_tokens_too() {
    let (issuer, ed) = (Issuer::start().await, Signer::ed());
    issuer.shows(&[ed.jwk("ed")]);
    let test = issuer.trusted_by(|_| ()).await;
    let header = json!({"alg": "EdDSA", "kid": "ed"});
    let now = NOW.as_seconds();
    for (claims, sentence) in [
        (json!({"sub": "eve", "exp": now - 31}), "Token expired"),
        (json!({"sub": "eve"}), "Invalid token"),
        (json!({"sub": null, "exp": now + 60}), "Invalid user identity"),
    ] {
        assert_eq!(test.hello(&ed.sign(&header, &claims)).await, sentence, "{claims}");
    }
}

#[tokio::test]
async fn issuer_and_audience_are_checked_when_they_are_configured() {
    let (issuer, ed) = (Issuer::start().await, Signer::ed());
    issuer.shows(&[ed.jwk("ed")]);
    let token = ed.token("EdDSA", "ed");
    for (iss, aud, answer) in [
        ("https://issuer.example", "https://rondo.example", "eve"),
        ("https://other.example", "https://rondo.example", "Invalid token"),
        ("https://issuer.example", "https://else.example", "Invalid token"),
    ] {
        let test = issuer
            .trusted_by(|external| {
                external.issuer = Some(iss.to_owned());
                external.audience = Some(aud.to_owned());
            })
            .await;
        assert_eq!(test.hello(&token).await, answer, "{iss} {aud}");
        let shared = test.sign(&json!({"sub": "ada", "exp": NOW.as_seconds() + 60}));
        assert_eq!(test.hello(&shared).await, "ada");
    }
}

#[tokio::test]
async fn an_unknown_key_causes_one_look_in_thirty_seconds() {
    let (issuer, old, new) = (Issuer::start().await, Signer::ed(), Signer::ed());
    issuer.shows(&[old.jwk("old")]);
    let test = issuer.trusted_by(|_| ()).await;
    assert_eq!(test.hello(&old.token("EdDSA", "old")).await, "eve");

    issuer.shows(&[old.jwk("old"), new.jwk("new")]);
    for _ in 0..20 {
        assert_eq!(test.hello(&new.token("EdDSA", "new")).await, "Invalid token");
    }
    assert_eq!(issuer.asked(), 1);
    test.clock.advance_seconds(30);
    assert_eq!(test.hello(&new.token("EdDSA", "new")).await, "eve");
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn many_tokens_at_once_share_one_look() {
    let (issuer, ed) = (Issuer::start().await, Signer::ed());
    issuer.shows(&[ed.jwk("ed")]);
    let test = Arc::new(issuer.trusted_by(|_| ()).await);
    let mut visitors = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (test, token) = (Arc::clone(&test), ed.token("EdDSA", "ed"));
        visitors.spawn(async move { test.hello(&token).await });
    }
    assert!(visitors.join_all().await.iter().all(|answer| answer == "eve"));
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn a_visitor_who_hangs_up_does_not_end_the_look() {
    let (issuer, ed) = (Issuer::start().await, Signer::ed());
    issuer.shows(&[ed.jwk("ed")]);
    let test = Arc::new(issuer.trusted_by(|_| ()).await);
    let token = ed.token("EdDSA", "ed");
    let visitor = tokio::spawn({
        let (test, token) = (Arc::clone(&test), token.clone());
        async move { test.hello(&token).await }
    });
    while issuer.asked() == 0 {
        tokio::task::yield_now().await;
    }
    visitor.abort();
    assert_eq!(test.hello(&token).await, "eve");
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn the_last_good_keys_survive_an_outage() {
    let (issuer, ed) = (Issuer::start().await, Signer::ed());
    issuer.shows(&[ed.jwk("ed")]);
    let test = issuer.trusted_by(|_| ()).await;
    let token = ed.sign(
        &json!({"alg": "EdDSA", "kid": "ed"}),
        &json!({"sub": "eve", "exp": NOW.as_seconds() + 86_400}),
    );
    assert_eq!(test.hello(&token).await, "eve");
    let too_much = "x".repeat(300_000);
    for answer in [
        "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull",
        "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"keys\":[]}",
        &format!("HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n{too_much}"),
        "gibberish",
        "",
    ] {
        issuer.answers(answer);
        let asked = issuer.asked();
        test.clock.advance_seconds(PAUSE_SECONDS);
        let unknown = test.hello(&ed.token("EdDSA", "new")).await;
        assert!(unknown == "Invalid token", "{answer:.40}: {unknown}");
        assert!(issuer.asked() > asked, "{answer:.40}");
        assert_eq!(test.hello(&token).await, "eve", "{answer:.40}");
    }
}

#[tokio::test]
async fn without_any_keys_the_issuer_is_unavailable_and_recovers_soon() {
    let (issuer, ed) = (Issuer::start().await, Signer::ed());
    issuer.answers("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
    let test = issuer.trusted_by(|_| ()).await;
    let token = ed.token("EdDSA", "ed");
    for _ in 0..5 {
        let answer = test.authenticate(&token).await;
        assert!(matches!(answer, Err(Error::IssuerUnavailable(_))), "{answer:?}");
    }
    assert_eq!(issuer.asked(), 1);
    issuer.shows(&[ed.jwk("ed")]);
    test.clock.advance_seconds(PAUSE_WITHOUT_KEYS_SECONDS);
    assert_eq!(test.hello(&token).await, "eve");
}

#[tokio::test]
async fn a_withdrawn_key_stops_working_some_day() {
    let (issuer, old, new) = (Issuer::start().await, Signer::ed(), Signer::ed());
    issuer.shows(&[old.jwk("old")]);
    let test = issuer.trusted_by(|_| ()).await;
    assert_eq!(test.hello(&old.token("EdDSA", "old")).await, "eve");
    issuer.shows(&[new.jwk("new")]);
    test.clock.advance_seconds(MAX_AGE_SECONDS);
    // This one still passes, and makes us look.
    assert_eq!(test.hello(&old.token("EdDSA", "old")).await, "eve");
    while test.hello(&old.token("EdDSA", "old")).await == "eve" {
        tokio::task::yield_now().await;
    }
    assert_eq!(test.hello(&new.token("EdDSA", "new")).await, "eve");
}

#[tokio::test]
async fn without_an_issuer_nobody_is_asked_and_nothing_believed() {
    let (issuer, ed) = (Issuer::start().await, Signer::ed());
    issuer.shows(&[ed.jwk("ed")]);
    let test = TestApp::new().await;
    let header = json!({"alg": "EdDSA", "kid": "ed", "jku": issuer.url, "x5u": issuer.url});
    assert_eq!(test.hello(&ed.sign(&header, &about_eve())).await, "Invalid token");
    assert_eq!(issuer.asked(), 0);
}

/// An RSA key of 2048 bits, PKCS#1 DER, made for this test: ring cannot make
/// one.
const RSA_KEY: &str = "
MIIEpAIBAAKCAQEAt20uWjWngmeZ1jhtV0f7sOpR7xc585-ct-qKpgkQVmwZ9wL3z9pCsVXoI0xEA1cVUL3RYuCr
2soKsxUgrVszNyCvycGZyWCHHTbAT5JOb5o5JKe_prEjFo_fWvWXR6tZ-CKDG9qHLXPjlpquNIwZNjGuW8EZX6sJ
O4dWcfR-fzMMlCxTokyiROYYi8uCkG29YJYIkZK7GFf4gSgXQxUBuT9SXmQv4tcmc5ekSUblmAc01F_XzNr3IhqF
xmlvJXXRftZpebhgy-WtAkB2mXaFMR2yjkEd4isL2BcD85f_mGMgIm879cm-OqWOafoxDocr0dVtoS07pB1PIsuA
gCyhmQIDAQABAoIBACGl7XQedhdZtnKCAOrbOVxrq7KateaPX-IsLBmHvZ_A7mVt_bQ7M3NREUfSYIKlWbNpUs0a
7mOxHxPZexhaC9Pf0ueFtJaotriA9_fQ3MMjzTpAbIuhYJCtvVk0Breewx8eA6ObK6OGqBgTUYQxtBlJNVU_H865
MzUgn1bBtWfTT3JtpdaVjHQ3-meKa1nCpg0mvbCBavNNM9Eg6nEaHM2khwHnD2bNR5pLJ_oHsMhhV33ikL8VeNQr
RwJ0LVW6V1XPNLdRGn6b88P5LSyw7HJqrf9pvd0Mog-Z8WXSrLR0qm3YvzY31AhtCodhlu3IQtsz1c_Uyiu_CJA0
3Pj7I6UCgYEA7af58IBfsd15DFfcM1dGaUOc8MBYjxCOoH-vrgnll91dyqjD3BjfxAaOa1wT9qk1rW_fDyI-8P-0
dsrgOO2_a1Y3VcPaooSP42O8BZbOZLA2SpaXaTDo5GAaHHyho2ckaj2l3Fo0pWGx9Y7FCBgTYL05pkkYBhZ09h2z
fmswv5UCgYEAxZWkAA7VK0Ph9Xy8pfyOgbEMr9AYrCEqXzu4VWtyvGz7Gy0cJl9A8NfMQfTd02dcPWArJdhcJ6iV
vgdwytA_S77q972Ono02RnzpXEn5HCAvP4HUCvKWiLZ1aq6xL7u802geNlXvSCV2z453qNBPnLFPqzjU-0gunAmE
5qy-KPUCgYEAn5I9_AH2PxMaB_OmYsKjAGLpqa08yTKw0Ytqhk0W39U--KhAejQpaxGL5wI4VVJgPEf1WdAAuwi2
P10RGKhp8sQ8-1U6JA0mH-QDhy0u_-RhT8u1dmfkuBLe9WmpjnHevYcPKtlWqATk3KA0I68ms7naT5CclNnXRrnC
n4uRe9ECgYEAw_ECEoyjGaTYEHsDGhi7uiG6UyArV4gMXST8SLmlrvbkjq7Nm8Aaxr068q3CzkNSVgtovr8xpKKq
3SjD0l1yZ8uNeOGi7dlcWcrGIZ-6Swof0PsPLUwlvK41Avb7ADtNptk6HOhbw1Bj4rGGOQNb8ChmuYZCsG-EyXkn
Mxtb-YECgYBZ8N6UBGEXNoQjHB-AiKdG7wiDq_XDROWO0zJkSR7-cG3KJHc_4sPDMvS8xURVpC3rXleuDJ-Ab0hR
7K8_xENPGs2IpGNJNyCqkkf0Fk-_13QkRAF2A4-jJxWOi7NJo0PMBXWRnVfXk_RXAdbbqEx0vqWff8Ks-cMfm5k8
jwSLbw";
