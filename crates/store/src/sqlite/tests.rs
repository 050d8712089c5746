//! Faults that only somebody inside can make: a full disk, and a file that
//! turns read-only.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use rondo_domain::{Name, Page, Timestamp, User, UserId};

use super::Sqlite;
use crate::{SqliteLocation, SqliteOptions, StoreError, Txn};

/// A database in a file that goes with it.
struct Scene {
    engine: Sqlite,
    folder: PathBuf,
}

impl Drop for Scene {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

async fn scene() -> Scene {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let name = format!("rondo_unit_{}_{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    let options = SqliteOptions::new(SqliteLocation::File(folder.join("rondo.db")));
    let engine = Sqlite::open(options).unwrap();
    engine.migrate_up().await.unwrap();
    Scene { engine, folder }
}

impl Scene {
    /// Sets something on the connection that writes.
    async fn set(&self, pragma: &'static str, value: i64) {
        let set = self.engine.exclusive(move |connection| {
            connection.pragma_update(None, pragma, value).or_else(|error| match error {
                // Some answer with the new value.
                rusqlite::Error::ExecuteReturnedResults => Ok(()),
                other => Err(other.into()),
            })
        });
        set.await.unwrap();
    }

    async fn pages(&self) -> i64 {
        let count = self.engine.exclusive(|connection| {
            Ok(connection.pragma_query_value(None, "page_count", |row| row.get(0))?)
        });
        count.await.unwrap()
    }

    /// Adds users with long names, all in one transaction.
    async fn sign_up(&self, first: usize, count: usize) -> Result<(), StoreError> {
        let body = move |txn: Txn| async move {
            for number in first..first + count {
                txn.insert_user(&user(number), None).await?;
            }
            Ok(())
        };
        self.engine.write(body).await
    }

    async fn users(&self) -> usize {
        let list = |txn: Txn| async move { txn.list_users(Page::new(1000, 0)).await };
        let listed: Result<_, StoreError> = self.engine.read(list).await;
        listed.unwrap().len()
    }
}

fn user(number: usize) -> User {
    let moment = Timestamp::from_seconds(0).unwrap();
    User {
        id: UserId::parse(&format!("user {number}")).unwrap(),
        email: None,
        name: Name::parse(&"x".repeat(255)).unwrap(),
        email_verified: false,
        image: None,
        created_at: moment,
        updated_at: moment,
    }
}

fn is_unavailable(outcome: &Result<(), StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Unavailable(_)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_keeps_reading_and_recovers() {
    let scene = scene().await;
    scene.sign_up(0, 10).await.unwrap();
    scene.set("max_page_count", scene.pages().await).await;
    let full = scene.sign_up(10, 500).await;
    assert!(is_unavailable(&full), "{full:?}");
    assert_eq!(scene.users().await, 10, "nothing of it is stored");
    let full = scene.sign_up(10, 500).await;
    assert!(is_unavailable(&full), "{full:?}");

    scene.set("max_page_count", 1_000_000).await;
    scene.sign_up(10, 500).await.unwrap();
    assert_eq!(scene.users().await, 510);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_goes_on_after_the_disk_is_full_stores_nothing() {
    let scene = scene().await;
    scene.set("max_page_count", scene.pages().await).await;
    let body = |txn: Txn| async move {
        let mut number = 0;
        while txn.insert_user(&user(number), None).await.is_ok() {
            number += 1;
        }
        // SQLite has ended the transaction by now.
        drop(txn.insert_user(&user(1000), None).await);
        Ok::<_, StoreError>(())
    };
    let ignored = scene.engine.write(body).await;
    assert!(ignored.is_err());
    scene.set("max_page_count", 1_000_000).await;
    assert_eq!(scene.users().await, 0);
    scene.sign_up(0, 1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_on_a_full_disk_are_all_told_the_truth() {
    let scene = scene().await;
    scene.set("max_page_count", scene.pages().await + 4).await;
    let writing = (0..200).map(|number| scene.sign_up(number, 1));
    let outcomes = futures_util::future::join_all(writing).await;
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(stored < 200);
    assert!(outcomes.iter().all(|outcome| outcome.is_ok() || is_unavailable(outcome)));
    assert_eq!(scene.users().await, stored, "as many as were told so");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_turns_read_only_refuses_writes_and_keeps_reading() {
    let scene = scene().await;
    scene.sign_up(0, 1).await.unwrap();
    scene.set("query_only", 1).await;
    let refused = scene.sign_up(1, 1).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    assert_eq!(scene.users().await, 1);
    scene.set("query_only", 0).await;
    scene.sign_up(1, 1).await.unwrap();
    assert_eq!(scene.users().await, 2);
}
