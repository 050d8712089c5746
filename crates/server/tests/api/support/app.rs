//! An application for one test: the real router, a clock that stands still,
//! chance that repeats itself, no limits.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering::SeqCst},
};

use rondo_app::{
    App, EventBus, ExternalIssuer, JwtAlgorithm, Limits, MailRunner, Parts, PasswordCost,
    SeededRandom, Settings,
};
use rondo_domain::{Clock, Email, FixedClock, Name, Secret, Timestamp, User, UserId};
use rondo_server::{HttpService, HttpSettings, Readiness};
use rondo_store::{Store, StoreError, Target, Txn};
use serde_json::json;

use super::{
    Answer, Database, Person,
    token::{self, SECRET, at, sign},
};

/// When the clock starts: 2026-11-21T09:30:00Z.
pub(crate) const START: Timestamp = match Timestamp::from_seconds(1_795_253_400) {
    Some(start) => start,
    None => panic!("a moment in 2026 is valid"),
};
/// A day, in seconds.
pub(crate) const DAY: i64 = 86_400;
/// Ada's address.
pub(crate) const ADA: &str = "ada@example.com";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// The password's hash at the lowest cost: most tests are not about it and
/// would wait.
const PASSWORD_HASH: &str = "$2b$04$rondotestsrondotestsr.1QoyGPrvjbdTWGHjeUUiMGWsNZsvuO2";

/// What an operator may decide, before the start.
pub(crate) struct Setup {
    pub(crate) settings: Settings,
    pub(crate) http: HttpSettings,
    /// Where chance begins: two replicas must not draw the same.
    pub(crate) seed: u64,
}

impl Default for Setup {
    fn default() -> Self {
        let settings = Settings {
            secret: Secret::new(SECRET.to_owned()),
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
        Self { settings, http: HttpSettings::default(), seed: 1 }
    }
}

/// A running application, and the people who use it.
pub(crate) struct TestApp {
    pub(crate) store: Store,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) readiness: Readiness,
    pub(crate) service: HttpService,
    pub(crate) database: Database,
    /// Sends the mails for as long as the application is there.
    _mail: MailRunner,
}

impl TestApp {
    pub(crate) async fn new(database: &Database) -> Self {
        Self::with(database, |_| ()).await
    }

    /// The same after a change of the settings.
    pub(crate) async fn with(database: &Database, change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup::default();
        change(&mut setup);
        let app = Self::unprepared(database, database.target(), setup);
        app.store.prepare().await.expect("the database of a test is there");
        app
    }

    /// The same on a database that has not been reached yet.
    pub(crate) fn unprepared(database: &Database, target: Target, setup: Setup) -> Self {
        let store = Store::open(target).expect("the address of a test's database can be read");
        let clock = Arc::new(TestClock::new());
        let readiness = Readiness::new();
        let parts = Parts {
            store: store.clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SeededRandom::new(setup.seed)),
            settings: setup.settings,
            password_cost: PasswordCost::Least,
        };
        let app = App::new(parts);
        let mail = app.start_mail();
        let service = rondo_server::build(app, setup.http, readiness.clone());
        Self { store, clock, readiness, service, database: database.clone(), _mail: mail }
    }

    /// Ada, who has an account.
    pub(crate) async fn ada(&self) -> Person {
        self.member("ada").await
    }

    /// Bob, who has an account too.
    pub(crate) async fn bob(&self) -> Person {
        self.member("bob").await
    }

    /// Somebody with an account, whose id is their name, and a token.
    pub(crate) async fn member(&self, name: &str) -> Person {
        self.add(name, Some(Secret::new(PASSWORD_HASH.to_owned()))).await;
        self.stranger(name)
    }

    /// The same with an account that has no password.
    pub(crate) async fn guest(&self, name: &str) -> Person {
        self.add(name, None).await;
        self.stranger(name)
    }

    async fn add(&self, name: &str, hash: Option<Secret<String>>) {
        let id = UserId::parse(name).expect("a test's name is an id");
        let email = Email::parse(&format!("{name}@example.com")).expect("this is an address");
        let user = User {
            id,
            email: Some(email),
            name: Name::default(),
            email_verified: false,
            image: None,
            created_at: START,
            updated_at: START,
        };
        self.write(move |txn| async move { txn.insert_user(&user, hash.as_ref()).await }).await;
    }

    /// Somebody with a token that another program made; they have no row here.
    pub(crate) fn stranger(&self, id: &str) -> Person {
        self.holder_of(id, &token::token_of(id))
    }

    /// Somebody without a token.
    pub(crate) fn nobody(&self) -> Person {
        Person::new("nobody", None, self.service.clone())
    }

    /// Somebody whose token was good until an hour ago.
    pub(crate) fn expired(&self, id: &str) -> Person {
        let token = sign(&json!({"sub": id, "iat": at(-7200), "exp": at(-3600)}));
        self.holder_of(id, &token)
    }

    /// What a browser without cookies gets that follows a link.
    pub(crate) async fn follows(&self, target: &str) -> Answer {
        self.nobody().get(target).await
    }

    /// Whoever shows this token.
    pub(crate) fn holder_of(&self, id: &str, token: &str) -> Person {
        Person::new(id, Some(token), self.service.clone())
    }

    /// Changes the database behind the door.
    pub(crate) async fn write<T, F, Fut>(&self, body: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<T, StoreError>> + Send,
    {
        self.store.write(body).await.expect("a test's own write succeeds")
    }
}

/// A clock that stands still until it is moved, and can break.
pub(crate) struct TestClock {
    fixed: FixedClock,
    is_broken: AtomicBool,
    is_ticking: AtomicBool,
    looks: AtomicI64,
}

impl TestClock {
    const fn new() -> Self {
        Self {
            fixed: FixedClock::new(START),
            is_broken: AtomicBool::new(false),
            is_ticking: AtomicBool::new(false),
            looks: AtomicI64::new(0),
        }
    }

    pub(crate) fn advance_seconds(&self, seconds: i64) {
        self.fixed.advance_seconds(seconds);
    }

    /// From now on a microsecond passes between one look and the next.
    pub(crate) fn tick(&self) {
        self.is_ticking.store(true, SeqCst);
    }

    /// Whoever asks for the time from now on panics.
    pub(crate) fn break_down(&self) {
        self.is_broken.store(true, SeqCst);
    }

    /// It goes again.
    pub(crate) fn repair(&self) {
        self.is_broken.store(false, SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        assert!(!self.is_broken.load(SeqCst), "the clock of this test is broken");
        let look = i64::from(self.is_ticking.load(SeqCst));
        self.fixed.now().plus_micros(self.looks.fetch_add(look, SeqCst))
    }
}
