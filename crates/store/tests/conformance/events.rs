//! What live events need: the history in short, and a way to other processes.

use std::time::Duration;

use rondo_domain::{ChangeAction, NewChange, UserId};
use rondo_store::{Channel, Heard, Hint, MarkPage, Moved, Store, StoreError};
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::timeout,
};

use crate::support::{Database, WholeDatabase, at, id_of, new_change, person, until};

on_every_database! {
    the_history_in_short_is_the_history_in_order,
    the_history_in_short_says_where_it_begins_and_ends,
    somebody_without_a_row_has_no_history,
}
tests_on!(alone, SqliteFile: a_file_has_no_way_to_others);
tests_on!(bus, Postgres:
    what_one_says_the_others_hear_and_it_does_not
    what_is_said_at_once_arrives_together
    another_schema_is_another_server
    a_connection_is_there_only_while_it_is_needed
    after_a_lost_connection_anything_may_have_happened
    the_last_words_are_said_before_the_end
);

/// How long something may take that happens.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long is listened for what must not happen.
const MOMENT: Duration = Duration::from_millis(200);

/// Three changes of a task of Ada's, after whatever its making was.
async fn three_changes(store: &Store) -> (UserId, Vec<NewChange>) {
    let ada = person(store, "ada").await;
    let task = ada.adds("milk").await;
    let changes = vec![
        new_change(ChangeAction::Created, None, Some(&task)),
        new_change(ChangeAction::Updated, Some(&task), Some(&task)),
        new_change(ChangeAction::Deleted, Some(&task), None),
    ];
    let (owner, recorded) = (ada.id.clone(), changes.clone());
    let written: Result<(), StoreError> = store
        .write(
            move |txn| async move { txn.record_changes(&owner, &recorded, Moved::default()).await },
        )
        .await;
    written.unwrap();
    (ada.id, changes)
}

async fn marks(store: &Store, owner: &UserId, after: i64, limit: i64) -> MarkPage {
    let owner = owner.clone();
    let read = store.read(move |txn| async move { txn.list_marks(&owner, after, limit).await });
    let read: Result<MarkPage, StoreError> = read.await;
    read.unwrap()
}

async fn the_history_in_short_is_the_history_in_order(store: Store) {
    let (ada, changes) = three_changes(&store).await;
    let all = marks(&store, &ada, 0, 100).await;
    let ids: Vec<_> = all.marks.iter().map(|mark| mark.id.get()).collect();
    assert_eq!(ids, (1..=all.latest).collect::<Vec<_>>());
    for (mark, change) in all.marks.iter().rev().zip(changes.iter().rev()) {
        assert_eq!((mark.task_id, &mark.batch_id), (change.task_id, &change.batch_id));
        assert_eq!((mark.action, mark.version), (change.action, change.version));
    }
    let two = marks(&store, &ada, all.latest - 3, 2).await;
    assert_eq!(two.marks, all.marks[all.marks.len() - 3..][..2]);
    assert_eq!((two.latest, two.oldest), (all.latest, 1));
}

async fn the_history_in_short_says_where_it_begins_and_ends(store: Store) {
    let (ada, _) = three_changes(&store).await;
    let MarkPage { latest, .. } = marks(&store, &ada, 0, 100).await;
    let span = |page: &MarkPage| (page.marks.len(), page.latest, page.oldest);
    for (after, limit) in [(latest, 10), (i64::MAX, 10), (0, 0), (i64::MAX, 0)] {
        assert_eq!(span(&marks(&store, &ada, after, limit).await), (0, latest, 1));
    }
    let whose = ada.clone();
    let purged: Result<u64, StoreError> = store
        .write(move |txn| async move { txn.purge_changes(&whose, at(1_000_000), latest - 1).await })
        .await;
    assert_eq!(purged.ok(), u64::try_from(latest - 1).ok());
    assert_eq!(span(&marks(&store, &ada, 0, 10).await), (1, latest, latest));
    let whose = ada.clone();
    let purged: Result<u64, StoreError> = store
        .write(move |txn| async move { txn.purge_changes(&whose, at(1_000_000), 10).await })
        .await;
    assert_eq!(purged.ok(), Some(1));
    assert_eq!(span(&marks(&store, &ada, 0, 10).await), (0, latest, latest + 1));
}

async fn somebody_without_a_row_has_no_history(store: Store) {
    let page = marks(&store, &id_of("nobody"), 0, 10).await;
    assert_eq!((page.marks.len(), page.latest, page.oldest), (0, 0, 1));
}

async fn a_file_has_no_way_to_others(store: Store) {
    assert!(store.channel("one".to_owned(), |_| ()).is_none());
}

/// A process, and what it hears.
struct Process {
    channel: Channel,
    heard: UnboundedReceiver<Heard>,
}

impl Process {
    fn named(store: &Store, name: &str) -> Self {
        let (hear, heard) = unbounded_channel();
        let channel = store.channel(name.to_owned(), move |what| drop(hear.send(what)));
        Self { channel: channel.unwrap(), heard }
    }

    /// One that hears from now on.
    async fn listening(store: &Store, name: &str) -> Self {
        let mut process = Self::named(store, name);
        process.channel.listen(true);
        assert_eq!(process.next().await, Heard::Anything);
        process
    }

    async fn next(&mut self) -> Heard {
        timeout(PATIENCE, self.heard.recv()).await.unwrap().unwrap()
    }

    async fn hears_nothing(&mut self) {
        let next = timeout(MOMENT, self.heard.recv()).await;
        assert!(next.is_err(), "{next:?}");
    }
}

fn changed(user: &UserId) -> Heard {
    Heard::Hints(vec![(user.clone(), Hint::Changed)])
}

async fn what_one_says_the_others_hear_and_it_does_not(store: Store) {
    let mut ears =
        [Process::listening(&store, "one").await, Process::listening(&store, "two").await];
    let mut mouth = Process::listening(&store, "three").await;
    for name in ["ada", "a \"quoted\", 'odd' \\ name\n", &"é".repeat(255)] {
        let user = id_of(name);
        mouth.channel.say(&user, Hint::Changed);
        for ear in &mut ears {
            assert_eq!(ear.next().await, changed(&user));
        }
        mouth.channel.say(&user, Hint::Ended);
        for ear in &mut ears {
            assert_eq!(ear.next().await, Heard::Hints(vec![(user.clone(), Hint::Ended)]));
        }
    }
    mouth.hears_nothing().await;
    // Whoever does not listen any more hears nothing.
    let [mut deaf, mut ear] = ears;
    deaf.channel.listen(false);
    deaf.hears_nothing().await;
    mouth.channel.say(&id_of("ada"), Hint::Changed);
    assert_eq!(ear.next().await, changed(&id_of("ada")));
    deaf.hears_nothing().await;
}

async fn what_is_said_at_once_arrives_together(store: Store) {
    let mut ear = Process::listening(&store, "one").await;
    let mouth = Process::named(&store, "two");
    for _ in 0..1000 {
        mouth.channel.say(&id_of("ada"), Hint::Changed);
    }
    assert_eq!(ear.next().await, changed(&id_of("ada")));
    // More than this would be a NOTIFY for each.
    for _ in 0..2 {
        if let Ok(next) = timeout(MOMENT, ear.heard.recv()).await {
            assert_eq!(next, Some(changed(&id_of("ada"))));
        }
    }
    ear.hears_nothing().await;
}

async fn another_schema_is_another_server(one: Store) {
    let other = Database::create(crate::support::Engine::Postgres, crate::support::Own::Schema);
    let other = other.await.prepared().await;
    let (mut here, mut there) =
        (Process::listening(&one, "one").await, Process::listening(&other, "two").await);
    Process::named(&one, "three").channel.say(&id_of("ada"), Hint::Changed);
    assert_eq!(here.next().await, changed(&id_of("ada")));
    there.hears_nothing().await;
}

/// How many connections there are for hints.
async fn connections(database: &Database) -> i64 {
    let sql = "select count(*) from pg_stat_activity
         where datname = current_database() and application_name = 'rondo events'";
    database.postgres().await.query_one(sql, &[]).await.unwrap().get(0)
}

async fn a_connection_is_there_only_while_it_is_needed(WholeDatabase(database): WholeDatabase) {
    let store = database.prepared().await;
    let process = Process::named(&store, "one");
    process.channel.listen(false);
    assert_eq!(connections(&database).await, 0);
    process.channel.listen(true);
    until("it is connected", async || connections(&database).await == 1).await;
    process.channel.close().await;
    until("it has hung up", async || connections(&database).await == 0).await;
    process.channel.say(&id_of("ada"), Hint::Changed);
    process.channel.listen(true);
    assert_eq!(connections(&database).await, 0);
}

async fn after_a_lost_connection_anything_may_have_happened(
    WholeDatabase(database): WholeDatabase,
) {
    let store = database.prepared().await;
    let mut ear = Process::listening(&store, "one").await;
    let mouth = Process::named(&store, "two");
    for _ in 0..3 {
        database
            .execute(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and application_name = 'rondo events'",
            )
            .await;
        assert_eq!(ear.next().await, Heard::Anything);
        mouth.channel.say(&id_of("ada"), Hint::Changed);
        // What could not be said is said about everybody.
        let next = ear.next().await;
        assert!(next == Heard::Anything || next == changed(&id_of("ada")), "{next:?}");
        while timeout(MOMENT, ear.heard.recv()).await.is_ok() {}
    }
}

async fn the_last_words_are_said_before_the_end(store: Store) {
    let mut ear = Process::listening(&store, "one").await;
    for round in 0..5 {
        let mouth = Process::named(&store, &format!("mouth {round}"));
        mouth.channel.say(&id_of("ada"), Hint::Changed);
        mouth.channel.say(&id_of("bob"), Hint::Ended);
        mouth.channel.close().await;
        let Heard::Hints(hints) = ear.next().await else { panic!("all is known") };
        assert_eq!(hints.len(), 2);
    }
}
