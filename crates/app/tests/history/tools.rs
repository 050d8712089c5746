//! The tools on both databases: what they find, and what two of them do at
//! once.

use futures_util::future::join_all;
use rondo_app::{
    App,
    tools::{self, ToolError},
};
use serde_json::{Value, json};

use crate::support::{World, state};

on_both_databases!(
    days_and_words_find_the_same_tasks,
    what_is_completed_by_many_at_once_is_completed_once,
    a_task_is_deleted_by_one_of_many,
    calls_of_one_turn_are_undone_together,
);

async fn try_call(
    world: &World,
    app: &App,
    name: &str,
    arguments: Value,
) -> Result<Value, ToolError> {
    tools::call(app, &world.batch(app), name, &arguments).await
}

async fn call(world: &World, name: &str, arguments: Value) -> Value {
    try_call(world, world.app(), name, arguments).await.expect("the call is right")
}

async fn titles(world: &World, arguments: Value) -> Vec<String> {
    let page = call(world, "list_tasks", arguments).await;
    let tasks = page["tasks"].as_array().expect("tasks are a list");
    tasks.iter().map(|task| task["title"].as_str().expect("a title").to_owned()).collect()
}

/// It is Saturday, half past nine.
async fn days_and_words_find_the_same_tasks(world: World) {
    for (title, due) in [
        ("Éclairs", "2026-11-21"),
        ("Early", "2026-11-21T09:00"),
        ("Late", "2026-11-20"),
        ("Monday", "2026-11-23T08:00"),
        ("Sunday", "2026-11-22"),
    ] {
        call(&world, "add_task", json!({"title": title, "due_date": due, "tags": ["Day"]})).await;
    }
    call(&world, "add_task", json!({"title": "100% sure_thing"})).await;
    for (mut arguments, expected) in [
        (json!({"due": "overdue"}), "Late, Early"),
        (json!({"due": "today"}), "Early, Éclairs"),
        (json!({"due": "tomorrow"}), "Sunday"),
        (json!({"due": "this_week"}), "Late, Early, Éclairs, Sunday"),
        (json!({"due": "none"}), "100% sure_thing"),
        (json!({"due_from": "2026-11-22", "due_to": "2026-11-23"}), "Sunday, Monday"),
        (json!({"q": "éCLAIR"}), "Éclairs"),
        (json!({"q": "0% s"}), "100% sure_thing"),
        (json!({"q": "e_t"}), "100% sure_thing"),
        (json!({"tag": "day", "due_to": "2026-11-20"}), "Late"),
    ] {
        let asked = arguments.to_string();
        assert_eq!(titles(&world, arguments.take()).await.join(", "), expected, "{asked}");
    }
}

/// Each says that it is done; one of them did it, and one task follows.
async fn what_is_completed_by_many_at_once_is_completed_once(world: World) {
    let mut recurs =
        json!({"title": "Water", "due_date": "2026-11-21", "recurrence_rule": "FREQ=DAILY"});
    let id = call(&world, "add_task", recurs.take()).await["task_id"].clone();
    let calls = (0..6).map(|index| {
        let app = &world.apps[index % 2];
        try_call(&world, app, "complete_task", json!({"task_id": id.clone()}))
    });
    let answers: Vec<Value> =
        join_all(calls).await.into_iter().map(|answer| answer.expect("it is completed")).collect();
    assert!(answers.iter().all(|answer| answer["status"] == "completed"), "{answers:?}");
    let changed = answers.iter().filter(|answer| answer["batch_id"].is_string()).count();
    assert_eq!(changed, 1, "{answers:?}");
    assert_eq!(titles(&world, json!({"status": "pending"})).await, ["Water"]);
}

async fn a_task_is_deleted_by_one_of_many(world: World) {
    let id = call(&world, "add_task", json!({"title": "Milk"})).await["task_id"].clone();
    let calls = (0..4).map(|index| {
        let app = &world.apps[index % 2];
        try_call(&world, app, "delete_task", json!({"task_id": id.clone()}))
    });
    let mut deleted = 0;
    for answer in join_all(calls).await {
        match answer {
            Ok(_) => deleted += 1,
            Err(ToolError::Refused(refusal)) => assert_eq!(refusal.code, "task_not_found"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(deleted, 1);
}

async fn calls_of_one_turn_are_undone_together(world: World) {
    let id = call(&world, "add_task", json!({"title": "Milk"})).await["task_id"].clone();
    let before = state(world.app(), &world.ada).await.seen();
    let batch = world.batch(world.app());
    for (name, mut arguments) in [
        ("update_task", json!({"task_id": id.clone(), "title": "Oat milk", "tags": ["shop"]})),
        ("complete_task", json!({"task_id": id.clone()})),
        ("add_task", json!({"title": "Bread"})),
    ] {
        let answer = tools::call(world.app(), &batch, name, &arguments.take()).await;
        assert_eq!(answer.expect("it is done")["batch_id"], batch.id().as_str());
    }
    let undone = call(&world, "undo", json!({"batch_id": batch.id().as_str()})).await;
    assert_eq!(undone["tasks"], 2);
    assert_eq!(undone["titles"], json!(["Milk"]));
    assert_eq!(state(world.app(), &world.ada).await.seen(), before);
}
