//! No answer tells a stranger whether an address has an account: neither its
//! status, nor its body, nor its headers, nor how long it takes.

use std::time::Instant;

use serde_json::{Value, json};

use crate::support::{Answer, Browser, Database, Mailbox, PASSWORD, TestApp};

on_both_databases! {
    strangers_are_told_nothing_about_an_address,
    both_ways_to_log_in_tell_nothing_about_an_address,
    who_is_in_is_told_nothing_about_other_addresses,
}

on_any_database! {
    a_mail_takes_as_long_as_no_mail,
    without_mail_nothing_is_told_either,
}

/// What a stranger may ask about an address.
fn questions(email: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("/sign-in/email", json!({"email": email, "password": "wrong horse battery"})),
        ("/sign-in/email", json!({"email": email, "password": "x".repeat(129)})),
        ("/request-password-reset", json!({"email": email})),
        ("/request-password-reset", json!({"email": email, "redirectTo": "/reset"})),
        ("/send-verification-email", json!({"email": email})),
        ("/sign-up/email", json!({"name": "Eve", "email": email, "password": "short"})),
    ]
}

#[track_caller]
fn assert_same(known: &Answer, unknown: &Answer) {
    assert_eq!(known.seen(), unknown.seen(), "{}", known.question);
}

async fn strangers_are_told_nothing_about_an_address((test, _mails): (TestApp, Mailbox)) {
    test.ada().await;
    // Somebody whom only another server knows has no password.
    test.stranger("carl").adds("x").await;
    for ((path, known), (_, unknown)) in
        questions("ada@example.com").into_iter().zip(questions("nobody@example.com"))
    {
        let known = Browser::of(&test).post(path, known).await;
        let unknown = Browser::of(&test).post(path, unknown).await;
        assert_same(&known, &unknown);
    }
}

async fn both_ways_to_log_in_tell_nothing_about_an_address(test: TestApp) {
    test.ada().await;
    test.guest("carl").await;
    for path in ["/api/auth/login", "/api/auth/sign-in/email"] {
        for password in ["wrong horse battery", "", "x", &"x".repeat(128), &"x".repeat(129)] {
            let ask = async |name: &str| {
                let body = json!({"email": format!("{name}@example.com"), "password": password});
                test.nobody().post(path, body).await
            };
            let unknown = ask("nobody").await;
            assert!(unknown.status.is_client_error(), "{path}: {}", unknown.text());
            for name in ["ada", "carl"] {
                assert_same(&ask(name).await, &unknown);
            }
        }
    }
}

async fn who_is_in_is_told_nothing_about_other_addresses((test, _mails): (TestApp, Mailbox)) {
    test.bob().await;
    let mut ada = Browser::of_member(&test, "ada").await;
    for (path, field) in [("/change-email", "newEmail"), ("/send-verification-email", "email")] {
        let mut ask = async |email: &str| ada.post(path, json!({field: email})).await;
        let (known, unknown) = (ask("bob@example.com").await, ask("nobody@example.com").await);
        assert_same(&known, &unknown);
    }
}

async fn a_mail_takes_as_long_as_no_mail((test, _mails): (TestApp, Mailbox)) {
    test.ada().await;
    for path in ["/request-password-reset", "/send-verification-email"] {
        let ask = async |email: &str| {
            let started = Instant::now();
            let answer = Browser::of(&test).post(path, json!({"email": email})).await.is(200);
            (answer, started.elapsed().as_millis())
        };
        let (known, unknown) = tokio::join!(ask("ada@example.com"), ask("nobody@example.com"));
        assert!(known.1 >= 500 && unknown.1 >= 500, "{} and {} ms", known.1, unknown.1);
        assert_same(&known.0, &unknown.0);
    }
}

async fn without_mail_nothing_is_told_either(database: Database) {
    let test = TestApp::new(&database).await;
    test.ada().await;
    for path in ["/request-password-reset", "/send-verification-email"] {
        let ask = async |email: &str| Browser::of(&test).post(path, json!({"email": email})).await;
        let known = ask("ada@example.com").await.is(400);
        assert_same(&known, &ask("nobody@example.com").await);
    }
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    Browser::of(&test).post("/sign-in/email", body).await.is(200);
}
