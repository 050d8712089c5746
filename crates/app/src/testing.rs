//! An application for tests: a database in memory, a clock that stands still,
//! chance that repeats itself, and people called ada and bob.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rondo_domain::{
    Actor, Conversation, Door, Email, FixedClock, Name, Scopes, Secret, SessionId, Timestamp, User,
    UserId,
};
use rondo_store::{Session, SqliteLocation, SqliteOptions, Store, StoreError, Target, Txn};
use serde_json::Value;

use crate::{
    App, Batch, EventBus, ExternalIssuer, IdempotencyKey, JwtAlgorithm, Limits, Once, Parts,
    PasswordCost, SeededRandom, Settings,
    accounts::{self, LoggedIn, sessions::Device},
    auth::{self, Authenticated, fingerprint::fingerprint},
    error::Error,
    input,
};

/// When the clock starts: 2026-11-21T09:30:00Z.
pub(crate) const NOW: Timestamp = match Timestamp::from_seconds(1_795_253_400) {
    Some(now) => now,
    None => panic!("a moment in 2026 is valid"),
};
/// How long access tokens live here: an hour.
pub(crate) const TTL_SECONDS: i64 = 3600;
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";
const SECRET: &str = "a secret for tests, of 32 characters or more";

/// Somebody else who listens to the log, to be kept as long as a test does. With
/// one listener alone, `tracing` asks whichever test comes to a line first
/// whether anybody wants it, and remembers a no for all.
pub(crate) fn second_listener() -> tracing::Dispatch {
    tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish())
}

pub(crate) struct TestApp {
    pub app: App,
    pub clock: Arc<FixedClock>,
}

impl TestApp {
    /// Open doors, no limits.
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// The same after a change of the settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            secret: Secret::new(SECRET.to_owned()),
            access_token_ttl_seconds: TTL_SECONDS,
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
        change(&mut settings);
        let target = Target::Sqlite(SqliteOptions::new(SqliteLocation::Memory));
        let store = Store::open(target).expect("opening touches nothing");
        store.prepare().await.expect("memory is always there");
        let clock = Arc::new(FixedClock::new(NOW));
        let random = Arc::new(SeededRandom::new(1));
        let password_cost = PasswordCost::Least;
        let parts = Parts { store, clock: clock.clone(), random, settings, password_cost };
        Self { app: App::new(parts), clock }
    }

    /// Another process on the same database, under the same clock.
    pub fn replica(&self, seed: u64, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.app.settings().clone();
        change(&mut settings);
        let (store, clock) = (self.app.store().clone(), self.clock.clone());
        let random = Arc::new(SeededRandom::new(seed));
        let password_cost = PasswordCost::Least;
        let parts = Parts { store, clock: clock.clone(), random, settings, password_cost };
        Self { app: App::new(parts), clock }
    }

    /// An account made behind the application's back, with a hash that costs
    /// nothing: the id is the name.
    pub async fn add_user(&self, name: &str) -> User {
        let hash = bcrypt::hash_with_salt(PASSWORD, PasswordCost::Least.rounds(), [7; 16])
            .expect("it is a cost");
        self.add_user_with_hash(name, &hash.to_string()).await
    }

    pub async fn add_user_with_hash(&self, name: &str, hash: &str) -> User {
        let user = User {
            id: id(name),
            email: Some(email(name)),
            name: Name::default(),
            email_verified: false,
            image: None,
            created_at: NOW,
            updated_at: NOW,
        };
        let (stored, hash) = (user.clone(), Secret::new(hash.to_owned()));
        self.write(move |txn| async move { txn.insert_user(&stored, Some(&hash)).await }).await;
        user
    }

    /// An account, and the actor it is after a login.
    pub async fn user(&self, name: &str) -> Actor {
        let user = self.add_user(name).await;
        actor(user.id)
    }

    /// An account, and what its owner shows after a login.
    pub async fn logged_in(&self, name: &str) -> Authenticated {
        self.add_user(name).await;
        let made = self.login(name, PASSWORD).await.expect("the password is right");
        self.authenticate(made.access_token.expose()).await.expect("the token is good")
    }

    pub async fn add_conversation(&self, owner: &Actor) -> Conversation {
        let owner = owner.user_id.clone();
        self.write(move |txn| async move { txn.insert_conversation(&owner, NOW).await }).await
    }

    pub async fn write<T, F, Fut>(&self, body: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, StoreError>> + Send,
    {
        self.app.store().write(body).await.expect("a test's own write succeeds")
    }

    pub async fn read<T, F, Fut>(&self, body: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, StoreError>> + Send,
    {
        self.app.store().read(body).await.expect("a test's own read succeeds")
    }

    pub async fn login(&self, name: &str, password: &str) -> Result<LoggedIn, Error> {
        let body = serde_json::json!({
            "email": email(name).as_str(),
            "password": password,
        });
        accounts::login(&self.app, &device(), input::credentials(body)?).await
    }

    /// What an actor does next.
    pub fn batch(&self, actor: &Actor) -> Batch {
        Batch::new(&self.app, actor)
    }

    /// The same under a key; whatever has this key is the same request.
    pub fn keyed(&self, actor: &Actor, key: &str) -> Batch {
        let key = IdempotencyKey::parse(key).expect("a test key is valid");
        self.batch(actor).once(Once::new(key, "POST", "/", b""))
    }

    /// A token with these claims, signed with the shared secret.
    pub fn sign(&self, claims: &Value) -> String {
        let key = EncodingKey::from_secret(self.app.settings().secret.expose().as_bytes());
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).expect("JSON is signed")
    }

    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, Error> {
        auth::authenticate(&self.app, token).await
    }

    /// What the holder of a token hears: their user id, or a sentence.
    pub async fn hello(&self, token: &str) -> String {
        match self.authenticate(token).await {
            Ok(authenticated) => authenticated.actor.user_id.to_string(),
            Err(error) => error.to_string(),
        }
    }
}

pub(crate) fn id(name: &str) -> UserId {
    UserId::parse(name).expect("a test id is valid")
}

pub(crate) fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.com")).expect("a test address is valid")
}

/// Where everybody signs in from.
pub(crate) fn device() -> Device {
    let address = "192.0.2.1".parse().expect("this is an address");
    Device { address, user_agent: "a browser".to_owned() }
}

/// A session that began when the clock did.
pub(crate) fn session(owner: &UserId, session: &str, expires_at: Timestamp) -> Session {
    let token = format!("{session} of {owner}");
    Session {
        id: SessionId::new(session).expect("a test id is valid"),
        user_id: owner.clone(),
        token_hash: fingerprint(token.as_bytes()),
        sealed_token: Vec::new(),
        remembered: false,
        ip_address: String::new(),
        user_agent: String::new(),
        created_at: NOW,
        updated_at: NOW,
        expires_at,
    }
}

pub(crate) fn actor(user_id: UserId) -> Actor {
    Actor { user_id, door: Door::Session, scopes: Scopes::FULL, token_name: None }
}
