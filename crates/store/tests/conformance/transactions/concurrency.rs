//! Many people, and one person with many hands, at the same time.

use std::collections::BTreeSet;

use rondo_domain::{StatusFilter, Task, TaskId, TaskPatch, User};
use rondo_store::{Constraint, Store, StoreError};
use tokio::task::JoinSet;

use crate::support::{
    Person, Stop, WholeDatabase, at, id_of, person, queue, replace, text, title, until, user,
    with_status,
};

on_every_database! {
    two_hundred_tasks_of_one_user_at_once_are_all_stored,
    tasks_of_many_users_at_once_have_ids_of_their_own,
    changes_of_different_fields_at_once_are_both_kept,
    of_two_titles_at_once_one_wins_and_nothing_else_is_lost,
    a_task_read_for_update_is_held_still,
    a_task_deleted_and_completed_at_once_is_counted_right,
    one_address_signed_up_at_once_is_one_account,
    readers_and_writers_at_once_never_see_half_a_change,
}

mod on_servers {
    use super::{
        a_user_deleted_meanwhile_is_not_provisioned, transactions_in_each_others_way_run_again,
    };

    tests_on!(postgres, Postgres:
        transactions_in_each_others_way_run_again
        a_user_deleted_meanwhile_is_not_provisioned
    );
    tests_on!(postgres_unnamed, PostgresUnnamed: a_user_deleted_meanwhile_is_not_provisioned);
}

/// Adds tasks, all at the same time.
async fn add_at_once(people: &[Person], each: usize) -> Vec<Task> {
    let mut adding = JoinSet::new();
    for someone in people {
        for number in 0..each {
            let someone = someone.clone();
            adding.spawn(async move { someone.adds(&format!("task {number}")).await });
        }
    }
    adding.join_all().await
}

fn ids(tasks: &[Task]) -> BTreeSet<TaskId> {
    tasks.iter().map(|task| task.id).collect()
}

async fn two_hundred_tasks_of_one_user_at_once_are_all_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let added = add_at_once(std::slice::from_ref(&ada), 200).await;
    assert_eq!(ids(&added).len(), 200);
    assert_eq!(ada.totals().await, (200, 0));
    assert_eq!(ids(&ada.tasks().await), ids(&added));
}

async fn tasks_of_many_users_at_once_have_ids_of_their_own(store: Store) {
    let mut people = Vec::new();
    for name in ["ada", "bob", "eve", "joe"] {
        people.push(person(&store, name).await);
    }
    let added = add_at_once(&people, 25).await;
    assert_eq!(ids(&added).len(), 100);
    for someone in &people {
        assert_eq!(someone.totals().await, (25, 0));
        assert_eq!(someone.tasks().await.len(), 25);
    }
}

/// Makes changes of one task, all at the same time.
async fn patch_at_once(ada: &Person, task: TaskId, patches: Vec<TaskPatch>) {
    let mut patching = JoinSet::new();
    for (second, patch) in (1..).zip(patches) {
        let ada = ada.clone();
        patching.spawn(async move { ada.patches(task, patch, at(second)).await });
    }
    for patched in patching.join_all().await {
        assert!(patched.is_some());
    }
}

fn called(name: &str) -> TaskPatch {
    TaskPatch { title: Some(title(name)), ..TaskPatch::default() }
}

fn done() -> TaskPatch {
    TaskPatch { completed: Some(true), ..TaskPatch::default() }
}

fn described(words: &str) -> TaskPatch {
    TaskPatch { description: Some(Some(text(words))), ..TaskPatch::default() }
}

async fn changes_of_different_fields_at_once_are_both_kept(store: Store) {
    let ada = person(&store, "ada").await;
    for round in 1..=20 {
        let task = ada.adds("milk").await.id;
        let patches = vec![called("oat milk"), done(), described("two liters")];
        patch_at_once(&ada, task, patches).await;
        let found = ada.finds(task).await.unwrap();
        assert_eq!(found.title, title("oat milk"));
        assert_eq!(found.description, Some(text("two liters")));
        assert!(found.completed);
        assert_eq!(ada.totals().await, (round, round));
    }
}

async fn of_two_titles_at_once_one_wins_and_nothing_else_is_lost(store: Store) {
    let ada = person(&store, "ada").await;
    let task = ada.adds("milk").await.id;
    ada.patches(task, described("two liters"), at(0)).await;
    for round in 0..20 {
        let (left, right) = (format!("left {round}"), format!("right {round}"));
        patch_at_once(&ada, task, vec![called(&left), called(&right)]).await;
        let found = ada.finds(task).await.unwrap();
        assert!([left, right].contains(&found.title.as_str().to_owned()), "{found:?}");
        assert_eq!(found.description, Some(text("two liters")));
    }
    let found = ada.finds(task).await.unwrap();
    // Each of the 41 changes moved it, by a millisecond at least.
    assert!(found.updated_at >= at(2).plus_micros(20_000), "{found:?}");
}

async fn a_task_read_for_update_is_held_still(store: Store) {
    let ada = person(&store, "ada").await;
    let task = ada.adds("milk").await.id;
    let stop = Stop::new();
    let (first, held) = (ada.clone(), stop.clone());
    let first = tokio::spawn(async move {
        let id = first.id.clone();
        let changed = first.store.write(move |txn| async move {
            let (found, _) = txn.find_task_for_update(&id, task).await?.unwrap();
            held.here().await;
            let renamed = Task { title: title("oat milk"), ..found.clone() };
            replace(&txn, &found, &renamed).await
        });
        changed.await.unwrap();
    });
    stop.reached().await;
    let second = tokio::spawn({
        let ada = ada.clone();
        async move { ada.completes(task, at(9)).await.unwrap() }
    });
    stop.go();
    first.await.unwrap();
    let seen = second.await.unwrap();
    assert_eq!(seen.title, title("oat milk"), "the second saw what the first wrote");
    let found = ada.finds(task).await.unwrap();
    assert!(found.completed && found.title == title("oat milk"), "{found:?}");
}

async fn a_task_deleted_and_completed_at_once_is_counted_right(store: Store) {
    let ada = person(&store, "ada").await;
    for _ in 0..20 {
        let task = ada.adds("milk").await.id;
        let (one, other) = (ada.clone(), ada.clone());
        let completing = tokio::spawn(async move { one.completes(task, at(1)).await });
        let deleting = tokio::spawn(async move { other.deletes(task).await });
        completing.await.unwrap();
        assert!(deleting.await.unwrap());
        assert_eq!(ada.totals().await, (0, 0));
    }
}

async fn one_address_signed_up_at_once_is_one_account(store: Store) {
    let mut signing_up = JoinSet::new();
    for number in 0..20 {
        let store = store.clone();
        signing_up.spawn(async move {
            let new = User { id: id_of(&format!("user {number}")), ..user("ada") };
            store.write(move |txn| async move { txn.insert_user(&new, None).await }).await
        });
    }
    let outcomes = signing_up.join_all().await;
    let (stored, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(stored.len(), 1);
    for refusal in refused {
        assert_refused!(refusal, StoreError::Conflict(Constraint::UserEmail));
    }
}

async fn readers_and_writers_at_once_never_see_half_a_change(store: Store) {
    let ada = person(&store, "ada").await;
    let writer = {
        let ada = ada.clone();
        tokio::spawn(async move {
            for _ in 0..30 {
                let task = ada.adds("milk").await.id;
                ada.completes(task, at(1)).await;
                ada.deletes(task).await;
            }
        })
    };
    while !writer.is_finished() {
        for status in [StatusFilter::All, StatusFilter::Completed] {
            let list = ada.lists(with_status(status)).await;
            assert_eq!(i64::try_from(list.tasks.len()), Ok(list.total), "{status:?}");
        }
    }
    writer.await.unwrap();
}

/// Reads two tasks for update, and stops in between.
async fn hold_both(who: Person, tasks: [TaskId; 2], stop: Stop) -> Result<(), StoreError> {
    let id = who.id.clone();
    let held = who.store.write(move |txn| async move {
        txn.find_task_for_update(&id, tasks[0]).await?;
        stop.here().await;
        let (found, _) = txn.find_task_for_update(&id, tasks[1]).await?.unwrap();
        replace(&txn, &found, &Task { completed: true, ..found.clone() }).await
    });
    held.await
}

async fn transactions_in_each_others_way_run_again(store: Store) {
    let ada = person(&store, "ada").await;
    let (milk, eggs) = (ada.adds("milk").await.id, ada.adds("eggs").await.id);
    let (left, right) = (Stop::new(), Stop::new());
    let one = tokio::spawn(hold_both(ada.clone(), [milk, eggs], left.clone()));
    let other = tokio::spawn(hold_both(ada.clone(), [eggs, milk], right.clone()));
    left.reached().await;
    right.reached().await;
    // Each now waits for what the other holds, until the server ends one.
    left.go();
    right.go();
    one.await.unwrap().unwrap();
    other.await.unwrap().unwrap();
    assert_eq!(ada.totals().await, (2, 2));
}

async fn a_user_deleted_meanwhile_is_not_provisioned(WholeDatabase(database): WholeDatabase) {
    let store = database.prepared().await;
    let ada = person(&store, "ada").await;
    let (stop, leaving) = (Stop::new(), ada.clone());
    let held = stop.clone();
    let left = tokio::spawn(async move {
        let id = leaving.id.clone();
        let deleted = leaving.store.write(move |txn| async move {
            let deleted = txn.delete_user(&id, at(0)).await?;
            held.here().await;
            Ok::<_, StoreError>(deleted)
        });
        deleted.await
    });
    stop.reached().await;
    let provisioning = queue(async move {
        store.write(|txn| async move { txn.provision_user(&id_of("ada"), at(1)).await }).await
    });
    let provisioning = tokio::spawn(provisioning);
    let waits = "select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'";
    until("one waits for the other", async || database.number(waits).await == 1).await;
    stop.go();
    assert!(left.await.unwrap().unwrap());
    assert!(!provisioning.await.unwrap().unwrap(), "the account was deleted");
    assert_eq!(database.number("select count(*) from users").await, 0);
}
