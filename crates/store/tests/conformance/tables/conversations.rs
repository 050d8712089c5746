//! Conversations and their messages: order, owners, and what goes with what.

use rondo_domain::{Conversation, ConversationId, Message, MessageContent, Page, Role, Timestamp};
use rondo_store::{Constraint, Store, StoreError};

use crate::support::{Database, Person, at, id_of, message, person};

on_every_database! {
    a_conversation_comes_back_as_it_was_stored,
    a_conversation_needs_a_user,
    a_conversation_is_its_owners_own,
    the_conversation_used_last_comes_first,
    conversations_are_listed_in_pages_with_their_total,
    a_message_comes_back_as_it_was_stored,
    a_message_moves_its_conversation_and_no_other,
    a_message_is_not_filed_under_a_conversation_of_someone_else,
    a_message_needs_a_conversation,
    messages_come_in_the_order_they_were_said,
    the_last_messages_are_the_ones_that_are_shown,
    messages_go_with_their_conversation,
    the_longest_message_is_kept,
}

mod from_outside {
    use super::{a_message_has_one_of_two_roles, a_row_that_makes_no_sense_is_reported_by_name};

    on_shared_databases! {
        a_message_has_one_of_two_roles,
        a_row_that_makes_no_sense_is_reported_by_name,
    }
}

async fn find(who: &Person, id: ConversationId) -> Option<Conversation> {
    let owner = who.id.clone();
    who.store.read(move |txn| async move { txn.find_conversation(&owner, id).await }).await.unwrap()
}

async fn list(who: &Person, page: Page) -> (Vec<i64>, i64) {
    let owner = who.id.clone();
    let (conversations, total) = who
        .store
        .snapshot(move |txn| async move { txn.list_conversations(&owner, page).await })
        .await
        .unwrap();
    let ids = conversations.iter().map(|conversation| conversation.id.get());
    (ids.collect(), total)
}

async fn delete(who: &Person, id: ConversationId) -> bool {
    let owner = who.id.clone();
    who.store
        .write(move |txn| async move { txn.delete_conversation(&owner, id).await })
        .await
        .unwrap()
}

async fn say(
    who: &Person,
    place: ConversationId,
    role: Role,
    content: MessageContent,
    now: Timestamp,
) -> Result<Message, StoreError> {
    let owner = who.id.clone();
    who.store
        .write(
            move |txn| async move { txn.insert_message(&owner, place, role, &content, now).await },
        )
        .await
}

async fn messages(who: &Person, place: ConversationId, limit: i64) -> Vec<Message> {
    let owner = who.id.clone();
    who.store
        .read(move |txn| async move { txn.list_messages(&owner, place, limit).await })
        .await
        .unwrap()
}

async fn a_conversation_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let stored = ada.begins_conversation(at(5)).await;
    let expected = Conversation {
        id: ConversationId::new(1).unwrap(),
        user_id: ada.id.clone(),
        created_at: at(5),
        updated_at: at(5),
    };
    assert_eq!(stored, expected);
    assert_eq!(find(&ada, stored.id).await, Some(expected));
}

async fn a_conversation_needs_a_user(store: Store) {
    let refused =
        store.write(|txn| async move { txn.insert_conversation(&id_of("nobody"), at(0)).await });
    assert_refused!(refused.await, StoreError::Conflict(Constraint::Owner));
}

async fn a_conversation_is_its_owners_own(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let chat = ada.begins_conversation(at(0)).await;
    ada.says(&chat, "hello", at(0)).await.unwrap();
    assert_eq!(find(&bob, chat.id).await, None);
    assert_eq!(list(&bob, Page::default()).await, (vec![], 0));
    assert!(bob.reads(&chat).await.is_empty());
    assert!(!delete(&bob, chat.id).await);
    assert_eq!(find(&ada, chat.id).await, Some(chat.clone()));
    assert_eq!(ada.reads(&chat).await, ["hello"]);
}

async fn the_conversation_used_last_comes_first(store: Store) {
    let ada = person(&store, "ada").await;
    let first = ada.begins_conversation(at(1)).await;
    ada.begins_conversation(at(2)).await;
    ada.begins_conversation(at(2)).await;
    assert_eq!(list(&ada, Page::default()).await.0, [3, 2, 1]);
    ada.says(&first, "again", at(3)).await.unwrap();
    assert_eq!(list(&ada, Page::default()).await.0, [1, 3, 2]);
}

async fn conversations_are_listed_in_pages_with_their_total(store: Store) {
    let ada = person(&store, "ada").await;
    for second in 1..=5 {
        ada.begins_conversation(at(second)).await;
    }
    assert_eq!(list(&ada, Page::new(2, 0)).await, (vec![5, 4], 5));
    assert_eq!(list(&ada, Page::new(2, 4)).await, (vec![1], 5));
    assert_eq!(list(&ada, Page::new(2, 6)).await, (vec![], 5));
}

async fn a_message_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    for (role, words) in [(Role::User, "What is due? 📅"), (Role::Assistant, "It's \"milk\".\n")]
    {
        let stored = say(&ada, chat.id, role, message(words), at(7)).await.unwrap();
        let shown = (stored.conversation_id, stored.role, stored.created_at);
        assert_eq!(shown, (chat.id, role, at(7)));
        assert_eq!(stored.content.as_str(), words);
        assert_eq!(messages(&ada, chat.id, 1).await, [stored]);
    }
}

async fn a_message_moves_its_conversation_and_no_other(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let chat = ada.begins_conversation(at(0)).await;
    let other = ada.begins_conversation(at(0)).await;
    let foreign = bob.begins_conversation(at(0)).await;
    ada.says(&chat, "hello", at(9)).await.unwrap();
    let moved = find(&ada, chat.id).await.unwrap();
    assert_eq!((moved.created_at, moved.updated_at), (at(0), at(9)));
    assert_eq!(find(&ada, other.id).await, Some(other));
    assert_eq!(find(&bob, foreign.id).await, Some(foreign));
}

async fn a_message_is_not_filed_under_a_conversation_of_someone_else(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let chat = ada.begins_conversation(at(0)).await;
    let refused = bob.says(&chat, "let me in", at(1)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
    assert!(ada.reads(&chat).await.is_empty());
    assert_eq!(find(&ada, chat.id).await, Some(chat));
}

async fn a_message_needs_a_conversation(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    assert!(delete(&ada, chat.id).await);
    let refused = ada.says(&chat, "anybody?", at(1)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
}

async fn messages_come_in_the_order_they_were_said(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    let other = ada.begins_conversation(at(0)).await;
    for words in ["one", "two", "three"] {
        // At the same moment: the order does not come from the clock.
        ada.says(&chat, words, at(1)).await.unwrap();
        ada.says(&other, "elsewhere", at(1)).await.unwrap();
    }
    assert_eq!(ada.reads(&chat).await, ["one", "two", "three"]);
}

async fn the_last_messages_are_the_ones_that_are_shown(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    for words in ["1", "2", "3", "4", "5"] {
        ada.says(&chat, words, at(1)).await.unwrap();
    }
    let last = messages(&ada, chat.id, 2).await;
    let shown: Vec<&str> = last.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(shown, ["4", "5"]);
}

async fn messages_go_with_their_conversation(store: Store) {
    let ada = person(&store, "ada").await;
    let (chat, other) =
        (ada.begins_conversation(at(0)).await, ada.begins_conversation(at(0)).await);
    ada.says(&chat, "one", at(1)).await.unwrap();
    ada.says(&other, "two", at(1)).await.unwrap();
    assert!(delete(&ada, chat.id).await);
    assert!(!delete(&ada, chat.id).await);
    assert!(ada.reads(&chat).await.is_empty());
    assert_eq!(ada.reads(&other).await, ["two"]);
    assert_eq!(list(&ada, Page::default()).await, (vec![2], 1));
}

async fn the_longest_message_is_kept(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    let words = "😀".repeat(MessageContent::MAX_CHARS);
    ada.says(&chat, &words, at(1)).await.unwrap();
    assert_eq!(ada.reads(&chat).await, [words]);
}

async fn a_message_has_one_of_two_roles((store, database): (Store, Database)) {
    let chat = person(&store, "ada").await.begins_conversation(at(0)).await;
    let insert = format!(
        "insert into messages (user_id, id, conversation_id, role, content)
         values ('ada', 1, {}, 'system', 'obey')",
        chat.id
    );
    let refusal = if database.is_sqlite() {
        database.sqlite().execute_batch(&insert).unwrap_err().to_string()
    } else {
        let refused = database.postgres().await.batch_execute(&insert).await;
        refused.unwrap_err().as_db_error().unwrap().message().to_owned()
    };
    let says_why = refusal.contains("check constraint") || refusal.contains("CHECK constraint");
    assert!(says_why, "{refusal}");
}

async fn a_row_that_makes_no_sense_is_reported_by_name((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(0)).await;
    let said = ada.says(&chat, "hello", at(0)).await.unwrap();
    database.execute("update messages set content = ' '").await;
    let (owner, place) = (ada.id.clone(), chat.id);
    let read = store.read(move |txn| async move { txn.list_messages(&owner, place, 10).await });
    match read.await {
        Err(StoreError::Corrupt { table, id }) => {
            assert_eq!((table, id), ("messages", said.id.to_string()));
        }
        other => panic!("{other:?} instead of Corrupt"),
    }
}
