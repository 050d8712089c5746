//! Turns whose request has a key: they happen once.

use serde_json::json;
use tokio::sync::Notify;

use super::*;
use crate::{IdempotencyKey, Location, Once};

fn keyed(chat: &Chat, body: &str) -> Batch {
    let key = IdempotencyKey::parse("k").expect("a test key is valid");
    chat.test.batch(&chat.ada).once(Once::new(key, "POST", "/api/chat", body.as_bytes()))
}

async fn tries(chat: &Chat, body: &str) -> Result<Begun, Error> {
    try_begin(&chat.test, keyed(chat, body), "add milk", None).await
}

fn scripted(chat: &Chat) {
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "milk"}))]));
    chat.model.says(Reply::text("I've added it."));
}

#[tokio::test]
async fn what_is_sent_twice_is_done_once_and_answered_twice() {
    let chat = Chat::new().await;
    scripted(&chat);
    let first = turn(tries(&chat, "a").await).heard().await;
    let Ok(Begun::Replayed(again)) = tries(&chat, "a").await else { panic!("it was answered") };
    assert_eq!(*again, *first.answer());
    assert_eq!((chat.titles().await, chat.model.asked().len()), (vec!["milk".to_owned()], 2));
    assert_eq!(said(&chat.test, &chat.ada, first.place).await.len(), 2);
    // Another request under the same key is a mistake.
    let Err(Error::Invalid(problems)) = tries(&chat, "b").await else { panic!("it was taken") };
    assert_eq!(problems[0].location, Location::Header);
    // After a day it is forgotten.
    chat.test.clock.advance_seconds(86_400);
    scripted(&chat);
    assert!(turn(tries(&chat, "a").await).heard().await.end.is_ok());
}

#[tokio::test]
async fn what_is_still_running_is_not_begun_again() {
    let chat = Chat::new().await;
    let other = chat.test.replica(2, |_| ());
    let begun = turn(tries(&chat, "a").await);
    for test in [&chat.test, &other] {
        let again = try_begin(test, keyed(&chat, "a"), "add milk", None).await;
        assert!(matches!(again, Err(Error::TurnRunning)));
    }
    drop(begun);
    // Whoever died with it does not keep the key.
    chat.test.clock.advance_seconds(60);
    scripted(&chat);
    assert!(turn(tries(&chat, "a").await).heard().await.end.is_ok());
}

#[tokio::test]
async fn a_failure_that_changed_nothing_is_tried_again() {
    let chat = Chat::new().await;
    chat.model.says(Reply::json(400, &json!({})));
    assert!(turn(tries(&chat, "a").await).heard().await.end.is_err());
    scripted(&chat);
    assert!(turn(tries(&chat, "a").await).heard().await.end.is_ok());
    assert_eq!(chat.titles().await, ["milk"]);
}

#[tokio::test]
async fn a_failure_that_changed_something_is_not_tried_again() {
    let chat = Chat::new().await;
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "milk"}))]));
    chat.model.says(Reply::json(400, &json!({})));
    let first = turn(tries(&chat, "a").await).heard().await;
    let Ok(Begun::Failed(again)) = tries(&chat, "a").await else { panic!("it failed") };
    let first = first.failure();
    assert_eq!(again.error.code(), first.error.code());
    assert_eq!((&again.tool_calls, &again.batch_id), (&first.tool_calls, &first.batch_id));
    assert_eq!(again.conversation_id, first.conversation_id);
    assert_eq!((chat.titles().await.len(), chat.model.asked().len()), (1, 2));
}

#[tokio::test]
async fn who_has_a_key_and_hangs_up_gets_the_answer_later() {
    let chat = Chat::new().await;
    let go = std::sync::Arc::new(Notify::new());
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "milk"}))]).when(&go));
    chat.model.says(Reply::text("I've added it."));
    drop(turn(tries(&chat, "a").await).run());
    go.notify_one();
    let again = loop {
        match tries(&chat, "a").await {
            Err(Error::TurnRunning) => tokio::task::yield_now().await,
            Ok(Begun::Replayed(again)) => break again,
            _ => panic!("the first one was not finished"),
        }
    };
    assert_eq!(again.message.content.as_str(), "I've added it.");
    assert_eq!(chat.titles().await, ["milk"]);
}

#[tokio::test]
async fn a_key_is_its_owners() {
    let chat = Chat::new().await;
    let bob = chat.test.user("bob").await;
    scripted(&chat);
    assert!(turn(tries(&chat, "a").await).heard().await.end.is_ok());
    scripted(&chat);
    let batch = chat.test.keyed(&bob, "k");
    let begun = turn(try_begin(&chat.test, batch, "add milk", None).await);
    assert!(begun.heard().await.end.is_ok());
}
