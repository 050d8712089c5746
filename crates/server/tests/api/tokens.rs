//! Personal access tokens.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

on_both_databases! {
    a_token_is_shown_once_and_listed_without_its_secret,
    a_scope_opens_its_own_doors_only,
    a_token_cannot_manage_tokens,
    a_revoked_token_opens_nothing,
    a_token_ends_by_the_clock,
    when_a_token_was_last_used_is_shown,
    what_is_not_a_token_is_refused_with_every_problem,
    somebody_elses_token_is_not_found,
    a_hundred_tokens_are_enough,
    what_only_looks_like_a_token_is_none,
}

async fn a_token_is_shown_once_and_listed_without_its_secret(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"name": " backup ", "scopes": ["write", "read", "read"]});
    let answer = ada.post("/api/tokens", body).await.is(201);
    let mut created = answer.json();
    let secret = created["token"].take();
    let secret = secret.as_str().expect("a new token is shown");
    assert!(secret.starts_with("rondo_pat_"), "{secret}");
    let members = created.as_object_mut().expect("a token is an object");
    members.remove("token");
    assert_eq!(
        created,
        json!({
            "id": created["id"],
            "name": "backup",
            "scopes": ["read", "write"],
            "created_at": "2026-11-21T09:30:00.000Z",
            "expires_at": "2027-02-19T09:30:00.000Z",
            "last_used_at": null,
        })
    );
    let list = ada.get("/api/tokens").await.is(200);
    assert_eq!(list.json(), json!({"tokens": [created]}));
    assert!(!list.text().contains(&secret[20..]));

    let other = ada.post("/api/tokens", json!({"name": "backup", "scopes": ["read"]})).await;
    assert_ne!(other.is(201).json()["token"], secret);
}

/// What a token is answered when it reads, writes and deletes.
async fn tries_everything(robot: &Person, id: i64) -> [u16; 7] {
    let path = format!("/api/tasks/{id}");
    let answers = [
        robot.get("/api/tasks").await,
        robot.get("/api/conversations").await,
        robot.get("/api/auth/me").await,
        robot.post("/api/tasks", json!({"title": "x"})).await,
        robot.patch(&path, json!({"title": "y"})).await,
        robot.toggles(id).await,
        robot.delete(&path).await,
    ];
    answers.map(|answer| answer.status.as_u16())
}

async fn a_scope_opens_its_own_doors_only(test: TestApp) {
    let ada = test.ada().await;
    for (scopes, expected) in [
        (&["read"][..], [200, 200, 200, 403, 403, 403, 403]),
        (&["write"], [403, 403, 403, 201, 200, 200, 403]),
        (&["delete"], [403, 403, 403, 403, 403, 403, 204]),
        (&["read", "write", "delete"], [200, 200, 200, 201, 200, 200, 204]),
    ] {
        let robot = ada.makes_token(scopes).await;
        let id = ada.adds("x").await;
        assert_eq!(tries_everything(&robot, id).await, expected, "{scopes:?}");
    }
    let reader = ada.makes_token(&["read"]).await;
    let refused = reader.post("/api/tasks", json!({"title": "x"})).await.is(403);
    let refused = refused.coded("missing_scope");
    refused.clone().saying("Access denied: this token lacks the scope 'write'");
    assert_eq!(refused.header("www-authenticate"), "Bearer error=\"insufficient_scope\"");
    // It is the owner's token, and nobody else's.
    let bobs = test.bob().await.adds("his").await;
    reader.get(&format!("/api/tasks/{bobs}")).await.is(403).coded("access_denied");
    reader.get("/api/bob/tasks").await.is(403);
}

async fn a_token_cannot_manage_tokens(test: TestApp) {
    let ada = test.ada().await;
    let robot = ada.makes_token(&["read", "write", "delete"]).await;
    let body = json!({"name": "another", "scopes": ["read"]});
    robot.post("/api/tokens", body).await.is(403).coded("login_required");
    robot.get("/api/tokens").await.is(403);
    robot.delete("/api/tokens/1").await.is(403);
    assert_eq!(ada.get("/api/tokens").await.json()["tokens"].as_array().map(Vec::len), Some(1));
}

async fn a_revoked_token_opens_nothing(test: TestApp) {
    let ada = test.ada().await;
    let robot = ada.makes_token(&["read"]).await;
    robot.get("/api/tasks").await.is(200);
    let id = ada.get("/api/tokens").await.json()["tokens"][0]["id"].clone();
    let answer = ada.delete(&format!("/api/tokens/{id}")).await.is(204);
    assert!(answer.body.is_empty());
    robot.get("/api/tasks").await.is(401).saying("Invalid token").coded("invalid_token");
    ada.delete(&format!("/api/tokens/{id}")).await.is(404).coded("token_not_found");
    assert_eq!(ada.get("/api/tokens").await.json(), json!({"tokens": []}));
}

async fn a_token_ends_by_the_clock(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"name": "x", "scopes": ["read"], "expires_in_days": 1});
    let created = ada.post("/api/tokens", body).await.is(201).json();
    assert_eq!(created["expires_at"], "2026-11-22T09:30:00.000Z");
    let robot = ada.with_token(created["token"].as_str().expect("a token is text"));
    test.clock.advance_seconds(86_399);
    robot.get("/api/tasks").await.is(200);
    test.clock.advance_seconds(1);
    robot.get("/api/tasks").await.is(401).saying("Token expired").coded("token_expired");
    // It is listed until it is deleted.
    let list = ada.get("/api/tokens").await.json();
    assert_eq!(list["tokens"].as_array().map(Vec::len), Some(1));
}

async fn when_a_token_was_last_used_is_shown(test: TestApp) {
    let ada = test.ada().await;
    let robot = ada.makes_token(&["read"]).await;
    let last_used =
        async || ada.get("/api/tokens").await.json()["tokens"][0]["last_used_at"].clone();
    assert_eq!(last_used().await, Value::Null);
    for (seconds, expected) in [(0, "2026-11-21T09:30:00.000Z"), (60, "2026-11-21T09:31:00.000Z")] {
        test.clock.advance_seconds(seconds);
        robot.get("/api/tasks").await.is(200);
        // Nobody waits for the note, so it comes a little later.
        crate::support::until("the use is noted", async || last_used().await == expected).await;
    }
}

async fn what_is_not_a_token_is_refused_with_every_problem(test: TestApp) {
    let ada = test.ada().await;
    for (body, expected) in [
        (json!({}), &["body.name missing", "body.scopes missing"][..]),
        (json!({"name": "x", "scopes": []}), &["body.scopes literal_error"]),
        (json!({"name": "x", "scopes": ["admin"]}), &["body.scopes literal_error"]),
        (json!({"name": "x", "scopes": ["read", 1]}), &["body.scopes literal_error"]),
        (json!({"name": "x", "scopes": "read"}), &["body.scopes list_type"]),
        (
            json!({"name": " ", "scopes": null, "expires_in_days": 0}),
            &[
                "body.name string_too_short",
                "body.scopes list_type",
                "body.expires_in_days greater_than_equal",
            ],
        ),
        (
            json!({"name": "x".repeat(101), "scopes": ["read"], "expires_in_days": 3651}),
            &["body.name string_too_long", "body.expires_in_days less_than_equal"],
        ),
        (
            json!({"name": "a\0", "scopes": ["read"], "expires_in_days": "9"}),
            &["body.name value_error", "body.expires_in_days int_parsing"],
        ),
        (json!([]), &["body model_attributes_type"]),
    ] {
        assert_eq!(ada.post("/api/tokens", body).await.problems(), expected);
    }
    ada.delete("/api/tokens/abc").await.is(422);
    assert_eq!(ada.get("/api/tokens").await.json(), json!({"tokens": []}));
}

async fn somebody_elses_token_is_not_found(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let robot = ada.makes_token(&["read"]).await;
    let id = ada.get("/api/tokens").await.json()["tokens"][0]["id"].clone();
    bob.delete(&format!("/api/tokens/{id}")).await.is(404).saying("Token not found");
    assert_eq!(bob.get("/api/tokens").await.json(), json!({"tokens": []}));
    robot.get("/api/tasks").await.is(200);
}

async fn a_hundred_tokens_are_enough(test: TestApp) {
    let ada = test.ada().await;
    for _ in 0..100 {
        ada.makes_token(&["read"]).await;
    }
    let one_more = json!({"name": "x", "scopes": ["read"]});
    let refused = ada.post("/api/tokens", one_more.clone()).await.is(409);
    refused.coded("too_many_tokens");
    ada.delete("/api/tokens/1").await.is(204);
    ada.post("/api/tokens", one_more).await.is(201);
}

async fn what_only_looks_like_a_token_is_none(test: TestApp) {
    let ada = test.ada().await;
    let robot = ada.makes_token(&["read"]).await;
    let token = robot.token.clone().expect("the robot has a token");
    let (named, secret) = token.split_once('.').expect("a token has two parts");
    let of_bob = token.replace("YWRh", "Ym9i");
    assert_ne!(token, of_bob, "the token names its user");
    test.bob().await;
    let shorter = &token[..token.len() - 1];
    for wrong in [
        "rondo_pat_",
        named,
        secret,
        shorter,
        &format!("{token}x"),
        &token.to_uppercase(),
        &of_bob,
        &format!("{named}.{}", "A".repeat(secret.len())),
    ] {
        let robber = ada.with_token(wrong);
        robber.get("/api/tasks").await.is(401).saying("Invalid token");
    }
    // The header is the only place for it.
    let nobody = test.nobody();
    nobody.get(&format!("/api/tasks?access_token={token}")).await.is(401);
    let request = nobody.asks(Method::GET, "/api/tasks").header("x-api-key", &token);
    nobody.send(request, "").await.is(401);
}
