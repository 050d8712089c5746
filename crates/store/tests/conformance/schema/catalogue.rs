//! The schema as it should be, written out.

use rondo_domain::Plan;
use rondo_store::Store;

use super::facts::{Facts, facts, in_common_words};
use crate::support::{Database, Engine, Own, Person, id_of};

tests_on!(postgres, Postgres: the_schema_of_postgres_is_what_is_written_here a_bare_row_has_defaults
    numbers_stay_exact_in_javascript);
tests_on!(sqlite_file, SqliteFile: the_schema_of_sqlite_is_what_is_written_here a_bare_row_has_defaults
    tables_of_sqlite_are_strict_and_lie_in_the_order_of_their_keys);

/// In PostgreSQL's words. A `numbered` column takes its default from a
/// sequence; SQLite has none, and counts in a table.
const SCHEMA: &str = "
    users.id: text not null
    users.email: text
    users.email_verified: boolean not null default
    users.name: text not null default
    users.image: text
    users.password_hash: text
    users.task_count: bigint not null default
    users.completed_count: bigint not null default
    users.created_at: timestamptz not null default
    users.updated_at: timestamptz not null default
    users.timezone: text not null default
    users.week_start: text not null default
    users.change_count: bigint not null default
    users.trash_count: bigint not null default
    users: primary key (id)
    users: unique index idx_users_email (email)

    deleted_users.id: text not null
    deleted_users.deleted_at: timestamptz not null default
    deleted_users: primary key (id)

    tasks.user_id: text not null
    tasks.id: bigint not null numbered
    tasks.title: text not null
    tasks.description: text
    tasks.completed: boolean not null default
    tasks.created_at: timestamptz not null default
    tasks.updated_at: timestamptz not null default
    tasks.search_text: text not null default
    tasks.due_date: text
    tasks.priority: bigint
    tasks.tags: text
    tasks.recurrence_rule: text
    tasks.recurrence_from: text
    tasks.version: bigint not null default
    tasks.previous_task_id: bigint
    tasks.next_task_id: bigint
    tasks.completed_at: timestamptz
    tasks: primary key (user_id, id)
    tasks: foreign key (user_id) references users(id) on delete cascade
    tasks: index idx_tasks_user_id_created_at (user_id, created_at desc, id desc)
    tasks: index idx_tasks_user_id_completed (user_id, completed, created_at desc, id desc)
    tasks: index idx_tasks_id (id)
    tasks: index idx_tasks_user_id_due_date (user_id, due_date, id) where (due_date is not null)

    task_tags.user_id: text not null
    task_tags.tag_key: text not null
    task_tags.task_id: bigint not null
    task_tags.name: text not null
    task_tags: primary key (user_id, tag_key, task_id)
    task_tags: foreign key (user_id) references users(id) on delete cascade

    changes.user_id: text not null
    changes.id: bigint not null
    changes.batch_id: text not null
    changes.author_kind: text not null
    changes.author_name: text
    changes.action: text not null
    changes.task_id: bigint not null
    changes.version: bigint not null
    changes.before: text
    changes.after: text
    changes.undoes: text
    changes.created_at: timestamptz not null default
    changes: primary key (user_id, id, task_id, batch_id)
    changes: foreign key (user_id) references users(id) on delete cascade

    trash.user_id: text not null
    trash.id: bigint not null
    trash.deleted_at: timestamptz not null default
    trash.snapshot: text not null
    trash: primary key (user_id, id)
    trash: foreign key (user_id) references users(id) on delete cascade
    trash: index idx_trash_user_id_deleted_at (user_id, deleted_at desc, id desc)

    idempotency_keys.user_id: text not null
    idempotency_keys.key: text not null
    idempotency_keys.fingerprint: bytea not null
    idempotency_keys.answer: text not null
    idempotency_keys.created_at: timestamptz not null default
    idempotency_keys.expires_at: timestamptz not null
    idempotency_keys: primary key (user_id, key)
    idempotency_keys: foreign key (user_id) references users(id) on delete cascade
    idempotency_keys: index idx_idempotency_keys_expires_at (expires_at)

    conversations.user_id: text not null
    conversations.id: bigint not null numbered
    conversations.created_at: timestamptz not null default
    conversations.updated_at: timestamptz not null default
    conversations.turn_id: text
    conversations.turn_until: timestamptz
    conversations.state: text
    conversations: primary key (user_id, id)
    conversations: foreign key (user_id) references users(id) on delete cascade
    conversations: index idx_conversations_user_id_updated_at (user_id, updated_at desc, id desc)

    messages.user_id: text not null
    messages.id: bigint not null numbered
    messages.conversation_id: bigint not null
    messages.role: text not null
    messages.content: text not null
    messages.created_at: timestamptz not null default
    messages: primary key (user_id, id)
    messages: foreign key (user_id) references users(id) on delete cascade
    messages: foreign key (user_id, conversation_id) references conversations(user_id, id) on delete cascade
    messages: index idx_messages_user_id_conversation_id (user_id, conversation_id, created_at desc, id desc)

    turns.user_id: text not null
    turns.conversation_id: bigint not null
    turns.message_id: bigint not null
    turns.batch_id: text
    turns.provider: text not null
    turns.tool_calls: text not null
    turns.raw: text
    turns.created_at: timestamptz not null default
    turns: primary key (user_id, conversation_id, message_id)
    turns: foreign key (user_id) references users(id) on delete cascade
    turns: foreign key (user_id, conversation_id) references conversations(user_id, id) on delete cascade

    sessions.user_id: text not null
    sessions.id: text not null
    sessions.token_hash: bytea not null
    sessions.sealed_token: bytea not null
    sessions.remembered: boolean not null default
    sessions.ip_address: text not null default
    sessions.user_agent: text not null default
    sessions.created_at: timestamptz not null default
    sessions.updated_at: timestamptz not null default
    sessions.expires_at: timestamptz not null
    sessions: primary key (user_id, id)
    sessions: foreign key (user_id) references users(id) on delete cascade
    sessions: unique index idx_sessions_token_hash (token_hash)
    sessions: index idx_sessions_expires_at (expires_at)

    revoked_tokens.user_id: text not null
    revoked_tokens.token_hash: bytea not null
    revoked_tokens.expires_at: timestamptz not null
    revoked_tokens: primary key (user_id, token_hash)
    revoked_tokens: index idx_revoked_tokens_expires_at (expires_at)

    api_tokens.user_id: text not null
    api_tokens.id: bigint not null numbered
    api_tokens.name: text not null
    api_tokens.scopes: bigint not null
    api_tokens.secret_hash: bytea not null
    api_tokens.created_at: timestamptz not null default
    api_tokens.expires_at: timestamptz not null
    api_tokens.last_used_at: timestamptz
    api_tokens: primary key (user_id, id)
    api_tokens: foreign key (user_id) references users(id) on delete cascade
    api_tokens: unique index idx_api_tokens_user_id_secret_hash (user_id, secret_hash)

    attempts.key: text not null
    attempts.count: bigint not null
    attempts.resets_at: timestamptz not null
    attempts: primary key (key)
    attempts: index idx_attempts_resets_at (resets_at)

    verifications.user_id: text not null
    verifications.token_hash: bytea not null
    verifications.purpose: text not null
    verifications.created_at: timestamptz not null default
    verifications.expires_at: timestamptz not null
    verifications: primary key (user_id, token_hash)
    verifications: foreign key (user_id) references users(id) on delete cascade
    verifications: unique index idx_verifications_token_hash (token_hash)
    verifications: index idx_verifications_expires_at (expires_at)

    signing_keys.algorithm: text not null
    signing_keys.generation: bigint not null
    signing_keys.id: text not null
    signing_keys.public_key: text not null
    signing_keys.sealed_private_key: bytea not null
    signing_keys.created_at: timestamptz not null default
    signing_keys.expires_at: timestamptz not null
    signing_keys: primary key (algorithm, generation)

    mail_jobs.user_id: text not null
    mail_jobs.id: text not null
    mail_jobs.sealed_mail: bytea not null
    mail_jobs.attempts: bigint not null default
    mail_jobs.created_at: timestamptz not null default
    mail_jobs.next_attempt_at: timestamptz not null default
    mail_jobs.expires_at: timestamptz not null
    mail_jobs: primary key (user_id, id)
    mail_jobs: foreign key (user_id) references users(id) on delete cascade
    mail_jobs: index idx_mail_jobs_next_attempt_at (next_attempt_at)
    mail_jobs: index idx_mail_jobs_expires_at (expires_at)

    imported_rows.user_id: text not null
    imported_rows.kind: text not null
    imported_rows.source_id: text not null
    imported_rows.source_created_at: timestamptz not null
    imported_rows.id: bigint
    imported_rows.content_hash: bytea not null
    imported_rows: primary key (user_id, kind, source_id, source_created_at)
    imported_rows: foreign key (user_id) references users(id) on delete cascade

    schema_migrations.version: bigint not null
    schema_migrations.name: text not null
    schema_migrations.checksum: text not null
    schema_migrations.applied_at: timestamptz not null default
    schema_migrations: primary key (version)
";

/// What only SQLite has.
const SQLITE: &str = "
    id_counters.name: text not null
    id_counters.value: integer not null default
    id_counters: primary key (name)
";

fn read(text: &str) -> Facts {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn check(found: &Facts, expected: &Facts) {
    let missing: Vec<_> = expected.difference(found).collect();
    let surplus: Vec<_> = found.difference(expected).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:#?}, new: {surplus:#?}");
}

async fn the_schema_of_postgres_is_what_is_written_here(database: Database) {
    database.prepared().await;
    check(&facts(&database).await, &read(SCHEMA));
}

async fn the_schema_of_sqlite_is_what_is_written_here(database: Database) {
    database.prepared().await;
    let mut expected = in_common_words(&read(SCHEMA));
    expected.extend(read(SQLITE));
    check(&facts(&database).await, &expected);
}

/// The two are compared with the text above as well; here they meet without it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_schemas_are_the_same_column_by_column() {
    let mut schemas = Vec::new();
    for engine in [Engine::SqliteFile, Engine::Postgres] {
        let database = Database::create(engine, Own::Schema).await;
        database.prepared().await;
        schemas.push(in_common_words(&facts(&database).await));
    }
    check(&schemas[0], &schemas[1]);
}

async fn a_bare_row_has_defaults((store, database): (Store, Database)) {
    database.execute("insert into users (id) values ('ada')").await;
    let (id, value) = if database.is_sqlite() { (", id", ", 7") } else { ("", "") };
    let insert = format!("insert into tasks (user_id, title{id}) values ('ada', 'milk'{value})");
    database.execute(&insert).await;
    // As the application keeps it; a hand that inserts tasks has to as well.
    database.execute("update users set task_count = 1").await;

    let ada = Person { id: id_of("ada"), store };
    let tasks = ada.tasks().await;
    assert_eq!((tasks.len(), ada.totals().await), (1, (1, 0)));
    let now = if database.is_sqlite() {
        "select cast(unixepoch('subsec') * 1000000 as integer)"
    } else {
        "select (extract(epoch from now()) * 1000000)::bigint"
    };
    let now = database.number(now).await;
    let found = ada.store.read(|txn| async move { txn.find_user(&id_of("ada")).await });
    let user = found.await.unwrap().unwrap();
    assert_eq!((user.name.as_str(), &user.email), ("", &None));
    assert_eq!((user.email_verified, &user.image), (false, &None));
    let task = &tasks[0];
    assert_eq!((task.version, &task.plan), (1, &Plan::NONE));
    for moment in [user.created_at, user.updated_at, task.created_at, task.updated_at] {
        let age = now - moment.as_micros();
        assert!((0..60_000_000).contains(&age), "{age} microseconds old");
    }
}

async fn numbers_stay_exact_in_javascript(database: Database) {
    database.prepared().await;
    let sequences = "select count(*) from pg_sequences
         where schemaname = current_schema() and max_value = 9007199254740991 and start_value = 1
           and sequencename in ('task_ids', 'conversation_ids', 'message_ids', 'api_token_ids')";
    assert_eq!(database.number(sequences).await, 4);
    let all = "select count(*) from pg_sequences where schemaname = current_schema()";
    assert_eq!(database.number(all).await, 4);
}

async fn tables_of_sqlite_are_strict_and_lie_in_the_order_of_their_keys(database: Database) {
    database.prepared().await;
    let tables = "select count(*) from pragma_table_list
         where schema = 'main' and name not in ('sqlite_schema', 'schema_migrations')";
    assert_eq!(database.number(tables).await, 19);
    assert_eq!(database.number(&format!("{tables} and strict")).await, 19);
    // Wide rows are appended, and found by an index.
    let wide = "name in ('changes', 'trash', 'idempotency_keys', 'turns')";
    assert_eq!(database.number(&format!("{tables} and not wr and {wide}")).await, 4);
    assert_eq!(database.number(&format!("{tables} and wr")).await, 15);
    assert_eq!(database.number("select count(*) from id_counters where value = 0").await, 4);
}
