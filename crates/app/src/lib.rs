//! What can be done: the use cases, without HTTP and without SQL.
//!
//! The REST API, the MCP server, the assistant and the command line are doors
//! to this room. A rule that only one door knows is a bug; so is a use case
//! that waits for anything slow inside a transaction.

pub mod accounts;
pub mod api_tokens;
pub mod assistant;
pub mod auth;
mod batch;
pub mod confirmations;
pub mod conversations;
mod error;
pub mod events;
pub mod history;
pub mod import;
pub mod input;
mod machine;
pub mod mail;
mod provision;
mod purge;
mod settings;
pub mod tags;
pub mod tasks;
#[cfg(test)]
mod testing;
pub mod tools;
pub mod user_settings;

use std::{sync::Arc, thread};

use rondo_domain::{Clock, Timestamp};
use rondo_store::Store;

use self::{
    assistant::Model,
    auth::{
        gate::Gate, jwt::Jwts, jwt::own::OwnKeys, keyring::Keyring, meter::Meter, password,
        password::Pace, personal::LastUse, session_token::SessionTokens, standing::Standing,
        throttle::Throttle,
    },
    events::Events,
    history::Sweeper,
    mail::Mailer,
    purge::Purge,
};

pub use assistant::probe_model;
pub use batch::{Batch, Done, IdempotencyKey, Once};
pub use error::{Error, InTheWay, Invalid, Kind, Location, PathPart, Refusal, Taken, Why};
pub use machine::{Random, SeededRandom, SystemClock, SystemRandom};
pub use mail::{MailRunner, probe as probe_mail};
pub use settings::{
    Encryption, EventBus, ExternalIssuer, JwtAlgorithm, Limit, LimitProblem, Limits, MailSettings,
    MailTransport, ModelSettings, Sender, Settings, SmtpServer, TokenField,
};
pub use tasks::{IfMatch, Target};

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
    /// What new hashes of passwords cost.
    pub password_cost: PasswordCost,
}

/// What a hash of a password costs. What was stored at another cost counts as
/// imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordCost {
    /// Enough to keep those busy who have stolen the hash.
    #[default]
    Full,
    /// As little as possible: for tests, most of which are not about hashes.
    Least,
}

impl PasswordCost {
    /// The cost as bcrypt counts it.
    const fn rounds(self) -> u32 {
        match self {
            Self::Full => password::COST,
            Self::Least => 4,
        }
    }
}

pub(crate) struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    settings: Settings,
    pub keyring: Keyring,
    pub jwts: Jwts,
    pub own_keys: OwnKeys,
    pub session_tokens: SessionTokens,
    pub standing: Standing,
    pub last_use: LastUse,
    pub gate: Gate,
    /// What a hash of ours costs.
    pub password_cost: u32,
    pub pace: Pace,
    pub throttle: Throttle,
    pub meter: Meter,
    pub mailer: Mailer,
    /// `None`: the built-in assistant answers in the chat.
    pub model: Option<Model>,
    pub purge: Purge,
    pub events: Events,
    pub sweeper: Sweeper,
}

impl App {
    /// Puts the parts together. Touches neither database nor network.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { store, clock, random, settings, password_cost } = parts;
        let mailer = Mailer::new();
        let events = Events::new(&store, settings.event_bus, &*random);
        let model = settings.assistant.as_ref();
        let model = model.map(|model| Model::new(model, Arc::clone(&random)));
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Inner {
            store,
            clock,
            random,
            keyring: Keyring::new(&settings.secret),
            jwts: Jwts::new(&settings),
            own_keys: OwnKeys::new(),
            session_tokens: SessionTokens::new(),
            standing: Standing::new(),
            last_use: LastUse::new(),
            gate: Gate::new(cores),
            password_cost: password_cost.rounds(),
            pace: Pace::new(),
            throttle: Throttle::new(settings.limits),
            meter: Meter::new(),
            purge: Purge::new(mailer.clone()),
            mailer,
            model,
            events,
            sweeper: Sweeper::new(),
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
