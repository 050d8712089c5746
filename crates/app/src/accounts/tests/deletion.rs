//! Ada leaves, and others would have her gone.

use rondo_domain::{Door, Page, Scopes};
use serde_json::json;

use super::*;
use crate::{
    api_tokens,
    auth::Authenticated,
    input::{self, ListingInput},
    tasks,
};

const DAY: i64 = 86_400;

#[tokio::test]
async fn ada_leaves_with_her_password() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let (ada, phone) = (signed_in(&test, "ada").await, signed_in(&test, "ada").await);
    let jwt = sessions::mint_token(&test.app, &ada).await.expect("there is a key");
    assert!(delete_own_account(&test.app, &ada, Some(secret(PASSWORD))).await.is_ok());
    assert_eq!(account(&test, &ada.user.id).await, None);
    assert!(!is_live(&test, &ada.session).await && !is_live(&test, &phone.session).await);
    assert!(is_wrong(&signs_in(&test, "ada", PASSWORD).await));
    // Whatever named her is refused for good.
    assert_eq!(test.hello(jwt.expose()).await, "Invalid token");
    let twice = delete_own_account(&test.app, &ada, None).await;
    assert!(matches!(twice, Err(Error::Unauthenticated(Why::InvalidToken))));
}

#[tokio::test]
async fn a_wrong_password_deletes_nothing() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    for wrong in [OTHER, "", &"x".repeat(1_000_000)] {
        let refused = delete_own_account(&test.app, &ada, Some(secret(wrong))).await;
        assert_eq!(refusal(refused), Refusal::WrongPassword);
    }
    assert!(is_live(&test, &ada.session).await);
}

#[tokio::test]
async fn without_the_password_it_takes_a_fresh_session() {
    let test = TestApp::new().await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    let (ada, bob) = (signed_in(&test, "ada").await, signed_in(&test, "bob").await);
    test.clock.advance_seconds(DAY - 1);
    assert!(delete_own_account(&test.app, &ada, None).await.is_ok());
    test.clock.advance_seconds(1);
    let refused = delete_own_account(&test.app, &bob, None).await;
    assert_eq!(refusal(refused), Refusal::SessionExpired);
    assert!(delete_own_account(&test.app, &bob, Some(secret(PASSWORD))).await.is_ok());
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_deletes_nothing() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let (stolen, own) = (signed_in(&test, "ada").await, signed_in(&test, "ada").await);
    assert!(sessions::revoke_others(&test.app, &own).await.is_ok());
    let refused = delete_own_account(&test.app, &stolen, None).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))));
    assert!(is_live(&test, &own.session).await);
}

#[tokio::test]
async fn an_account_without_a_password_is_left_in_a_fresh_session_only() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let mut eve = signed_in(&test, "ada").await;
    let mut stored = eve.user.clone();
    (stored.id, stored.email) = (id("eve"), Some(email("eve")));
    eve.user = stored.clone();
    test.write(move |txn| async move { txn.insert_user(&stored, None).await }).await;
    assert_eq!(has_password(&test.app, &eve).await.ok(), Some(false));
    let refused = delete_own_account(&test.app, &eve, Some(secret(PASSWORD))).await;
    assert_eq!(refusal(refused), Refusal::NoPassword);
}

async fn with_token(test: &TestApp, owner: &Authenticated) -> Secret<String> {
    let body = json!({"name": "script", "scopes": ["read", "write", "delete"]});
    let new = input::new_api_token(body).expect("a test token is valid");
    let (batch, shown) = (test.batch(&owner.actor), Some(&owner.credential));
    let made = api_tokens::create(&test.app, &batch, shown, new).await;
    made.expect("they may make tokens").value.1
}

async fn add_task(test: &TestApp, owner: &Authenticated, title: &str) -> rondo_domain::TaskId {
    let new = input::new_task(json!({"title": title, "tags": ["home"]})).expect("a title");
    let made = tasks::create(&test.app, &test.keyed(&owner.actor, title), new).await;
    made.expect("a task is stored").value.task.id
}

#[tokio::test]
async fn whoever_leaves_takes_everything_along() {
    let test = TestApp::new().await;
    let (ada, bob) = (test.logged_in("ada").await, test.logged_in("bob").await);
    let script = with_token(&test, &ada).await;
    let login = test.login("ada", PASSWORD).await.expect("the password is right");
    test.add_conversation(&ada.actor).await;
    let (kept, trashed) = (add_task(&test, &ada, "a").await, add_task(&test, &ada, "b").await);
    let target = tasks::Target { id: trashed, if_match: None };
    tasks::delete(&test.app, &test.batch(&ada.actor), target).await.expect("it is hers");
    let others = add_task(&test, &bob, "c").await;

    assert!(delete_me(&test.app, &ada, Some(secret(PASSWORD))).await.is_ok());
    assert_eq!(account(&test, &ada.actor.user_id).await, None);
    for token in [login.access_token.expose(), script.expose()] {
        assert_eq!(test.hello(token).await, "Invalid token");
    }
    let gone = tasks::show(&test.app, &bob.actor, kept).await;
    assert!(matches!(gone, Err(Error::NotFound(Kind::Task))), "nobody has it: {gone:?}");
    assert!(tasks::show(&test.app, &bob.actor, others).await.is_ok());

    // Nothing is left for somebody who came by the same id.
    let trash = tasks::trash(&test.app, &ada.actor, Page::default()).await;
    assert!(trash.is_ok_and(|trash| trash.tasks.is_empty() && trash.total == 0));
    let list = tasks::list(&test.app, &ada.actor, ListingInput::default()).await;
    assert!(list.is_ok_and(|list| list.tasks.is_empty() && list.total == 0));
    let (user, now) = (ada.actor.user_id.clone(), test.app.now());
    let left = test
        .app
        .store()
        .snapshot(move |txn| async move {
            let answer = txn.find_answer(&user, "a", now).await?.is_some();
            let changes = txn.list_task_changes(&user, kept, 0, 10).await?.len();
            let tags = txn.list_tags(&user).await?.len();
            Ok::<_, Error>((answer, changes, tags))
        })
        .await;
    assert_eq!(left.ok(), Some((false, 0, 0)));
    let again = test.login("ada", PASSWORD).await;
    assert!(matches!(again, Err(Error::Unauthenticated(Why::WrongCredentials))));
    let refused = delete_me(&test.app, &ada, None).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))), "{refused:?}");
}

#[tokio::test]
async fn a_program_does_not_delete_an_account() {
    let test = TestApp::new().await;
    let ada = test.logged_in("ada").await;
    let script = with_token(&test, &ada).await;
    let script = test.authenticate(script.expose()).await.expect("the token is good");
    for password in [None, Some(secret(PASSWORD))] {
        let refused = delete_me(&test.app, &script, password).await;
        assert_eq!(refusal(refused), Refusal::NeedsLogin);
    }
    assert!(account(&test, &ada.actor.user_id).await.is_some());
}

#[tokio::test]
async fn a_token_of_a_login_leaves_with_the_password_or_while_it_is_fresh() {
    // Long enough that the token outlives the first day.
    let test = TestApp::with(|settings| settings.access_token_ttl_seconds = 7 * DAY).await;
    let (ada, bob) = (test.logged_in("ada").await, test.logged_in("bob").await);
    let wrong = delete_me(&test.app, &ada, Some(secret(OTHER))).await;
    assert_eq!(refusal(wrong), Refusal::WrongPassword);
    test.clock.advance_seconds(DAY - 1);
    assert!(delete_me(&test.app, &ada, None).await.is_ok());
    test.clock.advance_seconds(1);
    assert_eq!(refusal(delete_me(&test.app, &bob, None).await), Refusal::SessionExpired);
    assert!(delete_me(&test.app, &bob, Some(secret(PASSWORD))).await.is_ok());
}

#[tokio::test]
async fn a_token_of_another_issuer_says_nothing_about_when_its_holder_signed_in() {
    let test = TestApp::new().await;
    let expires_at = test.app.now().plus_seconds(600).as_seconds();
    let token = test.sign(&json!({"sub": "external|eve", "exp": expires_at}));
    let eve = test.authenticate(&token).await.expect("the token is good");
    assert_eq!(eve.actor.door, Door::Session);
    assert_eq!(eve.actor.scopes, Scopes::FULL);
    add_task(&test, &eve, "hers").await;
    assert_eq!(refusal(delete_me(&test.app, &eve, None).await), Refusal::SessionExpired);
    let refused = delete_me(&test.app, &eve, Some(secret(PASSWORD))).await;
    assert_eq!(refusal(refused), Refusal::NoPassword);
    assert!(account(&test, &eve.actor.user_id).await.is_some());
}

#[tokio::test]
async fn a_login_that_was_ended_on_another_replica_deletes_nothing_here() {
    let test = TestApp::new().await;
    let here = test.replica(2, |_| ());
    test.add_user("ada").await;
    let made = test.login("ada", PASSWORD).await.expect("the password is right");
    let stolen = here.authenticate(made.access_token.expose()).await.expect("the token is good");
    let there = test.authenticate(made.access_token.expose()).await.expect("the token is good");
    assert!(logout(&test.app, &there).await.is_ok());
    for password in [None, Some(secret(PASSWORD))] {
        let refused = delete_me(&here.app, &stolen, password).await;
        assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))), "{refused:?}");
    }
    assert!(account(&test, &id("ada")).await.is_some());
}
