//! A forgotten password.

use axum::http::Method;
use serde_json::json;

use crate::support::{ADA, Answer, Browser, Link, Mailbox, PASSWORD, TestApp};

on_both_databases! {
    a_forgotten_password_is_replaced_by_a_mail,
    a_link_works_once,
    a_link_works_for_an_hour,
    two_at_the_same_moment_use_a_link_once,
    an_unknown_address_gets_the_same_answer_and_no_mail,
    a_new_password_ends_all_sessions,
}

on_any_database! {
    following_the_link_leads_to_the_page,
    a_password_that_is_refused_leaves_the_link_good,
    what_is_no_request_is_refused,
    without_mail_there_is_no_reset,
}

const NEW: &str = "another horse battery";

/// Ada forgets her password; the link in the mail.
async fn forgets(test: &TestApp, mails: &Mailbox) -> Link {
    test.ada().await;
    asks(test, ADA).await.is(200);
    mails.link(ADA).await
}

async fn asks(test: &TestApp, email: &str) -> Answer {
    let body = json!({"email": email, "redirectTo": "/reset"});
    Browser::of(test).post("/request-password-reset", body).await
}

async fn sets(test: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({"newPassword": password, "token": token});
    Browser::of(test).post("/reset-password", body).await
}

#[track_caller]
fn assert_bad_link(answer: Answer) {
    answer.fails(400, "Invalid token", "INVALID_TOKEN");
}

async fn a_forgotten_password_is_replaced_by_a_mail((test, mails): (TestApp, Mailbox)) {
    let link = forgets(&test, &mails).await;
    let token = link.token();
    assert!(token.len() == 24 && token.bytes().all(|b| b.is_ascii_alphanumeric()), "{token}");
    assert_eq!(link.target(), format!("/api/auth/reset-password/{token}?callbackURL=%2Freset"));
    let answer = sets(&test, &token, NEW).await.is(200);
    assert_eq!(answer.json(), json!({"status": true}));
    // It is no sign-in.
    assert!(answer.cookies().is_empty());
    let mut ada = Browser::of(&test);
    ada.tries("ada", PASSWORD).await.is(401);
    ada.tries("ada", NEW).await.is(200);
    // The link was in the mailbox of that address.
    assert_eq!(ada.session().await["user"]["emailVerified"], true);
}

async fn a_link_works_once((test, mails): (TestApp, Mailbox)) {
    let token = forgets(&test, &mails).await.token();
    sets(&test, &token, NEW).await.is(200);
    assert_bad_link(sets(&test, &token, "a third horse battery").await);
    Browser::of(&test).tries("ada", NEW).await.is(200);
    // Another mail has another link.
    asks(&test, ADA).await.is(200);
    let links = mails.links(ADA, 2).await;
    assert_eq!(links.iter().filter(|link| link.token() == token).count(), 1);
}

async fn a_link_works_for_an_hour((test, mails): (TestApp, Mailbox)) {
    let token = forgets(&test, &mails).await.token();
    test.clock.advance_seconds(3600);
    assert_bad_link(sets(&test, &token, NEW).await);
    let path = format!("/reset-password/{token}?callbackURL=/reset");
    let answer = Browser::of(&test).get(&path).await.is(302);
    assert_eq!(answer.header("location"), "http://localhost:8000/reset?error=INVALID_TOKEN");
    Browser::of(&test).tries("ada", PASSWORD).await.is(200);
}

async fn two_at_the_same_moment_use_a_link_once((test, mails): (TestApp, Mailbox)) {
    let token = forgets(&test, &mails).await.token();
    let passwords = ["a first new sentence", "a second new sentence"];
    let (first, second) =
        tokio::join!(sets(&test, &token, passwords[0]), sets(&test, &token, passwords[1]));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    let winner = passwords[usize::from(statuses[0] != 200)];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    for password in passwords {
        let status = if password == winner { 200 } else { 401 };
        Browser::of(&test).tries("ada", password).await.is(status);
    }
}

async fn an_unknown_address_gets_the_same_answer_and_no_mail((test, mails): (TestApp, Mailbox)) {
    test.ada().await;
    let known = asks(&test, ADA).await.is(200);
    let unknown = asks(&test, "nobody@example.com").await.is(200);
    assert_eq!(known.body, unknown.body);
    let message = "If this email exists in our system, check your email for the reset link";
    assert_eq!(known.json(), json!({"status": true, "message": message}));
    mails.link(ADA).await;
    assert!(mails.to("nobody@example.com").is_empty());
}

async fn a_new_password_ends_all_sessions((test, mails): (TestApp, Mailbox)) {
    let token = forgets(&test, &mails).await.token();
    let mut thief = Browser::of(&test);
    let robot = test.holder_of("ada", &thief.signs_in("ada").await);
    let logged_in = test.stranger("ada").logs_in().await;
    robot.get("/api/tasks").await.is(200);
    sets(&test, &token, NEW).await.is(200);
    assert!(!thief.is_in().await);
    robot.get("/api/tasks").await.is(401);
    logged_in.get("/api/tasks").await.is(401);
}

async fn following_the_link_leads_to_the_page((test, mails): (TestApp, Mailbox)) {
    let link = forgets(&test, &mails).await;
    let token = link.token();
    // Whoever follows it, however often, uses nothing up.
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let request = test.nobody().asks(method, link.target());
        let answer = test.nobody().send(request, "").await.is(302);
        let expected = format!("http://localhost:8000/reset?token={token}");
        assert_eq!(answer.header("location"), expected);
    }
    let mut nobody = Browser::of(&test);
    for (path, location) in [
        (
            format!("/reset-password/{token}?callbackURL=http://localhost:3000/r%3Fa=b"),
            format!("http://localhost:3000/r?a=b&token={token}"),
        ),
        (
            "/reset-password/unknown?callbackURL=/reset".to_owned(),
            "http://localhost:8000/reset?error=INVALID_TOKEN".to_owned(),
        ),
        (
            "/reset-password/%ff?callbackURL=/reset".to_owned(),
            "http://localhost:8000/reset?error=INVALID_TOKEN".to_owned(),
        ),
    ] {
        let answer = nobody.get(&path).await.is(302);
        assert_eq!(answer.header("location"), location);
    }
    let message = "[query.callbackURL] Invalid input: expected string, received undefined";
    let answer = nobody.get(&format!("/reset-password/{token}")).await;
    answer.fails(400, message, "VALIDATION_ERROR");
    let path = format!("/reset-password/{token}?callbackURL=https://evil.example");
    nobody.get(&path).await.fails(403, "Invalid callbackURL", "INVALID_CALLBACK_URL");
    sets(&test, &token, NEW).await.is(200);
}

async fn a_password_that_is_refused_leaves_the_link_good((test, mails): (TestApp, Mailbox)) {
    let token = forgets(&test, &mails).await.token();
    for (password, message, code) in [
        ("1234567", "Password too short", "PASSWORD_TOO_SHORT"),
        (&*"x".repeat(129), "Password too long", "PASSWORD_TOO_LONG"),
    ] {
        sets(&test, &token, password).await.fails(400, message, code);
        // Nor does it tell whether the token was right.
        sets(&test, "unknown", password).await.fails(400, message, code);
    }
    // How easy it is is looked at for whoever has a link.
    assert_bad_link(sets(&test, "unknown", "12345678").await);
    let message =
        "The password you entered has been compromised. Please choose a different password.";
    sets(&test, &token, "12345678").await.fails(400, message, "PASSWORD_COMPROMISED");
    for token in ["", "unknown", &token.to_uppercase()] {
        assert_bad_link(sets(&test, token, NEW).await);
    }
    let mut nobody = Browser::of(&test);
    assert_bad_link(nobody.post("/reset-password", json!({"newPassword": NEW})).await);
    let message = "[body.newPassword] Invalid input: expected string, received undefined";
    let answer = nobody.post("/reset-password", json!({"token": token})).await;
    answer.fails(400, message, "VALIDATION_ERROR");
    let message = "[query.token] Invalid input: expected string, received array";
    let path = format!("/reset-password?token={token}&token={token}");
    let answer = nobody.post(&path, json!({"newPassword": NEW})).await;
    answer.fails(400, message, "VALIDATION_ERROR");
    let path = format!("/reset-password?token={token}");
    nobody.post(&path, json!({"newPassword": NEW})).await.is(200);
}

async fn what_is_no_request_is_refused((test, mails): (TestApp, Mailbox)) {
    let mut nobody = Browser::of(&test);
    for (body, message) in [
        (json!({}), "[body.email] Invalid input: expected string, received undefined"),
        (json!({"email": "nope"}), "[body.email] Invalid email address"),
        (
            json!({"email": ADA, "redirectTo": null}),
            "[body.redirectTo] Invalid input: expected string, received null",
        ),
    ] {
        let answer = nobody.post("/request-password-reset", body).await;
        answer.fails(400, message, "VALIDATION_ERROR");
    }
    for page in ["https://evil.example/reset", &format!("/{}", "x".repeat(2000))] {
        let body = json!({"email": ADA, "redirectTo": page});
        let answer = nobody.post("/request-password-reset", body).await;
        answer.fails(403, "Invalid redirectURL", "INVALID_REDIRECT_URL");
    }
    assert!(mails.to(ADA).is_empty());
}

async fn without_mail_there_is_no_reset(test: TestApp) {
    test.ada().await;
    for email in [ADA, "nobody@example.com"] {
        let answer = asks(&test, email).await;
        answer.fails(400, "Reset password isn't enabled", "RESET_PASSWORD_DISABLED");
    }
    assert_bad_link(sets(&test, "x", NEW).await);
}
