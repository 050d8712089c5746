//! Login sessions: found by id and by token, listed, extended, ended.

use rondo_domain::{SessionId, Timestamp, User};
use rondo_store::{Constraint, Session, Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{Database, at, id_of, person, session, user};

on_every_database! {
    a_session_comes_back_as_it_was_stored,
    a_session_lives_until_it_expires,
    a_session_is_its_users_own,
    a_session_needs_a_user,
    a_session_id_is_used_once_by_a_user,
    a_token_opens_one_session,
    a_session_is_found_by_its_token_also_when_it_is_over,
    sessions_are_listed_newest_first_while_they_live,
    a_session_that_is_extended_ends_later,
    a_session_that_is_over_is_not_brought_back,
    a_session_is_extended_by_its_user_only,
    a_session_extended_by_many_at_once_ends_when_they_said,
    a_session_ended_and_extended_at_once_is_gone,
    a_session_ends_once,
    a_session_is_ended_by_its_token_once_and_by_its_user_only,
    all_sessions_of_a_user_end_together,
    all_sessions_of_a_user_but_one_end_together,
    a_session_goes_with_its_user,
    a_session_that_is_over_is_purged,
}

mod from_outside {
    use super::a_session_that_makes_no_sense_is_reported_by_name;

    on_shared_databases! { a_session_that_makes_no_sense_is_reported_by_name }
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

async fn find(store: &Store, byte: u8) -> Option<(Session, User)> {
    store
        .read(move |txn| async move { txn.find_session_by_token(&[byte; 32]).await })
        .await
        .unwrap()
}

async fn list(store: &Store, user: &str, now: Timestamp) -> Vec<Session> {
    let user = id_of(user);
    store.read(move |txn| async move { txn.list_sessions(&user, now).await }).await.unwrap()
}

async fn listed(store: &Store, user: &str, now: Timestamp) -> Vec<String> {
    list(store, user, now).await.iter().map(|session| session.id.as_str().to_owned()).collect()
}

async fn extend(store: &Store, user: &str, now: Timestamp, expires_at: Timestamp) -> bool {
    let (user, id) = (id_of(user), session_id("s1"));
    store
        .write(move |txn| async move { txn.extend_session(&user, &id, now, expires_at).await })
        .await
        .unwrap()
}

async fn log_out(store: &Store, user: &str, id: &str) -> bool {
    let (user, id) = (id_of(user), session_id(id));
    store.write(move |txn| async move { txn.delete_session(&user, &id).await }).await.unwrap()
}

async fn log_out_by_token(store: &Store, user: &str, byte: u8) -> Option<SessionId> {
    let user = id_of(user);
    store
        .write(move |txn| async move { txn.delete_session_by_token(&user, &[byte; 32]).await })
        .await
        .unwrap()
}

/// Logs ada and bob in with three sessions each: `a1` to `a3`, `b1` to `b3`.
async fn log_in_everybody(store: &Store) {
    for (name, letter, first) in [("ada", 'a', 1), ("bob", 'b', 4)] {
        person(store, name).await;
        for number in 1..=3 {
            let new = session(&id_of(name), &format!("{letter}{number}"), first + number);
            log_in(store, new).await.unwrap();
        }
    }
}

async fn a_session_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let remembered = Session {
        remembered: true,
        sealed_token: (0..=255).collect(),
        ip_address: "2001:db8::1".to_owned(),
        user_agent: format!("Mozilla/5.0 (\"日本\"; 😀) {}", "x".repeat(2000)),
        created_at: at(1).plus_micros(1),
        updated_at: at(2).plus_micros(2),
        expires_at: at(3).plus_micros(3),
        ..session(&ada.id, "s1", 1)
    };
    let bare = Session {
        sealed_token: Vec::new(),
        ip_address: String::new(),
        user_agent: String::new(),
        ..session(&ada.id, "s2", 2)
    };
    for (new, byte) in [(remembered, 1), (bare, 2)] {
        log_in(&store, new.clone()).await.unwrap();
        assert_eq!(find(&store, byte).await, Some((new.clone(), user("ada"))));
        assert!(list(&store, "ada", at(0)).await.contains(&new));
    }
}

async fn a_session_lives_until_it_expires(store: Store) {
    person(&store, "ada").await;
    log_in(&store, session(&id_of("ada"), "s1", 1)).await.unwrap();
    assert!(is_live(&store, "ada", "s1", at(0)).await);
    assert!(is_live(&store, "ada", "s1", at(60).plus_micros(-1)).await);
    assert!(!is_live(&store, "ada", "s1", at(60)).await);
    assert!(!is_live(&store, "ada", "s2", at(0)).await);
}

async fn a_session_is_its_users_own(store: Store) {
    person(&store, "ada").await;
    person(&store, "bob").await;
    log_in(&store, session(&id_of("ada"), "s1", 1)).await.unwrap();
    assert!(!is_live(&store, "bob", "s1", at(0)).await);
    assert!(!log_out(&store, "bob", "s1").await);
    assert!(is_live(&store, "ada", "s1", at(0)).await);
    // Ids are drawn at random; two users with the same one are two sessions.
    log_in(&store, session(&id_of("bob"), "s1", 2)).await.unwrap();
    assert!(log_out(&store, "bob", "s1").await);
    assert!(is_live(&store, "ada", "s1", at(0)).await);
}

async fn a_session_needs_a_user(store: Store) {
    let refused = log_in(&store, session(&id_of("nobody"), "s1", 1)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
}

async fn a_session_id_is_used_once_by_a_user(store: Store) {
    let ada = person(&store, "ada").await;
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    let refused = log_in(&store, session(&ada.id, "s1", 2)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Key));
}

async fn a_token_opens_one_session(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    for again in [session(&ada.id, "s2", 1), session(&bob.id, "s2", 1)] {
        let refused = log_in(&store, again).await;
        assert_refused!(refused, StoreError::Conflict(Constraint::Key));
    }
    assert_eq!(find(&store, 1).await, Some((session(&ada.id, "s1", 1), user("ada"))));
    assert!(listed(&store, "bob", at(0)).await.is_empty());
}

async fn a_session_is_found_by_its_token_also_when_it_is_over(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let over = Session { expires_at: at(-60), ..session(&ada.id, "s1", 1) };
    log_in(&store, over.clone()).await.unwrap();
    log_in(&store, session(&bob.id, "s1", 2)).await.unwrap();
    assert_eq!(find(&store, 1).await, Some((over, user("ada"))));
    assert_eq!(find(&store, 2).await, Some((session(&bob.id, "s1", 2), user("bob"))));
    assert_eq!(find(&store, 3).await, None);
}

async fn sessions_are_listed_newest_first_while_they_live(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    log_in(&store, session(&bob.id, "bobs", 9)).await.unwrap();
    for (id, byte, made, over) in
        [("s1", 1, 5, 60), ("s2", 2, 7, 50), ("s3", 3, 7, 60), ("s4", 4, 6, 60)]
    {
        let moments = (at(made), at(over));
        let new =
            Session { created_at: moments.0, expires_at: moments.1, ..session(&ada.id, id, byte) };
        log_in(&store, new).await.unwrap();
    }
    assert_eq!(listed(&store, "ada", at(50).plus_micros(-1)).await, ["s3", "s2", "s4", "s1"]);
    assert_eq!(listed(&store, "ada", at(50)).await, ["s3", "s4", "s1"]);
    assert_eq!(listed(&store, "bob", at(50)).await, ["bobs"]);
    assert!(listed(&store, "ada", at(60)).await.is_empty());
    assert!(listed(&store, "nobody", at(0)).await.is_empty());
}

async fn a_session_that_is_extended_ends_later(store: Store) {
    let ada = person(&store, "ada").await;
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    log_in(&store, session(&ada.id, "s2", 2)).await.unwrap();
    assert!(extend(&store, "ada", at(30), at(90)).await);
    let expected = Session { updated_at: at(30), expires_at: at(90), ..session(&ada.id, "s1", 1) };
    assert_eq!(find(&store, 1).await.unwrap().0, expected);
    assert_eq!(find(&store, 2).await.unwrap().0, session(&ada.id, "s2", 2));
    assert!(is_live(&store, "ada", "s1", at(89)).await);
}

async fn a_session_that_is_over_is_not_brought_back(store: Store) {
    let ada = person(&store, "ada").await;
    assert!(!extend(&store, "ada", at(0), at(90)).await);
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    assert!(!extend(&store, "ada", at(60), at(90)).await);
    assert_eq!(find(&store, 1).await.unwrap().0, session(&ada.id, "s1", 1));
    assert!(log_out(&store, "ada", "s1").await);
    assert!(!extend(&store, "ada", at(0), at(90)).await);
    assert_eq!(find(&store, 1).await, None);
}

async fn a_session_is_extended_by_its_user_only(store: Store) {
    let ada = person(&store, "ada").await;
    person(&store, "bob").await;
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    assert!(!extend(&store, "bob", at(0), at(90)).await);
    assert!(!is_live(&store, "ada", "s1", at(60)).await);
}

async fn a_session_extended_by_many_at_once_ends_when_they_said(store: Store) {
    let ada = person(&store, "ada").await;
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    let mut extending = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        extending.spawn(async move { extend(&store, "ada", at(30), at(90)).await });
    }
    assert_eq!(extending.join_all().await, [true; 20]);
    assert_eq!(find(&store, 1).await.unwrap().0.expires_at, at(90));
}

async fn a_session_ended_and_extended_at_once_is_gone(store: Store) {
    let ada = person(&store, "ada").await;
    for _ in 0..20 {
        log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
        let (one, other) = (store.clone(), store.clone());
        let extending = tokio::spawn(async move { extend(&one, "ada", at(30), at(90)).await });
        let ending = tokio::spawn(async move { log_out(&other, "ada", "s1").await });
        extending.await.unwrap();
        assert!(ending.await.unwrap());
        assert_eq!(find(&store, 1).await, None);
    }
}

async fn a_session_ends_once(store: Store) {
    person(&store, "ada").await;
    log_in(&store, session(&id_of("ada"), "s1", 1)).await.unwrap();
    assert!(log_out(&store, "ada", "s1").await);
    assert!(!log_out(&store, "ada", "s1").await);
    assert!(!is_live(&store, "ada", "s1", at(0)).await);
}

async fn a_session_is_ended_by_its_token_once_and_by_its_user_only(store: Store) {
    let ada = person(&store, "ada").await;
    person(&store, "bob").await;
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    log_in(&store, session(&ada.id, "s2", 2)).await.unwrap();
    assert_eq!(log_out_by_token(&store, "bob", 1).await, None);
    assert_eq!(log_out_by_token(&store, "ada", 3).await, None);
    assert_eq!(listed(&store, "ada", at(0)).await, ["s2", "s1"]);
    assert_eq!(log_out_by_token(&store, "ada", 1).await, Some(session_id("s1")));
    assert_eq!(log_out_by_token(&store, "ada", 1).await, None);
    assert_eq!(listed(&store, "ada", at(0)).await, ["s2"]);
}

/// The databases say in any order which sessions ended.
fn in_order(mut ids: Vec<SessionId>) -> Vec<String> {
    ids.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}

async fn all_sessions_of_a_user_end_together(store: Store) {
    log_in_everybody(&store).await;
    let ended = store.write(|txn| async move { txn.delete_sessions(&id_of("ada")).await });
    assert_eq!(in_order(ended.await.unwrap()), ["a1", "a2", "a3"]);
    assert!(listed(&store, "ada", at(0)).await.is_empty());
    assert_eq!(listed(&store, "bob", at(0)).await, ["b3", "b2", "b1"]);
}

async fn all_sessions_of_a_user_but_one_end_together(store: Store) {
    log_in_everybody(&store).await;
    for ended in [&["a1", "a3"][..], &[]] {
        let keep = session_id("a2");
        let others = store
            .write(move |txn| async move { txn.delete_other_sessions(&id_of("ada"), &keep).await });
        assert_eq!(in_order(others.await.unwrap()), ended);
        assert_eq!(listed(&store, "ada", at(0)).await, ["a2"]);
    }
    // The one to keep is somebody else's, so none of ada's is kept.
    let keep = session_id("b2");
    let others = store
        .write(move |txn| async move { txn.delete_other_sessions(&id_of("ada"), &keep).await });
    assert_eq!(in_order(others.await.unwrap()), ["a2"]);
    assert_eq!(listed(&store, "bob", at(0)).await, ["b3", "b2", "b1"]);
}

async fn a_session_goes_with_its_user(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    log_in(&store, session(&bob.id, "s1", 2)).await.unwrap();
    assert!(ada.leaves().await);
    assert_eq!(find(&store, 1).await, None);
    assert!(find(&store, 2).await.is_some());
}

async fn a_session_that_is_over_is_purged(store: Store) {
    let ada = person(&store, "ada").await;
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    for (now, is_left) in [(at(60).plus_micros(-1), true), (at(60), false)] {
        let purged = store.write(move |txn| async move { txn.purge_expired(now).await });
        purged.await.unwrap();
        // Found also when it is over: without a purge it would be.
        assert_eq!(find(&store, 1).await.is_some(), is_left);
    }
}

async fn a_session_that_makes_no_sense_is_reported_by_name((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    let never = database.no_moment();
    for change in ["token_hash = sealed_token", &format!("expires_at = {never}")] {
        database.execute(&format!("update sessions set {change}")).await;
        let listed = store.read(|txn| async move { txn.list_sessions(&id_of("ada"), at(0)).await });
        match listed.await {
            Err(StoreError::Corrupt { table, id }) => {
                assert_eq!((table, id.as_str()), ("sessions", "s1"));
            }
            other => panic!("{other:?} instead of Corrupt"),
        }
    }
    log_out(&store, "ada", "s1").await;
    log_in(&store, session(&ada.id, "s1", 1)).await.unwrap();
    database.execute("update sessions set id = ''").await;
    let found = store.read(|txn| async move { txn.find_session_by_token(&[1; 32]).await });
    assert_refused!(found.await, StoreError::Corrupt { table: "sessions", .. });
}
