//! What requests with an Idempotency-Key were answered.

use rondo_store::{Constraint, Store, StoreError, StoredAnswer, Txn};
use tokio::task::JoinSet;

use crate::support::{
    Database, Failure, Person, Stop, at, create, id_of, new_task, person, queue, until,
};

on_every_database! {
    an_answer_comes_back_as_it_was_stored,
    a_key_belongs_to_one_user,
    an_answer_is_kept_until_it_expires,
    a_live_answer_is_not_replaced,
    an_answer_that_is_over_is_replaced,
    a_key_that_is_taken_undoes_the_whole_write,
    an_answer_needs_a_user_with_a_row,
    of_requests_at_once_with_one_key_one_counts,
    what_is_over_is_cleared_away,
}

mod on_servers {
    use super::{two_connections_with_one_key_meet, writes_that_share_a_commit_with_one_key};

    tests_on!(postgres, Postgres:
        two_connections_with_one_key_meet
        writes_that_share_a_commit_with_one_key
    );
    tests_on!(postgres_unnamed, PostgresUnnamed:
        two_connections_with_one_key_meet
        writes_that_share_a_commit_with_one_key
    );
}

mod from_outside {
    use super::an_answer_that_makes_no_sense_is_an_error;

    on_shared_databases! { an_answer_that_makes_no_sense_is_an_error }
}

fn answer(text: &str) -> StoredAnswer {
    StoredAnswer { fingerprint: [7; 32], answer: text.to_owned() }
}

/// Keeps an answer at a second, for a minute.
async fn keep(who: &Person, key: &str, text: &str, second: i64) -> Result<(), StoreError> {
    let (id, key, answer) = (who.id.clone(), key.to_owned(), answer(text));
    let moments = (at(second), at(second + 60));
    let write = who
        .store
        .write(move |txn| async move { txn.keep_answer(&id, &key, &answer, moments).await });
    write.await
}

async fn find(who: &Person, key: &str, second: i64) -> Option<String> {
    let (id, key) = (who.id.clone(), key.to_owned());
    let found =
        who.store.read(move |txn| async move { txn.find_answer(&id, &key, at(second)).await });
    found.await.unwrap().map(|found| found.answer)
}

async fn an_answer_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let stored = StoredAnswer { fingerprint: [9; 32], answer: "{\"täsk\":\"😀\"}".to_owned() };
    let keys = ["k", "a b\"c", &"~".repeat(255)].map(str::to_owned);
    for key in keys {
        let (id, kept, name) = (ada.id.clone(), stored.clone(), key.clone());
        let write = store.write(move |txn| async move {
            txn.keep_answer(&id, &name, &kept, (at(0), at(60))).await
        });
        write.await.unwrap();
        let id = ada.id.clone();
        let found = store.read(move |txn| async move { txn.find_answer(&id, &key, at(1)).await });
        assert_eq!(found.await.unwrap().as_ref(), Some(&stored));
    }
    assert_eq!(find(&ada, "K", 1).await, None);
}

async fn a_key_belongs_to_one_user(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    keep(&ada, "k", "ada's", 0).await.unwrap();
    assert_eq!(find(&bob, "k", 1).await, None);
    keep(&bob, "k", "bob's", 0).await.unwrap();
    assert_eq!(find(&ada, "k", 1).await.as_deref(), Some("ada's"));
    assert_eq!(find(&bob, "k", 1).await.as_deref(), Some("bob's"));
}

async fn an_answer_is_kept_until_it_expires(store: Store) {
    let ada = person(&store, "ada").await;
    keep(&ada, "k", "first", 0).await.unwrap();
    assert_eq!(find(&ada, "k", 59).await.as_deref(), Some("first"));
    assert_eq!(find(&ada, "k", 60).await, None);
}

async fn a_live_answer_is_not_replaced(store: Store) {
    let ada = person(&store, "ada").await;
    keep(&ada, "k", "first", 0).await.unwrap();
    for second in [0, 59] {
        let refused = keep(&ada, "k", "second", second).await;
        assert_refused!(refused, StoreError::Conflict(Constraint::Key));
    }
    assert_eq!(find(&ada, "k", 1).await.as_deref(), Some("first"));
}

async fn an_answer_that_is_over_is_replaced(store: Store) {
    let ada = person(&store, "ada").await;
    keep(&ada, "k", "first", 0).await.unwrap();
    keep(&ada, "k", "second", 60).await.unwrap();
    assert_eq!(find(&ada, "k", 119).await.as_deref(), Some("second"));
    assert_eq!(find(&ada, "k", 120).await, None);
}

/// Adds a task called after the key, whatever has happened before.
async fn add(txn: Txn, who: Person, key: &'static str) -> Result<(), StoreError> {
    create(&txn, &who.id, new_task(key, false), at(1)).await?;
    txn.keep_answer(&who.id, key, &answer(key), (at(1), at(61))).await
}

async fn a_key_that_is_taken_undoes_the_whole_write(store: Store) {
    let ada = person(&store, "ada").await;
    keep(&ada, "k", "first", 0).await.unwrap();
    let who = ada.clone();
    let refused = store.write_for(&ada.id, move |txn| add(txn, who, "k"));
    assert_refused!(refused.await, StoreError::Conflict(Constraint::Key));
    assert!(ada.tasks().await.is_empty());
    assert_eq!(ada.totals().await, (0, 0));
}

async fn an_answer_needs_a_user_with_a_row(store: Store) {
    let stranger = Person { id: id_of("stranger"), store };
    let refused = keep(&stranger, "k", "first", 0).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
}

async fn of_requests_at_once_with_one_key_one_counts(store: Store) {
    let ada = person(&store, "ada").await;
    let mut asking = JoinSet::new();
    for number in 0..20 {
        let (ada, who) = (ada.clone(), ada.clone());
        asking.spawn(async move {
            let body = move |txn| add(txn, who, "k");
            // Those that share a commit, and those that do not.
            if number % 2 == 0 {
                ada.store.write_for(&ada.id, body).await
            } else {
                ada.store.write(body).await
            }
        });
    }
    let outcomes = asking.join_all().await;
    let (stored, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(stored.len(), 1);
    for refusal in refused {
        assert_refused!(refusal, StoreError::Conflict(Constraint::Key));
    }
    assert_eq!(ada.titles().await, ["k"]);
    assert_eq!(ada.totals().await, (1, 0));
}

async fn what_is_over_is_cleared_away(store: Store) {
    let ada = person(&store, "ada").await;
    keep(&ada, "old", "old", 0).await.unwrap();
    keep(&ada, "new", "new", 1).await.unwrap();
    let purged = store.write(|txn| async move { txn.purge_expired(at(60)).await });
    let purged: Result<(), StoreError> = purged.await;
    purged.unwrap();
    assert_eq!(find(&ada, "old", 0).await, None);
    assert_eq!(find(&ada, "new", 60).await.as_deref(), Some("new"));
}

async fn two_connections_with_one_key_meet((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let (stop, first) = (Stop::new(), ada.clone());
    let held = stop.clone();
    let first = tokio::spawn(async move {
        let who = first.clone();
        let written = first.store.write(move |txn| async move {
            txn.keep_answer(&who.id, "k", &answer("first"), (at(0), at(60))).await?;
            // Takes the answer along, so that the key is held now.
            txn.find_answer(&who.id, "k", at(0)).await?;
            held.here().await;
            Ok::<_, StoreError>(())
        });
        written.await
    });
    stop.reached().await;
    let (second, writer) = (ada.clone(), ada.clone());
    let second =
        tokio::spawn(queue(
            async move { writer.store.write(move |txn| add(txn, second, "k")).await },
        ));
    let waits = "select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'
                 and query like '%idempotency_keys%'";
    until("one waits for the other", async || database.number(waits).await >= 1).await;
    stop.go();
    first.await.unwrap().unwrap();
    assert_refused!(second.await.unwrap(), StoreError::Conflict(Constraint::Key));
    assert_eq!(find(&ada, "k", 1).await.as_deref(), Some("first"));
    assert!(ada.tasks().await.is_empty());
}

async fn writes_that_share_a_commit_with_one_key(store: Store) {
    let ada = person(&store, "ada").await;
    let (stop, held, busy) = (Stop::new(), ada.clone(), ada.clone());
    let stopped = stop.clone();
    let busy = tokio::spawn(async move {
        let written = busy.store.write_for(&held.id, move |_| async move {
            stopped.here().await;
            Ok::<_, Failure>(())
        });
        written.await.unwrap();
    });
    stop.reached().await;
    let write = |key: &'static str| {
        let (ada, who) = (ada.clone(), ada.clone());
        queue(async move { ada.store.write_for(&ada.id, move |txn| add(txn, who, key)).await })
    };
    let (one, again, other) = (write("one"), write("one"), write("other"));
    stop.go();
    busy.await.unwrap();
    one.await.unwrap();
    assert_refused!(again.await, StoreError::Conflict(Constraint::Key));
    other.await.unwrap();
    let mut titles = ada.titles().await;
    titles.sort();
    assert_eq!(titles, ["one", "other"]);
    assert_eq!(ada.totals().await, (2, 0));
}

async fn an_answer_that_makes_no_sense_is_an_error((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    keep(&ada, "k", "first", 0).await.unwrap();
    let short = if database.is_sqlite() { "x'07'" } else { "'\\x07'" };
    database.execute(&format!("update idempotency_keys set fingerprint = {short}")).await;
    let found = store.read(|txn| async move { txn.find_answer(&id_of("ada"), "k", at(0)).await });
    assert_refused!(found.await, StoreError::Corrupt { table: "idempotency_keys", .. });
}
