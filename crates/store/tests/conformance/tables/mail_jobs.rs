//! Mails to be sent: each is somebody's to send at any time, and nobody's
//! twice at the same time.

use rondo_domain::Timestamp;
use rondo_store::{Constraint, MailJob, Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{Database, Failure, Stop, at, id_of, mail_job, person};

on_every_database! {
    a_mail_comes_back_as_it_was_stored,
    a_mail_is_due_at_its_time,
    a_mail_that_is_being_sent_is_left_alone_for_a_while,
    mails_are_sent_in_the_order_they_are_due,
    the_next_mail_is_known_without_taking_it,
    a_mail_waits_for_its_next_attempt,
    a_mail_is_done_once,
    a_mail_is_its_users_own,
    a_mail_needs_a_user,
    a_mail_is_stored_with_what_it_tells_of,
    of_many_senders_at_once_each_gets_mails_of_its_own,
    a_mail_goes_with_its_user,
    a_mail_nobody_needs_any_more_is_handed_out_and_purged,
}

mod from_outside {
    use super::{a_mail_that_makes_no_sense_holds_up_no_other, two_replicas_send_each_mail_once};

    on_shared_databases! {
        two_replicas_send_each_mail_once,
        a_mail_that_makes_no_sense_holds_up_no_other,
    }
}

mod on_servers {
    use super::a_mail_that_is_being_taken_holds_up_no_other;

    tests_on!(postgres, Postgres: a_mail_that_is_being_taken_holds_up_no_other);
    tests_on!(postgres_unnamed, PostgresUnnamed: a_mail_that_is_being_taken_holds_up_no_other);
}

async fn post(store: &Store, job: MailJob) -> Result<(), StoreError> {
    store.write(move |txn| async move { txn.insert_mail_job(&job).await }).await
}

/// Takes jobs at a moment, for a minute.
async fn claim(store: &Store, now: Timestamp, limit: i64) -> Vec<MailJob> {
    let until = now.plus_seconds(60);
    store
        .write(move |txn| async move { txn.claim_mail_jobs(now, until, limit).await })
        .await
        .unwrap()
}

/// The ids of what is taken, in alphabetical order.
async fn claimed(store: &Store, now: Timestamp, limit: i64) -> Vec<String> {
    let mut ids: Vec<String> =
        claim(store, now, limit).await.into_iter().map(|job| job.id).collect();
    ids.sort();
    ids
}

async fn next(store: &Store) -> Option<Timestamp> {
    store.read(|txn| async move { txn.next_mail_job_at().await }).await.unwrap()
}

async fn postpone(store: &Store, name: &str, id: &'static str, next: Timestamp) -> bool {
    let user = id_of(name);
    store
        .write(move |txn| async move { txn.postpone_mail_job(&user, id, next).await })
        .await
        .unwrap()
}

async fn finish(store: &Store, name: &str, id: &'static str) -> bool {
    let user = id_of(name);
    store.write(move |txn| async move { txn.delete_mail_job(&user, id).await }).await.unwrap()
}

async fn a_mail_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let new = MailJob {
        sealed_mail: (0..=255).collect(),
        attempts: 7,
        created_at: at(0).plus_micros(1),
        expires_at: at(9).plus_micros(2),
        ..mail_job(&ada.id, "m1")
    };
    post(&store, new.clone()).await.unwrap();
    let taken = MailJob { attempts: 8, next_attempt_at: at(60), ..new };
    assert_eq!(claim(&store, at(0), 10).await, [taken]);
}

async fn a_mail_is_due_at_its_time(store: Store) {
    let ada = person(&store, "ada").await;
    post(&store, MailJob { next_attempt_at: at(5), ..mail_job(&ada.id, "m1") }).await.unwrap();
    assert!(claimed(&store, at(5).plus_micros(-1), 10).await.is_empty());
    assert_eq!(claimed(&store, at(5), 10).await, ["m1"]);
}

async fn a_mail_that_is_being_sent_is_left_alone_for_a_while(store: Store) {
    let ada = person(&store, "ada").await;
    post(&store, mail_job(&ada.id, "m1")).await.unwrap();
    for (attempts, second) in [(1, 0), (2, 60), (3, 200)] {
        assert_eq!(claim(&store, at(second), 10).await[0].attempts, attempts);
        assert!(claim(&store, at(second + 60).plus_micros(-1), 10).await.is_empty());
    }
}

async fn mails_are_sent_in_the_order_they_are_due(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    for (who, id, due) in
        [(&ada, "m1", 3), (&bob, "m2", 1), (&ada, "m3", 4), (&bob, "m4", 2), (&bob, "m5", 9)]
    {
        let job = MailJob { next_attempt_at: at(due), ..mail_job(&who.id, id) };
        post(&store, job).await.unwrap();
    }
    assert_eq!(claimed(&store, at(5), 2).await, ["m2", "m4"]);
    assert_eq!(claimed(&store, at(5), 2).await, ["m1", "m3"]);
    assert!(claimed(&store, at(5), 2).await.is_empty());
}

async fn the_next_mail_is_known_without_taking_it(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    assert_eq!(next(&store).await, None);
    post(&store, MailJob { next_attempt_at: at(7), ..mail_job(&ada.id, "m1") }).await.unwrap();
    post(&store, MailJob { next_attempt_at: at(5), ..mail_job(&bob.id, "m1") }).await.unwrap();
    assert_eq!(next(&store).await, Some(at(5)));
    assert_eq!(claim(&store, at(5), 10).await.len(), 1);
    assert_eq!(next(&store).await, Some(at(7)));
}

async fn a_mail_waits_for_its_next_attempt(store: Store) {
    let ada = person(&store, "ada").await;
    post(&store, mail_job(&ada.id, "m1")).await.unwrap();
    claim(&store, at(0), 10).await;
    assert!(postpone(&store, "ada", "m1", at(90)).await);
    assert!(claim(&store, at(89), 10).await.is_empty());
    assert_eq!(claim(&store, at(90), 10).await[0].attempts, 2);
    assert!(!postpone(&store, "ada", "m2", at(90)).await);
}

async fn a_mail_is_done_once(store: Store) {
    let ada = person(&store, "ada").await;
    post(&store, mail_job(&ada.id, "m1")).await.unwrap();
    let refused = post(&store, mail_job(&ada.id, "m1")).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Key));
    assert!(finish(&store, "ada", "m1").await);
    assert!(!finish(&store, "ada", "m1").await);
    assert!(!postpone(&store, "ada", "m1", at(90)).await, "it does not come back");
    assert_eq!(next(&store).await, None);
}

async fn a_mail_is_its_users_own(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    post(&store, mail_job(&ada.id, "m1")).await.unwrap();
    assert!(!finish(&store, "bob", "m1").await);
    assert!(!postpone(&store, "bob", "m1", at(90)).await);
    assert_eq!(next(&store).await, Some(at(0)));
    post(&store, mail_job(&bob.id, "m1")).await.unwrap();
    assert!(finish(&store, "bob", "m1").await);
    assert_eq!(claim(&store, at(0), 10).await[0].user_id, ada.id);
}

async fn a_mail_needs_a_user(store: Store) {
    let refused = post(&store, mail_job(&id_of("nobody"), "m1")).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
}

async fn a_mail_is_stored_with_what_it_tells_of(store: Store) {
    let ada = person(&store, "ada").await;
    let undone = store.write(move |txn| async move {
        txn.insert_mail_job(&mail_job(&ada.id, "m1")).await?;
        Err::<(), _>(Failure::ChangedMind)
    });
    undone.await.unwrap_err();
    assert_eq!(next(&store).await, None);
}

/// Stores 60 mails, some to ada and some to bob.
async fn fill(store: &Store) -> Vec<String> {
    let (ada, bob) = (person(store, "ada").await, person(store, "bob").await);
    let mut ids: Vec<String> = (0..60).map(|number| format!("m{number}")).collect();
    let jobs: Vec<MailJob> = ids
        .iter()
        .zip([&ada.id, &bob.id].into_iter().cycle())
        .map(|(id, owner)| mail_job(owner, id))
        .collect();
    let stored = store.write(move |txn| async move {
        for job in &jobs {
            txn.insert_mail_job(job).await?;
        }
        Ok::<_, StoreError>(())
    });
    stored.await.unwrap();
    ids.sort();
    ids
}

/// Takes mails, a few at a time, until none is due.
async fn send_all(store: Store) -> Vec<String> {
    let mut sent = Vec::new();
    loop {
        let jobs = claimed(&store, at(0), 7).await;
        if jobs.is_empty() {
            return sent;
        }
        assert!(jobs.len() <= 7, "{jobs:?}");
        sent.extend(jobs);
    }
}

async fn send_at_once(senders: Vec<Store>) -> Vec<String> {
    let mut sending = JoinSet::new();
    for store in senders {
        sending.spawn(send_all(store));
    }
    let mut sent = sending.join_all().await.concat();
    sent.sort();
    sent
}

async fn of_many_senders_at_once_each_gets_mails_of_its_own(store: Store) {
    let posted = fill(&store).await;
    assert_eq!(send_at_once(vec![store; 6]).await, posted);
}

async fn two_replicas_send_each_mail_once((store, database): (Store, Database)) {
    let posted = fill(&store).await;
    let other = database.prepared().await;
    let senders = [&store, &other, &store, &other].map(Store::clone);
    assert_eq!(send_at_once(senders.into()).await, posted);
}

/// A replica that hangs, or whose transaction takes long, holds its own mails.
async fn a_mail_that_is_being_taken_holds_up_no_other(store: Store) {
    let ada = person(&store, "ada").await;
    post(&store, mail_job(&ada.id, "m1")).await.unwrap();
    post(&store, mail_job(&ada.id, "m2")).await.unwrap();
    let (stop, slow) = (Stop::new(), store.clone());
    let held = stop.clone();
    let slow = tokio::spawn(async move {
        let taken = slow.write(move |txn| async move {
            let jobs = txn.claim_mail_jobs(at(0), at(60), 1).await?;
            held.here().await;
            Ok::<_, StoreError>(jobs)
        });
        taken.await.unwrap()
    });
    stop.reached().await;
    assert_eq!(claimed(&store, at(0), 10).await, ["m2"]);
    stop.go();
    assert_eq!(slow.await.unwrap()[0].id, "m1");
}

async fn a_mail_goes_with_its_user(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    post(&store, mail_job(&ada.id, "m1")).await.unwrap();
    post(&store, mail_job(&bob.id, "m2")).await.unwrap();
    assert!(ada.leaves().await);
    assert_eq!(claimed(&store, at(0), 10).await, ["m2"]);
}

async fn a_mail_nobody_needs_any_more_is_handed_out_and_purged(store: Store) {
    let ada = person(&store, "ada").await;
    post(&store, mail_job(&ada.id, "m1")).await.unwrap();
    // Otherwise it would be the next one for ever.
    assert_eq!(claimed(&store, at(3600), 10).await, ["m1"]);
    for (now, is_left) in [(at(3600).plus_micros(-1), true), (at(3600), false)] {
        let purged = store.write(move |txn| async move { txn.purge_expired(now).await });
        purged.await.unwrap();
        assert_eq!(next(&store).await.is_some(), is_left);
    }
}

async fn a_mail_that_makes_no_sense_holds_up_no_other((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    for id in ["m1", "m2"] {
        post(&store, mail_job(&ada.id, id)).await.unwrap();
    }
    let never = database.no_moment();
    database.execute(&format!("update mail_jobs set expires_at = {never} where id = 'm1'")).await;
    assert_eq!(claimed(&store, at(0), 10).await, ["m2"]);
    assert_eq!(database.number("select count(*) from mail_jobs").await, 1);
    // Nor does one that is never due: it is no reason to look again and again.
    let change = format!("update mail_jobs set next_attempt_at = {never}");
    database.execute(&change).await;
    assert_eq!(next(&store).await, None);
}
