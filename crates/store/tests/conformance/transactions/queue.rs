//! SQLite's writer: many transactions in one commit, none for the price of
//! another, and a queue with an end.

use std::collections::BTreeSet;

use futures_util::{FutureExt, future::join_all};
use rondo_domain::{ConversationId, Message, Page, Role};
use rondo_store::{Store, StoreError};
use tokio::task::JoinHandle;

use crate::support::{Database, Failure, Stop, at, begin, id_of, message, person, queue, user};

tests_on!(sqlite_file, SqliteFile:
    a_transaction_that_fails_takes_nobody_else_with_it
    what_does_not_fit_into_the_queue_is_refused
    closing_finishes_what_is_queued
);
tests_on!(sqlite_memory, SqliteMemory:
    a_transaction_that_fails_takes_nobody_else_with_it
    what_does_not_fit_into_the_queue_is_refused
    closing_finishes_what_is_queued
);

mod file {
    use super::what_was_queued_at_the_end_is_on_disk;

    tests_on!(sqlite_file, SqliteFile: what_was_queued_at_the_end_is_on_disk);
}

/// Keeps the writer busy until the stop is over.
async fn keep_busy(store: &Store) -> (Stop, JoinHandle<()>) {
    let stop = Stop::new();
    let (store, held) = (store.clone(), stop.clone());
    let busy = tokio::spawn(async move {
        let body = store.write(move |_| async move {
            held.here().await;
            Ok::<_, StoreError>(())
        });
        body.await.unwrap();
    });
    stop.reached().await;
    (stop, busy)
}

/// A write of one user, which ends in one of many ways.
async fn sign_up(store: Store, number: usize) -> Result<(), Failure> {
    let new = user(&format!("user{number}"));
    let written = store.write(move |txn| async move {
        txn.insert_user(&new, None).await?;
        match number % 7 {
            1 => Err(Failure::ChangedMind),
            2 => panic!("on purpose"),
            3 => {
                std::future::pending::<()>().await;
                Ok(())
            }
            4 => txn.insert_user(&new, None).await.map_err(Failure::Store),
            5 => {
                drop(txn.insert_user(&new, None).await);
                Ok(())
            }
            _ => Ok(()),
        }
    });
    written.await
}

async fn user_ids(store: &Store) -> BTreeSet<String> {
    let listed = store.read(|txn| async move { txn.list_users(Page::new(1000, 0)).await });
    listed.await.unwrap().iter().map(|user| user.id.to_string()).collect()
}

async fn a_transaction_that_fails_takes_nobody_else_with_it(store: Store) {
    let (stop, busy) = keep_busy(&store).await;
    let writing: Vec<_> = (0..200).map(|number| queue(sign_up(store.clone(), number))).collect();
    stop.go();
    busy.await.unwrap();
    let mut expected = BTreeSet::new();
    for (number, outcome) in join_all(writing).await.into_iter().enumerate() {
        let good = matches!(number % 7, 0 | 6);
        assert_eq!(outcome.is_ok(), good, "{number}: {outcome:?}");
        if good {
            expected.insert(format!("user{number}"));
        }
    }
    assert_eq!(user_ids(&store).await, expected);
}

/// Says something in the first conversation of ada's.
async fn say(store: Store, chat: ConversationId) -> Result<Message, StoreError> {
    let said = store.write(move |txn| async move {
        txn.insert_message(&id_of("ada"), chat, Role::User, &message("hi"), at(0)).await
    });
    said.await
}

async fn what_does_not_fit_into_the_queue_is_refused(store: Store) {
    let chat = person(&store, "ada").await.begins_conversation(at(0)).await.id;
    let (stop, busy) = keep_busy(&store).await;
    let (mut waiting, mut refused) = (Vec::new(), 0);
    for _ in 0..5000 {
        match begin(say(store.clone(), chat)) {
            Err(call) => waiting.push(call),
            Ok(outcome) => {
                assert_refused!(outcome, StoreError::Unavailable(_));
                refused += 1;
            }
        }
    }
    stop.go();
    busy.await.unwrap();
    assert!(refused > 0 && !waiting.is_empty(), "{refused} refused");
    let mut stored = BTreeSet::new();
    for call in waiting {
        stored.insert(call.await.unwrap().id);
    }
    assert_eq!(stored.len() + refused, 5000);
    let listed =
        store.read(move |txn| async move { txn.list_messages(&id_of("ada"), chat, 10_000).await });
    assert_eq!(listed.await.unwrap().len(), stored.len());
}

async fn closing_finishes_what_is_queued(store: Store) {
    let (stop, busy) = keep_busy(&store).await;
    let waiting: Vec<_> = [0, 6, 7].map(|number| queue(sign_up(store.clone(), number))).into();
    let mut closing = queue({
        let store = store.clone();
        async move { store.close().await }
    });
    assert!(closing.as_mut().now_or_never().is_none(), "there is work to finish");
    stop.go();
    busy.await.unwrap();
    closing.await;
    for outcome in join_all(waiting).await {
        outcome.unwrap();
    }
    assert_refused!(sign_up(store, 14).await, Failure::Store(StoreError::Unavailable(_)));
}

async fn what_was_queued_at_the_end_is_on_disk((store, database): (Store, Database)) {
    let (stop, busy) = keep_busy(&store).await;
    let waiting = queue(sign_up(store.clone(), 0));
    let closing = queue(async move { store.close().await });
    stop.go();
    busy.await.unwrap();
    closing.await;
    waiting.await.unwrap();
    let log = database.file().with_extension("db-wal");
    assert!(!log.exists(), "the log is folded into the file");
    assert_eq!(user_ids(&database.prepared().await).await, ["user0".to_owned()].into());
}
