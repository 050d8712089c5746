//! Limits on guessing and flooding.

use std::collections::BTreeMap;

use rondo_app::{Limit, Limits};
use serde_json::json;

use crate::support::{Answer, Database, PASSWORD, Person, TestApp};

on_both_databases! {
    fifty_guesses_at_once_get_no_more_than_the_limit,
    whoever_guesses_too_often_is_told_when_to_come_back,
    a_success_forgets_the_accounts_failures,
    an_address_is_limited_over_all_accounts,
    an_account_is_limited_over_all_addresses,
    bobs_wrong_guesses_do_not_keep_ada_out,
    registrations_are_limited,
    what_is_malformed_counts_for_nobody,
    a_stranger_cannot_choose_an_address,
    behind_a_trusted_proxy_everybody_has_their_own_address,
    limits_leave_everything_else_alone,
}

on_lasting_databases! {
    replicas_count_together,
}

/// Only this limit.
async fn limited(database: &Database, set: impl FnOnce(&mut Limits)) -> TestApp {
    TestApp::with(database, |setup| set(&mut setup.settings.limits)).await
}

const fn limit(count: i64, window_seconds: i64) -> Limit {
    Limit { count, window_seconds }
}

const WRONG: &str = "wrong horse battery";

async fn fifty_guesses_at_once_get_no_more_than_the_limit(database: Database) {
    let test = limited(&database, |limits| limits.login_per_account = Some(limit(10, 300))).await;
    let ada = test.ada().await;
    let mut guessing = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let ada = ada.clone();
        guessing.spawn(async move { ada.tries(WRONG).await.status.as_u16() });
    }
    let mut counts = BTreeMap::new();
    for status in guessing.join_all().await {
        *counts.entry(status).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([(401, 10), (429, 40)]));
    // The right password does not open the door either, until the window ends.
    ada.tries(PASSWORD).await.is(429);
    test.clock.advance_seconds(300);
    ada.tries(PASSWORD).await.is(200);
}

async fn whoever_guesses_too_often_is_told_when_to_come_back(database: Database) {
    let test = limited(&database, |limits| limits.login_per_account = Some(limit(2, 60))).await;
    let ada = test.ada().await;
    ada.tries(WRONG).await.is(401);
    test.clock.advance_seconds(20);
    ada.tries(WRONG).await.is(401);
    let refused: Answer = ada.tries(WRONG).await.is(429);
    let refused = refused.coded("rate_limited");
    assert_eq!(refused.retry_after(), 40);
    test.clock.advance_seconds(39);
    assert_eq!(ada.tries(WRONG).await.is(429).retry_after(), 1);
    test.clock.advance_seconds(1);
    ada.tries(WRONG).await.is(401);
}

async fn a_success_forgets_the_accounts_failures(database: Database) {
    let test = limited(&database, |limits| limits.login_per_account = Some(limit(3, 300))).await;
    let ada = test.ada().await;
    for _ in 0..4 {
        ada.tries(WRONG).await.is(401);
        ada.tries(WRONG).await.is(401);
        ada.tries(PASSWORD).await.is(200);
    }
}

async fn an_address_is_limited_over_all_accounts(database: Database) {
    let test = limited(&database, |limits| limits.login_per_address = Some(limit(3, 60))).await;
    let (ada, bob) = (test.ada().await, test.bob().await);
    let (ada, bob) = (ada.at("198.51.100.1"), bob.at("198.51.100.1"));
    ada.tries(WRONG).await.is(401);
    bob.tries(WRONG).await.is(401);
    // A success is an attempt too: whoever has one account must not flood others.
    ada.tries(PASSWORD).await.is(200);
    bob.tries(PASSWORD).await.is(429);
    bob.at("198.51.100.2").tries(PASSWORD).await.is(200);
    // Nobody gets more by asking over IPv6, where addresses cost nothing.
    for last in 1..=3 {
        ada.at(&format!("2001:db8::{last}")).tries(WRONG).await.is(401);
    }
    ada.at("2001:db8::4").tries(WRONG).await.is(429);
    ada.at("2001:db8:0:1::4").tries(WRONG).await.is(401);
    ada.at("::ffff:198.51.100.1").tries(WRONG).await.is(429);
}

async fn an_account_is_limited_over_all_addresses(database: Database) {
    let test = limited(&database, |limits| {
        limits.login_per_account_everywhere = Some(limit(2, 60));
    })
    .await;
    let (ada, bob) = (test.ada().await, test.bob().await);
    ada.at("198.51.100.1").tries(WRONG).await.is(401);
    ada.at("198.51.100.2").tries(WRONG).await.is(401);
    ada.at("198.51.100.3").tries(PASSWORD).await.is(429);
    let body = json!({"email": " ADA@example.com", "password": PASSWORD});
    ada.post("/api/auth/login", body).await.is(429);
    bob.tries(PASSWORD).await.is(200);
}

async fn bobs_wrong_guesses_do_not_keep_ada_out(database: Database) {
    let test = limited(&database, |limits| *limits = Limits::default()).await;
    let ada = test.ada().await;
    let bob = ada.at("203.0.113.9");
    for _ in 0..10 {
        bob.tries(WRONG).await.is(401);
    }
    bob.tries(WRONG).await.is(429);
    bob.tries(PASSWORD).await.is(429);
    ada.at("198.51.100.1").tries(PASSWORD).await.is(200);
    // Her success is no fresh start for him.
    bob.tries(WRONG).await.is(429);
}

async fn registers(person: &Person, email: &str) -> u16 {
    // Refused as taken: that costs no hash, and counts all the same.
    let body = json!({"email": email, "password": PASSWORD});
    person.post("/api/auth/register", body).await.status.as_u16()
}

async fn registrations_are_limited(database: Database) {
    let test = limited(&database, |limits| {
        limits.register_per_address = Some(limit(3, 600));
        limits.register_per_account = Some(limit(2, 600));
    })
    .await;
    let (ada, _) = (test.ada().await, test.bob().await);
    assert_eq!(registers(&ada, "ada@example.com").await, 409);
    assert_eq!(registers(&ada, "Ada@Example.com").await, 409);
    assert_eq!(registers(&ada, "ada@example.com").await, 429);
    // Three of this address are too many now, whatever they ask for …
    assert_eq!(registers(&ada, "bob@example.com").await, 429);
    // … and another address can go on.
    assert_eq!(registers(&ada.at("198.51.100.9"), "bob@example.com").await, 409);
    // Logging in is counted by itself.
    ada.tries(PASSWORD).await.is(200);
}

async fn what_is_malformed_counts_for_nobody(database: Database) {
    let test = limited(&database, |limits| limits.login_per_address = Some(limit(1, 60))).await;
    let ada = test.ada().await;
    for _ in 0..5 {
        ada.post("/api/auth/login", json!({"email": "ada"})).await.is(422);
    }
    ada.tries(PASSWORD).await.is(200);
}

/// Tries to log in as one who says where they come from.
async fn tries_from(person: &Person, forwarded: &[&str]) -> u16 {
    let begin = person.asks(axum::http::Method::POST, "/api/auth/login");
    let begin = begin.header("content-type", "application/json");
    let asks = forwarded.iter().fold(begin, |asks, line| asks.header("x-forwarded-for", *line));
    let asks = asks.header("forwarded", "for=192.0.2.60").header("x-real-ip", "192.0.2.61");
    let body = json!({"email": format!("{}@example.com", person.id), "password": WRONG});
    person.send(asks, body.to_string()).await.status.as_u16()
}

async fn a_stranger_cannot_choose_an_address(database: Database) {
    let test = limited(&database, |limits| limits.login_per_address = Some(limit(2, 60))).await;
    let ada = test.ada().await.at("203.0.113.9");
    assert_eq!(tries_from(&ada, &["192.0.2.1"]).await, 401);
    assert_eq!(tries_from(&ada, &["192.0.2.2", "192.0.2.3"]).await, 401);
    assert_eq!(tries_from(&ada, &["192.0.2.4"]).await, 429);
    assert_eq!(tries_from(&ada, &["127.0.0.1"]).await, 429);
}

async fn behind_a_trusted_proxy_everybody_has_their_own_address(database: Database) {
    let test = TestApp::with(&database, |setup| {
        setup.settings.limits.login_per_address = Some(limit(1, 60));
        setup.http.trusted_proxies = vec!["10.0.0.0/8".parse().expect("this is a network")];
    })
    .await;
    let ada = test.ada().await.at("10.0.0.1");
    assert_eq!(tries_from(&ada, &["192.0.2.1"]).await, 401);
    assert_eq!(tries_from(&ada, &["192.0.2.2"]).await, 401);
    assert_eq!(tries_from(&ada, &["192.0.2.1"]).await, 429);
    // Only what the proxy itself wrote counts, not what a client made up before it.
    assert_eq!(tries_from(&ada, &["6.6.6.6, 192.0.2.2"]).await, 429);
    assert_eq!(tries_from(&ada, &["6.6.6.6", "192.0.2.2, 10.0.0.7"]).await, 429);
    assert_eq!(tries_from(&ada, &["192.0.2.3"]).await, 401);
}

async fn limits_leave_everything_else_alone(database: Database) {
    let test = limited(&database, |limits| *limits = Limits::default()).await;
    let ada = test.ada().await;
    for _ in 0..40 {
        ada.adds("x").await;
    }
    for _ in 0..10 {
        test.nobody().get("/api/tasks").await.is(401);
    }
    ada.get("/api/tasks").await.is(200);
}

async fn replicas_count_together(database: Database) {
    let one = limited(&database, |limits| limits.login_per_account = Some(limit(3, 300))).await;
    let other = limited(&database, |limits| limits.login_per_account = Some(limit(3, 300))).await;
    let here = one.ada().await;
    let there = other.stranger("ada");
    here.tries(WRONG).await.is(401);
    there.tries(WRONG).await.is(401);
    here.tries(WRONG).await.is(401);
    there.tries(PASSWORD).await.is(429);
    here.tries(PASSWORD).await.is(429);
}
