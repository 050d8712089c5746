//! `rondo import tasks`: what people had in the Python server is here.

use serde_json::{Value, json};

use super::{Source, better_auth, figures, table};
use crate::{
    postgres::{Own, Place},
    support::{Rondo, Server},
};

/// As `SQLModel` makes it on PostgreSQL: moments without a zone, an
/// enumeration's names.
const POSTGRES: &str = "
    create type messagerole as enum ('USER', 'ASSISTANT');
    create table task (
        id serial primary key, user_id varchar not null, title varchar(200) not null,
        description varchar(1000), completed boolean not null, priority varchar,
        created_at timestamp not null, updated_at timestamp not null
    );
    create table conversation (
        id serial primary key, user_id varchar not null,
        created_at timestamp not null, updated_at timestamp not null
    );
    create table message (
        id serial primary key, user_id varchar not null,
        conversation_id integer not null references conversation (id),
        role messagerole not null, content text not null, created_at timestamp not null
    );
";

/// The same on SQLite, where moments are text.
const SQLITE: &str = "
    create table task (
        id integer not null primary key, user_id varchar not null, title varchar(200) not null,
        description varchar(1000), completed boolean not null, priority varchar,
        created_at datetime not null, updated_at datetime not null
    );
    create table conversation (
        id integer not null primary key, user_id varchar not null,
        created_at datetime not null, updated_at datetime not null
    );
    create table message (
        id integer not null primary key, user_id varchar not null, conversation_id integer not null,
        role varchar(9) not null, content text not null, created_at datetime not null
    );
";

/// What is in either.
const ROWS: &str = "
    insert into task values
        (3, 'Hs7dAda', 'Buy milk', 'oat', false, 'high', '2026-01-01 10:00:00.123456', '2026-01-01 10:00:00.123456'),
        (7, 'Hs7dAda', 'Buy tea', null, true, null, '2026-01-02 10:00:00', '2026-01-03 10:00:00'),
        (8, 'Hs7dBob', 'Write', null, false, null, '2026-01-02 10:00:00', '2026-01-02 10:00:00'),
        (9, 'Hs7dBob', '   ', null, false, null, '2026-01-02 10:00:00', '2026-01-02 10:00:00');
    insert into conversation values (4, 'Hs7dAda', '2026-01-01 10:00:00', '2026-01-01 10:05:00');
    insert into message values
        (11, 'Hs7dAda', 4, 'USER', 'Hello', '2026-01-01 10:00:00'),
        (12, 'Hs7dAda', 4, 'ASSISTANT', 'Yes?', '2026-01-01 10:05:00');
";

async fn task(server: &Server, token: &str, number: i64) -> Value {
    server.asks(&format!("GET /api/tasks/{number}"), Some(token), None).await.is(200).json()
}

/// Brings the tasks, in a rehearsal first, and then the accounts of their
/// owners.
async fn brings_everything(rondo: &Rondo, source: &Source) {
    rondo.runs("migrate up").await.well();
    let rehearsed = rondo.runs(&source.import("tasks", "--dry-run")).await.well();
    let brought = rondo.runs(&source.import("tasks", "")).await.well();
    assert_eq!(table(&rehearsed), table(&brought));
    assert_eq!(figures(&brought, "task"), [4, 3, 0, 0, 1]);
    assert_eq!(figures(&brought, "conversation"), [1, 1, 0, 0, 0]);
    assert_eq!(figures(&brought, "message"), [2, 2, 0, 0, 0]);
    for expected in [
        "1 row: a text that must not be empty is blank",
        "- 9 (user Hs7dBob)",
        "2 owners: without an account here",
        "task: priority (1)",
    ] {
        assert!(brought.contains(expected), "{expected} is missing: {brought}");
    }
    let users = Source::file(&rondo.folder, "auth.db");
    users.fill(better_auth::UPSTREAM_SQLITE).await;
    let completed = rondo.runs(&users.import("better-auth", "")).await.well();
    assert_eq!(figures(&completed, "user"), [3, 1, 2, 0, 0]);
}

async fn everything_is_there_after_a_login(rondo: &Rondo, source: &Source) {
    brings_everything(rondo, source).await;
    let server = rondo.serves().await.ready().await;
    let token = server.token_of("ada@example.com").await;
    assert_eq!(server.titles(&token).await, ["Buy tea", "Buy milk"]);
    let milk = task(&server, &token, 3).await;
    assert_eq!(milk["description"], "oat");
    assert_eq!(milk["created_at"], "2026-01-01T10:00:00.123Z");
    let tea = task(&server, &token, 7).await;
    assert_eq!(tea["completed"], true);
    assert_eq!(tea["updated_at"], "2026-01-03T10:00:00.000Z");
    server.asks("GET /api/tasks/8", Some(&token), None).await.is(403);
    let shown = server.asks("GET /api/conversations/4", Some(&token), None).await.is(200).json();
    assert!(shown.to_string().contains("Yes?"), "{shown}");

    let made = json!({"title": "new"});
    let made = server.asks("POST /api/tasks", Some(&token), Some(made)).await.is(201).json();
    assert_eq!(made["id"], 10, "above everything that was brought");
    let again = rondo.runs(&source.import("tasks", "")).await.well();
    assert_eq!(figures(&again, "task"), [4, 0, 0, 3, 1]);
    assert_eq!(figures(&again, "message"), [2, 0, 0, 2, 0]);
    server.stops().await;
}

#[tokio::test]
async fn tasks_of_a_postgresql_database_are_there_on_sqlite() {
    let source = Source::server().await;
    source.fill(POSTGRES).await;
    source.fill(ROWS).await;
    everything_is_there_after_a_login(&Rondo::on_sqlite(), &source).await;
}

#[tokio::test]
async fn tasks_of_a_sqlite_file_are_there_on_postgresql() {
    let place = Place::create(Own::Schema).await;
    let rondo = Rondo::on(&place.url());
    let source = Source::file(&rondo.folder, "todo.db");
    source.fill(SQLITE).await;
    source.fill(ROWS).await;
    everything_is_there_after_a_login(&rondo, &source).await;
}

#[tokio::test]
async fn tasks_are_there_where_both_servers_share_a_database() {
    let source = Source::server().await;
    source.fill(POSTGRES).await;
    source.fill(ROWS).await;
    everything_is_there_after_a_login(&Rondo::on(&source.url()), &source).await;
}

/// The old server goes on while people try the new one.
#[tokio::test]
async fn changes_of_the_last_days_follow_and_those_made_here_stay() {
    let rondo = Rondo::on_sqlite();
    let source = Source::file(&rondo.folder, "todo.db");
    source.fill(SQLITE).await;
    source.fill(ROWS).await;
    let users = Source::file(&rondo.folder, "auth.db");
    users.fill(better_auth::UPSTREAM_SQLITE).await;
    rondo.runs(&users.import("better-auth", "")).await.well();
    rondo.runs(&source.import("tasks", "")).await.well();

    let server = rondo.serves().await.ready().await;
    let token = server.token_of("ada@example.com").await;
    server.asks("DELETE /api/tasks/7", Some(&token), None).await.is(204);
    server.adds(&token, "made here").await;
    source
        .fill(
            "update task set completed = true, updated_at = '2026-02-01 10:00:00' where id = 3;
             update task set title = 'Plan' where id = 9;
             insert into task values
                 (10, 'Hs7dAda', 'late', null, false, null, '2026-02-01 10:00:00', '2026-02-01 10:00:00');
             insert into message values (13, 'Hs7dAda', 4, 'USER', 'Late', '2026-02-01 10:00:00')",
        )
        .await;
    let again = rondo.runs(&source.import("tasks", "")).await.well();
    assert_eq!(figures(&again, "task"), [5, 2, 1, 1, 1]);
    assert_eq!(figures(&again, "message"), [3, 1, 0, 2, 0]);
    assert!(again.contains("deleted here since the last import"), "{again}");
    assert!(again.contains("- 10 (11 here)"), "{again}");
    assert_eq!(server.titles(&token).await, ["made here", "late", "Buy milk"]);
    assert_eq!(task(&server, &token, 3).await["completed"], true);
    let bobs = server.token_of("bob@example.com").await;
    assert_eq!(task(&server, &bobs, 9).await["title"], "Plan");
    server.stops().await;
}

/// Without its middle an import is over before its end; it can run again.
#[tokio::test]
async fn an_import_that_stops_half_way_says_so_and_can_run_again() {
    let rondo = Rondo::on_sqlite();
    let source = Source::server().await;
    source.fill(POSTGRES).await;
    source.fill(ROWS).await;
    // Whoever looks at the last row is thrown out.
    source
        .fill(
            "alter table message rename to message_rows;
             create view message as select id, user_id, conversation_id, role,
                 case when id = 12 then (1 / (id - 12))::text else content end as content, created_at
             from message_rows",
        )
        .await;
    let ended = rondo.runs(&source.import("tasks", "")).await.with_code(1);
    assert!(ended.stdout.contains("stopped before its end"), "{}", ended.stdout);
    assert_eq!(figures(&ended.stdout, "task")[1], 3);
    assert!(ended.stderr.contains("division by zero"), "{}", ended.stderr);
    source.fill("drop view message; alter table message_rows rename to message").await;
    let again = rondo.runs(&source.import("tasks", "")).await.well();
    assert_eq!(figures(&again, "task"), [4, 0, 0, 3, 1]);
    assert_eq!(figures(&again, "message"), [2, 2, 0, 0, 0]);
}
