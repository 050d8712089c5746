//! What was stored before a migration is there after it, and after the way back.

use rondo_domain::{NewTask, Plan, SearchText, StatusFilter, Task, TaskFilter, TaskQuery};
use rondo_store::{Store, TurnState};

use crate::support::{Person, at, new_task, person, planned, text, with_status};

on_every_database! {
    tasks_are_kept_on_the_way_back_and_there,
    what_was_planned_is_lost_on_the_way_back_and_nothing_else,
    what_was_written_before_is_found_like_what_is_written_now,
    what_is_in_the_trash_stays_away_on_the_way_back,
    conversations_are_kept_without_their_turns_on_the_way_back,
}

/// To the schema of before planning, and to that of today.
async fn go_back_and_forth(store: &Store) {
    let status = store.migration_status().await.unwrap();
    let place = status.iter().position(|migration| migration.name == "0012_planning").unwrap();
    let steps = status.len() - place;
    assert_eq!(store.migrate_down(steps).await.unwrap().len(), steps);
    assert_eq!(store.migrate_up().await.unwrap().len(), steps);
}

/// A task as it was before it could be planned.
fn unplanned(task: Task) -> Task {
    let completed_at = task.completed.then_some(task.updated_at);
    let ids = (None, None);
    let (previous_task_id, next_task_id) = ids;
    Task { plan: Plan::NONE, version: 1, previous_task_id, next_task_id, completed_at, ..task }
}

async fn tasks_are_kept_on_the_way_back_and_there(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    let milk = ada.adds_at("milk", at(1)).await;
    let new = NewTask { description: Some(text("  two\nliters ")), ..new_task("Oat milk", true) };
    let oats = ada.tries_to_add(new, at(2)).await.unwrap();
    let rice = bob.adds_at("rice", at(3)).await;
    let rice = bob.completes(rice.id, at(9)).await.unwrap();
    go_back_and_forth(&store).await;
    assert_eq!(ada.tasks().await, [oats, milk].map(unplanned));
    assert_eq!(bob.tasks().await, [unplanned(rice)]);
    assert_eq!((ada.totals().await, bob.totals().await), ((2, 1), (1, 1)));
    assert_eq!(ada.lists(with_status(StatusFilter::Pending)).await.total, 1);
}

async fn what_was_planned_is_lost_on_the_way_back_and_nothing_else(store: Store) {
    let ada = person(&store, "ada").await;
    let plants = ada.tries_to_add(planned("Water the plants"), at(1)).await.unwrap();
    let plants = ada.completes(plants.id, at(5)).await.unwrap();
    go_back_and_forth(&store).await;
    assert_eq!(ada.finds(plants.id).await, Some(unplanned(plants.clone())));
    let id = ada.id.clone();
    let feed = store.read(move |txn| async move { txn.list_changes(&id, 0, 10).await });
    let feed = feed.await.unwrap();
    assert_eq!((feed.changes.len(), feed.latest, feed.oldest), (0, 0, 1));
    // And it can be planned anew.
    let again = ada.tries_to_add(planned("Water them"), at(6)).await.unwrap();
    assert_eq!(ada.finds(again.id).await, Some(again));
}

async fn search(who: &Person, text: &str) -> Vec<String> {
    let text = Some(SearchText::parse(text).unwrap());
    let filter = TaskFilter { text, ..TaskFilter::default() };
    let found = who.lists(TaskQuery { filter, ..TaskQuery::default() }).await.tasks;
    found.iter().map(|task| task.title.as_str().to_owned()).collect()
}

async fn what_was_written_before_is_found_like_what_is_written_now(store: Store) {
    let (ada, bob) = (person(&store, "ada").await, person(&store, "bob").await);
    for name in ["Buy MILK", "ÄRZTE anrufen", "Straße", "ΟΔΟΣ", "İş", "日本"] {
        ada.adds(name).await;
    }
    let new = NewTask { description: Some(text("Grüße ÜBER alles")), ..new_task("post", false) };
    bob.tries_to_add(new, at(0)).await.unwrap();
    // More than are looked at in one go.
    for number in 0..1005 {
        bob.adds(&format!("É{number}")).await;
    }
    go_back_and_forth(&store).await;
    for (words, expected) in [
        ("buy milk", "Buy MILK"),
        ("ärzte", "ÄRZTE anrufen"),
        ("STRASSE", "Straße"),
        ("οδος", "ΟΔΟΣ"),
        ("i\u{307}ş", "İş"),
        ("日", "日本"),
    ] {
        assert_eq!(search(&ada, words).await, [expected], "{words}");
    }
    assert_eq!(search(&bob, "grüsse über").await, ["post"]);
    for words in ["é0", "é1004"] {
        assert_eq!(search(&bob, words).await.len(), 1, "{words}");
    }
}

async fn what_is_in_the_trash_stays_away_on_the_way_back(store: Store) {
    let ada = person(&store, "ada").await;
    let (milk, eggs) = (ada.adds("milk").await, ada.adds("eggs").await);
    assert!(ada.deletes(milk.id).await);
    go_back_and_forth(&store).await;
    assert_eq!(ada.tasks().await, [unplanned(eggs)]);
    assert_eq!((ada.totals().await, ada.trash_total().await), ((1, 0), 0));
}

async fn conversations_are_kept_without_their_turns_on_the_way_back(store: Store) {
    let ada = person(&store, "ada").await;
    let chat = ada.begins_conversation(at(1)).await;
    ada.says(&chat, "add milk", at(2)).await.unwrap();
    let (id, place) = (ada.id.clone(), chat.id);
    let begun = store
        .write(move |txn| async move { txn.begin_turn((&id, place), None, "one", at(60)).await });
    assert!(begun.await.unwrap());
    go_back_and_forth(&store).await;
    assert_eq!(ada.reads(&chat).await, ["add milk"]);
    let id = ada.id.clone();
    let state = store.read(move |txn| async move { txn.find_turn_state(&id, place).await });
    let nobodys = TurnState { turn_id: None, until: None, state: None };
    assert_eq!(state.await.unwrap(), Some(nobodys));
    let found = ada.says(&chat, "and eggs", at(3)).await.unwrap();
    assert_eq!((found.id.get(), ada.reads(&chat).await.len()), (2, 2));
}
