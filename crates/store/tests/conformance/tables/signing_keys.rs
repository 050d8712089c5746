//! The keys that all replicas sign with.

use rondo_store::{Constraint, SigningKey, Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{Database, at};

on_every_database! {
    a_key_comes_back_as_it_was_stored,
    keys_are_listed_newest_first,
    keys_that_are_over_are_removed_when_asked,
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

async fn list(store: &Store) -> Result<Vec<SigningKey>, StoreError> {
    store.read(|txn| async move { txn.list_signing_keys().await }).await
}

async fn listed(store: &Store) -> Vec<String> {
    list(store).await.unwrap().into_iter().map(|key| key.id).collect()
}

async fn a_key_comes_back_as_it_was_stored(store: Store) {
    assert!(list(&store).await.unwrap().is_empty());
    let new = SigningKey {
        created_at: at(1).plus_micros(1),
        expires_at: at(2).plus_micros(2),
        ..key("EdDSA", 1)
    };
    insert(&store, new.clone()).await.unwrap();
    assert_eq!(list(&store).await.unwrap(), [new]);
}

/// Four keys that are over after 60, 80, 100 and 110 seconds.
async fn insert_four(store: &Store) {
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
        insert(store, new).await.unwrap();
    }
}

async fn keys_are_listed_newest_first(store: Store) {
    insert_four(&store).await;
    assert_eq!(listed(&store).await, ["EdDSA 3", "EdDSA 2", "ES256 1", "EdDSA 1"]);
}

async fn keys_that_are_over_are_removed_when_asked(store: Store) {
    insert_four(&store).await;
    for (moment, removed, left) in [
        (at(60).plus_micros(-1), 0, &["EdDSA 3", "EdDSA 2", "ES256 1", "EdDSA 1"][..]),
        (at(60), 1, &["EdDSA 3", "EdDSA 2", "ES256 1"]),
        (at(100), 2, &["EdDSA 2"]),
        (at(110), 1, &[]),
    ] {
        let deleted = store.write(move |txn| async move { txn.delete_signing_keys(moment).await });
        assert_eq!(deleted.await.unwrap(), removed);
        assert_eq!(listed(&store).await, left);
    }
}

async fn a_generation_has_one_key(store: Store) {
    insert(&store, key("EdDSA", 1)).await.unwrap();
    let other = SigningKey { id: "another".to_owned(), ..key("EdDSA", 1) };
    assert_refused!(insert(&store, other).await, StoreError::Conflict(Constraint::Key));
    insert(&store, key("ES256", 1)).await.unwrap();
    insert(&store, key("EdDSA", 2)).await.unwrap();
    assert_eq!(listed(&store).await, ["EdDSA 2", "ES256 1", "EdDSA 1"]);
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
            listed(&store).await
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
    assert_eq!(listed(&store).await, ["EdDSA 1"]);
}

async fn a_key_that_makes_no_sense_is_reported_by_name((store, database): (Store, Database)) {
    insert(&store, key("EdDSA", 1)).await.unwrap();
    let never = database.no_moment();
    database.execute(&format!("update signing_keys set expires_at = {never}")).await;
    match list(&store).await {
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
