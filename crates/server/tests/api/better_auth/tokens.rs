//! Tokens for other services, and the keys to verify them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::signature::{self, UnparsedPublicKey};
use rondo_app::JwtAlgorithm;
use serde_json::{Value, json};

use crate::support::{Browser, DAY, Database, TestApp, at, claims_of, moment, part};

on_both_databases! {
    a_token_is_signed_by_a_key_of_the_set,
    a_token_opens_the_api_for_a_quarter_of_an_hour,
    keys_change_and_stay_listed,
}

on_any_database! {
    the_operator_chooses_the_algorithm,
    the_look_at_a_session_brings_a_token,
    a_token_is_no_session_and_nobody_gets_one,
    a_token_can_log_its_session_out,
    a_forged_token_opens_nothing,
}

on_lasting_databases! {
    replicas_sign_with_the_same_key,
}

async fn token(ada: &mut Browser) -> String {
    let answer = ada.get("/token").await.is(200).json();
    answer["token"].as_str().expect("a token is text").to_owned()
}

async fn keys(test: &TestApp) -> Vec<Value> {
    let answer = Browser::of(test).get("/jwks").await.is(200).json();
    answer["keys"].as_array().expect("a key set has keys").clone()
}

fn bytes(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("it is text");
    BASE64_URL_SAFE_NO_PAD.decode(text).expect("it is base64url")
}

fn head_of(token: &str) -> Value {
    let head = token.split('.').next().expect("a token has parts");
    serde_json::from_slice(&bytes(&json!(head))).expect("a header is JSON")
}

/// Whether a service that knows the key believes the token.
fn verifies(token: &str, key: &Value) -> bool {
    let (signed, signature) = token.rsplit_once('.').expect("a token has parts");
    let signature = bytes(&json!(signature));
    let verified = if key["kty"] == "EC" {
        let point = [vec![4], bytes(&key["x"]), bytes(&key["y"])].concat();
        let key = UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point);
        key.verify(signed.as_bytes(), &signature)
    } else {
        let key = UnparsedPublicKey::new(&signature::ED25519, bytes(&key["x"]));
        key.verify(signed.as_bytes(), &signature)
    };
    verified.is_ok()
}

async fn a_token_is_signed_by_a_key_of_the_set(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let token = token(&mut ada).await;
    let head = head_of(&token);
    assert_eq!(head, json!({"alg": "EdDSA", "kid": head["kid"]}));
    let keys = keys(&test).await;
    assert_eq!(keys.len(), 1);
    let key = &keys[0];
    assert_eq!(
        *key,
        json!({
            "alg": "EdDSA", "crv": "Ed25519", "kty": "OKP", "kid": head["kid"], "x": key["x"],
        })
    );
    assert!(verifies(&token, key));
    let claims = claims_of(&token);
    assert_eq!(
        claims,
        json!({
            "name": "", "email": "ada@example.com", "emailVerified": false, "image": null,
            "createdAt": moment(0), "updatedAt": moment(0),
            "id": "ada", "sub": "ada", "iat": at(0), "exp": at(900),
            "iss": "http://localhost:8000", "aud": "http://localhost:8000",
            "sid": ada.session().await["session"]["id"],
        })
    );
}

async fn a_token_opens_the_api_for_a_quarter_of_an_hour(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let robot = test.holder_of("ada", &token(&mut ada).await);
    robot.adds("x").await;
    assert_eq!(robot.get("/api/auth/me").await.is(200).json()["id"], "ada");
    test.clock.advance_seconds(900);
    robot.get("/api/tasks").await.is(200);
    // The clocks of two servers may differ by half a minute.
    test.clock.advance_seconds(31);
    robot.get("/api/tasks").await.is(401).saying("Token expired");
}

async fn keys_change_and_stay_listed(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let first = token(&mut ada).await;
    test.clock.advance_seconds(90 * DAY);
    ada.signs_in("ada").await;
    let second = token(&mut ada).await;
    assert_ne!(head_of(&first)["kid"], head_of(&second)["kid"]);
    let listed = keys(&test).await;
    assert_eq!(listed.len(), 2);
    for token in [&first, &second] {
        let key = listed.iter().find(|key| key["kid"] == head_of(token)["kid"]);
        assert!(verifies(token, key.expect("the key is listed")));
    }
    test.holder_of("ada", &second).get("/api/tasks").await.is(200);
    test.clock.advance_seconds(30 * DAY);
    let listed = keys(&test).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["kid"], head_of(&second)["kid"]);
}

async fn the_operator_chooses_the_algorithm(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.settings.jwt_algorithm = JwtAlgorithm::Es256;
    })
    .await;
    let mut ada = Browser::of_member(&test, "ada").await;
    let token = token(&mut ada).await;
    assert_eq!(head_of(&token)["alg"], "ES256");
    let key = keys(&test).await.remove(0);
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"]),
        (&json!("EC"), &json!("P-256"), &json!("ES256"))
    );
    assert_eq!(key["kid"], head_of(&token)["kid"]);
    assert_eq!(key.get("d"), None);
    assert!(verifies(&token, &key));
    test.holder_of("ada", &token).get("/api/tasks").await.is(200);
}

async fn the_look_at_a_session_brings_a_token(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let answer = ada.get("/get-session").await.is(200);
    let token = answer.header("set-auth-jwt");
    assert_eq!(claims_of(token)["sub"], "ada");
    assert!(verifies(token, &keys(&test).await[0]));
    test.holder_of("ada", token).get("/api/tasks").await.is(200);
}

async fn a_token_is_no_session_and_nobody_gets_one(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let robot = test.holder_of("ada", &token(&mut ada).await);
    assert_eq!(robot.get("/api/auth/get-session").await.is(200).text(), "null");
    for path in ["/api/auth/token", "/api/auth/list-sessions"] {
        robot.get(path).await.fails(401, "Unauthorized", "UNAUTHORIZED");
        test.nobody().get(path).await.fails(401, "Unauthorized", "UNAUTHORIZED");
    }
}

async fn a_token_can_log_its_session_out(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let tokens = [token(&mut ada).await, token(&mut ada).await];
    let [one, other] = tokens.each_ref().map(|token| test.holder_of("ada", token));
    other.get("/api/tasks").await.is(200);
    one.post("/api/auth/logout", json!({})).await.is(200);
    assert!(!ada.is_in().await);
    for robot in [one, other] {
        robot.get("/api/tasks").await.is(401).saying("Invalid token");
    }
}

async fn a_forged_token_opens_nothing(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    test.bob().await;
    let good = token(&mut ada).await;
    let (signed, signature) = good.rsplit_once('.').expect("a token has parts");
    let (head, _) = signed.split_once('.').expect("a token has parts");
    let mut claims = claims_of(&good);
    claims["sub"] = json!("bob");
    let none = part(&json!({"alg": "none", "kid": head_of(&good)["kid"]}));
    // The public key is no secret, so it must not be one for HS256 either.
    let confused = json!({"alg": "HS256", "kid": head_of(&good)["kid"]});
    let key = bytes(&keys(&test).await[0]["x"]);
    for token in [
        format!("{head}.{}.{signature}", part(&claims)),
        format!("{none}.{}.", part(&claims)),
        format!("{none}.{}.{signature}", part(&claims)),
        crate::support::sign_with(&confused, &claims, &key),
        format!("{signed}."),
    ] {
        test.holder_of("bob", &token).get("/api/tasks").await.is(401).saying("Invalid token");
    }
}

async fn replicas_sign_with_the_same_key(database: Database) {
    let (one, other) = (TestApp::new(&database).await, TestApp::new(&database).await);
    let (here, there) = tokio::join!(keys(&one), keys(&other));
    assert_eq!(here, there);
    assert_eq!(here.len(), 1);
    let mut ada = Browser::of_member(&one, "ada").await;
    let token = token(&mut ada).await;
    other.holder_of("ada", &token).get("/api/tasks").await.is(200);
    // After a restart too.
    one.store.close().await;
    let again = TestApp::new(&database).await;
    assert_eq!(keys(&again).await, here);
}
