//! Users with very many tasks, and orders about many of them.

use super::*;

#[tokio::test]
async fn all_that_are_described_are_completed_up_to_a_bound() {
    let mut chat = Chat::new().await;
    let text = chat.say("complete all my tasks").await.text;
    assert!(text.starts_with("Completed 5 tasks:\n- “Team meeting” (#5)"), "{text}");
    let mut chat = Chat::empty().await;
    for number in 1..=60 {
        chat.add(json!({"title": format!("Chore {number}")})).await;
    }
    let text = chat.say("mark everything as done").await.text;
    assert!(text.contains("Completed 50 tasks"), "{text}");
    assert!(text.contains("\n10 more are left; say it again to go on.\nSay “undo”"), "{text}");
    let text = chat.hears("delete all my tasks").await;
    assert!(text.starts_with("There are 60; I delete at most 50 at once. Shall I"), "{text}");
    let text = chat.hears("set the priority of all tasks to high").await;
    assert!(!text.contains("Changed"), "{text}");
}

/// Where a word is in more tasks than are looked through, only the whole title
/// is certain.
#[tokio::test]
async fn one_of_very_many_is_found_by_its_whole_title() {
    let mut chat = Chat::empty().await;
    chat.is_first = false;
    for number in 1..=120 {
        chat.add(json!({"title": format!("Call customer {number}")})).await;
    }
    chat.add(json!({"title": "Call customer"})).await;
    chat.add(json!({"title": "Water plants"})).await;
    let text = chat.hears("complete the customer task").await;
    assert!(text.starts_with("Too many of your tasks have the words of “customer”"), "{text}");
    let exact = chat.hears("complete call customer").await;
    assert!(exact.starts_with("Too many"), "{exact}");
    let done = chat.does("complete call customer 77").await;
    assert_eq!(done, [call("complete_task", json!({"task_id": 77}))]);
    let done = chat.does("complete water plants").await;
    assert_eq!(done, [call("complete_task", json!({"task_id": 122}))]);
}

/// A task that recurs leaves many behind that are done and called the same.
#[tokio::test]
async fn the_one_that_is_still_to_do_is_found_among_those_done() {
    let mut chat = Chat::empty().await;
    for _ in 0..105 {
        let id = chat.add(json!({"title": "Water plants"})).await;
        chat.tool("complete_task", json!({"task_id": id})).await;
    }
    let id = chat.add(json!({"title": "Water plants"})).await;
    let done = chat.does("complete water plants").await;
    assert_eq!(done, [call("complete_task", json!({"task_id": id}))]);
}

#[tokio::test]
async fn what_a_yes_will_not_delete_is_counted() {
    let mut chat = Chat::empty().await;
    for number in 1..=60 {
        chat.add(json!({"title": format!("Chore {number}")})).await;
    }
    chat.hears("delete all my tasks").await;
    assert_eq!(chat.state.question.map(|question| question.left), Some(10));
    chat.state = ConversationState::default();
    let text = chat.hears("show more").await;
    assert!(text.starts_with("I show at most 20 tasks at once"), "{text}");
}
