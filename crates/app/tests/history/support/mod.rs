//! The stage for the tests: an application, a second one beside it on the same
//! database, and ada.
//!
//! Tests are plain functions that are given a [`World`]; the macro here lists
//! them once at the top of a file and makes a test of each on both databases.

mod state;

use std::sync::Arc;

use rondo_app::{
    App, Batch, EventBus, ExternalIssuer, IdempotencyKey, JwtAlgorithm, Limits, Once, Parts,
    PasswordCost, SeededRandom, Settings,
};
use rondo_domain::{Actor, Door, Email, FixedClock, Name, Scopes, Secret, Timestamp, User, UserId};
use rondo_store::{PostgresOptions, SqliteLocation, SqliteOptions, Store, StoreError, Target};

use crate::postgres::{Own, Place};

pub(crate) use state::{State, changes, state};

/// Makes tests that run on SQLite in memory and on PostgreSQL.
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        on_both_databases!(@ sqlite, Sqlite: $($test)+);
        on_both_databases!(@ postgres, Postgres: $($test)+);
    };
    (@ $module:ident, $engine:ident: $($test:ident)+) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let engine = $crate::support::Engine::$engine;
                    super::$test($crate::support::World::new(engine).await).await;
                }
            )+
        }
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// When the clock starts: 2026-11-21T09:30:00Z.
const START: Timestamp = match Timestamp::from_seconds(1_795_253_400) {
    Some(start) => start,
    None => panic!("a moment in 2026 is valid"),
};

pub(crate) struct World {
    /// Two processes on one database; on SQLite they share its one writer.
    pub(crate) apps: [App; 2],
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ada: Actor,
    pub(crate) engine: Engine,
    /// Goes last, and takes the schema with it.
    _place: Option<Place>,
}

impl World {
    pub(crate) async fn new(engine: Engine) -> Self {
        let (place, first, second) = match engine {
            Engine::Sqlite => {
                let store = opened(Target::Sqlite(SqliteOptions::new(SqliteLocation::Memory)));
                (None, store.clone(), store)
            }
            Engine::Postgres => {
                let place = Place::create(Own::Schema).await;
                let (first, second) = (opened(target(&place)), opened(target(&place)));
                (Some(place), first, second)
            }
        };
        for store in [&first, &second] {
            store.prepare().await.expect("the database of a test is there");
        }
        let clock = Arc::new(FixedClock::new(START));
        let apps = [(first, 1), (second, 2)].map(|(store, seed)| app(store, &clock, seed));
        let ada = user(&apps[0], "ada").await;
        Self { apps, clock, ada, engine, _place: place }
    }

    /// The same people and tasks, with other settings in both processes.
    pub(crate) fn with(mut self, change: impl Fn(&mut Settings)) -> Self {
        for (app, seed) in self.apps.iter_mut().zip(3..) {
            let (store, clock) = (app.store().clone(), self.clock.clone());
            let mut settings = app.settings().clone();
            change(&mut settings);
            let random = Arc::new(SeededRandom::new(seed));
            let password_cost = PasswordCost::Least;
            *app = App::new(Parts { store, clock, random, settings, password_cost });
        }
        self
    }

    /// The first of the two processes.
    pub(crate) const fn app(&self) -> &App {
        &self.apps[0]
    }

    /// What ada does next.
    pub(crate) fn batch(&self, app: &App) -> Batch {
        Batch::new(app, &self.ada)
    }

    /// The same under a key.
    pub(crate) fn keyed(&self, app: &App, key: &str) -> Batch {
        let key = IdempotencyKey::parse(key).expect("a test key is valid");
        self.batch(app).once(Once::new(key, "POST", "/", b""))
    }
}

fn opened(target: Target) -> Store {
    Store::open(target).expect("the address of a test's database can be read")
}

fn target(place: &Place) -> Target {
    let mut options = PostgresOptions::new(Secret::new(place.url()));
    (options.pool_size, options.max_overflow) = (2, 6);
    Target::Postgres(options)
}

fn app(store: Store, clock: &Arc<FixedClock>, seed: u64) -> App {
    let settings = Settings {
        secret: Secret::new("a secret for tests, of 32 characters or more".to_owned()),
        access_token_ttl_seconds: 3600,
        registration_open: true,
        demo_mode: false,
        public_origin: "http://localhost:8000".to_owned(),
        external: ExternalIssuer::default(),
        jwt_algorithm: JwtAlgorithm::default(),
        email_verification_required: false,
        mail: None,
        assistant: None,
        limits: Limits::off(),
        event_bus: EventBus::Local,
        trash_days: 30,
    };
    App::new(Parts {
        store,
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(seed)),
        settings,
        password_cost: PasswordCost::Least,
    })
}

/// An account made behind the application's back.
async fn user(app: &App, name: &str) -> Actor {
    let user = User {
        id: UserId::parse(name).expect("a test id is valid"),
        email: Some(Email::parse(&format!("{name}@example.com")).expect("a test address")),
        name: Name::default(),
        email_verified: false,
        image: None,
        created_at: START,
        updated_at: START,
    };
    let user_id = user.id.clone();
    let stored: Result<(), StoreError> =
        app.store().write(move |txn| async move { txn.insert_user(&user, None).await }).await;
    stored.expect("a test's own write succeeds");
    Actor { user_id, door: Door::Session, scopes: Scopes::FULL, token_name: None }
}
