//! Rows that come from another database.

use rondo_domain::{
    Conversation, ConversationId, Email, Message, MessageId, Role, StatusFilter, Task, User,
};
use rondo_store::{Constraint, ImportKey, ImportKind, Imported, Numbered, Store, StoreError, Txn};

use crate::support::{Person, at, id_of, message, new_task, person, task_id, user, with_status};

on_every_database! {
    a_row_that_was_brought_is_known_again,
    what_is_known_of_a_row_goes_with_its_user,
    a_task_is_brought_with_its_id_and_its_past,
    an_id_is_not_taken_twice_by_one_user,
    new_ids_are_above_those_that_were_brought,
    ids_that_are_taken_are_found_whoever_has_them,
    a_message_that_is_brought_moves_its_conversation_only_forward,
    a_message_is_found_in_its_conversation,
    an_account_is_completed,
    an_account_that_was_deleted_is_remembered,
}

fn key(who: &Person, kind: ImportKind, source_id: &str, seconds: i64) -> ImportKey {
    let (user_id, source_id) = (who.id.clone(), source_id.to_owned());
    ImportKey { user_id, kind, source_id, source_created_at: at(seconds) }
}

async fn remember(store: &Store, key: &ImportKey, imported: Imported) -> Result<(), StoreError> {
    let key = key.clone();
    store.write(move |txn: Txn| async move { txn.remember_imported(&key, imported).await }).await
}

async fn known(store: &Store, key: &ImportKey) -> Option<Imported> {
    let key = key.clone();
    store.read(move |txn: Txn| async move { txn.find_imported(&key).await }).await.unwrap()
}

async fn a_row_that_was_brought_is_known_again(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let first = key(&ada, ImportKind::Task, "1", 0);
    let imported = Imported { id: Some(7), content_hash: [1; 32] };
    remember(&store, &first, imported).await.unwrap();
    assert_eq!(known(&store, &first).await, Some(imported));
    for other in [
        key(&bob, ImportKind::Task, "1", 0),
        key(&ada, ImportKind::Message, "1", 0),
        key(&ada, ImportKind::Task, "01", 0),
        key(&ada, ImportKind::Task, "1", 1),
    ] {
        assert_eq!(known(&store, &other).await, None, "{other:?}");
    }
    let changed = Imported { id: None, content_hash: [2; 32] };
    remember(&store, &first, changed).await.unwrap();
    assert_eq!(known(&store, &first).await, Some(changed));
}

async fn what_is_known_of_a_row_goes_with_its_user(store: Store) {
    let ada = person(&store, "ada").await;
    let first = key(&ada, ImportKind::User, "ada", 0);
    let imported = Imported { id: None, content_hash: [1; 32] };
    remember(&store, &first, imported).await.unwrap();
    ada.leaves().await;
    assert_eq!(known(&store, &first).await, None);
    assert_refused!(
        remember(&store, &first, imported).await,
        StoreError::Conflict(Constraint::Owner)
    );
}

async fn bring(who: &Person, id: i64, name: &str) -> Result<Task, StoreError> {
    let new = new_task(name, true);
    let mut task = Task::create(task_id(id), who.id.clone(), new, at(-1000));
    task.updated_at = at(-500);
    let stored = task.clone();
    let write = move |txn: Txn| async move { txn.insert_imported_task(&stored).await };
    who.store.write(write).await.map(|()| task)
}

async fn a_task_is_brought_with_its_id_and_its_past(store: Store) {
    let ada = person(&store, "ada").await;
    let task = bring(&ada, 42, "Buy milk").await.unwrap();
    assert_eq!(ada.finds(task.id).await, Some(task));
    assert_eq!(ada.totals().await, (1, 1));
    ada.adds("Buy tea").await;
    assert_eq!(ada.titles().await, ["Buy tea", "Buy milk"]);
    let done = ada.lists(with_status(StatusFilter::Completed)).await;
    assert_eq!(done.tasks.len(), 1);
}

async fn an_id_is_not_taken_twice_by_one_user(store: Store) {
    let ada = person(&store, "ada").await;
    bring(&ada, 42, "Buy milk").await.unwrap();
    assert_refused!(bring(&ada, 42, "Buy tea").await, StoreError::Conflict(Constraint::Key));
    assert_eq!(ada.totals().await, (1, 1));
}

async fn raise(store: &Store, table: Numbered, above: i64) -> i64 {
    let raise = move |txn: Txn| async move {
        txn.raise_ids(table, above).await?;
        txn.last_id(table).await
    };
    store.write(raise).await.unwrap()
}

async fn take(store: &Store, table: Numbered) -> i64 {
    let take = move |txn: Txn| async move { txn.take_id(table).await };
    store.write::<_, StoreError, _, _>(take).await.unwrap()
}

async fn new_ids_are_above_those_that_were_brought(store: Store) {
    let ada = person(&store, "ada").await;
    for table in [Numbered::Tasks, Numbered::Conversations, Numbered::Messages] {
        let last = move |txn: Txn| async move { txn.last_id(table).await };
        assert_eq!(store.read::<_, StoreError, _, _>(last).await.unwrap(), 0);
        assert_eq!(take(&store, table).await, 1);
        assert_eq!(raise(&store, table, 1000).await, 1000);
        assert_eq!(raise(&store, table, 5).await, 1000, "ids never go back");
        assert_eq!(take(&store, table).await, 1001);
    }
    assert_eq!(ada.adds("Buy milk").await.id.get(), 1002);
    let conversation = ada.begins_conversation(at(0)).await;
    assert_eq!(conversation.id.get(), 1002);
    assert_eq!(ada.says(&conversation, "Hello", at(0)).await.unwrap().id.get(), 1002);
}

async fn ids_that_are_taken_are_found_whoever_has_them(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    for (who, id) in [(&ada, 3), (&bob, 9), (&ada, 7), (&bob, 12)] {
        bring(who, id, "Buy milk").await.unwrap();
    }
    let list = move |txn: Txn| async move { txn.list_ids(Numbered::Tasks, (4, 12)).await };
    assert_eq!(store.read::<_, StoreError, _, _>(list).await.unwrap(), [7, 9, 12]);
    let conversation = ada.begins_conversation(at(0)).await;
    ada.says(&conversation, "Hello", at(0)).await.unwrap();
    for table in [Numbered::Conversations, Numbered::Messages] {
        let list = move |txn: Txn| async move { txn.list_ids(table, (1, 1)).await };
        assert_eq!(store.read::<_, StoreError, _, _>(list).await.unwrap(), [1]);
    }
}

/// A conversation that was last used at second 10.
async fn conversation(who: &Person) -> Conversation {
    let id = ConversationId::new(5).unwrap();
    let user_id = who.id.clone();
    let conversation = Conversation { id, user_id, created_at: at(0), updated_at: at(10) };
    let stored = conversation.clone();
    let write = move |txn: Txn| async move { txn.insert_imported_conversation(&stored).await };
    who.store.write(write).await.unwrap();
    conversation
}

async fn a_message_that_is_brought_moves_its_conversation_only_forward(store: Store) {
    let ada = person(&store, "ada").await;
    let place = conversation(&ada).await;
    for (number, seconds, expected) in [(8, 5, 10), (9, 20, 20)] {
        let said = said(&place, number, seconds);
        let (owner, id) = (ada.id.clone(), place.id);
        let write = move |txn: Txn| async move {
            txn.insert_imported_message(&owner, &said).await?;
            txn.find_conversation(&owner, id).await
        };
        let found = store.write::<_, StoreError, _, _>(write).await.unwrap().unwrap();
        assert_eq!((found.created_at, found.updated_at), (at(0), at(expected)));
    }
    assert_eq!(ada.reads(&place).await, ["Words 8", "Words 9"]);
}

fn said(place: &Conversation, number: i64, seconds: i64) -> Message {
    Message {
        id: MessageId::new(number).unwrap(),
        conversation_id: place.id,
        role: Role::Assistant,
        content: message(&format!("Words {number}")),
        created_at: at(seconds),
    }
}

async fn a_message_is_found_in_its_conversation(store: Store) {
    let ada = person(&store, "ada").await;
    let place = conversation(&ada).await;
    let said = said(&place, 8, 5);
    let (owner, stored) = (ada.id.clone(), said.clone());
    let write = move |txn: Txn| async move { txn.insert_imported_message(&owner, &stored).await };
    store.write(write).await.unwrap();
    let find = |owner: &str, conversation: i64, id: i64| {
        let (owner, place) = (id_of(owner), ConversationId::new(conversation).unwrap());
        store.read::<_, StoreError, _, _>(move |txn| async move {
            txn.find_message(&owner, place, id).await
        })
    };
    assert_eq!(find("ada", 5, 8).await.unwrap(), Some(said));
    for (owner, conversation, id) in [("bob", 5, 8), ("ada", 6, 8), ("ada", 5, 9)] {
        assert_eq!(find(owner, conversation, id).await.unwrap(), None);
    }
}

async fn update(store: &Store, user: &User) -> Result<(), StoreError> {
    let user = user.clone();
    store.write(move |txn: Txn| async move { txn.update_imported_user(&user).await }).await
}

async fn an_account_is_completed(store: Store) {
    let ada = user("ada");
    let id = ada.id.clone();
    let made = store.write(move |txn: Txn| async move { txn.provision_user(&id, at(5)).await });
    assert!(made.await.unwrap());
    let completed = User { email_verified: true, updated_at: at(9), ..ada.clone() };
    update(&store, &completed).await.unwrap();
    let id = ada.id.clone();
    let found = store.read(move |txn| async move { txn.find_user(&id).await }).await.unwrap();
    assert_eq!(found, Some(completed));
    person(&store, "bob").await;
    let email = Some(Email::parse("bob@example.com").unwrap());
    assert_refused!(
        update(&store, &User { email, ..ada }).await,
        StoreError::Conflict(Constraint::UserEmail)
    );
    assert_refused!(update(&store, &user("nobody")).await, StoreError::Internal(_));
}

async fn an_account_that_was_deleted_is_remembered(store: Store) {
    let ada = person(&store, "ada").await;
    let is_deleted = || {
        let id = id_of("ada");
        store.read::<_, StoreError, _, _>(move |txn| async move { txn.is_deleted_user(&id).await })
    };
    assert!(!is_deleted().await.unwrap());
    ada.leaves().await;
    assert!(is_deleted().await.unwrap());
}
