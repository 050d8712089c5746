//! Links in mails: good once, for one user, for one purpose, for a while.

use rondo_domain::Timestamp;
use rondo_store::{Constraint, Purpose, Store, StoreError, Verification};
use tokio::task::JoinSet;

use crate::support::{Database, at, id_of, person, verification};

use Purpose::{ChangeEmail, ResetPassword, VerifyEmail};

on_every_database! {
    a_link_comes_back_as_it_was_stored,
    a_link_is_good_until_it_expires,
    a_link_is_good_once,
    a_link_is_good_for_its_user_only,
    a_link_is_good_for_its_purpose_only,
    a_link_followed_by_many_at_once_is_good_for_one,
    a_link_that_was_rolled_back_is_still_good,
    a_link_needs_a_user,
    what_a_link_holds_is_used_once,
    all_links_of_a_user_for_one_purpose_are_made_void,
    a_link_goes_with_its_user,
    a_link_that_is_over_is_purged,
}

mod from_outside {
    use super::{a_link_has_one_of_three_purposes, a_link_that_makes_no_sense_is_reported_by_name};

    on_shared_databases! {
        a_link_has_one_of_three_purposes,
        a_link_that_makes_no_sense_is_reported_by_name,
    }
}

async fn send(store: &Store, new: Verification) -> Result<(), StoreError> {
    store.write(move |txn| async move { txn.insert_verification(&new).await }).await
}

async fn find(store: &Store, byte: u8, purpose: Purpose, now: Timestamp) -> Option<Verification> {
    store
        .read(move |txn| async move { txn.find_verification(&[byte; 32], purpose, now).await })
        .await
        .unwrap()
}

/// Follows a link as somebody, at a moment.
async fn take(store: &Store, name: &str, link: (u8, Purpose), now: Timestamp) -> bool {
    let (user, (byte, purpose)) = (id_of(name), link);
    store
        .write(
            move |txn| async move { txn.take_verification(&user, &[byte; 32], purpose, now).await },
        )
        .await
        .unwrap()
}

async fn a_link_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    for (byte, purpose) in [(1, ResetPassword), (2, VerifyEmail), (255, ChangeEmail)] {
        let new = Verification {
            created_at: at(0).plus_micros(1),
            expires_at: at(1).plus_micros(2),
            ..verification(&ada.id, purpose, byte)
        };
        send(&store, new.clone()).await.unwrap();
        assert_eq!(find(&store, byte, purpose, at(0)).await, Some(new));
    }
    assert_eq!(find(&store, 3, ResetPassword, at(0)).await, None);
}

async fn a_link_is_good_until_it_expires(store: Store) {
    let ada = person(&store, "ada").await;
    send(&store, verification(&ada.id, VerifyEmail, 1)).await.unwrap();
    let link = (1, VerifyEmail);
    assert_eq!(find(&store, 1, VerifyEmail, at(60)).await, None);
    assert!(!take(&store, "ada", link, at(60)).await);
    assert!(find(&store, 1, VerifyEmail, at(60).plus_micros(-1)).await.is_some());
    assert!(take(&store, "ada", link, at(60).plus_micros(-1)).await);
}

async fn a_link_is_good_once(store: Store) {
    let ada = person(&store, "ada").await;
    send(&store, verification(&ada.id, ResetPassword, 1)).await.unwrap();
    send(&store, verification(&ada.id, ResetPassword, 2)).await.unwrap();
    assert!(take(&store, "ada", (1, ResetPassword), at(1)).await);
    assert!(!take(&store, "ada", (1, ResetPassword), at(1)).await);
    assert_eq!(find(&store, 1, ResetPassword, at(1)).await, None);
    assert!(take(&store, "ada", (2, ResetPassword), at(1)).await, "another one is as good");
}

async fn a_link_is_good_for_its_user_only(store: Store) {
    let ada = person(&store, "ada").await;
    person(&store, "bob").await;
    send(&store, verification(&ada.id, ChangeEmail, 1)).await.unwrap();
    assert!(!take(&store, "bob", (1, ChangeEmail), at(1)).await);
    assert!(take(&store, "ada", (1, ChangeEmail), at(1)).await);
}

async fn a_link_is_good_for_its_purpose_only(store: Store) {
    let ada = person(&store, "ada").await;
    let all = [ResetPassword, VerifyEmail, ChangeEmail];
    for (byte, purpose) in (1..).zip(all) {
        send(&store, verification(&ada.id, purpose, byte)).await.unwrap();
        for other in all.into_iter().filter(|other| *other != purpose) {
            assert_eq!(find(&store, byte, other, at(1)).await, None, "{purpose:?} {other:?}");
            assert!(!take(&store, "ada", (byte, other), at(1)).await, "{purpose:?} {other:?}");
        }
        assert!(take(&store, "ada", (byte, purpose), at(1)).await);
    }
}

async fn a_link_followed_by_many_at_once_is_good_for_one(store: Store) {
    let ada = person(&store, "ada").await;
    send(&store, verification(&ada.id, ResetPassword, 1)).await.unwrap();
    let mut taking = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        taking.spawn(async move { take(&store, "ada", (1, ResetPassword), at(1)).await });
    }
    let good = taking.join_all().await.into_iter().filter(|good| *good).count();
    assert_eq!(good, 1);
}

async fn a_link_that_was_rolled_back_is_still_good(store: Store) {
    let ada = person(&store, "ada").await;
    send(&store, verification(&ada.id, ResetPassword, 1)).await.unwrap();
    let undone = store.write(|txn| async move {
        let good = txn.take_verification(&id_of("ada"), &[1; 32], ResetPassword, at(1)).await?;
        assert!(good);
        Err::<(), _>(crate::support::Failure::ChangedMind)
    });
    undone.await.unwrap_err();
    assert!(take(&store, "ada", (1, ResetPassword), at(1)).await);
}

async fn a_link_needs_a_user(store: Store) {
    let refused = send(&store, verification(&id_of("nobody"), VerifyEmail, 1)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
}

async fn what_a_link_holds_is_used_once(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let first = verification(&ada.id, VerifyEmail, 1);
    send(&store, first.clone()).await.unwrap();
    for again in [verification(&ada.id, ChangeEmail, 1), verification(&bob.id, VerifyEmail, 1)] {
        let refused = send(&store, again).await;
        assert_refused!(refused, StoreError::Conflict(Constraint::Key));
    }
    assert_eq!(find(&store, 1, VerifyEmail, at(1)).await, Some(first));
}

async fn all_links_of_a_user_for_one_purpose_are_made_void(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let links = [
        (&ada, ResetPassword, 1),
        (&ada, ResetPassword, 2),
        (&ada, VerifyEmail, 3),
        (&bob, ResetPassword, 4),
    ];
    for (who, purpose, byte) in links {
        send(&store, verification(&who.id, purpose, byte)).await.unwrap();
    }
    for voided in [2, 0] {
        let deleted = store.write(|txn| async move {
            txn.delete_verifications(&id_of("ada"), ResetPassword).await
        });
        assert_eq!(deleted.await.unwrap(), voided);
    }
    for (_, purpose, byte) in links {
        assert_eq!(find(&store, byte, purpose, at(1)).await.is_some(), byte > 2, "{byte}");
    }
}

async fn a_link_goes_with_its_user(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    send(&store, verification(&ada.id, VerifyEmail, 1)).await.unwrap();
    send(&store, verification(&bob.id, VerifyEmail, 2)).await.unwrap();
    assert!(ada.leaves().await);
    assert_eq!(find(&store, 1, VerifyEmail, at(1)).await, None);
    assert!(find(&store, 2, VerifyEmail, at(1)).await.is_some());
}

async fn a_link_that_is_over_is_purged(store: Store) {
    let ada = person(&store, "ada").await;
    send(&store, verification(&ada.id, VerifyEmail, 1)).await.unwrap();
    for (now, is_left) in [(at(60).plus_micros(-1), true), (at(60), false)] {
        let purged = store.write(move |txn| async move { txn.purge_expired(now).await });
        purged.await.unwrap();
        // Asked as of second 0: it is not only over, it is gone.
        assert_eq!(find(&store, 1, VerifyEmail, at(0)).await.is_some(), is_left);
    }
}

async fn a_link_has_one_of_three_purposes((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    send(&store, verification(&ada.id, VerifyEmail, 1)).await.unwrap();
    let update = "update verifications set purpose = 'anything'";
    let refusal = if database.is_sqlite() {
        database.sqlite().execute_batch(update).unwrap_err().to_string()
    } else {
        let refused = database.postgres().await.batch_execute(update).await;
        refused.unwrap_err().as_db_error().unwrap().message().to_owned()
    };
    assert!(refusal.to_lowercase().contains("check constraint"), "{refusal}");
}

async fn a_link_that_makes_no_sense_is_reported_by_name((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    send(&store, verification(&ada.id, VerifyEmail, 1)).await.unwrap();
    let never = database.no_moment();
    database.execute(&format!("update verifications set expires_at = {never}")).await;
    let found =
        store.read(|txn| async move { txn.find_verification(&[1; 32], VerifyEmail, at(1)).await });
    match found.await {
        Err(StoreError::Corrupt { table, id }) => {
            assert_eq!((table, id.as_str()), ("verifications", "ada"));
        }
        other => panic!("{other:?} instead of Corrupt"),
    }
}
