//! How much of a conversation the model is shown, and in which form.

use rondo_domain::{MessageContent, Role, Scope, Scopes};
use serde_json::json;

use super::*;
use crate::assistant::model::scripted_model::{delta, end};

/// The roles of the messages of a request, between the system's and the user's.
fn roles(messages: &[Value]) -> Vec<String> {
    let past = &messages[1..messages.len() - 1];
    past.iter().map(|message| message["role"].as_str().unwrap_or("?").to_owned()).collect()
}

/// A call with what only this provider adds to it.
fn signed_call() -> Reply {
    let call = json!({
        "index": 0, "id": "sig-1", "type": "function",
        "function": {"name": "add_task", "arguments": "{\"title\":\"milk\"}"},
        "extra_content": {"google": {"thought_signature": "c2lnbmVk"}},
    });
    Reply::events(&[delta(&json!({"role": "assistant", "tool_calls": [call]})), end("tool_calls")])
}

#[tokio::test]
async fn the_same_provider_gets_its_messages_back_as_they_were() {
    let chat = Chat::new().await;
    chat.model.says(signed_call());
    chat.model.says(Reply::text("I've added milk."));
    let place = chat.says("add milk").await.place;
    chat.model.says(Reply::text("One."));
    chat.goes_on(place, "how many?").await;
    let messages = chat.messages(2);
    assert_eq!(roles(&messages), ["user", "assistant", "tool", "assistant"]);
    let call = &messages[2]["tool_calls"][0];
    assert_eq!(call["extra_content"]["google"]["thought_signature"], "c2lnbmVk");
    assert_eq!((&call["id"], &messages[3]["tool_call_id"]), (&json!("sig-1"), &json!("sig-1")));
    assert_eq!(messages[4]["content"], "I've added milk.");
}

#[tokio::test]
async fn a_token_that_may_not_read_does_not_hear_what_was_said() {
    let chat = Chat::new().await;
    chat.model.says(Reply::text("Milk and eggs."));
    let place = chat.says("what is on my list?").await.place;
    let writer = Actor { scopes: Scopes::of(&[Scope::Write]), ..chat.ada.clone() };
    chat.model.says(Reply::text("I cannot say."));
    chat.begins(&writer, "what was that?", Some(place)).await.heard().await;
    assert_eq!(chat.messages(1).len(), 2);
}

#[tokio::test]
async fn another_provider_gets_the_words_alone() {
    let chat = Chat::new().await;
    chat.model.says(signed_call());
    chat.model.says(Reply::text("I've added milk."));
    let place = chat.says("add milk").await.place;
    let other = ScriptedModel::start().await;
    let endpoint = endpoint(&other.base_url());
    let test = chat.test.replica(2, |settings| settings.assistant = Some(endpoint));
    other.says(Reply::text("One."));
    let begun = try_begin(&test, test.batch(&chat.ada), "how many?", Some(place)).await;
    assert_eq!(turn(begun).heard().await.text, "One.");
    let asked = other.asked();
    let messages = asked[0].body["messages"].as_array().expect("there are messages");
    assert_eq!(roles(messages), ["user", "assistant"]);
    assert!(!asked[0].body["messages"].to_string().contains("c2lnbmVk"));
}

/// Turns of a conversation as they are stored, without any provider's part.
async fn stored(chat: &Chat, turns: &[(String, String)]) -> ConversationId {
    let place = chat.test.add_conversation(&chat.ada).await.id;
    let (owner, now) = (chat.ada.user_id.clone(), chat.test.app.now());
    let turns = turns.to_vec();
    chat.test
        .write(move |txn| async move {
            for (question, answer) in turns {
                for (role, words) in [(Role::User, question), (Role::Assistant, answer)] {
                    let content = MessageContent::parse(words).expect("these are words");
                    txn.insert_message(&owner, place, role, &content, now).await?;
                }
            }
            Ok(())
        })
        .await;
    place
}

#[tokio::test]
async fn the_last_twenty_messages_are_shown_and_whole_turns_of_them() {
    let chat = Chat::new().await;
    let turns: Vec<_> = (0..30).map(|n| (format!("q{n}"), format!("a{n}"))).collect();
    let place = stored(&chat, &turns).await;
    chat.model.says(Reply::text("Yes."));
    chat.goes_on(place, "go on").await;
    let messages = chat.messages(0);
    assert_eq!(messages.len(), 22);
    assert_eq!(messages[1], json!({"role": "user", "content": "q20"}));
    assert_eq!(messages[20], json!({"role": "assistant", "content": "a29"}));
}

#[tokio::test]
async fn what_is_shown_has_a_length_and_ends_on_a_whole_turn() {
    let chat = Chat::new().await;
    let long = "é".repeat(4_000);
    let turns: Vec<_> = (0..5).map(|n| (format!("q{n}"), format!("{n} {long}"))).collect();
    let place = stored(&chat, &turns).await;
    chat.model.says(Reply::text("Yes."));
    chat.goes_on(place, "go on").await;
    let messages = chat.messages(0);
    assert_eq!(roles(&messages), ["user", "assistant", "user", "assistant"]);
    assert_eq!(messages[1]["content"], "q3");
    // One turn that is longer than all that may be shown is left out.
    let place = stored(&chat, &[("q".to_owned(), "x".repeat(20_000))]).await;
    chat.model.says(Reply::text("Yes."));
    chat.goes_on(place, "go on").await;
    assert_eq!(chat.messages(1).len(), 2);
}

#[tokio::test]
async fn a_turn_with_many_calls_is_shown_in_words_when_it_is_too_long() {
    let chat = Chat::new().await;
    for number in 0..80 {
        chat.adds(&format!("{number} {}", "long ".repeat(35))).await;
    }
    chat.model.says(Reply::calls(&[("list_tasks", json!({"limit": 100}))]));
    chat.model.says(Reply::calls(&[("list_tasks", json!({"limit": 99}))]));
    chat.model.says(Reply::text("That is a lot."));
    let place = chat.says("list everything, twice").await.place;
    chat.model.says(Reply::text("Yes."));
    chat.goes_on(place, "go on").await;
    let messages = chat.messages(3);
    assert_eq!(roles(&messages), ["user", "assistant"]);
    assert_eq!(messages[2]["content"], "That is a lot.");
}

#[tokio::test]
async fn a_conversation_that_begins_with_the_assistant_is_shown_from_the_user_on() {
    let chat = Chat::new().await;
    let place = chat.test.add_conversation(&chat.ada).await.id;
    let (owner, now) = (chat.ada.user_id.clone(), chat.test.app.now());
    chat.test
        .write(move |txn| async move {
            for (role, words) in
                [(Role::Assistant, "Hi!"), (Role::User, "one"), (Role::User, "two")]
            {
                let content = MessageContent::parse(words.to_owned()).expect("these are words");
                txn.insert_message(&owner, place, role, &content, now).await?;
            }
            Ok(())
        })
        .await;
    chat.model.says(Reply::text("Yes."));
    chat.goes_on(place, "three").await;
    assert_eq!(roles(&chat.messages(0)), ["user", "assistant", "user", "assistant"]);
}
