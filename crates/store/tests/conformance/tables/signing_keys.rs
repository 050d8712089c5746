//! The keys that all replicas sign with.

use rondo_domain::Timestamp;
use rondo_store::{Constraint, SigningKey, Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{Database, at};

on_every_database! {
    a_key_comes_back_as_it_was_stored,
    keys_are_listed_newest_first_until_they_are_over,
    a_generation_has_one_key,
    of_keys_made_at_once_all_replicas_get_the_same,
    keys_are_not_purged,
}

mod from_outside {
    use super::{a_generation_is_counted_from_one, a_key_that_makes_no_sense_is_reported_by_name};

    on_shared_databases! {
        a_key_that_makes_no_sense_is_reported_by_name,
        a_generation_is_counted_from_one,
    }
}

/// A key made at second 0 that signs for a minute.
fn key(algorithm: &str, generation: i64) -> SigningKey {
    SigningKey {
        algorithm: algorithm.to_owned(),
        generation,
        id: format!("{algorithm} {generation}"),
        public_key: r#"{"kty":"OKP","crv":"Ed25519","x":"…"}"#.to_owned(),
        sealed_private_key: (0..=255).collect(),
        created_at: at(0),
        expires_at: at(60),
    }
}

async fn insert(store: &Store, key: SigningKey) -> Result<(), StoreError> {
    store.write(move |txn| async move { txn.insert_signing_key(&key).await }).await
}

async fn list(store: &Store, not_before: Timestamp) -> Result<Vec<SigningKey>, StoreError> {
    store.read(move |txn| async move { txn.list_signing_keys(not_before).await }).await
}

async fn listed(store: &Store, not_before: Timestamp) -> Vec<String> {
    list(store, not_before).await.unwrap().into_iter().map(|key| key.id).collect()
}

async fn a_key_comes_back_as_it_was_stored(store: Store) {
    assert!(list(&store, at(0)).await.unwrap().is_empty());
    let new = SigningKey {
        created_at: at(1).plus_micros(1),
        expires_at: at(2).plus_micros(2),
        ..key("EdDSA", 1)
    };
    insert(&store, new.clone()).await.unwrap();
    assert_eq!(list(&store, at(0)).await.unwrap(), [new]);
}

async fn keys_are_listed_newest_first_until_they_are_over(store: Store) {
    // The clock of the replica that made the third one was late.
    for (algorithm, generation, made, over) in
        [("EdDSA", 1, 0, 60), ("EdDSA", 3, 40, 100), ("EdDSA", 2, 50, 110), ("ES256", 1, 20, 80)]
    {
        let moments = (at(made), at(over));
        let new = SigningKey {
            created_at: moments.0,
            expires_at: moments.1,
            ..key(algorithm, generation)
        };
        insert(&store, new).await.unwrap();
    }
    let all = ["EdDSA 3", "EdDSA 2", "ES256 1", "EdDSA 1"];
    assert_eq!(listed(&store, at(60).plus_micros(-1)).await, all);
    assert_eq!(listed(&store, at(60)).await, all[..3]);
    assert_eq!(listed(&store, at(80)).await, all[..2]);
    assert!(listed(&store, at(110)).await.is_empty());
}

async fn a_generation_has_one_key(store: Store) {
    insert(&store, key("EdDSA", 1)).await.unwrap();
    let other = SigningKey { id: "another".to_owned(), ..key("EdDSA", 1) };
    assert_refused!(insert(&store, other).await, StoreError::Conflict(Constraint::Key));
    insert(&store, key("ES256", 1)).await.unwrap();
    insert(&store, key("EdDSA", 2)).await.unwrap();
    assert_eq!(listed(&store, at(0)).await, ["EdDSA 2", "ES256 1", "EdDSA 1"]);
}

async fn of_keys_made_at_once_all_replicas_get_the_same(store: Store) {
    let mut making = JoinSet::new();
    for number in 0..10 {
        let store = store.clone();
        making.spawn(async move {
            let mine = SigningKey { id: format!("key {number}"), ..key("EdDSA", 1) };
            if let Err(refusal) = insert(&store, mine).await {
                assert_refused!(Err::<(), _>(refusal), StoreError::Conflict(Constraint::Key));
            }
            listed(&store, at(0)).await
        });
    }
    let seen = making.join_all().await;
    assert_eq!(seen[0].len(), 1);
    assert!(seen.iter().all(|keys| *keys == seen[0]), "{seen:?}");
}

/// Tokens that one has signed may be out there when it is over.
async fn keys_are_not_purged(store: Store) {
    insert(&store, key("EdDSA", 1)).await.unwrap();
    let purged = store.write(|txn| async move { txn.purge_expired(at(1_000_000)).await });
    purged.await.unwrap();
    assert_eq!(listed(&store, at(0)).await, ["EdDSA 1"]);
}

async fn a_key_that_makes_no_sense_is_reported_by_name((store, database): (Store, Database)) {
    insert(&store, key("EdDSA", 1)).await.unwrap();
    let never = database.no_moment();
    database.execute(&format!("update signing_keys set expires_at = {never}")).await;
    match list(&store, at(0)).await {
        Err(StoreError::Corrupt { table, id }) => {
            assert_eq!((table, id.as_str()), ("signing_keys", "EdDSA 1"));
        }
        other => panic!("{other:?} instead of Corrupt"),
    }
}

async fn a_generation_is_counted_from_one((store, _database): (Store, Database)) {
    for generation in [0, -1] {
        let refused = insert(&store, key("EdDSA", generation)).await;
        assert_refused!(refused, StoreError::Conflict(Constraint::Value));
    }
    insert(&store, key("EdDSA", 1)).await.unwrap();
}
