//! The database goes away under a running application, and comes back.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Answer, Database, PASSWORD, Person, Proxy, Setup, TestApp, postgres, until};

on_postgres! {
    requests_work_then_get_503_then_work_again,
    health_says_degraded_within_a_second_even_when_the_database_hangs,
    a_request_that_meets_a_hanging_database_ends,
    a_request_ends_when_its_own_time_is_over,
    what_was_answered_before_the_outage_is_there_after_it,
    a_start_without_a_database_heals,
}

/// An application whose database is at the end of a cable.
pub(crate) async fn beyond(database: &Database, proxy: &Proxy) -> TestApp {
    let test = unreached(database, proxy);
    test.store.prepare().await.expect("the cable is whole");
    test
}

fn unreached(database: &Database, proxy: &Proxy) -> TestApp {
    unreached_with(database, proxy, Setup::default())
}

fn unreached_with(database: &Database, proxy: &Proxy, setup: Setup) -> TestApp {
    TestApp::unprepared(database, postgres(proxy.url(&database.url())), setup)
}

async fn seconds_of<T>(doing: impl Future<Output = T>) -> (T, f64) {
    let started = Instant::now();
    let done = doing.await;
    (done, started.elapsed().as_secs_f64())
}

#[track_caller]
fn assert_unavailable(answer: Answer) {
    let answer = answer.is(503).saying("Database temporarily unavailable");
    let answer = answer.coded("database_unavailable");
    assert!((1..=30).contains(&answer.retry_after()));
}

/// A second is what is promised; half of one more is for a busy machine.
const A_SECOND: f64 = 1.5;

async fn health(person: &Person) -> String {
    let (answer, seconds) = seconds_of(person.get("/health")).await;
    assert!(seconds < A_SECOND, "/health took {seconds} s");
    answer.is(200).json()["status"].as_str().expect("a status is a word").to_owned()
}

async fn requests_work_then_get_503_then_work_again(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let test = beyond(&database, &proxy).await;
    let ada = test.ada().await.logs_in().await;
    let id = ada.adds("before").await;
    assert_eq!(health(&ada).await, "healthy");

    proxy.cut();
    // Reads, writes and logins, of those who are known and those who are not.
    let path = format!("/api/tasks/{id}");
    let bob = test.stranger("bob");
    let (answers, seconds) = seconds_of(Box::pin(async {
        tokio::join!(
            ada.get("/api/tasks"),
            ada.post("/api/tasks", json!({"title": "lost"})),
            ada.delete(&path),
            ada.tries(PASSWORD),
            bob.get("/api/tasks"),
        )
    }))
    .await;
    assert!(seconds < 6.0, "the outage was noticed after {seconds} s");
    for answer in [answers.0, answers.1, answers.2, answers.3, answers.4] {
        assert_unavailable(answer);
    }
    assert_eq!(health(&ada).await, "degraded");
    ada.get("/health/ready").await.is(503);
    ada.get("/health/live").await.is(200);
    test.nobody().get("/api/tasks").await.is(401);

    proxy.restore();
    until("it works again", async || ada.get("/api/tasks").await.status == 200).await;
    assert_eq!(ada.titles("/api/tasks").await, ["before"]);
    ada.adds("after").await;
    assert_eq!(health(&ada).await, "healthy");
    ada.get("/health/ready").await.is(200);
}

async fn health_says_degraded_within_a_second_even_when_the_database_hangs(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let test = beyond(&database, &proxy).await;
    let ada = test.ada().await;
    assert_eq!(health(&ada).await, "healthy");
    proxy.clog();
    for _ in 0..3 {
        assert_eq!(health(&ada).await, "degraded");
    }
    let (answer, seconds) = seconds_of(ada.get("/health/ready")).await;
    answer.is(503);
    assert!(seconds < A_SECOND, "/health/ready took {seconds} s");
    ada.get("/health/live").await.is(200);
    proxy.restore();
    until("it is healthy again", async || health(&ada).await == "healthy").await;
}

async fn a_request_that_meets_a_hanging_database_ends(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let test = beyond(&database, &proxy).await;
    let ada = test.ada().await;
    ada.adds("before").await;
    proxy.clog();
    let (answers, seconds) = seconds_of(Box::pin(async {
        tokio::join!(
            ada.get("/api/tasks"),
            ada.post("/api/tasks", json!({"title": "lost"})),
            ada.toggles(1),
        )
    }))
    .await;
    assert!(seconds < 6.0, "the requests took {seconds} s");
    for answer in [answers.0, answers.1, answers.2] {
        assert_unavailable(answer);
    }
    proxy.restore();
    until("it works again", async || ada.get("/api/tasks").await.status == 200).await;
    ada.adds("after").await;
}

async fn a_request_ends_when_its_own_time_is_over(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let mut setup = Setup::default();
    setup.http.request_timeout = Duration::from_millis(200);
    let test = unreached_with(&database, &proxy, setup);
    test.store.prepare().await.expect("the cable is whole");
    let ada = test.stranger("ada");
    proxy.clog();
    let (answer, seconds) = seconds_of(ada.get("/api/tasks")).await;
    answer.is(503).coded("request_timeout").saying("The request took too long");
    assert!(seconds < A_SECOND, "the request took {seconds} s");
}

async fn what_was_answered_before_the_outage_is_there_after_it(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let test = beyond(&database, &proxy).await;
    let ada = test.ada().await;
    let mut writing = tokio::task::JoinSet::new();
    for number in 0..40 {
        let ada = ada.clone();
        writing.spawn(async move {
            let title = format!("task {number}");
            let answer = ada.post("/api/tasks", json!({"title": title})).await;
            (title, answer.status.as_u16())
        });
    }
    // In the middle of it, as near as that can be said.
    let first = writing.join_next().await.expect("there are forty").expect("none panics");
    proxy.cut();
    let mut written = vec![first];
    written.extend(writing.join_all().await);
    proxy.restore();
    until("it works again", async || ada.get("/api/tasks").await.status == 200).await;
    let found = ada.titles("/api/tasks").await;
    for (title, status) in written {
        assert!(status == 201 || status == 503, "{title}: {status}");
        assert!(status != 201 || found.contains(&title), "{title} was answered and is lost");
    }
    assert_eq!(ada.get("/api/tasks").await.json()["total"], found.len());
}

async fn a_start_without_a_database_heals(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    proxy.cut();
    let test = unreached(&database, &proxy);
    let ada = test.stranger("ada");
    let refused = tokio::time::timeout(Duration::from_secs(30), test.store.prepare()).await;
    assert!(refused.expect("a refusal takes no half a minute").is_err());
    assert_eq!(health(&ada).await, "degraded");
    assert_unavailable(ada.get("/api/tasks").await);
    proxy.restore();
    until("the schema is there", async || test.store.prepare().await.is_ok()).await;
    ada.adds("x").await;
    assert_eq!(health(&ada).await, "healthy");
}
