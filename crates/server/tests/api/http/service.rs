//! What the service says about itself.

use serde_json::json;

use crate::support::{Database, Setup, TestApp};

on_both_databases! {
    the_service_greets_as_existing_clients_expect,
    a_healthy_service_says_so,
    without_a_database_the_service_is_degraded_and_not_ready,
    who_comes_in_the_first_moments_waits_for_the_database,
    a_service_that_is_about_to_end_is_alive_and_not_ready,
}

on_any_database! {
    the_api_can_be_browsed_with_nothing_from_elsewhere,
    the_description_is_served_as_it_is_printed,
}

async fn the_service_greets_as_existing_clients_expect(test: TestApp) {
    let greeting = json!({"message": "Todo Chatbot API is running", "version": "2.0.0"});
    for person in [test.nobody(), test.ada().await, test.expired("ada")] {
        assert_eq!(person.get("/").await.is(200).json(), greeting);
    }
}

async fn a_healthy_service_says_so(test: TestApp) {
    let healthy = json!({
        "status": "healthy",
        "service": "todo-chatbot-api",
        "database": "connected",
    });
    // No token is looked at, not even a bad one.
    for person in [test.nobody(), test.holder_of("ada", "x.y.z")] {
        assert_eq!(person.get("/health").await.is(200).json(), healthy);
        assert_eq!(person.get("/health/live").await.is(200).json(), json!({"status": "alive"}));
        assert_eq!(person.get("/health/ready").await.is(200).json(), json!({"status": "ready"}));
    }
}

async fn without_a_database_the_service_is_degraded_and_not_ready(database: Database) {
    let test = TestApp::unprepared(&database, database.target(), Setup::default());
    let (nobody, ada) = (test.nobody(), test.stranger("ada"));
    // At the same time, because each may wait for a database that could come.
    let (health, ready, list, add, login) = tokio::join!(
        nobody.get("/health"),
        nobody.get("/health/ready"),
        ada.get("/api/tasks"),
        ada.post("/api/tasks", json!({"title": "x"})),
        ada.tries("correct horse battery"),
    );
    assert_eq!(
        health.is(200).json(),
        json!({
            "status": "degraded",
            "service": "todo-chatbot-api",
            "database": "disconnected",
        })
    );
    nobody.get("/health/live").await.is(200);
    for answer in [ready, list, add, login] {
        answer.is(503).saying("Database temporarily unavailable").coded("database_unavailable");
    }
    // Who is nobody is nobody without a database too.
    nobody.get("/api/tasks").await.is(401);
    test.holder_of("ada", "x.y.z").get("/api/tasks").await.is(401);
    nobody.get("/").await.is(200);
    nobody.get("/openapi.json").await.is(200);

    test.store.prepare().await.expect("the database is there");
    nobody.get("/health/ready").await.is(200);
    ada.adds("x").await;
}

async fn who_comes_in_the_first_moments_waits_for_the_database(database: Database) {
    let test = TestApp::unprepared(&database, database.target(), Setup::default());
    let ada = test.stranger("ada");
    let early = tokio::spawn({
        let ada = ada.clone();
        async move { ada.get("/api/tasks").await.is(200) }
    });
    test.store.prepare().await.expect("the database is there");
    early.await.expect("the early one was served");
    ada.adds("x").await;
}

async fn a_service_that_is_about_to_end_is_alive_and_not_ready(test: TestApp) {
    let ada = test.ada().await;
    test.readiness.fail();
    ada.get("/health/ready").await.is(503).coded("shutting_down");
    ada.get("/health/live").await.is(200);
    assert_eq!(ada.get("/health").await.is(200).json()["status"], "healthy");
    // What came in is answered.
    ada.adds("x").await;
}

async fn the_api_can_be_browsed_with_nothing_from_elsewhere(test: TestApp) {
    let nobody = test.nobody();
    let page = nobody.get("/docs").await.is(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy").to_owned();
    for needed in
        ["script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:"]
    {
        assert!(policy.contains(needed), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");

    let html = page.text();
    assert!(!html.contains("//"), "something comes from elsewhere: {html}");
    assert!(!html.contains("<script>") && !html.contains("onload="), "nothing inline can run");
    assert!(!html.contains("<style") && !html.contains(" style="), "nothing inline can style");
    let mut loaded = Vec::new();
    for attribute in ["src=\"", "href=\""] {
        loaded.extend(html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()));
    }
    assert!(loaded.len() >= 4, "{loaded:?}");
    for path in loaded {
        let file = nobody.get(path).await.is(200);
        let kind = file.header("content-type");
        assert!(["text/css", "text/javascript", "image/png"].iter().any(|k| kind.starts_with(k)));
        assert!(file.body.len() > 100, "{path} is empty");
        assert!(file.header("cache-control").contains("max-age"), "{path}");
    }
}

async fn the_description_is_served_as_it_is_printed(test: TestApp) {
    let served = test.nobody().get("/openapi.json").await.is(200);
    assert_eq!(served.text(), rondo_server::http::openapi_json());
    assert_eq!(served.json()["openapi"], "3.1.0");
}
