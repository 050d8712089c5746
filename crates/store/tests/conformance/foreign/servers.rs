//! What is particular about PostgreSQL servers.

use rondo_domain::Secret;
use rondo_store::{Foreign, PostgresOptions, StoreError, Target, Value};

use super::{open, rows, text};
use crate::support::{Database, WholeDatabase};

tests_on!(postgres, Postgres:
    a_value_of_any_type_is_read
    the_settings_of_the_server_do_not_show
    rows_come_in_the_order_of_their_ids
    a_view_is_read_like_a_table
    tables_are_looked_for_where_they_are_said_to_be
    a_server_that_is_away_is_reported);

async fn a_value_of_any_type_is_read(database: Database) {
    database
        .execute(
            "create type mood as enum ('GOOD');
             create domain address as varchar(20);
             create table t (
                 a serial primary key, b uuid, c varchar(9), d timestamptz, e timestamp, f date,
                 g json, h boolean, i numeric, j bytea, k mood, l address, m text[], n real,
                 o bigint, p char(5), q int
             );
             insert into t values (
                 1, '0B000000-0000-0000-0000-000000000001', 'x', '2026-11-21 10:30:00.5+01',
                 '2026-11-21 09:30', '2026-11-21', '{\"a\": 1}', true, 1.50, '\\x00ff', 'GOOD', 'y',
                 '{a,b}', 1.5, 9007199254740993, 'z', null
             )",
        )
        .await;
    let foreign = open(&database).await;
    let read = rows(&foreign, "t").await;
    let expected = [
        Value::Integer(1),
        text("0b000000-0000-0000-0000-000000000001"),
        text("x"),
        text("2026-11-21 09:30:00.5+00"),
        text("2026-11-21 09:30:00"),
        text("2026-11-21"),
        text("{\"a\": 1}"),
        Value::Bool(true),
        text("1.50"),
        Value::Bytes(vec![0, 255]),
        text("GOOD"),
        text("y"),
        text("{a,b}"),
        Value::Real(1.5),
        Value::Integer(9_007_199_254_740_993),
        text("z"),
        Value::Null,
    ];
    assert!(read.len() == 1 && read[0] == expected);
}

async fn the_settings_of_the_server_do_not_show(database: WholeDatabase) {
    let WholeDatabase(database) = database;
    let name = database.name();
    database
        .execute(&format!(
            "alter database {name} set timezone = 'Asia/Kolkata';
             alter database {name} set datestyle = 'German';
             alter database {name} set bytea_output = 'escape';
             create table t (at timestamptz, bytes bytea);
             insert into t values ('2026-11-21 09:30:00Z', '\\x0041')"
        ))
        .await;
    let foreign = open(&database).await;
    let expected = [text("2026-11-21 09:30:00+00"), Value::Bytes(vec![0, 65])];
    assert_eq!(rows(&foreign, "t").await, [expected]);
}

async fn rows_come_in_the_order_of_their_ids(database: Database) {
    database
        .execute("create table t (id integer); insert into t values (10), (2), (1), (-1), (100)")
        .await;
    let foreign = open(&database).await;
    let ids: Vec<_> =
        rows(&foreign, "t").await.into_iter().map(|mut row| row.pop().unwrap()).collect();
    assert!(ids == [-1, 1, 2, 10, 100].map(Value::Integer));
}

async fn a_view_is_read_like_a_table(database: Database) {
    database.execute("create view \"user\" as select 'ada'::text as id").await;
    let foreign = open(&database).await;
    assert_eq!(rows(&foreign, "user").await, [[text("ada")]]);
}

async fn tables_are_looked_for_where_they_are_said_to_be(database: WholeDatabase) {
    let WholeDatabase(database) = database;
    database
        .execute(
            "create schema neon_auth; create schema other;
             create table neon_auth.\"user\" (id text);
             create table other.\"user\" (id text, name text);
             insert into other.\"user\" values ('ada', 'Ada')",
        )
        .await;
    let foreign = open(&database).await;
    assert!(foreign.tables().is_empty(), "{:?}", foreign.tables());
    let elsewhere = foreign.schemas_with(&["user", "users"]).await.unwrap();
    assert_eq!(elsewhere, ["neon_auth", "other"]);

    let there = Foreign::open(&database.target(), Some("other")).await.unwrap();
    assert_eq!(rows(&there, "user").await, [[text("ada"), text("Ada")]]);

    // The first schema of the path is the one that counts.
    let path = format!("{}options=-csearch_path%3Dneon_auth,other", with_query(&database.url()));
    let target = Target::Postgres(PostgresOptions::new(Secret::new(path)));
    let first = Foreign::open(&target, None).await.unwrap();
    assert!(rows(&first, "user").await.is_empty());
    assert_eq!(first.tables().len(), 1);
}

/// A URL to which a parameter can be added.
fn with_query(url: &str) -> String {
    match url {
        url if url.ends_with('?') => url.to_owned(),
        url if url.contains('?') => format!("{url}&"),
        url => format!("{url}?"),
    }
}

async fn a_server_that_is_away_is_reported(_: Database) {
    let url = "postgresql://ada:hush@127.0.0.1:1/auth".to_owned();
    let target = Target::Postgres(PostgresOptions::new(Secret::new(url)));
    let refused = Foreign::open(&target, None).await.err().unwrap();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    assert!(!refused.to_string().contains("hush"), "{refused}");
}
