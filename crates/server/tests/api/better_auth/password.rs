//! Changing the password, and comparing it.

use serde_json::{Value, json};

use crate::support::{Browser, PASSWORD, TestApp, connect};

on_both_databases! {
    a_changed_password_ends_all_other_sessions,
    the_own_session_can_get_a_new_token,
    two_changes_at_the_same_moment_leave_one_password,
    a_password_can_be_compared,
}

on_postgres! {
    who_has_no_password_can_neither_change_nor_compare_it,
}

on_any_database! {
    what_is_no_change_is_refused,
}

const NEW: &str = "another horse battery";
const WRONG: (&str, &str) = ("Invalid password", "INVALID_PASSWORD");

async fn who_has_no_password_can_neither_change_nor_compare_it(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    // Nothing here takes a password away; an account may come without one.
    let client = connect(&test.database.url()).await;
    let removal = "update users set password_hash = null where id = 'ada'";
    client.batch_execute(removal).await.expect(removal);
    for (path, body) in [
        ("/change-password", json!({"currentPassword": PASSWORD, "newPassword": NEW})),
        ("/verify-password", json!({"password": PASSWORD})),
    ] {
        let (message, code) = ("Credential account not found", "CREDENTIAL_ACCOUNT_NOT_FOUND");
        ada.post(path, body).await.fails(400, message, code);
    }
    assert_eq!(ada.get("/list-accounts").await.is(200).json(), json!([]));
    for password in [PASSWORD, NEW] {
        let (message, code) = ("Invalid email or password", "INVALID_EMAIL_OR_PASSWORD");
        ada.tries("ada", password).await.fails(401, message, code);
    }
}

async fn a_changed_password_ends_all_other_sessions(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let mut phone = Browser::of(&test);
    let token = phone.signs_in("ada").await;
    let robot = test.holder_of("ada", &token);
    let logged_in = test.stranger("ada").logs_in().await;
    robot.get("/api/tasks").await.is(200);
    let body = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    let answer = ada.post("/change-password", body).await.is(200);
    assert_eq!(answer.json()["token"], Value::Null);
    assert_eq!(answer.json()["user"]["id"], "ada");
    assert!(answer.cookies().is_empty());
    assert!(ada.is_in().await);
    assert!(!phone.is_in().await);
    robot.get("/api/tasks").await.is(401);
    logged_in.get("/api/tasks").await.is(401);
    phone.tries("ada", PASSWORD).await.is(401);
    phone.tries("ada", NEW).await.is(200);
}

async fn the_own_session_can_get_a_new_token(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let mut thief = ada.clone();
    let body = json!({
        "currentPassword": PASSWORD, "newPassword": NEW, "revokeOtherSessions": true
    });
    let answer = ada.post("/change-password", body).await.is(200);
    assert_eq!(answer.cookies().len(), 1);
    assert_eq!(ada.session().await["session"]["token"], answer.json()["token"]);
    assert!(!thief.is_in().await);
}

async fn two_changes_at_the_same_moment_leave_one_password(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let mut other = ada.clone();
    let change = |new: &str| json!({"currentPassword": PASSWORD, "newPassword": new});
    let passwords = ["a first new sentence", "a second new sentence"];
    let (first, second) = tokio::join!(
        ada.post("/change-password", change(passwords[0])),
        other.post("/change-password", change(passwords[1])),
    );
    let mut works = Vec::new();
    for (password, answer) in passwords.into_iter().zip([first, second]) {
        if answer.status == 200 {
            works.push(password);
        } else {
            answer.fails(400, WRONG.0, WRONG.1);
        }
    }
    let mut found = 0;
    for password in passwords {
        found += usize::from(Browser::of(&test).tries("ada", password).await.status == 200);
    }
    assert_eq!((works.len(), found), (1, 1));
    Browser::of(&test).tries("ada", works[0]).await.is(200);
}

async fn a_password_can_be_compared(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let answer = ada.post("/verify-password", json!({"password": PASSWORD})).await.is(200);
    assert_eq!(answer.json(), json!({"status": true}));
    for password in ["", "wrong", &PASSWORD.to_uppercase(), &"x".repeat(128)] {
        let answer = ada.post("/verify-password", json!({"password": password})).await;
        answer.fails(400, WRONG.0, WRONG.1);
    }
    let answer = ada.post("/verify-password", json!({"password": "x".repeat(129)})).await;
    answer.fails(400, "Password too long", "PASSWORD_TOO_LONG");
    let message = "[body.password] Invalid input: expected string, received undefined";
    ada.post("/verify-password", json!({})).await.fails(400, message, "VALIDATION_ERROR");
    let mut nobody = Browser::of(&test);
    let answer = nobody.post("/verify-password", json!({"password": PASSWORD})).await;
    answer.fails(401, "Unauthorized", "UNAUTHORIZED");
}

async fn what_is_no_change_is_refused(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for (current, new, message, code) in [
        ("wrong horse", NEW, WRONG.0, WRONG.1),
        ("", NEW, WRONG.0, WRONG.1),
        (PASSWORD, "1234567", "Password too short", "PASSWORD_TOO_SHORT"),
        (PASSWORD, &*"x".repeat(129), "Password too long", "PASSWORD_TOO_LONG"),
        (&*"x".repeat(129), NEW, "Password too long", "PASSWORD_TOO_LONG"),
        (
            PASSWORD,
            "ada@example.com",
            "The password you entered has been compromised. Please choose a different password.",
            "PASSWORD_COMPROMISED",
        ),
    ] {
        let body = json!({"currentPassword": current, "newPassword": new});
        ada.post("/change-password", body).await.fails(400, message, code);
    }
    let missing = "[body.newPassword] Invalid input: expected string, received undefined; \
                   [body.currentPassword] Invalid input: expected string, received undefined";
    ada.post("/change-password", json!({})).await.fails(400, missing, "VALIDATION_ERROR");
    let body = json!({"currentPassword": PASSWORD, "newPassword": NEW, "revokeOtherSessions": 1});
    let message = "[body.revokeOtherSessions] Invalid input: expected boolean, received number";
    ada.post("/change-password", body).await.fails(400, message, "VALIDATION_ERROR");
    let body = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    let answer = Browser::of(&test).post("/change-password", body).await;
    answer.fails(401, "Unauthorized", "UNAUTHORIZED");
    assert!(ada.is_in().await);
    ada.signs_in("ada").await;
}
