//! A server on which an address must be verified before anything else.

use serde_json::{Value, json};

use crate::support::{ADA, Answer, Browser, Database, Mailbox, PASSWORD, TestApp, until};

on_both_databases! {
    a_session_comes_after_the_link_was_followed,
    a_known_address_gets_the_answer_of_an_unknown_one,
    who_registers_gets_a_mail_too,
}

on_any_database! {
    an_unverified_user_gets_in_by_no_door,
}

async fn strict(database: &Database) -> (TestApp, Mailbox) {
    let mails = Mailbox::new();
    let test = TestApp::with(database, |setup| {
        mails.receives(setup);
        setup.settings.email_verification_required = true;
    })
    .await;
    (test, mails)
}

async fn signs_up(test: &TestApp, email: &str) -> Answer {
    let body = json!({
        "name": "Ada", "email": email, "password": PASSWORD, "callbackURL": "/welcome"
    });
    Browser::of(test).post("/sign-up/email", body).await.is(200)
}

async fn a_session_comes_after_the_link_was_followed(database: Database) {
    let (test, mails) = strict(&database).await;
    let answer = signs_up(&test, ADA).await;
    assert_eq!(answer.json()["token"], Value::Null);
    assert_eq!(answer.json()["user"]["emailVerified"], false);
    assert!(answer.cookies().is_empty() && !answer.has("set-auth-token"));
    let mut ada = Browser::of(&test);
    let refused = ada.tries("ada", PASSWORD).await;
    refused.fails(403, "Email not verified", "EMAIL_NOT_VERIFIED");
    let link = mails.link(ADA).await;
    assert_eq!(test.follows(link.target()).await.is(302).header("location"), "/welcome");
    ada.signs_in("ada").await;
    let user = ada.session().await["user"].clone();
    assert_eq!(user["id"], answer.json()["user"]["id"]);
    assert_eq!(user["emailVerified"], true);
}

async fn a_known_address_gets_the_answer_of_an_unknown_one(database: Database) {
    let (test, mails) = strict(&database).await;
    test.ada().await;
    let known = signs_up(&test, "Ada@Example.com").await;
    let unknown = signs_up(&test, "eve@example.com").await;
    let form = |answer: &Answer| {
        let mut body = answer.json();
        assert_eq!(body["user"]["id"].as_str().map(str::len), Some(32));
        body["user"]["id"] = Value::Null;
        body["user"]["email"] = Value::Null;
        body
    };
    assert_eq!(form(&known), form(&unknown));
    assert_eq!(known.seen_headers(), unknown.seen_headers());
    let refused = async |email: &str| {
        let body = json!({"name": "Ada", "email": email, "password": "12345678"});
        Browser::of(&test).post("/sign-up/email", body).await.is(400)
    };
    assert_eq!(refused(ADA).await.seen(), refused("eve@example.org").await.seen());
    assert_eq!(known.json()["user"]["email"], ADA);
    assert_ne!(known.json()["user"]["id"], "ada");
    // Nothing of the account changed, and only its own mailbox is told of it.
    let verification = mails.link("eve@example.com").await;
    assert!(verification.target().starts_with("/api/auth/verify-email?"));
    let told = mails.link(ADA).await;
    assert!(told.target().starts_with("/api/auth/reset-password/"));
    let me = test.stranger("ada").get("/api/auth/me").await.is(200).json();
    assert_eq!(me["email"], ADA);
}

async fn who_registers_gets_a_mail_too(database: Database) {
    let (test, mails) = strict(&database).await;
    let body = json!({"email": ADA, "password": PASSWORD});
    test.nobody().post("/api/auth/register", body).await.is(201);
    let ada = test.stranger("ada");
    ada.tries(PASSWORD).await.is(403).coded("email_not_verified");
    let link = mails.link(ADA).await;
    test.follows(link.target()).await;
    until("the link was followed", async || ada.tries(PASSWORD).await.status == 200).await;
}

async fn an_unverified_user_gets_in_by_no_door(database: Database) {
    let (test, _mails) = strict(&database).await;
    let ada = test.ada().await;
    ada.tries(PASSWORD).await.is(403).coded("email_not_verified");
    // Only who knows the password learns that there is such an account.
    ada.tries("wrong horse battery").await.is(401).coded("invalid_credentials");
    let mut browser = Browser::of(&test);
    let wrong = browser.tries("ada", "wrong horse battery").await;
    wrong.fails(401, "Invalid email or password", "INVALID_EMAIL_OR_PASSWORD");
    let right = browser.tries("ada", PASSWORD).await;
    let right = right.fails(403, "Email not verified", "EMAIL_NOT_VERIFIED");
    assert!(right.cookies().is_empty() && !right.has("set-auth-token"));
}
