//! `rondo import better-auth`: who had an account there logs in here.

use super::{Source, figures, table};
use crate::{
    postgres::{Own, Place},
    support::{PASSWORD, Rondo, Server},
};

/// The tables as Better Auth 1.7.7 makes them on PostgreSQL, with three users.
/// The hashes are its own, of `correct horse battery`.
pub(super) const UPSTREAM_POSTGRES: &str = r#"
    create table "user" (
        "id" text not null primary key, "name" text not null, "email" text not null unique,
        "emailVerified" boolean not null, "image" text,
        "createdAt" timestamptz default current_timestamp not null,
        "updatedAt" timestamptz default current_timestamp not null
    );
    create table "session" (
        "id" text not null primary key, "expiresAt" timestamptz not null,
        "token" text not null unique, "userId" text not null references "user" ("id")
    );
    create table "account" (
        "id" text not null primary key, "accountId" text not null, "providerId" text not null,
        "userId" text not null references "user" ("id") on delete cascade,
        "accessToken" text, "refreshToken" text, "idToken" text,
        "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz,
        "scope" text, "password" text,
        "createdAt" timestamptz default current_timestamp not null, "updatedAt" timestamptz not null
    );
    insert into "user" values
        ('Hs7dAda', 'Ada', 'ada@example.com', true, null, '2026-01-01 10:00:00.123+00', now()),
        ('Hs7dBob', 'Bob', 'bob@example.com', false, 'https://x.test/b.png', now(), now()),
        ('Hs7dEve', 'Eve', 'eve@example.com', false, null, now(), now());
    insert into "account" ("id", "accountId", "providerId", "userId", "password", "updatedAt") values
        ('acc1', 'Hs7dAda', 'credential', 'Hs7dAda', '4e69bff9f4278b88ae7f973aa5c5bc17:1e96746dc5e1841d384874409ae19d5f756493c9aa7a1733bd5908ba1f29c10e256267ff136fa31bcc41068864bf93ef1766734daa36e6e139b6bc99838d4f9d', now()),
        ('acc2', 'Hs7dBob', 'credential', 'Hs7dBob', '1bea7bc660b1b58b04c83cbcbd59e020:ebe12f37728b88dae27c612c538881d0f32b3a81ff9c9141e9201e06ad82cd8d0dbde9a280dee968bc9cf41c772b818bb083b8f02f387ed3d5685cc8b90a8bab', now()),
        ('acc3', '42', 'github', 'Hs7dEve', null, now());
    insert into "session" values ('s1', now(), 'secret-token', 'Hs7dAda');
"#;

/// The same on SQLite: moments are text, truth values are numbers.
pub(super) const UPSTREAM_SQLITE: &str = r#"
    create table "user" (
        "id" text not null primary key, "name" text not null, "email" text not null unique,
        "emailVerified" integer not null, "image" text,
        "createdAt" date not null, "updatedAt" date not null
    );
    create table "account" (
        "id" text not null primary key, "accountId" text not null, "providerId" text not null,
        "userId" text not null references "user" ("id") on delete cascade,
        "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" date,
        "refreshTokenExpiresAt" date, "scope" text, "password" text,
        "createdAt" date not null, "updatedAt" date not null
    );
    insert into "user" values
        ('Hs7dAda', 'Ada', 'ada@example.com', 1, null, '2026-01-01T10:00:00.123Z', '2026-01-01T10:00:00.123Z'),
        ('Hs7dBob', 'Bob', 'bob@example.com', 0, 'https://x.test/b.png', '2026-01-02T10:00:00.000Z', '2026-01-02T10:00:00.000Z'),
        ('Hs7dEve', 'Eve', 'eve@example.com', 0, null, '2026-01-02T10:00:00.000Z', '2026-01-02T10:00:00.000Z');
    insert into "account" ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt") values
        ('acc1', 'Hs7dAda', 'credential', 'Hs7dAda', '4e69bff9f4278b88ae7f973aa5c5bc17:1e96746dc5e1841d384874409ae19d5f756493c9aa7a1733bd5908ba1f29c10e256267ff136fa31bcc41068864bf93ef1766734daa36e6e139b6bc99838d4f9d', '2026-01-01T10:00:00.123Z', '2026-01-01T10:00:00.123Z'),
        ('acc2', 'Hs7dBob', 'credential', 'Hs7dBob', '1bea7bc660b1b58b04c83cbcbd59e020:ebe12f37728b88dae27c612c538881d0f32b3a81ff9c9141e9201e06ad82cd8d0dbde9a280dee968bc9cf41c772b818bb083b8f02f387ed3d5685cc8b90a8bab', '2026-01-02T10:00:00.000Z', '2026-01-02T10:00:00.000Z'),
        ('acc3', '42', 'github', 'Hs7dEve', null, '2026-01-02T10:00:00.000Z', '2026-01-02T10:00:00.000Z');
"#;

/// As Drizzle and its generator write it: other names, moments as numbers.
const DRIZZLE_SQLITE: &str = "
    create table users (
        id text primary key, name text not null, email text not null, email_verified integer,
        image text, created_at integer, updated_at integer, role text default 'user'
    );
    create table accounts (
        id text primary key, account_id text, provider_id text, user_id text, password text,
        created_at integer, updated_at integer
    );
    insert into users values
        ('Hs7dAda', 'Ada', 'ada@example.com', 1, null, 1767261600123, 1767261600123, 'admin'),
        ('Hs7dBob', 'Bob', 'Bob@Example.com', 0, null, 1767261600, 1767261600, 'user');
    insert into accounts values
        ('acc1', 'Hs7dAda', 'credential', 'Hs7dAda', '4e69bff9f4278b88ae7f973aa5c5bc17:1e96746dc5e1841d384874409ae19d5f756493c9aa7a1733bd5908ba1f29c10e256267ff136fa31bcc41068864bf93ef1766734daa36e6e139b6bc99838d4f9d', 1767261600123, 1767261600123),
        ('acc2', 'Hs7dBob', 'credential', 'Hs7dBob', '1bea7bc660b1b58b04c83cbcbd59e020:ebe12f37728b88dae27c612c538881d0f32b3a81ff9c9141e9201e06ad82cd8d0dbde9a280dee968bc9cf41c772b818bb083b8f02f387ed3d5685cc8b90a8bab', 1767261600, 1767261600);
";

/// Logs in; the user as the server shows them.
async fn user(server: &Server, email: &str) -> serde_json::Value {
    server.login(email, PASSWORD).await.is(200).json()["user"].clone()
}

async fn users_log_in_with_their_old_passwords(rondo: &Rondo, source: &Source) {
    rondo.runs("migrate up").await.well();
    let rehearsed = rondo.runs(&source.import("better-auth", "--dry-run")).await.well();
    assert!(rondo.runs("user list").await.well().contains("no accounts"), "it was a rehearsal");
    let brought = rondo.runs(&source.import("better-auth", "")).await.well();
    assert_eq!(figures(&brought, "user"), [3, 3, 0, 0, 0]);
    assert_eq!(figures(&brought, "account"), [3, 2, 0, 0, 1]);
    assert_eq!(table(&rehearsed), table(&brought));
    for expected in ["acc3 (user Hs7dEve, github)", "Sessions are not brought", "1 row was not"] {
        assert!(brought.contains(expected), "{expected} is missing: {brought}");
    }
    assert!(!brought.contains("example.com"), "addresses are not shown: {brought}");

    let server = rondo.serves().await.ready().await;
    let ada = user(&server, "ada@example.com").await;
    assert_eq!(ada["id"], "Hs7dAda");
    assert_eq!(ada["created_at"], "2026-01-01T10:00:00.123Z");
    server.login("ada@example.com", "correct horse batterz").await.is(401);
    server.login("eve@example.com", PASSWORD).await.is(401);

    // Beside the server, and after a login that has made ada's hash one of ours.
    let again = rondo.runs(&source.import("better-auth", "")).await.well();
    assert_eq!(figures(&again, "user"), [3, 0, 0, 3, 0]);
    assert_eq!(figures(&again, "account"), [3, 0, 0, 2, 1]);
    for email in ["ada@example.com", "bob@example.com"] {
        user(&server, email).await;
    }
    server.stops().await;
}

#[tokio::test]
async fn users_of_a_postgresql_database_log_in_on_sqlite() {
    let source = Source::server().await;
    source.fill(UPSTREAM_POSTGRES).await;
    users_log_in_with_their_old_passwords(&Rondo::on_sqlite(), &source).await;
}

#[tokio::test]
async fn users_of_a_sqlite_file_log_in_on_postgresql() {
    let place = Place::create(Own::Schema).await;
    let rondo = Rondo::on(&place.url());
    let source = Source::file(&rondo.folder, "auth.db");
    source.fill(UPSTREAM_SQLITE).await;
    users_log_in_with_their_old_passwords(&rondo, &source).await;
    assert_eq!(source.files(), ["auth.db"]);
}

/// Rondo's tables have other names than Better Auth's.
#[tokio::test]
async fn users_log_in_where_both_servers_share_a_database() {
    let source = Source::server().await;
    source.fill(UPSTREAM_POSTGRES).await;
    users_log_in_with_their_old_passwords(&Rondo::on(&source.url()), &source).await;
}

#[tokio::test]
async fn users_of_a_database_with_other_spellings_log_in() {
    let rondo = Rondo::on_sqlite();
    let source = Source::file(&rondo.folder, "drizzle.db");
    source.fill(DRIZZLE_SQLITE).await;
    let brought = rondo.runs(&source.import("better-auth", "")).await.well();
    assert_eq!(figures(&brought, "users"), [2, 2, 0, 0, 0]);
    assert_eq!(figures(&brought, "accounts"), [2, 2, 0, 0, 0]);
    assert!(brought.contains("users: role (2)"), "{brought}");
    let server = rondo.serves().await.ready().await;
    for (email, expected) in [("ada@example.com", "123Z"), ("bob@example.com", "000Z")] {
        let user = user(&server, email).await;
        assert_eq!(user["created_at"], format!("2026-01-01T10:00:00.{expected}"));
    }
    server.stops().await;
}

#[tokio::test]
async fn an_address_that_somebody_has_here_is_left_to_them() {
    let rondo = Rondo::on_sqlite();
    rondo.runs_with("user add ada@example.com --password-stdin", PASSWORD).await.well();
    let source = Source::file(&rondo.folder, "auth.db");
    source.fill(UPSTREAM_SQLITE).await;
    let brought = rondo.runs(&source.import("better-auth", "")).await.well();
    assert_eq!(figures(&brought, "user"), [3, 2, 0, 0, 1]);
    assert!(brought.contains("another account here has the e-mail address"), "{brought}");
    assert!(brought.contains("- Hs7dAda (account "), "{brought}");

    rondo.runs("user delete ada@example.com --yes").await.well();
    let again = rondo.runs(&source.import("better-auth", "")).await.well();
    assert_eq!(figures(&again, "user"), [3, 1, 0, 2, 0]);
    assert_eq!(figures(&again, "account"), [3, 1, 0, 1, 1]);
}

#[tokio::test]
async fn twenty_rows_are_named_for_each_reason_and_all_on_demand() {
    let rondo = Rondo::on_sqlite();
    let source = Source::file(&rondo.folder, "auth.db");
    source.fill(UPSTREAM_SQLITE).await;
    let more: Vec<_> = (100..125)
        .map(|id| format!("('acc{id}', '{id}', 'google', 'Hs7dEve', '2026-01-01', '2026-01-01')"))
        .collect();
    let columns = "\"id\", \"accountId\", \"providerId\", \"userId\", \"createdAt\", \"updatedAt\"";
    source.fill(&format!("insert into account ({columns}) values {}", more.join(", "))).await;
    let brief = rondo.runs(&source.import("better-auth", "--dry-run")).await.well();
    assert_eq!(brief.matches("    - acc").count(), 20, "{brief}");
    assert!(brief.contains("26 rows: a login with") && brief.contains("and 6 more"), "{brief}");
    let all = rondo.runs(&source.import("better-auth", "--dry-run --verbose")).await.well();
    assert_eq!(all.matches("    - acc").count(), 26, "{all}");
}
