//! Turns whose request has a key: they happen once.

use rondo_domain::{BatchId, Scope, Scopes};
use serde_json::json;
use tokio::{
    sync::{Notify, mpsc, watch},
    time::Instant,
};

use super::{super::end::Ending, *};
use crate::{
    IdempotencyKey, Location, Once,
    assistant::{
        calls::{Calls, Halt, Reporter},
        state::ConversationState,
    },
    tools,
};

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

/// The batch of the failure that a repeated request hears of.
fn failed(again: Result<Begun, Error>) -> Option<BatchId> {
    let Ok(Begun::Failed(failure)) = again else { panic!("it had changed something") };
    failure.batch_id
}

/// A turn that has added milk, and then waits for its model.
async fn waiting(chat: &Chat) -> TurnEvents {
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "milk"}))]));
    chat.model.says(Reply::silence());
    let events = turn(tries(chat, "a").await).run();
    while chat.model.asked().len() < 2 {
        tokio::task::yield_now().await;
    }
    events
}

#[tokio::test]
async fn what_a_process_did_before_it_died_is_not_done_again() {
    let chat = Chat::new().await;
    let events = waiting(&chat).await;
    let place = events.conversation_id;
    events.task.abort();
    assert!(matches!(tries(&chat, "a").await, Err(Error::TurnRunning)));
    let other = chat.test.replica(2, |_| ());
    for seconds in [60, 3_600, 82_000] {
        chat.test.clock.advance_seconds(seconds);
        let again = try_begin(&other, keyed(&chat, "a"), "add milk", None).await;
        let Ok(Begun::Failed(failure)) = again else { panic!("it was begun again") };
        assert_eq!(failure.conversation_id, place);
        assert!(failure.batch_id.is_some() && matches!(failure.error, Error::TurnTimedOut));
    }
    assert_eq!((chat.titles().await, chat.model.asked().len()), (vec!["milk".to_owned()], 2));
    // Another request under the same key is a mistake even then.
    assert!(matches!(tries(&chat, "b").await, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn what_a_process_did_before_it_was_stopped_is_known_at_once() {
    let chat = Chat::new().await;
    let mut events = waiting(&chat).await;
    events.stop().await;
    assert!(failed(tries(&chat, "a").await).is_some());
    assert_eq!(chat.titles().await, ["milk"]);
}

#[tokio::test]
async fn a_turn_that_died_before_it_did_anything_is_begun_again_by_one() {
    let chat = Chat::new().await;
    drop(turn(tries(&chat, "a").await));
    chat.test.clock.advance_seconds(60);
    let (one, two) = tokio::join!(tries(&chat, "a"), tries(&chat, "a"));
    let begun = [one, two].into_iter().filter(|begun| matches!(begun, Ok(Begun::Turn(_))));
    assert_eq!(begun.count(), 1);
    assert!(matches!(tries(&chat, "a").await, Err(Error::TurnRunning)));
}

/// Ends a turn whose call failed of which nobody knows whether it arrived.
async fn ends_in_doubt(chat: &Chat, has_arrived: bool) -> Option<BatchId> {
    let begun = turn(tries(chat, "a").await);
    let (sender, _) = mpsc::channel(1);
    let (_, stopped) = watch::channel(false);
    let reporter = Reporter { sender, deadline: Instant::now(), is_kept: true, stopped };
    let (app, batch) = (&chat.test.app, begun.batch.clone());
    let mut calls = Calls::new(app.clone(), batch.clone(), reporter);
    if has_arrived {
        let milk = json!({"title": "milk"});
        tools::call(app, &batch, "add_task", &milk).await.expect("it is added");
    }
    calls.doubt("add_task");
    let halt = Halt::Failed(Error::Unavailable("the connection was lost".to_owned()));
    let end = Ending::of(begun, &calls).end(Err(halt), ConversationState::default()).await;
    let TurnEvent::Failed(failure) = end else { panic!("it was answered") };
    failure.batch_id
}

#[tokio::test]
async fn a_change_of_which_nobody_heard_is_not_made_again() {
    let chat = Chat::new().await;
    let batch = ends_in_doubt(&chat, true).await;
    assert!(batch.is_some());
    assert_eq!(failed(tries(&chat, "a").await), batch);
    assert_eq!(chat.titles().await, ["milk"]);
}

#[tokio::test]
async fn a_change_that_may_still_arrive_is_waited_for() {
    let chat = Chat::new().await;
    assert_eq!(ends_in_doubt(&chat, false).await, None);
    assert!(matches!(tries(&chat, "a").await, Err(Error::TurnRunning)));
    chat.test.clock.advance_seconds(60);
    scripted(&chat);
    assert!(turn(tries(&chat, "a").await).heard().await.end.is_ok());
}

#[tokio::test]
async fn a_token_that_may_not_read_is_not_answered_what_a_reader_was() {
    let chat = Chat::new().await;
    scripted(&chat);
    assert!(turn(tries(&chat, "a").await).heard().await.end.is_ok());
    let writer = Actor { scopes: Scopes::of(&[Scope::Write]), ..chat.ada.clone() };
    let key = IdempotencyKey::parse("k").expect("a test key is valid");
    let batch = chat.test.batch(&writer).once(Once::new(key, "POST", "/api/chat", b"a"));
    let refused = try_begin(&chat.test, batch, "add milk", None).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}
