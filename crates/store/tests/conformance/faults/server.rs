//! A PostgreSQL server that is down, full, silent, or hangs up.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use rondo_domain::{Page, Secret, TaskQuery};
use rondo_store::{PostgresOptions, Prepared, Store, StoreError, Target, Txn};
use tokio::time::timeout;

use super::proxy::{Manner, Proxy};
use crate::support::{
    Database, Person, Stop, WholeDatabase, administer, at, connect, id_of, new_task, person, queue,
    until,
};

tests_on!(postgres, Postgres:
    a_server_that_is_down_is_noticed_at_once
    a_database_that_is_made_later_is_waited_for
    nobody_notices_that_all_connections_were_cut
    a_server_with_too_many_guests_is_tried_again
    a_call_that_gets_no_connection_is_refused_in_time
    a_silent_server_makes_nobody_wait_for_long
    connections_that_never_opened_keep_nobody_out
    no_more_connections_are_opened_than_were_allowed
    a_password_that_a_login_was_checked_against_stands_still
    a_commit_whose_answer_was_lost_happens_once
    a_shared_commit_whose_answer_was_lost_happens_once
);
mod unnamed {
    use super::{
        a_commit_whose_answer_was_lost_happens_once,
        a_shared_commit_whose_answer_was_lost_happens_once,
        nobody_notices_that_all_connections_were_cut,
    };

    tests_on!(postgres_unnamed, PostgresUnnamed:
        nobody_notices_that_all_connections_were_cut
        a_commit_whose_answer_was_lost_happens_once
        a_shared_commit_whose_answer_was_lost_happens_once
    );
}

/// Longer than any call may take.
const TOO_LONG: Duration = Duration::from_millis(5_500);

fn store_at(url: String) -> Store {
    let options = PostgresOptions::new(Secret::new(url));
    Store::open(Target::Postgres(options)).unwrap()
}

async fn a_server_that_is_down_is_noticed_at_once(_: Database) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let store = store_at(format!("postgresql://ada:secret@{free}/rondo"));
    let prepared = timeout(Duration::from_secs(2), store.prepare()).await.unwrap();
    assert_refused!(prepared, StoreError::Unavailable(_));
    let status = timeout(Duration::from_secs(2), store.migration_status()).await.unwrap();
    assert_refused!(status, StoreError::Unavailable(_));
    assert!(!store.is_ready());
    let found = store.read(|txn| async move { txn.find_user(&id_of("ada")).await });
    assert_refused!(found.await, StoreError::Unavailable(_));
    assert_refused!(store.ping().await, StoreError::Unavailable(_));
}

async fn a_database_that_is_made_later_is_waited_for(WholeDatabase(database): WholeDatabase) {
    let name = format!("{}_later", database.name());
    let store = store_at(database.url().replace(database.name(), &name));
    assert_refused!(store.prepare().await, StoreError::Unavailable(_));
    let admin = database.postgres().await;
    admin.batch_execute(&format!("create database {name} template template0")).await.unwrap();
    let _dropped = AtTheEnd([format!("drop database {name} with (force)")].into());
    store.prepare().await.unwrap();
    person(&store, "ada").await.adds("milk").await;
}

/// Statements that tidy the server up, whether the test fails or not.
struct AtTheEnd(Vec<String>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        for sql in self.0.drain(..) {
            drop(administer(sql));
        }
    }
}

async fn nobody_notices_that_all_connections_were_cut(WholeDatabase(database): WholeDatabase) {
    let store = database.prepared().await;
    let ada = person(&store, "ada").await;
    let outsider = database.postgres().await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    let (mut added, mut refused) = (0, 0);
    for _ in 0..5 {
        // Many at once, so that many connections are there to be cut.
        join_all((0..20).map(|_| is_served(ada.clone(), false))).await;
        outsider.batch_execute(cut).await.unwrap();
        let next = join_all((0..20).map(|n| is_served(ada.clone(), n % 2 == 0))).await;
        added += next.iter().step_by(2).filter(|served| **served).count();
        let there = ada.tasks().await.len();
        // Of a write that was given up nobody knows whether it was stored.
        refused += next.iter().step_by(2).filter(|served| !**served).count();
        assert!((added..=added + refused).contains(&there), "{there} tasks, {added} added");
        assert_eq!(ada.totals().await.0, i64::try_from(there).unwrap());
    }
    assert!(added > 0, "the machine was too slow to show anything");
}

/// Lists or adds, and says whether that was answered in time. The only excuse
/// is a machine on which even a new connection takes longer than a call waits.
async fn is_served(who: Person, adds: bool) -> bool {
    let id = who.id.clone();
    let begun = Instant::now();
    let outcome = tokio::spawn(async move {
        if adds {
            return who.tries_to_add(new_task("milk", false), at(0)).await.map(drop);
        }
        let query = TaskQuery { limit: Page::MAX_LIMIT, ..TaskQuery::default() };
        let list = move |txn: Txn| async move { txn.list_tasks(&id, &query).await };
        who.store.read(list).await.map(drop)
    });
    match outcome.await.unwrap() {
        Ok(()) => true,
        Err(error) => {
            assert!(begun.elapsed() >= Duration::from_secs(3), "noticed at once: {error}");
            false
        }
    }
}

/// A URL of the same database for a user who gets one connection at a time.
async fn one_guest(database: &Database) -> (String, AtTheEnd) {
    let role = format!("{}_guest", database.name());
    let sql = format!(
        "create role {role} login password 'guest' connection limit 1;
         grant create on schema public to {role}"
    );
    database.postgres().await.batch_execute(&sql).await.unwrap();
    // A role cannot go before what it owns.
    let dropped = AtTheEnd(vec![
        format!("drop database {} with (force)", database.name()),
        format!("drop role {role}"),
    ]);
    let url = database.url();
    let (_, server) = url.split_once('@').unwrap();
    (format!("postgresql://{role}:guest@{server}"), dropped)
}

async fn a_server_with_too_many_guests_is_tried_again(WholeDatabase(database): WholeDatabase) {
    let (url, _dropped) = one_guest(&database).await;
    let mut options = PostgresOptions::new(Secret::new(url.clone()));
    options.prepared = Prepared::Off;
    let store = Store::open(Target::Postgres(options)).unwrap();

    let other = connect(&url).await;
    assert_refused!(store.prepare().await, StoreError::Unavailable(_));
    drop(other);
    until("there is room", async || store.prepare().await.is_ok()).await;

    let mut other = None;
    until("the other guest is in", async || {
        other = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.ok();
        other.is_some()
    })
    .await;
    let find = |txn: rondo_store::Txn| async move { txn.find_user(&id_of("ada")).await };
    let refused = timeout(TOO_LONG, store.read(find)).await.unwrap();
    assert_refused!(refused, StoreError::Unavailable(_));
    drop(other);
    assert_eq!(store.read(find).await.unwrap(), None);
}

/// Begins a transaction that stands still.
async fn hold(who: &Person) -> (Stop, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let stop = Stop::new();
    let (who, held) = (who.clone(), stop.clone());
    let holding = tokio::spawn(async move {
        let id = who.id.clone();
        let body = who.store.write(move |txn| async move {
            txn.find_user(&id).await?;
            held.here().await;
            Ok(())
        });
        body.await
    });
    stop.reached().await;
    (stop, holding)
}

async fn a_call_that_gets_no_connection_is_refused_in_time(WholeDatabase(database): WholeDatabase) {
    let ada = person(&database.prepared().await, "ada").await;
    let held = join_all((0..15).map(|_| hold(&ada))).await;
    let (id, store) = (ada.id.clone(), ada.store.clone());
    let more = store.read(move |txn| async move { txn.find_user(&id).await });
    let refused = timeout(Duration::from_millis(3_500), more).await.unwrap();
    assert_refused!(refused, StoreError::Unavailable(_));
    for (stop, _) in &held {
        stop.go();
    }
    for (_, holding) in held {
        holding.await.unwrap().unwrap();
    }
    ada.adds("milk").await;
}

async fn a_silent_server_makes_nobody_wait_for_long(WholeDatabase(database): WholeDatabase) {
    let proxy = Proxy::to(&database.url()).await;
    let store = store_at(proxy.url(&database.url()));
    store.prepare().await.unwrap();
    let ada = person(&store, "ada").await;
    proxy.behave(Manner::Silent);
    let (who, other) = (ada.clone(), ada.clone());
    let adding = queue(async move { who.tries_to_add(new_task("milk", false), at(0)).await });
    let pinging = queue(async move { other.store.ping().await });
    let (added, pinged) =
        timeout(TOO_LONG, futures_util::future::join(adding, pinging)).await.unwrap();
    assert_refused!(added, StoreError::Unavailable(_));
    assert_refused!(pinged, StoreError::Unavailable(_));
    proxy.behave(Manner::Honest);
    ada.adds("eggs").await;
}

/// As many as the pool may hold, and some more.
const CROWD: usize = 20;

async fn pings(store: &Store) -> Vec<Result<(), StoreError>> {
    join_all((0..CROWD).map(|_| store.ping())).await
}

async fn connections_that_never_opened_keep_nobody_out(WholeDatabase(database): WholeDatabase) {
    let proxy = Proxy::to(&database.url()).await;
    let store = store_at(proxy.url(&database.url()));
    store.prepare().await.unwrap();
    proxy.behave(Manner::Silent);
    let refused = timeout(TOO_LONG, pings(&store)).await.unwrap();
    assert!(refused.iter().all(Result::is_err));
    proxy.behave(Manner::Honest);
    // What hangs is given up after five seconds, and makes room.
    until("the server lets us in", async || store.ping().await.is_ok()).await;
}

async fn no_more_connections_are_opened_than_were_allowed(WholeDatabase(database): WholeDatabase) {
    let store = store_at(database.url());
    store.prepare().await.unwrap();
    // Most of those who ask leave at once, and their connections come anyway.
    for _ in 0..10 {
        drop(timeout(Duration::from_millis(2), pings(&store)).await);
    }
    assert!(pings(&store).await.iter().all(Result::is_ok));
    let guests = "select count(*) from pg_stat_activity
                  where datname = current_database() and application_name = 'rondo'";
    let guests = database.number(guests).await;
    assert!((1..=15).contains(&guests), "{guests} connections");
}

async fn a_password_that_a_login_was_checked_against_stands_still(
    WholeDatabase(database): WholeDatabase,
) {
    let store = store_at(database.url());
    store.prepare().await.unwrap();
    let ada = person(&store, "ada").await;
    let (stop, reader) = (Stop::new(), store.clone());
    let (here, wanted) = (stop.clone(), ada.id.clone());
    let login = tokio::spawn(async move {
        reader
            .write(move |txn| async move {
                let found = txn.find_credentials_by_id_for_update(&wanted).await?;
                here.here().await;
                Ok::<_, StoreError>(found.is_some())
            })
            .await
    });
    stop.reached().await;
    let change = tokio::spawn(async move {
        let hash = Secret::new("another".to_owned());
        let body = move |txn: Txn| async move { txn.update_password(&ada.id, &hash, at(60)).await };
        store.write(body).await
    });
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    until("the change waits", async || database.number(waiting).await == 1).await;
    stop.go();
    assert!(login.await.unwrap().unwrap());
    assert!(change.await.unwrap().unwrap());
}

async fn a_commit_whose_answer_was_lost_happens_once(WholeDatabase(database): WholeDatabase) {
    let proxy = Proxy::to(&database.url()).await;
    let store = store_at(proxy.url(&database.url()));
    store.prepare().await.unwrap();
    let ada = person(&store, "ada").await;
    proxy.behave(Manner::LosesCommits);
    let added = ada.tries_to_add(new_task("milk", false), at(0)).await;
    assert_refused!(added, StoreError::Unavailable(_));
    proxy.behave(Manner::Honest);
    assert_eq!(ada.titles().await, ["milk"]);
    assert_eq!(ada.totals().await, (1, 0));
}

async fn a_shared_commit_whose_answer_was_lost_happens_once(
    WholeDatabase(database): WholeDatabase,
) {
    let proxy = Proxy::to(&database.url()).await;
    let store = store_at(proxy.url(&database.url()));
    store.prepare().await.unwrap();
    let ada = person(&store, "ada").await;
    let (stop, first) = (Stop::new(), ada.clone());
    let held = stop.clone();
    let busy = queue(async move {
        let body = first.store.write_for(&first.id, move |_| async move {
            held.here().await;
            Ok::<_, StoreError>(())
        });
        body.await
    });
    let waiting = ["milk", "eggs", "rice"].map(|name| {
        let who = ada.clone();
        queue(async move { who.tries_to_add(new_task(name, false), at(0)).await })
    });
    proxy.behave(Manner::LosesCommits);
    stop.go();
    busy.await.unwrap();
    for outcome in join_all(waiting).await {
        assert_refused!(outcome, StoreError::Unavailable(_));
    }
    proxy.behave(Manner::Honest);
    assert_eq!(ada.titles().await, ["rice", "eggs", "milk"]);
    assert_eq!(ada.totals().await, (3, 0));
}
