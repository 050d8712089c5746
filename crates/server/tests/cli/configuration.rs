//! Variables: missing, wrong, in `.env`, and what is said about them.

use std::net::TcpListener;

use rondo_server::config::variables;

use crate::support::{PASSWORD, Rondo, SECRET};

#[tokio::test]
async fn without_configuration_every_missing_variable_is_named_at_once() {
    let said = Rondo::bare().runs("serve").await.badly(2);
    for expected in [
        "2 problems",
        "DATABASE_URL is not set",
        "BETTER_AUTH_SECRET is not set",
        "sqlite:///./rondo.db",
        "rondo dev",
    ] {
        assert!(said.contains(expected), "{expected} is missing: {said}");
    }
}

#[tokio::test]
async fn every_wrong_variable_is_named_at_once_with_what_was_found() {
    let rondo = Rondo::bare()
        .with("DATABASE_URL", "mysql://ada:hush-hush@db/rondo")
        .with("BETTER_AUTH_SECRET", "hush-hush")
        .with("PORT", "eighty")
        .with("CORS_ORIGINS", "https://a.example,*")
        .with("ACCESS_TOKEN_TTL_HOURS", "0")
        .with("REGISTRATION", "perhaps")
        .with("DEMO_MODE", "maybe")
        .with("TRUSTED_PROXIES", "proxy")
        .with("RATE_LIMIT_LOGIN_PER_ACCOUNT", "10")
        .with("LOG_LEVEL", "loud");
    let ended = rondo.runs("serve").await;
    assert_eq!(ended.stdout, "");
    let said = ended.badly(2);
    assert!(said.contains("10 problems"), "{said}");
    for expected in [
        "DATABASE_URL",
        "BETTER_AUTH_SECRET",
        "PORT",
        "eighty",
        "CORS_ORIGINS",
        "ACCESS_TOKEN_TTL_HOURS",
        "REGISTRATION",
        "perhaps",
        "DEMO_MODE",
        "TRUSTED_PROXIES",
        "RATE_LIMIT_LOGIN_PER_ACCOUNT",
        "LOG_LEVEL",
        "loud",
    ] {
        assert!(said.contains(expected), "{expected} is missing: {said}");
    }
    assert!(!said.contains("hush"), "a secret is shown: {said}");
    assert!(said.matches("expected").count() >= 10 && said.matches("example").count() >= 10);
}

#[tokio::test]
async fn a_wrong_configuration_is_noticed_before_a_port_is_opened() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port().to_string();
    let rondo = Rondo::on_sqlite().with("PORT", &port).with("LOG_FORMAT", "xml");
    let said = rondo.runs("serve").await.badly(2);
    assert!(said.contains("LOG_FORMAT") && !said.contains("cannot listen"), "{said}");
    assert!(!rondo.folder.join("rondo.db").exists(), "the database was touched");
}

#[tokio::test]
async fn a_secret_from_an_example_is_refused() {
    for secret in ["changeme-changeme-changeme-changeme", &"x".repeat(64), "hush-hush"] {
        let rondo = Rondo::on_sqlite().with("BETTER_AUTH_SECRET", secret);
        let said = rondo.runs("serve").await.badly(2);
        assert!(said.contains("BETTER_AUTH_SECRET") && !said.contains(secret), "{said}");
    }
}

#[tokio::test]
async fn demo_mode_is_for_sqlite_only() {
    let rondo = Rondo::on("postgresql://a:b@127.0.0.1:1/c").with("DEMO_MODE", "true");
    let said = rondo.runs("serve").await.badly(2);
    assert!(said.contains("DEMO_MODE works with SQLite only"), "{said}");

    let server = Rondo::on_sqlite().with("DEMO_MODE", "true");
    let server = server.serves().await.ready().await;
    server.get("/api/tasks").await.is(200);
    assert!(server.log().contains("DEMO_MODE is on"), "{}", server.log());
}

#[tokio::test]
async fn a_file_is_read_and_the_environment_wins() {
    let rondo = Rondo::bare().with("REGISTRATION", "closed").with("HOST", "127.0.0.1");
    rondo.folder.write(
        ".env",
        &format!(
            "# settings\nDATABASE_URL=sqlite:///./from-file.db\nPORT=0\n\
             export BETTER_AUTH_SECRET='{SECRET}'\nREGISTRATION=open\nHOST=192.0.2.1\n"
        ),
    );
    let server = rondo.serves().await.ready().await;
    assert!(rondo.folder.join("from-file.db").exists());
    server.registers("ada@example.com").await.is(403);
    server.stops().await;
}

#[tokio::test]
async fn a_broken_line_of_the_file_is_named_by_its_number_only() {
    let rondo = Rondo::on_sqlite();
    rondo.folder.write(".env", "LOG_LEVEL=info\nMAIL_URL=hush hush\n");
    let said = rondo.runs("serve").await.badly(2);
    assert!(said.contains(".env, line 2") && !said.contains("hush"), "{said}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_a_clear_error() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port().to_string();
    let rondo = Rondo::on_sqlite().with("PORT", &port);
    let said = rondo.runs("serve").await.badly(1);
    for expected in ["127.0.0.1", &port, "in use", "hint:"] {
        assert!(said.contains(expected), "{expected} is missing: {said}");
    }
    let said = rondo.runs(&format!("dev --port {port}")).await.badly(1);
    assert!(said.contains(&port) && said.contains("hint:"), "{said}");
}

#[tokio::test]
async fn every_variable_is_explained_by_the_help() {
    let help = Rondo::bare().runs("serve --help").await.well();
    for variable in variables::ALL {
        assert!(help.contains(variable.name), "{} is missing: {help}", variable.name);
    }
}

#[tokio::test]
async fn limits_hold_unless_they_are_switched_off() {
    let tries = async |rondo: Rondo| {
        let server = rondo.serves().await.ready().await;
        let mut last = 0;
        for _ in 0..3 {
            last = server.login("nobody@example.com", PASSWORD).await.status;
        }
        last
    };
    let limited = || Rondo::on_sqlite().with("RATE_LIMIT_LOGIN_PER_ACCOUNT", "2/5m");
    assert_eq!(tries(limited()).await, 429);
    assert_eq!(tries(limited().with("RATE_LIMITS", "off")).await, 401);
}

#[tokio::test]
async fn a_slip_in_the_file_is_told_at_the_start_and_by_doctor() {
    let rondo = Rondo::on_sqlite();
    rondo.folder.write(".env", "CORS_ORIGIN=https://app.example.com\n");
    let meant = "did you mean CORS_ORIGINS?";
    let report = rondo.runs("doctor").await.well();
    assert!(report.contains(meant), "{report}");
    let server = rondo.serves().await.ready().await;
    assert!(server.log().contains(meant), "{}", server.log());
}
