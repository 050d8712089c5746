//! Verifying an address, and changing it.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    ADA, Answer, Browser, Database, Link, Mailbox, PASSWORD, TestApp, at, moment, sign,
};

on_both_databases! {
    an_address_is_verified_by_the_link_in_a_mail,
    a_link_works_once_and_for_an_hour,
    two_at_the_same_moment_verify_once,
    an_address_changes_when_the_new_one_is_shown_to_work,
    an_address_that_is_taken_meanwhile_does_not_change,
    an_address_with_an_account_gets_no_mail,
    who_asks_without_a_session_learns_nothing,
}

on_any_database! {
    the_link_leads_on_to_where_the_asker_said,
    looking_at_a_link_uses_nothing_up,
    a_token_that_is_not_ours_verifies_nothing,
    a_token_that_better_auth_signed_says_what_is_wrong_with_it,
    a_change_that_is_none_is_refused,
    only_the_own_address_can_be_verified,
    a_change_is_not_made_from_somebody_elses_session,
    a_link_of_another_address_is_worthless,
    without_mail_nothing_is_sent,
}

const MOVED: &str = "moved@example.com";

/// Asks for a mail about Ada's address, from her session.
async fn asks(ada: &mut Browser) -> Answer {
    ada.post("/send-verification-email", json!({"email": ADA})).await
}

async fn verifies(test: &TestApp, token: &str) -> Answer {
    test.follows(&format!("/api/auth/verify-email?token={token}")).await
}

async fn user(ada: &mut Browser) -> Value {
    ada.session().await["user"].clone()
}

async fn an_address_is_verified_by_the_link_in_a_mail((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    assert_eq!(asks(&mut ada).await.is(200).json(), json!({"status": true}));
    let link = mails.link(ADA).await;
    assert_eq!(link.callback().as_deref(), Some("/"));
    assert_eq!(user(&mut ada).await["emailVerified"], false);
    let answer = verifies(&test, &link.token()).await.is(200);
    assert_eq!(answer.text(), "{\"status\":true,\"user\":null}");
    // Whoever follows it is not signed in by that.
    assert!(answer.cookies().is_empty());
    assert_eq!(user(&mut ada).await["emailVerified"], true);
    let answer = asks(&mut ada).await;
    answer.fails(400, "Email is already verified", "EMAIL_ALREADY_VERIFIED");
}

async fn a_link_works_once_and_for_an_hour((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    asks(&mut ada).await.is(200);
    let early = mails.link(ADA).await.token();
    test.clock.advance_seconds(1800);
    asks(&mut ada).await.is(200);
    let late = mails.links(ADA, 2).await.into_iter().map(|link| link.token());
    let late = late.into_iter().find(|token| *token != early).expect("the mails differ");
    // One that is over by the clock says so.
    test.clock.advance_seconds(1800);
    verifies(&test, &early).await.fails(401, "Token expired", "TOKEN_EXPIRED");
    verifies(&test, &late).await.is(200);
    verifies(&test, &late).await.fails(401, "Invalid token", "INVALID_TOKEN");
    assert_eq!(user(&mut ada).await["emailVerified"], true);
}

async fn two_at_the_same_moment_verify_once((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    asks(&mut ada).await.is(200);
    let token = mails.link(ADA).await.token();
    let (one, other) = tokio::join!(verifies(&test, &token), verifies(&test, &token));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

async fn an_address_changes_when_the_new_one_is_shown_to_work((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let body = json!({"newEmail": "Moved@Example.com", "callbackURL": "/moved"});
    assert_eq!(ada.post("/change-email", body).await.is(200).json(), json!({"status": true}));
    assert_eq!(user(&mut ada).await["email"], ADA);
    let link = mails.link(MOVED).await;
    assert!(mails.to(ADA).is_empty());
    test.clock.advance_seconds(60);
    let request = ada.begins(Method::GET, link.target());
    let answer = ada.send(request, String::new()).await.is(302);
    assert_eq!(answer.header("location"), "/moved");
    let moved = user(&mut ada).await;
    assert_eq!(moved["email"], MOVED);
    assert_eq!(moved["emailVerified"], false);
    assert_eq!(moved["updatedAt"], moment(60));
    let mut again = Browser::of(&test);
    again.signs_in("moved").await;
    let (message, code) = ("Invalid email or password", "INVALID_EMAIL_OR_PASSWORD");
    again.tries("ada", PASSWORD).await.fails(401, message, code);
    verifies(&test, &link.token()).await.fails(401, "Invalid token", "INVALID_TOKEN");
}

async fn an_address_that_is_taken_meanwhile_does_not_change((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    ada.post("/change-email", json!({"newEmail": MOVED})).await.is(200);
    let link = mails.link(MOVED).await;
    test.member("moved").await;
    verifies(&test, &link.token()).await.fails(401, "Invalid token", "INVALID_TOKEN");
    assert_eq!(user(&mut ada).await["email"], ADA);
    Browser::of(&test).signs_in("moved").await;
}

async fn an_address_with_an_account_gets_no_mail((test, mails): (TestApp, Mailbox)) {
    test.bob().await;
    let mut ada = Browser::of_member(&test, "ada").await;
    let known = ada.post("/change-email", json!({"newEmail": "bob@example.com"})).await.is(200);
    let unknown = ada.post("/change-email", json!({"newEmail": MOVED})).await.is(200);
    assert_eq!(known.body, unknown.body);
    mails.link(MOVED).await;
    assert!(mails.to("bob@example.com").is_empty());
}

async fn who_asks_without_a_session_learns_nothing((test, mails): (TestApp, Mailbox)) {
    test.ada().await;
    let ask = async |email: &str| {
        let body = json!({"email": email, "callbackURL": "/welcome"});
        Browser::of(&test).post("/send-verification-email", body).await.is(200)
    };
    let (known, unknown) = tokio::join!(ask("Ada@Example.com"), ask("nobody@example.com"));
    assert_eq!(known.body, unknown.body);
    assert_eq!(known.json(), json!({"status": true}));
    let link = mails.link(ADA).await;
    assert_eq!(link.callback().as_deref(), Some("/welcome"));
    assert!(mails.to("nobody@example.com").is_empty());
    verifies(&test, &link.token()).await.is(200);
    // One that is verified gets the same answer and no other mail.
    assert_eq!(ask(ADA).await.body, known.body);
    assert_eq!(mails.to(ADA).len(), 1);
}

async fn the_link_leads_on_to_where_the_asker_said((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let url = "http://localhost:3000/welcome?a=b";
    let body = json!({"email": ADA, "callbackURL": url});
    ada.post("/send-verification-email", body).await.is(200);
    let link = mails.link(ADA).await;
    assert_eq!(link.callback().as_deref(), Some(url));
    assert_eq!(test.follows(link.target()).await.is(302).header("location"), url);
    let again = test.follows(link.target()).await.is(302);
    assert_eq!(again.header("location"), format!("{url}&error=INVALID_TOKEN"));
    // As given: relative stays relative.
    let answer = test.follows("/api/auth/verify-email?token=x&callbackURL=/welcome").await;
    assert_eq!(answer.is(302).header("location"), "/welcome?error=INVALID_TOKEN");
    for url in ["https://evil.example", "//evil.example", "/%5Cevil.example"] {
        let path = format!("/api/auth/verify-email?token=x&callbackURL={url}");
        let answer = test.follows(&path).await;
        answer.fails(403, "Invalid callbackURL", "INVALID_CALLBACK_URL");
        let body = json!({"email": ADA, "callbackURL": url});
        let answer = ada.post("/send-verification-email", body).await;
        answer.fails(403, "Invalid callbackURL", "INVALID_CALLBACK_URL");
    }
}

async fn looking_at_a_link_uses_nothing_up((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    asks(&mut ada).await.is(200);
    let link = mails.link(ADA).await;
    for _ in 0..2 {
        let request = test.nobody().asks(Method::HEAD, link.target());
        let answer = test.nobody().send(request, "").await.is(302);
        assert_eq!(answer.header("location"), "/");
        assert!(answer.body.is_empty());
    }
    assert_eq!(user(&mut ada).await["emailVerified"], false);
    verifies(&test, &link.token()).await.is(200);
}

async fn a_token_that_is_not_ours_verifies_nothing((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    asks(&mut ada).await.is(200);
    let good = mails.link(ADA).await.token();
    // What Better Auth itself would have signed with the same secret.
    let theirs = sign(&json!({"email": ADA, "iat": at(0), "exp": at(3600)}));
    let (head, signature) = good.rsplit_once('.').expect("a token has parts");
    let cut = format!("{head}.{}", &signature[1..]);
    for token in ["x", "", "a.b.c", &theirs, &cut, ada.cookie("better-auth.session_token")] {
        verifies(&test, token).await.fails(401, "Invalid token", "INVALID_TOKEN");
    }
    let message = "[query.token] Invalid input: expected string, received undefined";
    let answer = test.follows("/api/auth/verify-email").await;
    answer.fails(400, message, "VALIDATION_ERROR");
    assert_eq!(user(&mut ada).await["emailVerified"], false);
    // And a link of ours opens nothing else.
    let thief = test.holder_of("ada", &good);
    thief.get("/api/tasks").await.is(401).saying("Invalid token");
    let answer = thief.get("/api/auth/list-sessions").await;
    answer.fails(401, "Unauthorized", "UNAUTHORIZED");
    verifies(&test, &good).await.is(200);
}

async fn a_token_that_better_auth_signed_says_what_is_wrong_with_it(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let about = |email: &str, exp: i64| sign(&json!({"email": email, "iat": at(0), "exp": exp}));
    for (token, message, code) in [
        (about(ADA, at(-1)), "Token expired", "TOKEN_EXPIRED"),
        (about("nobody@example.com", at(-1)), "Token expired", "TOKEN_EXPIRED"),
        (about("nobody@example.com", at(3600)), "User not found", "USER_NOT_FOUND"),
        (about(ADA, at(3600)), "Invalid token", "INVALID_TOKEN"),
    ] {
        verifies(&test, &token).await.fails(401, message, code);
        let path = format!("/api/auth/verify-email?token={token}&callbackURL=/done");
        let answer = test.follows(&path).await.is(302);
        assert_eq!(answer.header("location"), format!("/done?error={code}"));
    }
    assert_eq!(user(&mut ada).await["emailVerified"], false);
}

async fn a_change_that_is_none_is_refused((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for email in [ADA, "ADA@example.com"] {
        let answer = ada.post("/change-email", json!({"newEmail": email})).await;
        answer.fails(400, "Email is the same", "");
    }
    for (body, message) in [
        (json!({}), "[body.newEmail] Invalid input: expected string, received undefined"),
        (json!({"newEmail": "nope"}), "[body.newEmail] Invalid email address"),
    ] {
        ada.post("/change-email", body).await.fails(400, message, "VALIDATION_ERROR");
    }
    let body = json!({"newEmail": MOVED, "callbackURL": "https://evil.example"});
    let answer = ada.post("/change-email", body).await;
    answer.fails(403, "Invalid callbackURL", "INVALID_CALLBACK_URL");
    let answer = Browser::of(&test).post("/change-email", json!({"newEmail": MOVED})).await;
    answer.fails(401, "Unauthorized", "UNAUTHORIZED");
    assert!(mails.to(MOVED).is_empty());
}

async fn only_the_own_address_can_be_verified((test, mails): (TestApp, Mailbox)) {
    test.bob().await;
    let mut ada = Browser::of_member(&test, "ada").await;
    for email in ["bob@example.com", "nobody@example.com"] {
        let answer = ada.post("/send-verification-email", json!({"email": email})).await;
        answer.fails(400, "Email mismatch", "EMAIL_MISMATCH");
    }
    let message = "[body.email] Invalid email address";
    let answer = ada.post("/send-verification-email", json!({"email": "nope"})).await;
    answer.fails(400, message, "VALIDATION_ERROR");
    assert!(mails.to("bob@example.com").is_empty());
}

async fn a_change_is_not_made_from_somebody_elses_session((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let mut bob = Browser::of_member(&test, "bob").await;
    ada.post("/change-email", json!({"newEmail": MOVED, "callbackURL": "/moved"})).await.is(200);
    let link = mails.link(MOVED).await;
    let path = format!("/verify-email?token={}", link.token());
    bob.get(&path).await.fails(401, "Invalid user", "INVALID_USER");
    let request = bob.asks(Method::GET, link.target());
    let answer = bob.send(request, String::new()).await.is(302);
    assert_eq!(answer.header("location"), "/moved?error=INVALID_USER");
    assert_eq!(user(&mut ada).await["email"], ADA);
    // The link is still good for her, and the answer shows her.
    let answer = ada.get(&path).await.is(200);
    assert_eq!(answer.json()["user"]["email"], MOVED);
    assert_eq!(answer.cookies().len(), 1);
    assert_eq!(user(&mut bob).await["email"], "bob@example.com");
}

async fn a_link_of_another_address_is_worthless((test, mails): (TestApp, Mailbox)) {
    let mut ada = Browser::of_member(&test, "ada").await;
    asks(&mut ada).await.is(200);
    let old: Link = mails.link(ADA).await;
    ada.post("/change-email", json!({"newEmail": MOVED})).await.is(200);
    let change = mails.link(MOVED).await;
    verifies(&test, &change.token()).await.is(200);
    // The mail to the old address says nothing about the new one.
    verifies(&test, &old.token()).await.fails(401, "Invalid token", "INVALID_TOKEN");
    assert_eq!(user(&mut ada).await["emailVerified"], false);
}

async fn without_mail_nothing_is_sent(database: Database) {
    let test = TestApp::new(&database).await;
    let mut ada = Browser::of_member(&test, "ada").await;
    let message = "Verification email isn't enabled";
    let code = "VERIFICATION_EMAIL_NOT_ENABLED";
    asks(&mut ada).await.fails(400, message, code);
    asks(&mut ada.emptied()).await.fails(400, message, code);
    let answer = ada.post("/change-email", json!({"newEmail": MOVED})).await;
    answer.fails(400, message, "");
    verifies(&test, "x").await.fails(401, "Invalid token", "INVALID_TOKEN");
}
