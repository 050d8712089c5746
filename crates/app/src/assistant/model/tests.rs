//! The model, asked over a real connection, by what its endpoint does.

use std::{sync::Arc, time::Duration};

use rondo_domain::Secret;
use serde_json::{Value, json};
use tokio::{sync::Notify, time::Instant};

use super::{
    Model, ModelError, Reply, Request, ToolChoice,
    probe::probe,
    scripted_model::{Asked, Reply as Says, ScriptedModel, delta, end},
    tool_list,
};
use crate::{ModelSettings, SeededRandom, TokenField, tools};

const KEY: &str = "sk-very-secret";

fn settings(base_url: String) -> ModelSettings {
    ModelSettings {
        base_url,
        api_key: Some(Secret::new(KEY.to_owned())),
        model: Some("gpt-x".to_owned()),
        token_field: TokenField::MaxTokens,
    }
}

struct Test {
    endpoint: ScriptedModel,
    model: Model,
}

impl Test {
    async fn new() -> Self {
        let endpoint = ScriptedModel::start().await;
        let model = Model::new(&settings(endpoint.base_url()), Arc::new(SeededRandom::new(1)));
        Self { endpoint, model }
    }

    /// Asks; with what was heard on the way.
    async fn ask(&self, may_retry: bool) -> (Result<Reply, ModelError>, String) {
        self.ask_for(Duration::from_mins(1), may_retry).await
    }

    async fn ask_for(
        &self,
        time: Duration,
        may_retry: bool,
    ) -> (Result<Reply, ModelError>, String) {
        let messages = [json!({"role": "user", "content": "Hello"})];
        let tools = tool_list();
        let request = Request { messages: &messages, tools: &tools, tool_choice: ToolChoice::Auto };
        let mut heard = String::new();
        let mut on_text = |text: &str| heard.push_str(text);
        let deadline = Instant::now() + time;
        let reply = self.model.complete(request, &mut on_text, deadline, may_retry).await;
        (reply, heard)
    }

    /// The answer to what the endpoint says.
    async fn answer(&self, says: Says) -> Result<Reply, ModelError> {
        self.endpoint.says(says);
        self.ask(false).await.0
    }

    async fn failure(&self, says: Says) -> String {
        match self.answer(says).await {
            Err(ModelError::Failed(reason)) => reason,
            other => panic!("it should have failed: {other:?}"),
        }
    }

    fn asked(&self) -> Vec<Asked> {
        self.endpoint.asked()
    }
}

fn status(status: u16) -> Says {
    Says::json(status, &json!({"error": {"message": "hush", "code": "overloaded"}}))
}

#[tokio::test]
async fn an_answer_comes_in_pieces_and_whole() {
    let test = Test::new().await;
    test.endpoint.says(Says::text("Héllo 😀"));
    let (reply, heard) = test.ask(false).await;
    let reply = reply.expect("it answers");
    assert_eq!((reply.text.as_str(), heard.as_str()), ("Héllo 😀", "Héllo 😀"));
    assert_eq!(reply.message, json!({"role": "assistant", "content": "Héllo 😀"}));
    let asked = &test.asked()[0];
    assert!(asked.head.starts_with("POST /v1/chat/completions "), "{}", asked.head);
    assert!(asked.head.contains(&format!("authorization: Bearer {KEY}")), "{}", asked.head);
    assert_eq!(asked.body["model"], "gpt-x");
    assert_eq!(asked.body["stream"], true);
    assert_eq!(asked.body["max_tokens"], 800);
    assert_eq!(asked.body["tool_choice"], "auto");
    assert_eq!(asked.body["messages"][0]["content"], "Hello");
}

#[tokio::test]
async fn calls_are_recognized_whatever_the_reason_to_finish() {
    let test = Test::new().await;
    let says = Says::calls(&[("undo", json!({})), ("add_task", json!({"title": "é"}))]);
    let calls = test.answer(says).await.expect("it answers").tool_calls;
    assert_eq!((calls[0].name.as_str(), calls[0].arguments.as_str()), ("undo", "{}"));
    assert_eq!(calls[1].arguments, r#"{"title":"é"}"#);
    let call = json!({"id": "a", "function": {"name": "undo", "arguments": "{}"}});
    let says = Says::events(&[delta(&json!({"tool_calls": [call]})), end("stop")]);
    assert_eq!(test.answer(says).await.expect("it answers").tool_calls[0].id, "a");
}

#[tokio::test]
async fn an_endpoint_need_not_stream() {
    let test = Test::new().await;
    let message = json!({"role": "assistant", "content": "Hi", "extra_content": {"google": 1}});
    let body = json!({"choices": [{"message": message, "finish_reason": "stop"}]});
    assert_eq!(test.answer(Says::json(200, &body)).await.expect("it answers").message, message);
    let mislabeled = Says::raw("HTTP/1.1 200 OK\r\n", format!("\n  {body}"));
    assert_eq!(test.answer(mislabeled).await.expect("it answers").text, "Hi");
}

#[tokio::test]
async fn bytes_may_come_in_any_pieces() {
    let test = Test::new().await;
    let bytes = format!(": hello\r\n\r\ndata:{}\r\n\r\n", delta(&json!({"content": "é😀"})));
    let says = bytes.as_bytes().chunks(1).fold(Says::stream(""), Says::then);
    let says = says.then(format!("data: {}\n\ndata: [DONE]", end("stop")));
    assert_eq!(test.answer(says).await.expect("it answers").text, "é😀");
}

#[tokio::test]
async fn a_missing_done_is_forgiven_and_a_missing_end_is_not() {
    let test = Test::new().await;
    let hello = delta(&json!({"content": "Hello"}));
    let says = Says::open(&[hello.clone(), end("stop")]);
    assert_eq!(test.answer(says).await.expect("it is complete").text, "Hello");
    let says = Says::open(&[hello.clone(), end("stop")]).cut();
    assert_eq!(test.answer(says).await.expect("it is complete").text, "Hello");
    let reason = test.failure(Says::open(std::slice::from_ref(&hello))).await;
    assert_eq!(reason, "its answer broke off");
    let reason = test.failure(Says::open(&[hello]).cut()).await;
    assert!(reason.starts_with("the connection broke"), "{reason}");
}

#[tokio::test]
async fn what_is_no_answer_is_a_failure_in_words() {
    let test = Test::new().await;
    for (says, expected) in [
        (Says::stream(""), "its answer is not that of a chat model"),
        (Says::raw("HTTP/1.1 200 OK\r\n", "<html>"), "its answer is not that of a chat model"),
        (Says::json(200, &json!({"detail": "hush"})), "its answer is not that of a chat model"),
        (Says::stream("data: {\n\n"), "its answer is not that of a chat model"),
        (Says::stream("x".repeat(300 * 1024)), "its answer is too large"),
    ] {
        let test = Test::new().await;
        assert_eq!(test.failure(says).await, expected);
    }
    let error = json!({"error": {"message": "hush", "type": "server_error"}});
    let reason = test.failure(Says::events(&[delta(&json!({"content": "He"})), error])).await;
    assert_eq!(reason, "it answered with an error (server_error)");
    let says =
        Says::json(200, &json!({"choices": [{"message": {"content": "x".repeat(2 << 20)}}]}));
    assert_eq!(test.failure(says).await, "its answer is too large");
}

#[tokio::test]
async fn a_status_is_told_without_the_key_or_the_words_of_the_endpoint() {
    for code in [400, 401, 404, 429, 500, 503] {
        let test = Test::new().await;
        assert_eq!(test.failure(status(code)).await, format!("it answered {code} (overloaded)"));
        assert_eq!(test.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_key_that_is_repeated_is_hidden() {
    let test = Test::new().await;
    let says = Says::json(401, &json!({"error": {"code": KEY}}));
    assert_eq!(test.failure(says).await, "it answered 401 ([hidden])");
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let (test, other) = (Test::new().await, ScriptedModel::start().await);
    let head = format!("HTTP/1.1 307 Go\r\nlocation: {}\r\n", other.base_url());
    let says = Says::raw(&format!("{head}content-length: 0\r\n"), "");
    assert_eq!(test.failure(says).await, "it answered 307");
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn a_passing_failure_is_tried_once_more() {
    for code in [429, 502, 503, 504] {
        let test = Test::new().await;
        test.endpoint.says(Says::raw(
            &format!("HTTP/1.1 {code} No\r\nretry-after: 0\r\ncontent-length: 0\r\n"),
            "",
        ));
        test.endpoint.says(Says::text("Hello"));
        assert_eq!(test.ask(true).await.0.expect("the second time it answers").text, "Hello");
    }
    let test = Test::new().await;
    (0..2).for_each(|_| test.endpoint.says(status(503)));
    let expected = ModelError::Failed("it answered 503 (overloaded)".to_owned());
    assert_eq!(test.ask(true).await.0, Err(expected), "twice, and no more");
    assert_eq!(test.asked().len(), 2);
}

#[tokio::test]
async fn what_would_not_help_is_not_tried() {
    for code in [400, 401, 404, 500] {
        let test = Test::new().await;
        test.endpoint.says(status(code));
        assert!(test.ask(true).await.0.is_err());
        assert_eq!(test.asked().len(), 1, "{code}");
    }
    let test = Test::new().await;
    test.endpoint.says(Says::raw("HTTP/1.1 429 No\r\nretry-after: 6\r\ncontent-length: 0\r\n", ""));
    assert!(test.ask(true).await.0.is_err());
    assert_eq!(test.asked().len(), 1, "nobody waits for six seconds");
    let test = Test::new().await;
    test.endpoint.says(Says::open(&[delta(&json!({"content": "He"}))]).cut());
    assert!(test.ask(true).await.0.is_err());
    assert_eq!(test.asked().len(), 1, "somebody has read half of it");
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_a_failure_like_others() {
    let endpoint = ScriptedModel::start().await;
    let base_url = endpoint.base_url();
    drop(endpoint);
    let model = Model::new(&settings(base_url.clone()), Arc::new(SeededRandom::new(1)));
    let request = Request { messages: &[], tools: &[], tool_choice: ToolChoice::None };
    let deadline = Instant::now() + Duration::from_mins(1);
    for _ in 0..5 {
        let failed = model.complete(request, &mut |_| (), deadline, false).await;
        let Err(ModelError::Failed(reason)) = failed else { panic!("nobody is there") };
        assert!(reason.starts_with("cannot connect: "), "{reason}");
        assert!(!reason.contains(&base_url) && !reason.contains(KEY), "{reason}");
    }
    let rested = model.complete(request, &mut |_| (), deadline, true).await;
    let Err(ModelError::Unavailable { retry_after }) = rested else { panic!("it rests") };
    assert!(retry_after > Duration::from_secs(25), "{retry_after:?}");
}

#[tokio::test]
async fn a_request_that_is_wrong_says_nothing_about_the_endpoint() {
    let test = Test::new().await;
    for _ in 0..10 {
        assert_eq!(test.failure(status(400)).await, "it answered 400 (overloaded)");
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_the_turn_may_take() {
    let test = Test::new().await;
    for says in [
        Says::silence(),
        Says::open(&[delta(&json!({"content": "He"}))]).when(&Arc::new(Notify::new())),
    ] {
        test.endpoint.says(says);
        let (reply, heard) = test.ask_for(Duration::from_millis(50), true).await;
        assert_eq!((reply, heard.as_str()), (Err(ModelError::TimedOut), ""));
    }
}

#[tokio::test]
async fn what_is_complete_is_not_waited_for() {
    let test = Test::new().await;
    let hello = delta(&json!({"content": "Hello"}));
    let done = Says::events(std::slice::from_ref(&hello)).open_ended();
    assert_eq!(test.answer(done).await.expect("it is complete").text, "Hello");
    let finished = Says::open(&[hello, end("stop")]).open_ended();
    assert_eq!(test.answer(finished).await.expect("it is complete").text, "Hello");
}

#[tokio::test]
async fn the_field_and_the_model_are_as_the_operator_says() {
    let endpoint = ScriptedModel::start().await;
    let settings = ModelSettings {
        api_key: None,
        model: None,
        token_field: TokenField::MaxCompletionTokens,
        ..settings(endpoint.base_url())
    };
    endpoint.says(Says::text("OK"));
    probe(&settings).await.expect("it answers");
    let asked = &endpoint.asked()[0];
    assert!(!asked.head.contains("authorization"), "{}", asked.head);
    assert_eq!(asked.body["max_completion_tokens"], 800);
    for absent in ["max_tokens", "model", "tools", "tool_choice"] {
        assert_eq!(asked.body.get(absent), None, "{absent}");
    }
    endpoint.says(status(401));
    assert_eq!(probe(&settings).await, Err("it answered 401 (overloaded)".to_owned()));
}

#[test]
fn the_key_is_never_shown() {
    let settings = settings("http://127.0.0.1:9".to_owned());
    assert!(!format!("{settings:?}").contains(KEY));
    let header = super::endpoint::authorization(&settings).expect("there is a key");
    assert!(header.is_sensitive() && !format!("{header:?}").contains(KEY));
}

#[test]
fn the_model_is_told_of_the_tools_that_there_are() {
    let listed = tool_list();
    let names: Vec<_> = listed.iter().map(|tool| tool["function"]["name"].clone()).collect();
    let expected: Vec<_> = tools::catalogue().iter().map(|tool| json!(tool.name)).collect();
    assert_eq!(names, expected);
    for tool in &listed {
        assert_eq!(tool["type"], "function");
        let parameters: &Value = &tool["function"]["parameters"];
        assert_eq!(parameters["type"], "object", "{tool}");
        assert_eq!(parameters["properties"].get("user_id"), None, "{tool}");
    }
}
