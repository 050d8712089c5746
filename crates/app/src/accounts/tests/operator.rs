//! What the operator does for ada.

use rondo_domain::Name;

use super::*;
use crate::{api_tokens, input};

#[tokio::test(start_paused = true)]
async fn a_password_from_the_operator_ends_sessions_and_links_and_leaves_tokens() {
    let test = mailing(|_| ()).await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    let (ada, bob) = (signed_in(&test, "ada").await, signed_in(&test, "bob").await);
    let mut links = Vec::new();
    for name in ["ada", "bob"] {
        assert!(request_password_reset(&test.app, HOME, email(name), None).await.is_ok());
        links.push(token(&letter(&test).await));
    }
    let script = serde_json::json!({"name": "script", "scopes": ["read"]});
    let script = input::new_api_token(script).expect("a test token is valid");
    let script = api_tokens::issue(&test.app, &ada.user.id, script).await;
    let (_, script) = script.expect("she may");

    assert!(set_password(&test.app, &ada.user.id, new_password(OTHER)).await.is_ok());
    let live = [is_live(&test, &ada.session).await, is_live(&test, &bob.session).await];
    assert_eq!(live, [false, true]);
    for (link, is_good) in links.iter().zip([false, true]) {
        assert_eq!(reset_link_is_good(&test.app, link).await.ok(), Some(is_good));
    }
    assert_eq!(test.hello(script.expose()).await, "ada");
    assert!(is_wrong(&signs_in(&test, "ada", PASSWORD).await));
    assert!(signs_in(&test, "ada", OTHER).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn whom_the_operator_adds_can_sign_in_where_addresses_have_to_be_verified() {
    let test = strict().await;
    let registration = |name: &str| Registration {
        email: email(name),
        password: new_password(PASSWORD),
        name: Name::default(),
    };
    let ada = add_user(&test.app, registration("ada")).await.expect("the address is free");
    assert!(ada.email_verified);
    assert_eq!(account(&test, &ada.id).await, Some(ada));
    assert!(signs_in(&test, "ada", PASSWORD).await.is_ok());
    assert_eq!(letters(&test).await, [], "there is nothing to verify");

    // A stranger vouches for nothing.
    let bob = register(&test.app, HOME, registration("bob")).await.expect("the door is open");
    assert!(!bob.email_verified);
    assert_eq!(refusal(signs_in(&test, "bob", PASSWORD).await), Refusal::EmailNotVerified);
}
