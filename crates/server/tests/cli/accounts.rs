//! `rondo user`, beside a server that runs.

use crate::{
    postgres::{Own, Place},
    support::{PASSWORD, Rondo, until},
};

const ADD: &str = "user add ada@example.com --name Ada --password-stdin";

async fn accounts_are_managed_beside_a_server(rondo: &Rondo) {
    let server = rondo.serves().await.ready().await;
    assert!(rondo.runs("user list").await.well().contains("no accounts"));
    let added = rondo.runs_with(ADD, &format!("{PASSWORD}\n")).await.well();
    assert!(added.starts_with("added ada@example.com"), "{added}");
    let list = rondo.runs("user list").await.well();
    assert!(list.contains("ada@example.com") && list.contains("Ada"), "{list}");
    assert!(!list.contains("$2b$"), "{list}");
    let token = server.token_of("ada@example.com").await;
    server.adds(&token, "x").await;

    let replaced = "user set-password Ada@Example.com --password-stdin";
    let said = rondo.runs_with(replaced, "another horse battery").await.well();
    assert!(said.contains("within five seconds"), "{said}");
    server.login("ada@example.com", PASSWORD).await.is(401);
    server.login("ada@example.com", "another horse battery").await.is(200);
    until("the old login has ended", 5, async || {
        server.asks("GET /api/tasks", Some(&token), None).await.status == 401
    })
    .await;

    let said = rondo.runs("user delete ada@example.com").await.badly(2);
    assert!(said.contains("this deletes ada@example.com") && said.contains("--yes"), "{said}");
    rondo.runs("user delete ada@example.com --yes").await.well();
    server.login("ada@example.com", "another horse battery").await.is(401);
    assert!(rondo.runs("user list").await.well().contains("no accounts"));
    server.stops().await;
}

#[tokio::test]
async fn accounts_are_managed_beside_a_server_on_sqlite() {
    accounts_are_managed_beside_a_server(&Rondo::on_sqlite()).await;
}

#[tokio::test]
async fn accounts_are_managed_beside_a_server_on_postgresql() {
    let place = Place::create(Own::Schema).await;
    accounts_are_managed_beside_a_server(&Rondo::on(&place.url())).await;
}

#[tokio::test]
async fn the_operator_is_held_to_the_rules_for_accounts() {
    let rondo = Rondo::on_sqlite().with("REGISTRATION", "closed");
    rondo.runs_with(ADD, PASSWORD).await.well();
    let said = rondo.runs_with(ADD, PASSWORD).await.badly(1);
    assert!(said.contains("already") && said.contains("set-password"), "{said}");
    for (arguments, password, code, expected) in [
        ("user add bob@example.com --password-stdin", "short", 1, "at least 8 characters"),
        ("user add bob@example.com --password-stdin", "password", 1, "password:"),
        ("user add bob@example.com --password-stdin", "one\ntwo", 2, "one line"),
        ("user add bob@example.com --password-stdin", "", 2, "one line"),
        ("user add bob --password-stdin", PASSWORD, 2, "`bob`"),
        ("user set-password bob@example.com --password-stdin", PASSWORD, 1, "no account"),
        ("user delete bob@example.com --yes", "", 1, "no account"),
    ] {
        let said = rondo.runs_with(arguments, password).await.badly(code);
        assert!(said.contains(expected), "{arguments}: {said}");
        assert!(!said.contains(PASSWORD), "{said}");
    }
    assert_eq!(rondo.runs("user list").await.well().lines().count(), 2);
}

#[tokio::test]
async fn a_password_is_no_argument() {
    let ended = Rondo::on_sqlite().runs("user add ada@example.com correct-horse-battery").await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("unexpected argument"), "{}", ended.stderr);
}

#[tokio::test]
async fn an_operator_needs_the_database_and_no_secret() {
    let rondo = Rondo::bare().with("DATABASE_URL", "sqlite:///./rondo.db");
    rondo.runs_with(ADD, PASSWORD).await.well();
    assert!(rondo.runs("user list").await.well().contains("ada@example.com"));
    rondo.runs("token create ada@example.com --name ci --scope read").await.with_code(0);
}

async fn an_older_schema_is_left_alone(rondo: &Rondo) {
    rondo.runs_with(ADD, PASSWORD).await.well();
    rondo.runs("migrate down --yes").await.well();
    for arguments in ["user list", "token list ada@example.com"] {
        let said = rondo.runs(arguments).await.badly(1);
        for expected in ["older than this program (1 migration pending)", "rondo migrate up"] {
            assert!(said.contains(expected), "{arguments}: {expected} is missing: {said}");
        }
    }
    assert!(rondo.runs("migrate status").await.well().contains("pending"));
    rondo.runs("migrate up").await.well();
    assert!(rondo.runs("user list").await.well().contains("ada@example.com"));
}

#[tokio::test]
async fn an_older_schema_is_left_alone_on_sqlite() {
    an_older_schema_is_left_alone(&Rondo::on_sqlite()).await;
}

#[tokio::test]
async fn an_older_schema_is_left_alone_on_postgresql() {
    let place = Place::create(Own::Schema).await;
    an_older_schema_is_left_alone(&Rondo::on(&place.url())).await;
}

#[tokio::test]
async fn a_database_that_is_away_is_named_without_its_password() {
    let away = Rondo::on("postgresql://ada:hush-hush@127.0.0.1:1/rondo");
    let said = away.runs("user list").await.badly(1);
    assert!(said.contains("127.0.0.1:1 ") && said.contains("is PostgreSQL running"), "{said}");
    assert!(!said.contains("hush"), "{said}");
    let other = Rondo::on_sqlite();
    other.folder.write("rondo.db", "Not a database, and long enough to be looked at as one.");
    let said = other.runs("user list").await.badly(1);
    assert!(said.contains("rondo.db") && said.contains("something else"), "{said}");
    let report = other.runs("doctor").await.with_code(1).stdout;
    assert!(!report.contains("chmod"), "{report}");
}
