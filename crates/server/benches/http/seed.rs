//! Filling a database: accounts through the server, which alone can make a
//! token, and rows by the thousand through the store.

use std::ops::Range;

use rondo_domain::{
    Author, BatchId, ChangeAction, Description, Name, NewChange, NewTask, Plan, TaskId, TaskQuery,
    Timestamp, Title, User, UserId,
};
use rondo_store::{Moved, Store, Txn};
use serde_json::json;

use crate::{
    Failure,
    database::Database,
    process::Process,
    scenarios::{Account, DESCRIPTION, World, title},
    wire::post,
};

/// How many tasks share a transaction.
const BATCH: usize = 1_000;

/// When the first task was made (2026-11-21T09:00:00Z), in seconds; the others
/// follow, one each millisecond.
const FIRST: i64 = 1_795_251_600;

/// Makes the accounts of a world, and tasks for the one who reads.
pub(crate) fn world(database: &Database, tasks: u32) -> Result<World, Failure> {
    let (server, _) = Process::rondo(database)?;
    let mut world = World {
        reader: account(&server, "reader@example.com")?,
        writer: account(&server, "writer@example.com")?,
        tasks: Vec::new(),
    };
    server.stop()?;
    grow(database, &mut world, tasks)?;
    Ok(world)
}

fn account(server: &Process, email: &str) -> Result<Account, Failure> {
    let login = json!({ "email": email, "password": "forty-two carriages of coal" });
    let user = post(server.address(), "/api/auth/register", &login)?;
    let answer = post(server.address(), "/api/auth/login", &login)?;
    let id = user["id"].as_str().and_then(|id| UserId::parse(id).ok());
    let token = answer["access_token"].as_str();
    let (id, token) = id.zip(token).ok_or("a login was answered in another form")?;
    Ok(Account { id, token: token.to_owned() })
}

/// Gives the reader more tasks until there are `size` of them, every second
/// one done.
pub(crate) fn grow(database: &Database, world: &mut World, size: u32) -> Result<(), Failure> {
    let owner = world.reader.id.clone();
    let added = database.fill(async |store| {
        let mut added = Vec::new();
        let mut numbers = count(&store, &owner).await?..i64::from(size);
        loop {
            let batch: Vec<i64> = numbers.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(added);
            }
            added.extend(add_tasks(&store, owner.clone(), batch).await?);
        }
    })?;
    world.tasks.extend(added);
    Ok(())
}

async fn count(store: &Store, owner: &UserId) -> Result<i64, Failure> {
    let owner = owner.clone();
    let one = TaskQuery { limit: 1, ..TaskQuery::default() };
    let page = store
        .read(move |txn| async move { Ok::<_, Failure>(txn.list_tasks(&owner, &one).await?) })
        .await?;
    Ok(page.total)
}

async fn add_tasks(
    store: &Store,
    owner: UserId,
    numbers: Vec<i64>,
) -> Result<Vec<TaskId>, Failure> {
    let body = move |txn: Txn| async move {
        let mut ids = Vec::with_capacity(numbers.len());
        for number in numbers {
            ids.push(add_task(&txn, &owner, number).await?);
        }
        Ok(ids)
    };
    store.write(body).await
}

/// Stores a task as the server does: with its place in the history.
async fn add_task(txn: &Txn, owner: &UserId, number: i64) -> Result<TaskId, Failure> {
    let at = moment(number);
    let task = txn.insert_task(owner, new_task(number), at).await?;
    let moved = Moved { tasks: 1, completed: task.counts().completed, trash: 0 };
    let change = NewChange {
        batch_id: BatchId::parse(&format!("seed-{number}")).expect("a word and a number"),
        at,
        author: Author::USER,
        action: ChangeAction::Created,
        task_id: task.id,
        version: task.version,
        before: None,
        after: Some(task.clone()),
        undoes: None,
    };
    txn.record_change(owner, &change, moved).await?;
    Ok(task.id)
}

/// Adds users who have one task each.
pub(crate) fn add_strangers(database: &Database, numbers: Range<i64>) -> Result<(), Failure> {
    database.fill(async |store| {
        let mut numbers = numbers;
        loop {
            let batch: Vec<i64> = numbers.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            let body = move |txn: Txn| async move {
                for number in batch {
                    let stranger = stranger(number);
                    txn.insert_user(&stranger, None).await?;
                    add_task(&txn, &stranger.id, number).await?;
                }
                Ok::<_, Failure>(())
            };
            store.write(body).await?;
        }
    })
}

fn stranger(number: i64) -> User {
    User {
        id: UserId::parse(&format!("stranger-{number}")).expect("a few letters and digits"),
        email: None,
        name: Name::default(),
        email_verified: false,
        image: None,
        created_at: moment(number),
        updated_at: moment(number),
    }
}

fn new_task(number: i64) -> NewTask {
    NewTask {
        title: Title::parse(&title(number)).expect("a few words"),
        description: Description::parse(DESCRIPTION.to_owned()).ok(),
        completed: number % 2 == 0,
        plan: Plan::NONE,
        previous_task_id: None,
    }
}

fn moment(number: i64) -> Timestamp {
    let first = Timestamp::from_seconds(FIRST).expect("a moment of this century");
    first.plus_micros(number * 1_000)
}
