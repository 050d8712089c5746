//! The database goes away under Better Auth's routes, and comes back.

use axum::http::Method;
use serde_json::json;

use crate::{
    outage::beyond,
    support::{Answer, Browser, Database, PASSWORD, Proxy, until},
};

on_postgres! {
    a_lost_database_is_told_in_better_auths_words,
}

#[track_caller]
fn assert_unavailable(answer: Answer) {
    let message = "Database temporarily unavailable";
    let answer = answer.fails(503, message, "SERVICE_UNAVAILABLE");
    assert!((1..=30).contains(&answer.retry_after()));
    // A session that could not be looked up is not over.
    assert!(answer.cookies().is_empty(), "{}", answer.question);
}

async fn a_lost_database_is_told_in_better_auths_words(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let test = beyond(&database, &proxy).await;
    let mut ada = Browser::of_member(&test, "ada").await;
    assert!(ada.is_in().await);
    proxy.cut();
    let [mut one, mut two, mut three, mut four, mut five] = [(); 5].map(|()| ada.clone());
    let (session, list, name, out, entry) = tokio::join!(
        one.get("/get-session"),
        two.get("/list-sessions"),
        three.post("/update-user", json!({"name": "x"})),
        four.post("/sign-out", json!({})),
        five.tries("ada", PASSWORD),
    );
    for answer in [session, list, name, out, entry] {
        assert_unavailable(answer);
    }
    ada.get("/ok").await.is(200);
    // What is wrong without asking the database is wrong now too.
    Browser::of(&test).post("/update-user", json!({"name": "x"})).await.is(401);
    let request = ada.begins(Method::POST, "/api/auth/sign-out");
    ada.send(request, String::new()).await.is(403);
    proxy.restore();
    until("it works again", async || ada.get("/get-session").await.status == 200).await;
    let user = ada.session().await["user"].clone();
    assert_eq!((&user["id"], &user["name"]), (&json!("ada"), &json!("")));
}
