//! The database is away.

use serde_json::json;

use super::{Client, NEW, OLD};
use crate::{
    outage::beyond,
    support::{Database, Proxy, until},
};

on_postgres! {
    a_database_that_is_away_is_no_fault_of_the_call,
}

async fn a_database_that_is_away_is_no_fault_of_the_call(database: Database) {
    let proxy = Proxy::to(&database.url()).await;
    let test = beyond(&database, &proxy).await;
    let (ada, bob) = (test.ada().await, test.bob().await);
    let client = Client::of(&ada, NEW);
    client.adds("before").await;
    proxy.cut();
    // Her token was looked at a moment ago, so the call itself finds out.
    let (number, message) = client.fails("tools/call", json!({"name": "list_tasks"})).await;
    assert_eq!((number, message.as_str()), (-32603, "Database temporarily unavailable"));
    let (number, _) = client.fails("resources/read", json!({"uri": "tasks://pending"})).await;
    assert_eq!(number, -32603);
    // His was not.
    let answer = Client::of(&bob, OLD).asks("tools/list", json!({})).await;
    answer.is(503).coded("database_unavailable");
    proxy.restore();
    let list = async || client.asks("tools/call", json!({"name": "list_tasks"})).await.json();
    until("it works again", async || list().await["result"].is_object()).await;
    assert_eq!(list().await["result"]["structuredContent"]["total"], 1);
}
