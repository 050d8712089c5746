//! Many at once, through two processes.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use rondo_app::{
    Error,
    history::{UndoTarget, undo},
    input,
    tasks::{self, IfMatch, Target},
};
use rondo_domain::{ShownTask, TaskId};
use serde_json::{Value, json};

use crate::support::{State, World, changes, state};

on_both_databases!(
    one_of_many_undos_wins,
    a_key_that_is_sent_many_times_at_once_makes_one_task,
    a_deletion_that_is_sent_again_to_another_process_is_no_missing_task,
    a_task_is_completed_once_however_many_do_it,
    calls_about_the_same_tasks_in_any_order_all_succeed,
    the_trash_is_emptied_once,
    many_writers_leave_a_history_without_a_gap,
);

async fn add(world: &World, body: Value) -> ShownTask {
    let input = input::new_task(body).expect("a test task is valid");
    let created = tasks::create(world.app(), &world.batch(world.app()), input).await;
    created.expect("a task is stored").value
}

async fn add_many(world: &World, count: usize) -> Vec<TaskId> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(add(world, json!({"title": format!("task {number}")})).await.task.id);
    }
    ids
}

/// What the history says is what the tables say.
async fn assert_told(world: &World) {
    let told = State::replayed(&changes(world.app(), &world.ada).await);
    assert_eq!(told, state(world.app(), &world.ada).await);
}

async fn one_of_many_undos_wins(world: World) {
    for step in ["create", "delete", "rename"] {
        let id = add(&world, json!({"title": "one", "tags": ["x"]})).await.task.id;
        if step == "delete" {
            let batch = world.batch(world.app());
            tasks::delete(world.app(), &batch, id.into()).await.expect("it is hers");
        }
        if step == "rename" {
            let patch = input::task_patch(json!({"title": "two"})).expect("a test patch");
            let batch = world.batch(world.app());
            tasks::update(world.app(), &batch, id.into(), patch).await.expect("it is hers");
        }
        let last = changes(world.app(), &world.ada).await.pop().expect("there is a history");
        let target = UndoTarget::Batch(last.batch_id);
        let attempts = (0..8).map(|number| {
            let app = &world.apps[number % 2];
            let (batch, target) = (world.batch(app), target.clone());
            async move { undo(app, &batch, target, false).await }
        });
        let outcomes = join_all(attempts).await;
        let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let is_refused = |o: &&Result<_, Error>| matches!(o, Err(Error::UndoConflict(_)));
        let refused = outcomes.iter().filter(is_refused).count();
        assert_eq!((won, refused), (1, 7), "{step}: {outcomes:?}");
    }
    assert_told(&world).await;
}

async fn a_key_that_is_sent_many_times_at_once_makes_one_task(world: World) {
    for round in 0..10 {
        let key = format!("key {round}").replace(' ', "-");
        let attempts = (0..10).map(|number| {
            let app = &world.apps[number % 2];
            let batch = world.keyed(app, &key);
            let input = input::new_task(json!({"title": key})).expect("a test task is valid");
            async move { tasks::create(app, &batch, input).await.expect("it is stored once") }
        });
        let outcomes = join_all(attempts).await;
        let ids: BTreeSet<_> = outcomes.iter().map(|done| done.value.task.id).collect();
        let batches: BTreeSet<_> = outcomes.iter().map(|done| done.batch_id.clone()).collect();
        let first = outcomes.iter().filter(|done| !done.is_replayed).count();
        assert_eq!((ids.len(), batches.len(), first), (1, 1, 1));
    }
    assert_eq!(state(world.app(), &world.ada).await.list.len(), 10);
    assert_told(&world).await;
}

async fn a_deletion_that_is_sent_again_to_another_process_is_no_missing_task(world: World) {
    for (round, id) in add_many(&world, 10).await.into_iter().enumerate() {
        let key = format!("deletion-{round}");
        let attempts = (0..4).map(|number| {
            let app = &world.apps[number % 2];
            let batch = world.keyed(app, &key);
            let seen = IfMatch::Versions(vec![1]);
            let target = Target { id, if_match: Some(seen) };
            async move { tasks::delete(app, &batch, target).await.expect("it is gone once") }
        });
        let outcomes = join_all(attempts).await;
        let first = outcomes.iter().filter(|done| !done.is_replayed).count();
        assert_eq!(first, 1, "{outcomes:?}");
    }
    assert_told(&world).await;
}

async fn a_task_is_completed_once_however_many_do_it(world: World) {
    let body = json!({"title": "Rent", "due_date": "2026-11-30", "recurrence_rule": "monthly"});
    let id = add(&world, body).await.task.id;
    let attempts = (0..10).map(|number| {
        let app = &world.apps[number % 2];
        let batch = world.batch(app);
        async move { tasks::set_completed(app, &batch, id.into(), Some(true)).await }
    });
    let outcomes = join_all(attempts).await;
    let changed = outcomes.iter().flatten().filter(|done| done.batch_id.is_some()).count();
    assert_eq!(changed, 1, "{outcomes:?}");
    assert_eq!(state(world.app(), &world.ada).await.list.len(), 2);
    assert_told(&world).await;
}

async fn calls_about_the_same_tasks_in_any_order_all_succeed(world: World) {
    let mut ids: Vec<i64> = add_many(&world, 30).await.into_iter().map(TaskId::get).collect();
    for round in 0..3 {
        let mut attempts = Vec::new();
        for number in 0..8 {
            ids.rotate_left(7);
            let app = &world.apps[number % 2];
            let patch = json!({"title": format!("{round} {number}"), "tags": [number.to_string()]});
            let body = json!({"ids": ids, "action": "update", "patch": patch});
            let bulk = input::bulk(body).expect("a test call is valid");
            let batch = world.batch(app);
            attempts.push(async move { tasks::bulk(app, &batch, bulk).await });
        }
        for outcome in join_all(attempts).await {
            assert_eq!(outcome.expect("all hers").value.len(), 30);
        }
    }
    let titles: BTreeSet<_> = {
        let list = state(world.app(), &world.ada).await.list;
        list.into_values().map(|task| task.title.as_str().to_owned()).collect()
    };
    assert_eq!(titles.len(), 1, "a call is all or nothing: {titles:?}");
    assert_told(&world).await;
}

async fn the_trash_is_emptied_once(world: World) {
    let ids: Vec<i64> = add_many(&world, 40).await.into_iter().map(TaskId::get).collect();
    let body = json!({"ids": ids, "action": "delete"});
    let bulk = input::bulk(body).expect("a test call is valid");
    tasks::bulk(world.app(), &world.batch(world.app()), bulk).await.expect("all hers");
    let attempts = (0..6).map(|number| {
        let app = &world.apps[number % 2];
        let batch = world.batch(app);
        async move { tasks::empty_trash(app, &batch).await.expect("she may").value }
    });
    let removed: i64 = join_all(attempts).await.into_iter().sum();
    assert_eq!(removed, 40);
    assert_told(&world).await;
}

async fn many_writers_leave_a_history_without_a_gap(world: World) {
    let ids = add_many(&world, 20).await;
    let attempts = (0..100_usize).map(|number| {
        let (app, id) = (&world.apps[number % 2], ids[number % ids.len()]);
        let batch = world.batch(app);
        async move {
            // One may be in the trash when another wants to change it.
            let missing = |error: Error| assert!(matches!(error, Error::NotFound(_)), "{error:?}");
            match number % 5 {
                0 => {
                    let new = input::new_task(json!({"title": format!("new {number}")}));
                    let new = new.expect("a test task is valid");
                    tasks::create(app, &batch, new).await.map_or_else(missing, drop);
                }
                1 => tasks::delete(app, &batch, id.into()).await.map_or_else(missing, drop),
                2 => tasks::restore(app, &batch, id).await.map_or_else(missing, drop),
                _ => {
                    let done = tasks::set_completed(app, &batch, id.into(), None).await;
                    done.map_or_else(missing, drop);
                }
            }
        }
    });
    join_all(attempts).await;
    assert_told(&world).await;
}
