//! Every SQL statement in the source, looked at as text.
//!
//! That they do what they should is shown by all the other tests; here it is
//! made sure that a new one keeps to the rules of the house.

use std::{collections::BTreeMap, fs, path::Path};

use crate::support::{Database, Engine, OWNED, Own};

/// How many statements each file of `src/tables` has that has any. A file or a
/// statement that the scan below overlooks shows here.
const STATEMENTS: [(&str, usize); 23] = [
    ("api_tokens.rs", 8),
    ("attempts.rs", 2),
    ("conversations/messages.rs", 4),
    ("conversations/mod.rs", 6),
    ("conversations/turns.rs", 9),
    ("history/answers.rs", 2),
    ("history/changes.rs", 4),
    ("history/feed.rs", 5),
    ("history/marks.rs", 1),
    ("history/trash.rs", 8),
    ("imports.rs", 17),
    ("listing/stats.rs", 1),
    ("mail_jobs.rs", 7),
    ("mod.rs", 7),
    ("revoked_tokens.rs", 2),
    ("sessions.rs", 9),
    ("settings.rs", 2),
    ("signing_keys.rs", 3),
    ("tags.rs", 4),
    ("tasks/read.rs", 6),
    ("tasks/write.rs", 5),
    ("users.rs", 18),
    ("verifications.rs", 4),
];

/// Files whose statements are put together from pieces, and keep to the rules
/// by tests of their own.
const COMPOSED: [&str; 2] = ["listing/statements/mod.rs", "listing/statements/postgres.rs"];

/// The statements that touch the data of users without naming one, and why
/// they may.
const OWNERLESS: [(&str, &str); 17] = [
    ("select 1 from tasks where id = $1 limit 1", "says that a task exists, not whose it is"),
    (
        "select id, email, name, email_verified, image, created_at, updated_at from users where email = $1",
        "an address is looked up to find out whose it is",
    ),
    (
        "select id, email, name, email_verified, image, created_at, updated_at, password_hash from users where email = $1",
        "a login knows the address alone",
    ),
    (
        "select id, email, name, email_verified, image, created_at, updated_at from users order by created_at, id limit $1 offset $2",
        "the operator's list",
    ),
    (
        "delete from revoked_tokens where (user_id, token_hash) in ( select user_id, token_hash from revoked_tokens where expires_at <= $1 order by expires_at limit 5000 )",
        "clearing away what is over",
    ),
    (
        "delete from sessions where (user_id, id) in ( select user_id, id from sessions where expires_at <= $1 order by expires_at limit 5000 )",
        "clearing away what is over",
    ),
    (
        "delete from verifications where (user_id, token_hash) in ( select user_id, token_hash from verifications where expires_at <= $1 order by expires_at limit 5000 )",
        "clearing away what is over",
    ),
    (
        "delete from mail_jobs where (user_id, id) in ( select user_id, id from mail_jobs where expires_at <= $1 order by expires_at limit 5000 )",
        "clearing away what is over",
    ),
    (
        "delete from idempotency_keys where (user_id, key) in ( select user_id, key from idempotency_keys where expires_at <= $1 order by expires_at limit 5000 )",
        "clearing away what is over",
    ),
    (
        "select u.id, u.email, u.name, u.email_verified, u.image, u.created_at, u.updated_at, s.id, s.token_hash, s.sealed_token, s.remembered, s.ip_address, s.user_agent, s.created_at, s.updated_at, s.expires_at from sessions s join users u on u.id = s.user_id where s.token_hash = $1",
        "a session token is looked up to find out whose it is: nobody can guess one",
    ),
    (
        "select user_id, created_at, expires_at from verifications where token_hash = $1 and purpose = $2 and expires_at > $3",
        "so is what a link in a mail holds",
    ),
    (
        "with due as materialized ( select user_id, id from mail_jobs where next_attempt_at <= $1 order by next_attempt_at, user_id, id limit $2 for no key update skip locked ) update mail_jobs set next_attempt_at = $3, attempts = attempts + 1 from due where mail_jobs.user_id = due.user_id and mail_jobs.id = due.id returning mail_jobs.user_id, mail_jobs.id, sealed_mail, attempts, created_at, next_attempt_at, expires_at",
        "mails are sent in the order they are due, whoever they are for",
    ),
    (
        "with due as ( select user_id, id from mail_jobs where next_attempt_at <= $1 order by next_attempt_at, user_id, id limit $2 ) update mail_jobs set next_attempt_at = $3, attempts = attempts + 1 where (user_id, id) in (select user_id, id from due) returning user_id, id, sealed_mail, attempts, created_at, next_attempt_at, expires_at",
        "the same",
    ),
    (
        "select next_attempt_at from mail_jobs where next_attempt_at <= $1 order by next_attempt_at, user_id, id limit $2",
        "says when a mail is due, not whose it is",
    ),
    (
        "select id from tasks where id >= $1 and id <= $2 union all select id from trash where id >= $1 and id <= $2 order by id limit 1000000",
        "an import looks for ids that are free",
    ),
    (
        "select id from conversations where id >= $1 and id <= $2 order by id limit 1000000",
        "the same",
    ),
    ("select id from messages where id >= $1 and id <= $2 order by id limit 1000000", "the same"),
];

/// Statements for one engine: a word in them tells which.
fn engine_of(sql: &str) -> Option<Engine> {
    if ["for no key update", "to_regclass", "with counted as"].iter().any(|word| sql.contains(word))
    {
        return Some(Engine::Postgres);
    }
    ["id_counters", "json_each"].iter().any(|word| sql.contains(word)).then_some(Engine::SqliteFile)
}

/// The string literals of a Rust source text that are SQL, with white space
/// made single. Knows of Rust what the files in question use: line comments,
/// plain strings with escapes, and no quotation mark as a character.
fn statements_in(source: &str) -> Vec<String> {
    let code: Vec<&str> =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut statements = Vec::new();
    let mut rest = code.as_str();
    while let Some((_, text)) = rest.split_once('"') {
        let mut end = 0;
        let mut escaped = false;
        for letter in text.chars() {
            if letter == '"' && !escaped {
                break;
            }
            escaped = letter == '\\' && !escaped;
            end += letter.len_utf8();
        }
        let words: Vec<&str> = text[..end].split_whitespace().collect();
        if ["select", "insert", "update", "delete", "with"].contains(words.first().unwrap_or(&"")) {
            statements.push(words.join(" "));
        }
        rest = &text[end + 1..];
    }
    statements
}

/// Every statement, by file.
fn statements() -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    scan(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tables"), "", &mut found);
    found
}

fn scan(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<String>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            scan(&path, &format!("{name}/"), found);
        } else if !COMPOSED.contains(&name.as_str()) {
            found.insert(name, statements_in(&fs::read_to_string(&path).unwrap()));
        }
    }
}

fn each(check: impl Fn(&str)) {
    statements().values().flatten().for_each(|sql| check(sql));
}

#[test]
fn the_scan_finds_every_statement() {
    let found: Vec<(String, usize)> =
        statements().into_iter().map(|(file, statements)| (file, statements.len())).collect();
    let found: Vec<_> = found.into_iter().filter(|(_, count)| *count > 0).collect();
    let expected: Vec<_> = STATEMENTS.map(|(file, count)| (file.to_owned(), count)).into();
    assert_eq!(found, expected);
}

#[test]
fn parameters_are_first_mentioned_in_their_order() {
    each(|sql| {
        let mentions = sql.split('$').skip(1).map(|rest| {
            let digits = rest.chars().take_while(char::is_ascii_digit);
            digits.collect::<String>().parse::<usize>().unwrap()
        });
        let last = mentions.fold(0, |highest, mentioned| {
            assert!(mentioned <= highest + 1, "${mentioned} comes too early in: {sql}");
            highest.max(mentioned)
        });
        assert!(last > 0, "no parameter in: {sql}");
    });
}

#[test]
fn statements_are_in_lower_case_and_never_select_everything() {
    each(|sql| {
        assert_eq!(sql, sql.to_lowercase());
        assert!(!sql.contains("select *"), "{sql}");
    });
}

#[test]
fn lists_have_an_order_and_a_limit() {
    each(|sql| {
        if sql.contains("order by") && !sql.starts_with("select u.") {
            assert!(sql.contains(" limit "), "no limit: {sql}");
        }
        if sql.contains(" offset ") {
            assert!(sql.contains("order by"), "no order: {sql}");
        }
    });
}

/// Whether a statement says whose rows it touches.
fn names_its_owner(sql: &str) -> bool {
    if sql.starts_with("insert into") {
        let columns = sql.split_once('(').unwrap().1;
        return columns.starts_with("user_id, ") || columns.starts_with("id, ");
    }
    sql.contains("user_id = $") || sql.contains("from users where id = $") || {
        sql.contains("update users set") && sql.contains(" where id = $")
    }
}

#[test]
fn statements_on_the_data_of_users_name_the_user() {
    let mut ownerless: Vec<_> = OWNERLESS.iter().map(|(sql, _)| *sql).collect();
    each(|sql| {
        let words = || sql.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let owned = words().any(|word| word == "users" || OWNED.contains(&word));
        let allowed = OWNERLESS.iter().any(|(exception, _)| *exception == sql);
        assert!(!owned || allowed || names_its_owner(sql), "whose? {sql}");
        assert!(!(allowed && names_its_owner(sql)), "needs no exception: {sql}");
    });
    each_removes(&mut ownerless);
    assert!(ownerless.is_empty(), "exceptions for nothing: {ownerless:#?}");
}

fn each_removes(exceptions: &mut Vec<&str>) {
    for sql in statements().values().flatten() {
        exceptions.retain(|exception| exception != sql);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_are_understood_by_both_engines() {
    let file = Database::create(Engine::SqliteFile, Own::Schema).await;
    let server = Database::create(Engine::Postgres, Own::Schema).await;
    file.prepared().await;
    server.prepared().await;
    let (sqlite, postgres) = (file.sqlite(), server.postgres().await);
    for sql in statements().values().flatten() {
        let only = engine_of(sql);
        if only != Some(Engine::Postgres) {
            let prepared = sqlite.prepare(sql);
            assert!(prepared.is_ok(), "{sql}: {:?}", prepared.err());
        }
        if only != Some(Engine::SqliteFile) {
            let prepared = postgres.prepare(sql).await;
            assert!(prepared.is_ok(), "{sql}: {:?}", prepared.err());
        }
    }
}
