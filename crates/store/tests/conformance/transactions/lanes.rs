//! Writes of one user that arrive together share a commit, and nothing else.
//!
//! That is PostgreSQL's way; the same calls are made on SQLite, where all
//! writes share commits anyway.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use rondo_domain::Task;
use rondo_store::{Store, StoreError, Txn};
use tokio::task::JoinHandle;

use crate::support::{
    Failure, Person, Stop, at, begin, create, id_of, new_task, person, queue, replace, trash,
};

on_every_database! {
    a_write_that_fails_takes_no_other_with_it,
    a_write_whose_caller_left_the_queue_leaves_nothing,
    a_change_of_a_vanished_task_takes_no_other_with_it,
    nothing_is_done_twice_when_a_change_of_a_vanished_task_is_taken_back,
    writes_run_in_the_order_they_came,
}

mod on_servers {
    use super::{
        a_user_whose_first_write_was_left_goes_on,
        a_write_whose_caller_left_half_way_leaves_nothing, more_writes_than_may_wait_are_refused,
        one_user_does_not_make_another_wait,
    };

    tests_on!(postgres, Postgres:
        a_user_whose_first_write_was_left_goes_on
        a_write_whose_caller_left_half_way_leaves_nothing
        more_writes_than_may_wait_are_refused
        one_user_does_not_make_another_wait
    );
    tests_on!(postgres_unnamed, PostgresUnnamed:
        a_user_whose_first_write_was_left_goes_on
        a_write_whose_caller_left_half_way_leaves_nothing
        more_writes_than_may_wait_are_refused
        one_user_does_not_make_another_wait
    );
}

/// Keeps a user writing until the stop is over: what else is written for the
/// user waits, and then runs together.
pub(super) async fn keep_busy(who: &Person) -> (Stop, JoinHandle<()>) {
    let stop = Stop::new();
    let (who, held) = (who.clone(), stop.clone());
    let busy = tokio::spawn(async move {
        let written = who.store.write_for(&who.id, move |_| async move {
            held.here().await;
            Ok::<_, StoreError>(())
        });
        written.await.unwrap();
    });
    stop.reached().await;
    (stop, busy)
}

/// Adds a task, and ends in one of many ways.
async fn add(who: Person, number: usize) -> Result<(), Failure> {
    let id = who.id.clone();
    let written = who.store.write_for(&who.id, move |txn| async move {
        let task = create(&txn, &id, new_task(&number.to_string(), true), at(0)).await?;
        let nobody = id_of("nobody");
        match number % 7 {
            1 => return Err(Failure::ChangedMind),
            2 => panic!("on purpose"),
            3 => drop(txn.insert_conversation(&nobody, at(0)).await?),
            4 => drop(txn.insert_conversation(&nobody, at(0)).await),
            5 => trash(&txn, &task, at(1)).await?,
            _ => {}
        }
        Ok(())
    });
    written.await
}

async fn titles(who: &Person) -> BTreeSet<String> {
    who.titles().await.into_iter().collect()
}

async fn a_write_that_fails_takes_no_other_with_it(store: Store) {
    let ada = person(&store, "ada").await;
    let (stop, busy) = keep_busy(&ada).await;
    let waiting: Vec<_> = (0..150).map(|number| queue(add(ada.clone(), number))).collect();
    stop.go();
    busy.await.unwrap();
    let outcomes = join_all(waiting).await;
    for (number, outcome) in outcomes.iter().enumerate() {
        let good = matches!(number % 7, 0 | 5 | 6);
        assert_eq!(outcome.is_ok(), good, "{number}: {outcome:?}");
    }
    let kept = (0..150).filter(|number| matches!(number % 7, 0 | 6));
    let kept: BTreeSet<String> = kept.map(|number| number.to_string()).collect();
    assert_eq!(titles(&ada).await, kept);
    let total = i64::try_from(kept.len()).unwrap();
    assert_eq!(ada.tasks().await.len(), kept.len(), "none is stored twice");
    assert_eq!(ada.totals().await, (total, total));
}

async fn a_write_whose_caller_left_the_queue_leaves_nothing(store: Store) {
    let ada = person(&store, "ada").await;
    let (stop, busy) = keep_busy(&ada).await;
    let (first, left, last) =
        (queue(add(ada.clone(), 0)), queue(add(ada.clone(), 6)), queue(add(ada.clone(), 7)));
    drop(left);
    stop.go();
    busy.await.unwrap();
    first.await.unwrap();
    last.await.unwrap();
    assert_eq!(titles(&ada).await, ["0", "7"].map(str::to_owned).into());
}

async fn a_write_whose_caller_left_half_way_leaves_nothing(store: Store) {
    let ada = person(&store, "ada").await;
    let (stop, busy) = keep_busy(&ada).await;
    let half_way = Stop::new();
    let (who, held) = (ada.clone(), half_way.clone());
    let first = queue(add(ada.clone(), 0));
    let left = queue(async move {
        let id = who.id.clone();
        let written = who.store.write_for(&who.id, move |txn| async move {
            create(&txn, &id, new_task("left", false), at(0)).await?;
            held.here().await;
            Ok::<_, StoreError>(())
        });
        written.await
    });
    let last = queue(add(ada.clone(), 7));
    stop.go();
    busy.await.unwrap();
    half_way.reached().await;
    drop(left);
    half_way.go();
    first.await.unwrap();
    last.await.unwrap();
    assert_eq!(ada.tasks().await.len(), 2);
    assert_eq!(titles(&ada).await, ["0", "7"].map(str::to_owned).into());
    assert_eq!(ada.totals().await, (2, 2));
}

async fn a_user_whose_first_write_was_left_goes_on(store: Store) {
    let ada = person(&store, "ada").await;
    let (_, busy) = keep_busy(&ada).await;
    let waiting = queue(add(ada.clone(), 0));
    busy.abort();
    waiting.await.unwrap();
    assert!(busy.await.unwrap_err().is_cancelled());
    add(ada.clone(), 7).await.unwrap();
    assert_eq!(ada.totals().await, (2, 2));
}

/// Completes a task that is gone, and changes its mind or not.
async fn complete_gone(who: Person, gone: Task, change_mind: bool) -> Result<(), Failure> {
    let written = who.store.write_for(&who.id, move |txn| async move {
        replace(&txn, &gone, &Task { completed: true, ..gone.clone() }).await?;
        if change_mind { Err(Failure::ChangedMind) } else { Ok(()) }
    });
    written.await
}

/// Adds two tasks with a change of a vanished one before, between and behind.
async fn check_vanished(store: Store, change_mind: bool) {
    let ada = person(&store, "ada").await;
    let gone = ada.adds("gone").await;
    assert!(ada.deletes(gone.id).await);
    let complete = || queue(complete_gone(ada.clone(), gone.clone(), change_mind));
    for place in 0..3 {
        let (stop, busy) = keep_busy(&ada).await;
        let mut adding = Vec::new();
        let mut failing = Vec::new();
        for step in 0..3 {
            if step == place {
                failing.push(complete());
            }
            if step < 2 {
                adding.push(queue(add(ada.clone(), 7 * (place * 2 + step))));
            }
        }
        stop.go();
        busy.await.unwrap();
        for outcome in join_all(adding).await {
            outcome.unwrap();
        }
        for outcome in join_all(failing).await {
            outcome.unwrap_err();
        }
        let total = 2 * (place + 1);
        assert_eq!(ada.tasks().await.len(), total, "the change came as number {place}");
        let total = i64::try_from(total).unwrap();
        assert_eq!(ada.totals().await, (total, total));
    }
}

async fn a_change_of_a_vanished_task_takes_no_other_with_it(store: Store) {
    check_vanished(store, false).await;
}

async fn nothing_is_done_twice_when_a_change_of_a_vanished_task_is_taken_back(store: Store) {
    check_vanished(store, true).await;
}

async fn writes_run_in_the_order_they_came(store: Store) {
    let ada = person(&store, "ada").await;
    let (stop, busy) = keep_busy(&ada).await;
    let numbers = (0..30).map(|number| number * 7);
    let waiting: Vec<_> = numbers.clone().map(|number| queue(add(ada.clone(), number))).collect();
    stop.go();
    busy.await.unwrap();
    for outcome in join_all(waiting).await {
        outcome.unwrap();
    }
    let newest_first: Vec<String> = numbers.rev().map(|number| number.to_string()).collect();
    assert_eq!(ada.titles().await, newest_first);
}

/// A write that does nothing.
async fn log_out(who: Person) -> Result<usize, StoreError> {
    let id = who.id.clone();
    let body = move |txn: Txn| async move { Ok(txn.delete_sessions(&id).await?.len()) };
    who.store.write_for(&who.id, body).await
}

async fn more_writes_than_may_wait_are_refused(store: Store) {
    let ada = person(&store, "ada").await;
    let (stop, busy) = keep_busy(&ada).await;
    let (mut waiting, mut refused) = (Vec::new(), 0);
    for _ in 0..1100 {
        match begin(log_out(ada.clone())) {
            Err(call) => waiting.push(call),
            Ok(outcome) => {
                assert_refused!(outcome, StoreError::Unavailable(_));
                refused += 1;
            }
        }
    }
    stop.go();
    busy.await.unwrap();
    assert!(refused > 0 && !waiting.is_empty(), "{refused} refused");
    for outcome in join_all(waiting).await {
        outcome.unwrap();
    }
}

async fn one_user_does_not_make_another_wait(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let (stop, busy) = keep_busy(&ada).await;
    let waiting = queue(add(ada.clone(), 0));
    assert_eq!(add(bob.clone(), 0).await.ok(), Some(()));
    assert_eq!(bob.totals().await, (1, 1));
    stop.go();
    busy.await.unwrap();
    waiting.await.unwrap();
}
