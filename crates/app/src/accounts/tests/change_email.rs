//! Ada moves to another address.

use rondo_domain::Email;

use super::*;

async fn asks(test: &TestApp, current: &Current, new: &str) -> Result<(), Error> {
    request_email_change(&test.app, current, email(new), Some("/moved".to_owned())).await
}

async fn link(test: &TestApp, current: &Current, new: &str) -> String {
    asks(test, current, new).await.expect("there is mail");
    token(&letter(test).await)
}

#[tokio::test(start_paused = true)]
async fn the_link_in_the_mail_makes_the_change_once() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    asks(&test, &ada, "lovelace").await.expect("there is mail");
    let letter = letter(&test).await;
    assert_eq!((letter.kind, &letter.to), (LetterKind::ChangeEmail, &email("lovelace")));
    let (token, callback) = taken_apart(&letter);
    assert_eq!(callback, "%2Fmoved");
    let before = account(&test, &ada.user.id).await.and_then(|user| user.email);
    assert_eq!(before, Some(email("ada")), "not before the link is followed");

    let changed = verify_email(&test.app, &token, None).await.expect("the link is good");
    assert_eq!(changed.and_then(|user| user.email), Some(email("lovelace")));
    assert_eq!(refusal(verify_email(&test.app, &token, None).await), Refusal::InvalidLink);
    assert!(is_wrong(&signs_in(&test, "ada", PASSWORD).await));
    assert!(signs_in(&test, "lovelace", PASSWORD).await.is_ok());
    assert!(is_live(&test, &ada.session).await);
}

#[tokio::test(start_paused = true)]
async fn the_new_address_is_as_verified_as_the_old_one() {
    let test = mailing(|_| ()).await;
    for (name, new, is_verified) in [("ada", "lovelace", false), ("bob", "builder", true)] {
        test.add_user(name).await;
        if is_verified {
            verified(&test, name).await;
        }
        let current = signed_in(&test, name).await;
        let link = link(&test, &current, new).await;
        let changed = verify_email(&test.app, &link, None).await.expect("the link is good");
        assert_eq!(changed.map(|user| user.email_verified), Some(is_verified));
        assert_eq!(letter(&test).await.to, email(name), "the old address is told");
    }
}

#[tokio::test(start_paused = true)]
async fn a_taken_address_gets_no_mail_and_nobody_is_told() {
    let test = mailing(|_| ()).await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    let ada = signed_in(&test, "ada").await;
    for new in ["bob", "nobody"] {
        let asked = Instant::now();
        assert!(asks(&test, &ada, new).await.is_ok(), "{new}");
        assert!(asked.elapsed() >= UNHURRIED, "{new}");
    }
    assert_eq!(letter(&test).await.to, email("nobody"));
    assert_eq!(refusal(asks(&test, &ada, "ada").await), Refusal::SameEmail);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_was_taken_meanwhile_stays_where_it_is() {
    let test = mailing(|_| ()).await;
    let ada = test.add_user("ada").await;
    let here = signed_in(&test, "ada").await;
    let link = link(&test, &here, "bob").await;
    let bob = test.add_user("bob").await;
    assert_eq!(refusal(verify_email(&test.app, &link, None).await), Refusal::InvalidLink);
    assert_eq!(account(&test, &ada.id).await, Some(ada));
    assert_eq!(account(&test, &bob.id).await, Some(bob));
}

#[tokio::test(start_paused = true)]
async fn of_two_changes_only_the_first_is_made() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    let (one, two) = (link(&test, &ada, "one").await, link(&test, &ada, "two").await);
    assert!(verify_email(&test.app, &two, None).await.is_ok());
    assert_eq!(refusal(verify_email(&test.app, &one, None).await), Refusal::InvalidLink);
    assert!(signs_in(&test, "two", PASSWORD).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_old_mailbox_opens_nothing_any_more() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(request_password_reset(&test.app, HOME, email("ada"), None).await.is_ok());
    let reset = token(&letter(&test).await);
    assert!(send_verification(&test.app, (HOME, Some(&ada)), email("ada"), None).await.is_ok());
    let verify = token(&letter(&test).await);

    let change = link(&test, &ada, "lovelace").await;
    assert!(verify_email(&test.app, &change, None).await.is_ok());
    assert_eq!(reset_link_is_good(&test.app, &reset).await.ok(), Some(false));
    assert_eq!(refusal(verify_email(&test.app, &verify, None).await), Refusal::InvalidLink);
}

#[tokio::test(start_paused = true)]
async fn a_change_is_for_one_account() {
    let test = mailing(|_| ()).await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    let ada = signed_in(&test, "ada").await;
    let link = link(&test, &ada, "lovelace").await;
    // Ada leaves, and bob takes the address that she had.
    assert!(delete_user(&test.app, &ada.user.id).await.is_ok());
    let bob = signed_in(&test, "bob").await;
    let bobs = self::link(&test, &bob, "ada").await;
    assert!(verify_email(&test.app, &bobs, None).await.is_ok());
    assert_eq!(refusal(verify_email(&test.app, &link, None).await), Refusal::UnknownUser);
    let found = account(&test, &bob.user.id).await.and_then(|user| user.email);
    assert_eq!(found, Some(email("ada")));
}

#[tokio::test(start_paused = true)]
async fn a_link_to_move_is_refused_in_the_browser_of_somebody_else_and_stays_good() {
    let test = mailing(|_| ()).await;
    for name in ["ada", "bob"] {
        test.add_user(name).await;
    }
    let (ada, bob) = (signed_in(&test, "ada").await, signed_in(&test, "bob").await);
    let link = link(&test, &ada, "lovelace").await;
    let refused = verify_email(&test.app, &link, Some(&bob)).await;
    assert_eq!(refusal(refused), Refusal::WrongUser);
    for (name, current) in [("ada", &ada), ("bob", &bob)] {
        let found = account(&test, &current.user.id).await.and_then(|user| user.email);
        assert_eq!(found, Some(email(name)));
    }
    let changed = verify_email(&test.app, &link, Some(&ada)).await.expect("the link is good");
    assert_eq!(changed.and_then(|user| user.email), Some(email("lovelace")));
    assert_eq!(letters(&test).await.len(), 1, "the old address is told");
    // A link that only verifies may be followed by anybody: it shows that the
    // mail was read.
    assert!(send_verification(&test.app, (HOME, Some(&bob)), email("bob"), None).await.is_ok());
    let verify = token(&letter(&test).await);
    assert!(verify_email(&test.app, &verify, Some(&ada)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn moving_has_limits_and_needs_mail() {
    let limit = Some(Limit { count: 2, window_seconds: 600 });
    let limits = Limits { mail_per_account: limit, ..Limits::off() };
    let test = mailing(|settings| settings.limits = limits).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    assert!(asks(&test, &ada, "one").await.is_ok());
    assert!(asks(&test, &ada, "two").await.is_ok());
    assert!(is_limited(&asks(&test, &ada, "three").await));

    let deaf = TestApp::new().await;
    deaf.add_user("ada").await;
    let ada = signed_in(&deaf, "ada").await;
    assert_eq!(refusal(asks(&deaf, &ada, "one").await), Refusal::VerificationDisabled);
}

#[tokio::test(start_paused = true)]
async fn the_old_address_is_told_of_the_move() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let ada = signed_in(&test, "ada").await;
    let link = link(&test, &ada, "lovelace").await;
    assert!(verify_email(&test.app, &link, None).await.is_ok());
    let told = letter(&test).await;
    assert_eq!((told.kind, &told.to), (LetterKind::EmailChanged, &email("ada")));
    assert_eq!(told.link.expose(), "http://localhost:8000", "there is nothing to be done with it");
    assert!(verify_email(&test.app, &link, None).await.is_err());
    assert!(letters(&test).await.is_empty(), "nothing was changed");
}

/// A link to another address that whoever stole ada's session asked for.
async fn thiefs_link(test: &TestApp) -> String {
    test.add_user("ada").await;
    let thief = signed_in(test, "ada").await;
    link(test, &thief, "thief").await
}

async fn is_void(test: &TestApp, link: &str) -> bool {
    let refused = refusal(verify_email(&test.app, link, None).await) == Refusal::InvalidLink;
    let found = account(test, &id("ada")).await.and_then(|user| user.email);
    refused && found == Some(email("ada"))
}

#[tokio::test(start_paused = true)]
async fn a_reset_password_ends_the_move_that_a_thief_asked_for() {
    let test = mailing(|_| ()).await;
    let link = thiefs_link(&test).await;
    assert!(request_password_reset(&test.app, HOME, email("ada"), None).await.is_ok());
    let reset = token(&letter(&test).await);
    assert!(reset_password(&test.app, &reset, new_password(OTHER)).await.is_ok());
    assert!(is_void(&test, &link).await);
}

#[tokio::test(start_paused = true)]
async fn a_changed_password_ends_the_move_that_a_thief_asked_for() {
    for renew in [false, true] {
        let test = mailing(|_| ()).await;
        let link = thiefs_link(&test).await;
        let ada = signed_in(&test, "ada").await;
        let change = PasswordChange { current: secret(PASSWORD), new: new_password(OTHER), renew };
        assert!(change_password(&test.app, &ada, &device(), change).await.is_ok());
        assert!(is_void(&test, &link).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_password_from_the_operator_ends_the_move_that_a_thief_asked_for() {
    let test = mailing(|_| ()).await;
    let link = thiefs_link(&test).await;
    assert!(set_password(&test.app, &id("ada"), new_password(OTHER)).await.is_ok());
    assert!(is_void(&test, &link).await);
}

#[tokio::test(start_paused = true)]
async fn a_move_ends_with_the_session_that_asked_for_it() {
    for way in ["all", "others", "one", "sign-out", "logout"] {
        let test = mailing(|_| ()).await;
        test.add_user("ada").await;
        let (own, thief) = (signed_in(&test, "ada").await, signed_in(&test, "ada").await);
        let link = link(&test, &thief, "thief").await;
        let stolen = &thief.session.token;
        let shown = test.authenticate(stolen.expose()).await.expect("the session is good");
        let ended = match way {
            "all" => sessions::revoke_all(&test.app, &own).await,
            "others" => sessions::revoke_others(&test.app, &own).await,
            "one" => sessions::revoke(&test.app, &own, stolen.expose()).await.map(drop),
            "sign-out" => sessions::sign_out(&test.app, stolen).await,
            _ => logout(&test.app, &shown).await,
        };
        assert!(ended.is_ok() && is_void(&test, &link).await, "{way}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_was_ended_elsewhere_sends_no_mail() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    let (own, thief) = (signed_in(&test, "ada").await, signed_in(&test, "ada").await);
    assert!(sessions::revoke_others(&test.app, &own).await.is_ok());
    let verify = send_verification(&test.app, (HOME, Some(&thief)), email("ada"), None).await;
    for refused in [asks(&test, &thief, "thief").await, verify] {
        assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))), "{refused:?}");
    }
    assert!(letters(&test).await.is_empty());
}

#[tokio::test]
async fn an_address_that_was_left_at_this_moment_gets_no_link() {
    let test = mailing(|_| ()).await;
    let ada = test.add_user("ada").await;
    let here = signed_in(&test, "ada").await;
    let (from, to): (_, Email) = (email("ada"), email("lovelace"));
    let (user, now) = (ada.id.clone(), test.app.now());
    test.write(move |txn| async move { txn.update_email(&user, &from, &to, now).await }).await;
    // Both had read the account before she left.
    let callback = links::Callback::default();
    let reset = links::to_reset(&test.app, (&ada.id, &email("ada")), &callback);
    assert!(links::post(&test.app, reset, &ada, None).await.is_ok());
    let verify = send_verification(&test.app, (HOME, Some(&here)), email("ada"), None).await;
    assert_eq!(refusal(verify), Refusal::EmailMismatch);
    assert!(letters(&test).await.is_empty());
}
