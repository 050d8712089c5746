//! `rondo import`, from databases as other servers make them.

mod better_auth;
mod source;
mod tasks;

use crate::support::Rondo;
use source::Source;

/// The numbers in a report's line about a table: read, new, updated,
/// unchanged, skipped.
#[track_caller]
fn figures(report: &str, table: &str) -> [u64; 5] {
    let line = report.lines().find(|line| line.split_whitespace().next() == Some(table));
    let line = line.unwrap_or_else(|| panic!("{table} is not in: {report}"));
    let numbers = line.split_whitespace().skip(1).map(|number| number.parse().expect(line));
    let numbers: Vec<u64> = numbers.collect();
    numbers.try_into().expect(line)
}

/// The lines of figures, which a rehearsal and the real thing share.
fn table(report: &str) -> Vec<&str> {
    report.lines().skip(2).take_while(|line| !line.is_empty()).collect()
}

#[tokio::test]
async fn a_rehearsal_on_an_empty_database_leaves_it_empty() {
    let rondo = Rondo::on_sqlite();
    let source = Source::file(&rondo.folder, "auth.db");
    source.fill(better_auth::UPSTREAM_SQLITE).await;
    let rehearsed = rondo.runs(&source.import("better-auth", "--dry-run")).await.well();
    assert!(rehearsed.contains("nothing was written"), "{rehearsed}");
    assert!(!rondo.folder.join("rondo.db").exists());
    assert_eq!(source.files(), ["auth.db"]);
    let brought = rondo.runs(&source.import("better-auth", "")).await.well();
    assert_eq!(table(&rehearsed), table(&brought));
    for (report, verb) in [(&rehearsed, "Would bring"), (&brought, "Brought")] {
        let (first, _) = report.split_once('\n').expect("a report has lines");
        assert!(first.starts_with(&format!("{verb} from ")), "{first}");
        assert!(first.contains("auth.db into ") && first.ends_with("rondo.db:"), "{first}");
    }
    assert_eq!(source.files(), ["auth.db", "rondo.db"], "nothing beside it");
}

#[tokio::test]
async fn a_source_that_cannot_be_read_is_named_without_its_password() {
    let rondo = Rondo::on_sqlite();
    rondo.folder.write("notes.txt", "Not a database, and long enough to be looked at as one.");
    for (from, code, expected) in [
        ("postgresql://ada:hush-hush@127.0.0.1:1/auth", 1, "127.0.0.1:1"),
        ("sqlite:///./missing.db", 1, "missing.db"),
        ("sqlite:///./missing.db", 1, "may this user read it?"),
        ("sqlite:///./notes.txt", 1, "not a database"),
        ("sqlite://:memory:", 1, "in memory"),
        ("mysql://ada:hush-hush@db/auth", 2, "does not speak to"),
        ("./auth.db", 2, "sqlite:///"),
    ] {
        let said = rondo.runs(&format!("import better-auth --from {from}")).await.badly(code);
        assert!(said.contains(expected), "{from}: {said}");
        assert!(!said.contains("hush") && !said.contains("DATABASE_URL"), "{said}");
    }
    assert!(!rondo.folder.join("missing.db").exists());
    assert!(!rondo.folder.join("rondo.db").exists(), "nothing of ours was made either");
}

#[tokio::test]
async fn a_database_without_the_tables_says_what_is_missing() {
    let rondo = Rondo::on_sqlite();
    let source = Source::file(&rondo.folder, "other.db");
    source.fill("create table \"user\" (id text, email text)").await;
    let said = rondo.runs(&source.import("better-auth", "")).await.badly(1);
    assert!(said.contains("`account` or `accounts`") && said.contains("providerId"), "{said}");
    let said = rondo.runs(&source.import("tasks", "")).await.badly(1);
    assert!(said.contains("`task` or `tasks`") && said.contains("user_id"), "{said}");
    // Our own tables are called the same, and are not what is meant.
    let said = rondo.runs("import tasks --from sqlite:///./rondo.db").await.badly(1);
    assert!(said.contains("`task` or `tasks`"), "{said}");
}

#[tokio::test]
async fn tables_in_another_schema_are_found_when_it_is_named() {
    let rondo = Rondo::on_sqlite();
    let source = Source::server_database().await;
    let script = better_auth::UPSTREAM_POSTGRES;
    source.fill(&format!("create schema neon_auth; set search_path = neon_auth; {script}")).await;
    let said = rondo.runs(&source.import("better-auth", "")).await.badly(1);
    assert!(said.contains("schema neon_auth") && said.contains("--schema"), "{said}");
    let report = rondo.runs(&source.import("better-auth", "--schema neon_auth")).await.well();
    assert_eq!(figures(&report, "user")[1], 3);
}

#[tokio::test]
async fn the_address_of_the_source_can_come_from_standard_input() {
    let rondo = Rondo::on_sqlite();
    let source = Source::file(&rondo.folder, "auth.db");
    source.fill(better_auth::UPSTREAM_SQLITE).await;
    let url = format!("{}\n", source.url());
    let report = rondo.runs_with("import better-auth --from -", &url).await.well();
    assert_eq!(figures(&report, "user")[1], 3);
}
