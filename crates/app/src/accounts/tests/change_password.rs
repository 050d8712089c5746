//! Ada has a new password, and others find her browser open.

use super::*;

fn change(current: &str, new: &str, renew: bool) -> PasswordChange {
    PasswordChange { current: secret(current), new: new_password(new), renew }
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let (ada, other) = (signed_in(&test, "ada").await, signed_in(&test, "ada").await);
    let changed = change_password(&test.app, &ada, &device(), change(PASSWORD, OTHER, false)).await;
    let (user, session) = changed.expect("she knows the old one");
    assert_eq!((user.id, session), (ada.user.id.clone(), None));
    assert!(is_live(&test, &ada.session).await);
    assert!(!is_live(&test, &other.session).await);
    assert!(is_wrong(&signs_in(&test, "ada", PASSWORD).await));
    assert!(signs_in(&test, "ada", OTHER).await.is_ok());
}

#[tokio::test]
async fn the_own_session_can_be_replaced_too() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let (ada, other) = (signed_in(&test, "ada").await, signed_in(&test, "ada").await);
    let changed = change_password(&test.app, &ada, &device(), change(PASSWORD, OTHER, true)).await;
    let renewed = changed.expect("she knows the old one").1.expect("there is a new session");
    assert_ne!(renewed.token, ada.session.token);
    assert_eq!(renewed.remembered, ada.session.remembered);
    let live = [
        is_live(&test, &ada.session).await,
        is_live(&test, &other.session).await,
        is_live(&test, &renewed).await,
    ];
    assert_eq!(live, [false, false, true]);
}

#[tokio::test]
async fn who_does_not_know_the_old_password_changes_nothing() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let (ada, other) = (signed_in(&test, "ada").await, signed_in(&test, "ada").await);
    for wrong in ["not the one", "", &"x".repeat(1_000_000)] {
        let refused = change_password(&test.app, &ada, &device(), change(wrong, OTHER, true)).await;
        assert_eq!(refusal(refused), Refusal::WrongPassword);
        let refused = verify_password(&test.app, &ada, secret(wrong)).await;
        assert_eq!(refusal(refused), Refusal::WrongPassword);
    }
    assert!(is_live(&test, &ada.session).await && is_live(&test, &other.session).await);
    assert!(verify_password(&test.app, &ada, secret(PASSWORD)).await.is_ok());
    assert_eq!(has_password(&test.app, &ada).await.ok(), Some(true));
}

#[tokio::test]
async fn two_changes_at_once_leave_one_password() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    let third = "yet another password";
    let (one, two) = (change(PASSWORD, OTHER, false), change(PASSWORD, third, false));
    let device = device();
    let both = tokio::join!(
        change_password(&test.app, &ada, &device, one),
        change_password(&test.app, &ada, &device, two)
    );
    let won = [both.0.is_ok(), both.1.is_ok()];
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    let winner = if won[0] { OTHER } else { third };
    assert!(signs_in(&test, "ada", winner).await.is_ok());
}

#[tokio::test]
async fn an_open_browser_is_no_place_for_guesses() {
    let limit = Some(Limit { count: 3, window_seconds: 300 });
    let limits = Limits { password_check_per_account: limit, ..Limits::off() };
    let test = TestApp::with(|settings| settings.limits = limits).await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    let (ada, bob) = (signed_in(&test, "ada").await, signed_in(&test, "bob").await);
    // However it is asked: there is one counter.
    let guess = || secret("a guess");
    assert!(verify_password(&test.app, &ada, guess()).await.is_err());
    assert!(delete_own_account(&test.app, &ada, Some(guess())).await.is_err());
    assert!(change_password(&test.app, &ada, &device(), change("x", OTHER, true)).await.is_err());
    assert!(is_limited(&verify_password(&test.app, &ada, secret(PASSWORD)).await));
    let deleted = delete_own_account(&test.app, &ada, Some(secret(PASSWORD))).await;
    assert!(is_limited(&deleted));
    assert!(verify_password(&test.app, &bob, secret(PASSWORD)).await.is_ok());
    test.clock.advance_seconds(300);
    assert!(verify_password(&test.app, &ada, secret(PASSWORD)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_new_password_makes_links_to_another_void() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(request_password_reset(&test.app, HOME, email("ada"), None).await.is_ok());
    let link = token(&letter(&test).await);
    let changed = change_password(&test.app, &ada, &device(), change(PASSWORD, OTHER, false)).await;
    assert!(changed.is_ok());
    assert_eq!(reset_link_is_good(&test.app, &link).await.ok(), Some(false));
}
