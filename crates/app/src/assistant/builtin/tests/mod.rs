//! What the built-in assistant says and does. It is Saturday, 21 November 2026,
//! half past nine.

mod asking;
mod doing;
mod many;
mod showing;

use rondo_domain::{Actor, UserSettings};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::Instant};

use super::*;
use crate::{
    assistant::calls::{Calls, Reporter},
    testing::TestApp,
    tools,
};

/// A conversation of ada's.
struct Chat {
    test: TestApp,
    ada: Actor,
    settings: UserSettings,
    state: ConversationState,
    is_first: bool,
}

/// An answer, and the calls of tools that led to it.
struct Said {
    text: String,
    calls: Vec<(String, Value)>,
}

impl Chat {
    /// With six tasks: the groceries, mom, the rent, the report, the meeting,
    /// and the library card, which is renewed.
    async fn new() -> Self {
        let mut chat = Self::empty().await;
        for (title, due) in [
            ("Buy groceries", None),
            ("Call mom", None),
            ("Pay rent", Some("2026-12-01")),
            ("Write report", Some("2026-11-19")),
            ("Team meeting", None),
            ("Renew library card", None),
        ] {
            chat.add(json!({"title": title, "due_date": due})).await;
        }
        chat.tool("complete_task", json!({"task_id": 6})).await;
        chat.is_first = false;
        chat
    }

    async fn empty() -> Self {
        let test = TestApp::new().await;
        let ada = test.user("ada").await;
        let (settings, state) = (UserSettings::default(), ConversationState::default());
        Self { test, ada, settings, state, is_first: true }
    }

    async fn add(&self, task: Value) -> i64 {
        self.tool("add_task", task).await["task_id"].as_i64().expect("a number")
    }

    async fn tool(&self, name: &str, arguments: Value) -> Value {
        let batch = self.test.batch(&self.ada);
        tools::call(&self.test.app, &batch, name, &arguments).await.expect("a test's own call")
    }

    async fn say(&mut self, message: &str) -> Said {
        // Nobody listens, and the turn goes on.
        let (sender, _) = mpsc::channel(1);
        let deadline = Instant::now() + std::time::Duration::from_mins(1);
        let (_, stopped) = tokio::sync::watch::channel(false);
        let reporter = Reporter { sender, deadline, is_kept: true, stopped };
        let batch = self.test.batch(&self.ada);
        let mut calls = Calls::new(self.test.app.clone(), batch, reporter);
        let mut turn = BuiltinTurn {
            app: &self.test.app,
            message,
            is_first: std::mem::take(&mut self.is_first),
            settings: &self.settings,
            calls: &mut calls,
            state: &mut self.state,
        };
        let text = answer(&mut turn).await.expect("the turn is not halted");
        if let Some(batch_id) = calls.batch_id() {
            self.state.did(&batch_id);
        }
        let receipts = calls.receipts().iter();
        let calls = receipts.map(|receipt| &receipt.call);
        let calls = calls.map(|call| (call.tool_name.clone(), call.arguments.clone())).collect();
        Said { text, calls }
    }

    /// The calls that a message leads to, looking up left aside.
    async fn does(&mut self, message: &str) -> Vec<(String, Value)> {
        let mut said = self.say(message).await;
        said.calls.retain(|(tool, _)| tool != "list_tasks");
        said.calls
    }

    /// The answer to a message that changes nothing.
    async fn hears(&mut self, message: &str) -> String {
        let said = self.say(message).await;
        let reads = ["list_tasks", "get_task"];
        let is_read = |(tool, _): &(String, Value)| reads.contains(&tool.as_str());
        assert!(said.calls.iter().all(is_read), "{message}: {:?}", said.calls);
        said.text
    }

    async fn titles(&self) -> Vec<String> {
        let page = self.tool("list_tasks", json!({})).await;
        let tasks = page["tasks"].as_array().expect("a list");
        tasks.iter().map(|task| task["title"].as_str().expect("a title").to_owned()).collect()
    }
}

fn call(tool: &str, arguments: Value) -> (String, Value) {
    (tool.to_owned(), arguments)
}
