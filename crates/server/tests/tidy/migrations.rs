//! Migrations come in pairs of pairs: forth and back, for both databases.

use std::collections::BTreeSet;

use crate::repository::{Finding, assert_tidy, entries, file};

const FOLDERS: [&str; 2] = ["crates/store/migrations/sqlite", "crates/store/migrations/postgres"];

#[test]
fn both_databases_have_the_same_migrations() {
    let [sqlite, postgres] = FOLDERS.map(|folder| BTreeSet::from_iter(entries(folder)));
    let findings = sqlite
        .symmetric_difference(&postgres)
        .map(|name| Finding::of(name, "is there for one database only"))
        .collect();
    assert_tidy("Write it for the other one, under the same name.", findings);
}

#[test]
fn a_migration_goes_forth_and_back() {
    let mut findings = Vec::new();
    for folder in FOLDERS {
        let names = BTreeSet::from_iter(entries(folder));
        for name in &names {
            let other = match name.split_once('.') {
                Some((base, "up.sql")) => format!("{base}.down.sql"),
                Some((base, "down.sql")) => format!("{base}.up.sql"),
                _ => "a name like 0007_tags.up.sql".to_owned(),
            };
            if !names.contains(&other) {
                findings.push(Finding::of(format!("{folder}/{name}"), format!("lacks {other}")));
            }
        }
    }
    assert_tidy("Each migration has an up and a down.", findings);
}

#[test]
fn migrations_are_numbered_without_gaps_and_embedded() {
    let embedded = file("crates/store/src/migrate/mod.rs").text;
    let mut names: Vec<_> = entries(FOLDERS[0]);
    names.retain(|name| name.ends_with(".up.sql"));
    names.sort();
    let mut findings = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let base = name.trim_end_matches(".up.sql");
        if !name.starts_with(&format!("{:04}_", index + 1)) {
            findings.push(Finding::of(name, format!("is not number {}", index + 1)));
        }
        if !embedded.contains(&format!("\"{base}\"")) {
            findings
                .push(Finding::of(name, "is not in the list of crates/store/src/migrate/mod.rs"));
        }
    }
    assert_tidy("Take the next number, and add the name to the list.", findings);
}

#[test]
fn a_migration_says_why() {
    let mut findings = Vec::new();
    for folder in FOLDERS {
        for name in entries(folder).iter().filter(|name| name.ends_with(".up.sql")) {
            let file = file(&format!("{folder}/{name}"));
            if !file.text.contains("-- ") {
                findings.push(file.finding(1, "has no comment"));
            }
        }
    }
    assert_tidy("Say why the tables are as they are.", findings);
}
