//! Ada has forgotten her password, and others wish she had.

use super::*;
use crate::{api_tokens, input};

async fn asks(test: &TestApp, name: &str) -> Result<(), Error> {
    request_password_reset(&test.app, HOME, email(name), Some("/reset".to_owned())).await
}

/// The token that a mail brings to somebody who asks for it.
async fn link(test: &TestApp, name: &str) -> String {
    asks(test, name).await.expect("there is mail");
    token(&letter(test).await)
}

async fn resets(test: &TestApp, token: &str, password: &str) -> Result<(), Error> {
    reset_password(&test.app, token, new_password(password)).await
}

async fn is_good(test: &TestApp, token: &str) -> bool {
    reset_link_is_good(&test.app, token).await.expect("there is a database")
}

#[tokio::test(start_paused = true)]
async fn a_link_in_a_mail_sets_a_new_password_once() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let (laptop, phone) = (signed_in(&test, "ada").await, test.login("ada", PASSWORD).await);
    let phone = phone.expect("the password is right").access_token;
    asks(&test, "ada").await.expect("there is mail");
    let letter = letter(&test).await;
    assert_eq!((letter.kind, &letter.to), (LetterKind::ResetPassword, &email("ada")));
    let (link, callback) = taken_apart(&letter);
    assert_eq!((link.len(), callback.as_str()), (24, "%2Freset"));

    assert!(is_good(&test, &link).await && is_good(&test, &link).await, "looking costs nothing");
    assert!(resets(&test, &link, OTHER).await.is_ok());
    assert!(!is_live(&test, &laptop.session).await);
    assert_eq!(test.hello(phone.expose()).await, "Invalid token");
    assert!(is_wrong(&signs_in(&test, "ada", PASSWORD).await));
    assert!(signs_in(&test, "ada", OTHER).await.is_ok());

    assert!(!is_good(&test, &link).await);
    assert_eq!(refusal(resets(&test, &link, "once more please").await), Refusal::InvalidLink);
    assert!(signs_in(&test, "ada", OTHER).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn nobody_learns_who_has_an_account() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    for name in ["ada", "nobody"] {
        let asked = Instant::now();
        assert!(asks(&test, name).await.is_ok());
        assert!(asked.elapsed() >= UNHURRIED, "{name}");
    }
    assert_eq!(letter(&test).await.to, email("ada"));
}

#[tokio::test(start_paused = true)]
async fn one_reset_makes_all_other_links_void() {
    let test = mailing(|_| ()).await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    let (first, second) = (link(&test, "ada").await, link(&test, "ada").await);
    let bobs = link(&test, "bob").await;
    assert!(resets(&test, &first, OTHER).await.is_ok());
    assert_eq!(refusal(resets(&test, &second, PASSWORD).await), Refusal::InvalidLink);
    assert!(is_good(&test, &bobs).await);
}

#[tokio::test(start_paused = true)]
async fn of_two_at_once_one_gets_in() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let link = link(&test, "ada").await;
    let third = "yet another password";
    let both = tokio::join!(resets(&test, &link, OTHER), resets(&test, &link, third));
    let winner = match (both.0.is_ok(), both.1.is_ok()) {
        (true, false) => OTHER,
        (false, true) => third,
        other => panic!("{other:?}"),
    };
    assert!(signs_in(&test, "ada", winner).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_link_is_good_for_an_hour() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let link = link(&test, "ada").await;
    test.clock.advance_seconds(LINK_SECONDS - 1);
    assert!(is_good(&test, &link).await);
    test.clock.advance_seconds(1);
    assert!(!is_good(&test, &link).await);
    assert_eq!(refusal(resets(&test, &link, OTHER).await), Refusal::InvalidLink);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_link_sets_nothing() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    let real = link(&test, "ada").await;
    assert!(send_verification(&test.app, (HOME, Some(&ada)), email("ada"), None).await.is_ok());
    let other_kind = token(&letter(&test).await);
    let session = ada.session.token.expose().as_str();
    let longer = format!("{real}A");
    for wrong in
        ["", "nonsense", &real[1..], &longer, &real.to_lowercase(), &other_kind, session, "\0"]
    {
        assert!(!is_good(&test, wrong).await, "{wrong:?}");
        assert_eq!(refusal(resets(&test, wrong, OTHER).await), Refusal::InvalidLink, "{wrong:?}");
    }
    assert_eq!(refusal(resets(&test, &"x".repeat(1_000_000), OTHER).await), Refusal::InvalidLink);
    assert!(is_good(&test, &real).await);
}

#[tokio::test(start_paused = true)]
async fn an_easy_password_does_not_cost_the_link() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let link = link(&test, "ada").await;
    // Whoever sends a token says not whose it is, so only now it is seen.
    let Err(Error::Invalid(problems)) = resets(&test, &link, "ada@example.com").await else {
        panic!("her address is no password of hers");
    };
    assert_eq!((problems[0].field, &problems[0].input), (Some("newPassword"), &None));
    assert!(resets(&test, &link, OTHER).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn who_had_no_password_gets_one() {
    let test = mailing(|_| ()).await;
    let mut eve = test.add_user("unrelated").await;
    (eve.id, eve.email) = (id("eve"), Some(email("eve")));
    let stored = eve.clone();
    test.write(move |txn| async move { txn.insert_user(&stored, None).await }).await;
    assert!(is_wrong(&signs_in(&test, "eve", OTHER).await));
    let link = link(&test, "eve").await;
    assert!(resets(&test, &link, OTHER).await.is_ok());
    assert!(signs_in(&test, "eve", OTHER).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_reset_deletes_access_tokens_and_a_change_does_not() {
    let test = mailing(|_| ()).await;
    let mut tokens = Vec::new();
    for name in ["ada", "bob"] {
        let owner = test.logged_in(name).await;
        let body = serde_json::json!({"name": "script", "scopes": ["read"]});
        let new = input::new_api_token(body).expect("a test token is valid");
        let (batch, shown) = (test.batch(&owner.actor), Some(&owner.credential));
        let made = api_tokens::create(&test.app, &batch, shown, new).await;
        tokens.push(made.expect("they may").value.1.expose().clone());
    }
    let here = signed_in(&test, "ada").await;
    let change =
        PasswordChange { current: secret(PASSWORD), new: new_password(OTHER), renew: false };
    assert!(change_password(&test.app, &here, &device(), change).await.is_ok());
    assert_eq!(test.hello(&tokens[0]).await, "ada");

    let link = link(&test, "ada").await;
    assert!(resets(&test, &link, PASSWORD).await.is_ok());
    assert_eq!(test.hello(&tokens[0]).await, "Invalid token");
    assert_eq!(test.hello(&tokens[1]).await, "bob");
}

#[tokio::test]
async fn without_mail_there_is_no_reset() {
    let test = TestApp::new().await;
    test.add_user("ada").await;
    for name in ["ada", "nobody"] {
        assert_eq!(refusal(asks(&test, name).await), Refusal::ResetDisabled);
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_flooded_with_links() {
    let limit = |count| Some(Limit { count, window_seconds: 600 });
    let limits = Limits { mail_per_account: limit(2), mail_per_address: limit(3), ..Limits::off() };
    let test = mailing(|settings| settings.limits = limits).await;
    test.add_user("ada").await;
    for name in ["ada", "nobody"] {
        assert!(asks(&test, name).await.is_ok(), "{name}");
    }
    assert!(asks(&test, "ada").await.is_ok());
    assert!(is_limited(&asks(&test, "bob").await), "too many from here");
    let away = "203.0.113.9".parse().expect("a test address is valid");
    let elsewhere = request_password_reset(&test.app, away, email("ada"), None).await;
    assert!(is_limited(&elsewhere), "too many to her");
    assert_eq!(letters(&test).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_away_is_no_success() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let link = link(&test, "ada").await;
    test.app.store().close().await;
    assert!(matches!(asks(&test, "ada").await, Err(Error::Unavailable(_))));
    assert!(matches!(asks(&test, "nobody").await, Err(Error::Unavailable(_))));
    let good = reset_link_is_good(&test.app, &link).await;
    assert!(matches!(good, Err(Error::Unavailable(_))));
    assert!(matches!(resets(&test, &link, OTHER).await, Err(Error::Unavailable(_))));
}

#[tokio::test(start_paused = true)]
async fn mails_that_a_stranger_asks_for_keep_nobody_from_a_new_password() {
    let limit = Some(Limit { count: 2, window_seconds: 600 });
    let limits = Limits { mail_per_account: limit, ..Limits::off() };
    let test = mailing(|settings| settings.limits = limits).await;
    for name in ["ada", "eve"] {
        test.add_user(name).await;
        verified(&test, name).await;
    }
    let eve = signed_in(&test, "eve").await;
    for _ in 0..3 {
        // None of these sends anything: the address is verified, and taken.
        let _ = send_verification(&test.app, (HOME, None), email("ada"), None).await;
        let _ = request_email_change(&test.app, &eve, email("ada"), None).await;
    }
    assert!(is_limited(&send_verification(&test.app, (HOME, None), email("ada"), None).await));
    assert!(letters(&test).await.is_empty());
    assert!(asks(&test, "ada").await.is_ok());
    assert_eq!(letter(&test).await.kind, LetterKind::ResetPassword);
}

#[tokio::test(start_paused = true)]
async fn who_follows_a_link_to_a_new_password_has_shown_that_mail_arrives() {
    let test = strict().await;
    test.add_user("ada").await;
    assert_eq!(refusal(signs_in(&test, "ada", PASSWORD).await), Refusal::EmailNotVerified);
    let link = link(&test, "ada").await;
    assert!(resets(&test, &link, OTHER).await.is_ok());
    let ada = signs_in(&test, "ada", OTHER).await.expect("the address is verified");
    assert!(ada.user.email_verified);
}

#[tokio::test]
async fn whose_link_is_not_good_hears_nothing_of_the_password() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let refused = resets(&test, &"x".repeat(24), "password").await;
    assert_eq!(refusal(refused), Refusal::InvalidLink);
}
