//! A program that speaks MCP, in one of two revisions.

use axum::http::{Method, Request, header, request};
use serde_json::{Value, json};

use crate::support::{Answer, Person};

/// The two revisions: with a handshake, and without.
pub(super) const OLD: &str = "2025-11-25";
pub(super) const NEW: &str = "2026-07-28";

/// Where the server is.
const HOST: &str = "localhost:8000";

/// A program of somebody's.
#[derive(Clone)]
pub(super) struct Client {
    person: Person,
    revision: &'static str,
    capabilities: Value,
}

impl Client {
    pub(super) fn of(person: &Person, revision: &'static str) -> Self {
        Self { person: person.clone(), revision, capabilities: json!({}) }
    }

    /// The same one that can ask its user.
    pub(super) fn that_asks(self) -> Self {
        Self { capabilities: json!({"elicitation": {"form": {}}}), ..self }
    }

    /// A request as programs make it, before its body.
    pub(super) fn begins(&self, method: Method) -> request::Builder {
        let request = Request::builder()
            .method(method)
            .uri("/mcp")
            .header(header::HOST, HOST)
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::CONTENT_TYPE, "application/json");
        match &self.person.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// The same with the headers that name a method and what it is about.
    fn names(&self, method: &str, params: &Value) -> request::Builder {
        let request = self.begins(Method::POST).header("mcp-protocol-version", self.revision);
        if self.revision == OLD {
            return request;
        }
        let request = request.header("mcp-method", method);
        match params["name"].as_str().or_else(|| params["uri"].as_str()) {
            Some(name) => request.header("mcp-name", name),
            None => request,
        }
    }

    pub(super) async fn sends(&self, request: request::Builder, body: &str) -> Answer {
        self.person.send(request, body.to_owned()).await
    }

    /// A request of the protocol.
    pub(super) async fn asks(&self, method: &str, mut params: Value) -> Answer {
        if self.revision == NEW {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": NEW,
                "io.modelcontextprotocol/clientInfo": {"name": "test program", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": self.capabilities,
            });
        }
        let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
        self.sends(self.names(method, &params), &body.to_string()).await
    }

    /// The result of a request that succeeds.
    pub(super) async fn gets(&self, method: &str, params: Value) -> Value {
        let answer = self.asks(method, params).await.is(200).json();
        assert_eq!(answer["id"], 7, "{answer}");
        assert!(answer["result"].is_object(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The error of a request that is refused: its number and its sentence.
    pub(super) async fn fails(&self, method: &str, params: Value) -> (i64, String) {
        let answer = self.asks(method, params).await.json();
        let error = &answer["error"];
        let number = error["code"].as_i64().unwrap_or_else(|| panic!("{method}: {answer}"));
        (number, error["message"].as_str().unwrap_or_default().to_owned())
    }

    /// What a tool answers.
    pub(super) async fn calls(&self, tool: &str, arguments: Value) -> Value {
        let result = self.gets("tools/call", json!({"name": tool, "arguments": arguments})).await;
        assert_eq!(result["isError"], false, "{tool}: {result}");
        let answer = result["structuredContent"].clone();
        let text = result["content"][0]["text"].as_str().expect("there is a copy as text");
        assert_eq!(serde_json::from_str::<Value>(text).ok().as_ref(), Some(&answer), "{tool}");
        answer
    }

    /// What a tool says that does not do it: word, sentence, argument.
    pub(super) async fn is_told(&self, tool: &str, arguments: Value) -> (String, String, String) {
        let result = self.gets("tools/call", json!({"name": tool, "arguments": arguments})).await;
        assert_eq!(result["isError"], true, "{tool}: {result}");
        let said =
            |name: &str| result["structuredContent"][name].as_str().unwrap_or_default().to_owned();
        assert_eq!(result["content"][0]["text"], said("message"), "{result}");
        (said("code"), said("message"), said("field"))
    }

    /// Adds a task; its number.
    pub(super) async fn adds(&self, title: &str) -> i64 {
        let added = self.calls("add_task", json!({"title": title})).await;
        added["task_id"].as_i64().expect("a task has a number")
    }
}
