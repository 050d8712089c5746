//! Single tasks: stored, found by their owner, changed, gone.

use rondo_domain::{NewTask, Plan, Tags, Task, TaskPatch};
use rondo_store::{Constraint, Store, StoreError};

use crate::support::{
    Person, at, create, id_of, new_task, person, planned, replace, task_id, text, title, trash,
};

on_every_database! {
    the_first_tasks_are_called_1_2_3_whoever_owns_them,
    a_task_comes_back_as_it_was_stored,
    a_task_needs_a_user_with_a_row,
    a_user_provisioned_after_a_refusal_can_add_tasks,
    a_task_is_found_by_its_owner_only,
    many_tasks_are_found_at_once_in_the_order_of_their_ids,
    a_task_exists_for_whoever_asks,
    a_changed_task_is_stored_whole,
    what_can_be_empty_can_be_cleared,
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
    let description = Some(text("oat, not soy"));
    let new = NewTask { description: description.clone(), ..new_task("Buy milk", true) };
    let stored = ada.tries_to_add(new, at(5)).await.unwrap();
    let expected = Task {
        id: task_id(1),
        user_id: ada.id.clone(),
        title: title("Buy milk"),
        description,
        completed: true,
        plan: Plan::NONE,
        version: 1,
        previous_task_id: None,
        next_task_id: None,
        completed_at: Some(at(5)),
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
    new_task("milk", false)
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
        create(&txn, &id, milk(), at(0)).await
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

async fn many_tasks_are_found_at_once_in_the_order_of_their_ids(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let (milk, rice) = (ada.adds("milk").await, bob.adds("rice").await);
    let eggs = ada.tries_to_add(planned("eggs"), at(0)).await.unwrap();
    let gone = ada.adds("gone").await;
    assert!(ada.deletes(gone.id).await);
    let find = async |ids: Vec<_>| {
        let id = ada.id.clone();
        let found =
            store.write(move |txn| async move { txn.find_tasks_for_update(&id, &ids).await });
        let found: Result<_, StoreError> = found.await;
        found.unwrap().into_iter().map(|(task, _)| task).collect::<Vec<_>>()
    };
    let every = vec![gone.id, eggs.id, rice.id, task_id(999), milk.id, eggs.id];
    assert_eq!(find(every).await, [milk, eggs]);
    assert!(find(Vec::new()).await.is_empty());
    let unknown = (1000..1500).map(task_id).collect();
    assert!(find(unknown).await.is_empty());
}

async fn a_changed_task_is_stored_whole(store: Store) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    let NewTask { plan, .. } = planned("Water the plants");
    let after = Task {
        title: title("oat milk"),
        description: Some(text("two liters")),
        completed: true,
        plan,
        version: 9,
        previous_task_id: Some(task_id(3)),
        next_task_id: Some(task_id(4)),
        completed_at: Some(at(6)),
        updated_at: at(7),
        ..milk.clone()
    };
    let stored = after.clone();
    let write = store.write(move |txn| async move { replace(&txn, &milk, &stored).await });
    write.await.unwrap();
    assert_eq!(ada.finds(after.id).await, Some(after));
    assert_eq!(ada.totals().await, (1, 1));
}

async fn what_can_be_empty_can_be_cleared(store: Store) {
    let ada = person(&store, "ada").await;
    let new = NewTask { description: Some(text("")), ..planned("milk") };
    let milk = ada.tries_to_add(new, at(0)).await.unwrap();
    let found = ada.finds(milk.id).await.unwrap();
    assert_eq!(found.description, Some(text("")), "empty is not absent");
    let clear = TaskPatch {
        description: Some(None),
        due: Some(None),
        priority: Some(None),
        tags: Some(Tags::NONE),
        recurrence_rule: Some(None),
        ..TaskPatch::default()
    };
    ada.patches(milk.id, clear, at(1)).await.unwrap();
    let found = ada.finds(milk.id).await.unwrap();
    assert_eq!((found.description, found.plan), (None, Plan::NONE));
}

async fn a_deleted_task_is_gone(store: Store) {
    let ada = person(&store, "ada").await;
    let (milk, eggs) = (ada.adds("milk").await, ada.adds("eggs").await);
    assert!(ada.deletes(milk.id).await);
    assert_eq!(ada.finds(milk.id).await, None);
    assert!(!ada.deletes(milk.id).await);
    assert_eq!(ada.tasks().await, [eggs]);
}

/// A task that ada had a moment ago.
async fn vanished(ada: &Person) -> Task {
    let milk = ada.adds("milk").await;
    ada.deletes(milk.id).await;
    milk
}

async fn changing_a_task_that_vanished_changes_nothing(store: Store) {
    let ada = person(&store, "ada").await;
    let gone = vanished(&ada).await;
    let failed = store.write(move |txn| async move {
        replace(&txn, &gone, &Task { completed: true, ..gone.clone() }).await
    });
    assert_refused!(failed.await, StoreError::Internal(_));
    assert_eq!(ada.totals().await, (0, 0));
}

async fn deleting_a_task_that_vanished_changes_nothing(store: Store) {
    let ada = person(&store, "ada").await;
    let gone = vanished(&ada).await;
    let failed = store.write(move |txn| async move { trash(&txn, &gone, at(1)).await });
    assert_refused!(failed.await, StoreError::Internal(_));
    assert_eq!(ada.totals().await, (0, 0));
}

async fn a_task_that_vanished_takes_the_whole_transaction_with_it(store: Store) {
    let ada = person(&store, "ada").await;
    let gone = vanished(&ada).await;
    let id = ada.id.clone();
    let failed = store.write(move |txn| async move {
        create(&txn, &id, milk(), at(0)).await?;
        replace(&txn, &gone, &gone).await
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
    let failed = store.write(move |txn| async move { replace(&txn, &taken, &taken).await });
    assert_refused!(failed.await, StoreError::Internal(_));
    let failed = store.write(move |txn| async move { trash(&txn, &stolen, at(1)).await });
    assert_refused!(failed.await, StoreError::Internal(_));
    assert_eq!(ada.tasks().await, [milk]);
    assert_eq!((ada.totals().await, bob.totals().await), ((1, 0), (0, 0)));
}
