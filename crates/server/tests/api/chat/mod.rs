//! The assistant at the door: what it is asked, what it answers, and how that
//! is streamed.

mod answers;
mod failures;
mod model;
mod refusals;
mod streams;
mod ui;

use axum::{
    body::Body,
    http::{HeaderMap, Method, header, request},
};
use http_body_util::BodyExt;
use rondo_app::{ModelSettings, TokenField};
use rondo_domain::Secret;
use serde_json::{Value, json};

use crate::{
    scripted_model::ScriptedModel,
    support::{Answer, Database, Given, Person, Setup, TestApp},
};

/// What nobody may ever see.
const KEY: &str = "sk-seen-by-nobody";

/// An application with a language model, and the model.
impl Given for (TestApp, ScriptedModel) {
    async fn given(database: &Database) -> Self {
        let model = ScriptedModel::start().await;
        (TestApp::with(database, |setup| model.answers_for(setup)).await, model)
    }
}

impl ScriptedModel {
    /// Makes it the model of an application.
    fn answers_for(&self, setup: &mut Setup) {
        setup.settings.assistant = Some(ModelSettings {
            base_url: self.base_url(),
            api_key: Some(Secret::new(KEY.to_owned())),
            model: Some("scripted".to_owned()),
            token_field: TokenField::MaxTokens,
        });
    }
}

/// Says something in a new conversation.
async fn says(person: &Person, message: &str) -> Answer {
    person.post("/api/chat", json!({"message": message})).await
}

/// Says something where something was said before.
async fn goes_on(person: &Person, place: &Value, message: &str) -> Answer {
    person.post("/api/chat", json!({"message": message, "conversation_id": place})).await
}

/// What was said in a conversation, as `role: content`.
async fn said(person: &Person, place: &Value) -> Vec<String> {
    let shown = person.get(&format!("/api/conversations/{place}")).await.is(200).json();
    let messages = shown["messages"].as_array().expect("there are messages").clone();
    let text = |value: &Value| value.as_str().expect("this is text").to_owned();
    messages.iter().map(|m| format!("{}: {}", text(&m["role"]), text(&m["content"]))).collect()
}

/// A stream that was read to its end.
struct Streamed {
    headers: HeaderMap,
    parts: Vec<Value>,
}

impl Streamed {
    async fn of(test: &TestApp, request: request::Builder, body: &Value) -> Self {
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(body.to_string())).expect("it can be built");
        let (head, body) = test.service.answer(request).await.into_parts();
        let bytes = body.collect().await.expect("it can be read to its end").to_bytes();
        let sent = std::str::from_utf8(&bytes).expect("a stream is text");
        assert_eq!(head.status, 200, "{sent}");
        assert_eq!(head.headers["content-type"], "text/event-stream");
        assert_eq!(head.headers["x-vercel-ai-ui-message-stream"], "v1");
        let sent = sent.strip_suffix("data: [DONE]\n\n").expect("it says that it is done");
        let blocks = sent.split_terminator("\n\n");
        let data = blocks.map(|block| block.strip_prefix("data: ").expect("a block is data"));
        let parts = data.map(|data| serde_json::from_str(data).expect("data is JSON")).collect();
        Self { headers: head.headers, parts }
    }

    /// Says something, and reads how it is answered.
    async fn hears(test: &TestApp, person: &Person, body: &Value) -> Self {
        let request = person.asks(Method::POST, "/api/chat");
        Self::of(test, request.header(header::ACCEPT, "text/event-stream"), body).await
    }

    fn types(&self) -> Vec<&str> {
        self.parts.iter().map(|part| part["type"].as_str().expect("a part has a type")).collect()
    }

    fn part(&self, kind: &str) -> &Value {
        let found = self.parts.iter().find(|part| part["type"] == kind);
        found.unwrap_or_else(|| panic!("no {kind} in {:?}", self.types()))
    }

    /// All that was said.
    fn text(&self) -> String {
        self.parts.iter().filter_map(|part| part["delta"].as_str()).collect()
    }

    /// What the last part but the end says of the message.
    fn metadata(&self) -> &Value {
        let last = self.parts.iter().rfind(|part| !part["messageMetadata"].is_null());
        &last.expect("something is said of the message")["messageMetadata"]
    }
}
