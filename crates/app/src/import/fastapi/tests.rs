//! Tasks and conversations of a Python server, brought once and again.

use std::collections::HashSet;

use rondo_domain::{Conversation, ConversationId, MessageContent, Task, TaskId};
use rondo_store::Value;
use serde_json::json;

use super::{Conversations, Messages, Tasks};
use crate::{
    import::{
        reason::Reason,
        report::TableReport,
        testing::{bring, context, named, numbers, remarks, second, text},
    },
    input, tasks,
    testing::{NOW, TestApp, actor, id},
};

/// The database of a Python server, as far as it is read.
#[derive(Clone, Default)]
struct Source {
    tasks: Vec<Vec<Value>>,
    conversations: Vec<Vec<Value>>,
    messages: Vec<Vec<Value>>,
}

impl Source {
    fn of(tasks: Vec<Vec<Value>>) -> Self {
        Self { tasks, ..Self::default() }
    }

    /// Brings everything; the figures of a rehearsal are the same.
    async fn bring(&self, scene: &TestApp) -> [TableReport; 3] {
        let rehearsed = self.bring_in(scene, true).await;
        let brought = self.bring_in(scene, false).await;
        for (rehearsed, brought) in rehearsed.iter().zip(&brought) {
            // A rehearsal does not know what new number a row would get.
            assert_eq!(numbers(rehearsed), numbers(brought));
            assert_eq!(remarks(rehearsed), remarks(brought));
        }
        brought
    }

    async fn bring_in(&self, scene: &TestApp, is_rehearsal: bool) -> [TableReport; 3] {
        let context = context(is_rehearsal);
        let mut tasks = Tasks::new(NOW);
        let of_tasks = bring(scene, context, &mut tasks, &self.tasks).await;
        let mut pass = Conversations::new(NOW, tasks.made());
        let of_conversations = bring(scene, context, &mut pass, &self.conversations).await;
        let mut messages = Messages::new(NOW, pass.places());
        let of_messages = bring(scene, context, &mut messages, &self.messages).await;
        [of_tasks, of_conversations, of_messages]
    }

    async fn numbers(&self, scene: &TestApp) -> [[u64; 4]; 3] {
        self.bring(scene).await.map(|report| numbers(&report))
    }
}

/// A row of `task`: pending, made at this second of 2026.
fn task(number: i64, owner: &str, title: &str, made: i64) -> Vec<Value> {
    vec![
        Value::Integer(number),
        text(owner),
        text(title),
        text("about it"),
        Value::Bool(false),
        second(made),
        second(made + 60),
    ]
}

fn conversation(number: i64, owner: &str) -> Vec<Value> {
    vec![Value::Integer(number), text(owner), second(0), second(0)]
}

fn message(number: i64, conversation: i64, role: &str, words: &str) -> Vec<Value> {
    let (id, conversation) = (Value::Integer(number), Value::Integer(conversation));
    vec![id, conversation, text(role), text(words), Value::Null, second(number), Value::Null]
}

/// The same row with another value in a column.
fn but(mut row: Vec<Value>, column: usize, value: Value) -> Vec<Value> {
    row[column] = value;
    row
}

async fn list_with(scene: &TestApp, owner: &str, status: &str) -> tasks::Listed {
    let asked = input::listing([("status".into(), status.into())].into_iter());
    let asked = asked.expect("a test status is one");
    tasks::list(&scene.app, &actor(id(owner)), asked).await.expect("it is there")
}

async fn list(scene: &TestApp, owner: &str) -> Vec<Task> {
    let list = list_with(scene, owner, "all").await;
    list.tasks.into_iter().map(|shown| shown.task).collect()
}

/// How many tasks there are, and how many of them are done.
async fn totals(scene: &TestApp, owner: &str) -> (i64, i64) {
    let all = list_with(scene, owner, "all").await.total;
    (all, list_with(scene, owner, "completed").await.total)
}

async fn found(scene: &TestApp, owner: &str, number: i64) -> Option<Task> {
    list(scene, owner).await.into_iter().find(|task| task.id.get() == number)
}

async fn titles(scene: &TestApp, owner: &str) -> Vec<String> {
    let tasks = list(scene, owner).await;
    tasks.iter().map(|task| format!("{} {}", task.id, task.title.as_str())).collect()
}

async fn add(scene: &TestApp, owner: &str, title: &str) -> Task {
    let new = input::new_task(json!({"title": title})).expect("a short title");
    let batch = scene.batch(&actor(id(owner)));
    tasks::create(&scene.app, &batch, new).await.expect("it can be stored").value.task
}

async fn change(scene: &TestApp, owner: &str, number: i64, title: &str) {
    let patch = input::task_patch(json!({"title": title})).expect("a short title");
    let number = TaskId::new(number).expect("a test's number is one");
    let batch = scene.batch(&actor(id(owner)));
    tasks::update(&scene.app, &batch, number.into(), patch).await.expect("it is there");
}

#[tokio::test]
async fn a_task_comes_with_its_id_its_owner_and_its_past() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let done = but(task(7, "ada", "Buy tea", 10), 4, Value::Integer(1));
    let bare = but(task(9, "ada", " Buy oats ", 20), 3, Value::Null);
    let source = Source::of(vec![task(5, "ada", "Buy milk", 0), done, bare]);
    assert_eq!(source.numbers(&scene).await[0], [3, 0, 0, 0]);
    assert_eq!(titles(&scene, "ada").await, ["9 Buy oats", "7 Buy tea", "5 Buy milk"]);
    assert_eq!(totals(&scene, "ada").await, (3, 1));
    let tea = found(&scene, "ada", 7).await.expect("it was brought");
    assert!(tea.completed);
    assert_eq!(tea.created_at.to_string(), "2026-01-01T00:00:10.000Z");
    assert_eq!(tea.updated_at.to_string(), "2026-01-01T00:01:10.000Z");
    assert_eq!(source.numbers(&scene).await[0], [0, 0, 3, 0]);
}

#[tokio::test]
async fn what_changed_over_there_follows_and_what_changed_here_stays() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let tasks = ["Buy milk", "Buy tea", "Buy oats", "Buy soap"];
    let rows = (1..).zip(tasks).map(|(number, title)| task(number, "ada", title, 0));
    let mut source = Source::of(rows.collect());
    source.bring(&scene).await;
    change(&scene, "ada", 2, "Buy green tea").await;
    change(&scene, "ada", 3, "Buy wheat").await;
    let gone = TaskId::new(4).expect("four is a number");
    let batch = scene.batch(&actor(id("ada")));
    tasks::delete(&scene.app, &batch, gone.into()).await.expect("it is there");
    source.tasks[0] = but(but(task(1, "ada", "Buy milk", 0), 4, text("true")), 6, second(900));
    source.tasks[2] = task(3, "ada", "Buy rye", 0);
    source.tasks.push(task(5, "ada", "Buy salt", 0));
    let [report, ..] = source.bring(&scene).await;
    assert_eq!(numbers(&report), [1, 1, 1, 2]);
    assert_eq!(named(&report, Reason::ChangedHere), ["3 (user ada)"]);
    assert_eq!(named(&report, Reason::DeletedHere), ["4 (user ada)"]);
    let expected = ["5 Buy salt", "3 Buy wheat", "2 Buy green tea", "1 Buy milk"];
    assert_eq!(titles(&scene, "ada").await, expected);
    let milk = found(&scene, "ada", 1).await.expect("it is here");
    assert!(milk.completed);
    assert_eq!(milk.updated_at.to_string(), "2026-01-01T00:15:00.000Z");
    assert_eq!(totals(&scene, "ada").await, (4, 1));
    assert_eq!(source.numbers(&scene).await[0], [0, 0, 3, 2]);
}

#[tokio::test]
async fn a_task_whose_id_is_taken_gets_a_new_one_once() {
    let scene = TestApp::new().await;
    for name in ["ada", "bob"] {
        scene.add_user(name).await;
    }
    add(&scene, "bob", "Write").await;
    add(&scene, "ada", "Read").await;
    let rows = vec![
        task(1, "ada", "Buy milk", 0),
        task(2, "ada", "Buy tea", 0),
        task(40, "ada", "Buy oats", 0),
        but(task(0, "ada", "Buy soap", 0), 0, text("0a1b")),
        task(i64::MAX, "ada", "Buy salt", 0),
    ];
    let source = Source::of(rows);
    let [report, ..] = source.bring(&scene).await;
    assert_eq!(numbers(&report), [5, 0, 0, 0]);
    assert_eq!(remarks(&report), [(Reason::Renumbered, 4)]);
    assert_eq!(named(&report, Reason::Renumbered)[0], "1 (41 here)");
    let ids: HashSet<i64> = list(&scene, "ada").await.iter().map(|task| task.id.get()).collect();
    assert_eq!(ids, HashSet::from([2, 40, 41, 42, 43, 44]));
    change(&scene, "ada", 41, "Buy oat milk").await;
    assert_eq!(source.numbers(&scene).await[0], [0, 0, 5, 0]);
    assert_eq!(titles(&scene, "bob").await, ["1 Write"]);
}

#[tokio::test]
async fn tasks_of_two_servers_with_the_same_ids_are_all_brought() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let one = Source::of(vec![task(1, "ada", "Buy milk", 0)]);
    let other = Source::of(vec![task(1, "ada", "Buy tea", 5)]);
    for expected in [[1, 0, 0, 0], [0, 0, 1, 0]] {
        assert_eq!(one.numbers(&scene).await[0], expected);
        assert_eq!(other.numbers(&scene).await[0], expected);
    }
    assert_eq!(titles(&scene, "ada").await.len(), 2);
}

#[tokio::test]
async fn a_task_that_came_in_another_way_is_known_by_its_id_and_birthday() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let source = Source::of(vec![task(1, "ada", "Buy milk", 0), task(2, "ada", "Buy tea", 0)]);
    source.bring(&scene).await;
    // Without what is remembered of it, as after a copy by hand.
    let copied = TestApp::new().await;
    copied.add_user("ada").await;
    for task in list(&scene, "ada").await {
        copied.write(move |txn| async move { txn.insert_imported_task(&task).await }).await;
    }
    change(&copied, "ada", 2, "Buy green tea").await;
    let [report, ..] = source.bring(&copied).await;
    assert_eq!(numbers(&report), [0, 0, 1, 1]);
    assert_eq!(named(&report, Reason::DiffersHere), ["2 (user ada)"]);
}

#[tokio::test]
async fn an_owner_without_an_account_gets_a_row_and_a_deleted_one_does_not() {
    let scene = TestApp::new().await;
    scene.add_user("bob").await;
    scene.write(move |txn| async move { txn.delete_user(&id("bob"), NOW).await }).await;
    let mut source = Source::of(vec![task(1, "ada", "Buy milk", 0), task(2, "bob", "Buy tea", 0)]);
    source.tasks.push(task(3, "ada", "Buy oats", 0));
    source.conversations = vec![conversation(1, "ada"), conversation(2, "bob")];
    source.messages = vec![message(1, 2, "user", "Hello")];
    let [tasks, conversations, messages] = source.bring(&scene).await;
    assert_eq!(named(&tasks, Reason::OwnerMade), ["ada"]);
    assert_eq!(named(&tasks, Reason::UserDeleted), ["2 (user bob)"]);
    assert_eq!(remarks(&conversations), [(Reason::UserDeleted, 1)]);
    assert_eq!(remarks(&messages), [(Reason::NoConversation, 1)]);
    assert_eq!(titles(&scene, "ada").await, ["3 Buy oats", "1 Buy milk"]);
}

#[tokio::test]
async fn a_row_that_makes_no_task_is_named_with_its_reason() {
    let scene = TestApp::new().await;
    for (column, value, expected) in [
        (0, Value::Null, Reason::BadId),
        (1, Value::Null, Reason::BadOwner),
        (1, text(" "), Reason::BadOwner),
        (2, Value::Null, Reason::Blank),
        (2, text(" \t"), Reason::Blank),
        (2, text(&"x".repeat(201)), Reason::TooLong),
        (2, Value::Bytes(vec![255]), Reason::NotText),
        (2, text("a\0b"), Reason::NotText),
        (3, text(&"x".repeat(1001)), Reason::TooLong),
        (4, text("perhaps"), Reason::BadCompleted),
        (5, text("yesterday"), Reason::BadDate),
    ] {
        let source = Source::of(vec![but(task(1, "ada", "Buy milk", 0), column, value)]);
        let [report, ..] = source.bring(&scene).await;
        assert_eq!(remarks(&report), [(expected, 1)]);
    }
    assert!(list(&scene, "ada").await.is_empty());
}

#[tokio::test]
async fn a_task_without_a_birthday_gets_one_and_is_known_again() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let row = but(but(task(1, "ada", "Buy milk", 0), 5, Value::Null), 6, Value::Null);
    let source = Source::of(vec![row]);
    let [report, ..] = source.bring(&scene).await;
    assert_eq!(remarks(&report), [(Reason::NoDate, 1)]);
    assert_eq!(found(&scene, "ada", 1).await.expect("it was brought").created_at, NOW);
    scene.clock.advance_seconds(60);
    assert_eq!(source.numbers(&scene).await[0], [0, 0, 1, 0]);
}

/// What is said in a conversation of ada's, oldest first, and when it was
/// last used.
async fn words(scene: &TestApp, number: i64) -> (Vec<String>, Option<Conversation>) {
    let place = ConversationId::new(number).expect("a test's number is one");
    let read = move |txn: rondo_store::Txn| async move {
        let messages = txn.list_messages(&id("ada"), place, 100).await?;
        Ok((messages, txn.find_conversation(&id("ada"), place).await?))
    };
    let (messages, found) = scene.write(read).await;
    let said = messages.iter().map(|m| format!("{}: {}", m.role.as_str(), m.content.as_str()));
    (said.collect(), found)
}

#[tokio::test]
async fn a_conversation_comes_with_its_messages() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let mut source = Source {
        conversations: vec![conversation(5, "ada")],
        // SQLModel writes an enumeration in capitals.
        messages: vec![message(1, 5, "USER", "Hello"), message(2, 5, "assistant", "Yes?")],
        ..Source::default()
    };
    assert_eq!(source.numbers(&scene).await[1..], [[1, 0, 0, 0], [2, 0, 0, 0]]);
    let (said, found) = words(&scene, 5).await;
    assert_eq!(said, ["user: Hello", "assistant: Yes?"]);
    let last_used = found.expect("it was brought").updated_at.to_string();
    assert_eq!(last_used, "2026-01-01T00:00:02.000Z");
    source.messages.push(message(3, 5, "user", "Hello"));
    assert_eq!(source.numbers(&scene).await[1..], [[0, 0, 1, 0], [1, 0, 2, 0]]);
    assert_eq!(words(&scene, 5).await.0.len(), 3);
}

#[tokio::test]
async fn messages_follow_their_conversation_to_its_new_id() {
    let scene = TestApp::new().await;
    let ada = scene.user("ada").await;
    let taken = scene.add_conversation(&ada).await;
    let hello = MessageContent::parse("Hi".to_owned()).expect("it is short");
    let (owner, place) = (ada.user_id, taken.id);
    scene
        .write(move |txn| async move {
            let role = rondo_domain::Role::User;
            txn.insert_message(&owner, place, role, &hello, NOW).await
        })
        .await;
    let source = Source {
        conversations: vec![conversation(1, "ada")],
        messages: vec![message(1, 1, "user", "Hello"), message(2, 1, "assistant", "Yes?")],
        ..Source::default()
    };
    let [_, conversations, messages] = source.bring(&scene).await;
    assert_eq!(named(&conversations, Reason::Renumbered), ["1 (2 here)"]);
    assert_eq!(numbers(&messages), [2, 0, 0, 0]);
    assert_eq!(remarks(&messages), [(Reason::Renumbered, 1)]);
    assert_eq!(words(&scene, 1).await.0, ["user: Hi"]);
    assert_eq!(words(&scene, 2).await.0, ["user: Hello", "assistant: Yes?"]);
    assert_eq!(source.numbers(&scene).await[1..], [[0, 0, 1, 0], [0, 0, 2, 0]]);
}

#[tokio::test]
async fn a_conversation_that_was_deleted_here_does_not_come_back() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let source = Source {
        conversations: vec![conversation(5, "ada")],
        messages: vec![message(1, 5, "user", "Hello")],
        ..Source::default()
    };
    source.bring(&scene).await;
    let place = ConversationId::new(5).expect("five is a number");
    scene.write(move |txn| async move { txn.delete_conversation(&id("ada"), place).await }).await;
    let [_, conversations, messages] = source.bring(&scene).await;
    assert_eq!(remarks(&conversations), [(Reason::DeletedHere, 1)]);
    assert_eq!(remarks(&messages), [(Reason::NoConversation, 1)]);
}

#[tokio::test]
async fn a_row_that_makes_no_message_is_named_with_its_reason() {
    let scene = TestApp::new().await;
    scene.add_user("ada").await;
    let row = || message(1, 5, "user", "Hello");
    for (row, expected) in [
        (but(row(), 0, Value::Null), Reason::BadId),
        (but(row(), 1, Value::Integer(6)), Reason::NoConversation),
        (but(row(), 1, Value::Null), Reason::NoConversation),
        (but(row(), 2, text("tool")), Reason::UnknownRole),
        (but(row(), 3, text(" ")), Reason::Blank),
        (but(row(), 3, text(&"x".repeat(100_001))), Reason::TooLong),
        (but(row(), 4, text("bob")), Reason::OtherOwner),
        (but(row(), 5, Value::Bool(true)), Reason::BadDate),
    ] {
        let conversations = vec![conversation(5, "ada")];
        let source = Source { conversations, messages: vec![row], ..Source::default() };
        let [.., messages] = source.bring(&scene).await;
        assert_eq!(remarks(&messages), [(expected, 1)]);
    }
    let whose = but(row(), 4, text("ada"));
    let conversations = vec![conversation(5, "ada")];
    let source = Source { conversations, messages: vec![whose], ..Source::default() };
    assert_eq!(source.numbers(&scene).await[2], [1, 0, 0, 0]);
}
