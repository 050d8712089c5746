//! Single tasks: stored, found by their owner, changed, deleted.

use rondo_domain::{NewTask, Task, TaskChange, TaskCounts, TaskPatch};
use rondo_store::{Constraint, Store, StoreError};

use crate::support::{Person, at, id_of, person, task_id, text, title};

on_every_database! {
    the_first_tasks_are_called_1_2_3_whoever_owns_them,
    a_task_comes_back_as_it_was_stored,
    a_task_needs_a_user_with_a_row,
    a_user_provisioned_after_a_refusal_can_add_tasks,
    a_task_is_found_by_its_owner_only,
    a_task_exists_for_whoever_asks,
    a_changed_task_is_stored_whole,
    a_description_can_be_cleared,
    a_deleted_task_is_gone,
    changing_a_task_that_vanished_changes_nothing,
    deleting_a_task_that_vanished_changes_nothing,
    a_task_that_vanished_takes_the_whole_transaction_with_it,
    nobody_changes_a_task_in_the_name_of_another,
}

async fn exists(store: &Store, id: i64) -> bool {
    store.read(move |txn| async move { txn.task_exists(task_id(id)).await }).await.unwrap()
}

async fn the_first_tasks_are_called_1_2_3_whoever_owns_them(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    assert_eq!(ada.adds("milk").await.id, task_id(1));
    assert_eq!(bob.adds("rice").await.id, task_id(2));
    assert_eq!(ada.adds("eggs").await.id, task_id(3));
}

async fn a_task_comes_back_as_it_was_stored(store: Store) {
    let ada = person(&store, "ada").await;
    let new = NewTask {
        title: title("Buy milk"),
        description: Some(text("oat, not soy")),
        completed: true,
    };
    let stored = ada.tries_to_add(new, at(5)).await.unwrap();
    let expected = Task {
        id: task_id(1),
        user_id: ada.id.clone(),
        title: title("Buy milk"),
        description: Some(text("oat, not soy")),
        completed: true,
        created_at: at(5),
        updated_at: at(5),
    };
    assert_eq!(stored, expected);
    assert_eq!(ada.finds(stored.id).await, Some(expected));
}

/// Somebody whom only an external issuer knows.
fn stranger(store: &Store) -> Person {
    Person { id: id_of("stranger"), store: store.clone() }
}

fn milk() -> NewTask {
    NewTask { title: title("milk"), description: None, completed: false }
}

async fn a_task_needs_a_user_with_a_row(store: Store) {
    let stranger = stranger(&store);
    let refused = stranger.tries_to_add(milk(), at(0)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
    assert!(stranger.tasks().await.is_empty());
}

async fn a_user_provisioned_after_a_refusal_can_add_tasks(store: Store) {
    let stranger = stranger(&store);
    let refused = stranger.tries_to_add(milk(), at(0)).await;
    assert_refused!(refused, StoreError::Conflict(Constraint::Owner));
    let added = store.write(|txn| async move {
        let id = id_of("stranger");
        txn.provision_user(&id, at(0)).await?;
        txn.insert_task(&id, milk(), at(0)).await
    });
    added.await.unwrap();
    assert_eq!(stranger.titles().await, ["milk"]);
    assert_eq!(stranger.totals().await, (1, 0));
}

async fn a_task_is_found_by_its_owner_only(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let milk = ada.adds("milk").await;
    assert_eq!(ada.finds(milk.id).await, Some(milk.clone()));
    assert_eq!(bob.finds(milk.id).await, None);
    assert_eq!(stranger(&store).finds(milk.id).await, None);
    assert_eq!(bob.completes(milk.id, at(1)).await, None);
    assert!(!bob.deletes(milk.id).await);
    assert_eq!(ada.finds(milk.id).await, Some(milk));
}

async fn a_task_exists_for_whoever_asks(store: Store) {
    let ada = person(&store, "ada").await;
    assert!(!exists(&store, 1).await);
    let milk = ada.adds("milk").await;
    assert!(exists(&store, 1).await);
    ada.deletes(milk.id).await;
    assert!(!exists(&store, 1).await);
}

async fn a_changed_task_is_stored_whole(store: Store) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    let patch = TaskPatch {
        title: Some(title("oat milk")),
        description: Some(Some(text("two liters"))),
        completed: Some(true),
    };
    let patched = ada.patches(milk.id, patch, at(7)).await.unwrap();
    let expected = Task {
        title: title("oat milk"),
        description: Some(text("two liters")),
        completed: true,
        updated_at: at(7),
        ..milk
    };
    assert_eq!(patched, expected);
    assert_eq!(ada.finds(patched.id).await, Some(expected));
}

async fn a_description_can_be_cleared(store: Store) {
    let ada = person(&store, "ada").await;
    let new = NewTask { description: Some(text("")), ..milk() };
    let milk = ada.tries_to_add(new, at(0)).await.unwrap();
    let found = ada.finds(milk.id).await.unwrap();
    assert_eq!(found.description, Some(text("")), "empty is not absent");
    let clear = TaskPatch { description: Some(None), ..TaskPatch::default() };
    ada.patches(milk.id, clear, at(1)).await.unwrap();
    assert_eq!(ada.finds(milk.id).await.unwrap().description, None);
}

async fn a_deleted_task_is_gone(store: Store) {
    let ada = person(&store, "ada").await;
    let (milk, eggs) = (ada.adds("milk").await, ada.adds("eggs").await);
    assert!(ada.deletes(milk.id).await);
    assert_eq!(ada.finds(milk.id).await, None);
    assert!(!ada.deletes(milk.id).await);
    assert_eq!(ada.tasks().await, [eggs]);
}

/// A task that ada had a moment ago, with its change to "completed".
async fn vanished(ada: &Person) -> (Task, TaskCounts) {
    let milk = ada.adds("milk").await;
    ada.deletes(milk.id).await;
    match milk.with_completed(Some(true), at(1)) {
        TaskChange::Changed(task, moved) => (task, moved),
        TaskChange::Unchanged(_) => panic!("the task was completed before"),
    }
}

async fn changing_a_task_that_vanished_changes_nothing(store: Store) {
    let ada = person(&store, "ada").await;
    let (milk, moved) = vanished(&ada).await;
    let failed = store.write(move |txn| async move { txn.update_task(&milk, moved).await });
    assert_refused!(failed.await, StoreError::Internal(_));
    assert_eq!(ada.totals().await, (0, 0));
}

async fn deleting_a_task_that_vanished_changes_nothing(store: Store) {
    let ada = person(&store, "ada").await;
    let (milk, _) = vanished(&ada).await;
    let failed = store.write(move |txn| async move { txn.delete_task(&milk).await });
    assert_refused!(failed.await, StoreError::Internal(_));
    assert_eq!(ada.totals().await, (0, 0));
}

async fn a_task_that_vanished_takes_the_whole_transaction_with_it(store: Store) {
    let ada = person(&store, "ada").await;
    let (gone, moved) = vanished(&ada).await;
    let id = ada.id.clone();
    let failed = store.write(move |txn| async move {
        txn.insert_task(&id, milk(), at(0)).await?;
        txn.update_task(&gone, moved).await
    });
    assert_refused!(failed.await, StoreError::Internal(_));
    assert!(ada.tasks().await.is_empty());
    assert_eq!(ada.totals().await, (0, 0));
}

async fn nobody_changes_a_task_in_the_name_of_another(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let milk = ada.adds("milk").await;
    let stolen = Task { user_id: bob.id.clone(), title: title("mine"), ..milk.clone() };
    let taken = stolen.clone();
    let none = TaskCounts::default();
    let failed = store.write(move |txn| async move { txn.update_task(&taken, none).await });
    assert_refused!(failed.await, StoreError::Internal(_));
    let failed = store.write(move |txn| async move { txn.delete_task(&stolen).await });
    assert_refused!(failed.await, StoreError::Internal(_));
    assert_eq!(ada.tasks().await, [milk]);
    assert_eq!((ada.totals().await, bob.totals().await), ((1, 0), (0, 0)));
}
