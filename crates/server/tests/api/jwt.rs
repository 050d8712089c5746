//! Tokens that others made, well or badly.

use axum::{
    Router,
    http::{Method, header},
    routing::get,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use crate::support::{Database, Log, Person, SECRET, TestApp, at, part, sign, sign_with, token_of};

on_both_databases! {
    a_token_signed_with_the_shared_secret_is_accepted,
    a_forged_token_is_refused,
    a_header_that_is_no_bearer_token_is_refused,
    a_verification_mails_token_is_none,
    the_user_is_the_first_that_is_named,
    a_user_that_is_not_text_is_nobody,
    a_time_that_is_no_number_makes_a_token_invalid,
    a_token_is_good_between_its_times_give_or_take_half_a_minute,
    reading_leaves_no_trace_and_writing_makes_a_user,
}

on_any_database! {
    a_token_of_an_external_server_is_checked_against_its_keys,
    without_keys_of_an_external_server_only_the_secret_counts,
    an_external_server_that_is_away_is_a_503,
    the_log_says_that_a_token_is_of_another_server,
}

fn hs256() -> Value {
    json!({"alg": "HS256", "typ": "JWT"})
}

fn claims() -> Value {
    json!({"sub": "ada", "iat": at(0), "exp": at(3600)})
}

/// What the holder of a token hears: who they are, or a sentence.
async fn hears(test: &TestApp, token: &str) -> String {
    let holder = test.holder_of("somebody", token);
    let answer = holder.post("/api/tasks", json!({"title": "x"})).await;
    let body = answer.json();
    match answer.status.as_u16() {
        201 => body["user_id"].as_str().expect("an owner is text").to_owned(),
        401 => body["detail"].as_str().expect("a refusal is a sentence").to_owned(),
        other => panic!("{other}: {body}"),
    }
}

async fn a_token_signed_with_the_shared_secret_is_accepted(test: TestApp) {
    assert_eq!(hears(&test, &sign(&claims())).await, "ada");
    for more in [
        json!({"sub": "ada", "exp": at(60)}),
        json!({"sub": "ada", "exp": at(60), "iss": "https://elsewhere", "aud": ["x", "y"]}),
        json!({"sub": "ada", "exp": at(60), "email": "ada@example.com", "name": "Ada"}),
        json!({"id": "ada", "exp": at(60), "email": "ada@example.com", "image": null}),
        json!({"userId": "ada", "exp": at(60)}),
    ] {
        assert_eq!(hears(&test, &sign(&more)).await, "ada", "{more}");
    }
    let headers = [json!({"alg": "HS256"}), json!({"alg": "HS256", "typ": "at+jwt", "kid": "x"})];
    for header in headers {
        let token = sign_with(&header, &claims(), SECRET.as_bytes());
        assert_eq!(hears(&test, &token).await, "ada", "{header}");
    }
}

async fn a_forged_token_is_refused(test: TestApp) {
    let tokens = [cut_up(), signed_by_others(), naming_other_algorithms()].concat();
    assert!(tokens.len() > 25);
    for token in tokens {
        assert_eq!(hears(&test, &token).await, "Invalid token", "{token}");
    }
}

/// Parts of a good token, put together wrongly.
fn cut_up() -> Vec<String> {
    let good = sign(&claims());
    let (signed, signature) = good.rsplit_once('.').expect("a token has three parts");
    let header = part(&hs256());
    let bob = part(&json!({"sub": "bob", "exp": at(3600)}));
    vec![
        format!("{signed}."),
        signed.to_owned(),
        format!("{good}="),
        format!("{good}.{signature}"),
        format!("{signed}.{}", signature.to_uppercase()),
        format!("{header}.{bob}.{signature}"),
        format!("{header}..{signature}"),
        format!("..{signature}"),
        format!("{}{good}", "x".repeat(9000)),
        "..".to_owned(),
        "x".to_owned(),
        "a.b.c".to_owned(),
    ]
}

fn signed_by_others() -> Vec<String> {
    let by = |key: &[u8]| sign_with(&hs256(), &claims(), key);
    vec![
        by(b"another secret, just as long as ours is"),
        by(b""),
        by(&SECRET.as_bytes()[1..]),
        sign_with(&hs256(), &json!([claims()]), SECRET.as_bytes()),
        sign_with(&hs256(), &json!("ada"), SECRET.as_bytes()),
    ]
}

/// With the right signature as far as the secret goes, or with none.
fn naming_other_algorithms() -> Vec<String> {
    let unsigned = ["none", "None", "NONE", "HS256"]
        .map(|name| format!("{}.{}.", part(&json!({"alg": name})), part(&claims())));
    let signed = [
        json!({"alg": "none"}),
        json!({"alg": "HS384"}),
        json!({"alg": "HS512"}),
        json!({"alg": "RS256"}),
        json!({"alg": "ES256"}),
        json!({"alg": "EdDSA"}),
        json!({"alg": "hs256"}),
        json!({"alg": ["HS256"]}),
        json!({"alg": null}),
        json!({"typ": "JWT"}),
        json!({"alg": "HS256", "crit": ["exp"]}),
        json!(["HS256"]),
    ]
    .map(|header| sign_with(&header, &claims(), SECRET.as_bytes()));
    unsigned.into_iter().chain(signed).collect()
}

async fn a_header_that_is_no_bearer_token_is_refused(test: TestApp) {
    let (nobody, token) = (test.nobody(), token_of("ada"));
    let asks = |values: &[String]| {
        let begin = nobody.asks(Method::GET, "/api/tasks");
        values.iter().fold(begin, |asks, value| asks.header(header::AUTHORIZATION, value))
    };
    nobody.send(asks(&[]), "").await.is(401).saying("Not authenticated").coded("not_authenticated");
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        nobody.send(asks(&[format!("{scheme} {token}")]), "").await.is(200);
    }
    nobody.send(asks(&[format!("Bearer   {token} ")]), "").await.is(200);
    for value in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Bearer{token}"),
        format!("Bearer\t{token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Basic {token}"),
        format!("Token {token}"),
        "Bearer \"\"".to_owned(),
        "Bearer null".to_owned(),
        "Bearer undefined".to_owned(),
    ] {
        let answer = nobody.send(asks(std::slice::from_ref(&value)), "").await;
        answer.is(401).saying("Invalid token").coded("invalid_token");
    }
    let twice = [format!("Bearer {token}"), format!("Bearer {token}")];
    nobody.send(asks(&twice), "").await.is(401).saying("Invalid token");
}

async fn a_verification_mails_token_is_none(test: TestApp) {
    let exp = at(3600);
    for mail in [
        json!({"email": "ada@example.com", "exp": exp}),
        json!({"email": "ada@example.com", "iat": at(0), "exp": exp}),
        json!({"email": "ada@example.com", "userId": "ada", "iat": at(0), "exp": exp}),
        json!({"email": "a@b.co", "updateTo": "c@d.co", "sub": "ada", "exp": exp}),
        json!({"sub": "ada", "requestType": "change-email-verification", "exp": exp}),
        json!({"sub": "ada", "requestType": null, "exp": exp}),
        json!({"sub": "ada", "email": "a@b.co", "updateTo": "", "exp": exp}),
    ] {
        assert_eq!(hears(&test, &sign(&mail)).await, "Invalid token", "{mail}");
    }
}

async fn the_user_is_the_first_that_is_named(test: TestApp) {
    for (names, expected) in [
        (json!({"sub": "a", "userId": "b", "id": "c", "user_id": "d"}), "a"),
        (json!({"userId": "b", "id": "c", "user_id": "d"}), "b"),
        (json!({"user_id": "d", "id": "c"}), "c"),
        (json!({"user_id": "d"}), "d"),
        (json!({"sub": "42"}), "42"),
        (json!({"sub": "042"}), "042"),
    ] {
        let mut claims = names.clone();
        claims["exp"] = json!(at(3600));
        assert_eq!(hears(&test, &sign(&claims)).await, expected, "{names}");
    }
    let nameless = sign(&json!({"exp": at(3600), "user": {"id": "ada"}, "email_verified": true}));
    assert_eq!(hears(&test, &nameless).await, "Invalid user identity");
}

async fn a_user_that_is_not_text_is_nobody(test: TestApp) {
    let long = "x".repeat(256);
    for wrong in [
        json!(null),
        json!(""),
        json!(" \t"),
        json!("\u{2003}"),
        json!(42),
        json!(0),
        json!(4.2),
        json!(true),
        json!([]),
        json!(["ada"]),
        json!({"id": "ada"}),
        json!("a\0b"),
        json!(long),
    ] {
        // What is there and wrong is not skipped for what comes after it.
        for claims in [
            json!({"sub": wrong, "userId": "ada", "exp": at(3600)}),
            json!({"userId": wrong, "id": "ada", "exp": at(3600)}),
        ] {
            let token = sign(&claims);
            assert_eq!(hears(&test, &token).await, "Invalid user identity", "{claims}");
        }
    }
}

async fn a_time_that_is_no_number_makes_a_token_invalid(test: TestApp) {
    for claim in ["exp", "nbf", "iat"] {
        for wrong in [json!("9999999999"), json!(null), json!([at(3600)]), json!({}), json!(true)] {
            let mut claims = claims();
            claims[claim] = wrong;
            let token = sign(&claims);
            assert_eq!(hears(&test, &token).await, "Invalid token", "{claims}");
        }
    }
    let endless = sign(&json!({"sub": "ada"}));
    assert_eq!(hears(&test, &endless).await, "Invalid token");
    for exp in [json!(at(3600)), json!(1e15), json!(1_795_257_000.5)] {
        assert_eq!(hears(&test, &sign(&json!({"sub": "ada", "exp": exp}))).await, "ada", "{exp}");
    }
    for exp in [json!(0), json!(-1), json!(-1e300)] {
        let over = sign(&json!({"sub": "ada", "exp": exp}));
        assert_eq!(hears(&test, &over).await, "Token expired", "{exp}");
    }
}

async fn a_token_is_good_between_its_times_give_or_take_half_a_minute(test: TestApp) {
    let token = sign(&json!({"sub": "ada", "iat": at(30), "nbf": at(30), "exp": at(100)}));
    let early = sign(&json!({"sub": "ada", "iat": at(31), "exp": at(100)}));
    let later = sign(&json!({"sub": "ada", "nbf": at(31), "exp": at(100)}));
    assert_eq!(hears(&test, &token).await, "ada");
    assert_eq!(hears(&test, &early).await, "Invalid token");
    assert_eq!(hears(&test, &later).await, "Invalid token");
    test.clock.advance_seconds(1);
    for token in [&early, &later] {
        assert_eq!(hears(&test, token).await, "ada");
    }
    test.clock.advance_seconds(128);
    assert_eq!(hears(&test, &token).await, "ada");
    test.clock.advance_seconds(1);
    assert_eq!(hears(&test, &token).await, "Token expired");
}

async fn reading_leaves_no_trace_and_writing_makes_a_user(test: TestApp) {
    let carl = test.stranger("carl");
    carl.get("/api/tasks").await.is(200);
    carl.get("/api/tasks/1").await.is(404);
    carl.get("/api/conversations").await.is(200);
    carl.patch("/api/tasks/1", json!({"title": "x"})).await.is(404);
    carl.get("/api/auth/me").await.is(404).saying("User not found");
    carl.adds("x").await;
    carl.adds("y").await;
    let me = carl.get("/api/auth/me").await.is(200).json();
    assert_eq!(me, json!({"id": "carl", "email": null, "created_at": "2026-11-21T09:30:00.000Z"}));
    assert_eq!(carl.titles("/api/carl/tasks").await, ["y", "x"]);
    let robot = test.stranger("dora").makes_token(&["read"]).await;
    robot.get("/api/auth/me").await.is(200);
}

/// Another server's key pair.
fn key_pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("any 32 bytes are a seed")
}

fn external_token(key: &Ed25519KeyPair, claims: &Value) -> String {
    let header = json!({"alg": "EdDSA", "kid": "one"});
    let signed = format!("{}.{}", part(&header), part(claims));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// A server that shows the public half of the first key pair.
async fn key_server() -> String {
    let public = BASE64_URL_SAFE_NO_PAD.encode(key_pair(1).public_key());
    let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": public}]});
    let show = move || async move { axum::Json(keys) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    let router = Router::new().route("/jwks", get(show));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/jwks")
}

async fn a_token_of_an_external_server_is_checked_against_its_keys(database: Database) {
    let url = key_server().await;
    let test = TestApp::with(&database, |setup| {
        setup.settings.external.jwks_url = Some(url);
        setup.settings.external.issuer = Some("https://auth.example.com".to_owned());
        setup.settings.external.audience = Some("rondo".to_owned());
    })
    .await;
    let claims = |iss: &str, aud: Value| json!({"sub": "carl", "exp": at(3600), "iss": iss, "aud": aud, "sid": "theirs"});
    let right = claims("https://auth.example.com", json!(["other", "rondo"]));
    let carl = test.holder_of("carl", &external_token(&key_pair(1), &right));
    carl.adds("x").await;
    assert_eq!(carl.titles("/api/carl/tasks").await, ["x"]);
    for token in [
        external_token(&key_pair(2), &right),
        external_token(&key_pair(1), &claims("https://evil.example.com", json!("rondo"))),
        external_token(&key_pair(1), &claims("https://auth.example.com", json!("other"))),
        external_token(&key_pair(1), &json!({"sub": "carl", "exp": at(3600)})),
        // The public key is no secret, so it must not serve as one.
        sign_with(&json!({"alg": "HS256"}), &right, key_pair(1).public_key().as_ref()),
    ] {
        assert_eq!(hears(&test, &token).await, "Invalid token");
    }
    // Tokens of the shared secret need neither issuer nor audience.
    assert_eq!(hears(&test, &token_of("ada")).await, "ada");
    carl.post("/api/auth/logout", json!({})).await.is(200);
    carl.get("/api/tasks").await.is(401).saying("Invalid token");
}

async fn without_keys_of_an_external_server_only_the_secret_counts(test: TestApp) {
    let token = external_token(&key_pair(1), &claims());
    assert_eq!(hears(&test, &token).await, "Invalid token");
}

async fn the_log_says_that_a_token_is_of_another_server(test: TestApp) {
    let plain = "h3Kq9vT2mXw8Zc5bNf7pLd4rSg6jYa1e";
    let signed = format!("{plain}.xGm7Zp0JtK1uYb5hQf9sVd3wLr8nCe2aTi6oUj4kXyM=");
    for (token, part) in [(plain, "part=\"session\""), (&signed, "part=\"form\"")] {
        let log = Log::default();
        {
            let _kept = tracing::subscriber::set_default(log.subscriber());
            assert_eq!(hears(&test, token).await, "Invalid token");
        }
        let log = log.text();
        assert!(log.contains("a token was refused") && log.contains(part), "{log}");
        assert!(log.contains("a session of ours") && !log.contains(plain), "{log}");
    }
}

async fn an_external_server_that_is_away_is_a_503(database: Database) {
    let test = TestApp::with(&database, |setup| {
        // Port 1 is for a service that nobody runs.
        setup.settings.external.jwks_url = Some("http://127.0.0.1:1/jwks".to_owned());
    })
    .await;
    let carl: Person = test.holder_of("carl", &external_token(&key_pair(1), &claims()));
    let log = Log::default();
    {
        let _kept = tracing::subscriber::set_default(log.subscriber());
        let answer = carl.get("/api/tasks").await.is(503).coded("issuer_unavailable");
        let answer = answer.saying("The issuer of this token cannot be reached, try again later");
        assert_eq!(answer.header("retry-after"), "5");
    }
    let log = log.text();
    let failed = log.lines().find(|line| line.contains("request failed"));
    let failed = failed.expect("what is ours to mend is logged");
    assert!(failed.contains("ERROR") && failed.contains("AUTH_JWKS_URL"), "{log}");
    // Whoever needs no key of theirs is served.
    test.stranger("ada").get("/api/tasks").await.is(200);
}
