//! Tokens that open the door, and tokens that must not.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rondo_domain::SessionId;
use serde_json::{Value, json};

use super::*;
use crate::testing::{NOW, TestApp, id, session};

fn in_an_hour() -> i64 {
    NOW.as_seconds() + 3600
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Signs with the right secret under any header at all.
fn forge(test: &TestApp, header: &str, claims: &Value) -> String {
    let signed = format!("{}.{}", encode(header), encode(&claims.to_string()));
    let secret = test.app.settings().secret.expose().as_bytes();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    let signature = ring::hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn a_token_signed_with_the_shared_secret_is_believed() {
    let test = TestApp::new().await;
    let claims = json!({"userId": "ada", "exp": in_an_hour()});
    assert_eq!(test.hello(&test.sign(&claims)).await, "ada");
    let shown = test.authenticate(&test.sign(&claims)).await.expect("the token is good");
    assert_eq!(shown.actor.door, Door::Session);
    assert_eq!(shown.credential.dead_at(), NOW.plus_seconds(3600 + LEEWAY_SECONDS));
}

#[tokio::test]
async fn the_sentences_are_those_of_the_contract() {
    let test = TestApp::new().await;
    let now = NOW.as_seconds();
    for (claims, sentence) in [
        (json!({"sub": "ada", "exp": now - 90}), "Token expired"),
        (json!({"sub": "ada"}), "Invalid token"),
        (json!({"sub": "ada", "exp": now + 60, "nbf": now + 60}), "Invalid token"),
        (json!({"sub": "", "exp": now + 60}), "Invalid user identity"),
        (json!({"sub": 42, "exp": now + 60}), "Invalid user identity"),
        (json!({"exp": now + 60}), "Invalid user identity"),
        (json!([1]), "Invalid token"),
        (json!("ada"), "Invalid token"),
    ] {
        assert_eq!(test.hello(&test.sign(&claims)).await, sentence, "{claims}");
    }
}

#[tokio::test]
async fn a_forged_token_is_invalid() {
    let test = TestApp::new().await;
    let token = test.sign(&json!({"sub": "ada", "exp": in_an_hour()}));
    assert_eq!(test.hello(&token).await, "ada");
    let (signed, signature) = token.rsplit_once('.').expect("a token has dots");
    let (header, payload) = signed.split_once('.').expect("a token has dots");
    let bob = encode(&json!({"sub": "bob", "exp": in_an_hour()}).to_string());
    let forged = [
        format!("{header}.{bob}.{signature}"),
        format!("{signed}."),
        signed.to_owned(),
        format!("{signed}.{}", &signature[..20]),
        format!("{signed}.{signature}A"),
        format!("{signed}.{signature}="),
        format!("{token}.x.y"),
        format!(" {token}"),
        format!("{{\"payload\":\"{payload}\",\"signature\":\"{signature}\"}}"),
        ".".repeat(20_000),
        "x".repeat(100_000),
        "..".to_owned(),
        String::new(),
        "garbage".to_owned(),
        "é.é.é".to_owned(),
    ];
    for token in forged {
        assert_eq!(test.hello(&token).await, "Invalid token", "{token:.60}");
    }
}

#[tokio::test]
async fn a_token_of_another_secret_is_invalid() {
    let ours = TestApp::new().await;
    let theirs = TestApp::with(|settings| {
        settings.secret =
            rondo_domain::Secret::new("another secret, just as long as ours".to_owned());
    })
    .await;
    let token = theirs.sign(&json!({"sub": "ada", "exp": in_an_hour()}));
    assert_eq!(theirs.hello(&token).await, "ada");
    assert_eq!(ours.hello(&token).await, "Invalid token");
}

#[tokio::test]
async fn no_header_talks_us_into_anything() {
    let test = TestApp::new().await;
    let claims = json!({"sub": "ada", "exp": in_an_hour()});
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":""}"#,
        r#"{"alg":null}"#,
        r"{}",
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS384"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"ES256"}"#,
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"PS256"}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
        r#""HS256""#,
        "[]",
        "null",
        "not JSON",
    ] {
        let token = forge(&test, header, &claims);
        assert_eq!(test.hello(&token).await, "Invalid token", "{header}");
    }
    for header in [
        r#"{"alg":"HS256","kid":"../../etc/passwd"}"#,
        r#"{"alg":"HS256","kid":{"x":[1]}}"#,
        r#"{"alg":"HS256","kid":5}"#,
        r#"{"alg":"HS256","jku":"http://192.0.2.9/","typ":"at+jwt"}"#,
        r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AA"},"x5u":"http://192.0.2.9/"}"#,
    ] {
        assert_eq!(test.hello(&forge(&test, header, &claims)).await, "ada", "{header}");
    }
}

#[tokio::test]
async fn an_email_verification_token_never_passes() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let exp = in_an_hour();
    for claims in [
        json!({"email": "ada@example.com", "iat": NOW.as_seconds(), "exp": exp}),
        json!({"email": "ada@example.com", "userId": "ada", "iat": NOW.as_seconds(), "exp": exp}),
        json!({"userId": "ada", "updateTo": "eve@example.com", "exp": exp}),
        json!({"sub": "ada", "requestType": "change-email-verification", "exp": exp}),
    ] {
        assert_eq!(test.hello(&test.sign(&claims)).await, "Invalid token", "{claims}");
    }
}

#[tokio::test]
async fn a_token_that_names_a_session_needs_that_users_session() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    test.add_user("bob").await;
    let sid = SessionId::new("s1").expect("a test id is valid");
    let session = session(&id("ada"), "s1", NOW.plus_seconds(3600));
    test.write(move |txn| async move { txn.insert_session(&session).await }).await;

    let says =
        |sub: &str, sid: Value| test.sign(&json!({"sub": sub, "sid": sid, "exp": in_an_hour()}));
    assert_eq!(test.hello(&says("ada", json!("s1"))).await, "ada");
    assert_eq!(test.hello(&says("bob", json!("s1"))).await, "Invalid token");
    assert_eq!(test.hello(&says("ada", json!("s2"))).await, "Invalid token");
    assert_eq!(test.hello(&says("ada", json!(null))).await, "Invalid token");
    assert_eq!(test.hello(&says("ada", json!(5))).await, "Invalid token");
    // Ended on another replica: this one hears of it within five seconds.
    test.write(move |txn| async move { txn.delete_session(&id("ada"), &sid).await }).await;
    test.clock.advance_seconds(4);
    assert_eq!(test.hello(&says("ada", json!("s1"))).await, "Invalid token");
}

#[tokio::test]
async fn without_a_token_there_is_nobody_unless_the_demo_is_on() {
    let test = TestApp::new().await;
    assert!(matches!(anonymous(&test.app), Err(Error::Unauthenticated(Why::NoToken))));
    let test = TestApp::with(|settings| settings.demo_mode = true).await;
    let demo = anonymous(&test.app).expect("demo mode is on");
    assert_eq!((demo.user_id.as_str(), demo.door), ("demo-user", Door::Demo));
    assert_eq!(test.hello("garbage").await, "Invalid token");
}

#[tokio::test]
async fn a_path_belongs_to_the_user_it_names() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    assert!(owner_of_path(&ada, "ada").is_ok());
    for other in ["bob", "Ada", "ada ", ""] {
        let refused = owner_of_path(&ada, other);
        assert!(matches!(refused, Err(Error::Forbidden(Refusal::AccessDenied))), "{other:?}");
    }
}
