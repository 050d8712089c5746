//! Many at once, on as many replicas as the database allows: two on
//! PostgreSQL, one on SQLite.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::http::Method;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::timeout};

use crate::support::{Answer, Database, Person, TestApp};

on_lasting_databases! {
    a_thousand_keyed_writes_with_retries_make_a_thousand_tasks,
    the_feed_of_a_hundred_writers_has_no_gap_and_no_repeat,
    what_one_replica_changed_another_shows_and_undoes,
}

/// The same server once or twice, and Ada at each.
async fn replicas(database: &Database) -> Vec<(TestApp, Person)> {
    let number = if database.is_on_server() { 2 } else { 1 };
    let mut replicas: Vec<(TestApp, Person)> = Vec::new();
    for seed in 1..=number {
        let test = TestApp::with(database, |setup| setup.seed = seed).await;
        let ada = if seed == 1 { test.ada().await } else { test.stranger("ada") };
        replicas.push((test, ada));
    }
    replicas
}

/// Chance that repeats itself.
fn draw(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
}

/// Sends one task until there is an answer, as a client on a bad line does:
/// some attempts are given up at some point, some are made twice at once, each
/// to any replica.
async fn insists(people: Vec<Person>, number: u64) -> Vec<Answer> {
    let key = format!("write-{number}");
    let body = json!({"title": number.to_string()});
    let send = async |chance: u64| {
        let place = usize::try_from(chance).unwrap_or(0) % people.len();
        people[place].keyed(&key, Method::POST, "/api/tasks", &body).await
    };
    let mut answers = Vec::new();
    for attempt in 0..=draw(number) % 3 {
        let chance = draw(number * 7 + attempt);
        match chance % 3 {
            // The line breaks at some moment of the way; nobody hears an answer.
            0 => drop(timeout(Duration::from_micros(chance % 4000), send(chance)).await),
            1 => {
                let (one, other) = tokio::join!(send(chance), send(chance / 3));
                answers.extend([one, other]);
            }
            _ => {}
        }
    }
    while !answers.iter().any(|answer: &Answer| answer.status == 201) {
        answers.push(send(draw(number + u64::try_from(answers.len()).unwrap_or(0))).await);
    }
    answers
}

async fn a_thousand_keyed_writes_with_retries_make_a_thousand_tasks(database: Database) {
    const WRITES: u64 = 1000;

    let replicas = replicas(&database).await;
    let people: Vec<_> = replicas.iter().map(|(_, ada)| ada.clone()).collect();
    let mut writing = JoinSet::new();
    let mut made: BTreeMap<i64, String> = BTreeMap::new();
    let mut note = |answers: Vec<Answer>| {
        for answer in answers {
            // Who waited too long for a connection tries again.
            assert!(matches!(answer.status.as_u16(), 201 | 503), "{}", answer.text());
            if answer.status == 201 {
                let (id, body) = (answer.json()["id"].as_i64().expect("a number"), answer.text());
                let first = made.entry(id).or_insert_with(|| body.clone());
                assert_eq!(*first, body, "two answers to one write differ");
            }
        }
    };
    for number in 0..WRITES {
        if writing.len() == 64 {
            note(writing.join_next().await.expect("64 are writing").expect("none panics"));
        }
        writing.spawn(insists(people.clone(), number));
    }
    writing.join_all().await.into_iter().for_each(note);
    assert_eq!(made.len(), 1000);
    for ada in &people {
        assert_eq!(ada.get("/api/tasks?limit=1").await.is(200).json()["total"], WRITES);
        let titles: BTreeSet<_> = ada.titles("/api/tasks?limit=1000").await.into_iter().collect();
        assert_eq!(titles.len(), 1000);
        assert_eq!(ada.get("/api/changes?limit=1").await.json()["latest"], WRITES);
    }
}

/// Does three things, of which each changes one task.
async fn writes(ada: Person, number: u64) {
    let id = ada.adds(&number.to_string()).await;
    ada.patch(&format!("/api/tasks/{id}"), json!({"priority": "high"})).await.is(200);
    if number.is_multiple_of(2) {
        ada.toggles(id).await.is(200);
    } else {
        ada.delete(&format!("/api/tasks/{id}")).await.is(204);
    }
}

/// Follows the feed until so many changes were seen.
async fn follows(ada: Person, expected: usize) -> Vec<Value> {
    let (mut after, mut seen) = (0, Vec::new());
    while seen.len() < expected {
        let path = format!("/api/changes?after={after}&limit=50");
        let part = ada.get(&path).await.is(200).json();
        seen.extend(part["changes"].as_array().expect("a list").iter().cloned());
        after = part["next_after"].as_i64().expect("a number");
        tokio::task::yield_now().await;
    }
    seen
}

async fn the_feed_of_a_hundred_writers_has_no_gap_and_no_repeat(database: Database) {
    let replicas = replicas(&database).await;
    let people: Vec<_> = replicas.iter().map(|(_, ada)| ada.clone()).collect();
    let mut reading = JoinSet::new();
    for ada in &people {
        reading.spawn(follows(ada.clone(), 300));
    }
    let mut writing = JoinSet::new();
    for number in 0..100 {
        let ada = people[usize::try_from(number).unwrap_or(0) % people.len()].clone();
        writing.spawn(writes(ada, number));
    }
    writing.join_all().await;
    let all: Vec<i64> = (1..=300).collect();
    for seen in reading.join_all().await {
        let numbers: Vec<_> = seen.iter().filter_map(|change| change["id"].as_i64()).collect();
        assert_eq!(numbers, all);
        // In the order in which they took effect: each goes on from the last.
        let mut known: BTreeMap<i64, Value> = BTreeMap::new();
        for change in seen {
            let id = change["task_id"].as_i64().expect("a number");
            assert_eq!(change["before"], known.get(&id).cloned().unwrap_or_default());
            known.insert(id, change["after"].clone());
        }
    }
    assert_eq!(people[0].get("/api/tasks").await.json()["total"], 50);
    assert_eq!(people[0].get("/api/trash").await.json()["total"], 50);
}

async fn what_one_replica_changed_another_shows_and_undoes(database: Database) {
    let replicas = replicas(&database).await;
    let (one, other) = (&replicas[0].1, &replicas[replicas.len() - 1].1);
    let body = json!({"title": "x"});
    let made = one.keyed("a", Method::POST, "/api/tasks", &body).await.is(201);
    let again = other.keyed("a", Method::POST, "/api/tasks", &body).await.is(201);
    assert!(again.is_replayed());
    assert_eq!(again.json(), made.json());
    let path = format!("/api/tasks/{}", made.json()["id"]);
    other.patch(&path, json!({"title": "y"})).await.is(200);
    let stale = [("if-match", "\"1\"")];
    one.sends_with(&stale, Method::PATCH, &path, &json!({"title": "z"})).await.is(412);
    one.post("/api/changes/2/undo", json!({})).await.is(200);
    assert_eq!(other.get(&path).await.is(200).json()["title"], "x");
    // A cursor of one leads on at the other.
    one.adds("more").await;
    let cursor = one.get("/api/tasks?limit=1").await.json()["next_cursor"].clone();
    let cursor = cursor.as_str().expect("there is more");
    assert_eq!(other.titles(&format!("/api/tasks?cursor={cursor}")).await, ["x"]);
}
