//! Login sessions, and tokens without one that were logged out.

use rondo_domain::{SessionId, Timestamp, UserId};
use rondo_store::{Constraint, Session, Store, StoreError};

use crate::support::{at, id_of, person};

on_every_database! {
    a_session_lives_until_it_expires,
    a_session_is_its_users_own,
    a_session_needs_a_user,
    a_session_id_is_used_once_by_a_user,
    a_session_ends_once,
    all_sessions_of_a_user_end_together,
    a_revoked_token_is_refused_from_now_on,
    revoking_twice_is_the_same_as_once,
    what_has_expired_is_purged,
}

fn session(user: &str, id: &str) -> Session {
    Session { id: session_id(id), user_id: id_of(user), created_at: at(0), expires_at: at(60) }
}

fn session_id(id: &str) -> SessionId {
    SessionId::new(id).unwrap()
}

async fn log_in(store: &Store, session: Session) -> Result<(), StoreError> {
    store.write(move |txn| async move { txn.insert_session(&session).await }).await
}

async fn is_live(store: &Store, user: &str, id: &str, now: Timestamp) -> bool {
    let (user, id) = (id_of(user), session_id(id));
    store.read(move |txn| async move { txn.session_is_live(&user, &id, now).await }).await.unwrap()
}

async fn log_out(store: &Store, user: &str, id: &str) -> bool {
    let (user, id) = (id_of(user), session_id(id));
    store.write(move |txn| async move { txn.delete_session(&user, &id).await }).await.unwrap()
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

async fn a_session_lives_until_it_expires(store: Store) {
    person(&store, "ada").await;
    log_in(&store, session("ada", "s1")).await.unwrap();
    assert!(is_live(&store, "ada", "s1", at(0)).await);
    assert!(is_live(&store, "ada", "s1", at(60).plus_micros(-1)).await);
    assert!(!is_live(&store, "ada", "s1", at(60)).await);
    assert!(!is_live(&store, "ada", "s2", at(0)).await);
}

async fn a_session_is_its_users_own(store: Store) {
    person(&store, "ada").await;
    person(&store, "bob").await;
    log_in(&store, session("ada", "s1")).await.unwrap();
    assert!(!is_live(&store, "bob", "s1", at(0)).await);
    assert!(!log_out(&store, "bob", "s1").await);
    assert!(is_live(&store, "ada", "s1", at(0)).await);
    // Ids are drawn at random; two users with the same one are two sessions.
    log_in(&store, session("bob", "s1")).await.unwrap();
    assert!(log_out(&store, "bob", "s1").await);
    assert!(is_live(&store, "ada", "s1", at(0)).await);
}

async fn a_session_needs_a_user(store: Store) {
    let refused = log_in(&store, session("nobody", "s1")).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
}

async fn a_session_id_is_used_once_by_a_user(store: Store) {
    person(&store, "ada").await;
    log_in(&store, session("ada", "s1")).await.unwrap();
    let refused = log_in(&store, session("ada", "s1")).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Key));
}

async fn a_session_ends_once(store: Store) {
    person(&store, "ada").await;
    log_in(&store, session("ada", "s1")).await.unwrap();
    assert!(log_out(&store, "ada", "s1").await);
    assert!(!log_out(&store, "ada", "s1").await);
    assert!(!is_live(&store, "ada", "s1", at(0)).await);
}

async fn all_sessions_of_a_user_end_together(store: Store) {
    for name in ["ada", "bob"] {
        person(&store, name).await;
        for id in ["s1", "s2", "s3"] {
            log_in(&store, session(name, id)).await.unwrap();
        }
    }
    let ended = store.write(|txn| async move { txn.delete_sessions(&id_of("ada")).await });
    assert_eq!(ended.await.unwrap(), 3);
    for id in ["s1", "s2", "s3"] {
        assert!(!is_live(&store, "ada", id, at(0)).await);
        assert!(is_live(&store, "bob", id, at(0)).await);
    }
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

async fn what_has_expired_is_purged(store: Store) {
    let ada = person(&store, "ada").await;
    log_in(&store, session("ada", "s1")).await.unwrap();
    revoke(&store, &ada.id, 1, at(60)).await;
    let purge = async |now| {
        let purged = store.write(move |txn| async move { txn.purge_expired(now).await });
        purged.await.unwrap();
    };
    purge(at(60).plus_micros(-1)).await;
    assert!(is_live(&store, "ada", "s1", at(0)).await);
    assert!(!is_allowed(&store, &ada.id, 1).await);
    purge(at(60)).await;
    // Asked as of second 0: it is not only over, it is gone.
    assert!(!is_live(&store, "ada", "s1", at(0)).await);
    assert!(is_allowed(&store, &ada.id, 1).await);
}
