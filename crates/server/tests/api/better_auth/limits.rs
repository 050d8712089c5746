//! Limits on guessing and flooding, in Better Auth's words.

use rondo_app::{Limit, Limits};
use serde_json::json;

use crate::support::{Answer, Browser, Database, Mailbox, PASSWORD, TestApp};

on_both_databases! {
    whoever_guesses_too_often_is_told_when_to_come_back,
    mails_are_limited_for_everybody_alike,
}

on_any_database! {
    both_ways_to_log_in_are_counted_together,
    sign_ups_are_limited,
    an_open_browser_is_no_place_to_guess,
    mails_are_limited_by_who_asks,
}

/// So many in a minute.
const fn limit(count: i64) -> Limit {
    Limit { count, window_seconds: 60 }
}

/// An application with mail and these limits alone.
async fn limited(database: &Database, set: impl FnOnce(&mut Limits)) -> (TestApp, Mailbox) {
    let mails = Mailbox::new();
    let test = TestApp::with(database, |setup| {
        mails.receives(setup);
        set(&mut setup.settings.limits);
    })
    .await;
    (test, mails)
}

#[track_caller]
fn assert_limited(answer: Answer, seconds: i64) {
    let answer = answer.fails(429, "Too many requests. Please try again later.", "");
    assert_eq!(answer.retry_after(), seconds);
    assert_eq!(answer.header("x-retry-after"), answer.header("retry-after"));
}

const WRONG: &str = "wrong horse battery";

async fn whoever_guesses_too_often_is_told_when_to_come_back(database: Database) {
    let (test, _mails) =
        limited(&database, |limits| limits.login_per_account = Some(limit(2))).await;
    test.ada().await;
    let mut eve = Browser::of(&test);
    eve.tries("ada", WRONG).await.is(401);
    test.clock.advance_seconds(20);
    eve.tries("ada", WRONG).await.is(401);
    assert_limited(eve.tries("ada", PASSWORD).await, 40);
    test.clock.advance_seconds(40);
    eve.tries("ada", PASSWORD).await.is(200);
}

async fn both_ways_to_log_in_are_counted_together(database: Database) {
    let (test, _mails) =
        limited(&database, |limits| limits.login_per_account = Some(limit(2))).await;
    let ada = test.ada().await;
    let mut eve = Browser::of(&test);
    eve.tries("ada", WRONG).await.is(401);
    ada.tries(WRONG).await.is(401);
    ada.tries(PASSWORD).await.is(429);
    assert_limited(eve.tries("ada", PASSWORD).await, 60);
}

async fn sign_ups_are_limited(database: Database) {
    let (test, _mails) =
        limited(&database, |limits| limits.register_per_address = Some(limit(2))).await;
    test.ada().await;
    let mut eve = Browser::of(&test);
    let body = json!({"name": "Eve", "email": "ada@example.com", "password": PASSWORD});
    for _ in 0..2 {
        eve.post("/sign-up/email", body.clone()).await.is(422);
    }
    assert_limited(eve.post("/sign-up/email", body.clone()).await, 60);
    eve.at("198.51.100.9").post("/sign-up/email", body).await.is(422);
}

async fn an_open_browser_is_no_place_to_guess(database: Database) {
    let (test, _mails) =
        limited(&database, |limits| limits.password_check_per_account = Some(limit(3))).await;
    let mut ada = Browser::of_member(&test, "ada").await;
    let change = json!({"currentPassword": WRONG, "newPassword": "another horse battery"});
    let guess = json!({"password": WRONG});
    ada.post("/verify-password", guess.clone()).await.is(400);
    ada.post("/change-password", change.clone()).await.is(400);
    ada.post("/delete-user", guess.clone()).await.is(400);
    for (path, body) in
        [("/verify-password", guess.clone()), ("/change-password", change), ("/delete-user", guess)]
    {
        assert_limited(ada.post(path, body).await, 60);
    }
    assert!(ada.is_in().await);
}

async fn mails_are_limited_for_everybody_alike(database: Database) {
    let (test, mails) = limited(&database, |limits| limits.mail_per_account = Some(limit(1))).await;
    test.ada().await;
    // An address without an account is counted too, or the limit would tell.
    for email in ["ada@example.com", "nobody@example.com"] {
        let mut eve = Browser::of(&test);
        let body = json!({"email": email});
        eve.post("/request-password-reset", body.clone()).await.is(200);
        assert_limited(eve.post("/request-password-reset", body.clone()).await, 60);
    }
    mails.link("ada@example.com").await;
    for email in ["ada@example.com", "nobody@example.com"] {
        let mut eve = Browser::of(&test);
        let body = json!({"email": email});
        // One for each purpose: what verifies must not use up what resets.
        eve.post("/send-verification-email", body.clone()).await.is(200);
        assert_limited(eve.post("/send-verification-email", body).await, 60);
    }
}

async fn mails_are_limited_by_who_asks(database: Database) {
    let (test, _mails) =
        limited(&database, |limits| limits.mail_per_address = Some(limit(2))).await;
    test.ada().await;
    let mut eve = Browser::of(&test);
    eve.post("/request-password-reset", json!({"email": "a@example.com"})).await.is(200);
    eve.post("/send-verification-email", json!({"email": "b@example.com"})).await.is(200);
    let body = json!({"email": "ada@example.com"});
    assert_limited(eve.post("/request-password-reset", body.clone()).await, 60);
    eve.at("198.51.100.9").post("/request-password-reset", body).await.is(200);
}
