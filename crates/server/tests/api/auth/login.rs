//! Logging in.

use serde_json::{Value, json};

use crate::support::{Database, PASSWORD, TestApp, at, claims_of};

on_both_databases! {
    the_right_password_gives_a_token,
    a_wrong_password_and_an_unknown_address_are_told_apart_by_nothing,
    an_address_may_be_written_in_any_case,
    what_is_not_a_login_is_refused_with_every_problem,
    a_user_whom_only_others_know_has_no_password,
    the_account_is_shown_to_its_owner_only,
    a_token_ends_when_its_time_is_over,
    a_deleted_users_token_opens_nothing,
}

async fn the_right_password_gives_a_token(test: TestApp) {
    let ada = test.ada().await;
    let answer = ada.tries(PASSWORD).await.is(200).json();
    let token = answer["access_token"].as_str().expect("a token is text").to_owned();
    assert_eq!(
        answer,
        json!({
            "access_token": token,
            "token_type": "bearer",
            "user": {
                "id": "ada",
                "email": "ada@example.com",
                "created_at": "2026-11-21T09:30:00.000Z",
            },
        })
    );
    let claims = claims_of(&token);
    assert_eq!(
        claims,
        json!({
            "sub": "ada",
            "email": "ada@example.com",
            "iat": at(0),
            "exp": at(3600),
            "jti": claims["jti"],
            "sid": claims["sid"],
        })
    );
    ada.with_token(&token).get("/api/tasks").await.is(200);
}

async fn a_wrong_password_and_an_unknown_address_are_told_apart_by_nothing(test: TestApp) {
    let ada = test.ada().await;
    let wrong = ada.tries("wrong horse battery").await.is(401);
    let body = json!({"email": "nobody@example.com", "password": PASSWORD});
    let unknown = ada.post("/api/auth/login", body).await.is(401);
    assert_eq!(wrong.body, unknown.body);
    let wrong = wrong.saying("Invalid email or password").coded("invalid_credentials");
    assert_eq!(wrong.header("www-authenticate"), unknown.header("www-authenticate"));
    let names = |answer: &crate::support::Answer| {
        answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(names(&wrong), names(&unknown));
    // Nearly right is wrong.
    for password in [&PASSWORD.to_uppercase(), &format!("{PASSWORD} "), &PASSWORD[..20], ""] {
        ada.tries(password).await.is(401);
    }
}

async fn an_address_may_be_written_in_any_case(test: TestApp) {
    test.ada().await;
    for email in ["ADA@EXAMPLE.COM", "  ada@example.com\n"] {
        let body = json!({"email": email, "password": PASSWORD});
        test.nobody().post("/api/auth/login", body).await.is(200);
    }
}

async fn what_is_not_a_login_is_refused_with_every_problem(test: TestApp) {
    let ada = test.ada().await;
    for (body, expected) in [
        (json!({}), &["body.email missing", "body.password missing"][..]),
        (json!({"email": "ada@example.com"}), &["body.password missing"]),
        (json!({"password": PASSWORD}), &["body.email missing"]),
        (json!({"email": "ada", "password": "x"}), &["body.email value_error"]),
        (
            json!({"email": {"$ne": null}, "password": {"$ne": null}}),
            &["body.email string_type", "body.password string_type"],
        ),
        (json!("ada"), &["body model_attributes_type"]),
    ] {
        assert_eq!(ada.post("/api/auth/login", body).await.problems(), expected);
    }
    let form = "email=ada%40example.com&password=correct+horse+battery";
    let request = ada.asks(axum::http::Method::POST, "/api/auth/login");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    ada.send(request, form).await.is(415);
    ada.get("/api/auth/login?email=ada@example.com&password=x").await.is(405);
}

async fn a_user_whom_only_others_know_has_no_password(test: TestApp) {
    let carl = test.stranger("carl");
    carl.get("/api/auth/me").await.is(404).saying("User not found").coded("user_not_found");
    carl.adds("x").await;
    let me = carl.get("/api/auth/me").await.is(200).json();
    assert_eq!(me["id"], "carl");
    assert_eq!(me["email"], Value::Null);
    carl.tries(PASSWORD).await.is(401);
    carl.tries("").await.is(401);
}

async fn the_account_is_shown_to_its_owner_only(test: TestApp) {
    test.nobody().get("/api/auth/me").await.is(401).saying("Not authenticated");
    let me = test.bob().await.get("/api/auth/me").await.is(200).json();
    assert_eq!(me["email"], "bob@example.com");
}

async fn a_token_ends_when_its_time_is_over(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.settings.access_token_ttl_seconds = 2 * 3600;
    })
    .await;
    let ada = test.ada().await.logs_in().await;
    test.clock.advance_seconds(2 * 3600 - 1);
    ada.get("/api/tasks").await.is(200);
    // The clocks of two servers may differ by half a minute.
    test.clock.advance_seconds(30);
    ada.get("/api/tasks").await.is(200);
    test.clock.advance_seconds(1);
    ada.get("/api/tasks").await.is(401).saying("Token expired").coded("token_expired");
    ada.logs_in().await.get("/api/tasks").await.is(200);
}

async fn a_deleted_users_token_opens_nothing(test: TestApp) {
    let ada = test.ada().await;
    let (logged_in, robot) = (ada.logs_in().await, ada.makes_token(&["read", "write"]).await);
    ada.adds("x").await;
    let id = rondo_domain::UserId::parse("ada").expect("this is an id");
    let now = crate::support::START;
    let gone = test.write(move |txn| async move { txn.delete_user(&id, now).await }).await;
    assert!(gone);
    // What another replica did is noticed here within five seconds.
    test.clock.advance_seconds(5);
    for person in [&ada, &logged_in, &robot] {
        person.get("/api/tasks").await.is(401).saying("Invalid token");
        person.post("/api/tasks", json!({"title": "back"})).await.is(401);
    }
    // An id that was deleted does not come back to life by an old secret.
    let again = test.stranger("ada");
    again.post("/api/tasks", json!({"title": "back"})).await.is(401).saying("Invalid token");
}
