//! Turns that fail: what was said and done before stays, and the conversation
//! goes on.

use std::time::Duration;

use serde_json::json;
use tokio::{sync::Notify, time::Instant};

use super::*;
use crate::Kind;

fn add() -> Reply {
    Reply::calls(&[("add_task", json!({"title": "milk"}))])
}

/// Waits until the model was asked that often.
async fn until_asked(chat: &Chat, times: usize) {
    while chat.model.asked().len() < times {
        tokio::task::yield_now().await;
    }
}

/// Says something once the last turn has given the conversation back.
async fn goes_on_when_free(chat: &Chat, place: ConversationId, message: &str) -> Heard {
    loop {
        let batch = chat.test.batch(&chat.ada);
        match try_begin(&chat.test, batch, message, Some(place)).await {
            Err(Error::TurnRunning) => tokio::task::yield_now().await,
            begun => return turn(begun).heard().await,
        }
    }
}

#[tokio::test]
async fn a_model_that_refuses_leaves_the_message_and_nothing_else() {
    let chat = Chat::new().await;
    for status in [400, 401, 403, 404, 422] {
        chat.model.says(Reply::json(status, &json!({"error": {"message": "no"}})));
        let heard = chat.says("hello").await;
        let failure = heard.failure();
        assert_eq!(failure.error.code(), "model_failed", "{status}");
        assert_eq!((failure.conversation_id, failure.tool_calls.len()), (heard.place, 0));
        let stored = said(&chat.test, &chat.ada, heard.place).await;
        assert_eq!(stored, [("user".to_owned(), "hello".to_owned())]);
    }
    // No other assistant steps in.
    assert_eq!(chat.model.asked().len(), 5);
}

#[tokio::test]
async fn what_was_done_before_a_failure_is_done_and_listed() {
    let chat = Chat::new().await;
    chat.model.says(add());
    chat.model.says(Reply::json(400, &json!({})));
    let heard = chat.says("add milk").await;
    let failure = heard.failure();
    assert_eq!(failure.error.code(), "model_failed");
    assert_eq!(failure.tool_calls[0].tool_name, "add_task");
    assert!(failure.batch_id.is_some());
    assert_eq!(chat.titles().await, ["milk"]);

    // The conversation goes on, and the model hears what happened.
    chat.model.says(Reply::text("It is there."));
    let next = chat.goes_on(heard.place, "did you?").await;
    assert_eq!(next.text, "It is there.");
    let shown = chat.messages(2);
    let words = shown[2]["content"].as_str().unwrap_or_default();
    assert_eq!(words, "(This was not answered. Tools called before: add_task.)");
    assert_eq!(shown[3], json!({"role": "user", "content": "did you?"}));
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_not_replaced_by_anything() {
    let closed = {
        let model = ScriptedModel::start().await;
        endpoint(&model.base_url())
    };
    let test = TestApp::with(|settings| settings.assistant = Some(closed)).await;
    let ada = test.user("ada").await;
    let mut codes = Vec::new();
    for _ in 0..6 {
        let heard = turn(try_begin(&test, test.batch(&ada), "hello", None).await).heard().await;
        codes.push(heard.failure().error.code());
        assert!(heard.text.is_empty());
    }
    assert_eq!(codes[..5], ["model_failed"; 5]);
    assert_eq!(codes[5], "model_unavailable");
}

#[tokio::test]
async fn a_model_that_says_nothing_is_waited_for_until_the_turn_is_over() {
    let chat = Chat::new().await;
    chat.model.says(add());
    chat.model.says(Reply::silence());
    let mut begun = chat.begins(&chat.ada, "add milk", None).await;
    begun.deadline = Instant::now() + Duration::from_millis(500);
    let heard = begun.heard().await;
    assert!(matches!(heard.failure().error, Error::TurnTimedOut));
    assert_eq!(heard.failure().tool_calls.len(), 1);
    assert_eq!(chat.titles().await, ["milk"]);
}

#[tokio::test]
async fn no_step_begins_after_the_end_of_the_turn() {
    let chat = Chat::new().await;
    let mut begun = chat.begins(&chat.ada, "add milk", None).await;
    begun.deadline = Instant::now();
    assert!(matches!(begun.heard().await.failure().error, Error::TurnTimedOut));
    assert!(chat.model.asked().is_empty());
    assert_eq!(super::super::TIMEOUT, Duration::from_secs(45));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_none() {
    let chat = Chat::new().await;
    chat.model.says(
        Reply::stream("data: {\"choices\":[{\"delta\":{\"content\":\"Half a\"}}]}\n\n").cut(),
    );
    let heard = chat.says("hello").await;
    assert_eq!(heard.failure().error.code(), "model_failed");
    assert_eq!(heard.text, "Half a");
    assert_eq!(said(&chat.test, &chat.ada, heard.place).await.len(), 1);
}

#[tokio::test]
async fn who_hangs_up_stops_the_model() {
    let chat = Chat::new().await;
    let go = std::sync::Arc::new(Notify::new());
    chat.model.says(add().when(&go));
    let events = chat.begins(&chat.ada, "add milk", None).await.run();
    let place = events.conversation_id;
    until_asked(&chat, 1).await;
    drop(events);
    chat.model.says(Reply::text("Here I am."));
    let next = goes_on_when_free(&chat, place, "still there?").await;
    assert_eq!(next.text, "Here I am.");
    go.notify_one();
    assert!(chat.titles().await.is_empty(), "the tool was not called any more");
    assert_eq!(chat.model.asked().len(), 2);
}

#[tokio::test]
async fn who_hangs_up_after_a_change_finds_it_in_the_history() {
    let chat = Chat::new().await;
    let go = std::sync::Arc::new(Notify::new());
    chat.model.says(add());
    chat.model.says(Reply::text("Done.").when(&go));
    let events = chat.begins(&chat.ada, "add milk", None).await.run();
    let place = events.conversation_id;
    until_asked(&chat, 2).await;
    drop(events);
    chat.model.says(Reply::text("Hello."));
    let next = goes_on_when_free(&chat, place, "hello?").await;
    assert_eq!(next.text, "Hello.");
    assert_eq!(chat.titles().await, ["milk"]);
    let shown = json!(chat.messages(2)).to_string();
    assert!(shown.contains("Tools called before: add_task."), "{shown}");
}

#[tokio::test]
async fn a_conversation_that_is_deleted_meanwhile_is_not_found_at_the_end() {
    let chat = Chat::new().await;
    let go = std::sync::Arc::new(Notify::new());
    chat.model.says(add());
    chat.model.says(Reply::text("I've added it.").when(&go));
    let begun = chat.begins(&chat.ada, "add milk", None).await;
    let place = begun.conversation_id();
    let running = tokio::spawn(begun.heard());
    until_asked(&chat, 2).await;
    let batch = chat.test.batch(&chat.ada);
    conversations::delete(&chat.test.app, &batch, place).await.expect("it is hers");
    go.notify_one();
    let heard = running.await.expect("the turn does not panic");
    let failure = heard.failure();
    assert!(matches!(failure.error, Error::NotFound(Kind::Conversation)), "{failure:?}");
    assert_eq!((failure.tool_calls.len(), failure.batch_id.is_some()), (1, true));
    assert_eq!(chat.titles().await, ["milk"]);
}

#[tokio::test]
async fn a_turn_that_is_later_than_its_lease_does_not_answer() {
    let chat = Chat::new().await;
    let late = chat.begins(&chat.ada, "hello", None).await;
    let place = late.conversation_id();
    chat.test.clock.advance_seconds(60);
    chat.model.says(Reply::text("First."));
    assert_eq!(chat.goes_on(place, "hello?").await.text, "First.");
    chat.model.says(Reply::text("Late."));
    assert!(matches!(late.heard().await.failure().error, Error::TurnTimedOut));
    let stored = said(&chat.test, &chat.ada, place).await;
    assert!(!stored.iter().any(|(_, words)| words == "Late."), "{stored:?}");
}

#[tokio::test]
async fn a_database_that_goes_away_ends_the_turn_in_words() {
    let chat = Chat::new().await;
    let go = std::sync::Arc::new(Notify::new());
    chat.model.says(add().when(&go));
    let running = tokio::spawn(chat.begins(&chat.ada, "add milk", None).await.heard());
    until_asked(&chat, 1).await;
    chat.test.app.store().close().await;
    go.notify_one();
    let heard = running.await.expect("the turn does not panic");
    let failure = heard.failure();
    assert!(matches!(failure.error, Error::Unavailable(_)), "{failure:?}");
    assert!(failure.tool_calls[0].result.contains("database_unavailable"));
    assert_eq!(chat.model.asked().len(), 1);
}

#[tokio::test]
async fn a_message_cannot_be_begun_without_a_database() {
    let chat = Chat::new().await;
    let store: &Store = chat.test.app.store();
    store.close().await;
    let refused = try_begin(&chat.test, chat.test.batch(&chat.ada), "hello", None).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))));
}
