//! Ada's name and picture.

use rondo_domain::{Image, Name};

use super::*;

#[tokio::test]
async fn ada_changes_what_she_says_of_herself() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let bob = test.add_user("bob").await;
    let ada = signed_in(&test, "ada").await;
    let name = Name::parse("Ada Lovelace").expect("a test name is valid");
    let image = Image::parse("https://example.com/a.png").expect("a test picture is valid");
    test.clock.advance_seconds(5);

    let patch = ProfilePatch { name: Some(name.clone()), image: Some(Some(image.clone())) };
    let both = update_profile(&test.app, &ada, patch).await.expect("she may");
    assert_eq!((&both.name, both.image.as_ref()), (&name, Some(&image)));
    assert_eq!(both.updated_at, test.app.now());
    assert_eq!(account(&test, &ada.user.id).await, Some(both));

    let patch = ProfilePatch { image: Some(None), ..ProfilePatch::default() };
    let without = update_profile(&test.app, &ada, patch).await.expect("she may");
    assert_eq!((without.name, without.image), (name, None));
    assert_eq!(account(&test, &bob.id).await, Some(bob));
}

#[tokio::test]
async fn an_account_that_is_gone_has_no_name() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(delete_user(&test.app, &ada.user.id).await.is_ok());
    let refused = update_profile(&test.app, &ada, ProfilePatch::default()).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))));
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_changes_no_name() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    let (own, thief) = (signed_in(&test, "ada").await, signed_in(&test, "ada").await);
    assert!(sessions::revoke_others(&test.app, &own).await.is_ok());
    let name = Name::parse("Thief").expect("a test name is valid");
    let patch = ProfilePatch { name: Some(name), image: None };
    let refused = update_profile(&test.app, &thief, patch).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))));
    assert_eq!(account(&test, &own.user.id).await, Some(own.user));
}
