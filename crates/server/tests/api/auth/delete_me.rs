//! Deleting one's own account.

use axum::{body::Body, http::Method};
use serde_json::json;

use crate::support::{Browser, DAY, Database, PASSWORD, Person, TestApp};

on_both_databases! {
    an_account_goes_with_everything_that_belongs_to_it,
    a_fresh_login_needs_no_password,
    an_old_login_needs_the_password,
    a_wrong_password_deletes_nothing,
    a_program_cannot_delete_its_owner,
    what_is_no_deletion_is_refused,
    a_cookie_deletes_from_a_trusted_page_only,
}

on_any_database! {
    a_visitor_has_no_account_to_delete,
}

const ME: &str = "/api/auth/me";

async fn leaves(person: &Person, password: &str) -> crate::support::Answer {
    person.sends(Method::DELETE, ME, &json!({"password": password})).await
}

async fn an_account_goes_with_everything_that_belongs_to_it(test: TestApp) {
    let (ada, bob) = (test.ada().await.logs_in().await, test.bob().await);
    let id = ada.adds("hers").await;
    let deleted = ada.adds("deleted").await;
    ada.delete(&format!("/api/tasks/{deleted}")).await.is(204);
    let kept = bob.adds("his").await;
    let robot = ada.makes_token(&["read", "write", "delete"]).await;
    let phone = ada.logs_in().await;
    let answer = leaves(&ada, PASSWORD).await.is(204);
    assert!(answer.body.is_empty());
    for person in [&ada, &phone, &robot, &test.stranger("ada")] {
        person.get("/api/tasks").await.is(401);
        person.post("/api/tasks", json!({"title": "back"})).await.is(401);
        person.get(ME).await.is(401);
    }
    ada.tries(PASSWORD).await.is(401);
    for id in [id, deleted] {
        bob.get(&format!("/api/tasks/{id}")).await.is(404);
        bob.post(&format!("/api/tasks/{id}/restore"), json!({})).await.is(404);
    }
    assert_eq!(bob.sees(kept).await["title"], "his");
    // The address is free again, for somebody who is not her.
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let other = test.nobody().post("/api/auth/register", body).await.is(201).json();
    assert_ne!(other["id"], "ada");
}

async fn a_fresh_login_needs_no_password(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    ada.send(ada.asks(Method::DELETE, ME), Body::empty()).await.is(204);
    ada.get(ME).await.is(401);
    let bob = test.bob().await.signs_in().await;
    bob.sends(Method::DELETE, ME, &json!({})).await.is(204);
    bob.get(ME).await.is(401);
}

async fn an_old_login_needs_the_password(test: TestApp) {
    let ada = test.ada().await.signs_in().await;
    test.clock.advance_seconds(DAY + 1);
    ada.get(ME).await.is(200);
    let refused = ada.send(ada.asks(Method::DELETE, ME), Body::empty()).await.is(403);
    refused.coded("session_expired");
    ada.get(ME).await.is(200);
    leaves(&ada, PASSWORD).await.is(204);
    ada.get(ME).await.is(401);
}

async fn a_wrong_password_deletes_nothing(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    for wrong in ["wrong horse battery", "", &PASSWORD.to_uppercase()] {
        let refused = leaves(&ada, wrong).await;
        assert!(matches!(refused.status.as_u16(), 403 | 422), "{wrong}: {}", refused.text());
        assert!(!refused.text().contains("horse"), "{}", refused.text());
    }
    ada.get(ME).await.is(200);
    ada.tries(PASSWORD).await.is(200);
}

async fn a_program_cannot_delete_its_owner(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let robot = ada.makes_token(&["read", "write", "delete"]).await;
    robot.send(robot.asks(Method::DELETE, ME), Body::empty()).await.is(403).coded("login_required");
    leaves(&robot, PASSWORD).await.is(403).coded("login_required");
    ada.get(ME).await.is(200);
    test.nobody().delete(ME).await.is(401);
    test.expired("ada").delete(ME).await.is(401);
}

async fn what_is_no_deletion_is_refused(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    for (body, problem) in [
        (json!({"password": 5}), "body.password string_type"),
        (json!({"password": ["x"]}), "body.password string_type"),
        (json!([]), "body model_attributes_type"),
        (json!("x"), "body model_attributes_type"),
    ] {
        assert_eq!(ada.sends(Method::DELETE, ME, &body).await.problems(), [problem]);
    }
    ada.send(ada.asks(Method::DELETE, ME), "password=x").await.is(415);
    ada.get(ME).await.is(200);
}

async fn a_cookie_deletes_from_a_trusted_page_only(test: TestApp) {
    let mut browser = Browser::of_member(&test, "ada").await;
    let stranger = browser.begins(Method::DELETE, ME).header("origin", "http://evil.example");
    browser.send(stranger, String::new()).await.is(403).coded("invalid_origin");
    let bare = browser.begins(Method::DELETE, ME);
    browser.send(bare, String::new()).await.is(403).coded("missing_origin");
    assert!(browser.is_in().await);
    let request = browser.asks(Method::DELETE, ME);
    browser.send(request, String::new()).await.is(204);
    assert_eq!(browser.cookies(), "");
    assert!(!browser.is_in().await);
}

async fn a_visitor_has_no_account_to_delete(database: Database) {
    let test = TestApp::with(&database, |setup| setup.settings.demo_mode = true).await;
    test.nobody().delete(ME).await.is(401);
    test.nobody().post("/api/tasks", json!({"title": "x"})).await.is(201);
}
