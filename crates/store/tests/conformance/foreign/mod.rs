//! Databases that are not ours: what is read of them, and that nothing of them
//! changes.

mod files;
mod servers;

use rondo_store::{Foreign, ForeignTable, Target, Value};

use crate::support::Database;

on_shared_databases! {
    tables_and_columns_are_listed_as_they_are_written,
    a_long_table_is_read_to_its_end,
    an_empty_table_has_no_rows,
    columns_come_in_the_order_in_which_they_are_asked_for,
    filled_columns_are_counted,
    the_highest_number_is_found,
    a_row_that_is_added_meanwhile_is_not_seen,
}

/// Opens what is in a database of a test.
pub(crate) async fn open(database: &Database) -> Foreign {
    open_at(&database.target()).await
}

pub(crate) async fn open_at(target: &Target) -> Foreign {
    Foreign::open(target, None).await.unwrap()
}

pub(crate) fn table<'a>(foreign: &'a Foreign, name: &str) -> &'a ForeignTable {
    let found = foreign.tables().iter().find(|table| table.name == name);
    found.unwrap_or_else(|| panic!("{name} is not there: {:?}", foreign.tables()))
}

/// All rows of a table, all columns of it.
pub(crate) async fn rows(foreign: &Foreign, name: &str) -> Vec<Vec<Value>> {
    let table = table(foreign, name);
    let columns: Vec<usize> = (0..table.columns.len()).collect();
    rows_of(foreign, table, &columns).await
}

async fn rows_of(foreign: &Foreign, table: &ForeignTable, columns: &[usize]) -> Vec<Vec<Value>> {
    let mut reading = foreign.read(table, columns).await.unwrap();
    let mut rows = Vec::new();
    loop {
        let page = foreign.next_page(&mut reading).await.unwrap();
        if page.is_empty() {
            return rows;
        }
        rows.extend(page);
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

async fn tables_and_columns_are_listed_as_they_are_written(database: Database) {
    database
        .execute(
            "create table \"user\" (id text primary key, \"emailVerified\" boolean);
             create table accounts (id text primary key, user_id text);
             create table \"od\"\"d\" (\"a \"\"b\" text, \"select\" text);
             insert into \"od\"\"d\" values ('1', '2')",
        )
        .await;
    let foreign = open(&database).await;
    let listed: Vec<_> =
        foreign.tables().iter().map(|table| (table.name.as_str(), table.columns.clone())).collect();
    let columns = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    let expected = [
        ("accounts", columns(["id", "user_id"])),
        ("od\"d", columns(["a \"b", "select"])),
        ("user", columns(["id", "emailVerified"])),
    ];
    assert_eq!(listed, expected);
    assert_eq!(rows(&foreign, "od\"d").await, [[text("1"), text("2")]]);
}

/// Fills the table `t` with this many rows.
async fn numbered(database: &Database, count: usize) {
    let values: Vec<_> = (1..=count).map(|id| format!("({id}, 'row {id}')")).collect();
    let values = values.join(", ");
    database
        .execute(&format!(
            "create table t (id integer primary key, words text); insert into t values {values}"
        ))
        .await;
}

async fn check_all_are_read(database: &Database, count: usize) {
    numbered(database, count).await;
    let foreign = open(database).await;
    let rows = rows(&foreign, "t").await;
    let expected: Vec<_> = (1..=i64::try_from(count).unwrap())
        .map(|id| vec![Value::Integer(id), text(&format!("row {id}"))])
        .collect();
    assert!(rows == expected, "{} rows of {count}", rows.len());
}

async fn a_long_table_is_read_to_its_end(database: Database) {
    for count in [1, 199, 200, 201, 1000] {
        check_all_are_read(&database, count).await;
        database.execute("drop table t").await;
    }
}

async fn an_empty_table_has_no_rows(database: Database) {
    database.execute("create table t (id integer primary key)").await;
    let foreign = open(&database).await;
    assert!(rows(&foreign, "t").await.is_empty());
    assert_eq!(foreign.highest(table(&foreign, "t"), 0, 9).await.unwrap(), 0);
}

async fn columns_come_in_the_order_in_which_they_are_asked_for(database: Database) {
    database
        .execute("create table t (id integer, a text, b text); insert into t values (1, 'a', 'b')")
        .await;
    let foreign = open(&database).await;
    let read = rows_of(&foreign, table(&foreign, "t"), &[2, 0]).await;
    assert_eq!(read, [[text("b"), Value::Integer(1)]]);
}

async fn filled_columns_are_counted(database: Database) {
    database
        .execute(
            "create table t (id integer, a text, b text);
             insert into t values (1, 'x', null), (2, '', null), (3, null, null)",
        )
        .await;
    let foreign = open(&database).await;
    let counted = foreign.count_filled(table(&foreign, "t"), &[2, 1, 0]).await.unwrap();
    assert_eq!(counted, [0, 2, 3]);
    assert!(foreign.count_filled(table(&foreign, "t"), &[]).await.unwrap().is_empty());
}

async fn the_highest_number_is_found(database: Database) {
    database
        .execute(
            "create table t (id bigint, words text);
             insert into t values (7, '99'), (9007199254740993, 'x'), (-3, 'y')",
        )
        .await;
    let foreign = open(&database).await;
    let highest =
        async |column, limit| foreign.highest(table(&foreign, "t"), column, limit).await.unwrap();
    assert_eq!(highest(0, 1 << 52).await, 7);
    assert_eq!(highest(0, i64::MAX).await, 9_007_199_254_740_993);
    assert_eq!(highest(0, -5).await, 0);
    assert_eq!(highest(1, 1 << 52).await, 0, "text is no number");
}

async fn a_row_that_is_added_meanwhile_is_not_seen(database: Database) {
    if database.is_sqlite() {
        database.execute("pragma journal_mode = wal").await;
    }
    // Somebody has it open, as its own server does.
    let _server = database.is_sqlite().then(|| {
        let server = database.sqlite();
        server.query_row("select count(*) from sqlite_schema", [], |_| Ok(())).unwrap();
        server
    });
    numbered(&database, 300).await;
    let foreign = open(&database).await;
    let mut reading = foreign.read(table(&foreign, "t"), &[0]).await.unwrap();
    assert_eq!(foreign.next_page(&mut reading).await.unwrap().len(), 200);
    database.execute("insert into t values (301, 'late')").await;
    assert_eq!(foreign.next_page(&mut reading).await.unwrap().len(), 100);
    assert!(foreign.next_page(&mut reading).await.unwrap().is_empty());
    assert_eq!(rows(&foreign, "t").await.len(), 300, "all tables are of one moment");
}
