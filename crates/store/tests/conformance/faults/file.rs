//! A SQLite file that is missing, locked, moved, foreign or damaged.

use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use rondo_store::{SqliteLocation, SqliteOptions, Store, StoreError, Target};
use tokio::time::timeout;

use crate::support::{Database, Person, at, new_task, person, queue};

tests_on!(sqlite_file, SqliteFile:
    a_missing_folder_is_waited_for
    a_folder_is_no_file
    a_file_that_is_no_database_is_left_alone
    a_file_that_was_deleted_takes_no_more_writes
    a_file_that_was_moved_away_works_when_it_is_back
    a_file_that_was_replaced_takes_no_more_writes
    a_file_locked_by_another_process_can_be_read
    a_lock_that_is_soon_released_is_waited_for
    a_read_only_file_can_be_read
    a_damaged_file_is_an_error_and_not_the_end
);

fn store_at(file: PathBuf) -> Store {
    Store::open(Target::Sqlite(SqliteOptions::new(SqliteLocation::File(file)))).unwrap()
}

async fn add(who: &Person) -> Result<(), StoreError> {
    who.tries_to_add(new_task("milk", false), at(0)).await.map(drop)
}

/// The same person in another store.
fn moved(who: &Person, store: &Store) -> Person {
    Person { store: store.clone(), ..who.clone() }
}

async fn a_missing_folder_is_waited_for(database: Database) {
    let folder = database.file().with_file_name("later");
    let store = store_at(folder.join("rondo.db"));
    for _ in 0..2 {
        assert_refused!(store.prepare().await, StoreError::Unavailable(_));
        assert!(!store.is_ready());
        assert!(!folder.exists(), "a folder that nobody asked for");
    }
    fs::create_dir(&folder).unwrap();
    store.prepare().await.unwrap();
    add(&person(&store, "ada").await).await.unwrap();
}

async fn a_folder_is_no_file(database: Database) {
    let folder = database.file();
    fs::create_dir(&folder).unwrap();
    assert_refused!(store_at(folder).prepare().await, StoreError::Unavailable(_));
}

async fn a_file_that_is_no_database_is_left_alone(database: Database) {
    for length in [10, 100_000] {
        let text = "Dear diary, ".repeat(length);
        fs::write(database.file(), &text).unwrap();
        let store = database.open();
        assert_refused!(store.prepare().await, StoreError::Unavailable(_));
        assert_refused!(store.migration_status().await, StoreError::Unavailable(_));
        store.close().await;
        assert_eq!(fs::read_to_string(database.file()).unwrap(), text);
        fs::remove_file(database.file()).unwrap();
    }
}

/// The file and what SQLite keeps beside it.
fn files(file: &Path) -> [PathBuf; 3] {
    ["db", "db-wal", "db-shm"].map(|extension| file.with_extension(extension))
}

async fn check_no_writes(who: &Person) {
    for _ in 0..2 {
        assert_refused!(add(who).await, StoreError::Unavailable(_));
        assert_refused!(who.store.ping().await, StoreError::Unavailable(_));
    }
}

async fn a_file_that_was_deleted_takes_no_more_writes(database: Database) {
    let store = database.prepared().await;
    let ada = person(&store, "ada").await;
    add(&ada).await.unwrap();
    store.ping().await.unwrap();
    for file in files(&database.file()) {
        fs::remove_file(file).unwrap();
    }
    check_no_writes(&ada).await;
    store.close().await;
    assert!(!database.file().exists(), "it did not come back empty");
}

async fn a_file_that_was_moved_away_works_when_it_is_back(database: Database) {
    let store = database.prepared().await;
    let ada = person(&store, "ada").await;
    add(&ada).await.unwrap();
    let elsewhere = database.file().with_extension("elsewhere");
    fs::rename(database.file(), &elsewhere).unwrap();
    check_no_writes(&ada).await;
    fs::rename(&elsewhere, database.file()).unwrap();
    store.ping().await.unwrap();
    add(&ada).await.unwrap();
    assert_eq!(ada.totals().await, (2, 0));
}

async fn a_file_that_was_replaced_takes_no_more_writes(database: Database) {
    let store = database.prepared().await;
    let ada = person(&store, "ada").await;
    let copy = database.file().with_extension("copy");
    fs::copy(database.file(), &copy).unwrap();
    fs::rename(&copy, database.file()).unwrap();
    check_no_writes(&ada).await;
}

/// A connection of another program that holds the only write lock.
fn lock(database: &Database) -> rusqlite::Connection {
    let other = database.sqlite();
    other.execute_batch("begin immediate").unwrap();
    other
}

async fn a_file_locked_by_another_process_can_be_read(database: Database) {
    let store = database.prepared().await;
    let ada = person(&store, "ada").await;
    add(&ada).await.unwrap();
    let other = lock(&database);
    // Two at once wait as long as one.
    let waiting = [ada.clone(), ada.clone()].map(|who| queue(async move { add(&who).await }));
    assert_eq!(ada.totals().await, (1, 0));
    store.ping().await.unwrap();
    let answered = timeout(Duration::from_millis(5500), futures_util::future::join_all(waiting));
    for outcome in answered.await.unwrap() {
        assert_refused!(outcome, StoreError::Unavailable(_));
    }
    other.execute_batch("rollback").unwrap();
    add(&ada).await.unwrap();
    assert_eq!(ada.totals().await, (2, 0));
}

async fn a_lock_that_is_soon_released_is_waited_for(database: Database) {
    let ada = person(&database.prepared().await, "ada").await;
    let other = lock(&database);
    let who = ada.clone();
    let waiting = queue(async move { add(&who).await });
    assert_eq!(ada.totals().await, (0, 0));
    other.execute_batch("rollback").unwrap();
    waiting.await.unwrap();
    assert_eq!(ada.totals().await, (1, 0));
}

async fn a_read_only_file_can_be_read(database: Database) {
    let store = database.prepared().await;
    let ada = person(&store, "ada").await;
    add(&ada).await.unwrap();
    store.close().await;
    let mut permissions = fs::metadata(database.file()).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(database.file(), permissions).unwrap();
    // Root may write all the same.
    let bound = OpenOptions::new().append(true).open(database.file()).is_err();

    let ada = moved(&ada, &database.prepared().await);
    assert_eq!(ada.totals().await, (1, 0));
    let added = add(&ada).await;
    if bound {
        assert_refused!(added, StoreError::Unavailable(_));
    } else {
        added.unwrap();
    }
}

async fn a_damaged_file_is_an_error_and_not_the_end(database: Database) {
    let store = database.prepared().await;
    let ada = person(&store, "ada").await;
    add(&ada).await.unwrap();
    store.close().await;
    let intact = fs::read(database.file()).unwrap();
    // The first page, which describes the schema, stays as it was.
    let mut file = OpenOptions::new().write(true).open(database.file()).unwrap();
    file.seek(SeekFrom::Start(4096)).unwrap();
    file.write_all(&vec![0xa5; intact.len() - 4096]).unwrap();
    drop(file);

    let store = database.open();
    let prepared = store.prepare().await;
    assert_refused!(prepared, StoreError::Unavailable(_));
    store.close().await;
    fs::write(database.file(), intact).unwrap();
    let store = database.prepared().await;
    assert_eq!(moved(&ada, &store).totals().await, (1, 0));
}
