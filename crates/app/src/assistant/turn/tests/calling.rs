//! What a model calls: one tool and several, rightly and wrongly, and too many.

use rondo_domain::{AuthorKind, Scope, Scopes};
use serde_json::json;

use super::*;
use crate::{
    assistant::model::scripted_model::{delta, end},
    history,
};

/// A reply whose calls have exactly these arguments, JSON or not.
fn calls_with(calls: &[(&str, &str)]) -> Reply {
    let calls: Vec<Value> = calls
        .iter()
        .enumerate()
        .map(|(index, (name, arguments))| {
            let function = json!({"name": name, "arguments": arguments});
            json!({"index": index, "id": format!("c{index}"), "function": function})
        })
        .collect();
    Reply::events(&[delta(&json!({"tool_calls": calls})), end("tool_calls")])
}

#[tokio::test]
async fn a_call_is_made_told_and_kept() {
    let chat = Chat::new().await;
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "Buy milk"}))]));
    chat.model.says(Reply::text("I've added it."));
    let heard = chat.says("add buy milk").await;
    let answer = heard.answer();
    assert_eq!(chat.titles().await, ["Buy milk"]);
    let [(id, name, arguments)] = &heard.calls[..] else { panic!("{:?}", heard.calls) };
    assert_eq!((name.as_str(), arguments), ("add_task", &json!({"title": "Buy milk"})));
    let [(answered, result, false)] = &heard.results[..] else { panic!("{:?}", heard.results) };
    assert_eq!((id, &result["status"]), (answered, &json!("created")));
    let call = &answer.tool_calls[0];
    assert_eq!((call.tool_name.as_str(), &call.arguments), ("add_task", arguments));
    assert_eq!(serde_json::from_str::<Value>(&call.result).ok().as_ref(), Some(result));

    // What the model was told: data in an envelope, under the id of its call.
    let told = chat.messages(1).pop().expect("there is a last message");
    assert_eq!((&told["role"], &told["tool_call_id"]), (&json!("tool"), &json!(id)));
    assert_eq!(chat.last_content(1), json!({"data": result}));

    // Ada did it, through her assistant, in one batch.
    let batch_id = answer.batch_id.clone().expect("a task has changed");
    let query = input::feed(std::iter::empty()).expect("nothing is a question");
    let feed = history::feed(&chat.test.app, &chat.ada, query).await.expect("there is one");
    let change = &feed.changes[0];
    assert_eq!((&change.batch_id, change.author.kind), (&batch_id, AuthorKind::Assistant));
    let (_, messages) =
        conversations::show(&chat.test.app, &chat.ada, heard.place).await.expect("it is hers");
    assert_eq!(messages[0].turn, None);
    let shown = messages[1].turn.clone().expect("it is an answer");
    assert_eq!((&shown.tool_calls, &shown.batch_id), (&answer.tool_calls, &answer.batch_id));
    assert_eq!(shown.provider, answer.provider);
}

#[tokio::test]
async fn the_calls_of_a_turn_are_undone_together() {
    let chat = Chat::new().await;
    let milk = chat.adds("milk").await;
    chat.model.says(Reply::calls(&[
        ("add_task", json!({"title": "eggs"})),
        ("complete_task", json!({"task_id": milk.get()})),
    ]));
    chat.model.says(Reply::calls(&[("add_task", json!({"title": "rice"}))]));
    chat.model.says(Reply::text("Done."));
    let heard = chat.says("add eggs and rice, milk is done").await;
    assert_eq!((heard.steps, heard.calls.len()), (3, 3));
    assert_eq!(chat.titles().await, ["rice", "eggs", "milk"]);
    chat.model.says(Reply::calls(&[("undo", json!({}))]));
    chat.model.says(Reply::text("I've undone that."));
    let heard = chat.goes_on(heard.place, "undo that").await;
    assert_eq!(heard.text, "I've undone that.");
    assert_eq!(chat.titles().await, ["milk"]);
    assert!(chat.finds(milk).await.is_some_and(|milk| !milk.completed));
}

#[tokio::test]
async fn what_a_tool_refuses_can_be_repaired() {
    let chat = Chat::new().await;
    let milk = chat.adds("milk").await;
    chat.model.says(Reply::calls(&[("complete_task", json!({"task_id": 4711}))]));
    chat.model.says(Reply::calls(&[("complete_task", json!({"task_id": milk.get()}))]));
    chat.model.says(Reply::text("It is done."));
    let heard = chat.says("milk is done").await;
    assert_eq!(chat.last_content(1)["error"]["message"], "Task 4711 not found");
    let errors: Vec<bool> = heard.results.iter().map(|(_, _, is_error)| *is_error).collect();
    assert_eq!(errors, [true, false]);
    assert!(chat.finds(milk).await.is_some_and(|milk| milk.completed));
    assert!(heard.answer().tool_calls[0].result.contains("task_not_found"));
}

#[tokio::test]
async fn tools_that_do_not_exist_and_arguments_that_are_none_are_told_so() {
    let chat = Chat::new().await;
    chat.model.says(calls_with(&[("drop_table", "{}"), ("add_task", "{\"title\": \"mi")]));
    chat.model.says(Reply::text("Sorry."));
    let heard = chat.says("add milk").await;
    assert_eq!(heard.text, "Sorry.");
    let codes: Vec<_> = heard.results.iter().map(|(_, result, _)| &result["code"]).collect();
    assert_eq!(json!(codes), json!(["unknown_tool", "invalid_arguments"]));
    assert_eq!(heard.calls[1].2, json!("{\"title\": \"mi"));
    assert_eq!(chat.model.asked()[1].body["tool_choice"], "auto");
    assert!(chat.titles().await.is_empty());
    // Nothing at all is an empty object.
    chat.model.says(calls_with(&[("list_tasks", "")]));
    chat.model.says(Reply::text("Nothing."));
    assert!(!chat.says("list").await.results[0].2);
}

#[tokio::test]
async fn arguments_without_end_are_not_kept() {
    let chat = Chat::new().await;
    let long = json!({"title": "x".repeat(100_000)}).to_string();
    chat.model.says(calls_with(&[("add_task", &long)]));
    chat.model.says(Reply::text("Sorry."));
    let heard = chat.says("add a long task").await;
    assert_eq!(heard.results[0].1["code"], "invalid_arguments");
    let kept = &heard.answer().tool_calls[0].arguments;
    assert!(kept.as_str().is_some_and(|kept| kept.len() < 1_000));
}

#[tokio::test]
async fn nonsense_is_sent_back_twice_and_not_for_ever() {
    let chat = Chat::new().await;
    for _ in 0..3 {
        chat.model.says(calls_with(&[("no_such_tool", "{}")]));
    }
    chat.model.says(Reply::text("I give up."));
    let heard = chat.says("hello").await;
    assert_eq!((heard.steps, heard.text.as_str()), (4, "I give up."));
    let choices: Vec<_> =
        chat.model.asked().iter().map(|asked| asked.body["tool_choice"].clone()).collect();
    assert_eq!(choices, ["auto", "auto", "auto", "none"]);
}

#[tokio::test]
async fn the_sixth_round_is_for_words() {
    let chat = Chat::new().await;
    for _ in 0..7 {
        chat.model.says(Reply::calls(&[("list_tasks", json!({}))]));
    }
    let heard = chat.says("look, and look again").await;
    assert_eq!((heard.steps, heard.calls.len()), (6, 5));
    let asked = chat.model.asked();
    assert_eq!((asked.len(), &asked[5].body["tool_choice"]), (6, &json!("none")));
    assert!(heard.text.contains("without words"), "{}", heard.text);
    // A call that was not made is not in the history either.
    chat.model.says(Reply::text("Yes."));
    let next = chat.goes_on(heard.place, "and?").await;
    assert_eq!(next.text, "Yes.");
}

#[tokio::test]
async fn at_most_five_changes_and_ten_calls_are_made() {
    let chat = Chat::new().await;
    let titles: Vec<Value> = (0..8).map(|n| json!({"title": format!("task {n}")})).collect();
    let adds: Vec<_> = titles.iter().map(|title| ("add_task", title.clone())).collect();
    chat.model.says(Reply::calls(&adds));
    let looks = vec![("list_tasks", json!({})); 5];
    chat.model.says(Reply::calls(&looks));
    chat.model.says(Reply::text("Five of them."));
    let heard = chat.says("add eight tasks").await;
    assert_eq!(chat.titles().await.len(), 5);
    let codes: Vec<_> = heard.results.iter().map(|(_, result, _)| result["code"].clone()).collect();
    assert_eq!(codes.iter().filter(|code| **code == "too_many_changes").count(), 3);
    assert_eq!(heard.calls.len(), 10);
    let asked = chat.model.asked();
    assert_eq!(asked[2].body["tool_choice"], "none");
    // Each call has an answer, also those that were not made.
    let answers = chat.messages(2).iter().filter(|message| message["role"] == "tool").count();
    assert_eq!(answers, 13);
    assert_eq!(chat.last_content(2)["error"]["code"], "too_many_calls");
}

#[tokio::test]
async fn a_task_of_somebody_else_is_one_that_is_not_there() {
    let chat = Chat::new().await;
    let bob = chat.test.user("bob").await;
    let secret = chat.adds_for(&bob, "secret").await;
    let number = secret.get();
    chat.model.says(Reply::calls(&[
        ("get_task", json!({"task_id": number})),
        ("update_task", json!({"task_id": number, "title": "mine"})),
        ("delete_task", json!({"task_id": number})),
    ]));
    chat.model.says(Reply::calls(&[("list_tasks", json!({"user_id": "bob"}))]));
    chat.model.says(Reply::text("I cannot."));
    let heard = chat.says(&format!("delete {number}")).await;
    for (_, result, is_error) in &heard.results[..3] {
        assert!(is_error);
        assert_eq!(result["message"], format!("Task {number} not found"));
    }
    assert!(heard.results[3].2, "{:?}", heard.results[3]);
    assert!(!format!("{:?}", heard.results).contains("secret"));
    let found = finds(&chat.test, &bob, secret).await.expect("it is where it was");
    assert_eq!((found.title.as_str(), found.version), ("secret", 1));
}

#[tokio::test]
async fn a_token_may_do_through_the_assistant_what_it_may_do_itself() {
    let chat = Chat::new().await;
    let milk = chat.adds("milk").await;
    let scopes = Scopes::of(&[Scope::Read, Scope::Write]);
    let token = Actor { scopes, ..chat.ada.clone() };
    chat.model.says(Reply::calls(&[("delete_task", json!({"task_id": milk.get()}))]));
    chat.model.says(Reply::text("I may not."));
    let heard = chat.begins(&token, "delete milk", None).await.heard().await;
    assert_eq!(heard.results[0].1["code"], "missing_scope");
    assert!(chat.finds(milk).await.is_some());
}

#[tokio::test]
async fn a_long_answer_of_a_tool_is_cut() {
    let chat = Chat::new().await;
    for number in 0..80 {
        chat.adds(&format!("{number} {}", "long ".repeat(35))).await;
    }
    chat.model.says(Reply::calls(&[("list_tasks", json!({"limit": 100}))]));
    chat.model.says(Reply::text("That is a lot."));
    let heard = chat.says("list everything").await;
    let told = chat.messages(1).pop().and_then(|told| told["content"].as_str().map(str::len));
    assert!(told.is_some_and(|length| length < 8 * 1024 + 100), "{told:?}");
    let notice = chat.last_content(1)["data"]["notice"].clone();
    assert!(notice.as_str().is_some_and(|notice| notice.contains("too long")));
    assert!(heard.answer().tool_calls[0].result.len() <= 8 * 1024);
}
