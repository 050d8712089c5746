//! Making an account.

use serde_json::{Value, json};

use crate::support::{Database, PASSWORD, TestApp};

on_both_databases! {
    an_account_is_made_and_can_be_used,
    an_address_is_taken_once_in_any_case,
    of_two_who_want_one_address_one_gets_it,
    what_is_not_a_registration_is_refused_with_every_problem,
    a_password_that_is_easily_guessed_is_refused,
    nothing_secret_comes_back,
    registration_can_be_closed,
}

fn registration(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

async fn an_account_is_made_and_can_be_used(test: TestApp) {
    let body = json!({"email": " Ada@Example.COM ", "password": PASSWORD, "name": "Ada"});
    let nobody = test.nobody();
    let user = nobody.post("/api/auth/register", body).await.is(201).json();
    let id = user["id"].as_str().expect("a user's id is text");
    assert_eq!(
        user,
        json!({"id": id, "email": "ada@example.com", "created_at": "2026-11-21T09:30:00.000Z"})
    );
    let login = nobody.post("/api/auth/login", registration("ADA@example.com")).await.is(200);
    let login = login.json();
    assert_eq!(login["token_type"], "bearer");
    assert_eq!(login["user"], user);
    let token = login["access_token"].as_str().expect("a token is text");
    let ada = test.holder_of(id, token);
    assert_eq!(ada.get("/api/auth/me").await.is(200).json(), user);
    ada.adds("x").await;
    assert_eq!(ada.titles(&format!("/api/{id}/tasks")).await, ["x"]);
}

async fn an_address_is_taken_once_in_any_case(test: TestApp) {
    test.ada().await;
    for email in ["ada@example.com", "ADA@EXAMPLE.COM", " Ada@example.com"] {
        let answer = test.nobody().post("/api/auth/register", registration(email)).await;
        let answer = answer.is(409).saying("Email already registered").coded("email_taken");
        assert!(!answer.text().contains("example.com"));
    }
}

async fn of_two_who_want_one_address_one_gets_it(test: TestApp) {
    let nobody = test.nobody();
    let register = || nobody.post("/api/auth/register", registration("carl@example.com"));
    let (one, other) = tokio::join!(register(), register());
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

async fn what_is_not_a_registration_is_refused_with_every_problem(test: TestApp) {
    let nobody = test.nobody();
    let check = async |body: Value, expected: &[&str]| {
        let problems = nobody.post("/api/auth/register", body.clone()).await.problems();
        assert_eq!(problems, expected, "{body}");
    };
    check(json!({}), &["body.email missing", "body.password missing"]).await;
    check(json!([]), &["body model_attributes_type"]).await;
    for wrong in [json!(null), json!(12_345_678), json!(["x"]), json!({"$ne": ""})] {
        check(
            json!({"email": wrong, "password": wrong, "name": 5}),
            &["body.email string_type", "body.name string_type", "body.password string_type"],
        )
        .await;
    }
    let long = format!("{}@example.com", "x".repeat(64));
    for email in ["", "ada", "@b.co", "a@", "a b@c.co", "a@b", "a@b.co\nBcc: x@y.co", "a@b.co\0"] {
        check(registration(email), &["body.email value_error"]).await;
    }
    check(registration(&long.repeat(5)), &["body.email string_too_long"]).await;
    check(
        json!({"email": "ada@example.com", "password": "7 chars"}),
        &["body.password string_too_short"],
    )
    .await;
    check(
        json!({"email": "ada@example.com", "password": "long ".repeat(26)}),
        &["body.password string_too_long"],
    )
    .await;
    let named = json!({"email": "a@b.co", "password": PASSWORD, "name": "x".repeat(256)});
    check(named, &["body.name string_too_long"]).await;
}

async fn a_password_that_is_easily_guessed_is_refused(test: TestApp) {
    for password in ["password", "12345678", "aaaaaaaa", "qwertyuiop", "ada.b@example.com"] {
        let body = json!({"email": "ada.b@example.com", "password": password});
        let problems = test.nobody().post("/api/auth/register", body).await.problems();
        assert_eq!(problems, ["body.password value_error"], "{password}");
    }
}

async fn nothing_secret_comes_back(test: TestApp) {
    let nobody = test.nobody();
    for body in [
        json!({"email": "ada@example.com", "password": "hush", "name": 5}),
        json!({"email": "ada", "password": "hush hush hush hush"}),
        json!({"email": "ada@example.com", "password": ["hush"]}),
        json!({"email": "ada@example.com", "password": "hush ".repeat(100)}),
    ] {
        for path in ["/api/auth/register", "/api/auth/login"] {
            let answer = nobody.post(path, body.clone()).await;
            assert!(!answer.text().contains("hush"), "{path} {}", answer.text());
        }
    }
    let made = nobody.post("/api/auth/register", registration("ada@example.com")).await.is(201);
    let logged_in = nobody.post("/api/auth/login", registration("ada@example.com")).await.is(200);
    for answer in [made, logged_in] {
        assert!(!answer.text().contains(PASSWORD) && !answer.text().contains("$2b$"));
    }
}

async fn registration_can_be_closed(database: Database) {
    let test = TestApp::with(&database, |setup| setup.settings.registration_open = false).await;
    let answer = test.nobody().post("/api/auth/register", registration("carl@example.com")).await;
    answer.is(403).saying("Registration is closed").coded("registration_closed");
    // Before anything is said about what was sent.
    for body in [json!({}), json!({"email": "carl@example.com", "password": "short"})] {
        let answer = test.nobody().post("/api/auth/register", body).await;
        answer.is(403).coded("registration_closed");
    }
    // Those who have an account go on.
    test.ada().await.tries(PASSWORD).await.is(200);
}
