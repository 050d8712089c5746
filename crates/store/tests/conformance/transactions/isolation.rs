//! What a transaction sees of others, and what is left of one that is dropped.

use rondo_store::{Store, StoreError};

use crate::support::{
    Person, Stop, WholeDatabase, at, id_of, person, queue, totals_in, trash, until, user,
};

on_every_database! {
    a_read_sees_what_was_written_before_it,
    a_write_sees_its_own_changes,
}

mod apart {
    use super::{a_snapshot_sees_one_state_while_others_write, nobody_sees_what_is_not_committed};

    on_shared_databases! {
        a_snapshot_sees_one_state_while_others_write,
        nobody_sees_what_is_not_committed,
    }
}

mod one_connection {
    use super::{a_snapshot_makes_writers_wait, a_write_makes_readers_wait};

    tests_on!(sqlite_memory, SqliteMemory: a_snapshot_makes_writers_wait a_write_makes_readers_wait);
}

mod dropped {
    use super::{
        a_write_dropped_before_it_ran_leaves_nothing, a_write_dropped_half_way_leaves_nothing,
    };

    tests_on!(sqlite_file, SqliteFile: a_write_dropped_before_it_ran_leaves_nothing);
    tests_on!(sqlite_memory, SqliteMemory: a_write_dropped_before_it_ran_leaves_nothing);
    tests_on!(postgres, Postgres: a_write_dropped_half_way_leaves_nothing);
    tests_on!(postgres_unnamed, PostgresUnnamed: a_write_dropped_half_way_leaves_nothing);
}

async fn a_read_sees_what_was_written_before_it(store: Store) {
    let ada = person(&store, "ada").await;
    for number in 1..=50 {
        let task = ada.adds(&format!("task {number}")).await;
        // Whichever thread or connection answers.
        assert!(ada.finds(task.id).await.is_some());
        assert_eq!(ada.totals().await, (number, 0));
    }
}

async fn a_write_sees_its_own_changes(store: Store) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    let id = ada.id.clone();
    let seen = store.write(move |txn| async move {
        let found = txn.find_task_for_update(&id, milk.id).await?;
        trash(&txn, &found.unwrap().0, at(1)).await?;
        let found = txn.find_task(&id, milk.id).await?;
        Ok::<_, StoreError>((found, totals_in(&txn, &id).await?))
    });
    assert_eq!(seen.await.unwrap(), (None, (0, 0)));
}

/// Begins a snapshot that counts tasks, stops, and counts again.
fn count_twice(ada: &Person, stop: &Stop) -> tokio::task::JoinHandle<(i64, i64)> {
    let (ada, stop) = (ada.clone(), stop.clone());
    tokio::spawn(async move {
        let id = ada.id.clone();
        let counted = ada.store.snapshot(move |txn| async move {
            let (before, _) = totals_in(&txn, &id).await?;
            stop.here().await;
            let (after, _) = totals_in(&txn, &id).await?;
            Ok::<_, StoreError>((before, after))
        });
        counted.await.unwrap()
    })
}

async fn a_snapshot_sees_one_state_while_others_write(store: Store) {
    let ada = person(&store, "ada").await;
    ada.adds("milk").await;
    let stop = Stop::new();
    let counted = count_twice(&ada, &stop);
    stop.reached().await;
    ada.adds("eggs").await;
    assert_eq!(ada.totals().await, (2, 0));
    stop.go();
    assert_eq!(counted.await.unwrap(), (1, 1));
    assert_eq!(ada.totals().await, (2, 0));
}

/// Begins to add a user, and stops before it is committed.
fn sign_up_slowly(store: &Store, stop: &Stop) -> tokio::task::JoinHandle<()> {
    let (store, stop) = (store.clone(), stop.clone());
    tokio::spawn(async move {
        let written = store.write(move |txn| async move {
            txn.insert_user(&user("ada"), None).await?;
            stop.here().await;
            Ok::<_, StoreError>(())
        });
        written.await.unwrap();
    })
}

async fn has_ada(store: &Store) -> bool {
    let found = store.read(|txn| async move { txn.find_user(&id_of("ada")).await });
    found.await.unwrap().is_some()
}

async fn nobody_sees_what_is_not_committed(store: Store) {
    let stop = Stop::new();
    let written = sign_up_slowly(&store, &stop);
    stop.reached().await;
    assert!(!has_ada(&store).await, "a reader neither waits nor sees half a write");
    stop.go();
    written.await.unwrap();
    assert!(has_ada(&store).await);
}

async fn a_snapshot_makes_writers_wait(store: Store) {
    let ada = person(&store, "ada").await;
    let stop = Stop::new();
    let counted = count_twice(&ada, &stop);
    stop.reached().await;
    let writer = ada.clone();
    let written = tokio::spawn(async move { writer.adds("milk").await });
    stop.go();
    assert_eq!(counted.await.unwrap(), (0, 0));
    written.await.unwrap();
    assert_eq!(ada.totals().await, (1, 0));
}

async fn a_write_makes_readers_wait(store: Store) {
    let stop = Stop::new();
    let written = sign_up_slowly(&store, &stop);
    stop.reached().await;
    let reader = store.clone();
    let seen = tokio::spawn(async move { has_ada(&reader).await });
    stop.go();
    assert!(seen.await.unwrap(), "the reader came after the writer");
    written.await.unwrap();
}

async fn a_write_dropped_before_it_ran_leaves_nothing(store: Store) {
    let stop = Stop::new();
    let busy = tokio::spawn({
        let (store, stop) = (store.clone(), stop.clone());
        async move {
            let held = store.write(move |_| async move {
                stop.here().await;
                Ok::<_, StoreError>(())
            });
            held.await.unwrap();
        }
    });
    stop.reached().await;
    let late = store.clone();
    let waiting = queue(async move {
        late.write(|txn| async move { txn.insert_user(&user("ada"), None).await }).await
    });
    drop(waiting);
    stop.go();
    busy.await.unwrap();
    assert!(!has_ada(&store).await);
}

async fn a_write_dropped_half_way_leaves_nothing(WholeDatabase(database): WholeDatabase) {
    let store = database.prepared().await;
    let stop = Stop::new();
    let written = sign_up_slowly(&store, &stop);
    stop.reached().await;
    let outsider = database.postgres().await;
    let open = "select count(*) from pg_stat_activity
                where datname = current_database() and state like 'idle in transaction%'";
    assert_eq!(outsider.query_one(open, &[]).await.unwrap().get::<_, i64>(0), 1);

    written.abort();
    assert!(written.await.unwrap_err().is_cancelled());
    until("the server has ended the transaction", async || {
        outsider.query_one(open, &[]).await.unwrap().get::<_, i64>(0) == 0
    })
    .await;
    assert!(!has_ada(&store).await);
    let ada = person(&store, "ada").await;
    ada.adds_at("milk", at(1)).await;
    assert_eq!(ada.totals().await, (1, 0));
}
