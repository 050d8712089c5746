//! Versions: what a client has seen, and what it may overwrite.

use axum::http::Method;
use serde_json::json;

use super::families;
use crate::support::{Answer, Person, TestApp};

on_both_databases! {
    every_answer_with_a_task_has_its_version,
    a_version_counts_the_changes_and_nothing_else,
    what_the_client_has_is_not_sent_again,
    a_change_of_what_was_not_seen_is_refused,
    a_condition_that_holds_changes_nothing,
    a_weak_or_broken_condition_never_holds,
    a_condition_on_what_is_not_there_is_still_404,
    of_ten_who_saw_the_same_one_wins,
}

#[track_caller]
fn assert_tagged(answer: &Answer) {
    assert_eq!(answer.header("etag"), format!("\"{}\"", answer.json()["version"]));
}

async fn every_answer_with_a_task_has_its_version(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let created = ada.post(&path, json!({"title": "x"})).await.is(201);
        assert_eq!(created.header("etag"), "\"1\"");
        let path = format!("{path}/{}", created.json()["id"]);
        assert_tagged(&ada.get(&path).await.is(200));
        for (method, title) in [(Method::PUT, "y"), (Method::PATCH, "z")] {
            assert_tagged(&ada.sends(method, &path, &json!({"title": title})).await.is(200));
        }
        assert_tagged(&ada.patch(&format!("{path}/complete"), json!({})).await.is(200));
        assert!(!ada.delete(&path).await.is(204).has("etag"));
        assert_tagged(&ada.post(&format!("{path}/restore"), json!({})).await.is(200));
        let head = ada.send(ada.asks(Method::HEAD, &path), String::new()).await.is(200);
        assert_eq!(head.header("etag"), ada.get(&path).await.header("etag"));
    }
}

async fn a_version_counts_the_changes_and_nothing_else(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    let path = format!("/api/tasks/{id}");
    for (patch, version) in [
        (json!({"title": "y"}), 2),
        (json!({"title": "y"}), 2),
        (json!({}), 2),
        (json!({"priority": "high"}), 3),
        (json!({"tags": ["a", "b"]}), 4),
        (json!({"tags": ["b", "a"]}), 5),
        (json!({"completed": true, "description": "x"}), 6),
        (json!({"completed": true}), 6),
    ] {
        let task = ada.patch(&path, patch.clone()).await.is(200).json();
        assert_eq!(task["version"], version, "{patch}");
    }
    ada.delete(&path).await.is(204);
    let back = ada.post(&format!("{path}/restore"), json!({})).await.is(200).json();
    assert!(back["version"].as_i64() > Some(6), "{back}");
}

async fn asks_again(person: &Person, path: &str, known: &str) -> Answer {
    let request = person.asks(Method::GET, path).header("if-none-match", known);
    person.send(request, String::new()).await
}

async fn what_the_client_has_is_not_sent_again(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let path = format!("{path}/{}", ada.adds("x").await);
        ada.patch(&path, json!({"title": "y"})).await.is(200);
        for known in ["\"2\"", "W/\"2\"", "\"1\", \"2\"", "*", "\"other\",W/\"2\""] {
            let answer = asks_again(&ada, &path, known).await.is(304);
            assert!(answer.body.is_empty(), "{known}");
            assert_eq!(answer.header("etag"), "\"2\"");
            assert!(!answer.has("content-type"));
        }
        for known in ["\"1\"", "2", "\"02\"", "\"2", "", "x"] {
            assert_eq!(
                asks_again(&ada, &path, known).await.is(200).json()["version"],
                2,
                "{known}"
            );
        }
        ada.patch(&path, json!({"title": "z"})).await.is(200);
        assert_eq!(asks_again(&ada, &path, "\"2\"").await.is(200).json()["title"], "z");
        // Who may not see it does not learn which version there is.
        assert!(!asks_again(&test.stranger("bob"), &path, "*").await.is(403).has("etag"));
    }
    let head = ada.asks(Method::HEAD, "/api/tasks/1").header("if-none-match", "*");
    ada.send(head, String::new()).await.is(304);
}

/// Every way to change the task at a path, under a condition.
async fn changes(person: &Person, path: &str, condition: &str) -> Vec<Answer> {
    let headers = [("if-match", condition)];
    let mut answers = Vec::new();
    for (method, path, body) in [
        (Method::PUT, path.to_owned(), json!({"title": "put"})),
        (Method::PATCH, path.to_owned(), json!({"title": "patched"})),
        (Method::PATCH, format!("{path}/complete"), json!({})),
        (Method::DELETE, path.to_owned(), json!({})),
    ] {
        answers.push(person.sends_with(&headers, method, &path, &body).await);
    }
    answers
}

async fn a_change_of_what_was_not_seen_is_refused(test: TestApp) {
    let ada = test.ada().await;
    for path in families(&ada) {
        let path = format!("{path}/{}", ada.adds("x").await);
        ada.patch(&path, json!({"title": "y"})).await.is(200);
        let now = ada.get(&path).await.json();
        for seen in ["\"1\"", "\"3\"", "\"1\", \"7\"", "\"y\""] {
            for answer in changes(&ada, &path, seen).await {
                let refused = answer.is(412).coded("precondition_failed");
                assert_eq!(refused.json()["task"], now);
                assert_eq!(refused.header("etag"), "\"2\"");
                assert!(!refused.has("x-batch-id"));
            }
        }
        assert_eq!(ada.get(&path).await.json(), now);
    }
    assert_eq!(ada.get("/api/changes").await.json()["latest"], 4);
}

async fn a_condition_that_holds_changes_nothing(test: TestApp) {
    let ada = test.ada().await;
    for seen in ["\"1\"", "*", "\"9\", \"1\"", "\"1\",", " \"1\" "] {
        let path = format!("/api/tasks/{}", ada.adds("x").await);
        let body = json!({"title": "y"});
        let answer =
            ada.sends_with(&[("if-match", seen)], Method::PATCH, &path, &body).await.is(200);
        assert_eq!(answer.header("etag"), "\"2\"", "{seen}");
        let headers = [("if-match", "\"2\"")];
        let answer = ada.sends_with(&headers, Method::DELETE, &path, &json!({})).await;
        assert!(answer.is(204).has("x-batch-id"));
    }
    // A change that changes nothing is held to its condition all the same.
    let path = format!("/api/tasks/{}", ada.adds("x").await);
    ada.sends_with(&[("if-match", "\"2\"")], Method::PATCH, &path, &json!({})).await.is(412);
    ada.sends_with(&[("if-match", "\"1\"")], Method::PATCH, &path, &json!({})).await.is(200);
}

async fn a_weak_or_broken_condition_never_holds(test: TestApp) {
    let ada = test.ada().await;
    let path = format!("/api/tasks/{}", ada.adds("x").await);
    for condition in ["W/\"1\"", "1", "\"1", "'1'", "", "\"01\"", "*, \"1\"", "\"1\" \"1\""] {
        for answer in changes(&ada, &path, condition).await {
            assert_eq!(answer.is(412).header("etag"), "\"1\"", "{condition}");
        }
    }
}

async fn a_condition_on_what_is_not_there_is_still_404(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let path = format!("/api/tasks/{}", ada.adds("x").await);
    for condition in ["*", "\"1\"", "\"2\""] {
        for answer in changes(&bob, &path, condition).await {
            assert!(!answer.is(403).has("etag"));
        }
        for answer in changes(&ada, "/api/tasks/99", condition).await {
            answer.is(404);
        }
    }
    ada.delete(&path).await.is(204);
    for answer in changes(&ada, &path, "*").await {
        answer.is(404);
    }
    // What is wrong with a body is said first, whatever was seen.
    let path = format!("/api/tasks/{}", ada.adds("x").await);
    let wrong = json!({"title": ""});
    ada.sends_with(&[("if-match", "\"7\"")], Method::PATCH, &path, &wrong).await.is(422);
}

async fn of_ten_who_saw_the_same_one_wins(test: TestApp) {
    let ada = test.ada().await;
    let path = format!("/api/tasks/{}", ada.adds("x").await);
    let mut changing = tokio::task::JoinSet::new();
    for number in 0..10 {
        let (ada, path) = (ada.clone(), path.clone());
        changing.spawn(async move {
            let body = json!({"title": number.to_string()});
            let headers = [("if-match", "\"1\"")];
            let answer = ada.sends_with(&headers, Method::PATCH, &path, &body).await;
            (answer.status.as_u16(), answer.json())
        });
    }
    let answers = changing.join_all().await;
    let won: Vec<_> = answers.iter().filter(|(status, _)| *status == 200).collect();
    assert_eq!(won.len(), 1);
    let now = ada.get(&path).await.json();
    assert_eq!(won[0].1, now);
    for (_, lost) in answers.iter().filter(|(status, _)| *status == 412) {
        assert_eq!(lost["task"], now);
    }
}
