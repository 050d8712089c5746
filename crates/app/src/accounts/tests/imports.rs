//! Ada comes from another system, with the password she had there.

use super::*;

/// As Better Auth writes it; made with Python's `hashlib.scrypt`, the salt being
/// its 32 hex digits taken as text.
const SCRYPT: &str = "8f14e45fceea167a5a36dedd4bea2543:\
    6468086c861650cb08d76b9340d5974b69e5c0afabd46ab902061af56593f1b7\
    c0cd9a6b7ae3f51b91623474bbae4627c94e4acbd77b395352b2273edb8af95c";

fn bcrypt(cost: u32) -> String {
    let hash = bcrypt::hash_with_salt(PASSWORD, cost, [7; 16]).expect("it is a cost");
    hash.format_for_version(bcrypt::Version::TwoA)
}

fn argon2() -> String {
    use argon2::{
        Argon2,
        password_hash::{PasswordHasher, phc::Salt},
    };
    let salt = Salt::from_b64("c2FsdHNhbHRzYWx0").expect("this is a salt");
    let hash = Argon2::default().hash_password_with_salt(PASSWORD.as_bytes(), &salt);
    hash.expect("the parameters are the defaults").to_string()
}

#[tokio::test]
async fn an_imported_password_works_and_becomes_ours() {
    for imported in [SCRYPT.to_owned(), argon2(), bcrypt(5)] {
        let test = TestApp::new().await;
        let ada = test.add_user_with_hash("ada", &imported).await;
        test.clock.advance_seconds(5);
        assert!(is_wrong(&signs_in(&test, "ada", OTHER).await));
        assert_eq!(stored_hash(&test, &ada.id).await, Some(imported), "a failure changes nothing");
        let here = signed_in(&test, "ada").await;
        let ours = stored_hash(&test, &ada.id).await.expect("she has a password");
        assert!(ours.starts_with("$2b$04$"), "{ours}");
        assert_eq!(account(&test, &ada.id).await, Some(here.user));

        assert!(test.login("ada", PASSWORD).await.is_ok());
        assert_eq!(stored_hash(&test, &ada.id).await, Some(ours), "once is enough");
        assert!(is_wrong(&signs_in(&test, "ada", OTHER).await));
    }
}

#[tokio::test]
async fn a_password_that_was_hashed_as_typed_works_on_every_keyboard_after_one_login() {
    let (typed, common) = ("pa\u{308}sswo\u{308}rd of ada", "p\u{e4}ssw\u{f6}rd of ada");
    // The first looks like a hash of ours.
    for cost in [4, 5] {
        let test = TestApp::new().await;
        let imported = bcrypt::hash_with_salt(typed, cost, [7; 16]).expect("it is a cost");
        test.add_user_with_hash("ada", &imported.to_string()).await;
        assert!(is_wrong(&signs_in(&test, "ada", common).await));
        assert!(signs_in(&test, "ada", typed).await.is_ok());
        let ours = stored_hash(&test, &id("ada")).await;
        assert_ne!(ours, Some(imported.to_string()));
        assert!(signs_in(&test, "ada", common).await.is_ok());
        assert!(signs_in(&test, "ada", typed).await.is_ok());
        assert_eq!(stored_hash(&test, &id("ada")).await, ours, "once is enough");
    }
}

#[tokio::test]
async fn several_first_logins_at_once_all_get_in() {
    let test = TestApp::new().await;
    let ada = test.add_user_with_hash("ada", SCRYPT).await;
    let here = || signs_in(&test, "ada", PASSWORD);
    let all = tokio::join!(here(), here(), here(), here());
    for outcome in [all.0, all.1, all.2, all.3] {
        let current = outcome.expect("the password is right");
        assert!(is_live(&test, &current.session).await);
    }
    assert!(stored_hash(&test, &ada.id).await.is_some_and(|hash| hash.starts_with("$2b$04$")));
}

#[tokio::test]
async fn a_password_check_in_a_session_takes_an_imported_hash_too() {
    let test = TestApp::new().await;
    test.add_user("bob").await;
    let mut ada = signed_in(&test, "bob").await;
    ada.user = test.add_user_with_hash("ada", SCRYPT).await;
    assert!(verify_password(&test.app, &ada, secret(PASSWORD)).await.is_ok());
    let wrong = verify_password(&test.app, &ada, secret(OTHER)).await;
    assert_eq!(refusal(wrong), Refusal::WrongPassword);
}
