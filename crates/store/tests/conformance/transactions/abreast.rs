//! Writes of one user that say what they touch: those that have nothing to do
//! with each other may run side by side, and those that do must not.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use rondo_domain::{Task, TaskId};
use rondo_store::{Store, StoreError, StoredAnswer, Touches};

use super::lanes::keep_busy;
use crate::support::{Failure, Person, at, create, new_task, person, queue, replace, title};

on_every_database! {
    changes_of_many_tasks_and_new_ones_are_all_stored_once,
    changes_of_one_task_see_each_other,
    the_second_of_two_with_one_key_sees_the_answer_of_the_first,
    a_new_task_that_fails_takes_no_other_with_it,
    a_change_that_fails_before_it_has_changed_anything_takes_no_other_with_it,
}

/// Adds a letter to a task's title.
async fn lengthen(who: Person, id: TaskId) -> Result<Task, Failure> {
    let owner = who.id.clone();
    let written = who.store.write_touching(&who.id, Touches::task(id), move |txn| async move {
        let found = txn.find_task_for_update(&owner, id).await?;
        let (before, _) = found.ok_or(Failure::ChangedMind)?;
        let longer = title(&format!("{}x", before.title.as_str()));
        let after = Task { title: longer, version: before.version + 1, ..before.clone() };
        replace(&txn, &before, &after).await?;
        Ok(after)
    });
    written.await
}

/// Adds a task, and fails in between if it is to.
async fn add(who: Person, name: &'static str, fails: bool) -> Result<(), Failure> {
    let owner = who.id.clone();
    let written = who.store.write_touching(&who.id, Touches::new_task(), move |txn| async move {
        create(&txn, &owner, new_task(name, false), at(0)).await?;
        // A statement that travels at once, and takes along what has waited.
        txn.find_task(&owner, TaskId::new(1).ok_or(Failure::ChangedMind)?).await?;
        if fails { Err(Failure::ChangedMind) } else { Ok(()) }
    });
    written.await
}

async fn numbers_of_changes(who: &Person) -> Vec<i64> {
    let owner = who.id.clone();
    let read = move |txn: rondo_store::Txn| async move { txn.list_changes(&owner, 0, 1000).await };
    let page: Result<_, StoreError> = who.store.read(read).await;
    page.unwrap().changes.iter().map(|change| change.id.get()).collect()
}

async fn changes_of_many_tasks_and_new_ones_are_all_stored_once(store: Store) {
    let ada = person(&store, "ada").await;
    let mut ids = Vec::new();
    for _ in 0..30 {
        ids.push(ada.adds("t").await.id);
    }
    let (stop, busy) = keep_busy(&ada).await;
    let mut waiting = Vec::new();
    for round in 0..2 {
        for id in &ids {
            waiting.push(queue(lengthen(ada.clone(), *id)));
            if round == 0 {
                let adding = add(ada.clone(), "new", false);
                waiting.push(queue(async move { adding.await.and(Err(Failure::ChangedMind)) }));
            }
        }
    }
    stop.go();
    busy.await.unwrap();
    let changed = join_all(waiting).await.into_iter().flatten().count();
    assert_eq!(changed, 60);

    let titles = ada.titles().await;
    assert_eq!(titles.iter().filter(|title| *title == "txx").count(), 30, "{titles:?}");
    assert_eq!(titles.iter().filter(|title| *title == "new").count(), 30, "{titles:?}");
    assert_eq!(ada.totals().await, (60, 0));
    // 30 made before, 30 made now, 60 changed.
    assert_eq!(numbers_of_changes(&ada).await, (1..=120).collect::<Vec<i64>>());
}

async fn changes_of_one_task_see_each_other(store: Store) {
    let ada = person(&store, "ada").await;
    let id = ada.adds("t").await.id;
    let (stop, busy) = keep_busy(&ada).await;
    let waiting: Vec<_> = (0..40).map(|_| queue(lengthen(ada.clone(), id))).collect();
    stop.go();
    busy.await.unwrap();
    let lengths = join_all(waiting).await.into_iter();
    let lengths: BTreeSet<usize> = lengths.map(|task| task.unwrap().title.as_str().len()).collect();
    assert_eq!(lengths, (2..=41).collect());
}

/// Adds a task unless the key is known; says what is known.
async fn add_once(who: Person, key: &'static str) -> Result<Option<StoredAnswer>, Failure> {
    let owner = who.id.clone();
    let touches = Touches::new_task().with_key(key);
    let written = who.store.write_touching(&who.id, touches, move |txn| async move {
        let known = txn.find_answer(&owner, key, at(1)).await?;
        if known.is_none() {
            create(&txn, &owner, new_task(key, false), at(1)).await?;
            let answer = StoredAnswer { fingerprint: [7; 32], answer: key.to_owned() };
            txn.keep_answer(&owner, key, &answer, (at(1), at(61))).await?;
        }
        Ok(known)
    });
    written.await
}

async fn the_second_of_two_with_one_key_sees_the_answer_of_the_first(store: Store) {
    let ada = person(&store, "ada").await;
    let (stop, busy) = keep_busy(&ada).await;
    let keys = ["a", "b", "a", "c", "b", "a"];
    let waiting: Vec<_> = keys.iter().map(|key| queue(add_once(ada.clone(), key))).collect();
    stop.go();
    busy.await.unwrap();
    let known = join_all(waiting).await.into_iter();
    let known: Vec<bool> = known.map(|outcome| outcome.unwrap().is_some()).collect();
    assert_eq!(known, [false, false, true, false, true, true]);
    assert_eq!(ada.totals().await, (3, 0));
}

async fn a_new_task_that_fails_takes_no_other_with_it(store: Store) {
    let ada = person(&store, "ada").await;
    let (stop, busy) = keep_busy(&ada).await;
    let waiting: Vec<_> =
        (0..20).map(|number| queue(add(ada.clone(), "new", number % 5 == 2))).collect();
    stop.go();
    busy.await.unwrap();
    for (number, outcome) in join_all(waiting).await.into_iter().enumerate() {
        assert_eq!(outcome.is_err(), number % 5 == 2, "{number}: {outcome:?}");
    }
    assert_eq!(ada.tasks().await.len(), 16);
    assert_eq!(ada.totals().await, (16, 0));
    assert_eq!(numbers_of_changes(&ada).await, (1..=16).collect::<Vec<i64>>());
}

async fn a_change_that_fails_before_it_has_changed_anything_takes_no_other_with_it(store: Store) {
    let ada = person(&store, "ada").await;
    let id = ada.adds("t").await.id;
    let bob = person(&store, "bob").await;
    let bobs = bob.adds("b").await.id;
    let (stop, busy) = keep_busy(&ada).await;
    let waiting: Vec<_> =
        [id, bobs, id].into_iter().map(|id| queue(lengthen(ada.clone(), id))).collect();
    stop.go();
    busy.await.unwrap();
    let outcomes = join_all(waiting).await;
    assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(ada.titles().await, ["txx"]);
    assert_eq!(bob.titles().await, ["b"]);
}
