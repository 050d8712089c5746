//! PgBouncer in transaction mode: a connection of ours is served by another
//! one of the server's each time, and the store notices.

use rondo_domain::Secret;
use rondo_store::{PostgresOptions, Store, Target};
use tokio::task::JoinSet;
use tokio_postgres::Client;

use crate::support::{Database, WholeDatabase, at, connect, person, required, with_database};

tests_on!(pgbouncer, Postgres:
    many_clients_share_the_connections_of_a_pooler
    nothing_is_left_prepared_behind_a_pooler
    a_busy_pooler_is_noticed_too
    migrations_take_the_direct_way
);

/// The same database by way of the pooler.
fn pooled(database: &Database) -> PostgresOptions {
    let url = with_database(&required("RONDO_TEST_PGBOUNCER_URL"), database.name());
    PostgresOptions::new(Secret::new(url))
}

async fn many_clients_share_the_connections_of_a_pooler(WholeDatabase(database): WholeDatabase) {
    // Two stores are two processes to the pooler.
    for round in 0..2 {
        let store = Store::open(Target::Postgres(pooled(&database))).unwrap();
        store.prepare().await.unwrap();
        let mut clients = JoinSet::new();
        for number in 0..32 {
            clients.spawn(use_everything(store.clone(), format!("client{round}x{number}")));
        }
        clients.join_all().await;
    }
}

/// A statement left behind under a name would answer somebody else's question.
async fn nothing_is_left_prepared_behind_a_pooler(WholeDatabase(database): WholeDatabase) {
    let options = pooled(&database);
    let url = options.url.expose().clone();
    let store = Store::open(Target::Postgres(options)).unwrap();
    store.prepare().await.unwrap();
    use_everything(store, "ada".to_owned()).await;
    // The pooler hands out the connection that was used last.
    assert_eq!(prepared_statements(&connect(&url).await).await, 0);
}

async fn prepared_statements(client: &Client) -> i64 {
    let left = "select count(*) from pg_prepared_statements";
    client.query_typed(left, &[]).await.unwrap()[0].get(0)
}

async fn a_busy_pooler_is_noticed_too(WholeDatabase(database): WholeDatabase) {
    let options = pooled(&database);
    let url = options.url.expose().clone();
    let mut others = JoinSet::new();
    for _ in 0..6 {
        let other = connect(&url).await;
        others.spawn(async move {
            loop {
                other.simple_query("select pg_sleep(0.001)").await.unwrap();
            }
        });
    }
    for _ in 0..10 {
        let store = Store::open(Target::Postgres(options.clone())).unwrap();
        store.prepare().await.unwrap();
        store.ping().await.unwrap();
        store.close().await;
    }
    let asking = connect(&url).await;
    for _ in 0..20 {
        assert_eq!(prepared_statements(&asking).await, 0);
    }
}

/// One person's day, in which nothing may go wrong.
async fn use_everything(store: Store, name: String) {
    let who = person(&store, &name).await;
    for round in 0..5 {
        let task = who.adds("milk").await;
        who.completes(task.id, at(1)).await.unwrap();
        assert!(who.finds(task.id).await.unwrap().completed);
        assert_eq!(who.totals().await, (round + 1, round + 1));
        let other = who.adds("eggs").await;
        assert!(who.deletes(other.id).await);
        let chat = who.begins_conversation(at(round)).await;
        who.says(&chat, "hello", at(round)).await.unwrap();
        assert_eq!(who.reads(&chat).await, ["hello"]);
    }
    assert!(who.leaves().await);
}

async fn migrations_take_the_direct_way(WholeDatabase(database): WholeDatabase) {
    let mut options = pooled(&database);
    options.direct_url = Some(Secret::new(database.url()));
    let store = Store::open(Target::Postgres(options)).unwrap();
    store.prepare().await.unwrap();
    use_everything(store, "ada".to_owned()).await;
}
