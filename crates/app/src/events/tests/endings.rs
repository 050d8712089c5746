//! When streams end.

use super::*;
use crate::{
    accounts, api_tokens,
    batch::Batch,
    error::{Error, Why},
    input,
    testing::{PASSWORD, TTL_SECONDS},
};

/// Another login of somebody who has an account.
async fn login(test: &TestApp, name: &str) -> Authenticated {
    let made = test.login(name, PASSWORD).await.expect("the password is right");
    test.authenticate(made.access_token.expose()).await.expect("the token is good")
}

/// Moves the clock to when a login is over.
fn until_dead(test: &TestApp, login: &Authenticated) {
    test.clock.advance_seconds(login.credential.dead_at().seconds_since(test.app.now()));
}

#[tokio::test]
async fn a_stream_ends_with_the_token_that_opened_it() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let (mut idle, mut told_last) = (stream_of(&test, &ada).await, stream_of(&test, &ada).await);
    test.clock.advance_seconds(TTL_SECONDS - 1);
    change(&test, &ada.actor.user_id, 1).await;
    assert_eq!(told(&mut told_last, 1).await, [1]);
    until_dead(&test, &ada);
    change(&test, &ada.actor.user_id, 1).await;
    assert_eq!(told_last.next(PATIENCE).await, Next::Over);
    assert_eq!(idle.next(PATIENCE).await, Next::Over);
}

#[tokio::test]
async fn a_stream_that_waits_notices_that_its_token_is_over() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let mut stream = stream_of(&test, &ada).await;
    until_dead(&test, &ada);
    test.clock.advance_seconds(-1);
    let (next, ()) = tokio::join!(stream.next(PATIENCE), async {
        test.clock.advance_seconds(1);
    });
    assert_eq!(next, Next::Over);
}

#[tokio::test]
async fn a_logout_ends_the_streams_of_its_session_and_no_other() {
    let test = TestApp::new().await;
    let leaves = test.logged_in("ada").await;
    let stays = login(&test, "ada").await;
    let (mut gone, mut here) = (stream_of(&test, &leaves).await, stream_of(&test, &stays).await);
    accounts::logout(&test.app, &leaves).await.expect("there is a database");
    assert_eq!(gone.next(PATIENCE).await, Next::Over);
    assert_quiet(&mut here).await;
    change(&test, &stays.actor.user_id, 1).await;
    assert_eq!(told(&mut here, 1).await, [1]);
}

#[tokio::test]
async fn after_a_logout_elsewhere_a_hint_ends_the_stream_at_once() {
    let test = TestApp::new().await;
    let other = test.replica(2, |_| ());
    let ada = test.logged_in("ada").await;
    let mut stream = stream_of(&test, &ada).await;
    accounts::logout(&other.app, &ada).await.expect("there is a database");
    assert_quiet(&mut stream).await;
    test.app.inner().events.ended(&ada.actor.user_id);
    assert_eq!(stream.next(PATIENCE).await, Next::Over);
}

#[tokio::test]
async fn after_a_logout_elsewhere_nothing_is_told_five_seconds_later_even_without_a_hint() {
    let test = TestApp::new().await;
    let other = test.replica(2, |_| ());
    let ada = test.logged_in("ada").await;
    let mut stream = stream_of(&test, &ada).await;
    accounts::logout(&other.app, &ada).await.expect("there is a database");
    test.clock.advance_seconds(5);
    change(&test, &ada.actor.user_id, 1).await;
    assert_eq!(stream.next(PATIENCE).await, Next::Over);
}

#[tokio::test]
async fn a_login_that_ended_while_it_opened_a_stream_opens_none() {
    let test = TestApp::new().await;
    let other = test.replica(2, |_| ());
    let ada = test.logged_in("ada").await;
    // This replica still believes what it was told a moment ago.
    accounts::logout(&other.app, &ada).await.expect("there is a database");
    let refused = subscribe(&test.app, &ada.actor, Some(&ada.credential), None).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))), "{refused:?}");
}

#[tokio::test]
async fn a_token_that_is_deleted_ends_its_streams() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let body = serde_json::json!({"name": "robot", "scopes": ["read"]});
    let wanted = input::new_api_token(body).expect("this is a token");
    let made = api_tokens::issue(&test.app, &ada.actor.user_id, wanted).await;
    let (token, secret) = made.expect("there is a database");
    let robot = test.authenticate(secret.expose()).await.expect("the token is good");
    let mut stream = stream_of(&test, &robot).await;
    change(&test, &ada.actor.user_id, 1).await;
    assert_eq!(told(&mut stream, 1).await, [1]);
    let batch = Batch::new(&test.app, &ada.actor);
    assert!(api_tokens::revoke(&test.app, &batch, token.id).await.is_ok());
    assert_eq!(stream.next(PATIENCE).await, Next::Over);
}

#[tokio::test]
async fn an_account_that_is_deleted_ends_its_streams() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let mut stream = stream_of(&test, &ada).await;
    accounts::delete_user(&test.app, &ada.actor.user_id).await.expect("ada is there");
    assert_eq!(stream.next(PATIENCE).await, Next::Over);
    assert_eq!(stream.next(PATIENCE).await, Next::Over);
}

#[tokio::test]
async fn a_new_password_ends_the_streams_of_all_logins() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let mut stream = stream_of(&test, &ada).await;
    let body = serde_json::json!({"email": "ada@example.com", "password": "a wholly new sentence"});
    let new = input::registration(body).expect("this can be a password").password;
    accounts::set_password(&test.app, &ada.actor.user_id, new).await.expect("ada is there");
    assert_eq!(stream.next(PATIENCE).await, Next::Over);
}
