//! Session tokens and cookies at the door of the API.

use rondo_domain::Door;

use super::*;
use crate::{accounts::logout, auth::authenticate_cookie, error::Why};

fn encoded(text: &str) -> String {
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

async fn adas_laptop() -> (TestApp, SessionView) {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let session = sign_in(&test, "ada", true).await;
    (test, session)
}

#[tokio::test]
async fn a_session_token_opens_the_api_in_all_its_forms() {
    let (test, session) = adas_laptop().await;
    let signed = signed(&test.app, &session.token);
    for form in [session.token.expose(), signed.expose(), &encoded(signed.expose())] {
        let shown = test.authenticate(form).await.expect("the token is good");
        assert_eq!((shown.actor.user_id.as_str(), shown.actor.door), ("ada", Door::Session));
        assert_eq!(shown.credential.dead_at(), session.expires_at);
    }
}

#[tokio::test]
async fn a_forged_session_token_is_invalid() {
    let (test, session) = adas_laptop().await;
    let token = session.token.expose();
    let signed = signed(&test.app, &session.token);
    let (_, signature) = signed.expose().rsplit_once('.').expect("a signed token has a dot");
    let foreign =
        TestApp::with(|settings| settings.secret = secret("a secret of somebody else's, long"))
            .await;
    let foreign = super::signed(&foreign.app, &session.token);
    for forged in [
        "",
        ".",
        &format!("{token}."),
        &format!(".{signature}"),
        &format!("{token}.{}", &signature[..22]),
        &format!("{token}.{}", signature.trim_end_matches('=')),
        &format!("{token}.{signature}="),
        &format!("{token}.{}", signature.to_lowercase()),
        &format!("{token}%2E{}", &signature[1..]),
        &format!("{}.{signature}", "x".repeat(32)),
        &format!("{token}.{token}.{signature}"),
        foreign.expose(),
        &encoded(foreign.expose()),
        &token[1..],
        &format!("{token}x"),
        &token.to_lowercase(),
        &"x".repeat(32),
        session.id.as_str(),
    ] {
        assert_eq!(test.hello(forged).await, "Invalid token", "{forged}");
    }
    assert_eq!(test.hello(token).await, "ada");
}

#[tokio::test]
async fn only_a_cookie_that_we_signed_counts_as_one() {
    let (test, session) = adas_laptop().await;
    let cookie = signed(&test.app, &session.token);
    let shown = authenticate_cookie(&test.app, cookie.expose()).await.ok().flatten();
    assert!(shown.is_some_and(|shown| shown.actor.user_id == id("ada")));
    for unsigned in ["", session.token.expose(), &encoded(cookie.expose()), "a.b"] {
        let shown = authenticate_cookie(&test.app, unsigned).await;
        assert!(matches!(shown, Ok(None)), "{unsigned}: {shown:?}");
    }
    // Ours, but no session.
    for value in ["true", "", &"x".repeat(32)] {
        let cookie = signed(&test.app, &secret(value));
        let shown = authenticate_cookie(&test.app, cookie.expose()).await;
        let is_dead = matches!(shown, Err(Error::Unauthenticated(Why::InvalidToken)));
        assert!(is_dead, "{value}: {shown:?}");
    }
}

#[tokio::test]
async fn a_token_seen_lately_is_known_without_a_database() {
    let (test, session) = adas_laptop().await;
    let token = session.token.expose();
    let current = must_read(&test, &session.token).await;
    let jwt = mint_token(&test.app, &current).await.expect("there is a database");
    for shown in [token, jwt.expose()] {
        assert_eq!(test.hello(shown).await, "ada");
    }
    test.app.store().close().await;
    test.clock.advance_seconds(3);
    let cookie = signed(&test.app, &session.token);
    for shown in [token, cookie.expose(), jwt.expose()] {
        assert_eq!(test.hello(shown).await, "ada");
    }
    test.clock.advance_seconds(1);
    for shown in [token, cookie.expose(), jwt.expose(), &"x".repeat(32)] {
        let answer = test.authenticate(shown).await;
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn a_session_that_is_over_says_so_and_the_api_renews_none() {
    let (test, session) = adas_laptop().await;
    test.clock.advance_seconds(WEEK - 1);
    assert_eq!(test.hello(session.token.expose()).await, "ada");
    test.clock.advance_seconds(1);
    assert_eq!(test.hello(session.token.expose()).await, "Token expired");
    assert_eq!(reads(&test, &session.token).await, None);
    assert_eq!(test.hello(session.token.expose()).await, "Invalid token");
}

#[tokio::test]
async fn a_session_that_was_renewed_elsewhere_goes_on() {
    let (test, session) = adas_laptop().await;
    let other = test.replica(2, |_| ());
    assert_eq!(other.hello(session.token.expose()).await, "ada");
    test.clock.advance_seconds(DAY);
    assert!(must_read(&test, &session.token).await.is_renewed);
    test.clock.advance_seconds(WEEK - 1);
    assert_eq!(other.hello(session.token.expose()).await, "ada");
    test.clock.advance_seconds(1);
    assert_eq!(other.hello(session.token.expose()).await, "Token expired");
}

#[tokio::test]
async fn logging_out_with_a_session_token_ends_its_session() {
    let (test, session) = adas_laptop().await;
    let phone = sign_in(&test, "ada", true).await;
    let shown = test.authenticate(session.token.expose()).await.expect("the token is good");
    assert!(logout(&test.app, &shown).await.is_ok());
    assert_eq!(test.hello(session.token.expose()).await, "Invalid token");
    assert!(!is_signed_in(&test, &session).await);
    assert_eq!(test.hello(phone.token.expose()).await, "ada");
}
