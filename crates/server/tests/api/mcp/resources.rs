//! Resources, prompts, and what completes their arguments.

use serde_json::{Value, json};

use super::{Client, NEW, OLD};
use crate::support::TestApp;

on_both_databases! {
    tasks_are_there_to_be_read,
    arguments_are_completed_from_ones_own,
}

on_any_database! {
    prompts_have_words,
}

/// What is at an address, as JSON.
async fn read(client: &Client, uri: &str) -> Value {
    let result = client.gets("resources/read", json!({"uri": uri})).await;
    let content = &result["contents"][0];
    assert_eq!((&content["uri"], &content["mimeType"]), (&json!(uri), &json!("application/json")));
    serde_json::from_str(content["text"].as_str().expect("it is text")).expect("it is JSON")
}

async fn tasks_are_there_to_be_read(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let (id, done) = (ada.adds("x").await, ada.adds("done").await);
    ada.toggles(done).await.is(200);
    for (revision, not_found) in [(OLD, -32002), (NEW, -32602)] {
        let (hers, his) = (Client::of(&ada, revision), Client::of(&bob, revision));
        let listed = hers.gets("resources/list", json!({})).await;
        assert_eq!(listed["resources"][0]["uri"], "tasks://pending");
        let templates = hers.gets("resources/templates/list", json!({})).await;
        assert_eq!(templates["resourceTemplates"][0]["uriTemplate"], "tasks://task/{id}");
        let pending = read(&hers, "tasks://pending").await;
        assert_eq!((&pending["total"], &pending["tasks"][0]["title"]), (&json!(1), &json!("x")));
        assert_eq!(read(&hers, &format!("tasks://task/{id}")).await["title"], "x");
        assert_eq!(read(&his, "tasks://pending").await["total"], 0);
        for uri in [&format!("tasks://task/{id}"), "tasks://task/999999", "tasks://x"] {
            let (number, message) = his.fails("resources/read", json!({"uri": uri})).await;
            assert_eq!((number, message.as_str()), (not_found, "Resource not found"), "{uri}");
        }
        assert_eq!(his.fails("resources/read", json!({"uri": "file:///x"})).await.0, -32600);
    }
}

async fn arguments_are_completed_from_ones_own(test: TestApp) {
    let (ada, bob) = (test.ada().await, test.bob().await);
    let task = ada.makes(json!({"title": "x", "tags": ["Home", "work"]})).await;
    let id = task["id"].to_string();
    let completed = async |client: &Client, reference: Value, name: &str, typed: &str| {
        let argument = json!({"name": name, "value": typed});
        let params = json!({"ref": reference, "argument": argument});
        client.gets("completion/complete", params).await["completion"]["values"].clone()
    };
    let prompt = || json!({"type": "ref/prompt", "name": "plan_my_day"});
    let template = || json!({"type": "ref/resource", "uri": "tasks://task/{id}"});
    for revision in [OLD, NEW] {
        let (hers, his) = (Client::of(&ada, revision), Client::of(&bob, revision));
        assert_eq!(completed(&hers, prompt(), "tag", "ho").await, json!(["Home"]));
        assert_eq!(completed(&his, prompt(), "tag", "").await, json!([]));
        assert_eq!(completed(&hers, template(), "id", &id[..1]).await, json!([id]));
        assert_eq!(completed(&his, template(), "id", "").await, json!([]));
        assert_eq!(completed(&hers, prompt(), "other", "").await, json!([]));
    }
}

async fn prompts_have_words(test: TestApp) {
    let ada = test.ada().await;
    for revision in [OLD, NEW] {
        let client = Client::of(&ada, revision);
        let listed = client.gets("prompts/list", json!({})).await;
        let names: Vec<_> = listed["prompts"].as_array().into_iter().flatten().collect();
        assert_eq!(names.len(), 2);
        for prompt in names {
            let got = client.gets("prompts/get", json!({"name": prompt["name"]})).await;
            assert_eq!(got["messages"][0]["role"], "user", "{got}");
        }
        let params = json!({"name": "plan_my_day", "arguments": {"tag": "work"}});
        let got = client.gets("prompts/get", params).await;
        assert!(got["messages"][0]["content"]["text"].as_str().is_some_and(|t| t.contains("work")));
    }
}
