//! The profile, the ways to sign in, and the end of an account.

use serde_json::{Value, json};

use crate::support::{Browser, DAY, Database, PASSWORD, TestApp, moment};

on_both_databases! {
    a_name_and_a_picture_can_be_changed,
    an_account_with_a_password_has_one_way_in,
    an_account_is_deleted_with_its_password,
    an_account_is_deleted_from_a_fresh_session,
    a_wrong_password_deletes_nothing,
}

on_any_database! {
    what_is_no_profile_is_refused,
    a_link_deletes_nothing,
    without_a_session_nothing_changes,
}

const PICTURE: &str = "https://example.com/ada.png";

async fn a_name_and_a_picture_can_be_changed(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    test.clock.advance_seconds(60);
    let body = json!({"name": " Ada Lovelace ", "image": PICTURE, "emailVerified": true});
    let answer = ada.post("/update-user", body).await.is(200);
    assert_eq!(answer.json(), json!({"status": true}));
    assert_eq!(answer.cookies().len(), 1);
    let user = ada.session().await["user"].clone();
    assert_eq!(user["name"], "Ada Lovelace");
    assert_eq!(user["image"], PICTURE);
    assert_eq!(user["emailVerified"], false);
    assert_eq!(user["createdAt"], moment(0));
    assert_eq!(user["updatedAt"], moment(60));
    // What is absent stays; null removes.
    ada.post("/update-user", json!({"image": null})).await.is(200);
    let user = ada.session().await["user"].clone();
    assert_eq!(user["name"], "Ada Lovelace");
    assert_eq!(user["image"], Value::Null);
}

async fn an_account_with_a_password_has_one_way_in(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let accounts = ada.get("/list-accounts").await.is(200);
    let (id, now) = (accounts.json()[0]["id"].clone(), moment(0));
    assert_eq!(
        accounts.text(),
        format!(
            "[{{\"accountId\":\"ada\",\"providerId\":\"credential\",\"userId\":\"ada\",\
             \"createdAt\":\"{now}\",\"updatedAt\":\"{now}\",\"id\":{id},\"scopes\":[]}}]"
        )
    );
}

async fn an_account_is_deleted_with_its_password(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let token = Browser::of(&test).signs_in("ada").await;
    let elsewhere = test.holder_of("ada", &token);
    elsewhere.adds("x").await;
    // However old the session is.
    test.clock.advance_seconds(2 * DAY);
    let answer = ada.post("/delete-user", json!({"password": PASSWORD})).await.is(200);
    assert_eq!(answer.json(), json!({"success": true, "message": "User deleted"}));
    assert!(ada.cookies().is_empty());
    assert!(!ada.is_in().await);
    elsewhere.get("/api/tasks").await.is(401);
    ada.tries("ada", PASSWORD).await.is(401);
    // The address is free again, and it is another account.
    let again = ada.signs_up("ada").await;
    assert_ne!(again["user"]["id"], "ada");
    let robot = test.holder_of("ada", again["token"].as_str().expect("a token is text"));
    assert!(robot.titles("/api/tasks").await.is_empty());
}

async fn an_account_is_deleted_from_a_fresh_session(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let mut bob = Browser::of_member(&test, "bob").await;
    test.clock.advance_seconds(DAY - 1);
    let answer = ada.post("/delete-user", json!({"callbackURL": "/bye"})).await.is(200);
    assert_eq!(answer.json()["message"], "User deleted");
    test.clock.advance_seconds(1);
    for body in [json!({}), json!({"password": ""})] {
        let message = "Session expired. Re-authenticate to perform this action.";
        bob.post("/delete-user", body).await.fails(400, message, "SESSION_EXPIRED");
    }
    assert!(bob.is_in().await);
}

async fn a_wrong_password_deletes_nothing(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for password in ["wrong horse battery", &PASSWORD.to_uppercase()] {
        let answer = ada.post("/delete-user", json!({"password": password})).await;
        answer.fails(400, "Invalid password", "INVALID_PASSWORD");
    }
    let answer = ada.post("/delete-user", json!({"password": "x".repeat(129)})).await;
    answer.fails(400, "Password too long", "PASSWORD_TOO_LONG");
    assert!(ada.is_in().await);
    ada.signs_in("ada").await;
}

async fn what_is_no_profile_is_refused(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    for email in [json!("eve@example.com"), json!(5), json!({"a": "b"})] {
        let answer = ada.post("/update-user", json!({"email": email, "name": "x"})).await;
        answer.fails(400, "Email can not be updated", "EMAIL_CAN_NOT_BE_UPDATED");
    }
    for body in [json!({}), json!({"role": "admin"}), json!({"email": ""})] {
        ada.post("/update-user", body).await.fails(400, "No fields to update", "");
    }
    for (body, message) in [
        (json!([]), "[body] Invalid input: expected record, received array"),
        (json!({"name": 5}), "[body.name] Invalid input: expected string, received number"),
        (json!({"image": 5}), "[body.image] Invalid input: expected string, received number"),
    ] {
        ada.post("/update-user", body).await.fails(400, message, "VALIDATION_ERROR");
    }
    for body in [json!({"name": "x".repeat(256)}), json!({"image": "x".repeat(2049)})] {
        let answer = ada.post("/update-user", body).await.is(400);
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    }
    let user = ada.session().await["user"].clone();
    assert_eq!((&user["name"], &user["image"]), (&json!(""), &Value::Null));
}

async fn a_link_deletes_nothing(test: TestApp) {
    let mut ada = Browser::of_member(&test, "ada").await;
    let token = "x".repeat(32);
    for body in [json!({"token": token}), json!({"token": token, "password": PASSWORD})] {
        let answer = ada.post("/delete-user", body).await;
        answer.fails(404, "Invalid token", "INVALID_TOKEN");
    }
    // The password comes first where there is one.
    let answer = ada.post("/delete-user", json!({"token": token, "password": "wrong"})).await;
    answer.fails(400, "Invalid password", "INVALID_PASSWORD");
    for query in [format!("token={token}"), format!("token={token}&callbackURL=/bye")] {
        let answer = ada.get(&format!("/delete-user/callback?{query}")).await;
        answer.fails(404, "Invalid token", "INVALID_TOKEN");
    }
    let answer = Browser::of(&test).get(&format!("/delete-user/callback?token={token}")).await;
    answer.fails(404, "Failed to get user info", "FAILED_TO_GET_USER_INFO");
    let message = "[query.token] Invalid input: expected string, received undefined";
    let answer = ada.get("/delete-user/callback").await;
    answer.fails(400, message, "VALIDATION_ERROR");
    let path = "/delete-user/callback?token=x&callbackURL=https://evil.example";
    ada.get(path).await.fails(403, "Invalid callbackURL", "INVALID_CALLBACK_URL");
    assert!(ada.is_in().await);
}

async fn without_a_session_nothing_changes(database: Database) {
    let test = TestApp::new(&database).await;
    let mut nobody = Browser::of(&test);
    nobody.get("/list-accounts").await.fails(401, "Unauthorized", "UNAUTHORIZED");
    for (path, body) in
        [("/update-user", json!({"name": "x"})), ("/delete-user", json!({"password": PASSWORD}))]
    {
        nobody.post(path, body).await.fails(401, "Unauthorized", "UNAUTHORIZED");
    }
    // A session whose user is gone is one that is over.
    let mut ada = Browser::of_member(&test, "ada").await;
    let mut thief = ada.clone();
    ada.post("/delete-user", json!({})).await.is(200);
    let answer = thief.post("/update-user", json!({"name": "x"})).await;
    answer.fails(401, "Unauthorized", "UNAUTHORIZED");
}
