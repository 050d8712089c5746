//! Ada's tokens: what they open, when they stop, and who may make them.

use rondo_domain::{Door, Scope, Scopes, TokenName};

use super::*;
use crate::{
    accounts,
    auth::{Authenticated, anonymous},
    testing::{NOW, PASSWORD, TestApp},
};

fn input(name: &str, scopes: &[Scope], expires_in_days: i64) -> NewApiTokenInput {
    let name = TokenName::parse(name).expect("a test name is valid");
    NewApiTokenInput { name, scopes: Scopes::of(scopes), expires_in_days }
}

/// Makes a token for somebody who logged in.
async fn make(
    test: &TestApp,
    who: &Authenticated,
    input: NewApiTokenInput,
) -> Result<(ApiToken, Secret<String>), Error> {
    let batch = test.batch(&who.actor);
    create(&test.app, &batch, Some(&who.credential), input).await.map(|done| done.value)
}

#[tokio::test]
async fn a_token_opens_its_users_data_with_its_scopes_only() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let made = make(&test, &ada, input("cron", &[Scope::Read], 30)).await;
    let (stored, token) = made.expect("ada may make tokens");
    assert_eq!(stored.expires_at, NOW.plus_seconds(30 * DAY_SECONDS));

    let shown = test.authenticate(token.expose()).await.expect("the token is good");
    assert_eq!(shown.actor.user_id, ada.actor.user_id);
    assert_eq!(shown.actor.door, Door::ApiToken);
    assert_eq!(shown.actor.scopes, Scopes::of(&[Scope::Read]));
}

#[tokio::test]
async fn a_token_stops_when_it_expires_or_is_revoked() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let made = make(&test, &ada, input("short", &[Scope::Read], 1)).await;
    let (_, short) = made.expect("ada may make tokens");
    let made = make(&test, &ada, input("long", &[Scope::Read], 90)).await;
    let (stored, long) = made.expect("ada may make tokens");

    test.clock.advance_seconds(DAY_SECONDS);
    assert_eq!(test.hello(short.expose()).await, "Token expired");
    assert_eq!(test.hello(long.expose()).await, "ada");
    assert!(revoke(&test.app, &test.batch(&ada.actor), stored.id).await.is_ok());
    assert_eq!(test.hello(long.expose()).await, "Invalid token");
    let again = revoke(&test.app, &test.batch(&ada.actor), stored.id).await;
    assert!(matches!(again, Err(Error::NotFound(Kind::ApiToken))));
}

#[tokio::test]
async fn a_token_that_is_asked_for_again_is_the_same_one() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let once = test.keyed(&ada.actor, "k");
    let make = async || {
        let shown = Some(&ada.credential);
        create(&test.app, &once, shown, input("cron", &[Scope::Read], 30)).await
    };
    let first = make().await.expect("ada may make tokens");
    let again = make().await.expect("it was made before");
    assert_eq!((first.is_replayed, again.is_replayed), (false, true));
    assert_eq!(first.value.0, again.value.0);
    assert_eq!(first.value.1.expose(), again.value.1.expose());
    assert_eq!(list(&test.app, &ada.actor).await.map(|tokens| tokens.len()).ok(), Some(1));

    let (user, key, now) = (ada.actor.user_id.clone(), "k", test.app.now());
    let kept = test.read(move |txn| async move { txn.find_answer(&user, key, now).await }).await;
    let kept = kept.expect("the outcome is kept").answer;
    let secret = again.value.1.expose();
    let readable = secret.rsplit(['_', '.']).next().expect("a token has a secret part");
    assert!(kept.contains("cron") && !kept.contains(readable), "{kept}");

    // The server's secret was replaced: nobody can show the token any more.
    let other = test.replica(2, |settings| {
        settings.secret = Secret::new("another secret, of 32 characters or more".to_owned());
    });
    let lost =
        create(&other.app, &once, Some(&ada.credential), input("cron", &[Scope::Read], 30)).await;
    assert!(matches!(lost, Err(Error::Internal(_))), "{lost:?}");
}

#[tokio::test]
async fn a_token_that_was_ended_twice_with_one_key_was_ended() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let made = make(&test, &ada, input("cron", &[Scope::Read], 30)).await;
    let (stored, _) = made.expect("ada may make tokens");
    let once = test.keyed(&ada.actor, "k");
    for is_replayed in [false, true] {
        let done = revoke(&test.app, &once, stored.id).await.expect("it is hers");
        assert_eq!((done.is_replayed, done.batch_id), (is_replayed, None));
    }
}

#[tokio::test]
async fn a_token_with_another_users_id_in_it_opens_nothing() {
    let test = TestApp::new().await;
    let (ada, _) = (test.logged_in("ada").await, test.logged_in("bob").await);
    let made = make(&test, &ada, input("x", &[Scope::Read], 1)).await;
    let (_, token) = made.expect("ada may make tokens");
    // "YWRh" is ada, "Ym9i" is bob.
    let forged = token.expose().replace("YWRh", "Ym9i");
    assert_ne!(&forged, token.expose());
    assert_eq!(test.hello(&forged).await, "Invalid token");
}

#[tokio::test]
async fn bob_cannot_see_or_revoke_adas_token() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.logged_in("ada").await, test.logged_in("bob").await);
    let made = make(&test, &ada, input("x", &[Scope::Read], 1)).await;
    let (stored, token) = made.expect("ada may make tokens");
    assert_eq!(list(&test.app, &bob.actor).await.ok(), Some(vec![]));
    let refused = revoke(&test.app, &test.batch(&bob.actor), stored.id).await;
    assert!(matches!(refused, Err(Error::NotFound(_))));
    assert_eq!(test.hello(token.expose()).await, "ada");
}

#[tokio::test]
async fn only_somebody_who_logged_in_manages_tokens() {
    let test = TestApp::with(|settings| settings.demo_mode = true).await;
    let ada = test.logged_in("ada").await;
    let made = make(&test, &ada, input("x", &Scope::ALL, 1)).await;
    let (stored, token) = made.expect("ada may make tokens");
    let shown = test.authenticate(token.expose()).await.expect("the token is good");
    let demo = anonymous(&test.app).expect("demo mode is on");
    for (actor, shown) in [(shown.actor, Some(shown.credential)), (demo, None)] {
        let batch = test.batch(&actor);
        let refused = [
            create(&test.app, &batch, shown.as_ref(), input("y", &[Scope::Read], 1)).await.err(),
            list(&test.app, &actor).await.err(),
            revoke(&test.app, &batch, stored.id).await.err(),
        ];
        for error in refused {
            assert!(matches!(error, Some(Error::Forbidden(Refusal::NeedsLogin))), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_hundred_tokens_are_enough() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    for number in 0..MAX_TOKENS {
        let made = make(&test, &ada, input(&number.to_string(), &[Scope::Read], 1)).await;
        assert!(made.is_ok());
    }
    let one_more = make(&test, &ada, input("x", &[Scope::Read], 1)).await;
    assert!(matches!(one_more, Err(Error::Conflict(Taken::TooManyTokens))));
    let listed = list(&test.app, &ada.actor).await.expect("ada sees her tokens");
    assert_eq!(listed.len(), 100);
    assert_eq!(listed[0].name.as_str(), "99");
}

#[tokio::test]
async fn the_last_use_is_noted_at_most_once_a_minute() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let made = make(&test, &ada, input("x", &[Scope::Read], 1)).await;
    let (_, token) = made.expect("ada may make tokens");
    // The note is written by a task of its own, after the answer.
    for (advance, noted) in [(0, 0), (59, 0), (1, 60)] {
        test.clock.advance_seconds(advance);
        assert_eq!(test.hello(token.expose()).await, "ada");
        let expected = Some(NOW.plus_seconds(noted));
        while list(&test.app, &ada.actor).await.expect("ada sees her tokens")[0].last_used_at
            != expected
        {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn an_external_user_may_have_tokens_too() {
    let test = TestApp::new().await;
    let expires_at = test.app.now().plus_seconds(60).as_seconds();
    let shown = test.sign(&serde_json::json!({"sub": "external|eve", "exp": expires_at}));
    let eve = test.authenticate(&shown).await.expect("the token is good");
    let made = make(&test, &eve, input("x", &[Scope::Read], 1)).await;
    let (_, token) = made.expect("eve may make tokens");
    assert_eq!(test.hello(token.expose()).await, "external|eve");
}

#[tokio::test]
async fn a_login_that_was_ended_on_another_replica_makes_no_token_here() {
    let test = TestApp::new().await;
    let here = test.replica(2, |_| ());
    test.add_user("ada").await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let made = test.login("ada", PASSWORD).await.expect("the password is right");
        tokens.push(made.access_token);
    }
    let own = test.authenticate(tokens[0].expose()).await.expect("the token is good");
    let thief = here.authenticate(tokens[1].expose()).await.expect("the token is good");
    let there = test.authenticate(tokens[1].expose()).await.expect("the token is good");
    assert!(accounts::logout(&test.app, &there).await.is_ok());

    assert_eq!(here.hello(tokens[1].expose()).await, "ada", "it is believed for a while");
    let refused = make(&here, &thief, input("x", &[Scope::Read], 1)).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))), "{refused:?}");
    assert!(make(&test, &own, input("x", &[Scope::Read], 1)).await.is_ok());
    assert_eq!(list(&test.app, &own.actor).await.map(|tokens| tokens.len()).ok(), Some(1));
}

#[tokio::test]
async fn a_token_without_a_session_that_was_logged_out_elsewhere_makes_none_either() {
    let test = TestApp::new().await;
    let here = test.replica(2, |_| ());
    let expires_at = test.app.now().plus_seconds(600).as_seconds();
    let token = test.sign(&serde_json::json!({"sub": "external|eve", "exp": expires_at}));
    let eve = here.authenticate(&token).await.expect("the token is good");
    let there = test.authenticate(&token).await.expect("the token is good");
    assert!(accounts::logout(&test.app, &there).await.is_ok());
    let refused = make(&here, &eve, input("x", &[Scope::Read], 1)).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))), "{refused:?}");
}
