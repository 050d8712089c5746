//! What a model may take away without a question: what the user's own message
//! is an order for, and nothing else.

use serde_json::json;

use super::*;
use crate::history;

fn delete(id: TaskId) -> (&'static str, Value) {
    ("delete_task", json!({"task_id": id.get()}))
}

fn undo() -> (&'static str, Value) {
    ("undo", json!({}))
}

impl Chat {
    /// The model makes these calls in answer to a message, one a round.
    async fn obeys(&self, message: &str, calls: &[(&str, Value)]) -> Heard {
        for call in calls {
            self.model.says(Reply::calls(std::slice::from_ref(call)));
        }
        self.model.says(Reply::text("Well."));
        self.says(message).await
    }

    async fn completes(&self, id: TaskId) {
        let batch = self.test.batch(&self.ada);
        let done = tasks::set_completed(&self.test.app, &batch, id.into(), Some(true)).await;
        done.expect("it is hers");
    }
}

#[tokio::test]
async fn a_number_in_a_question_about_something_else_deletes_nothing() {
    let chat = Chat::new().await;
    let mut ids = Vec::new();
    for title in ["milk", "eggs", "rice"] {
        ids.push(chat.adds(title).await);
    }
    let message = format!("What is due in {} days?", ids[2]);
    let heard = chat.obeys(&message, &[delete(ids[2])]).await;
    assert!(heard.text.contains("Shall I delete “rice”"), "{}", heard.text);
    assert_eq!(chat.titles().await.len(), 3);
}

#[tokio::test]
async fn a_task_that_is_to_be_completed_is_not_deleted() {
    let chat = Chat::new().await;
    let rent = chat.adds("Pay rent").await;
    for message in ["Mark pay rent as done", "cross off pay rent", "don't delete pay rent"] {
        let heard = chat.obeys(message, &[delete(rent)]).await;
        assert!(heard.text.contains("Shall I delete “Pay rent”"), "{message}: {}", heard.text);
        assert!(chat.finds(rent).await.is_some(), "{message}");
    }
}

#[tokio::test]
async fn a_word_of_a_new_task_deletes_no_other_task() {
    let chat = Chat::new().await;
    let buy = chat.adds("Buy").await;
    for message in ["add a task: buy bread", "add delete buy to my list", "delete buy bread"] {
        let heard = chat.obeys(message, &[delete(buy)]).await;
        assert!(heard.text.contains("Shall I delete “Buy”"), "{message}: {}", heard.text);
    }
    assert_eq!(chat.titles().await, ["Buy"]);
}

#[tokio::test]
async fn a_message_that_only_sounds_like_undo_takes_nothing_back() {
    let chat = Chat::new().await;
    let milk = chat.adds("milk").await;
    chat.completes(milk).await;
    for message in ["Remind me to get back to Bob", "how do I undo that?", "don't undo that"] {
        let heard = chat.obeys(message, &[undo(), undo()]).await;
        let question = format!("Shall I undo this change: completed “milk” (#{milk})?");
        assert!(heard.text.contains(&question), "{message}: {}", heard.text);
        assert!(chat.finds(milk).await.is_some_and(|milk| milk.completed), "{message}");
    }
}

#[tokio::test]
async fn one_undo_takes_back_one_change_and_the_next_is_asked_about() {
    let chat = Chat::new().await;
    for title in ["milk", "eggs", "rice"] {
        chat.adds(title).await;
    }
    let heard = chat.obeys("undo that", &[undo(), undo(), undo()]).await;
    assert_eq!(chat.titles().await, ["eggs", "milk"]);
    assert!(heard.text.contains("Shall I undo this change: added “eggs”"), "{}", heard.text);
    let results: Vec<_> = heard.results.iter().map(|(_, result, _)| &result["status"]).collect();
    let asked = "confirmation_required";
    assert_eq!(json!(results), json!(["undone", asked, asked]));
}

#[tokio::test]
async fn an_undo_of_something_else_than_the_last_change_is_asked_about() {
    let chat = Chat::new().await;
    let milk = chat.adds("milk").await;
    let added = history::undoable(&chat.test.app, &chat.ada, None).await;
    let added = added.expect("it is shown").expect("there is one");
    chat.adds("eggs").await;
    let older = ("undo", json!({"batch_id": added.batch_id.as_str()}));
    let heard = chat.obeys("undo that", &[older]).await;
    let question = format!("Shall I undo this change: added “milk” (#{milk})?");
    assert!(heard.text.contains(&question), "{}", heard.text);
    assert_eq!(chat.titles().await, ["eggs", "milk"]);
}

#[tokio::test]
async fn a_redo_does_again_what_was_undone_last() {
    let chat = Chat::new().await;
    chat.adds("milk").await;
    chat.adds("eggs").await;
    let undone = chat.obeys("undo", &[undo()]).await;
    assert_eq!(chat.titles().await, ["milk"]);
    // Without the name it would take back the milk.
    let heard = chat.obeys("redo", &[undo()]).await;
    assert!(heard.text.contains("Shall I undo this change: added “milk”"), "{}", heard.text);
    let again = ("undo", json!({"batch_id": undone.results[0].1["batch_id"]}));
    assert_eq!(chat.obeys("redo that", &[again]).await.text, "Well.");
    assert_eq!(chat.titles().await.len(), 2);
}

#[tokio::test]
async fn where_nothing_can_be_undone_nothing_is_asked() {
    let chat = Chat::new().await;
    let strange = [undo(), ("undo", json!({"batch_id": "no/batch"}))];
    let heard = chat.obeys("tidy up", &strange).await;
    let codes: Vec<_> = heard.results.iter().map(|(_, result, _)| &result["code"]).collect();
    assert_eq!(json!(codes), json!(["change_not_found", "validation_error"]));
    assert_eq!(heard.text, "Well.");
}

#[tokio::test]
async fn a_yes_undoes_what_was_asked_about_and_not_what_came_after() {
    let chat = Chat::new().await;
    let milk = chat.adds("milk").await;
    let heard = chat.obeys("what is on my list?", &[undo()]).await;
    chat.adds("eggs").await;
    let heard = chat.goes_on(heard.place, "yes").await;
    assert_eq!(heard.text, format!("I have undone that change: added “milk” (#{milk})."));
    assert_eq!(chat.titles().await, ["eggs"]);
}

#[tokio::test]
async fn a_question_about_undoing_names_a_few_of_the_tasks() {
    let chat = Chat::new().await;
    let titles = ["a", "b", "c", "d", "e", "f", "g"];
    let adds: Vec<_> = titles.iter().map(|it| ("add_task", json!({"title": it}))).collect();
    chat.model.says(Reply::calls(&adds[..5]));
    chat.model.says(Reply::text("Added 5 tasks."));
    chat.says("add a to e").await;
    let heard = chat.obeys("what is new?", &[undo()]).await;
    for title in &titles[..5] {
        assert!(heard.text.contains(&format!("added “{title}”")), "{}", heard.text);
    }
    let ids: Vec<TaskId> = chat.ids().await;
    chat.model.says(Reply::calls(&ids.iter().map(|id| delete(*id)).collect::<Vec<_>>()));
    chat.model.says(Reply::text("Well."));
    let heard = chat.says("delete all tasks").await;
    chat.goes_on(heard.place, "yes").await;
    let heard = chat.obeys("what is new?", &[undo()]).await;
    assert_eq!(heard.text.matches("deleted “").count(), 5, "{}", heard.text);
}
