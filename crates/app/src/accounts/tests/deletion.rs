//! Ada leaves, and others would have her gone.

use super::*;

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
