//! What can be done: the use cases, without HTTP and without SQL.
//!
//! The REST API, the MCP server, the assistant and the command line are doors
//! to this room. A rule that only one door knows is a bug; so is a use case
//! that waits for anything slow inside a transaction.

pub mod accounts;
pub mod api_tokens;
pub mod auth;
pub mod conversations;
mod error;
pub mod input;
mod machine;
mod provision;
mod settings;
pub mod tasks;
#[cfg(test)]
mod testing;

use std::{sync::Arc, thread};

use rondo_domain::{Clock, Timestamp};
use rondo_store::Store;

use self::{
    accounts::purge::Purge,
    auth::{gate::Gate, jwt::Jwts, personal::LastUse, standing::Standing, throttle::Throttle},
};

pub use error::{Error, Invalid, Kind, Location, Refusal, Taken, Why};
pub use machine::{Random, SeededRandom, SystemClock, SystemRandom};
pub use settings::{ExternalIssuer, Limit, LimitProblem, Limits, Settings};

/// The application. Cheap to clone; all clones are the same one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What an application is made of.
pub struct Parts {
    /// Where everything is kept.
    pub store: Store,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where random bytes come from.
    pub random: Arc<dyn Random>,
    /// What the operator decided.
    pub settings: Settings,
}

pub(crate) struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    settings: Settings,
    pub jwts: Jwts,
    pub standing: Standing,
    pub last_use: LastUse,
    pub gate: Gate,
    pub throttle: Throttle,
    pub purge: Purge,
}

impl App {
    /// Puts the parts together. Touches neither database nor network.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { store, clock, random, settings } = parts;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Inner {
            store,
            clock,
            random,
            jwts: Jwts::new(&settings),
            standing: Standing::new(),
            last_use: LastUse::new(),
            gate: Gate::new(cores),
            throttle: Throttle::new(settings.limits),
            purge: Purge::new(),
            settings,
        }))
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// What the operator decided.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }
}
