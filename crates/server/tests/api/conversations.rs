//! Conversations, for looking back at them. The messages are put in behind
//! the door.

use rondo_domain::{ConversationId, MessageContent, Role, Timestamp, UserId};
use serde_json::{Value, json};

use crate::support::{Person, START, TestApp};

on_both_databases! {
    the_last_used_conversation_comes_first,
    a_list_is_shown_in_pages,
    a_conversation_is_shown_with_its_messages_oldest_first,
    an_answer_is_shown_with_what_was_done_for_it,
    a_deleted_conversation_is_gone_with_its_messages,
    somebody_elses_conversation_is_not_found,
    what_is_no_number_is_refused,
}

/// Begins a conversation of a person's, that many seconds after the start.
async fn begin(test: &TestApp, owner: &Person, seconds: i64) -> ConversationId {
    let (owner, now) = (id_of(owner), later(seconds));
    test.write(move |txn| async move { txn.insert_conversation(&owner, now).await }).await.id
}

async fn say(test: &TestApp, owner: &Person, id: ConversationId, words: [&'static str; 2]) {
    let (owner, now) = (id_of(owner), later(60));
    test.write(move |txn| async move {
        for (role, words) in [Role::User, Role::Assistant].into_iter().zip(words) {
            let content = MessageContent::parse(words.to_owned()).expect("these are words");
            txn.insert_message(&owner, id, role, &content, now).await?;
        }
        Ok(())
    })
    .await;
}

fn id_of(person: &Person) -> UserId {
    UserId::parse(&person.id).expect("a test's name is an id")
}

fn later(seconds: i64) -> Timestamp {
    START.plus_seconds(seconds)
}

fn ids(list: &Value) -> Vec<i64> {
    let conversations = list["conversations"].as_array().expect("there is a list");
    conversations.iter().filter_map(|conversation| conversation["id"].as_i64()).collect()
}

async fn the_last_used_conversation_comes_first(test: TestApp) {
    let ada = test.ada().await;
    for path in ["/api/conversations", "/api/ada/conversations"] {
        let list = ada.get(path).await.is(200).json();
        assert_eq!(list, json!({"conversations": [], "total": 0, "limit": 100, "offset": 0}));
    }
    let old = begin(&test, &ada, 0).await;
    let new = begin(&test, &ada, 30).await;
    for path in ["/api/conversations", "/api/ada/conversations"] {
        let list = ada.get(path).await.is(200).json();
        assert_eq!(ids(&list), [new.get(), old.get()]);
        assert_eq!(list["total"], 2);
    }
    say(&test, &ada, old, ["hello", "hi"]).await;
    let list = ada.get("/api/conversations").await.is(200).json();
    assert_eq!(
        list["conversations"][0],
        json!({
            "id": old.get(),
            "user_id": "ada",
            "created_at": "2026-11-21T09:30:00.000Z",
            "updated_at": "2026-11-21T09:31:00.000Z",
        })
    );
}

async fn a_list_is_shown_in_pages(test: TestApp) {
    let ada = test.ada().await;
    for seconds in 0..5 {
        begin(&test, &ada, seconds).await;
    }
    for (query, expected) in [
        ("limit=2", &[5, 4][..]),
        ("limit=2&offset=2", &[3, 2]),
        ("offset=4", &[1]),
        ("offset=5", &[]),
    ] {
        let list = ada.get(&format!("/api/conversations?{query}")).await.is(200).json();
        assert_eq!(ids(&list), expected, "{query}");
        assert_eq!(list["total"], 5);
    }
    let problems = ada.get("/api/conversations?limit=0&offset=-1").await.problems();
    assert_eq!(problems, ["query.limit greater_than_equal", "query.offset greater_than_equal"]);
    ada.get("/api/ada/conversations?limit=1001").await.is(422);
}

async fn a_conversation_is_shown_with_its_messages_oldest_first(test: TestApp) {
    let ada = test.ada().await;
    let id = begin(&test, &ada, 0).await;
    let other = begin(&test, &ada, 0).await;
    say(&test, &ada, id, ["Add milk to my list", "Done."]).await;
    say(&test, &ada, other, ["What is left?", "Nothing."]).await;
    say(&test, &ada, id, ["Thanks", "You are welcome."]).await;
    for path in [format!("/api/conversations/{id}"), format!("/api/ada/conversations/{id}")] {
        let shown = ada.get(&path).await.is(200).json();
        let messages = shown["messages"].as_array().expect("there are messages");
        let said: Vec<_> = messages.iter().map(|m| (&m["role"], &m["content"])).collect();
        assert_eq!(
            json!(said),
            json!([
                ["user", "Add milk to my list"],
                ["assistant", "Done."],
                ["user", "Thanks"],
                ["assistant", "You are welcome."],
            ])
        );
        assert_eq!(messages[0]["created_at"], "2026-11-21T09:31:00.000Z");
        assert_eq!(shown["id"], id.get());
        assert_eq!(shown["user_id"], "ada");
    }
}

async fn an_answer_is_shown_with_what_was_done_for_it(test: TestApp) {
    let ada = test.ada().await;
    let answer = ada.post("/api/chat", json!({"message": "add milk"})).await.is(200).json();
    let id = answer["conversation_id"].clone();
    let body = json!({"message": "thanks", "conversation_id": id});
    ada.post("/api/chat", body).await.is(200);
    let shown = ada.get(&format!("/api/conversations/{id}")).await.is(200).json();
    let [question, done, _, thanked] = &shown["messages"].as_array().expect("a list")[..] else {
        panic!("{shown}");
    };
    for field in ["tool_calls", "batch_id", "provider"] {
        assert_eq!(done[field], answer[field], "{field}");
        assert_eq!(question.get(field), None, "the user has no {field}");
    }
    assert_eq!(done["tool_calls"][0]["tool_name"], "add_task");
    assert_eq!((&thanked["tool_calls"], &thanked["batch_id"]), (&json!([]), &json!(null)));
    assert_eq!(thanked["provider"], "builtin");
    // What came in some other way was done by nobody we know.
    let imported = begin(&test, &ada, 0).await;
    say(&test, &ada, imported, ["hello", "hi"]).await;
    let shown = ada.get(&format!("/api/conversations/{imported}")).await.is(200).json();
    assert_eq!(shown["messages"][1].get("tool_calls"), None);
}

async fn a_deleted_conversation_is_gone_with_its_messages(test: TestApp) {
    let ada = test.ada().await;
    for family in ["/api", "/api/ada"] {
        let id = begin(&test, &ada, 0).await;
        say(&test, &ada, id, ["hello", "hi"]).await;
        let path = format!("{family}/conversations/{id}");
        ada.delete(&path).await.is(204);
        ada.get(&path).await.is(404).saying("Conversation not found");
        ada.delete(&path).await.is(404).coded("conversation_not_found");
        assert_eq!(ada.get("/api/conversations").await.json()["total"], 0);
    }
}

async fn somebody_elses_conversation_is_not_found(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let id = begin(&test, &ada, 0).await;
    say(&test, &ada, id, ["a secret", "kept"]).await;
    let path = format!("/api/conversations/{id}");
    let hidden = bob.get(&path).await.is(404).saying("Conversation not found");
    // There is nothing to tell it from one that never was.
    assert_eq!(hidden.body, bob.get("/api/conversations/999").await.is(404).body);
    bob.delete(&path).await.is(404);
    bob.get(&format!("/api/bob/conversations/{id}")).await.is(404);
    bob.get(&format!("/api/ada/conversations/{id}")).await.is(403).saying("Access denied");
    assert_eq!(bob.get("/api/conversations").await.json()["total"], 0);
    ada.get(&path).await.is(200);
}

async fn what_is_no_number_is_refused(test: TestApp) {
    let ada = test.ada().await;
    let problems = ada.get("/api/conversations/abc").await.problems();
    assert_eq!(problems, ["path.conversation_id int_parsing"]);
    ada.delete("/api/ada/conversations/x").await.is(422);
    for id in ["0", "-1", "9007199254740992"] {
        ada.get(&format!("/api/conversations/{id}")).await.is(404);
    }
}
