//! Loading as a whole: all problems together, defaults, precedence.

use rondo_app::{EventBus, JwtAlgorithm, Limits, MailTransport};
use rondo_store::{SqliteLocation, Synchronous};

use super::*;

const SECRET: &str = "Qm9vbSE4c2hha2FsYWthMTIzNDU2Nzg5MGFiY2Q=";
const MINIMAL: [(&str, &str); 2] =
    [("DATABASE_URL", "sqlite:///./rondo.db"), ("BETTER_AUTH_SECRET", SECRET)];

fn load(environment: &[(&str, &str)], dot_env: &str) -> Result<Config, Problems> {
    Config::load(&Source::of_pairs(environment.iter().copied(), dot_env))
}

/// The minimal configuration and these variables.
fn with(more: &[(&str, &str)]) -> Result<Config, Problems> {
    load(&[&MINIMAL[..], more].concat(), "")
}

fn config(more: &[(&str, &str)]) -> Config {
    with(more).unwrap_or_else(|problems| panic!("{problems}"))
}

fn refused(environment: &[(&str, &str)]) -> Vec<&'static str> {
    let problems = load(environment, "").expect_err("it must be refused");
    problems.list.iter().filter_map(|problem| problem.variable).collect()
}

#[test]
fn two_variables_are_enough() {
    let config = config(&[]);
    let Target::Sqlite(sqlite) = config.database else { panic!("it is SQLite") };
    assert_eq!(sqlite.location, SqliteLocation::File("./rondo.db".into()));
    assert_eq!(sqlite.synchronous, Synchronous::Full);
    assert_eq!((config.http.host.as_str(), config.http.port), ("0.0.0.0", 8000));
    assert_eq!(config.settings.public_origin, "http://localhost:8000");
    assert_eq!(config.settings.access_token_ttl_seconds, 24 * 3600);
    assert!(config.settings.registration_open && !config.settings.demo_mode);
    assert_eq!(config.settings.limits, Limits::default());
    assert_eq!(config.settings.event_bus, EventBus::Local);
    assert!(config.settings.assistant.is_none());
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn all_problems_are_told_together() {
    let environment = [
        ("BETTER_AUTH_SECRET", "changeme"),
        ("PORT", "eighty"),
        ("CORS_ORIGINS", "*"),
        ("DEMO_MODE", "maybe"),
        ("RATE_LIMIT_LOGIN_PER_ACCOUNT", "many"),
        ("LOG_LEVEL", "loud"),
        ("DB_POOL_SIZE", "0"),
        ("MAIL_URL", "mail"),
    ];
    let mut found = refused(&environment);
    found.sort_unstable();
    let mut expected: Vec<_> = environment.iter().map(|(name, _)| *name).collect();
    expected.push("DATABASE_URL");
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn the_message_says_what_was_found_and_what_is_expected() {
    let environment = [("DATABASE_URL", "postgres://ada:hush@h:x/db"), ("PORT", "eighty")];
    let dot_env = "BETTER_AUTH_SECRET=hush-hush\nnonsense\n";
    let message = load(&environment, dot_env).expect_err("it is wrong").to_string();
    for part in [
        "4 problems",
        "DATABASE_URL has a port",
        "postgres://ada:***@h:x/db (in the environment)",
        "BETTER_AUTH_SECRET is too short",
        "hidden, 9 characters (in .env, line 1)",
        ".env, line 2, cannot be read",
        "PORT is not a whole number",
        "PORT=8000",
        "`rondo secret`",
    ] {
        assert!(message.contains(part), "{part:?} is missing in:\n{message}");
    }
    assert!(!message.contains("hush"), "{message}");
}

#[test]
fn a_message_stays_on_its_lines() {
    let message = with(&[("LOG_LEVEL", "a\nb\u{1b}[31m")]).expect_err("it is wrong").to_string();
    assert!(message.contains("a\u{fffd}b\u{fffd}[31m"), "{message}");
}

#[test]
fn an_address_without_a_scheme_is_said_to_lack_it() {
    for (name, text) in [
        ("MAIL_URL", "mail.example.com"),
        ("MAIL_URL", "mail.example.com:587"),
        ("AUTH_JWKS_URL", "auth.example.com/api/auth/jwks"),
        ("BETTER_AUTH_URL", "todo.example.com:8443"),
    ] {
        let message = with(&[(name, text)]).expect_err("it lacks one").to_string();
        assert!(message.contains(&format!("{name} lacks the scheme")), "{message}");
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let dot_env = "PORT=1\nHOST=127.0.0.1\nLOG_LEVEL=debug\nNEXT_PUBLIC_X=1\n";
    let environment = [&MINIMAL[..], &[("PORT", "2"), ("LOG_LEVEL", "")]].concat();
    let config = load(&environment, dot_env).expect("both are right");
    assert_eq!(config.http.port, 2);
    assert_eq!(config.http.host, "127.0.0.1");
    assert_eq!(config.log.level, tracing::Level::INFO, "empty in the environment unsets");
}

#[test]
fn an_empty_variable_is_not_set() {
    let config = config(&[("PORT", ""), ("CORS_ORIGINS", " "), ("AUTH_JWKS_URL", "")]);
    assert_eq!(config.http.port, 8000);
    let environment = [("DATABASE_URL", " "), ("BETTER_AUTH_SECRET", "")];
    assert_eq!(refused(&environment), ["DATABASE_URL", "BETTER_AUTH_SECRET"]);
}

#[test]
fn demo_mode_is_for_sqlite() {
    let config = config(&[("DEMO_MODE", "Yes")]);
    assert!(config.settings.demo_mode && config.warnings.len() == 1);
    let environment = [("DATABASE_URL", "postgres://h/db"), ("DEMO_MODE", "1")];
    assert_eq!(refused(&environment), ["BETTER_AUTH_SECRET", "DEMO_MODE"]);
}

#[test]
fn the_public_origin_follows_the_port_and_has_no_path() {
    assert_eq!(config(&[("PORT", "9000")]).settings.public_origin, "http://localhost:9000");
    let url = ("BETTER_AUTH_URL", "https://Todo.example.com:443/api/auth/");
    assert_eq!(config(&[url]).settings.public_origin, "https://todo.example.com");
}

#[test]
fn limits_are_switched_one_by_one_or_all_at_once() {
    let one = config(&[("RATE_LIMIT_LOGIN_PER_ADDRESS", "off")]).settings.limits;
    assert_eq!(one, Limits { login_per_address: None, ..Limits::default() });
    let all = config(&[("RATE_LIMITS", "off"), ("RATE_LIMIT_LOGIN_PER_ADDRESS", "1/1m")]);
    assert_eq!(all.settings.limits, Limits::off());
}

#[test]
fn mail_is_off_until_it_has_somewhere_to_go() {
    assert!(config(&[]).settings.mail.is_none());
    let folder = ("MAIL_URL", "file:mails");
    let url = ("BETTER_AUTH_URL", "https://todo.example.com:8443/x");
    let mail = config(&[folder, url]).settings.mail.expect("it is set");
    assert_eq!(mail.transport, MailTransport::Folder("mails".into()));
    assert_eq!(mail.from.to_string(), "Rondo <rondo@todo.example.com>");
    let sender = ("MAIL_FROM", "Todo <todo@example.com>");
    let loaded = config(&[folder, sender]);
    assert_eq!(loaded.settings.mail.expect("it is set").from.to_string(), sender.1);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);

    assert_eq!(config(&[sender]).warnings, ["MAIL_FROM has no effect without MAIL_URL"]);
    let clear = config(&[("MAIL_URL", "smtp://ada:hush@mail.example.com")]);
    assert!(clear.warnings.len() == 1 && clear.warnings[0].contains("in clear"));
    assert!(!clear.warnings[0].contains("hush"));
    assert!(with(&[folder, ("MAIL_FROM", "nobody")]).is_err());
}

#[test]
fn verification_needs_mail() {
    let required = ("EMAIL_VERIFICATION", "Required");
    let refused = with(&[required]).expect_err("there is no mail").to_string();
    assert!(refused.contains("EMAIL_VERIFICATION needs mail: set MAIL_URL"), "{refused}");
    let loaded = config(&[required, ("MAIL_URL", "file:mails")]);
    assert!(loaded.settings.email_verification_required);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    // A wrong address of the mail server is one problem, not two.
    let refused = with(&[required, ("MAIL_URL", "mail")]).expect_err("it is wrong");
    assert_eq!(refused.list.len(), 1);
}

#[test]
fn our_own_keys_have_one_of_two_algorithms() {
    assert_eq!(config(&[]).settings.jwt_algorithm, JwtAlgorithm::EdDsa);
    let es256 = config(&[("AUTH_JWT_ALGORITHM", "es256")]);
    assert_eq!(es256.settings.jwt_algorithm, JwtAlgorithm::Es256);
    assert!(with(&[("AUTH_JWT_ALGORITHM", "HS256")]).is_err());
}

#[test]
fn a_pooler_without_a_direct_address_is_worth_a_warning() {
    let pooled = ("DATABASE_URL", "postgres://a:b@x-pooler.neon.tech/db");
    let direct = ("DATABASE_DIRECT_URL", "postgres://a:b@x.neon.tech/db");
    let secret = MINIMAL[1];
    let config = load(&[pooled, secret], "").expect("it is right");
    assert!(config.warnings.iter().any(|warning| warning.contains("DATABASE_DIRECT_URL")));
    assert_eq!(config.settings.event_bus, EventBus::Postgres);
    let config = load(&[pooled, direct, secret], "").expect("it is right");
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn the_event_bus_needs_its_database() {
    assert!(with(&[("EVENT_BUS", "postgres")]).is_err());
    assert_eq!(config(&[("EVENT_BUS", "AUTO")]).settings.event_bus, EventBus::Local);
}

#[test]
fn the_database_can_be_loaded_alone() {
    let source = Source::of_pairs([("DATABASE_URL", "sqlite::memory:"), ("PORT", "x")], "");
    assert!(Config::load_database(&source).is_ok());
}

#[test]
fn dev_listens_to_some_variables_only() {
    let environment = [("DATABASE_URL", "postgres://h"), ("PORT", "9"), ("HOST", "0.0.0.0")];
    let fixed = [
        (&variables::DATABASE_URL, "sqlite:x".to_owned()),
        (&variables::BETTER_AUTH_SECRET, SECRET.to_owned()),
        (&variables::HOST, "127.0.0.1".to_owned()),
    ];
    let source = Source::of_pairs(environment, "DATABASE_DIRECT_URL=nonsense\n").for_dev(&fixed);
    let config = Config::load(&source).expect("the rest is ignored");
    assert!(matches!(config.database, Target::Sqlite(_)));
    assert_eq!((config.http.host.as_str(), config.http.port), ("127.0.0.1", 9));
}

#[test]
fn no_secret_shows_in_debug_output() {
    let secrets = [
        ("DATABASE_URL", "postgres://ada:hush@h/db"),
        ("ASSISTANT_API_KEY", "hush"),
        ("OPENAI_API_KEY", "hush"),
        ("GEMINI_API_KEY", "hush"),
        ("MAIL_URL", "smtp://a:hush@h"),
        ("RONDO_TOKEN", "hush"),
        ("ASSISTANT_BASE_URL", "http://a"),
        MINIMAL[1],
    ];
    let shown = format!("{:?}", load(&secrets, "").expect("it is right"));
    assert!(!shown.contains("hush") && !shown.contains(SECRET), "{shown}");
}
