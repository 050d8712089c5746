//! What a model says, as it is heard and as it is stored.

use serde_json::json;

use super::*;
use crate::assistant::model::scripted_model::{delta, end};

#[tokio::test]
async fn words_alone_are_an_answer() {
    let chat = Chat::new().await;
    chat.model.says(Reply::text("Good morning, Ada. 🌞"));
    let heard = chat.says("  hello\n").await;
    let answer = heard.answer();
    assert_eq!((heard.steps, heard.text.as_str()), (1, "Good morning, Ada. 🌞"));
    assert_eq!((answer.tool_calls.len(), answer.batch_id.as_ref()), (0, None));
    assert_eq!(answer.provider, "openai-compatible");
    let stored = said(&chat.test, &chat.ada, heard.place).await;
    let expected = [("user", "hello"), ("assistant", "Good morning, Ada. 🌞")];
    assert_eq!(stored, expected.map(|(who, what)| (who.to_owned(), what.to_owned())));
}

#[tokio::test]
async fn the_model_is_told_the_day_the_tools_and_the_message() {
    let chat = Chat::new().await;
    chat.model.says(Reply::text("Hi."));
    chat.says("hello").await;
    let asked = &chat.model.asked()[0].body;
    let [system, user] = <[Value; 2]>::try_from(chat.messages(0)).expect("there are two");
    assert_eq!(system["role"], "system");
    let prompt = system["content"].as_str().unwrap_or_default();
    assert!(prompt.contains("Saturday 2026-11-21") && prompt.contains("UTC"), "{prompt}");
    assert_eq!(user, json!({"role": "user", "content": "hello"}));
    assert_eq!(asked["tool_choice"], "auto");
    let tools = asked["tools"].as_array().expect("there are tools");
    let names: Vec<_> = tools.iter().map(|tool| &tool["function"]["name"]).collect();
    let catalogue: Vec<_> = crate::tools::catalogue().iter().map(|tool| tool.name).collect();
    assert_eq!(json!(names), json!(catalogue));
    let shown = asked.to_string();
    assert!(!shown.contains("user_id") && !shown.contains("ada@example.com"), "{shown}");
}

#[tokio::test]
async fn what_is_said_in_several_steps_is_one_message() {
    let chat = Chat::new().await;
    chat.adds("milk").await;
    let call = json!({"index": 0, "id": "c1", "type": "function",
        "function": {"name": "list_tasks", "arguments": "{}"}});
    chat.model.says(Reply::events(&[
        delta(&json!({"role": "assistant", "content": "Let me look."})),
        delta(&json!({"tool_calls": [call]})),
        end("tool_calls"),
    ]));
    chat.model.says(Reply::text("There is milk."));
    let heard = chat.says("what is on my list?").await;
    assert_eq!(heard.text, "Let me look.\n\nThere is milk.");
    assert_eq!(heard.steps, 2);
}

#[tokio::test]
async fn a_model_without_words_is_spoken_for() {
    let chat = Chat::new().await;
    for words in ["", " \n"] {
        chat.model.says(Reply::text(words));
        let heard = chat.says("hello").await;
        let said = &heard.answer().message.content;
        assert!(said.as_str().contains("without words. No task was changed."), "{said:?}");
    }
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "milk"}))]));
    chat.model.says(Reply::text(""));
    let heard = chat.says("add milk").await;
    assert!(heard.text.contains("have changed tasks"), "{}", heard.text);
    assert!(heard.answer().batch_id.is_some());
}

#[tokio::test]
async fn a_model_that_does_not_stop_is_cut_short() {
    let chat = Chat::new().await;
    chat.model.says(Reply::text(&"é".repeat(100_000)));
    let heard = chat.says("tell me everything").await;
    let length = heard.answer().message.content.as_str().len();
    assert!((16_000..17_000).contains(&length), "{length}");
    assert!(heard.text.ends_with("too long and is left out."));
    // And the conversation goes on.
    chat.model.says(Reply::text("Yes."));
    assert_eq!(chat.goes_on(heard.place, "still there?").await.text, "Yes.");
}

#[tokio::test]
async fn a_nul_in_the_words_harms_nobody() {
    let chat = Chat::new().await;
    chat.model.says(Reply::text("a\0b"));
    assert_eq!(chat.says("hello").await.text, "ab");
}

#[tokio::test]
async fn many_words_at_once_reach_a_listener_who_is_slow() {
    let chat = Chat::new().await;
    let count = |n: usize| format!("{n} ");
    let words: Vec<Value> = (0..500).map(|n| delta(&json!({"content": count(n)}))).collect();
    chat.model.says(Reply::events(&[words, vec![end("stop")]].concat()));
    let events = chat.begins(&chat.ada, "count", None).await.run();
    // The model has said all of it before the first word is heard.
    while events.receiver.len() < events.receiver.max_capacity() {
        tokio::task::yield_now().await;
    }
    let heard = listen(events).await;
    assert_eq!(heard.text, (0..500).map(count).collect::<Vec<_>>().concat());
}

#[tokio::test]
async fn what_no_tool_has_done_is_not_claimed() {
    let chat = Chat::new().await;
    chat.model.says(Reply::text("I've added \"milk\" to your list."));
    let heard = chat.says("add milk").await;
    assert!(heard.text.ends_with("in answer to this message no task was added."), "{}", heard.text);
    assert!(chat.titles().await.is_empty());
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "milk"}))]));
    chat.model.says(Reply::text("I've added \"milk\" to your list."));
    let heard = chat.goes_on(heard.place, "really add it").await;
    assert_eq!(heard.text, "I've added \"milk\" to your list.");
    assert_eq!(chat.titles().await, ["milk"]);
    // The model knows what was said in its place.
    let shown = json!(chat.messages(1)).to_string();
    assert!(shown.contains("no task was added"), "{shown}");
}
