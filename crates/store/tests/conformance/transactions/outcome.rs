//! How a transaction ends: stored as a whole, or as if it had never been.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::join4;
use rondo_domain::Page;
use rondo_store::{Constraint, Store, StoreError, Txn};
use tokio::time::{sleep, timeout};

use crate::support::{Database, Failure, at, id_of, person, queue, user};

on_every_database! {
    a_committed_write_gives_what_its_body_gave,
    a_rolled_back_write_leaves_nothing,
    several_statements_are_stored_together_or_not_at_all,
    a_body_without_statements_is_a_transaction_too,
    a_panic_in_a_body_is_an_error_and_the_store_goes_on,
    a_failed_statement_cannot_be_ignored,
    after_a_failed_statement_the_next_ones_fail,
    a_read_of_two_statements_is_refused,
    a_transaction_is_over_when_its_body_has_returned,
    a_transaction_is_over_when_it_was_rolled_back,
    a_closed_store_refuses_everything,
}

mod bare {
    use super::{a_call_does_not_wait_for_long, a_call_waits_for_a_store_that_is_being_opened};

    tests_on!(sqlite_file, SqliteFile: a_call_waits_for_a_store_that_is_being_opened);
    tests_on!(sqlite_memory, SqliteMemory:
        a_call_waits_for_a_store_that_is_being_opened
        a_call_does_not_wait_for_long
    );
    tests_on!(postgres, Postgres: a_call_waits_for_a_store_that_is_being_opened);
}

mod waiting {
    use super::{a_body_that_waits_is_a_bug, a_body_that_waits_is_slow};

    tests_on!(sqlite_file, SqliteFile: a_body_that_waits_is_a_bug);
    tests_on!(sqlite_memory, SqliteMemory: a_body_that_waits_is_a_bug);
    tests_on!(postgres, Postgres: a_body_that_waits_is_slow);
    tests_on!(postgres_unnamed, PostgresUnnamed: a_body_that_waits_is_slow);
}

mod from_outside {
    use super::a_row_that_makes_no_sense_cannot_be_ignored;

    on_shared_databases! { a_row_that_makes_no_sense_cannot_be_ignored }
}

async fn has(store: &Store, name: &str) -> bool {
    let id = id_of(name);
    let found = store.read(move |txn| async move { txn.find_user(&id).await });
    found.await.unwrap().is_some()
}

async fn a_committed_write_gives_what_its_body_gave(store: Store) {
    let written = store.write(|txn| async move {
        txn.insert_user(&user("ada"), None).await?;
        Ok::<_, StoreError>("done")
    });
    assert_eq!(written.await.unwrap(), "done");
    assert!(has(&store, "ada").await);
}

async fn a_rolled_back_write_leaves_nothing(store: Store) {
    let undone = store.write(|txn| async move {
        txn.insert_user(&user("ada"), None).await?;
        Err::<(), _>(Failure::ChangedMind)
    });
    assert_refused!(undone.await, Failure::ChangedMind);
    assert!(!has(&store, "ada").await);
}

async fn several_statements_are_stored_together_or_not_at_all(store: Store) {
    person(&store, "bob").await;
    let written = store.write(|txn| async move {
        txn.insert_user(&user("ada"), None).await?;
        txn.insert_conversation(&id_of("ada"), at(0)).await?;
        txn.insert_user(&user("bob"), None).await
    });
    assert_refused!(written.await, StoreError::Conflict(_));
    assert!(!has(&store, "ada").await);
    let listed = store.snapshot(|txn| async move {
        txn.list_conversations(&id_of("ada"), Page::default()).await
    });
    assert_eq!(listed.await.unwrap(), (vec![], 0));
}

async fn a_body_without_statements_is_a_transaction_too(store: Store) {
    let nothing = |_: Txn| async move { Ok::<_, StoreError>(1) };
    assert_eq!(store.read(nothing).await.unwrap(), 1);
    assert_eq!(store.snapshot(nothing).await.unwrap(), 1);
    assert_eq!(store.write(nothing).await.unwrap(), 1);
    let undone = store.write(|_| async move { Err::<(), _>(Failure::ChangedMind) });
    assert_refused!(undone.await, Failure::ChangedMind);
}

#[expect(clippy::panic, reason = "this is the bug that is tested")]
async fn a_panic_in_a_body_is_an_error_and_the_store_goes_on(store: Store) {
    for _ in 0..3 {
        let written = store.write(|txn| async move {
            txn.insert_user(&user("ada"), None).await?;
            panic!("on purpose");
            #[expect(unreachable_code, reason = "gives the body its type")]
            Ok::<_, StoreError>(())
        });
        assert_refused!(written.await, StoreError::Internal(_));
        let early = store.read(|_| {
            panic!("on purpose");
            #[expect(unreachable_code, reason = "gives the body its type")]
            async move {
                Ok::<_, StoreError>(())
            }
        });
        assert_refused!(early.await, StoreError::Internal(_));
        let seen = store.snapshot(|txn| async move {
            txn.find_user(&id_of("ada")).await?;
            panic!("on purpose");
            #[expect(unreachable_code, reason = "gives the body its type")]
            Ok::<_, StoreError>(())
        });
        assert_refused!(seen.await, StoreError::Internal(_));
    }
    assert!(!has(&store, "ada").await);
    person(&store, "ada").await.adds("milk").await;
    assert!(has(&store, "ada").await);
}

async fn a_failed_statement_cannot_be_ignored(store: Store) {
    person(&store, "ada").await;
    let written = store.write(|txn| async move {
        txn.insert_user(&user("bob"), None).await?;
        let taken = txn.insert_user(&user("ada"), None).await;
        assert_refused!(taken, StoreError::Conflict(Constraint::Key | Constraint::UserEmail));
        Ok::<_, StoreError>(())
    });
    assert_refused!(written.await, StoreError::Internal(_));
    assert!(!has(&store, "bob").await);
}

async fn after_a_failed_statement_the_next_ones_fail(store: Store) {
    person(&store, "ada").await;
    let written = store.write(|txn| async move {
        txn.insert_user(&user("ada"), None).await.unwrap_err();
        let next = txn.insert_user(&user("bob"), None).await;
        assert_refused!(next, StoreError::Internal(_));
        Err::<(), _>(Failure::ChangedMind)
    });
    assert_refused!(written.await, Failure::ChangedMind);
    assert!(!has(&store, "bob").await);
}

async fn a_read_of_two_statements_is_refused(store: Store) {
    person(&store, "ada").await;
    let read = store.read(|txn| async move {
        txn.find_user(&id_of("ada")).await?;
        txn.find_user(&id_of("ada")).await
    });
    assert_refused!(read.await, StoreError::Internal(_));
    assert!(has(&store, "ada").await);
}

/// Where a body puts its transaction to keep it.
type Drawer = Arc<Mutex<Option<Txn>>>;

async fn check_useless(store: &Store, drawer: &Drawer) {
    let kept = drawer.lock().unwrap().clone().unwrap();
    let found = kept.find_user(&id_of("ada")).await;
    assert_refused!(found, StoreError::Internal(_));
    let written = kept.insert_user(&user("eve"), None).await;
    assert_refused!(written, StoreError::Internal(_));
    assert!(!has(store, "eve").await);
}

async fn a_transaction_is_over_when_its_body_has_returned(store: Store) {
    let drawer = Drawer::default();
    let keep = Arc::clone(&drawer);
    let written = store.write(move |txn| async move {
        *keep.lock().unwrap() = Some(txn.clone());
        txn.insert_user(&user("ada"), None).await
    });
    written.await.unwrap();
    check_useless(&store, &drawer).await;

    let keep = Arc::clone(&drawer);
    let read = store.read(move |txn| async move {
        *keep.lock().unwrap() = Some(txn.clone());
        Ok::<_, StoreError>(())
    });
    read.await.unwrap();
    check_useless(&store, &drawer).await;
}

async fn a_transaction_is_over_when_it_was_rolled_back(store: Store) {
    let drawer = Drawer::default();
    let keep = Arc::clone(&drawer);
    let undone = store.write(move |txn| async move {
        *keep.lock().unwrap() = Some(txn.clone());
        txn.insert_user(&user("ada"), None).await?;
        Err::<(), _>(Failure::ChangedMind)
    });
    undone.await.unwrap_err();
    check_useless(&store, &drawer).await;
}

async fn a_closed_store_refuses_everything(store: Store) {
    person(&store, "ada").await;
    store.close().await;
    check_refuses(&store).await;
    store.close().await;
    check_refuses(&store).await;
}

async fn check_refuses(store: &Store) {
    assert!(!store.is_ready());
    let find = |txn: Txn| async move { txn.find_user(&id_of("ada")).await };
    assert_refused!(store.read(find).await, StoreError::Unavailable(_));
    assert_refused!(store.snapshot(find).await, StoreError::Unavailable(_));
    assert_refused!(store.write(find).await, StoreError::Unavailable(_));
    assert_refused!(store.write_for(&id_of("ada"), find).await, StoreError::Unavailable(_));
    assert_refused!(store.ping().await, StoreError::Unavailable(_));
}

async fn a_call_waits_for_a_store_that_is_being_opened(database: Database) {
    let store = database.open();
    assert!(!store.is_ready());
    let early = store.clone();
    let waiting = queue(async move { person(&early, "ada").await });
    let asking = store.clone();
    let pinging = queue(async move { asking.ping().await });
    store.prepare().await.unwrap();
    assert!(store.is_ready());
    waiting.await.adds("milk").await;
    pinging.await.unwrap();
    store.prepare().await.unwrap();
    assert!(store.is_ready(), "preparing once more changes nothing");
    assert!(has(&store, "ada").await);
}

async fn a_call_does_not_wait_for_long(database: Database) {
    let store = database.open();
    let find = |txn: Txn| async move { txn.find_user(&id_of("ada")).await };
    let calls = join4(store.read(find), store.snapshot(find), store.write(find), store.ping());
    let (read, seen, written, pinged) = timeout(Duration::from_millis(3_500), calls).await.unwrap();
    assert_refused!(read, StoreError::Unavailable(_));
    assert_refused!(seen, StoreError::Unavailable(_));
    assert_refused!(written, StoreError::Unavailable(_));
    assert_refused!(pinged, StoreError::Unavailable(_));
}

async fn a_body_that_waits_is_a_bug(store: Store) {
    let forever = store.write(|txn| async move {
        txn.insert_user(&user("ada"), None).await?;
        std::future::pending::<()>().await;
        Ok::<_, StoreError>(())
    });
    assert_refused!(forever.await, StoreError::Internal(_));
    let moment = store.write(|txn| async move {
        txn.insert_user(&user("ada"), None).await?;
        tokio::task::yield_now().await;
        Ok::<_, StoreError>(())
    });
    assert_refused!(moment.await, StoreError::Internal(_));
    let timer = store.read(|_| async move {
        sleep(Duration::from_millis(1)).await;
        Ok::<_, StoreError>(())
    });
    assert_refused!(timer.await, StoreError::Internal(_));
    assert!(!has(&store, "ada").await);
    person(&store, "ada").await;
}

/// Here it holds up nobody but the pool.
async fn a_body_that_waits_is_slow(store: Store) {
    let timer = store.write(|txn| async move {
        txn.insert_user(&user("ada"), None).await?;
        sleep(Duration::from_millis(1)).await;
        Ok::<_, StoreError>(())
    });
    timer.await.unwrap();
    assert!(has(&store, "ada").await);
}

async fn a_row_that_makes_no_sense_cannot_be_ignored((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    database.execute("update tasks set title = ' '").await;
    let written = store.write(move |txn| async move {
        let found = txn.find_task(&id_of("ada"), milk.id).await;
        assert_refused!(found, StoreError::Corrupt { table: "tasks", .. });
        Ok::<_, StoreError>(())
    });
    assert_refused!(written.await, StoreError::Internal(_));
}
