//! What people see of a bug: one 500, and a server that goes on.

use serde_json::json;

use crate::support::{TestApp, connect};

on_both_databases! {
    a_panic_is_one_500_and_the_server_goes_on,
}

on_any_database! {
    on_a_route_of_better_auth_a_panic_looks_like_its_errors,
}

on_postgres! {
    a_row_that_makes_no_sense_is_a_500_that_tells_nothing,
}

async fn a_panic_is_one_500_and_the_server_goes_on(test: TestApp) {
    let ada = test.ada().await;
    test.clock.break_down();
    for answer in [
        ada.get("/api/tasks").await,
        ada.post("/api/tasks", json!({"title": "x"})).await,
        ada.tries("wrong horse battery").await,
    ] {
        let body = answer.is(500).coded("internal_error").json();
        assert_eq!(body["detail"], "Internal server error");
        assert!(!body.to_string().contains("clock"), "{body}");
    }
    test.nobody().get("/health").await.is(200);
    test.clock.repair();
    ada.adds("x").await;
}

async fn on_a_route_of_better_auth_a_panic_looks_like_its_errors(test: TestApp) {
    let ada = test.ada().await.signs_in().await;
    test.clock.break_down();
    for path in ["/api/auth/get-session", "/api/auth/list-sessions"] {
        let answer = ada.get(path).await;
        answer.fails(500, "Internal server error", "INTERNAL_SERVER_ERROR");
    }
    // Beside them, where there is no such route, and in front of the router,
    // errors are ours.
    ada.get("/api/auth/me").await.is(500).coded("internal_error");
    test.clock.repair();
    ada.get("/api/auth/nothing").await.is(404).coded("not_found");
    ada.delete("/api/auth/get-session").await.is(405).coded("method_not_allowed");
    ada.get("/api/auth/list-sessions").await.is(200);
}

async fn a_row_that_makes_no_sense_is_a_500_that_tells_nothing(test: TestApp) {
    let ada = test.ada().await;
    let (broken, whole) = (ada.adds("x").await, ada.adds("y").await);
    let client = connect(&test.database.url()).await;
    let sql = format!("update tasks set title = '' where id = {broken}");
    client.batch_execute(&sql).await.expect("the row is there");
    for path in [format!("/api/tasks/{broken}"), "/api/tasks".to_owned()] {
        let answer = ada.get(&path).await.is(500).coded("internal_error");
        assert!(!answer.text().contains("title"), "{}", answer.text());
    }
    assert_eq!(ada.sees(whole).await["title"], "y");
    // A new title mends it? No: what cannot be read cannot be changed either.
    ada.patch(&format!("/api/tasks/{broken}"), json!({"title": "z"})).await.is(500);
}
