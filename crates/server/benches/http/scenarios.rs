//! What is asked of the server, and by whom.

use std::fmt::Display;

use clap::ValueEnum;
use rondo_domain::{TaskId, UserId};
use serde_json::json;

use crate::wire::{request, with_key};

/// How many different requests a scenario has, where they differ. A prime, so
/// that no step through a list is a divisor of it.
const VARIETY: usize = 997;

/// One kind of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    Get,
    List,
    Filter,
    Post,
    Patch,
    KeyedPost,
    KeyedPatch,
    Mixed,
}

/// Somebody with a token.
pub(crate) struct Account {
    pub id: UserId,
    pub token: String,
}

/// Whom a database holds.
pub(crate) struct World {
    /// Has tasks, and reads and changes them.
    pub reader: Account,
    /// Makes new ones, so that those of the reader stay as many as they are.
    pub writer: Account,
    /// The reader's tasks.
    pub tasks: Vec<TaskId>,
}

impl Scenario {
    pub(crate) const ALL: [Self; 8] = [
        Self::Get,
        Self::List,
        Self::Filter,
        Self::Post,
        Self::Patch,
        Self::KeyedPost,
        Self::KeyedPatch,
        Self::Mixed,
    ];

    /// Four reads for each write, more lists than anything else. Interleaved,
    /// because connections step through it.
    const MIX: [Self; 10] = [
        Self::List,
        Self::Get,
        Self::Post,
        Self::List,
        Self::Get,
        Self::Filter,
        Self::List,
        Self::Patch,
        Self::Get,
        Self::List,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Get => "GET one task",
            Self::List => "GET 20 tasks with total",
            Self::Filter => "GET 20 pending tasks with offset and total",
            Self::Post => "POST a task",
            Self::Patch => "PATCH complete",
            Self::KeyedPost => "POST a task, with an Idempotency-Key",
            Self::KeyedPatch => "PATCH complete, with an Idempotency-Key",
            Self::Mixed => "mixed, 80 % reads",
        }
    }
}

impl World {
    /// The requests of a scenario, to be asked in turn.
    pub(crate) fn requests(&self, scenario: Scenario) -> Vec<Vec<u8>> {
        let count = match scenario {
            Scenario::List => 1,
            Scenario::Mixed => 10 * VARIETY,
            _ => VARIETY,
        };
        let one = |index| match scenario {
            Scenario::Mixed => self.request(Scenario::MIX[index % 10], index / 10),
            other => self.request(other, index),
        };
        (0..count).map(one).collect()
    }

    /// New tasks of the reader's own.
    pub(crate) fn posts_of_reader(&self) -> Vec<Vec<u8>> {
        (0..VARIETY).map(|index| post(&self.reader, index)).collect()
    }

    fn request(&self, scenario: Scenario, index: usize) -> Vec<u8> {
        let token = &self.reader.token;
        match scenario {
            Scenario::Get => request("GET", &self.path(index), token, None),
            Scenario::List | Scenario::Mixed => request("GET", "/api/tasks?limit=20", token, None),
            Scenario::Filter => {
                let offset = index % 25 * 20;
                let path = format!("/api/tasks?completed=false&limit=20&offset={offset}");
                request("GET", &path, token, None)
            }
            Scenario::Post => post(&self.writer, index),
            Scenario::Patch => {
                request("PATCH", &format!("{}/complete", self.path(index)), token, None)
            }
            Scenario::KeyedPost => with_key(&self.request(Scenario::Post, index)),
            Scenario::KeyedPatch => with_key(&self.request(Scenario::Patch, index)),
        }
    }

    /// The path of one of the reader's tasks; neighbors are far apart.
    fn path(&self, index: usize) -> String {
        let far = index * 7_919 * self.tasks.len().div_ceil(VARIETY) % self.tasks.len();
        format!("/api/tasks/{}", self.tasks[far])
    }
}

fn post(account: &Account, index: usize) -> Vec<u8> {
    let task = json!({ "title": title(index), "description": DESCRIPTION });
    request("POST", "/api/tasks", &account.token, Some(&task))
}

/// What tasks are called here.
pub(crate) fn title(number: impl Display) -> String {
    format!("Task number {number} to be done")
}

/// What tasks are about here.
pub(crate) const DESCRIPTION: &str =
    "A short description of about sixty characters, as people write.";
