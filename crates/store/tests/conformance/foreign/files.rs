//! What is particular about SQLite files.

use std::{collections::BTreeMap, fs, path::Path};

use rondo_store::{Foreign, SqliteLocation, SqliteOptions, StoreError, Target, Value};

use super::{open, open_at, rows, table, text};
use crate::support::Database;

tests_on!(sqlite_file, SqliteFile:
    values_are_what_they_are_in_each_row
    a_row_without_an_id_is_read_too
    a_table_without_row_numbers_is_read_by_its_key
    a_table_without_any_key_is_refused_by_its_name
    reading_leaves_no_trace
    reading_keeps_nobody_from_writing
    what_is_only_in_the_log_is_read_too
    a_file_that_is_not_there_is_not_made
    what_is_no_database_is_refused);

async fn values_are_what_they_are_in_each_row(database: Database) {
    database
        .execute(
            "create table t (id text primary key, a);
             insert into t values ('1', 1), ('2', 1.5), ('3', 'x'), ('4', null), ('5', x'00ff'),
                 ('6', cast(x'ff' as text)), ('7', true)",
        )
        .await;
    let foreign = open(&database).await;
    let read: Vec<_> =
        rows(&foreign, "t").await.into_iter().map(|mut row| row.pop().unwrap()).collect();
    let expected = [
        Value::Integer(1),
        Value::Real(1.5),
        text("x"),
        Value::Null,
        Value::Bytes(vec![0, 255]),
        Value::Bytes(vec![255]),
        Value::Integer(1),
    ];
    assert!(read == expected);
}

/// SQLite lets a key be null unless told otherwise.
async fn a_row_without_an_id_is_read_too(database: Database) {
    database
        .execute(
            "create table t (id text primary key);
             insert into t values (null), ('b'), (null), ('a')",
        )
        .await;
    let foreign = open(&database).await;
    let read = rows(&foreign, "t").await;
    assert_eq!(read, [[Value::Null], [text("b")], [Value::Null], [text("a")]]);
}

async fn a_table_without_row_numbers_is_read_by_its_key(database: Database) {
    let values: Vec<_> = (0..250).map(|number| format!("('{number:03}')")).collect();
    let values = values.join(", ");
    database
        .execute(&format!(
            "create table t (id text primary key) without rowid; insert into t values {values};
             create table odd (rowid text, _rowid_ text); insert into odd values ('a', 'b')"
        ))
        .await;
    let foreign = open(&database).await;
    let read = rows(&foreign, "t").await;
    assert_eq!((read.len(), &read[249]), (250, &vec![text("249")]));
    assert_eq!(rows(&foreign, "odd").await, [[text("a"), text("b")]]);
}

async fn a_table_without_any_key_is_refused_by_its_name(database: Database) {
    database.execute("create table odd (a, b, primary key (a, b)) without rowid").await;
    let foreign = open(&database).await;
    let refused = foreign.read(table(&foreign, "odd"), &[0]).await.err().unwrap();
    assert!(refused.to_string().contains("odd"), "{refused}");
}

/// The files of a folder and what is in them.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
    entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
}

async fn reading_leaves_no_trace(database: Database) {
    for mode in ["delete", "wal"] {
        database
            .execute(&format!(
                "pragma journal_mode = {mode}; drop table if exists t;
                 create table t (id integer); insert into t values (1)"
            ))
            .await;
        let folder = database.file().parent().unwrap().to_owned();
        let before = files(&folder);
        assert_eq!(before.len(), 1, "{mode}");
        let foreign = open(&database).await;
        assert_eq!(rows(&foreign, "t").await.len(), 1);
        assert!(files(&folder) == before, "{mode}: while it is open");
        drop(foreign);
        assert!(files(&folder) == before, "{mode}: afterwards");
    }
}

async fn reading_keeps_nobody_from_writing(database: Database) {
    for mode in ["delete", "wal"] {
        database.execute(&format!("pragma journal_mode = {mode}; drop table if exists t")).await;
        super::numbered(&database, 300).await;
        let server = database.sqlite();
        server.query_row("select count(*) from t", [], |_| Ok(())).unwrap();
        let foreign = open(&database).await;
        let mut reading = foreign.read(table(&foreign, "t"), &[0]).await.unwrap();
        assert_eq!(foreign.next_page(&mut reading).await.unwrap().len(), 200);
        server.execute("delete from t where id = 1", []).unwrap();
        assert_eq!(foreign.next_page(&mut reading).await.unwrap().len(), 100, "{mode}");
    }
}

/// A server that was killed leaves its last writes in the log.
async fn what_is_only_in_the_log_is_read_too(database: Database) {
    let server = database.sqlite();
    server
        .execute_batch(
            "pragma journal_mode = wal; pragma wal_autocheckpoint = 0;
             create table t (id integer); insert into t values (1), (2)",
        )
        .unwrap();
    let killed = database.file().with_file_name("killed.db");
    for ending in ["", "-wal"] {
        let with_ending = |path: &Path| format!("{}{ending}", path.display());
        fs::copy(with_ending(&database.file()), with_ending(&killed)).unwrap();
    }
    let target = Target::Sqlite(SqliteOptions::new(SqliteLocation::File(killed)));
    let foreign = open_at(&target).await;
    assert_eq!(rows(&foreign, "t").await.len(), 2);
}

async fn refusal(target: &Target) -> String {
    match Foreign::open(target, None).await {
        Err(StoreError::Unavailable(reason)) => reason,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was opened"),
    }
}

async fn a_file_that_is_not_there_is_not_made(database: Database) {
    let said = refusal(&database.target()).await;
    assert!(said.contains(&database.file().display().to_string()), "{said}");
    assert!(!database.file().exists());
    let memory = Target::Sqlite(SqliteOptions::new(SqliteLocation::Memory));
    assert!(refusal(&memory).await.contains("memory"));
}

async fn what_is_no_database_is_refused(database: Database) {
    fs::write(database.file(), "Not a database, and long enough to be looked at as one.").unwrap();
    let said = refusal(&database.target()).await;
    assert!(said.contains("not a database"), "{said}");
}
