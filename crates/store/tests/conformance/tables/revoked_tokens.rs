//! Tokens without a session of ours that were logged out.

use rondo_domain::{Timestamp, UserId};
use rondo_store::Store;

use crate::support::{at, id_of};

on_every_database! {
    a_revoked_token_is_refused_from_now_on,
    revoking_twice_is_the_same_as_once,
    what_would_be_refused_anyway_is_purged,
}

async fn revoke(store: &Store, user: &UserId, byte: u8, expires_at: Timestamp) {
    let user = user.clone();
    store
        .write(move |txn| async move { txn.revoke_token(&user, &[byte; 32], expires_at).await })
        .await
        .unwrap();
}

async fn is_allowed(store: &Store, user: &UserId, byte: u8) -> bool {
    let user = user.clone();
    store
        .read(move |txn| async move { txn.token_is_allowed(&user, &[byte; 32]).await })
        .await
        .unwrap()
}

async fn a_revoked_token_is_refused_from_now_on(store: Store) {
    // Neither needs a row: these tokens are an external issuer's.
    let (ada, bob) = (id_of("ada"), id_of("bob"));
    assert!(is_allowed(&store, &ada, 1).await);
    revoke(&store, &ada, 1, at(60)).await;
    assert!(!is_allowed(&store, &ada, 1).await);
    assert!(is_allowed(&store, &ada, 2).await);
    assert!(is_allowed(&store, &bob, 1).await);
}

async fn revoking_twice_is_the_same_as_once(store: Store) {
    let ada = id_of("ada");
    revoke(&store, &ada, 1, at(60)).await;
    revoke(&store, &ada, 1, at(90)).await;
    assert!(!is_allowed(&store, &ada, 1).await);
}

async fn what_would_be_refused_anyway_is_purged(store: Store) {
    let ada = id_of("ada");
    revoke(&store, &ada, 1, at(60)).await;
    for (now, is_gone) in [(at(60).plus_micros(-1), false), (at(60), true)] {
        let purged = store.write(move |txn| async move { txn.purge_expired(now).await });
        purged.await.unwrap();
        assert_eq!(is_allowed(&store, &ada, 1).await, is_gone);
    }
}
