//! Who may use which route: every route of the router against nobody, somebody
//! whose token is over, another user, and the owner.
//!
//! A route that has no row in the table below fails the test, and so does a
//! row without a route.

use axum::http::Method;
use rondo_domain::{MessageContent, Role, UserId};
use rondo_server::http::{ListedRoute, route_list};
use serde_json::{Value, json};

use crate::support::{Browser, Person, START, TestApp};

on_both_databases! {
    every_route_answers_everybody_as_it_should,
    a_cookie_opens_what_a_token_opens,
    somebody_elses_things_survive_all_of_it,
}

/// What nobody, an expired token, another user and the owner are answered.
type Answers = [u16; 4];

const OPEN: Answers = [200, 200, 200, 200];
/// Bodies are looked at, callers are not; an empty one is refused.
const OPEN_WITH_BODY: Answers = [422, 422, 422, 422];
/// The same at a route of Better Auth.
const OPEN_AND_STRICT: Answers = [400, 400, 400, 400];
/// Only who has a session is looked at any closer, and then refused.
const OWN_AND_STRICT: Answers = [401, 401, 400, 400];
/// Everybody has their own.
const OWN: Answers = [401, 401, 200, 200];

/// Which answers to expect of a route. The owner is Ada, and what has a
/// number is hers.
#[rustfmt::skip]
const EXPECTED: &[(&str, &str, Answers)] = &[
    ("GET", "/", OPEN),
    ("GET", "/health", OPEN),
    ("GET", "/health/live", OPEN),
    ("GET", "/health/ready", OPEN),
    ("GET", "/docs", OPEN),
    ("GET", "/docs/{file}", OPEN),
    ("GET", "/openapi.json", OPEN),
    ("POST", "/api/auth/register", OPEN_WITH_BODY),
    ("POST", "/api/auth/login", OPEN_WITH_BODY),
    ("POST", "/api/auth/logout", OWN),
    ("GET", "/api/auth/me", OWN),
    // The password that everybody sends is wrong.
    ("DELETE", "/api/auth/me", [401, 401, 403, 403]),
    ("POST", "/api/auth/sign-up/email", OPEN_AND_STRICT),
    ("POST", "/api/auth/sign-in/email", OPEN_AND_STRICT),
    ("POST", "/api/auth/sign-out", OPEN),
    ("GET", "/api/auth/get-session", OPEN),
    ("POST", "/api/auth/get-session", [405, 405, 405, 405]),
    ("GET", "/api/auth/list-sessions", OWN),
    ("POST", "/api/auth/revoke-session", OWN),
    ("POST", "/api/auth/revoke-sessions", OWN),
    ("POST", "/api/auth/revoke-other-sessions", OWN),
    ("POST", "/api/auth/update-user", OWN),
    ("GET", "/api/auth/list-accounts", OWN),
    ("POST", "/api/auth/delete-user", OWN_AND_STRICT),
    ("GET", "/api/auth/delete-user/callback", OPEN_AND_STRICT),
    ("POST", "/api/auth/change-password", OWN_AND_STRICT),
    ("POST", "/api/auth/verify-password", OWN_AND_STRICT),
    ("POST", "/api/auth/request-password-reset", OPEN_AND_STRICT),
    ("GET", "/api/auth/reset-password/{token}", OPEN_AND_STRICT),
    ("POST", "/api/auth/reset-password", OPEN_AND_STRICT),
    ("POST", "/api/auth/change-email", OWN_AND_STRICT),
    ("POST", "/api/auth/send-verification-email", OPEN_AND_STRICT),
    ("GET", "/api/auth/verify-email", OPEN_AND_STRICT),
    ("GET", "/api/auth/token", OWN),
    ("GET", "/api/auth/jwks", OPEN),
    ("GET", "/api/auth/ok", OPEN),
    ("GET", "/api/auth/error", OPEN),
    ("GET", "/api/tokens", OWN),
    ("POST", "/api/tokens", [401, 401, 201, 201]),
    ("DELETE", "/api/tokens/{token_id}", [401, 401, 404, 204]),
    // Nobody calls it by the name that people use here; `mcp` has the rest.
    ("POST", "/mcp", [403, 403, 403, 403]),
    ("GET", "/api/tasks", OWN),
    ("POST", "/api/tasks", [401, 401, 201, 201]),
    ("POST", "/api/tasks/parse", OWN),
    ("GET", "/api/tasks/stats", OWN),
    ("POST", "/api/tasks/bulk", [401, 401, 403, 200]),
    ("GET", "/api/tasks/{task_id}", [401, 401, 403, 200]),
    ("PUT", "/api/tasks/{task_id}", [401, 401, 403, 200]),
    ("PATCH", "/api/tasks/{task_id}", [401, 401, 403, 200]),
    ("DELETE", "/api/tasks/{task_id}", [401, 401, 403, 204]),
    ("PATCH", "/api/tasks/{task_id}/complete", [401, 401, 403, 200]),
    ("POST", "/api/tasks/{task_id}/restore", [401, 401, 403, 200]),
    ("GET", "/api/tasks/{task_id}/changes", [401, 401, 403, 200]),
    ("GET", "/api/trash", OWN),
    ("DELETE", "/api/trash", [401, 401, 204, 204]),
    ("DELETE", "/api/trash/{task_id}", [401, 401, 404, 204]),
    ("GET", "/api/changes", OWN),
    ("POST", "/api/changes/{change_id}/undo", [401, 401, 404, 200]),
    ("GET", "/api/tags", OWN),
    ("PATCH", "/api/tags/{name}", [401, 401, 404, 200]),
    ("DELETE", "/api/tags/{name}", [401, 401, 404, 204]),
    ("POST", "/api/chat", OWN),
    ("POST", "/api/chat/ui", OWN),
    ("GET", "/api/conversations", OWN),
    ("GET", "/api/conversations/{conversation_id}", [401, 401, 404, 200]),
    ("DELETE", "/api/conversations/{conversation_id}", [401, 401, 404, 204]),
    ("GET", "/api/events", OWN),
    ("GET", "/api/settings", OWN),
    ("PATCH", "/api/settings", OWN),
    ("GET", "/api/{user_id}/tasks", [401, 401, 403, 200]),
    ("POST", "/api/{user_id}/tasks", [401, 401, 403, 201]),
    ("POST", "/api/{user_id}/tasks/parse", [401, 401, 403, 200]),
    ("GET", "/api/{user_id}/tasks/stats", [401, 401, 403, 200]),
    ("POST", "/api/{user_id}/tasks/bulk", [401, 401, 403, 200]),
    ("GET", "/api/{user_id}/tasks/{task_id}", [401, 401, 403, 200]),
    ("PUT", "/api/{user_id}/tasks/{task_id}", [401, 401, 403, 200]),
    ("PATCH", "/api/{user_id}/tasks/{task_id}", [401, 401, 403, 200]),
    ("DELETE", "/api/{user_id}/tasks/{task_id}", [401, 401, 403, 204]),
    ("PATCH", "/api/{user_id}/tasks/{task_id}/complete", [401, 401, 403, 200]),
    ("POST", "/api/{user_id}/tasks/{task_id}/restore", [401, 401, 403, 200]),
    ("GET", "/api/{user_id}/tasks/{task_id}/changes", [401, 401, 403, 200]),
    ("GET", "/api/{user_id}/trash", [401, 401, 403, 200]),
    ("DELETE", "/api/{user_id}/trash", [401, 401, 403, 204]),
    ("DELETE", "/api/{user_id}/trash/{task_id}", [401, 401, 403, 204]),
    ("GET", "/api/{user_id}/changes", [401, 401, 403, 200]),
    ("POST", "/api/{user_id}/changes/{change_id}/undo", [401, 401, 403, 200]),
    ("GET", "/api/{user_id}/tags", [401, 401, 403, 200]),
    ("PATCH", "/api/{user_id}/tags/{name}", [401, 401, 403, 200]),
    ("DELETE", "/api/{user_id}/tags/{name}", [401, 401, 403, 204]),
    ("POST", "/api/{user_id}/chat", [401, 401, 403, 200]),
    ("POST", "/api/{user_id}/chat/ui", [401, 401, 403, 200]),
    ("GET", "/api/{user_id}/conversations", [401, 401, 403, 200]),
    ("GET", "/api/{user_id}/conversations/{conversation_id}", [401, 401, 403, 200]),
    ("DELETE", "/api/{user_id}/conversations/{conversation_id}", [401, 401, 403, 204]),
    ("GET", "/api/{user_id}/events", [401, 401, 403, 200]),
    ("GET", "/api/{user_id}/settings", [401, 401, 403, 200]),
    ("PATCH", "/api/{user_id}/settings", [401, 401, 403, 200]),
];

/// Stands in everything of Ada's, so that it can be found in an answer.
const HERS: &str = "seen by nobody but her";

/// Ada's things, by their numbers.
struct Things {
    task: i64,
    trashed: i64,
    change: i64,
    conversation: i64,
    token: Value,
}

impl Things {
    async fn of(test: &TestApp, ada: &Person) -> Self {
        let owner = UserId::parse(&ada.id).expect("a test's name is an id");
        let content = MessageContent::parse(HERS.to_owned()).expect("these are words");
        let conversation = test.write(move |txn| async move {
            let conversation = txn.insert_conversation(&owner, START).await?;
            txn.insert_message(&owner, conversation.id, Role::User, &content, START).await?;
            Ok(conversation.id.get())
        });
        ada.patch("/api/settings", json!({"name": HERS})).await.is(200);
        let body = json!({"name": HERS, "scopes": ["read"]});
        let token = ada.post("/api/tokens", body).await.is(201).json()["id"].clone();
        let trashed = ada.adds(HERS).await;
        ada.delete(&format!("/api/tasks/{trashed}")).await.is(204);
        let task = json!({"title": HERS, "tags": [HERS], "due_date": "2026-11-20"});
        let task = ada.makes(task).await["id"].as_i64().expect("a task has a number");
        let change = ada.get("/api/changes?limit=1").await.is(200).json()["latest"].as_i64();
        let change = change.expect("a change has a number");
        Self { task, trashed, change, conversation: conversation.await, token }
    }

    fn path(&self, pattern: &str) -> String {
        let task = if pattern.contains("/trash/") { self.trashed } else { self.task };
        pattern
            .replace("{user_id}", "ada")
            .replace("{task_id}", &task.to_string())
            .replace("{change_id}", &self.change.to_string())
            .replace("{name}", &HERS.replace(' ', "%20"))
            .replace("{conversation_id}", &self.conversation.to_string())
            .replace("{token_id}", &self.token.to_string())
            .replace("{file}", "start.js")
            .replace("{token}", "unknown")
    }
}

/// Somebody with a credential of the kind that the route takes.
async fn enters(person: &Person, route: &ListedRoute) -> Person {
    if route.access.is_better_auth() { person.signs_in().await } else { person.logs_in().await }
}

/// A body that the route would accept from its owner, and that ends no account.
fn body(things: &Things, method: &Method, pattern: &str) -> Value {
    match (method.as_str(), pattern.rsplit('/').next()) {
        ("POST", Some("bulk")) => json!({"ids": [things.task], "action": "complete"}),
        ("DELETE", Some("me")) => json!({"password": "wrong horse battery"}),
        ("POST", Some("tokens")) => json!({"name": "x", "scopes": ["read"]}),
        ("POST" | "PUT" | "PATCH", Some("tasks" | "{task_id}")) => json!({"title": "x"}),
        ("POST", Some("parse")) => json!({"text": "x"}),
        ("POST", Some("chat")) => json!({"message": "hello"}),
        ("POST", Some("ui")) => json!({"messages": [{"role": "user", "content": "hello"}]}),
        ("PATCH", Some("settings" | "{name}")) | ("POST", Some("update-user")) => {
            json!({"name": "x"})
        }
        ("POST", Some("revoke-session")) => json!({"token": "unknown"}),
        ("POST", Some("change-password")) => {
            json!({"currentPassword": "wrong horse battery", "newPassword": "a new sentence"})
        }
        ("POST", Some("change-email")) => json!({"newEmail": "moved@example.com"}),
        ("POST", Some("delete-user" | "verify-password")) => {
            json!({"password": "wrong horse battery"})
        }
        _ => json!({}),
    }
}

async fn every_route_answers_everybody_as_it_should(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    for route in route_list() {
        let (method, pattern) = (route.method.clone(), route.path.clone());
        let row = EXPECTED.iter().find(|(m, p, _)| *m == method.as_str() && *p == pattern);
        let (_, _, expected) = row.unwrap_or_else(|| {
            panic!("nobody has said who may use {method} {pattern}: add it to the table here")
        });
        let things = Things::of(&test, &ada).await;
        // A logout must not be the end of the others.
        let (bob, ada) = (enters(&bob, &route).await, enters(&ada, &route).await);
        let people = [test.nobody(), test.expired("ada"), bob, ada];
        let mut found = Vec::new();
        for person in people {
            let path = things.path(&pattern);
            let answer =
                person.sends(method.clone(), &path, &body(&things, &method, &pattern)).await;
            let is_hers = person.id == "ada" && answer.status.is_success();
            assert!(is_hers || !answer.text().contains(HERS), "{}", answer.question);
            found.push(answer.status.as_u16());
        }
        assert_eq!(&found[..], expected, "{method} {pattern}: nobody, expired, Bob, Ada");
    }
    for (method, pattern, _) in EXPECTED {
        let mut routes = route_list().into_iter();
        let is_route = routes.any(|r| r.method.as_str() == *method && r.path == *pattern);
        assert!(is_route, "{method} {pattern} is no route: remove it from the table here");
    }
}

async fn a_cookie_opens_what_a_token_opens(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    for route in route_list() {
        let row = EXPECTED.iter().find(|(m, p, _)| *m == route.method.as_str() && *p == route.path);
        let (_, _, [_, _, of_bob, of_ada]) = row.expect("the table is complete");
        let things = Things::of(&test, &ada).await;
        for (person, expected) in [(&bob, of_bob), (&ada, of_ada)] {
            let mut browser = Browser::of(&test);
            browser.signs_in(&person.id).await;
            let request = browser.asks(route.method.clone(), &things.path(&route.path));
            let request = request.header("content-type", "application/json");
            let body = body(&things, &route.method, &route.path).to_string();
            browser.send(request, body).await.is(*expected);
        }
    }
}

async fn somebody_elses_things_survive_all_of_it(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let things = Things::of(&test, &ada).await;
    let session = ada.signs_in().await;
    let seen = async || {
        let mut seen = Vec::new();
        for path in [
            "/api/tasks".to_owned(),
            format!("/api/tasks/{}", things.task),
            "/api/trash".to_owned(),
            "/api/tags".to_owned(),
            "/api/tasks/stats".to_owned(),
            format!("/api/tasks/{}/changes", things.task),
            "/api/changes".to_owned(),
            format!("/api/conversations/{}", things.conversation),
            "/api/tokens".to_owned(),
            "/api/settings".to_owned(),
            "/api/auth/me".to_owned(),
        ] {
            seen.push(ada.get(&path).await.is(200).json());
        }
        for path in ["/api/auth/list-sessions", "/api/auth/get-session"] {
            seen.push(session.get(path).await.is(200).json());
        }
        seen
    };
    let before = seen().await;
    assert!(before[0].to_string().contains(HERS));
    for route in route_list() {
        let path = things.path(&route.path);
        let body = body(&things, &route.method, &route.path);
        for person in [test.nobody(), test.expired("ada"), enters(&bob, &route).await] {
            person.sends(route.method.clone(), &path, &body).await;
        }
    }
    assert_eq!(seen().await, before);
}
