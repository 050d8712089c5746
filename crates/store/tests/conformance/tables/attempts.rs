//! What is limited is counted exactly, however many try at once.

use std::collections::BTreeSet;

use rondo_domain::Timestamp;
use rondo_store::{Attempts, Store};
use tokio::task::JoinSet;

use crate::support::at;

on_every_database! {
    attempts_are_counted_up_within_a_window,
    a_window_ends_by_the_time_given,
    each_key_has_a_count_of_its_own,
    forgotten_attempts_are_counted_from_the_start,
    attempts_at_the_same_time_get_a_number_each,
    a_count_that_is_rolled_back_did_not_happen,
    windows_that_are_over_are_purged,
}

async fn count(store: &Store, key: &'static str, now: Timestamp) -> Attempts {
    store.write(move |txn| async move { txn.count_attempt(key, 60, now).await }).await.unwrap()
}

async fn attempts_are_counted_up_within_a_window(store: Store) {
    for number in 1..=5 {
        let attempts = count(&store, "ada", at(number)).await;
        // The window began with the first attempt and does not move.
        let expected = Attempts { count: number, resets_at: at(61) };
        assert_eq!(attempts, expected);
    }
}

async fn a_window_ends_by_the_time_given(store: Store) {
    count(&store, "ada", at(0)).await;
    assert_eq!(count(&store, "ada", at(60).plus_micros(-1)).await.count, 2);
    let anew = Attempts { count: 1, resets_at: at(120) };
    assert_eq!(count(&store, "ada", at(60)).await, anew);
    assert_eq!(count(&store, "ada", at(61)).await.count, 2);
}

async fn each_key_has_a_count_of_its_own(store: Store) {
    for _ in 0..3 {
        count(&store, "ada", at(0)).await;
    }
    assert_eq!(count(&store, "bob", at(0)).await.count, 1);
    assert_eq!(count(&store, "ada", at(0)).await.count, 4);
}

async fn forgotten_attempts_are_counted_from_the_start(store: Store) {
    count(&store, "ada", at(0)).await;
    count(&store, "bob", at(0)).await;
    for _ in 0..2 {
        let forgotten = store.write(|txn| async move { txn.forget_attempts("ada").await });
        forgotten.await.unwrap();
    }
    assert_eq!(count(&store, "ada", at(0)).await.count, 1);
    assert_eq!(count(&store, "bob", at(0)).await.count, 2);
}

async fn attempts_at_the_same_time_get_a_number_each(store: Store) {
    let mut trying = JoinSet::new();
    for _ in 0..50 {
        let store = store.clone();
        trying.spawn(async move { count(&store, "ada", at(0)).await.count });
    }
    let numbers: BTreeSet<i64> = trying.join_all().await.into_iter().collect();
    assert_eq!(numbers, (1..=50).collect());
}

async fn a_count_that_is_rolled_back_did_not_happen(store: Store) {
    count(&store, "ada", at(0)).await;
    let undone = store.write(|txn| async move {
        txn.count_attempt("ada", 60, at(0)).await?;
        Err::<(), _>(crate::support::Failure::ChangedMind)
    });
    undone.await.unwrap_err();
    assert_eq!(count(&store, "ada", at(0)).await.count, 2);
}

async fn windows_that_are_over_are_purged(store: Store) {
    count(&store, "ada", at(0)).await;
    count(&store, "bob", at(1)).await;
    let purged = store.write(|txn| async move { txn.purge_expired(at(60)).await });
    purged.await.unwrap();
    // Asked as of second 0, when neither window was over.
    assert_eq!(count(&store, "ada", at(0)).await.count, 1);
    assert_eq!(count(&store, "bob", at(0)).await.count, 2);
}
