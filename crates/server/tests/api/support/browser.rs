//! People with a browser: it keeps cookies and says which page is asking.

use std::collections::BTreeMap;

use axum::http::{Method, header, request};
use serde_json::{Value, json};

use super::{Answer, PASSWORD, Person, TestApp};

/// The page that asks: every server trusts this one.
const PAGE: &str = "http://localhost:3000";

/// Somebody with a browser. Paths are those below `/api/auth`, unless a
/// request is begun by [`Self::asks`].
#[derive(Clone)]
pub(crate) struct Browser {
    person: Person,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A browser that has not been used yet.
    pub(crate) fn of(test: &TestApp) -> Self {
        Self { person: test.nobody(), cookies: BTreeMap::new() }
    }

    /// The browser of a member, who is signed in.
    pub(crate) async fn of_member(test: &TestApp, name: &str) -> Self {
        test.member(name).await;
        let mut browser = Self::of(test);
        browser.signs_in(name).await;
        browser
    }

    /// The same one without its cookies.
    pub(crate) fn emptied(&self) -> Self {
        Self { cookies: BTreeMap::new(), ..self.clone() }
    }

    /// The same one at another network address.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self { person: self.person.at(address), ..self.clone() }
    }

    /// What it sends as `Cookie`.
    pub(crate) fn cookies(&self) -> String {
        let pairs: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.join("; ")
    }

    /// One of the cookies, as it was set.
    #[track_caller]
    pub(crate) fn cookie(&self, name: &str) -> &str {
        self.cookies.get(name).unwrap_or_else(|| panic!("there is no cookie {name}"))
    }

    /// Throws a cookie away.
    pub(crate) fn forgets(&mut self, name: &str) {
        self.cookies.remove(name);
    }

    /// A request with its cookies and without an `Origin`.
    pub(crate) fn begins(&self, method: Method, path: &str) -> request::Builder {
        let request = self.person.asks(method, path);
        if self.cookies.is_empty() {
            return request;
        }
        request.header(header::COOKIE, self.cookies())
    }

    /// A request as a page of ours makes it.
    pub(crate) fn asks(&self, method: Method, path: &str) -> request::Builder {
        self.begins(method, path).header(header::ORIGIN, PAGE)
    }

    /// Sends a request, and keeps the cookies that the answer sets.
    pub(crate) async fn send(&mut self, request: request::Builder, body: String) -> Answer {
        let answer = self.person.send(request, body).await;
        for cookie in answer.cookies() {
            let (pair, attributes) = cookie.split_once("; ").unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = self.asks(Method::GET, &format!("/api/auth{path}"));
        self.send(request, String::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        let request = self.asks(Method::POST, &format!("/api/auth{path}"));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request, body.to_string()).await
    }

    /// Signs up under this name, with everybody's password.
    pub(crate) async fn signs_up(&mut self, name: &str) -> Value {
        let email = format!("{name}@example.com");
        let body = json!({"name": name, "email": email, "password": PASSWORD});
        self.post("/sign-up/email", body).await.is(200).json()
    }

    /// Tries to sign in with this password.
    pub(crate) async fn tries(&mut self, name: &str, password: &str) -> Answer {
        let email = format!("{name}@example.com");
        self.post("/sign-in/email", json!({"email": email, "password": password})).await
    }

    /// Signs in with everybody's password; the token of the session.
    pub(crate) async fn signs_in(&mut self, name: &str) -> String {
        let answer = self.tries(name, PASSWORD).await.is(200).json();
        answer["token"].as_str().expect("signing in gives a token").to_owned()
    }

    /// What `get-session` says: an object, or null.
    pub(crate) async fn session(&mut self) -> Value {
        self.get("/get-session").await.is(200).json()
    }

    /// Whether it is signed in.
    pub(crate) async fn is_in(&mut self) -> bool {
        !self.session().await.is_null()
    }
}
