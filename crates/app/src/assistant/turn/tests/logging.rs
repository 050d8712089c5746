//! What the log is told of turns: that and why one failed, and nothing of what
//! anybody said.

use std::{
    io,
    sync::{Arc, Mutex},
};

use rondo_domain::Secret;
use serde_json::json;
use tracing::Level;

use super::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics while it writes").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_words_nor_tasks_nor_the_key_are_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_ansi(false);
    let lines = lines.with_writer(move || writer.clone());
    let _kept = tracing::subscriber::set_default(lines.finish());
    let _second = second_listener();

    let chat = Chat::new().await;
    let key = "sk-that-nobody-may-see";
    let test = chat.test.replica(2, |settings| {
        let endpoint = settings.assistant.as_mut().expect("there is a model");
        endpoint.api_key = Some(Secret::new(key.to_owned()));
    });
    let says = async |message| {
        turn(try_begin(&test, test.batch(&chat.ada), message, None).await).heard().await
    };
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "WORD-OF-A-TASK"}))]));
    chat.model.says(Reply::calls(&[("no_tool_WORD", json!({"x": "WORD-OF-AN-ARGUMENT"}))]));
    chat.model.says(Reply::text("WORD-OF-THE-MODEL"));
    assert!(says("WORD-OF-ADA").await.end.is_ok());
    let error = format!("WORD-OF-AN-ERROR about {key}");
    chat.model.says(Reply::json(400, &json!({"error": {"message": error, "code": "bad"}})));
    assert!(says("WORD-OF-ADA").await.end.is_err());
    assert!(chat.model.asked()[0].head.contains(key), "it was used");

    let bytes = log.0.lock().expect("no test panics while it writes").clone();
    let log = String::from_utf8(bytes).expect("a log is text");
    assert!(log.contains("the model failed"), "{log}");
    assert!(!log.contains("WORD") && !log.contains(key), "{log}");
}
