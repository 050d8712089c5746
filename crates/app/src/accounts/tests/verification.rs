//! Ada shows that mail reaches her.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde_json::json;

use super::*;

async fn asks_anonymously(test: &TestApp, name: &str) -> Result<(), Error> {
    send_verification(&test.app, (HOME, None), email(name), None).await
}

async fn asks(test: &TestApp, current: &Current, name: &str) -> Result<(), Error> {
    let callback = Some("/welcome".to_owned());
    send_verification(&test.app, (HOME, Some(current)), email(name), callback).await
}

async fn follows(test: &TestApp, token: &str) -> Result<Option<User>, Error> {
    verify_email(&test.app, token, None).await
}

#[tokio::test]
async fn a_link_verifies_the_own_address_once() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(asks(&test, &ada, "ada").await.is_ok());
    let letter = letter(&test).await;
    assert_eq!((letter.kind, &letter.to), (LetterKind::VerifyEmail, &email("ada")));
    let (token, callback) = taken_apart(&letter);
    assert_eq!(callback, "%2Fwelcome");
    assert_eq!(follows(&test, &token).await.ok(), Some(None));
    let found = account(&test, &ada.user.id).await.expect("she is there");
    assert!(found.email_verified);
    assert_eq!(refusal(follows(&test, &token).await), Refusal::InvalidLink);
}

#[tokio::test(start_paused = true)]
async fn a_stranger_learns_nothing_by_asking() {
    let test = mailing(|_| ()).await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    verified(&test, "bob").await;
    for name in ["ada", "bob", "nobody"] {
        let asked = Instant::now();
        assert!(asks_anonymously(&test, name).await.is_ok());
        assert!(asked.elapsed() >= UNHURRIED, "{name}");
    }
    assert_eq!(letter(&test).await.to, email("ada"));
    test.app.store().close().await;
    assert!(matches!(asks_anonymously(&test, "nobody").await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn who_is_signed_in_asks_for_their_own_address() {
    let test = mailing(|_| ()).await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    let ada = signed_in(&test, "ada").await;
    assert_eq!(refusal(asks(&test, &ada, "bob").await), Refusal::EmailMismatch);
    verified(&test, "ada").await;
    let ada = signed_in(&test, "ada").await;
    assert_eq!(refusal(asks(&test, &ada, "ada").await), Refusal::EmailAlreadyVerified);
    assert!(letters(&test).await.is_empty());
    let deaf = TestApp::new().await;
    let refused = send_verification(&deaf.app, (HOME, None), email("ada"), None).await;
    assert_eq!(refusal(refused), Refusal::VerificationDisabled);
}

#[tokio::test]
async fn a_link_is_good_for_an_hour_and_says_when_it_was() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(asks(&test, &ada, "ada").await.is_ok());
    let token = token(&letter(&test).await);
    test.clock.advance_seconds(LINK_SECONDS);
    assert_eq!(refusal(follows(&test, &token).await), Refusal::LinkExpired);
    test.clock.advance_seconds(-1);
    assert!(follows(&test, &token).await.is_ok());
}

#[tokio::test]
async fn a_link_of_somebody_who_is_gone_finds_nobody() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(asks(&test, &ada, "ada").await.is_ok());
    let token = token(&letter(&test).await);
    assert!(delete_user(&test.app, &ada.user.id).await.is_ok());
    assert_eq!(refusal(follows(&test, &token).await), Refusal::UnknownUser);
}

#[tokio::test]
async fn a_token_is_what_better_auth_makes_and_works_once() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(asks(&test, &ada, "ada").await.is_ok());
    let token = token(&letter(&test).await);
    let header = jsonwebtoken::decode_header(&token).expect("a token has a header");
    assert_eq!((header.alg, header.typ), (Algorithm::HS256, None));
    let found = claims(&token);
    assert_eq!(found["email"], "ada@example.com");
    assert_eq!(found["userId"], "ada");
    assert_eq!(found["iat"], NOW.as_seconds());
    assert_eq!(found["exp"], NOW.as_seconds() + LINK_SECONDS);
    assert_eq!(found["jti"].as_str().map(str::len), Some(32));
    assert_eq!(found.as_object().map(serde_json::Map::len), Some(5));
}

#[tokio::test]
async fn the_token_of_a_link_opens_nothing_else() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(asks(&test, &ada, "ada").await.is_ok());
    let token = token(&letter(&test).await);
    assert_eq!(test.hello(&token).await, "Invalid token");
    assert_eq!(reset_link_is_good(&test.app, &token).await.ok(), Some(false));
}

#[tokio::test]
async fn what_we_did_not_sign_for_this_verifies_nothing() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(asks(&test, &ada, "ada").await.is_ok());
    let real = token(&letter(&test).await);
    let (payload, _) = real.rsplit_once('.').expect("a token has a signature");
    // Better Auth signs with the secret itself, and so does whoever leaks it to
    // a front end.
    let with_secret = test.sign(&claims(&real));
    let unsigned = format!("{payload}.");
    let (_, body) = payload.split_once('.').expect("a token has a header");
    let none = format!("{}.{body}.", URL_SAFE_NO_PAD.encode("{\"alg\":\"none\"}"));
    let jwt = sessions::mint_token(&test.app, &ada).await.expect("there is a key");
    let long = format!("{real}{}", "A".repeat(1_000_000));
    for wrong in [
        "",
        ".",
        "..",
        "nonsense",
        &real[1..],
        &real[..real.len() - 1],
        &unsigned,
        &with_secret,
        &none,
        jwt.expose(),
        ada.session.token.expose(),
        &long,
    ] {
        assert_eq!(refusal(follows(&test, wrong).await), Refusal::InvalidLink);
    }
    let odd = json!({"email": "ada@example.com"});
    assert_eq!(refusal(follows(&test, &test.sign(&odd)).await), Refusal::InvalidLink);
    assert!(follows(&test, &real).await.is_ok());
}

#[tokio::test]
async fn a_link_that_better_auth_made_says_why_it_does_not_work_and_does_nothing() {
    let test = mailing(|_| ()).await;
    let ada = test.add_user("ada").await;
    let (now, hour) = (NOW.as_seconds(), LINK_SECONDS);
    let about = |name: &str, exp: i64| {
        let email = email(name);
        json!({"email": email.as_str(), "iat": exp - hour, "exp": exp})
    };
    let moving = |name: &str, exp: i64| {
        let mut claims = about(name, exp);
        claims["updateTo"] = json!("eve@example.com");
        claims["requestType"] = json!("change-email-verification");
        claims
    };
    for (claims, expected) in [
        (about("ada", now + hour), Refusal::InvalidLink),
        (about("ada", now + 1), Refusal::InvalidLink),
        (about("ada", now), Refusal::LinkExpired),
        (about("ada", now - hour), Refusal::LinkExpired),
        (about("nobody", now - hour), Refusal::LinkExpired),
        (about("nobody", now + hour), Refusal::UnknownUser),
        (moving("ada", now + hour), Refusal::InvalidLink),
        (moving("nobody", now + hour), Refusal::UnknownUser),
        (moving("ada", now - hour), Refusal::LinkExpired),
        (json!({"email": "nobody@example.com"}), Refusal::UnknownUser),
        (json!({"email": "nope", "exp": now + hour}), Refusal::InvalidLink),
        (json!({"email": "nobody@example.com", "exp": "soon"}), Refusal::InvalidLink),
        (json!({"exp": now - hour}), Refusal::InvalidLink),
    ] {
        let outcome = follows(&test, &test.sign(&claims)).await;
        assert_eq!(refusal(outcome), expected, "{claims}");
    }
    assert_eq!(account(&test, &ada.id).await, Some(ada));
}

#[tokio::test]
async fn an_access_token_is_no_link_and_tells_nothing_of_addresses() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let login = test.login("ada", PASSWORD).await.expect("the password is right");
    let mine = login.access_token.expose();
    assert_eq!(refusal(follows(&test, mine).await), Refusal::InvalidLink);
    // A front end that has the secret signs for whatever address it is told.
    let exp = NOW.as_seconds() + 60;
    let theirs = test.sign(&json!({"sub": "eve", "email": "nobody@example.com", "exp": exp}));
    assert_eq!(refusal(follows(&test, &theirs).await), Refusal::InvalidLink);
    // Nor does a token that the secret did not sign.
    let other = test.replica(2, |settings| {
        settings.secret = secret("another secret, also of 32 characters or more");
    });
    let forged = other.sign(&json!({"email": "nobody@example.com", "exp": exp}));
    assert_eq!(refusal(follows(&test, &forged).await), Refusal::InvalidLink);
}

#[tokio::test]
async fn a_link_of_another_server_is_not_ours() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(asks(&test, &ada, "ada").await.is_ok());
    let token = token(&letter(&test).await);
    let other = test.replica(2, |settings| {
        settings.secret = secret("another secret, also of 32 characters or more");
    });
    assert_eq!(refusal(follows(&other, &token).await), Refusal::InvalidLink);
}
