//! The tags of all tasks together.

use axum::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

on_both_databases! {
    tags_are_listed_and_counted,
    a_tag_is_renamed_everywhere,
    two_tags_become_one,
    another_spelling_is_a_new_name,
    a_tag_is_deleted_everywhere_and_its_tasks_stay,
    renaming_is_one_batch_and_can_be_undone,
    a_tag_of_many_tasks_is_renamed_at_once,
    what_is_no_tag_is_refused,
    somebody_elses_tags_are_nobody_elses_business,
    a_token_does_only_what_it_was_made_for,
}

async fn tagged(person: &Person, title: &str, tags: &[&str]) -> i64 {
    let task = person.makes(json!({"title": title, "tags": tags})).await;
    task["id"].as_i64().expect("a number")
}

async fn tags(person: &Person) -> Value {
    let tags = person.get("/api/tags").await.is(200).json();
    let path = format!("/api/{}/tags", person.id);
    assert_eq!(person.get(&path).await.is(200).json(), tags);
    tags
}

/// Where a tag is.
fn at(name: &str) -> String {
    format!("/api/tags/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
}

async fn tags_are_listed_and_counted(test: TestApp) {
    let ada = test.ada().await;
    assert_eq!(tags(&ada).await, json!([]));
    assert_eq!(tags(&test.stranger("carl")).await, json!([]));
    tagged(&ada, "a", &["home", "Work"]).await;
    tagged(&ada, "b", &["work", "日本 / x"]).await;
    let deleted = tagged(&ada, "c", &["home", "gone"]).await;
    ada.delete(&format!("/api/tasks/{deleted}")).await.is(204);
    let found = tags(&ada).await;
    let mut counts: Vec<_> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|tag| {
            let name = tag["name"].as_str().expect("a name is text").to_lowercase();
            (name, tag["count"].as_i64().expect("a number"))
        })
        .collect();
    counts.sort();
    let expected = [("home", 1), ("work", 2), ("日本 / x", 1)];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)));
}

async fn a_tag_is_renamed_everywhere(test: TestApp) {
    let ada = test.ada().await;
    let one = tagged(&ada, "a", &["home", "work"]).await;
    let other = tagged(&ada, "b", &["HOME"]).await;
    let untouched = tagged(&ada, "c", &["homework"]).await;
    let answer = ada.patch(&at("Home"), json!({"name": "#house"})).await.is(200);
    assert_eq!(answer.json(), json!({"name": "house", "count": 2}));
    assert!(answer.has("x-batch-id"));
    // It keeps its place.
    assert_eq!(ada.sees(one).await["tags"], json!(["house", "work"]));
    assert_eq!(ada.sees(other).await["tags"], json!(["house"]));
    assert_eq!(ada.sees(other).await["version"], 2);
    assert_eq!(ada.sees(untouched).await["version"], 1);
    assert_eq!(ada.titles("/api/tasks?tag=house").await, ["b", "a"]);
    assert_eq!(ada.titles("/api/tasks?tag=home").await, [""; 0]);
    let odd = "日本 / ? & #%";
    let path = format!("/api/ada/tags/{}", utf8_percent_encode("house", NON_ALPHANUMERIC));
    assert_eq!(ada.patch(&path, json!({"name": odd})).await.is(200).json()["name"], odd);
    ada.patch(&at(odd), json!({"name": "home"})).await.is(200);
    assert_eq!(ada.sees(one).await["tags"], json!(["home", "work"]));
}

async fn two_tags_become_one(test: TestApp) {
    let ada = test.ada().await;
    let both = tagged(&ada, "a", &["home", "x", "house"]).await;
    let one = tagged(&ada, "b", &["home"]).await;
    tagged(&ada, "c", &["House"]).await;
    let answer = ada.patch(&at("home"), json!({"name": "house"})).await.is(200).json();
    assert_eq!(answer["count"], 3);
    assert_eq!(ada.sees(one).await["tags"], json!(["house"]));
    let tags_of_both = ada.sees(both).await["tags"].clone();
    assert_eq!(tags_of_both.as_array().map(Vec::len), Some(2), "{tags_of_both}");
    assert_eq!(tags(&ada).await.as_array().map(Vec::len), Some(2));
}

async fn another_spelling_is_a_new_name(test: TestApp) {
    let ada = test.ada().await;
    let id = tagged(&ada, "a", &["home"]).await;
    let answer = ada.patch(&at("HOME"), json!({"name": "Home"})).await.is(200);
    assert_eq!(answer.json(), json!({"name": "Home", "count": 1}));
    assert_eq!(ada.sees(id).await["tags"], json!(["Home"]));
    // Nothing to do is nothing done.
    let same = ada.patch(&at("home"), json!({"name": "Home"})).await.is(200);
    assert!(!same.has("x-batch-id"));
    assert_eq!(ada.sees(id).await["version"], 2);
}

async fn a_tag_is_deleted_everywhere_and_its_tasks_stay(test: TestApp) {
    let ada = test.ada().await;
    let one = tagged(&ada, "a", &["home", "work"]).await;
    let other = tagged(&ada, "b", &["Home"]).await;
    assert!(ada.delete(&at("HOME")).await.is(204).has("x-batch-id"));
    assert_eq!(ada.sees(one).await["tags"], json!(["work"]));
    assert_eq!(ada.sees(other).await["tags"], json!([]));
    ada.delete(&at("home")).await.is(404).saying("Tag not found").coded("tag_not_found");
    ada.patch(&at("home"), json!({"name": "x"})).await.is(404).coded("tag_not_found");
    assert_eq!(ada.get("/api/tasks").await.json()["total"], 2);
}

async fn renaming_is_one_batch_and_can_be_undone(test: TestApp) {
    let ada = test.ada().await;
    for title in ["a", "b", "c"] {
        tagged(&ada, title, &["home"]).await;
    }
    let batch = ada.patch(&at("home"), json!({"name": "house"})).await.is(200).batch();
    let changes = ada.get("/api/changes?after=3").await.json()["changes"].clone();
    let changes = changes.as_array().expect("a list");
    assert_eq!(changes.len(), 3);
    assert!(
        changes.iter().all(|change| change["batch_id"] == batch && change["action"] == "updated")
    );
    ada.post("/api/changes/5/undo", json!({})).await.is(200);
    assert_eq!(tags(&ada).await, json!([{"name": "home", "count": 3}]));
    ada.delete(&at("home")).await.is(204);
    let latest = ada.get("/api/changes?limit=1").await.json()["latest"].clone();
    ada.post(&format!("/api/changes/{latest}/undo"), json!({})).await.is(200);
    assert_eq!(tags(&ada).await, json!([{"name": "home", "count": 3}]));
}

async fn a_tag_of_many_tasks_is_renamed_at_once(test: TestApp) {
    let ada = test.ada().await;
    for number in 0..1100 {
        tagged(&ada, &number.to_string(), &["home"]).await;
    }
    let answer = ada.patch(&at("home"), json!({"name": "house"})).await.is(200);
    assert_eq!(answer.json()["count"], 1100);
    assert_eq!(tags(&ada).await, json!([{"name": "house", "count": 1100}]));
    let last = ada.get("/api/changes?after=2199").await.is(200).json();
    assert_eq!(last["changes"][0]["batch_id"], answer.batch());
    ada.delete(&at("house")).await.is(204);
    assert_eq!(tags(&ada).await, json!([]));
    assert_eq!(ada.get("/api/tasks?limit=1").await.json()["total"], 1100);
}

async fn what_is_no_tag_is_refused(test: TestApp) {
    let ada = test.ada().await;
    tagged(&ada, "a", &["home"]).await;
    for (body, problem) in [
        (json!({}), "body.name missing"),
        (json!({"name": null}), "body.name string_type"),
        (json!({"name": 5}), "body.name string_type"),
        (json!({"name": ""}), "body.name string_too_short"),
        (json!({"name": " # "}), "body.name string_too_short"),
        (json!({"name": "x".repeat(51)}), "body.name string_too_long"),
        (json!({"name": "a\nb"}), "body.name value_error"),
        (json!([]), "body model_attributes_type"),
    ] {
        assert_eq!(ada.patch(&at("home"), body).await.problems(), [problem]);
    }
    for (name, problem) in [
        ("#", "path.name string_too_short"),
        (" ", "path.name string_too_short"),
        ("a\nb", "path.name value_error"),
        ("\0", "path.name value_error"),
    ] {
        assert_eq!(ada.delete(&at(name)).await.problems(), [problem], "{name:?}");
    }
    let long = at(&"x".repeat(51));
    assert_eq!(
        ada.patch(&long, json!({"name": "y"})).await.problems(),
        ["path.name string_too_long"]
    );
    assert_eq!(tags(&ada).await, json!([{"name": "home", "count": 1}]));
}

async fn somebody_elses_tags_are_nobody_elses_business(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    tagged(&ada, "hers", &["home"]).await;
    tagged(&bob, "his", &["home"]).await;
    bob.patch(&at("home"), json!({"name": "his"})).await.is(200);
    bob.delete(&at("his")).await.is(204);
    bob.delete(&at("home")).await.is(404);
    for (method, path) in [
        (Method::GET, "/api/ada/tags"),
        (Method::PATCH, "/api/ada/tags/home"),
        (Method::DELETE, "/api/ada/tags/home"),
    ] {
        bob.sends(method.clone(), path, &json!({"name": "x"})).await.is(403);
        test.nobody().sends(method, path, &json!({"name": "x"})).await.is(401);
    }
    assert_eq!(tags(&ada).await, json!([{"name": "home", "count": 1}]));
}

async fn a_token_does_only_what_it_was_made_for(test: TestApp) {
    let ada = test.ada().await.logs_in().await;
    for (scope, read, write) in [("read", 200, 403), ("write", 403, 200), ("delete", 403, 403)] {
        tagged(&ada, "x", &["home"]).await;
        let robot = ada.makes_token(&[scope]).await;
        robot.get("/api/tags").await.is(read);
        robot.patch(&at("home"), json!({"name": "house"})).await.is(write);
    }
}
