//! Who may import whom.
//!
//! `Cargo.toml` decides what can be imported at all; what comes with the
//! standard library, or stays within one crate, is looked for in the code.

use crate::repository::{File, Finding, assert_tidy, file, files};

/// What a crate may depend on, or must not.
enum Wall {
    Only(&'static [&'static str]),
    Never(&'static [&'static str]),
}

/// A crate, its dependencies, and what its code must not mention.
struct House {
    name: &'static str,
    dependencies: Wall,
    unmentioned: &'static [&'static str],
}

const HOUSES: [House; 4] = [
    House {
        name: "domain",
        // Pure: it cannot wait, log, store, or look at the machine.
        dependencies: Wall::Only(&["email_address", "idna", "jiff", "serde", "thiserror"]),
        unmentioned: &[
            "std::env",
            "std::fs",
            "std::net",
            "std::thread",
            "std::process",
            "SystemTime",
            "Instant",
            "Timestamp::now",
            "Zoned::now",
            "async fn",
            ".await",
        ],
    },
    House {
        name: "store",
        dependencies: Wall::Never(&[
            "rondo-app",
            "rondo-server",
            "axum",
            "hyper",
            "jsonwebtoken",
            "bcrypt",
            "reqwest",
            "clap",
        ]),
        unmentioned: &["std::env", "SystemTime"],
    },
    House {
        name: "app",
        dependencies: Wall::Never(&[
            "rondo-server",
            "axum",
            "hyper",
            "clap",
            "rusqlite",
            "tokio-postgres",
            "deadpool-postgres",
        ]),
        unmentioned: &["std::env", "std::fs", "env::var"],
    },
    House {
        name: "server",
        dependencies: Wall::Never(&[
            "rusqlite",
            "tokio-postgres",
            "deadpool-postgres",
            "jsonwebtoken",
            "bcrypt",
        ]),
        unmentioned: &["rusqlite::", "tokio_postgres::"],
    },
];

/// Within the server: who must not know whom.
const STRANGERS: [(&str, &[&str]); 5] = [
    ("http", &["cli", "config", "listener", "telemetry"]),
    ("config", &["cli", "http", "listener", "telemetry", "shutdown"]),
    ("listener", &["cli", "config", "telemetry"]),
    ("cli", &["http"]),
    ("mcp", &["cli", "config", "http", "listener", "telemetry"]),
];

/// Where the command line knows the HTTP door all the same: it starts it, prints
/// its description, and asks it whom it trusts.
const HTTP_IN_CLI: [&str; 3] = [
    "crates/server/src/cli/serve.rs",
    "crates/server/src/cli/print.rs",
    "crates/server/src/cli/doctor/",
];

/// The one file of the application that touches the disk: a mail server that
/// happens to be a folder.
const MAIL_FOLDER: &str = "crates/app/src/mail/folder.rs";

/// What is public so that tests of the whole can use it.
const FOR_TESTS: [&str; 2] = ["SeededRandom", "PasswordCost::Least"];

/// How SQL begins, as it is written here.
const SQL: [&str; 8] = [
    "\"select ",
    "insert into ",
    "delete from ",
    "\"update ",
    "create table ",
    "alter table ",
    "drop table ",
    " from users",
];

#[test]
fn a_crate_depends_on_what_it_may() {
    let mut findings = Vec::new();
    for house in &HOUSES {
        let manifest = file(&format!("crates/{}/Cargo.toml", house.name));
        for (line, name) in dependencies(&manifest) {
            let is_refused = match house.dependencies {
                Wall::Only(allowed) => !allowed.contains(&name),
                Wall::Never(refused) => refused.contains(&name),
            };
            if is_refused {
                let what = format!("{} must not depend on {name}", house.name);
                findings.push(manifest.finding(line, what));
            }
        }
    }
    assert_tidy("ARCHITECTURE.md says which crate is for what; move the code there.", findings);
}

#[test]
fn the_crates_stand_in_a_line() {
    let order = HOUSES.map(|house| house.name);
    let mut findings = Vec::new();
    for (place, name) in order.iter().enumerate() {
        let manifest = file(&format!("crates/{name}/Cargo.toml"));
        for (line, dependency) in dependencies(&manifest) {
            let other = dependency.strip_prefix("rondo-");
            let other = other.and_then(|other| order.iter().position(|house| *house == other));
            if other.is_some_and(|other| other >= place) {
                findings.push(manifest.finding(line, format!("{name} imports {dependency}")));
            }
        }
    }
    assert_tidy("You may import only from your left: domain, store, app, server.", findings);
}

#[test]
fn code_mentions_nothing_from_beyond_its_wall() {
    let mut findings = Vec::new();
    for house in &HOUSES {
        let folder = format!("crates/{}/src/", house.name);
        for file in files(".rs").iter().filter(|file| file.path.starts_with(&folder)) {
            // A test may make itself a file to work on.
            if !file.path.ends_with("/tests.rs") {
                findings.extend(mentions(file, house.unmentioned));
            }
        }
    }
    assert_tidy("Take it as an argument, or do it in the crate that may.", findings);
}

#[test]
fn one_file_of_the_application_touches_the_disk() {
    let mut findings = Vec::new();
    for file in files(".rs").iter().filter(|file| file.path.starts_with("crates/app/src/")) {
        let is_test = file.path.contains("/tests/") || file.path.ends_with("/tests.rs");
        if file.path == MAIL_FOLDER {
            assert!(file.text.contains("fs::"), "{MAIL_FOLDER} needs no exception");
        } else if !is_test {
            findings.extend(mentions(file, &["fs::", "fs,", "::fs;"]));
        }
    }
    assert_tidy("Take what is in the file as an argument.", findings);
}

#[test]
fn what_is_there_for_tests_stays_out_of_the_program() {
    let mut findings = Vec::new();
    for file in files(".rs").iter().filter(|file| file.path.starts_with("crates/server/src/")) {
        findings.extend(mentions(file, &FOR_TESTS));
    }
    assert_tidy("It is predictable, or cheap to break.", findings);
}

#[test]
fn doors_do_not_know_each_other() {
    let mut findings = Vec::new();
    for (part, strangers) in STRANGERS {
        let folder = format!("crates/server/src/{part}/");
        let of_part = files(".rs").into_iter().filter(|file| file.path.starts_with(&folder));
        let is_let_in = |file: &File| HTTP_IN_CLI.iter().any(|place| file.path.starts_with(place));
        for file in of_part.filter(|file| !is_let_in(file)) {
            findings.extend(imports(&file, strangers));
        }
    }
    assert_tidy("Doors meet in `app`; what both need is a use case, or a setting.", findings);
}

#[test]
fn only_the_configuration_reads_the_environment() {
    let mut findings = Vec::new();
    for file in files(".rs").iter().filter(|file| file.path.contains("/src/")) {
        if !file.path.starts_with("crates/server/src/config/") {
            findings.extend(mentions(file, &["env::var", "env::vars", "dotenvy"]));
        }
    }
    assert_tidy("Add a variable to `config/variables.rs`, and be given its value.", findings);
}

#[test]
fn only_the_store_speaks_sql() {
    let mut findings = Vec::new();
    for file in files(".rs").iter().filter(|file| file.path.contains("/src/")) {
        if file.path.starts_with("crates/store/") {
            continue;
        }
        for (number, line) in file.code() {
            let line = line.to_lowercase();
            if SQL.iter().any(|sql| line.contains(sql)) {
                findings.push(file.finding(number, "is SQL"));
            }
        }
    }
    assert_tidy("Statements are methods of `Txn`, in crates/store/src/tables.", findings);
}

/// The names under `[dependencies]`, with their lines.
fn dependencies(manifest: &File) -> Vec<(usize, &str)> {
    let lines = manifest.lines().skip_while(|(_, line)| *line != "[dependencies]").skip(1);
    let lines = lines.take_while(|(_, line)| !line.starts_with('['));
    lines
        .filter_map(|(number, line)| {
            let name = line.split(['.', ' ', '=']).next()?;
            (!name.is_empty() && !name.starts_with('#')).then_some((number, name))
        })
        .collect()
}

fn mentions(file: &File, words: &[&str]) -> Vec<Finding> {
    let found = file.code().flat_map(|(number, line)| {
        let words = words.iter().filter(move |word| line.contains(**word));
        words.map(move |word| (number, *word))
    });
    found.map(|(number, word)| file.finding(number, format!("mentions {word}"))).collect()
}

/// `crate::x` and `super::…::x`, in paths and in the braces of a `use`.
fn imports(file: &File, strangers: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut is_in_use_of_crate = false;
    for (number, line) in file.code() {
        is_in_use_of_crate |= line.trim_start().starts_with("use crate::{");
        let words = line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
        for word in words {
            let path = word.trim_start_matches("super::").trim_start_matches("crate::");
            let is_of_crate = path.len() < word.len() || is_in_use_of_crate;
            let first = path.split("::").next().unwrap_or_default();
            if is_of_crate && strangers.contains(&first) && !word.starts_with("super") {
                findings.push(file.finding(number, format!("imports {first}")));
            }
        }
        is_in_use_of_crate &= !line.contains(';');
    }
    findings
}

#[test]
fn the_rules_find_what_they_look_for() {
    let manifest = "[package]\nname = \"x\"\n\n[dependencies]\naxum.workspace = true\n\
                    serde = { version = \"1\" }\n\n[dev-dependencies]\nring = \"1\"\n";
    let manifest = File { path: "Cargo.toml".to_owned(), text: manifest.to_owned() };
    assert_eq!(dependencies(&manifest), [(5, "axum"), (6, "serde")]);

    let code = "use crate::{\n    Readiness,\n    config::Http,\n};\n// crate::cli\nlet x = \
                crate::cli::run();\nuse super::config;\n";
    let code = File { path: "x.rs".to_owned(), text: code.to_owned() };
    assert_eq!(
        imports(&code, &["cli", "config"]),
        [code.finding(3, "imports config"), code.finding(6, "imports cli")]
    );
    assert_eq!(mentions(&code, &["Readiness"]), [code.finding(2, "mentions Readiness")]);
}
