//! What is an answer to a question of the server, and what it does then.

use serde_json::json;

use super::*;

const MINUTE: i64 = 60;

/// Ada is asked whether the milk shall be deleted.
async fn asked() -> (Chat, ConversationId, TaskId) {
    let chat = Chat::new().await;
    let milk = chat.adds("milk").await;
    chat.model.says(Reply::calls(&[("delete_task", json!({"task_id": milk.get()}))]));
    chat.model.says(Reply::text("Well."));
    let heard = chat.says("tidy up").await;
    assert!(heard.text.contains("Shall I delete “milk”"), "{}", heard.text);
    (chat, heard.place, milk)
}

#[tokio::test]
async fn a_yes_that_comes_after_a_quarter_of_an_hour_does_nothing() {
    let (chat, place, _) = asked().await;
    chat.test.clock.advance_seconds(15 * MINUTE + 1);
    let heard = chat.goes_on(place, "yes").await;
    assert!(heard.text.contains("more than 15 minutes ago"), "{}", heard.text);
    assert_eq!(chat.titles().await, ["milk"]);
    chat.model.says(Reply::text("Yes what?"));
    assert_eq!(chat.goes_on(place, "yes").await.text, "Yes what?");

    let (chat, place, _) = asked().await;
    chat.test.clock.advance_seconds(15 * MINUTE);
    chat.goes_on(place, "yes").await;
    assert!(chat.titles().await.is_empty());
}

#[tokio::test]
async fn a_task_that_was_renamed_since_is_not_deleted() {
    let (chat, place, milk) = asked().await;
    let patch = input::task_patch(json!({"title": "Tax return"})).expect("it is a patch");
    let batch = chat.test.batch(&chat.ada);
    tasks::update(&chat.test.app, &batch, milk.into(), patch).await.expect("it is hers");
    let heard = chat.goes_on(place, "yes").await;
    let missed = format!("Not deleted: “milk” (#{milk}) (it is called “Tax return” now).");
    assert_eq!(heard.text, missed);
    assert_eq!(chat.titles().await, ["Tax return"]);
}

#[tokio::test]
async fn a_yes_that_may_be_a_no_is_asked_about_once_more() {
    for message in ["yes?", "no, sorry, yes", "yes... no wait", "yes, delete it?"] {
        let (chat, place, _) = asked().await;
        let heard = chat.goes_on(place, message).await;
        assert!(heard.text.starts_with("I am not sure whether that is a yes."), "{}", heard.text);
        assert!(heard.text.contains("Shall I delete “milk”"), "{message}: {}", heard.text);
        assert_eq!((chat.titles().await.len(), chat.model.asked().len()), (1, 2), "{message}");
        chat.goes_on(place, "yes").await;
        assert!(chat.titles().await.is_empty(), "{message}");
    }
}

#[tokio::test]
async fn an_unclear_answer_that_comes_late_ends_the_question() {
    let (chat, place, _) = asked().await;
    chat.test.clock.advance_seconds(16 * MINUTE);
    let heard = chat.goes_on(place, "yes?").await;
    assert!(heard.text.contains("more than 15 minutes ago"), "{}", heard.text);
    chat.model.says(Reply::text("Yes what?"));
    chat.goes_on(place, "yes").await;
    assert_eq!(chat.titles().await, ["milk"]);
}

/// The built-in assistant undoes, asks, and deletes after a yes: then there is
/// nothing to redo.
#[tokio::test]
async fn a_redo_after_a_yes_does_not_repeat_an_older_undo() {
    let test = TestApp::new().await;
    let ada = test.user("ada").await;
    let mut place = None;
    let mut last = String::new();
    for message in
        ["add milk", "add eggs", "add rice", "undo", "delete tasks 1 and 2", "yes", "redo"]
    {
        let begun = try_begin(&test, test.batch(&ada), message, place).await;
        let heard = turn(begun).heard().await;
        (place, last) = (Some(heard.place), heard.text);
    }
    assert_eq!(last, "There is nothing to redo: I have not undone anything just now.");
}
