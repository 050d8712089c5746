//! Who may begin a turn, and when.

use rondo_domain::{Author, AuthorKind, Door, Scope, Scopes};

use super::*;
use crate::{
    Kind, Limit, Refusal, Why,
    testing::{actor, id},
};

/// An app without a model: what begins is the same.
async fn without_model() -> (TestApp, Actor) {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    (test, ada)
}

async fn tries(test: &TestApp, who: &Actor, place: Option<ConversationId>) -> Result<Begun, Error> {
    try_begin(test, test.batch(who), "hello", place).await
}

#[tokio::test]
async fn the_message_is_stored_before_anybody_answers() {
    let (test, ada) = without_model().await;
    let begun = turn(tries(&test, &ada, None).await);
    let place = begun.conversation_id();
    assert_eq!(said(&test, &ada, place).await, [("user".to_owned(), "hello".to_owned())]);
    assert_eq!(*begun.batch.author(), Author { kind: AuthorKind::Assistant, name: None });
}

#[tokio::test]
async fn a_conversation_that_is_not_there_or_not_ones_own_is_not_found() {
    let (test, ada) = without_model().await;
    let bob = test.user("bob").await;
    let place = test.add_conversation(&ada).await.id;
    for (who, place) in [(&bob, Some(place)), (&ada, ConversationId::new(4711))] {
        let refused = tries(&test, who, place).await;
        assert!(matches!(refused, Err(Error::NotFound(Kind::Conversation))));
    }
    assert!(said(&test, &ada, place).await.is_empty());
    let (_, total) =
        conversations::list(&test.app, &bob, rondo_domain::Page::default()).await.expect("a list");
    assert_eq!(total, 0);
}

#[tokio::test]
async fn who_may_not_write_may_not_chat() {
    let (test, ada) = without_model().await;
    let reader = Actor { scopes: Scopes::of(&[Scope::Read]), ..ada };
    let refused = tries(&test, &reader, None).await;
    let expected = Refusal::MissingScope(Scope::Write);
    assert!(matches!(refused, Err(Error::Forbidden(refusal)) if refusal == expected));
}

#[tokio::test]
async fn a_visitor_gets_a_row_and_a_deleted_user_does_not() {
    let (test, ada) = without_model().await;
    let eve = actor(id("external|eve"));
    let demo = Actor { door: Door::Demo, ..actor(id("demo-user")) };
    for who in [&eve, &demo] {
        let heard = turn(tries(&test, who, None).await).heard().await;
        assert!(heard.end.is_ok());
    }
    let gone = ada.user_id.clone();
    let now = test.app.now();
    test.write(move |txn| async move { txn.delete_user(&gone, now).await }).await;
    let refused = tries(&test, &ada, None).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(Why::InvalidToken))));
}

#[tokio::test]
async fn one_turn_at_a_time_has_the_conversation() {
    let (test, ada) = without_model().await;
    let place = test.add_conversation(&ada).await.id;
    let first = turn(tries(&test, &ada, Some(place)).await);
    let second = tries(&test, &ada, Some(place)).await;
    assert!(matches!(second, Err(Error::TurnRunning)));
    // What was refused is not in the conversation, and others go on.
    assert_eq!(said(&test, &ada, place).await.len(), 1);
    assert!(turn(tries(&test, &ada, None).await).heard().await.end.is_ok());
    assert!(first.heard().await.end.is_ok());
    assert!(turn(tries(&test, &ada, Some(place)).await).heard().await.end.is_ok());
    assert_eq!(said(&test, &ada, place).await.len(), 4);
}

#[tokio::test]
async fn of_many_at_once_one_begins() {
    let (test, ada) = without_model().await;
    let other = test.replica(2, |_| ());
    let place = test.add_conversation(&ada).await.id;
    let tries = (0..10).map(|n| tries(if n % 2 == 0 { &test } else { &other }, &ada, Some(place)));
    let begun = futures_util::future::join_all(tries).await;
    assert_eq!(begun.iter().filter(|begun| begun.is_ok()).count(), 1);
    assert!(begun.iter().flat_map(Result::as_ref).count() == 1);
    let refused = begun.iter().filter(|begun| matches!(begun, Err(Error::TurnRunning)));
    assert_eq!(refused.count(), 9);
    assert_eq!(said(&test, &ada, place).await.len(), 1);
}

#[tokio::test]
async fn a_process_that_died_blocks_the_conversation_for_a_minute() {
    let (test, ada) = without_model().await;
    let place = test.add_conversation(&ada).await.id;
    drop(turn(tries(&test, &ada, Some(place)).await));
    test.clock.advance_seconds(59);
    assert!(matches!(tries(&test, &ada, Some(place)).await, Err(Error::TurnRunning)));
    test.clock.advance_seconds(1);
    assert!(turn(tries(&test, &ada, Some(place)).await).heard().await.end.is_ok());
}

#[tokio::test]
async fn who_says_too_much_is_told_to_wait() {
    let limit = |limits: &mut Limits| {
        limits.chat_per_user = Some(Limit { count: 2, window_seconds: 60 });
    };
    let test = TestApp::with(|settings: &mut Settings| limit(&mut settings.limits)).await;
    let (ada, bob) = (test.user("ada").await, test.user("bob").await);
    for _ in 0..2 {
        assert!(tries(&test, &ada, None).await.is_ok());
    }
    let refused = tries(&test, &ada, None).await;
    assert!(matches!(refused, Err(Error::RateLimited { retry_after_seconds: 60 })));
    assert!(tries(&test, &bob, None).await.is_ok());
    test.clock.advance_seconds(60);
    assert!(tries(&test, &ada, None).await.is_ok());
}

#[tokio::test]
async fn without_a_model_the_built_in_assistant_answers_and_says_so() {
    let (test, ada) = without_model().await;
    let heard = turn(tries(&test, &ada, None).await).heard().await;
    let answer = heard.answer();
    assert_eq!(answer.provider, "builtin");
    assert!(heard.text.contains("built-in assistant"), "{}", heard.text);
}
