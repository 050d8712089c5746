//! The model says what was written down, and remembers what it was asked.

use std::sync::Arc;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
};

use super::{Reply, ScriptedModel};

async fn ask(model: &ScriptedModel, body: &str) -> String {
    let mut stream = TcpStream::connect(model.address).await.expect("it listens");
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nX-A: b\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    answer
}

#[tokio::test]
async fn it_keeps_to_its_script() {
    let model = ScriptedModel::start().await;
    let go = Arc::new(Notify::new());
    go.notify_one();
    model.answers(move |body| Reply::text(body["q"].as_str().unwrap_or_default()).when(&go));
    model.says(Reply::calls(&[("undo", json!({}))]));
    model.says(Reply::open(&[]).cut());
    assert!(ask(&model, r#"{"q":"héllo"}"#).await.ends_with("data: [DONE]\n\n"));
    assert!(ask(&model, "{}").await.contains("\"name\":\"undo\""));
    assert!(ask(&model, "{}").await.ends_with("1000000\r\nconnection: close\r\n\r\n"));
    assert!(ask(&model, "{}").await.starts_with("HTTP/1.1 500 "), "the script is over");
    let asked = model.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[0].body, json!({"q": "héllo"}));
    assert!(asked[0].head.contains("X-A: b"), "{}", asked[0].head);
    assert!(model.base_url().ends_with("/v1"));
}

#[tokio::test]
async fn it_can_say_nothing() {
    let model = ScriptedModel::start().await;
    model.says(Reply::silence().open_ended());
    let mut stream = TcpStream::connect(model.address).await.expect("it listens");
    stream.write_all(b"POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n").await.expect("it reads");
    stream.shutdown().await.expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it hangs up after us");
    assert_eq!(answer, "");
}
