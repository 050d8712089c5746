//! The history: its numbers, what it tells, and how it is forgotten.

use rondo_domain::{
    Author, AuthorKind, AuthorName, BatchId, Change, ChangeAction, ChangeId, NewChange, Task,
    TimeZoneName, UserSettingsPatch,
};
use rondo_store::{ChangePage, Constraint, Moved, Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{
    Database, Person, at, create, id_of, new_change, new_task, person, planned, task_id,
};

on_every_database! {
    every_change_has_the_next_number,
    numbers_count_for_each_user,
    a_change_comes_back_as_it_was_written_down,
    many_changes_are_written_down_in_their_order,
    nothing_is_written_down_for_a_user_without_a_row,
    a_write_that_fails_takes_no_number,
    writers_at_once_leave_no_gap_and_repeat_no_number,
    the_feed_goes_on_after_a_number,
    the_feed_comes_with_the_time_zone,
    a_user_without_a_row_has_an_empty_feed,
    a_task_has_a_history_of_its_own,
    a_batch_is_found_by_its_name,
    the_latest_marks_come_first,
    what_is_old_is_forgotten_from_the_beginning,
    nobody_sees_the_history_of_others,
}

mod from_outside {
    use super::a_change_that_makes_no_sense_is_an_error;

    on_shared_databases! { a_change_that_makes_no_sense_is_an_error }
}

async fn feed(who: &Person, after: i64, limit: i64) -> ChangePage {
    let id = who.id.clone();
    let page = who.store.read(move |txn| async move { txn.list_changes(&id, after, limit).await });
    page.await.unwrap()
}

async fn numbers(who: &Person) -> Vec<i64> {
    feed(who, 0, 1000).await.changes.iter().map(|change| change.id.get()).collect()
}

async fn record(who: &Person, changes: Vec<NewChange>, moved: Moved) -> Result<(), StoreError> {
    let id = who.id.clone();
    let write = who.store.write_for(&who.id, move |txn| async move {
        match &changes[..] {
            [change] => txn.record_change(&id, change, moved).await,
            _ => txn.record_changes(&id, &changes, moved).await,
        }
    });
    write.await
}

fn batch(name: &str) -> BatchId {
    BatchId::parse(name).unwrap()
}

/// A task that is nowhere: the history takes what it is told.
fn task(who: &Person, number: i64, name: &str) -> Task {
    Task::create(task_id(number), who.id.clone(), planned(name), at(number))
}

async fn every_change_has_the_next_number(store: Store) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    ada.completes(milk.id, at(1)).await.unwrap();
    assert!(ada.deletes(milk.id).await);
    let page = feed(&ada, 0, 10).await;
    let told: Vec<_> =
        page.changes.iter().map(|told| (told.id.get(), told.change.action)).collect();
    let [created, completed, deleted] =
        [ChangeAction::Created, ChangeAction::Completed, ChangeAction::Deleted];
    assert_eq!(told, [(1, created), (2, completed), (3, deleted)]);
    assert_eq!((page.latest, page.oldest), (3, 1));
}

async fn numbers_count_for_each_user(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    for who in [&ada, &bob, &ada] {
        who.adds("milk").await;
    }
    assert_eq!((numbers(&ada).await, numbers(&bob).await), (vec![1, 2], vec![1]));
}

async fn a_change_comes_back_as_it_was_written_down(store: Store) {
    let ada = person(&store, "ada").await;
    let before = task(&ada, 7, "Water the plants");
    let after = before.clone().touched(at(50));
    let kinds = AuthorKind::ALL.into_iter().cycle();
    for (action, kind) in ChangeAction::ALL.into_iter().zip(kinds) {
        let name = (kind != AuthorKind::User).then(|| AuthorName::parse("Zoë's \"app\"").unwrap());
        let undoes = name.is_some().then(|| batch("x-1_2"));
        let author = Author { kind, name };
        let mut change = new_change(action, Some(&before), Some(&after));
        match action {
            ChangeAction::Created | ChangeAction::Restored => change.before = None,
            ChangeAction::Deleted => change.after = None,
            ChangeAction::Purged => (change.before, change.after) = (None, None),
            _ => {}
        }
        let change = NewChange { author, undoes, ..change };
        record(&ada, vec![change.clone()], Moved::default()).await.unwrap();
        let told = feed(&ada, 0, 100).await.changes.pop().unwrap();
        assert_eq!(told.change, change);
        let (id, number) = (ada.id.clone(), told.id);
        let found = store.read(move |txn| async move { txn.find_change(&id, number).await });
        assert_eq!(found.await.unwrap(), Some(told));
    }
    assert_eq!(numbers(&ada).await, [1, 2, 3, 4, 5, 6, 7]);
}

async fn many_changes_are_written_down_in_their_order(store: Store) {
    let ada = person(&store, "ada").await;
    ada.adds("milk").await;
    let many = |first: i64, count: i64| -> Vec<NewChange> {
        let tasks = (first..first + count).map(|number| task(&ada, number, "milk"));
        tasks.map(|task| new_change(ChangeAction::Created, None, Some(&task))).collect()
    };
    let moved = Moved { tasks: 500, completed: 7, trash: 2 };
    record(&ada, many(100, 500), moved).await.unwrap();
    record(&ada, Vec::new(), Moved::default()).await.unwrap();
    record(&ada, many(900, 2), Moved { tasks: -1, ..Moved::default() }).await.unwrap();
    let page = feed(&ada, 0, 1000).await;
    let told: Vec<_> =
        page.changes.iter().map(|told| (told.id.get(), told.change.task_id.get())).collect();
    let tasks = [1].into_iter().chain(100..600).chain([900, 901]);
    assert_eq!(told, (1..).zip(tasks).collect::<Vec<_>>());
    assert_eq!(page.latest, 503);
    assert_eq!(ada.totals().await, (500, 7));
    assert_eq!(ada.trash_total().await, 2);
}

async fn nothing_is_written_down_for_a_user_without_a_row(store: Store) {
    let stranger = Person { id: id_of("stranger"), store: store.clone() };
    let change = new_change(ChangeAction::Created, None, Some(&task(&stranger, 1, "milk")));
    for count in 1..3 {
        let refused = record(&stranger, vec![change.clone(); count], Moved::default()).await;
        assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
    }
    person(&store, "stranger").await;
    record(&stranger, vec![change], Moved::default()).await.unwrap();
    assert_eq!(numbers(&stranger).await, [1]);
}

async fn a_write_that_fails_takes_no_number(store: Store) {
    let ada = person(&store, "ada").await;
    ada.adds("milk").await;
    let id = ada.id.clone();
    let failed = store.write_for(&ada.id, move |txn| async move {
        create(&txn, &id, new_task("eggs", false), at(1)).await?;
        Err::<(), _>(StoreError::Conflict(Constraint::Value))
    });
    assert_refused!(failed.await, StoreError::Conflict(Constraint::Value));
    ada.adds("rice").await;
    assert_eq!(numbers(&ada).await, [1, 2]);
}

async fn writers_at_once_leave_no_gap_and_repeat_no_number(store: Store) {
    let ada = person(&store, "ada").await;
    let mut adding = JoinSet::new();
    for number in 0..100 {
        let ada = ada.clone();
        adding.spawn(async move {
            let (id, new) = (ada.id.clone(), new_task(&number.to_string(), false));
            let body = move |txn| async move { create(&txn, &id, new, at(0)).await.map(|_| ()) };
            // Those that share a commit, and those that do not.
            if number % 2 == 0 {
                ada.store.write_for(&ada.id, body).await.unwrap();
            } else {
                ada.store.write(body).await.unwrap();
            }
        });
    }
    let mut seen = Vec::new();
    while !adding.is_empty() {
        // Whoever reads meanwhile can go on from where they are.
        let after = seen.last().copied().unwrap_or_default();
        let changes = feed(&ada, after, 1000).await.changes;
        seen.extend(changes.iter().map(|change| change.id.get()));
        adding.join_next().await.unwrap().unwrap();
    }
    let after = seen.last().copied().unwrap_or_default();
    let changes = feed(&ada, after, 1000).await.changes;
    seen.extend(changes.iter().map(|change| change.id.get()));
    assert_eq!(seen, (1..=100).collect::<Vec<_>>());
    assert_eq!(ada.totals().await, (100, 0));
}

async fn the_feed_goes_on_after_a_number(store: Store) {
    let ada = person(&store, "ada").await;
    for name in ["a", "b", "c", "d", "e"] {
        ada.adds(name).await;
    }
    for (after, limit, expected) in [
        (0, 2, vec![1, 2]),
        (2, 2, vec![3, 4]),
        (4, 2, vec![5]),
        (5, 2, vec![]),
        (9, 2, vec![]),
        (-1, 1, vec![1]),
        (3, 0, vec![]),
    ] {
        let page = feed(&ada, after, limit).await;
        let found: Vec<_> = page.changes.iter().map(|change| change.id.get()).collect();
        assert_eq!(found, expected, "{after} {limit}");
        assert_eq!((page.latest, page.oldest), (5, 1), "{after} {limit}");
    }
}

async fn the_feed_comes_with_the_time_zone(store: Store) {
    let ada = person(&store, "ada").await;
    assert_eq!(feed(&ada, 0, 1).await.zone, TimeZoneName::UTC);
    let time_zone = TimeZoneName::parse("Asia/Tokyo").unwrap();
    let patch = UserSettingsPatch { time_zone: Some(time_zone.clone()), ..Default::default() };
    let id = ada.id.clone();
    let moved =
        store.write(move |txn| async move { txn.update_settings(&id, &patch, at(0)).await });
    moved.await.unwrap();
    assert_eq!(feed(&ada, 0, 1).await.zone, time_zone);
}

async fn a_user_without_a_row_has_an_empty_feed(store: Store) {
    person(&store, "ada").await.adds("milk").await;
    for name in ["bob", "stranger"] {
        if name == "bob" {
            person(&store, name).await;
        }
        let who = Person { id: id_of(name), store: store.clone() };
        let (changes, zone) = (Vec::new(), TimeZoneName::UTC);
        let empty = ChangePage { changes, latest: 0, oldest: 1, zone };
        assert_eq!(feed(&who, 0, 10).await, empty);
    }
}

async fn of_task(who: &Person, number: i64, after: i64, limit: i64) -> Vec<i64> {
    let id = who.id.clone();
    let found = who.store.read(move |txn| async move {
        txn.list_task_changes(&id, task_id(number), after, limit).await
    });
    let found: Vec<Change> = found.await.unwrap();
    assert!(found.iter().all(|told| told.change.task_id == task_id(number)));
    found.iter().map(|told| told.id.get()).collect()
}

async fn a_task_has_a_history_of_its_own(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let milk = ada.adds("milk").await.id;
    let eggs = ada.adds("eggs").await.id;
    ada.completes(milk, at(1)).await.unwrap();
    ada.completes(eggs, at(1)).await.unwrap();
    ada.deletes(milk).await;
    assert_eq!(of_task(&ada, milk.get(), 0, 10).await, [1, 3, 5]);
    assert_eq!(of_task(&ada, milk.get(), 1, 1).await, [3]);
    assert!(of_task(&bob, milk.get(), 0, 10).await.is_empty());
    assert!(of_task(&ada, 999, 0, 10).await.is_empty());
}

async fn a_batch_is_found_by_its_name(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let milk = ada.adds("milk").await;
    ada.adds("eggs").await;
    ada.completes(milk.id, at(1)).await.unwrap();
    let find = async |who: &Person, name: &str, limit: i64| {
        let (id, batch_id) = (who.id.clone(), batch(name));
        let found =
            store.read(move |txn| async move { txn.list_batch(&id, &batch_id, limit).await });
        let found: Result<Vec<Change>, StoreError> = found.await;
        found.unwrap().iter().map(|told| told.id.get()).collect::<Vec<_>>()
    };
    assert_eq!(find(&ada, "batch-1", 10).await, [1, 3]);
    assert_eq!(find(&ada, "batch-1", 1).await, [1]);
    assert!(find(&ada, "BATCH-1", 10).await.is_empty());
    assert!(find(&bob, "batch-1", 10).await.is_empty());
}

async fn the_latest_marks_come_first(store: Store) {
    let ada = person(&store, "ada").await;
    let milk = task(&ada, 1, "milk");
    for (name, undoes) in [("one", None), ("two", Some("one")), ("three", None)] {
        let change = NewChange {
            batch_id: batch(name),
            undoes: undoes.map(batch),
            ..new_change(ChangeAction::Updated, Some(&milk), Some(&milk))
        };
        record(&ada, vec![change], Moved::default()).await.unwrap();
    }
    let recent = async |before: i64, limit: i64| {
        let id = ada.id.clone();
        let found =
            store.read(move |txn| async move { txn.recent_marks(&id, before, limit).await });
        let found: Result<_, StoreError> = found.await;
        found.unwrap()
    };
    let three = (3, batch("three"), None);
    let two = (2, batch("two"), Some(batch("one")));
    assert_eq!(recent(i64::MAX, 2).await, [three, two.clone()]);
    assert_eq!(recent(3, 1).await, [two]);
    assert!(recent(1, 5).await.is_empty());
}

async fn purge(who: &Person, second: i64, limit: i64) -> u64 {
    let id = who.id.clone();
    let purged =
        who.store.write(move |txn| async move { txn.purge_changes(&id, at(second), limit).await });
    purged.await.unwrap()
}

async fn what_is_old_is_forgotten_from_the_beginning(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    bob.adds_at("rice", at(0)).await;
    // The clock of one replica is behind.
    for second in [0, 10, 20, 60, 30, 70] {
        ada.adds_at("milk", at(second)).await;
    }
    assert_eq!(purge(&ada, 0, 100).await, 0);
    assert_eq!(purge(&ada, 11, 1).await, 1, "no more than asked for");
    assert_eq!(purge(&ada, 11, 100).await, 1);
    assert_eq!(numbers(&ada).await, [3, 4, 5, 6]);
    assert_eq!(purge(&ada, 50, 100).await, 1, "nothing behind one that stays");
    let page = feed(&ada, 0, 10).await;
    assert_eq!((page.changes.len(), page.latest, page.oldest), (3, 6, 4));
    assert_eq!(purge(&ada, 1000, 100).await, 3);
    let page = feed(&ada, 0, 10).await;
    assert_eq!((page.changes.len(), page.latest, page.oldest), (0, 6, 7));
    ada.adds("eggs").await;
    assert_eq!(numbers(&ada).await, [7], "numbers go on");
    assert_eq!(numbers(&bob).await, [1]);
}

async fn nobody_sees_the_history_of_others(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    ada.adds("milk").await;
    let id = bob.id.clone();
    let number = ChangeId::new(1).unwrap();
    let found = store.read(move |txn| async move { txn.find_change(&id, number).await });
    assert_eq!(found.await.unwrap(), None);
    assert!(feed(&bob, 0, 10).await.changes.is_empty());
}

async fn a_change_that_makes_no_sense_is_an_error((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let before = task(&ada, 7, "milk");
    for (column, nonsense) in [
        ("before", "''"),
        ("before", "'{}'"),
        ("after", "'[[[[['"),
        ("after", "'{\"id\":7,\"title\":\" \",\"version\":1,\"created_at\":0,\"updated_at\":0}'"),
        ("batch_id", "''"),
        ("undoes", "'a b'"),
        ("author_name", "' '"),
        ("task_id", "0"),
    ] {
        let change = new_change(ChangeAction::Updated, Some(&before), Some(&before));
        record(&ada, vec![change], Moved::default()).await.unwrap();
        database.execute(&format!("update changes set {column} = {nonsense}")).await;
        let read = store.read(|txn| async move { txn.list_changes(&id_of("ada"), 0, 10).await });
        assert_refused!(read.await, StoreError::Corrupt { table: "changes", .. });
        database.execute("delete from changes").await;
    }
}
