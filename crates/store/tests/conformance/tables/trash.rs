//! The trash: what goes there and what comes back.

use rondo_domain::{
    ChangeAction, Page, Task, TaskCounts, TaskPatch, TimeZoneName, UserSettingsPatch,
};
use rondo_store::{Constraint, Moved, Numbered, Store, StoreError, TrashPage, Trashed};

use crate::support::{
    Database, Person, at, due, id_of, new_change, person, planned, task_id, trash,
};

on_every_database! {
    a_deleted_task_is_in_the_trash_as_it_was,
    a_task_comes_back_from_the_trash_with_its_id,
    a_task_that_comes_back_is_what_it_is_told_to_be,
    a_task_in_the_trash_exists_for_nobody,
    what_is_removed_for_good_is_gone,
    the_trash_lists_what_was_deleted_last_first,
    the_trash_is_cut_into_pages,
    the_trash_comes_with_the_time_zone,
    a_user_without_a_row_has_no_trash,
    what_is_old_is_found_oldest_first,
    nothing_comes_back_twice,
    nobody_touches_the_trash_of_others,
    an_import_finds_ids_of_the_trash_taken,
}

mod from_outside {
    use super::a_snapshot_that_makes_no_sense_is_an_error;

    on_shared_databases! { a_snapshot_that_makes_no_sense_is_an_error }
}

async fn list(who: &Person, page: Page) -> TrashPage {
    let id = who.id.clone();
    who.store.read(move |txn| async move { txn.list_trash(&id, page).await }).await.unwrap()
}

async fn find(who: &Person, task: &Task) -> Option<Trashed> {
    let (id, ids) = (who.id.clone(), [task.id, task_id(999), task.id]);
    let found =
        who.store.write(move |txn| async move { txn.find_trashed_for_update(&id, &ids).await });
    let mut found = found.await.unwrap();
    assert!(found.len() <= 1, "{found:?}");
    found.pop()
}

/// Moves a task to the trash, at a second.
async fn delete(who: &Person, task: &Task, second: i64) {
    let before = task.clone();
    let write = who.store.write(move |txn| async move { trash(&txn, &before, at(second)).await });
    write.await.unwrap();
}

/// Puts a task back on the list, as it is given.
async fn restore(who: &Person, after: &Task) -> Result<(), StoreError> {
    let after = after.clone();
    let write = who.store.write(move |txn| async move {
        txn.restore_task(&after).await?;
        let TaskCounts { all, completed } = after.counts();
        let change = new_change(ChangeAction::Restored, None, Some(&after));
        let moved = Moved { tasks: all, completed, trash: -1 };
        txn.record_change(&after.user_id, &change, moved).await
    });
    write.await
}

/// Removes a task from the trash for good.
async fn purge(who: &Person, task: &Task) -> Result<(), StoreError> {
    let task = task.clone();
    let write = who.store.write(move |txn| async move {
        txn.delete_trashed(&task.user_id, task.id).await?;
        let mut change = new_change(ChangeAction::Purged, None, Some(&task));
        change.after = None;
        let moved = Moved { trash: -1, ..Moved::default() };
        txn.record_change(&task.user_id, &change, moved).await
    });
    write.await
}

async fn a_deleted_task_is_in_the_trash_as_it_was(store: Store) {
    let ada = person(&store, "ada").await;
    let plants = ada.tries_to_add(planned("Water the plants"), at(0)).await.unwrap();
    delete(&ada, &plants, 7).await;
    let task = plants.touched(at(7));
    let expected = Trashed { task: task.clone(), deleted_at: at(7) };
    assert_eq!(find(&ada, &task).await, Some(expected.clone()));
    let page = list(&ada, Page::default()).await;
    assert_eq!((page.tasks, page.total), (vec![expected], 1));
    assert_eq!(ada.totals().await, (0, 0));
}

async fn a_task_comes_back_from_the_trash_with_its_id(store: Store) {
    let ada = person(&store, "ada").await;
    let plants = ada.tries_to_add(planned("Water the plants"), at(0)).await.unwrap();
    ada.adds("milk").await;
    delete(&ada, &plants, 7).await;
    let after = plants.clone().touched(at(7)).touched(at(9));
    restore(&ada, &after).await.unwrap();
    assert_eq!(ada.finds(plants.id).await, Some(after.clone()));
    assert_eq!(find(&ada, &plants).await, None);
    assert_eq!(list(&ada, Page::default()).await.total, 0);
    assert_eq!(ada.totals().await, (2, 0));
    // Its tags came along: they can go and come once more.
    delete(&ada, &after, 11).await;
    restore(&ada, &after).await.unwrap();
    let patch = TaskPatch { tags: Some(rondo_domain::Tags::NONE), ..TaskPatch::default() };
    assert!(ada.patches(plants.id, patch, at(12)).await.is_some());
}

async fn a_task_that_comes_back_is_what_it_is_told_to_be(store: Store) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    delete(&ada, &milk, 7).await;
    let mut after = Task { completed: true, completed_at: Some(at(1)), version: 5, ..milk };
    after.plan.due = Some(due("2026-11-22"));
    restore(&ada, &after).await.unwrap();
    assert_eq!(ada.finds(after.id).await, Some(after));
    assert_eq!(ada.totals().await, (1, 1));
}

async fn a_task_in_the_trash_exists_for_nobody(store: Store) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    delete(&ada, &milk, 7).await;
    let exists = store.read(move |txn| async move { txn.task_exists(milk.id).await });
    assert!(!exists.await.unwrap());
}

async fn what_is_removed_for_good_is_gone(store: Store) {
    let ada = person(&store, "ada").await;
    let (milk, eggs) = (ada.adds("milk").await, ada.adds("eggs").await);
    delete(&ada, &milk, 7).await;
    delete(&ada, &eggs, 8).await;
    purge(&ada, &milk).await.unwrap();
    assert_eq!(find(&ada, &milk).await, None);
    let page = list(&ada, Page::default()).await;
    assert_eq!((page.tasks.len(), page.total), (1, 1));
    assert_refused!(purge(&ada, &milk).await, StoreError::Internal(_));
    assert_eq!(list(&ada, Page::default()).await.total, 1);
    assert_eq!(ada.adds("tea").await.id, task_id(3), "its number is spent");
}

/// Ada's trash: tasks called a to e, deleted in another order than they were
/// made, two of them at once.
async fn ada_with_trash(store: &Store) -> Person {
    let ada = person(store, "ada").await;
    for (name, second) in [("a", 30), ("b", 10), ("c", 20), ("d", 20), ("e", 40)] {
        let task = ada.adds(name).await;
        delete(&ada, &task, second).await;
    }
    ada
}

fn titles(tasks: &[Trashed]) -> String {
    tasks.iter().map(|trashed| trashed.task.title.as_str()).collect()
}

async fn the_trash_lists_what_was_deleted_last_first(store: Store) {
    let ada = ada_with_trash(&store).await;
    assert_eq!(titles(&list(&ada, Page::default()).await.tasks), "eadcb");
}

async fn the_trash_is_cut_into_pages(store: Store) {
    let ada = ada_with_trash(&store).await;
    for (limit, offset, expected) in
        [(2, 0, "ea"), (2, 2, "dc"), (2, 4, "b"), (2, 5, ""), (1000, i64::MAX, "")]
    {
        let page = list(&ada, Page::new(limit, offset)).await;
        assert_eq!((titles(&page.tasks).as_str(), page.total), (expected, 5), "{limit} {offset}");
    }
}

async fn the_trash_comes_with_the_time_zone(store: Store) {
    let ada = person(&store, "ada").await;
    let time_zone = TimeZoneName::parse("Asia/Tokyo").unwrap();
    let patch = UserSettingsPatch { time_zone: Some(time_zone.clone()), ..Default::default() };
    let id = ada.id.clone();
    let moved =
        store.write(move |txn| async move { txn.update_settings(&id, &patch, at(0)).await });
    moved.await.unwrap();
    assert_eq!(list(&ada, Page::default()).await.zone, time_zone);
}

async fn a_user_without_a_row_has_no_trash(store: Store) {
    ada_with_trash(&store).await;
    let stranger = Person { id: id_of("stranger"), store };
    let empty = TrashPage { tasks: Vec::new(), total: 0, zone: TimeZoneName::UTC };
    assert_eq!(list(&stranger, Page::default()).await, empty);
}

async fn what_is_old_is_found_oldest_first(store: Store) {
    let ada = ada_with_trash(&store).await;
    let bob = person(&store, "bob").await;
    let rice = bob.adds("rice").await;
    delete(&bob, &rice, 0).await;
    for (second, limit, expected) in
        [(30, 10, "bcd"), (30, 2, "bc"), (10, 10, ""), (99, 10, "bcdae")]
    {
        let id = ada.id.clone();
        let old =
            store.write(move |txn| async move { txn.old_trash(&id, at(second), limit).await });
        let old: Result<_, StoreError> = old.await;
        assert_eq!(titles(&old.unwrap()), expected, "{second} {limit}");
    }
}

async fn nothing_comes_back_twice(store: Store) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    assert_refused!(restore(&ada, &milk).await, StoreError::Internal(_));
    delete(&ada, &milk, 7).await;
    restore(&ada, &milk).await.unwrap();
    assert_refused!(restore(&ada, &milk).await, StoreError::Internal(_));
    assert_eq!(ada.tasks().await, [milk]);
    assert_eq!((ada.totals().await, ada.trash_total().await), ((1, 0), 0));
}

async fn nobody_touches_the_trash_of_others(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let milk = ada.adds("milk").await;
    delete(&ada, &milk, 7).await;
    assert_eq!(find(&bob, &milk).await, None);
    let stolen = Task { user_id: bob.id.clone(), ..milk.clone() };
    assert_refused!(restore(&bob, &stolen).await, StoreError::Internal(_));
    assert_refused!(purge(&bob, &stolen).await, StoreError::Internal(_));
    assert!(list(&bob, Page::default()).await.tasks.is_empty());
    assert!(find(&ada, &milk).await.is_some());
}

async fn an_import_finds_ids_of_the_trash_taken(store: Store) {
    let ada = person(&store, "ada").await;
    let (milk, eggs) = (ada.adds("milk").await, ada.adds("eggs").await);
    delete(&ada, &milk, 7).await;
    let taken = store.read(|txn| async move { txn.list_ids(Numbered::Tasks, (1, 9)).await });
    let taken: Result<_, StoreError> = taken.await;
    assert_eq!(taken.unwrap(), [milk.id.get(), eggs.id.get()]);
    // Whoever takes one anyway keeps the other from coming back.
    let brought = milk.clone();
    let bring = store.write(move |txn| async move { txn.insert_imported_task(&brought).await });
    bring.await.unwrap();
    assert_refused!(restore(&ada, &milk).await, StoreError::Conflict(Constraint::Key));
    assert!(find(&ada, &milk).await.is_some());
}

async fn a_snapshot_that_makes_no_sense_is_an_error((store, database): (Store, Database)) {
    let ada = person(&store, "ada").await;
    let milk = ada.adds("milk").await;
    delete(&ada, &milk, 7).await;
    for (column, nonsense) in [("snapshot", "'{'"), ("snapshot", "'null'"), ("id", "2")] {
        database.execute("create table spare as select * from trash").await;
        database.execute(&format!("update trash set {column} = {nonsense}")).await;
        let read =
            store.read(|txn| async move { txn.list_trash(&id_of("ada"), Page::default()).await });
        assert_refused!(read.await, StoreError::Corrupt { table: "trash", .. });
        database
            .execute(&format!("update trash set {column} = (select {column} from spare)"))
            .await;
        database.execute("drop table spare").await;
        assert!(find(&ada, &milk).await.is_some(), "{column} is as it was");
    }
}
