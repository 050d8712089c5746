//! Ada registers, logs in, logs out; strangers guess.

use std::{sync::Arc, time::Duration};

use rondo_domain::SessionId;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::timeout};

use super::*;
use crate::{
    auth::{LEEWAY_SECONDS, authenticate},
    input,
    testing::{TTL_SECONDS, session},
};

fn form(name: &str) -> Registration {
    let body = json!({"email": email(name).as_str(), "password": PASSWORD, "name": name});
    input::registration(body).expect("a test registration is valid")
}

#[tokio::test]
async fn ada_registers_logs_in_looks_and_logs_out() {
    let test = TestApp::new().await;
    let ada = register(&test.app, HOME, form("ada")).await.expect("the door is open");
    assert_eq!(ada.id.as_str().len(), 32);
    assert_eq!(ada.created_at, NOW);

    let LoggedIn { access_token, user } =
        test.login("ada", PASSWORD).await.expect("the password is right");
    assert_eq!(user, ada);
    let ada_here = test.authenticate(access_token.expose()).await.expect("the token is good");
    assert_eq!(show(&test.app, &ada_here.actor).await.ok(), Some(ada));

    assert!(logout(&test.app, &ada_here).await.is_ok());
    assert_eq!(test.hello(access_token.expose()).await, "Invalid token");
    assert!(logout(&test.app, &ada_here).await.is_ok());
}

#[tokio::test]
async fn an_address_has_one_account() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let again = register(&test.app, HOME, form("ada")).await;
    assert!(matches!(again, Err(Error::Conflict(Taken::Email))));
}

#[tokio::test]
async fn two_registrations_at_once_make_one_account() {
    let test = TestApp::new().await;
    let both = tokio::join!(
        register(&test.app, HOME, form("ada")),
        register(&test.app, HOME, form("ada"))
    );
    let outcomes = [both.0, both.1].map(|outcome| outcome.map_err(|error| error.code()).err());
    assert!(outcomes.contains(&None) && outcomes.contains(&Some("email_taken")), "{outcomes:?}");
}

#[tokio::test]
async fn a_closed_door_is_closed_to_strangers_and_open_to_the_operator() {
    let test = TestApp::with(|settings| settings.registration_open = false).await;
    let refused = register(&test.app, HOME, form("ada")).await;
    assert!(matches!(refused, Err(Error::Forbidden(Refusal::RegistrationClosed))));
    assert!(add_user(&test.app, form("ada")).await.is_ok());
    assert!(find_user(&test.app, &email("ada")).await.is_ok());
    let nobody = find_user(&test.app, &email("bob")).await;
    assert!(matches!(nobody, Err(Error::NotFound(Kind::User))));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_say_the_same() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    for password in ["correct horse batterY", "", " correct horse battery", "a\0b"] {
        assert!(is_wrong(&test.login("ada", password).await), "{password:?}");
    }
    assert!(is_wrong(&test.login("nobody", PASSWORD).await));
    assert!(test.login("ada", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn an_external_user_has_no_password_to_log_in_with() {
    let test = TestApp::new().await;
    let mut eve = test.add_user("unrelated").await;
    eve.id = id("eve");
    eve.email = Some(email("eve"));
    test.write(move |txn| async move { txn.insert_user(&eve, None).await }).await;
    assert!(is_wrong(&test.login("eve", PASSWORD).await));
}

#[tokio::test]
async fn a_token_expires_with_its_session() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let token = test.login("ada", PASSWORD).await.expect("the password is right").access_token;
    test.clock.advance_seconds(TTL_SECONDS + LEEWAY_SECONDS - 1);
    assert_eq!(test.hello(token.expose()).await, "ada");
    test.clock.advance_seconds(1);
    assert_eq!(test.hello(token.expose()).await, "Token expired");
}

#[tokio::test]
async fn logging_out_ends_one_session_only() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let phone = test.login("ada", PASSWORD).await.expect("the password is right").access_token;
    let laptop = test.login("ada", PASSWORD).await.expect("the password is right").access_token;
    assert_ne!(phone, laptop);
    let on_phone = authenticate(&test.app, phone.expose()).await.expect("the token is good");
    assert!(logout(&test.app, &on_phone).await.is_ok());
    assert_eq!(test.hello(phone.expose()).await, "Invalid token");
    assert_eq!(test.hello(laptop.expose()).await, "ada");
}

#[tokio::test]
async fn a_token_of_somebody_else_is_revoked_by_its_hash() {
    let test = TestApp::new().await;
    let claims = |jti: &str| json!({"sub": "eve", "exp": NOW.as_seconds() + 60, "jti": jti});
    let (one, other) = (test.sign(&claims("1")), test.sign(&claims("2")));
    let eve = test.authenticate(&one).await.expect("the token is good");
    let nobody = show(&test.app, &eve.actor).await;
    assert!(matches!(nobody, Err(Error::NotFound(Kind::User))));
    assert!(logout(&test.app, &eve).await.is_ok());
    assert_eq!(test.hello(&one).await, "Invalid token");
    assert_eq!(test.hello(&other).await, "eve");

    // For as long as it would pass, whatever this process remembers.
    test.clock.advance_seconds(60 + LEEWAY_SECONDS - 1);
    test.app.inner().standing.forget_all();
    let now = test.app.now();
    test.write(move |txn| async move { txn.purge_expired(now).await }).await;
    assert_eq!(test.hello(&one).await, "Invalid token");
    assert_eq!(test.hello(&other).await, "eve");
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_and_a_deleted_account_everything() {
    let test = TestApp::new().await;
    let ada = test.add_user("ada").await;
    let token = test.login("ada", PASSWORD).await.expect("the password is right").access_token;
    let stolen = test.sign(&json!({"sub": "ada", "exp": NOW.as_seconds() + 60}));
    assert_eq!(test.hello(token.expose()).await, "ada");
    assert_eq!(test.hello(&stolen).await, "ada");

    let new = NewPassword::parse("a wholly new password").expect("long enough");
    assert!(set_password(&test.app, &ada.id, new.clone()).await.is_ok());
    assert_eq!(test.hello(token.expose()).await, "Invalid token");
    assert!(is_wrong(&test.login("ada", PASSWORD).await));
    assert!(test.login("ada", "a wholly new password").await.is_ok());

    assert!(delete_user(&test.app, &ada.id).await.is_ok());
    assert_eq!(test.hello(&stolen).await, "Invalid token");
    assert!(is_wrong(&test.login("ada", "a wholly new password").await));
    let gone = [
        delete_user(&test.app, &ada.id).await.err(),
        set_password(&test.app, &ada.id, new).await.err(),
    ];
    assert!(gone.iter().all(|error| matches!(error, Some(Error::NotFound(Kind::User)))));
}

#[tokio::test]
async fn a_success_forgets_the_failures_before_it() {
    let limit = Limit { count: 3, window_seconds: 300 };
    let limits = Limits { login_per_account: Some(limit), ..Limits::off() };
    let test = TestApp::with(|settings| settings.limits = limits).await;
    test.add_user("ada").await;
    for _ in 0..2 {
        assert!(is_wrong(&test.login("ada", "wrong").await));
        assert!(is_wrong(&test.login("ada", "wrong").await));
        assert!(test.login("ada", PASSWORD).await.is_ok());
    }
    for _ in 0..3 {
        assert!(is_wrong(&test.login("ada", "wrong").await));
    }
    let refused = test.login("ada", PASSWORD).await;
    let wait = match refused {
        Err(Error::RateLimited { retry_after_seconds }) => retry_after_seconds,
        other => panic!("{other:?}"),
    };
    test.clock.advance_seconds(wait);
    assert!(test.login("ada", PASSWORD).await.is_ok());
}

/// Waits until the session that ended yesterday is cleared out.
async fn old_session_goes(test: &TestApp, owner: &User) {
    let is_there = || {
        let id = owner.id.clone();
        let old = SessionId::new("old").expect("a test id is valid");
        // Asked as of the past, it is live for as long as it is there.
        test.read(move |txn| async move { txn.session_is_live(&id, &old, NOW).await })
    };
    let gone = async { while is_there().await {} };
    assert!(timeout(Duration::from_secs(5), gone).await.is_ok(), "it is still there");
}

async fn old_session_of(test: &TestApp, owner: &User) {
    let session = session(&owner.id, "old", NOW.plus_seconds(1));
    test.write(move |txn| async move { txn.insert_session(&session).await }).await;
}

#[tokio::test]
async fn without_limits_what_has_expired_does_not_pile_up() {
    let test = TestApp::new().await;
    let ada = test.add_user("ada").await;
    old_session_of(&test, &ada).await;
    test.clock.advance_seconds(86_400);
    assert!(test.login("ada", PASSWORD).await.is_ok());
    old_session_goes(&test, &ada).await;

    // Nor where nobody logs in, because all tokens come from elsewhere.
    old_session_of(&test, &ada).await;
    test.clock.advance_seconds(600);
    let expires = test.app.now().as_seconds() + 60;
    let eve = test.authenticate(&test.sign(&json!({"sub": "eve", "exp": expires}))).await;
    assert!(logout(&test.app, &eve.expect("the token is good")).await.is_ok());
    old_session_goes(&test, &ada).await;
}

#[tokio::test]
async fn registrations_are_limited_before_anything_is_looked_up() {
    let limit = Limit { count: 2, window_seconds: 600 };
    let limits = Limits { register_per_address: Some(limit), ..Limits::off() };
    let test = TestApp::with(|settings| settings.limits = limits).await;
    test.add_user("ada").await;
    for _ in 0..2 {
        let taken = register(&test.app, HOME, form("ada")).await;
        assert!(matches!(taken, Err(Error::Conflict(_))));
    }
    let limited = register(&test.app, HOME, form("ada")).await;
    assert!(matches!(limited, Err(Error::RateLimited { retry_after_seconds: 600 })));
}

#[tokio::test]
async fn twenty_four_logins_at_once_all_get_an_answer() {
    let test = Arc::new(TestApp::new().await);
    test.add_user("ada").await;
    let mut logins = JoinSet::new();
    for _ in 0..24 {
        let test = Arc::clone(&test);
        logins.spawn(async move { test.login("ada", PASSWORD).await.is_ok() });
    }
    assert_eq!(logins.join_all().await, [true; 24]);
}

#[tokio::test]
async fn what_a_token_says_is_what_the_contract_says() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let token = test.login("ada", PASSWORD).await.expect("the password is right").access_token;
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(token.expose())
        .expect("a token has claims");
    assert_eq!(claims["sub"], "ada");
    assert_eq!(claims["email"], "ada@example.com");
    assert_eq!(claims["iat"], NOW.as_seconds());
    assert_eq!(claims["exp"], NOW.as_seconds() + TTL_SECONDS);
    assert!(claims["sid"].as_str().and_then(SessionId::new).is_some());
    assert_eq!(claims["jti"].as_str().map(str::len), Some(32));
    assert_eq!(claims.as_object().map(serde_json::Map::len), Some(6));
}
