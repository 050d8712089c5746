//! Ada signs up, and so do others with her address.

use super::*;
use crate::input;

fn form(name: &str) -> SignUp {
    SignUp {
        email: email(name),
        password: new_password(PASSWORD),
        name: rondo_domain::Name::parse(name).expect("a test name is valid"),
        image: None,
        remember: true,
    }
}

async fn signs_up(test: &TestApp, name: &str) -> Result<SignedUp, Error> {
    sign_up(&test.app, &device(), form(name), None).await
}

fn registration(name: &str) -> Registration {
    let body = serde_json::json!({"email": email(name).as_str(), "password": PASSWORD});
    input::registration(body).expect("a test registration is valid")
}

#[tokio::test]
async fn ada_signs_up_and_is_signed_in() {
    let test = mailing(|_| ()).await;
    let Ok(SignedUp::SignedIn(ada)) = signs_up(&test, "ada").await else {
        panic!("the door is open");
    };
    assert!(is_live(&test, &ada.session).await);
    assert_eq!(account(&test, &ada.user.id).await.as_ref(), Some(&ada.user));
    assert_eq!((ada.user.name.as_str(), ada.user.email_verified), ("ada", false));
    assert!(ada.session.remembered);
    assert!(letters(&test).await.is_empty(), "nobody asked for a mail");
    assert!(signs_in(&test, "ada", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn the_password_works_on_another_keyboard() {
    let test = TestApp::new().await;
    let typed = ["p\u{e4}ssw\u{f6}rd of\u{fb01}ce", "pa\u{308}sswo\u{308}rd\u{a0}office"];
    for (made_with, name) in typed.into_iter().zip(["ada", "bob"]) {
        let form = SignUp { password: new_password(made_with), ..form(name) };
        assert!(sign_up(&test.app, &device(), form, None).await.is_ok());
        for typed in typed {
            let current = signs_in(&test, name, typed).await.expect("it is the same password");
            assert!(verify_password(&test.app, &current, secret(typed)).await.is_ok());
        }
        assert!(is_wrong(&signs_in(&test, name, "passwort office").await));
    }
}

#[tokio::test]
async fn an_address_has_one_account_and_signing_up_says_so() {
    let test = mailing(|_| ()).await;
    test.add_user("ada").await;
    assert!(matches!(signs_up(&test, "ada").await, Err(Error::Conflict(Taken::Email))));
    let both = tokio::join!(signs_up(&test, "bob"), signs_up(&test, "bob"));
    let made = [both.0, both.1].iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(made, 1);
}

#[tokio::test]
async fn signing_up_has_the_limits_of_registering() {
    let limit = Some(Limit { count: 1, window_seconds: 60 });
    let test = mailing(|settings| settings.limits.register_per_account = limit).await;
    assert!(signs_up(&test, "ada").await.is_ok());
    assert!(is_limited(&signs_up(&test, "ada").await));
    let closed = mailing(|settings| settings.registration_open = false).await;
    assert_eq!(refusal(signs_up(&closed, "ada").await), Refusal::RegistrationClosed);
    assert_eq!(refusal(require_open(&closed.app)), Refusal::RegistrationClosed);
    assert!(require_open(&test.app).is_ok());
}

#[tokio::test(start_paused = true)]
async fn where_addresses_are_verified_a_stranger_gets_a_mail_and_no_session() {
    let test = strict().await;
    let callback = Some("/welcome?to=a b".to_owned());
    let made = sign_up(&test.app, &device(), form("ada"), callback).await;
    let Ok(SignedUp::AwaitsVerification(ada)) = made else {
        panic!("the door is open");
    };
    assert_eq!(refusal(signs_in(&test, "ada", PASSWORD).await), Refusal::EmailNotVerified);
    assert!(is_wrong(&signs_in(&test, "ada", OTHER).await), "who guesses learns nothing");

    let letter = letter(&test).await;
    assert_eq!((letter.kind, &letter.to), (LetterKind::VerifyEmail, &email("ada")));
    let (token, callback) = taken_apart(&letter);
    assert_eq!(callback, "%2Fwelcome%3Fto%3Da%20b");
    assert_eq!(verify_email(&test.app, &token, None).await.ok(), Some(None));
    let signed_in = signed_in(&test, "ada").await;
    assert_eq!((signed_in.user.id, signed_in.user.email_verified), (ada.id, true));
}

#[tokio::test(start_paused = true)]
async fn where_addresses_are_verified_nobody_learns_who_has_an_account() {
    let test = strict().await;
    let ada = test.add_user("ada").await;
    let mut answers = Vec::new();
    for name in ["ada", "bob"] {
        let asked = Instant::now();
        let Ok(SignedUp::AwaitsVerification(user)) = signs_up(&test, name).await else {
            panic!("both get an answer");
        };
        assert!(asked.elapsed() >= UNHURRIED);
        assert_eq!(user.id.as_str().len(), 32);
        assert_eq!((user.email.as_ref(), user.name.as_str()), (Some(&email(name)), name));
        answers.push(*user);
    }
    assert_ne!(answers[0].id, ada.id, "hers is not told");
    assert_eq!(answers[0].created_at, answers[1].created_at);
    assert_eq!(account(&test, &answers[0].id).await, None);
    assert_eq!(account(&test, &ada.id).await, Some(ada), "nothing of hers has changed");
    let mut sent: Vec<_> = letters(&test).await.into_iter().map(|l| (l.kind, l.to)).collect();
    sent.sort_by_key(|(_, to)| to.as_str().to_owned());
    let expected =
        [(LetterKind::AccountExists, email("ada")), (LetterKind::VerifyEmail, email("bob"))];
    assert_eq!(sent, expected, "only the mailbox hears more");
}

#[tokio::test(start_paused = true)]
async fn a_mail_goes_to_an_odd_address_and_holds_nothing_that_a_stranger_wrote() {
    let test = strict().await;
    let names =
        ["Ada\r\nBcc: eve@evil.example\r\n\r\nhttp://evil.example", "\"Ada\" <eve@x.example>"];
    let addresses = ["o'brien+to.do=1@example.com", "ada@ex\u{e4}mple.com"];
    for (name, address) in names.into_iter().zip(addresses) {
        let email = rondo_domain::Email::parse(address).expect("it is an address");
        let name = rondo_domain::Name::parse(name).expect("it is short enough");
        let form = SignUp { email: email.clone(), name, ..form("ada") };
        assert!(sign_up(&test.app, &device(), form, None).await.is_ok());
        let letter = letter(&test).await;
        assert_eq!(letter.to, email);
        let written = String::from_utf8(letter.to_bytes()).expect("a letter is text");
        assert!(!written.contains("evil") && !written.contains("Ada"), "{written}");
        let said = claims(&token(&letter));
        assert_eq!(said["email"], email.as_str());
        assert!(said.get("name").is_none(), "{said}");
        assert!(verify_email(&test.app, &token(&letter), None).await.is_ok());
    }
}

#[tokio::test]
async fn registering_sends_the_mail_too() {
    let test = strict().await;
    assert!(register(&test.app, HOME, registration("ada")).await.is_ok());
    let letter = letter(&test).await;
    assert_eq!(taken_apart(&letter).1, "%2F");
    let login = test.login("ada", PASSWORD).await;
    assert_eq!(refusal(login), Refusal::EmailNotVerified);
    assert!(verify_email(&test.app, &token(&letter), None).await.is_ok());
    assert!(test.login("ada", PASSWORD).await.is_ok());

    let again = register(&test.app, HOME, registration("ada")).await;
    assert!(matches!(again, Err(Error::Conflict(Taken::Email))));
    assert!(letters(&test).await.is_empty());
    // What the operator makes is for the operator to explain.
    assert!(add_user(&test.app, registration("bob")).await.is_ok());
    assert!(letters(&test).await.is_empty());
}

#[tokio::test]
async fn a_place_to_go_to_has_bounds() {
    let test = strict().await;
    let far = Some("x".repeat(2049));
    let refused = sign_up(&test.app, &device(), form("ada"), far).await;
    let Err(Error::Invalid(problems)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(problems[0].field, Some("callbackURL"));
    assert_eq!(problems[0].input, None);
}

#[tokio::test(start_paused = true)]
async fn the_owner_of_an_address_gets_in_though_a_stranger_signed_up_with_it_first() {
    let test = strict().await;
    let strangers = SignUp { password: new_password(OTHER), ..form("ada") };
    assert!(sign_up(&test.app, &device(), strangers, None).await.is_ok());
    let confirm = letter(&test).await;
    assert_eq!(confirm.kind, LetterKind::VerifyEmail);

    assert!(matches!(signs_up(&test, "ada").await, Ok(SignedUp::AwaitsVerification(_))));
    let exists = letter(&test).await;
    assert_eq!((exists.kind, &exists.to), (LetterKind::AccountExists, &email("ada")));
    let link = token(&exists);
    assert!(reset_password(&test.app, &link, new_password(PASSWORD)).await.is_ok());
    assert!(signed_in(&test, "ada").await.user.email_verified);
    assert!(is_wrong(&signs_in(&test, "ada", OTHER).await), "the stranger stays outside");
    let late = verify_email(&test.app, &token(&confirm), None).await;
    assert_eq!(refusal(late), Refusal::InvalidLink);
}

#[tokio::test(start_paused = true)]
async fn who_has_an_account_and_signs_up_again_is_told_so_by_mail() {
    let limit = Some(Limit { count: 2, window_seconds: 600 });
    let test = mailing(|settings| {
        settings.email_verification_required = true;
        settings.limits.register_per_account = limit;
    })
    .await;
    test.add_user("ada").await;
    verified(&test, "ada").await;
    for _ in 0..2 {
        assert!(signs_up(&test, "ada").await.is_ok());
        assert_eq!(letter(&test).await.kind, LetterKind::AccountExists);
    }
    assert!(is_limited(&signs_up(&test, "ada").await));
    assert!(letters(&test).await.is_empty());
    assert!(signs_in(&test, "ada", PASSWORD).await.is_ok(), "nothing has changed");
}

#[tokio::test]
async fn an_easy_password_is_refused_after_the_limit_was_looked_at() {
    let test = TestApp::with(|settings| {
        settings.limits.register_per_address = Some(Limit { count: 1, window_seconds: 60 });
    })
    .await;
    let easy = |name| SignUp { password: new_password("password"), ..form(name) };
    let refused = sign_up(&test.app, &device(), easy("ada"), None).await;
    let Err(Error::Invalid(problems)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((problems[0].field, problems[0].input.as_ref()), (Some("password"), None));
    assert!(is_limited(&sign_up(&test.app, &device(), easy("ada"), None).await));
}

#[tokio::test]
async fn a_password_is_judged_by_what_is_known_of_the_person() {
    let test = TestApp::new().await;
    for (address, name, password) in
        [("ada@example.com", "", "Ada@Example.COM"), ("a@b.co", "Ada Lovelace", "Ada Lovelace")]
    {
        let body = serde_json::json!({"email": address, "name": name, "password": password});
        let asked = crate::input::registration(body).expect("it is long enough");
        let refused = register(&test.app, HOME, asked).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{password}");
    }
}
