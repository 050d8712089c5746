//! Starting, with a database and without.

use std::{fs, time::Instant};

use serde_json::json;

use crate::{
    postgres::{Own, Place},
    support::{Rondo, Server, until},
};

#[track_caller]
fn assert_quick(started: Instant, seconds: f64) {
    let took = started.elapsed().as_secs_f64();
    assert!(took < seconds, "it took {took} s");
}

async fn is_ready_quickly(rondo: &Rondo) {
    let started = Instant::now();
    rondo.serves().await.ready().await.stops().await;
    assert_quick(started, 6.0);
}

#[tokio::test]
async fn a_server_on_sqlite_is_ready_on_a_new_file_and_on_an_old_one() {
    let rondo = Rondo::on_sqlite();
    is_ready_quickly(&rondo).await;
    assert!(rondo.folder.join("rondo.db").exists());
    is_ready_quickly(&rondo).await;
}

#[tokio::test]
async fn a_server_on_postgresql_is_ready_on_an_empty_database_and_on_a_used_one() {
    let place = Place::create(Own::Database).await;
    let rondo = Rondo::on(&place.url());
    is_ready_quickly(&rondo).await;
    is_ready_quickly(&rondo).await;
}

#[tokio::test]
async fn memory_is_a_database_too() {
    let server = Rondo::on("sqlite://:memory:").serves().await.ready().await;
    server.registers("ada@example.com").await.is(201);
    let token = server.token_of("ada@example.com").await;
    server.adds(&token, "x").await;
    assert_eq!(server.titles(&token).await, ["x"]);
}

#[tokio::test]
async fn spellings_of_python_drivers_are_understood() {
    let place = Place::create(Own::Schema).await;
    for scheme in ["postgresql+asyncpg://", "postgresql+psycopg2://", "postgres://"] {
        let url = place.url().replace("postgresql://", scheme);
        let server = Rondo::on(&url).serves().await.ready().await;
        assert_eq!(server.health().await, "healthy", "{scheme}");
        server.stops().await;
    }
    let rondo = Rondo::on("sqlite+aiosqlite:///./python.db");
    rondo.serves().await.ready().await.stops().await;
    assert!(rondo.folder.join("python.db").exists());
}

/// What a server without a database promises.
async fn assert_degraded(server: &Server) {
    let started = Instant::now();
    let health = server.get("/health").await.is(200).json();
    // A second is what is promised; half of one more is for a busy machine.
    assert_quick(started, 1.5);
    assert_eq!(
        health,
        json!({
            "status": "degraded",
            "service": "todo-chatbot-api",
            "database": "disconnected",
        })
    );
    server.get("/health/live").await.is(200);
    server.get("/health/ready").await.is(503);
    let refused = server.login("ada@example.com", "correct horse battery").await.is(503);
    assert_eq!(refused.json()["detail"], "Database temporarily unavailable");
    assert!(refused.head.to_lowercase().contains("retry-after: "), "{}", refused.head);
}

#[tokio::test]
async fn a_host_that_is_down_does_not_stop_the_server() {
    // Port 1 is for a service that nobody runs.
    let server = Rondo::on("postgresql://ada:hush-hush@127.0.0.1:1/rondo").serves().await;
    assert_degraded(&server).await;
    until("the log says why", 20, async || server.log().contains("degraded")).await;
    assert!(!server.log().contains("hush"), "{}", server.log());
    server.stops().await;
}

#[tokio::test]
async fn a_name_that_nobody_knows_does_not_stop_the_server() {
    let server = Rondo::on("postgresql://ada@no-such-host.invalid/rondo").serves().await;
    assert_degraded(&server).await;
    server.stops().await;
}

#[tokio::test]
async fn a_database_that_comes_later_is_found_and_given_its_schema() {
    let place = Place::reserve(Own::Database).await;
    let server = Rondo::on(&place.url()).serves().await;
    assert_degraded(&server).await;
    place.make().await;
    until("it is healthy", 20, async || server.health().await == "healthy").await;
    server.get("/health/ready").await.is(200);
    server.registers("ada@example.com").await.is(201);
    server.stops().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_opened_once_it_can() {
    let rondo = Rondo::on("sqlite:///./missing/rondo.db");
    let server = rondo.serves().await;
    assert_degraded(&server).await;
    fs::create_dir(rondo.folder.join("missing")).expect("the folder is ours");
    until("it is healthy", 10, async || server.health().await == "healthy").await;
    server.registers("ada@example.com").await.is(201);
    server.stops().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let rondo = Rondo::on_sqlite();
    rondo.folder.write("rondo.db", &"this is a letter to my aunt\n".repeat(100));
    let server = rondo.serves().await;
    assert_degraded(&server).await;
    server.stops().await;
    assert!(rondo.folder.read("rondo.db").starts_with("this is a letter to my aunt"));
}
