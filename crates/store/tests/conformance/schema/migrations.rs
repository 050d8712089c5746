//! The way to the schema and back, also when several go it at once.

use std::{collections::BTreeSet, fs, path::Path};

use rondo_store::{MigrationState, MigrationStatus, Store, StoreError};
use tokio::task::JoinSet;

use super::facts::facts;
use crate::support::{Database, Engine, Own, Person, id_of, person};

tests_on!(sqlite_file, SqliteFile:
    every_migration_can_be_reverted_and_applied_again
    migrations_are_reverted_one_by_one
    nothing_is_reverted_on_an_empty_database
    data_survives_a_restart
    four_stores_start_at_once_on_an_empty_database
    a_migration_that_was_edited_is_an_error
    a_newer_database_is_used_and_not_reverted
    a_migration_that_fails_leaves_nothing
);
tests_on!(postgres, Postgres:
    every_migration_can_be_reverted_and_applied_again
    migrations_are_reverted_one_by_one
    nothing_is_reverted_on_an_empty_database
    data_survives_a_restart
    four_stores_start_at_once_on_an_empty_database
    a_migration_that_was_edited_is_an_error
    a_newer_database_is_used_and_not_reverted
    a_migration_that_fails_leaves_nothing
);
tests_on!(sqlite_memory, SqliteMemory: nothing_is_reverted_on_an_empty_database);

const NAMES: [&str; 17] = [
    "0001_users",
    "0002_tasks",
    "0003_conversations",
    "0004_sessions",
    "0005_api_tokens",
    "0006_attempts",
    "0007_verifications",
    "0008_signing_keys",
    "0009_mail_jobs",
    "0010_imports",
    "0011_settings",
    "0012_planning",
    "0013_task_tags",
    "0014_changes",
    "0015_trash",
    "0016_idempotency_keys",
    "0017_turns",
];

/// The first `applied` migrations are applied, the others are not.
async fn check_status(store: &Store, applied: usize) {
    let status = store.migration_status().await.unwrap();
    let expected: Vec<MigrationStatus> = (1..)
        .zip(NAMES)
        .map(|(version, name)| MigrationStatus {
            version,
            name: name.to_owned(),
            state: if usize::try_from(version).unwrap() <= applied {
                MigrationState::Applied
            } else {
                MigrationState::Pending
            },
        })
        .collect();
    assert_eq!(status, expected);
}

fn newest_first(names: &[&'static str]) -> Vec<&'static str> {
    names.iter().rev().copied().collect()
}

async fn every_migration_can_be_reverted_and_applied_again(database: Database) {
    let store = database.open();
    check_status(&store, 0).await;
    assert_eq!(store.migrate_up().await.unwrap(), NAMES);
    check_status(&store, NAMES.len()).await;
    assert!(store.migrate_up().await.unwrap().is_empty());
    let schema = facts(&database).await;

    assert_eq!(store.migrate_down(100).await.unwrap(), newest_first(&NAMES));
    check_status(&store, 0).await;
    let left = facts(&database).await;
    assert!(left.iter().all(|fact| fact.starts_with("schema_migrations")), "{left:#?}");
    assert_eq!(database.number("select count(*) from schema_migrations").await, 0);
    if !database.is_sqlite() {
        let sequences = "select count(*) from information_schema.sequences where sequence_schema = current_schema()";
        assert_eq!(database.number(sequences).await, 0);
    }

    assert_eq!(store.migrate_up().await.unwrap(), NAMES);
    assert_eq!(facts(&database).await, schema);
    store.prepare().await.unwrap();
    assert_eq!(person(&store, "ada").await.adds("milk").await.id.get(), 1);
}

async fn migrations_are_reverted_one_by_one((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    ada.adds("milk").await;
    assert!(store.migrate_down(0).await.unwrap().is_empty());
    for left in (2..NAMES.len()).rev() {
        assert_eq!(store.migrate_down(1).await.unwrap(), [NAMES[left]]);
        check_status(&store, left).await;
        let milk = "select count(*) from tasks join users on users.id = user_id
             where title = 'milk' and not completed and task_count = 1";
        assert_eq!(database.number(milk).await, 1, "with {left} migrations");
    }
    assert_eq!(store.migrate_up().await.unwrap(), NAMES[2..]);
    assert_eq!(ada.titles().await, ["milk"]);
    ada.begins_conversation(crate::support::at(0)).await;
    assert_eq!(store.migrate_down(NAMES.len() - 1).await.unwrap(), newest_first(&NAMES[1..]));
    assert_eq!(store.migrate_up().await.unwrap(), NAMES[1..]);
    assert!(ada.tasks().await.is_empty(), "what a migration made is lost with it");
}

async fn nothing_is_reverted_on_an_empty_database(database: Database) {
    let store = database.open();
    assert!(store.migrate_down(1).await.unwrap().is_empty());
    check_status(&store, 0).await;
    store.prepare().await.unwrap();
    check_status(&store, NAMES.len()).await;
}

async fn data_survives_a_restart((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    ada.adds("milk").await;
    for _ in 0..3 {
        let store = database.prepared().await;
        let ada = Person { store, ..ada.clone() };
        assert_eq!(ada.titles().await, ["milk"]);
        assert_eq!(ada.totals().await, (1, 0));
        ada.store.close().await;
    }
    assert_eq!(ada.adds("eggs").await.id.get(), 2);
}

async fn four_stores_start_at_once_on_an_empty_database(database: Database) {
    let mut starting = JoinSet::new();
    for number in 0..4 {
        let store = database.open();
        starting.spawn(async move {
            store.prepare().await.unwrap();
            person(&store, &format!("person{number}")).await.adds("milk").await;
        });
    }
    starting.join_all().await;
    let store = database.open();
    check_status(&store, NAMES.len()).await;
    assert_eq!(database.number("select count(*) from users where task_count = 1").await, 4);
    assert_eq!(
        database.number("select count(*) from schema_migrations").await,
        i64::try_from(NAMES.len()).unwrap()
    );
}

async fn a_migration_that_was_edited_is_an_error(database: Database) {
    database.prepared().await.close().await;
    database.execute("update schema_migrations set checksum = 'other' where version = 2").await;
    let store = database.open();
    assert_refused!(store.prepare().await, StoreError::Internal(_));
    assert!(!store.is_ready());
    let states: Vec<_> =
        store.migration_status().await.unwrap().iter().map(|status| status.state).collect();
    let mut expected = [MigrationState::Applied; NAMES.len()];
    expected[1] = MigrationState::Changed;
    assert_eq!(states, expected);
}

async fn a_newer_database_is_used_and_not_reverted(database: Database) {
    database.prepared().await.close().await;
    let newer = "insert into schema_migrations (version, name, checksum)
                 values (9000, '9000_future', 'unknown')";
    database.execute(newer).await;
    let store = database.prepared().await;
    person(&store, "ada").await.adds("milk").await;
    let status = store.migration_status().await.unwrap();
    let last = status.last().unwrap();
    assert_eq!((last.name.as_str(), last.state), ("9000_future", MigrationState::Unknown));
    assert_refused!(store.migrate_down(1).await, StoreError::Internal(_));
    assert_refused!(store.migrate_down(2).await, StoreError::Internal(_));
    assert_eq!(store.migration_status().await.unwrap(), status);
}

async fn a_migration_that_fails_leaves_nothing(database: Database) {
    // In the way of the second one.
    database.execute("create table tasks (id integer)").await;
    let store = database.open();
    assert_refused!(store.prepare().await, StoreError::Internal(_));
    let found = store.read(|txn| async move { txn.find_user(&id_of("ada")).await });
    assert_refused!(found.await, StoreError::Unavailable(_));
    let left = facts(&database).await;
    assert!(left.iter().all(|fact| fact.starts_with("tasks")), "{left:#?}");
    database.execute("drop table tasks").await;
    store.prepare().await.unwrap();
    person(&store, "ada").await.adds("milk").await;
}

/// The files of one engine.
fn files(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

#[tokio::test]
async fn every_file_is_a_migration_and_has_its_pair() {
    let database = Database::create(Engine::SqliteMemory, Own::Schema).await;
    let status = database.open().migration_status().await.unwrap();
    let mut expected = BTreeSet::new();
    for (place, migration) in (1..).zip(&status) {
        assert_eq!(migration.version, place);
        assert!(migration.name.starts_with(&format!("{place:04}_")), "{}", migration.name);
        for direction in ["up", "down"] {
            expected.insert(format!("{}.{direction}.sql", migration.name));
        }
    }
    assert_eq!(files("sqlite"), expected);
    assert_eq!(files("postgres"), expected);
}
