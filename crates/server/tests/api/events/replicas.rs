//! Streams of several servers on one database.

use std::time::{Duration, Instant};

use rondo_app::EventBus;
use rondo_domain::Secret;
use rondo_store::Target;
use serde_json::json;

use super::{listens, listens_after};
use crate::support::{Database, Proxy, Setup, TestApp, connect, postgres, until};

on_postgres! {
    a_change_on_one_server_is_told_by_the_other_within_a_second,
    a_logout_on_one_server_ends_the_streams_of_the_other,
    who_loses_one_server_goes_on_at_the_other_and_misses_nothing,
    a_lost_bus_heals_and_what_was_missed_is_told,
    a_database_that_was_away_delays_a_stream_and_loses_nothing,
    an_idle_stream_asks_the_database_nothing,
    nobody_is_connected_while_nobody_listens_or_speaks,
}

/// A second is what is promised; half of one more is for a busy machine.
const A_SECOND: Duration = Duration::from_millis(1_500);

/// One of several servers.
async fn server(database: &Database, seed: u64) -> TestApp {
    TestApp::with(database, |setup| on_bus(setup, seed)).await
}

fn on_bus(setup: &mut Setup, seed: u64) {
    setup.settings.event_bus = EventBus::Postgres;
    setup.http.heartbeat = Duration::from_millis(20);
    setup.seed = seed;
}

/// The same, with the bus at the end of a cable.
async fn server_with_bus_beyond(database: &Database, proxy: &Proxy) -> TestApp {
    let Target::Postgres(mut options) = postgres(database.url()) else {
        unreachable!("it is PostgreSQL")
    };
    options.direct_url = Some(Secret::new(proxy.url(&database.url())));
    let mut setup = Setup::default();
    on_bus(&mut setup, 7);
    let test = TestApp::unprepared(database, Target::Postgres(options), setup);
    test.store.prepare().await.expect("the cable is whole");
    test
}

/// How many connections the buses have.
async fn buses(database: &Database) -> i64 {
    let client = connect(&database.url()).await;
    let sql = "select count(*) from pg_stat_activity
         where datname = current_database() and application_name = 'rondo events'";
    client.query_one(sql, &[]).await.expect("the server answers").get(0)
}

/// Waits until so many listen.
async fn heard(database: &Database, count: i64) {
    until("the bus is there", async || buses(database).await == count).await;
}

async fn a_change_on_one_server_is_told_by_the_other_within_a_second(database: Database) {
    let (here, there) = (server(&database, 1).await, server(&database, 2).await);
    let ada = here.ada().await;
    let ada_there = there.stranger("ada");
    let mut stream = listens(&there, &ada_there).await;
    heard(&database, 1).await;
    for number in 1..=5 {
        let started = Instant::now();
        ada.adds("from afar").await;
        assert_eq!(stream.ids(1).await, [number]);
        assert!(started.elapsed() < A_SECOND, "{:?}", started.elapsed());
    }
    ada_there.adds("from here").await;
    assert_eq!(stream.ids(1).await, [6]);
}

async fn a_logout_on_one_server_ends_the_streams_of_the_other(database: Database) {
    let (here, there) = (server(&database, 1).await, server(&database, 2).await);
    let ada = here.ada().await.logs_in().await;
    let token = ada.token.clone().expect("ada has a token");
    let stream = listens(&there, &there.holder_of("ada", &token)).await;
    heard(&database, 1).await;
    let started = Instant::now();
    ada.post("/api/auth/logout", json!({})).await.is(200);
    stream.ends().await;
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

async fn who_loses_one_server_goes_on_at_the_other_and_misses_nothing(database: Database) {
    let (here, there) = (server(&database, 1).await, server(&database, 2).await);
    let ada = here.ada().await;
    let (ada_there, writer) = (there.stranger("ada"), there.stranger("ada"));
    let writing = tokio::spawn(async move {
        for number in 0..60 {
            writer.adds(&format!("task {number}")).await;
        }
    });
    let (mut told, mut last_id) = (Vec::new(), "0".to_owned());
    for turn in 0..6 {
        let (server, person) = if turn % 2 == 0 { (&here, &ada) } else { (&there, &ada_there) };
        let mut stream = listens_after(server, person, &last_id).await;
        told.extend(stream.ids(10).await);
        last_id = stream.last_id;
    }
    writing.await.expect("the writer writes");
    assert_eq!(told, (1..=60).collect::<Vec<i64>>());
}

async fn a_lost_bus_heals_and_what_was_missed_is_told(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let (here, there) =
        (server(&database, 1).await, server_with_bus_beyond(&database, &proxy).await);
    let ada = here.ada().await;
    let mut stream = listens(&there, &there.stranger("ada")).await;
    heard(&database, 1).await;
    ada.adds("heard").await;
    assert_eq!(stream.ids(1).await, [1]);
    proxy.cut();
    // Only the speaker is left.
    heard(&database, 1).await;
    ada.adds("missed").await;
    ada.adds("missed as well").await;
    proxy.restore();
    assert_eq!(stream.ids(2).await, [2, 3]);
    ada.adds("heard again").await;
    assert_eq!(stream.ids(1).await, [4]);

    let client = connect(&database.url()).await;
    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity
         where datname = current_database() and application_name = 'rondo events'";
    client.execute(sql, &[]).await.expect("the server ends them");
    ada.adds("in between").await;
    assert_eq!(stream.ids(1).await, [5]);
}

async fn a_database_that_was_away_delays_a_stream_and_loses_nothing(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let mut setup = Setup::default();
    on_bus(&mut setup, 7);
    let there = TestApp::unprepared(&database, postgres(proxy.url(&database.url())), setup);
    there.store.prepare().await.expect("the cable is whole");
    let here = server(&database, 1).await;
    let ada = here.ada().await;
    let mut stream = listens(&there, &there.stranger("ada")).await;
    proxy.cut();
    ada.adds("while it was away").await;
    proxy.restore();
    assert_eq!(stream.ids(1).await, [1]);
}

async fn an_idle_stream_asks_the_database_nothing(database: Database) {
    let test = server(&database, 1).await;
    let ada = test.ada().await;
    let mut stream = listens(&test, &ada).await;
    ada.adds("the last one for now").await;
    assert_eq!(stream.ids(1).await, [1]);
    let client = connect(&database.url()).await;
    let last_query = async || -> Option<std::time::SystemTime> {
        let sql = "select max(query_start) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()";
        client.query_one(sql, &[]).await.expect("the server answers").get(0)
    };
    // What the change set off comes to an end.
    let mut seen = last_query().await;
    until("the database is left alone", async || {
        for _ in 0..10 {
            stream.line().await;
        }
        let (before, now) = (seen, last_query().await);
        seen = now;
        before == now
    })
    .await;
    for _ in 0..50 {
        assert!(stream.line().await.starts_with(':'));
    }
    assert_eq!(last_query().await, seen);
}

async fn nobody_is_connected_while_nobody_listens_or_speaks(database: Database) {
    let (here, there) = (server(&database, 1).await, server(&database, 2).await);
    let ada = here.ada().await;
    ada.get("/api/tasks").await.is(200);
    assert_eq!(buses(&database).await, 0);
    let stream = listens(&there, &there.stranger("ada")).await;
    heard(&database, 1).await;
    ada.adds("said once").await;
    heard(&database, 2).await;
    drop(stream);
}
