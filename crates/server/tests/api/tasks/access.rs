//! 403 and 404: somebody else's task, and none at all.

use axum::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::support::{Person, TestApp};

on_both_databases! {
    somebody_elses_task_is_403_and_stays_as_it_was,
    a_task_that_is_not_there_is_404,
    a_number_that_cannot_be_one_is_not_found,
    what_is_no_number_is_refused,
    a_path_of_another_user_is_403_whoever_that_is,
    an_odd_user_id_is_text_and_nothing_else,
    who_asks_is_looked_at_before_what_they_ask,
}

/// Every way to touch the task at a path.
async fn touch(person: &Person, path: &str, status: u16) {
    person.get(path).await.is(status);
    person.sends(Method::PUT, path, &json!({"title": "stolen"})).await.is(status);
    person.patch(path, json!({"title": "stolen"})).await.is(status);
    person.patch(&format!("{path}/complete"), json!({"completed": true})).await.is(status);
    person.delete(path).await.is(status);
}

async fn somebody_elses_task_is_403_and_stays_as_it_was(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let id = ada.adds("hers").await;
    let before = ada.sees(id).await;
    for path in
        [format!("/api/tasks/{id}"), format!("/api/bob/tasks/{id}"), format!("/api/ada/tasks/{id}")]
    {
        touch(&bob, &path, 403).await;
        let refusal = bob.get(&path).await.saying("Access denied").coded("access_denied");
        assert!(!refusal.text().contains("ada"), "{}", refusal.text());
    }
    assert_eq!(ada.sees(id).await, before);
}

async fn a_task_that_is_not_there_is_404(test: TestApp) {
    let ada = test.ada().await;
    touch(&ada, "/api/tasks/1", 404).await;
    touch(&ada, "/api/ada/tasks/1", 404).await;
    ada.get("/api/tasks/1").await.saying("Task not found").coded("task_not_found");
    // Once deleted it is missing for everybody, not forbidden.
    let id = ada.adds("x").await;
    ada.delete(&format!("/api/tasks/{id}")).await.is(204);
    touch(&test.bob().await, &format!("/api/tasks/{id}"), 404).await;
}

async fn a_number_that_cannot_be_one_is_not_found(test: TestApp) {
    let ada = test.ada().await;
    for id in ["0", "-1", "9007199254740992", "9223372036854775808", "99999999999999999999999"] {
        touch(&ada, &format!("/api/tasks/{id}"), 404).await;
    }
    let id = ada.adds("x").await;
    ada.get(&format!("/api/tasks/00{id}")).await.is(200);
}

async fn what_is_no_number_is_refused(test: TestApp) {
    let ada = test.ada().await;
    for id in ["abc", "1.5", "1e3", "%00", "%31%20", "0x1", "1%27%20or%201=1", "null"] {
        for family in ["/api", "/api/ada"] {
            let path = format!("{family}/tasks/{id}");
            touch(&ada, &path, 422).await;
            assert_eq!(ada.get(&path).await.problems(), ["path.task_id int_parsing"]);
        }
    }
}

async fn a_path_of_another_user_is_403_whoever_that_is(test: TestApp) {
    let (ada, _) = (test.ada().await, test.bob().await);
    for other in ["bob", "nobody-of-this-name", "ADA", "ada%20", "%20ada", "ad%61%00", "1"] {
        for rest in ["tasks", "tasks/1", "conversations", "conversations/1"] {
            let path = format!("/api/{other}/{rest}");
            ada.get(&path).await.is(403).saying("Access denied");
        }
        ada.post(&format!("/api/{other}/tasks"), json!({"title": "x"})).await.is(403);
    }
    // An escaped letter is the letter.
    ada.get("/api/%61da/tasks").await.is(200);
}

async fn an_odd_user_id_is_text_and_nothing_else(test: TestApp) {
    for id in ["42", "042", "auth0|x", "ünï", "a/b", "a%b", "' or 1=1 --", "Ada Lovelace"] {
        let person = test.stranger(id);
        person.adds(id).await;
        let path = format!("/api/{}/tasks", utf8_percent_encode(id, NON_ALPHANUMERIC));
        let list = person.get(&path).await.is(200).json();
        assert_eq!(list["total"], 1, "{id}");
        assert_eq!(list["tasks"][0]["user_id"], id);
    }
    test.stranger("42").get("/api/042/tasks").await.is(403);
}

async fn who_asks_is_looked_at_before_what_they_ask(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let id = ada.adds("hers").await;
    let wrong = json!({"title": ""});
    test.nobody().post("/api/tasks", wrong.clone()).await.is(401).saying("Not authenticated");
    test.expired("ada").get("/api/tasks/abc").await.is(401).saying("Token expired");
    bob.post("/api/ada/tasks", wrong.clone()).await.is(403);
    bob.get("/api/ada/tasks/abc").await.is(403);
    bob.get("/api/ada/tasks?limit=x").await.is(403);
    // Whether the body is right is nobody's business who may not use it …
    test.nobody().patch(&format!("/api/tasks/{id}"), wrong.clone()).await.is(401);
    // … but a wrong body is wrong whosever task it is for.
    bob.patch(&format!("/api/tasks/{id}"), wrong).await.is(422);
}
