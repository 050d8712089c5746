//! Writes that are sent twice and happen once.

use axum::http::Method;
use rondo_server::http::{openapi_json, route_list};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, DAY, Person, TestApp};

on_both_databases! {
    what_is_sent_twice_happens_once,
    every_write_of_a_task_can_be_repeated,
    a_key_belongs_to_one_request,
    a_key_belongs_to_one_user,
    a_key_is_forgotten_after_a_day,
    what_was_refused_is_tried_anew,
    a_toggle_that_is_repeated_toggles_once,
    the_first_answer_is_repeated_whatever_came_after_it,
    settings_tokens_and_conversations_can_be_repeated_too,
    a_strangers_first_write_can_be_repeated,
    of_ten_with_one_key_at_once_one_happens,
    a_revoked_token_repeats_nothing,
    who_asks_is_looked_at_before_the_key,
}

on_any_database! {
    what_is_no_key_is_refused_wherever_a_key_means_something,
    where_a_key_means_nothing_it_does_no_harm,
}

const KEY: &str = "7f9c2b1e-5a51-4c9a-8a57-0d6a0f1f2b3c";

async fn number_of_tasks(person: &Person) -> Value {
    person.get("/api/tasks?limit=1").await.is(200).json()["total"].clone()
}

/// The second answer is the first one, and says that it is.
#[track_caller]
fn assert_repeats(first: &Answer, second: &Answer) {
    assert!(!first.is_replayed(), "{}", first.question);
    assert!(second.is_replayed(), "{}", second.question);
    let (status, body, mut headers) = second.seen();
    headers.remove("idempotency-replayed");
    assert_eq!((status, body, headers), first.seen());
}

/// Sends a request twice with one key.
async fn twice(person: &Person, method: Method, path: &str, body: Value) -> Answer {
    let key = format!("{method} {path}").replace(' ', "-");
    let first = person.keyed(&key, method.clone(), path, &body).await;
    assert_repeats(&first, &person.keyed(&key, method, path, &body).await);
    first
}

async fn what_is_sent_twice_happens_once(test: TestApp) {
    let ada = test.ada().await;
    for path in ["/api/tasks", "/api/ada/tasks"] {
        let first = twice(&ada, Method::POST, path, json!({"title": "Buy milk"})).await.is(201);
        assert!(first.has("location") && first.has("etag") && first.has("x-batch-id"));
    }
    assert_eq!(number_of_tasks(&ada).await, 2);
    assert_eq!(ada.get("/api/changes").await.json()["latest"], 2);
    // Without a key it is two.
    ada.adds("x").await;
    ada.adds("x").await;
    assert_eq!(number_of_tasks(&ada).await, 4);
}

async fn every_write_of_a_task_can_be_repeated(test: TestApp) {
    let ada = test.ada().await;
    let task =
        json!({"title": "x", "due_date": "2026-11-22", "recurrence_rule": "daily", "tags": ["a"]});
    ada.makes(task).await;
    let bulk = |action: &str| json!({"ids": [1], "action": action});
    for (method, path, body, status) in [
        (Method::PUT, "/api/tasks/1", json!({"title": "y"}), 200),
        (Method::PATCH, "/api/tasks/1", json!({"title": "z"}), 200),
        (Method::PATCH, "/api/tasks/1/complete", json!({}), 200),
        (Method::PATCH, "/api/tags/a", json!({"name": "b"}), 200),
        (Method::DELETE, "/api/tags/b", json!({}), 204),
        (Method::DELETE, "/api/tasks/1", json!({}), 204),
        (Method::POST, "/api/tasks/1/restore", json!({}), 200),
        (Method::POST, "/api/changes/1/undo", json!({"force": true}), 200),
        (Method::POST, "/api/changes/2/undo", json!({"force": true}), 200),
        (Method::POST, "/api/tasks/bulk", bulk("delete"), 200),
        (Method::DELETE, "/api/trash/1", json!({}), 204),
        (Method::DELETE, "/api/trash", json!({}), 204),
    ] {
        let before = ada.get("/api/changes").await.json()["latest"].clone();
        let first = twice(&ada, method.clone(), path, body).await.is(status);
        if first.has("x-batch-id") {
            let feed = ada.get(&format!("/api/changes?after={before}")).await.is(200).json();
            let changes = feed["changes"].as_array().expect("a list");
            assert!(!changes.is_empty(), "{method} {path}");
            for change in changes {
                assert_eq!(change["batch_id"], first.batch(), "{method} {path}");
            }
        } else {
            assert_eq!(ada.get("/api/changes").await.json()["latest"], before);
        }
    }
}

async fn a_key_belongs_to_one_request(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"title": "x"});
    let first = ada.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(201);
    for (method, path, body) in [
        (Method::POST, "/api/tasks", json!({"title": "y"})),
        (Method::POST, "/api/tasks", json!({"title": "x", "completed": false})),
        (Method::POST, "/api/tasks?x=1", body.clone()),
        (Method::POST, "/api/ada/tasks", body.clone()),
        (Method::PUT, "/api/tasks/1", body.clone()),
        (Method::PATCH, "/api/tasks/1", body.clone()),
        (Method::PATCH, "/api/tasks/1/complete", json!({})),
        (Method::DELETE, "/api/tasks/1", json!({})),
        (Method::PATCH, "/api/settings", json!({"name": "x"})),
    ] {
        let answer = ada.keyed(KEY, method.clone(), path, &body).await;
        assert!(!answer.has("idempotency-replayed"));
        assert_eq!(answer.problems(), ["header.Idempotency-Key value_error"], "{method} {path}");
    }
    assert_repeats(&first, &ada.keyed(KEY, Method::POST, "/api/tasks", &body).await);
    assert_eq!(number_of_tasks(&ada).await, 1);
}

async fn a_key_belongs_to_one_user(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let body = json!({"title": "x"});
    let hers = ada.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(201);
    let his = bob.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(201);
    assert!(!his.is_replayed());
    assert_eq!((&hers.json()["user_id"], &his.json()["user_id"]), (&json!("ada"), &json!("bob")));
    let other = bob.keyed(KEY, Method::POST, "/api/tasks", &json!({"title": "y"})).await;
    assert_eq!(other.problems(), ["header.Idempotency-Key value_error"]);
    // A program of hers that repeats what she sent herself gets her answer.
    let robot = ada.logs_in().await.makes_token(&["write"]).await;
    assert_repeats(&hers, &robot.keyed(KEY, Method::POST, "/api/tasks", &body).await);
}

async fn a_key_is_forgotten_after_a_day(test: TestApp) {
    let ada = test.ada().await;
    let body = json!({"title": "x"});
    let first = ada.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(201);
    test.clock.advance_seconds(DAY - 1);
    assert_repeats(&first, &ada.keyed(KEY, Method::POST, "/api/tasks", &body).await);
    test.clock.advance_seconds(1);
    let other = json!({"title": "y"});
    let fresh = ada.keyed(KEY, Method::POST, "/api/tasks", &other).await.is(201);
    assert_repeats(&fresh, &ada.keyed(KEY, Method::POST, "/api/tasks", &other).await);
    assert_eq!(number_of_tasks(&ada).await, 2);
}

async fn what_was_refused_is_tried_anew(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let body = json!({"title": "x"});
    ada.keyed(KEY, Method::POST, "/api/tasks", &json!({"title": ""})).await.is(422);
    bob.keyed("b", Method::PATCH, "/api/tasks/1", &body).await.is(404);
    let made = ada.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(201);
    assert!(!made.is_replayed());
    bob.keyed("b", Method::PATCH, "/api/tasks/1", &body).await.is(403);
    let patch = json!({"title": "y"});
    let headers = [("idempotency-key", "p"), ("if-match", "\"2\"")];
    ada.sends_with(&headers, Method::PATCH, "/api/tasks/1", &patch).await.is(412);
    ada.patch("/api/tasks/1", json!({"title": "z"})).await.is(200);
    let done = ada.sends_with(&headers, Method::PATCH, "/api/tasks/1", &patch).await.is(200);
    // It is done, whatever the version is now.
    let again = ada.sends_with(&headers, Method::PATCH, "/api/tasks/1", &patch).await;
    assert_repeats(&done, &again);
    assert_eq!(ada.sees(1).await["version"], 3);
}

async fn a_toggle_that_is_repeated_toggles_once(test: TestApp) {
    let ada = test.ada().await;
    let id = ada.adds("x").await;
    let path = format!("/api/tasks/{id}/complete");
    for _ in 0..3 {
        let request = ada.asks(Method::PATCH, &path).header("idempotency-key", KEY);
        let answer = ada.send(request, String::new()).await.is(200);
        assert_eq!(answer.json()["completed"], true);
    }
    assert_eq!(ada.sees(id).await["version"], 2);
}

async fn the_first_answer_is_repeated_whatever_came_after_it(test: TestApp) {
    let ada = test.ada().await;
    let task = json!({"title": "x", "due_date": "2026-11-22T09:00"});
    let made = ada.keyed("make", Method::POST, "/api/tasks", &task).await.is(201);
    let patch = json!({"title": "y"});
    let changed = ada.keyed("change", Method::PATCH, "/api/tasks/1", &patch).await.is(200);
    ada.patch("/api/tasks/1", json!({"title": "z"})).await.is(200);
    let gone = ada.keyed("delete", Method::DELETE, "/api/tasks/1", &json!({})).await.is(204);
    ada.delete("/api/trash/1").await.is(204);
    assert_repeats(&made, &ada.keyed("make", Method::POST, "/api/tasks", &task).await);
    assert_repeats(&changed, &ada.keyed("change", Method::PATCH, "/api/tasks/1", &patch).await);
    assert_repeats(&gone, &ada.keyed("delete", Method::DELETE, "/api/tasks/1", &json!({})).await);
    assert_eq!(number_of_tasks(&ada).await, 0);
}

async fn settings_tokens_and_conversations_can_be_repeated_too(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let name = json!({"name": "Ada"});
    let first = twice(&ada, Method::PATCH, "/api/settings", name).await.is(200);
    assert!(!first.has("x-batch-id"));
    let token = json!({"name": "robot", "scopes": ["read"]});
    let first = twice(&ada, Method::POST, "/api/tokens", token).await.is(201);
    let robot = ada.with_token(first.json()["token"].as_str().expect("a token is text"));
    robot.get("/api/tasks").await.is(200);
    let tokens = ada.get("/api/tokens").await.is(200).json();
    assert_eq!(tokens["tokens"].as_array().map(Vec::len), Some(1));
    let path = format!("/api/tokens/{}", first.json()["id"]);
    twice(&ada, Method::DELETE, &path, json!({})).await.is(204);
    robot.get("/api/tasks").await.is(401);
    let owner = rondo_domain::UserId::parse("ada").expect("this is an id");
    let start = crate::support::START;
    let made = test.write(move |txn| async move { txn.insert_conversation(&owner, start).await });
    let path = format!("/api/conversations/{}", made.await.id);
    twice(&ada, Method::DELETE, &path, json!({})).await.is(204);
}

async fn a_strangers_first_write_can_be_repeated(test: TestApp) {
    let eve = test.stranger("external|eve");
    twice(&eve, Method::POST, "/api/tasks", json!({"title": "x"})).await.is(201);
    assert_eq!(number_of_tasks(&eve).await, 1);
    let mallory = test.stranger("external|mallory");
    twice(&mallory, Method::PATCH, "/api/settings", json!({"name": "M"})).await.is(200);
}

async fn of_ten_with_one_key_at_once_one_happens(test: TestApp) {
    let ada = test.ada().await;
    let mut sending = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let ada = ada.clone();
        sending.spawn(async move {
            let body = json!({"title": "x"});
            let answer = ada.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(201);
            (answer.is_replayed(), answer.batch(), answer.json())
        });
    }
    let answers = sending.join_all().await;
    assert_eq!(answers.iter().filter(|(is_replayed, ..)| !is_replayed).count(), 1);
    let same =
        |(_, batch, task): &(bool, String, Value)| (batch, task) == (&answers[0].1, &answers[0].2);
    assert!(answers.iter().all(same));
    assert_eq!(number_of_tasks(&ada).await, 1);
    assert_eq!(ada.get("/api/changes").await.json()["latest"], 1);
}

async fn a_revoked_token_repeats_nothing(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    let robot = ada.makes_token(&["write"]).await;
    let body = json!({"title": "x"});
    robot.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(201);
    let reader = ada.makes_token(&["read"]).await;
    reader.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(403).coded("missing_scope");
    let list = ada.get("/api/tokens").await.json();
    for token in list["tokens"].as_array().expect("a list") {
        ada.delete(&format!("/api/tokens/{}", token["id"])).await.is(204);
    }
    robot.keyed(KEY, Method::POST, "/api/tasks", &body).await.is(401);
}

async fn who_asks_is_looked_at_before_the_key(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let body = json!({"title": "x"});
    ada.keyed(KEY, Method::POST, "/api/ada/tasks", &body).await.is(201);
    for key in [KEY, "", "no key"] {
        test.nobody().keyed(key, Method::POST, "/api/tasks", &body).await.is(401);
        bob.keyed(key, Method::POST, "/api/ada/tasks", &body).await.is(403);
    }
    let mut browser = Browser::of(&test);
    browser.signs_in("ada").await;
    let request = browser.begins(Method::POST, "/api/tasks").header("idempotency-key", KEY);
    browser.send(request, body.to_string()).await.is(403).coded("missing_origin");
}

/// The routes whose description names the header, or does not, and their paths.
fn writes(are_keyed: bool) -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&openapi_json()).expect("the description is JSON");
    let is_keyed = |method: &Method, path: &str| {
        let operation = &document["paths"][path][method.as_str().to_ascii_lowercase()];
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == "Idempotency-Key")
    };
    let routes = route_list().into_iter().filter(|route| route.method != Method::GET);
    let found = routes.filter(|route| is_keyed(&route.method, &route.path) == are_keyed);
    found.map(|route| (route.method, route.path)).collect()
}

fn filled(pattern: &str) -> String {
    let path = pattern.replace("{user_id}", "ada").replace("{name}", "x").replace("{token}", "x");
    ["task_id", "change_id", "conversation_id", "token_id"]
        .iter()
        .fold(path, |path, name| path.replace(&format!("{{{name}}}"), "1"))
}

async fn what_is_no_key_is_refused_wherever_a_key_means_something(test: TestApp) {
    let ada = test.ada().await;
    let routes = writes(true);
    assert!(routes.len() > 25, "{}", routes.len());
    let (longest, too_long) = ("x".repeat(255), "x".repeat(256));
    for (method, pattern) in routes {
        let path = filled(&pattern);
        for (key, problem) in [
            ("", "string_too_short"),
            (" ", "string_too_short"),
            ("a b", "value_error"),
            ("a\tb", "value_error"),
            ("é", "value_error"),
            (&too_long, "string_too_long"),
        ] {
            let answer = ada.keyed(key, method.clone(), &path, &json!({})).await;
            let expected = format!("header.Idempotency-Key {problem}");
            assert_eq!(answer.problems(), [expected], "{method} {pattern} {key:?}");
        }
        let headers = [("idempotency-key", "a"), ("idempotency-key", "a")];
        let answer = ada.sends_with(&headers, method.clone(), &path, &json!({})).await;
        assert_eq!(answer.problems(), ["header.Idempotency-Key value_error"], "{method} {pattern}");
    }
    let body = json!({"title": "x"});
    ada.keyed(&longest, Method::POST, "/api/tasks", &body).await.is(201);
    ada.keyed(" padded ", Method::POST, "/api/tasks", &body).await.is(201);
    assert!(ada.keyed("padded", Method::POST, "/api/tasks", &body).await.is(201).is_replayed());
}

async fn where_a_key_means_nothing_it_does_no_harm(test: TestApp) {
    let ada = test.ada().await;
    for (number, (method, pattern)) in writes(false).into_iter().enumerate() {
        let mut seen = Vec::new();
        // Somebody new each time: some of these end the session, or the account.
        for key in ["", "no key"] {
            let name = format!("m{number}{}", key.len());
            let person = test.member(&name).await.logs_in().await;
            let path = filled(&pattern.replace("{user_id}", &name));
            let body = json!({"text": 1});
            let answer = if key.is_empty() {
                person.sends(method.clone(), &path, &body).await
            } else {
                person.keyed(key, method.clone(), &path, &body).await
            };
            assert!(!answer.text().contains("Idempotency-Key"), "{method} {pattern}");
            seen.push(answer.status);
        }
        assert_eq!(seen[0], seen[1], "{method} {pattern}");
    }
    let line = json!({"text": "Call Ana"});
    for _ in 0..2 {
        let answer = ada.keyed(KEY, Method::POST, "/api/tasks/parse", &line).await.is(200);
        assert!(!answer.is_replayed());
    }
}
