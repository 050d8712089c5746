//! People who ask: `bob.get("/api/tasks/1").await.is(403)`.

use std::net::IpAddr;

use axum::{
    body::Body,
    http::{Method, Request, header, request},
};
use rondo_server::HttpService;
use serde_json::{Value, json};

use super::{Answer, answer::ask, app::PASSWORD};

/// Somebody at the door, with a token or without.
#[derive(Clone)]
pub(crate) struct Person {
    /// The user's id.
    pub(crate) id: String,
    /// What they show.
    pub(crate) token: Option<String>,
    service: HttpService,
}

impl Person {
    pub(super) fn new(id: &str, token: Option<&str>, service: HttpService) -> Self {
        Self { id: id.to_owned(), token: token.map(str::to_owned), service }
    }

    /// The same person at another network address.
    pub(crate) fn at(&self, address: &str) -> Self {
        let address: IpAddr = address.parse().expect("a test's address is one");
        Self { service: self.service.from_peer(address), ..self.clone() }
    }

    /// The same person with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// What tests call a request before its body: `Host` and the token are in it.
    pub(crate) fn asks(&self, method: Method, path: &str) -> request::Builder {
        let request =
            Request::builder().method(method).uri(path).header(header::HOST, "rondo.test");
        match &self.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends what [`Self::asks`] began.
    pub(crate) async fn send(&self, request: request::Builder, body: impl Into<Body>) -> Answer {
        let request = request.body(body.into()).expect("a test's request can be built");
        ask(&self.service, request).await
    }

    /// Sends a JSON body.
    pub(crate) async fn sends(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.asks(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_string()).await
    }

    /// The same with further headers.
    pub(crate) async fn sends_with(
        &self,
        headers: &[(&str, &str)],
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let mut request = self.asks(method, path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, body.to_string()).await
    }

    /// Sends a JSON body under an idempotency key.
    pub(crate) async fn keyed(
        &self,
        key: &str,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        self.sends_with(&[("idempotency-key", key)], method, path, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.asks(Method::GET, path), Body::empty()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.asks(Method::DELETE, path), Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.sends(Method::POST, path, &body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.sends(Method::PATCH, path, &body).await
    }

    /// `PATCH …/complete` without a body.
    pub(crate) async fn toggles(&self, id: i64) -> Answer {
        let request = self.asks(Method::PATCH, &format!("/api/tasks/{id}/complete"));
        self.send(request, Body::empty()).await
    }

    /// Adds a task with this title; its number.
    pub(crate) async fn adds(&self, title: &str) -> i64 {
        self.makes(json!({"title": title})).await["id"].as_i64().expect("a task has a number")
    }

    /// Adds a task; what was made.
    pub(crate) async fn makes(&self, task: Value) -> Value {
        self.post("/api/tasks", task).await.is(201).json()
    }

    /// Their task.
    pub(crate) async fn sees(&self, id: i64) -> Value {
        self.get(&format!("/api/tasks/{id}")).await.is(200).json()
    }

    /// The titles of a list, in its order.
    pub(crate) async fn titles(&self, path: &str) -> Vec<String> {
        let answer = self.get(path).await.is(200).json();
        let tasks = answer["tasks"].as_array().expect("a list of tasks has tasks");
        let title = |task: &Value| task["title"].as_str().expect("a title is text").to_owned();
        tasks.iter().map(title).collect()
    }

    /// Tries to log in with a password.
    pub(crate) async fn tries(&self, password: &str) -> Answer {
        let email = format!("{}@example.com", self.id);
        self.post("/api/auth/login", json!({"email": email, "password": password})).await
    }

    /// Logs in and goes on with the new token.
    pub(crate) async fn logs_in(&self) -> Self {
        let answer = self.tries(PASSWORD).await.is(200).json();
        self.with_token(answer["access_token"].as_str().expect("a login gives a token"))
    }

    /// Signs in and goes on with the token of the session.
    pub(crate) async fn signs_in(&self) -> Self {
        let body = json!({"email": format!("{}@example.com", self.id), "password": PASSWORD});
        let answer = self.post("/api/auth/sign-in/email", body).await.is(200).json();
        self.with_token(answer["token"].as_str().expect("signing in gives a token"))
    }

    /// Makes a personal access token with these scopes; who uses it.
    pub(crate) async fn makes_token(&self, scopes: &[&str]) -> Self {
        let body = json!({"name": "robot", "scopes": scopes});
        let answer = self.post("/api/tokens", body).await.is(201).json();
        self.with_token(answer["token"].as_str().expect("a new token is shown"))
    }
}
