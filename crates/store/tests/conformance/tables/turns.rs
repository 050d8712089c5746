//! Turns of conversations: who has one, and what came of it.

use rondo_domain::{BatchId, Conversation, Message, Role, Timestamp};
use rondo_store::{Constraint, Said, Store, StoreError, StoredAnswer, TurnRecord, TurnState, Txn};
use tokio::task::JoinSet;

use crate::support::{Database, Person, at, message, person};

on_every_database! {
    a_new_conversation_is_nobodys_turn,
    a_turn_has_its_conversation_until_it_ends,
    of_turns_that_begin_at_once_one_does,
    a_turn_that_has_lost_its_conversation_does_not_end_it,
    a_turn_ends_once,
    how_long_messages_are_is_told_without_them,
    a_turn_belongs_to_the_owner_of_its_conversation,
    what_came_of_a_turn_stands_beside_its_message,
    a_turn_needs_its_conversation,
    turns_go_with_their_conversation,
    an_answer_is_replaced_and_forgotten_only_by_its_own_turn,
}

mod from_outside {
    use super::a_row_that_makes_no_sense_is_reported_by_name;

    on_shared_databases! { a_row_that_makes_no_sense_is_reported_by_name }
}

fn record(batch: Option<&str>, raw: Option<&str>) -> TurnRecord {
    TurnRecord {
        batch_id: batch.map(|id| BatchId::parse(id).unwrap()),
        provider: "builtin".to_owned(),
        tool_calls: "[{\"tool_name\":\"add_täsk\"}]".to_owned(),
        raw: raw.map(str::to_owned),
    }
}

async fn state(who: &Person, chat: &Conversation) -> Option<TurnState> {
    let (id, place) = (who.id.clone(), chat.id);
    let found = who.store.read(move |txn| async move { txn.find_turn_state(&id, place).await });
    found.await.unwrap()
}

async fn begin(who: &Person, chat: &Conversation, before: Option<&str>, turn: &str) -> bool {
    let (id, place, until) = (who.id.clone(), chat.id, at(60));
    let (before, turn) = (before.map(str::to_owned), turn.to_owned());
    let begun = who.store.write(move |txn| async move {
        txn.begin_turn((&id, place), before.as_deref(), &turn, until).await
    });
    begun.await.unwrap()
}

async fn end(who: &Person, chat: &Conversation, turn: &str, state: Option<&str>) -> bool {
    let (id, place) = (who.id.clone(), chat.id);
    let (turn, state) = (turn.to_owned(), state.map(str::to_owned));
    let ended = who
        .store
        .write(move |txn| async move { txn.end_turn((&id, place), &turn, state.as_deref()).await });
    ended.await.unwrap()
}

/// An answer, and what came of its turn.
async fn answer(
    who: &Person,
    chat: &Conversation,
    turn: TurnRecord,
    now: Timestamp,
) -> Result<Message, StoreError> {
    let (id, place) = (who.id.clone(), chat.id);
    let answered = who.store.write(move |txn: Txn| async move {
        let content = message("Here it is.");
        let said = txn.insert_message(&id, place, Role::Assistant, &content, now).await?;
        txn.insert_turn(&id, (place, said.id), &turn, now).await?;
        Ok(said)
    });
    answered.await
}

async fn said(who: &Person, chat: &Conversation, limit: i64) -> Vec<Said> {
    let (id, place) = (who.id.clone(), chat.id);
    let listed = who.store.read(move |txn| async move { txn.list_said(&id, place, limit).await });
    listed.await.unwrap()
}

async fn said_raw(who: &Person, chat: &Conversation, limit: i64) -> Vec<Said> {
    let (id, place) = (who.id.clone(), chat.id);
    let listed =
        who.store.read(move |txn| async move { txn.list_said_raw(&id, place, limit).await });
    listed.await.unwrap()
}

async fn a_new_conversation_is_nobodys_turn(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    let nobody = TurnState { turn_id: None, until: None, state: None };
    assert_eq!(state(&ada, &chat).await, Some(nobody));
}

async fn a_turn_has_its_conversation_until_it_ends(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    assert!(begin(&ada, &chat, None, "one").await);
    let now = state(&ada, &chat).await.unwrap();
    assert_eq!((now.turn_id.as_deref(), now.until), (Some("one"), Some(at(60))));
    assert!(end(&ada, &chat, "one", Some("{\"last\":1}")).await);
    let now = state(&ada, &chat).await.unwrap();
    assert_eq!((now.until, now.state.as_deref()), (None, Some("{\"last\":1}")));
    // The next one forgets what it has read, until it says what to remember.
    assert!(begin(&ada, &chat, Some("one"), "two").await);
    assert_eq!(state(&ada, &chat).await.unwrap().state, None);
    // Neither is the time of the last message what a turn changes.
    let (conversations, _) = {
        let id = ada.id.clone();
        let list = store.snapshot(move |txn| async move {
            txn.list_conversations(&id, rondo_domain::Page::default()).await
        });
        list.await.unwrap()
    };
    assert_eq!(conversations, [chat]);
}

async fn of_turns_that_begin_at_once_one_does(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    let mut turns = JoinSet::new();
    for number in 0..10 {
        let (ada, chat) = (ada.clone(), chat.clone());
        turns.spawn(async move { begin(&ada, &chat, None, &format!("turn {number}")).await });
    }
    let begun = turns.join_all().await;
    assert_eq!(begun.iter().filter(|has_begun| **has_begun).count(), 1);
}

async fn a_turn_that_has_lost_its_conversation_does_not_end_it(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    assert!(begin(&ada, &chat, None, "one").await);
    assert!(!begin(&ada, &chat, None, "late").await);
    // Its time is over, and another one has it.
    assert!(begin(&ada, &chat, Some("one"), "two").await);
    assert!(!end(&ada, &chat, "one", Some("{}")).await);
    let now = state(&ada, &chat).await.unwrap();
    assert_eq!((now.turn_id.as_deref(), now.until), (Some("two"), Some(at(60))));
    assert_eq!(now.state, None);
}

async fn a_turn_ends_once(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    assert!(begin(&ada, &chat, None, "one").await);
    assert!(end(&ada, &chat, "one", Some("{\"last\":1}")).await);
    assert!(!end(&ada, &chat, "one", None).await);
    let now = state(&ada, &chat).await.unwrap();
    assert_eq!(now.state.as_deref(), Some("{\"last\":1}"));
}

async fn how_long_messages_are_is_told_without_them(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let chat = ada.begins_conversation(at(0)).await;
    ada.says(&chat, "grüße", at(1)).await.unwrap();
    let turn = record(None, Some("not counted"));
    let calls = turn.tool_calls.len();
    let told = answer(&ada, &chat, turn, at(2)).await.unwrap();
    let sizes = async |who: &Person, limit| {
        let (id, place) = (who.id.clone(), chat.id);
        let listed =
            store.read(move |txn| async move { txn.list_said_sizes(&id, place, limit).await });
        listed.await.unwrap()
    };
    let whole = i64::try_from(told.content.as_str().len() + calls).unwrap();
    assert_eq!(sizes(&ada, 10).await, [whole, 7]);
    assert_eq!(sizes(&ada, 1).await, [whole]);
    assert!(sizes(&bob, 10).await.is_empty());
}

async fn a_turn_belongs_to_the_owner_of_its_conversation(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let chat = ada.begins_conversation(at(0)).await;
    assert_eq!(state(&bob, &chat).await, None);
    assert!(!begin(&bob, &chat, None, "one").await);
    assert!(begin(&ada, &chat, None, "one").await);
    assert!(!end(&bob, &chat, "one", None).await);
    let refused = answer(&bob, &chat, record(None, None), at(1)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
    answer(&ada, &chat, record(None, None), at(1)).await.unwrap();
    assert_eq!(said(&bob, &chat, 10).await, []);
    assert_eq!(said_raw(&bob, &chat, 10).await, []);
}

async fn what_came_of_a_turn_stands_beside_its_message(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    let asked = ada.says(&chat, "add milk", at(1)).await.unwrap();
    let batch = "abcdefghijklmnopqrstuvwxyz012345";
    let whole = record(Some(batch), Some("{\"role\":\"assistant\",\"ext\":\"\\u0001😀\"}"));
    let told = answer(&ada, &chat, whole.clone(), at(1)).await.unwrap();
    let plain = answer(&ada, &chat, record(None, None), at(2)).await.unwrap();

    let without = TurnRecord { raw: None, ..whole.clone() };
    let [question, first, second] = said(&ada, &chat, 10).await.try_into().unwrap();
    assert_eq!(question, Said { message: asked, turn: None });
    assert_eq!(first, Said { message: told.clone(), turn: Some(without) });
    let last = Said { message: plain, turn: Some(record(None, None)) };
    assert_eq!(second, last);
    // The next turn needs the calls of those turns only that got no answer.
    let uncalled = |turn: TurnRecord| Some(TurnRecord { tool_calls: "[]".to_owned(), ..turn });
    let [first, second] = said_raw(&ada, &chat, 2).await.try_into().unwrap();
    assert_eq!(first, Said { message: told, turn: uncalled(whole) });
    assert_eq!(second, Said { turn: uncalled(record(None, None)), ..last });
}

async fn a_turn_needs_its_conversation(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    let asked = ada.says(&chat, "add milk", at(1)).await.unwrap();
    let (id, place) = (ada.id.clone(), chat.id);
    store.write(move |txn| async move { txn.delete_conversation(&id, place).await }).await.unwrap();
    let (id, turn) = (ada.id.clone(), record(None, None));
    let refused = store.write(move |txn| async move {
        txn.insert_turn(&id, (place, asked.id), &turn, at(2)).await
    });
    assert_refused!(refused.await, StoreError::Conflict(Constraint::Owner));
    assert_eq!(state(&ada, &chat).await, None);
    assert!(!begin(&ada, &chat, None, "one").await);
    assert!(!end(&ada, &chat, "one", None).await);
}

async fn turns_go_with_their_conversation(store: Store) {
    let ada = person(&store, "ada").await;
    let (chat, other) =
        (ada.begins_conversation(at(0)).await, ada.begins_conversation(at(0)).await);
    answer(&ada, &chat, record(None, None), at(1)).await.unwrap();
    let kept = answer(&ada, &other, record(None, None), at(1)).await.unwrap();
    let (id, place) = (ada.id.clone(), chat.id);
    store.write(move |txn| async move { txn.delete_conversation(&id, place).await }).await.unwrap();
    assert_eq!(said(&ada, &chat, 10).await, []);
    let kept = Said { message: kept, turn: Some(record(None, None)) };
    assert_eq!(said(&ada, &other, 10).await, [kept]);
}

async fn an_answer_is_replaced_and_forgotten_only_by_its_own_turn(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let running = StoredAnswer { fingerprint: [7; 32], answer: "running: one".to_owned() };
    for who in [&ada, &bob] {
        let (id, running) = (who.id.clone(), running.clone());
        let kept = store.write(move |txn| async move {
            txn.keep_answer(&id, "k", &running, (at(0), at(60))).await
        });
        kept.await.unwrap();
    }
    let replace = async |before: &'static str, after: &'static str| {
        let id = ada.id.clone();
        let replaced = store.write(move |txn| async move {
            txn.replace_answer((&id, "k"), before, after, at(500)).await
        });
        replaced.await.unwrap()
    };
    let forget = async |answer: &'static str| {
        let id = ada.id.clone();
        let forgotten =
            store.write(move |txn| async move { txn.forget_answer((&id, "k"), answer).await });
        forgotten.await.unwrap();
    };
    let found = async |who: &Person, second| {
        let id = who.id.clone();
        let found =
            store.read(move |txn| async move { txn.find_answer(&id, "k", at(second)).await });
        found.await.unwrap().map(|found| (found.fingerprint, found.answer))
    };
    assert!(!replace("running: two", "answered").await);
    forget("running: two").await;
    assert_eq!(found(&ada, 1).await, Some(([7; 32], "running: one".to_owned())));
    assert!(replace("running: one", "answered").await);
    assert_eq!(found(&ada, 499).await, Some(([7; 32], "answered".to_owned())));
    assert!(!replace("running: one", "again").await);
    forget("answered").await;
    assert_eq!(found(&ada, 1).await, None);
    assert_eq!(found(&bob, 1).await, Some(([7; 32], "running: one".to_owned())));
}

async fn a_row_that_makes_no_sense_is_reported_by_name((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    let told = answer(&ada, &chat, record(None, None), at(0)).await.unwrap();
    database.execute("update turns set batch_id = 'no batch'").await;
    let (owner, place) = (ada.id.clone(), chat.id);
    let read = store.read(move |txn| async move { txn.list_said(&owner, place, 10).await });
    match read.await {
        Err(StoreError::Corrupt { table, id }) => {
            assert_eq!((table, id), ("turns", told.id.to_string()));
        }
        other => panic!("{other:?} instead of Corrupt"),
    }
}
