//! Bringing a SQLite file's schema up to date, in one transaction.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::{
    MigrationStatus, StoreError,
    migrate::{self, Applied, SQLITE, search_text},
};

const CREATE: &str = "create table if not exists schema_migrations (
    version integer primary key not null,
    name text not null,
    checksum text not null,
    applied_at integer not null default (cast(unixepoch('subsec') * 1000000 as integer))
) strict";

/// Applies what is missing and names it.
pub(super) fn up(connection: &mut Connection) -> Result<Vec<&'static str>, StoreError> {
    // Looked at before the lock is taken: on an existing database there is
    // nothing to do, and starting must not wait for a writer.
    if migrate::pending(SQLITE, &applied(connection)?)?.is_empty() {
        return Ok(Vec::new());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(CREATE)?;
    let mut names = Vec::new();
    for migration in migrate::pending(SQLITE, &applied(&transaction)?)? {
        transaction.execute_batch(migration.up)?;
        if migration.version == search_text::SINCE {
            fold_search_texts(&transaction)?;
        }
        transaction.execute(
            "insert into schema_migrations (version, name, checksum) values ($1, $2, $3)",
            params![migration.version, migration.name, migration.checksum()],
        )?;
        names.push(migration.name);
    }
    transaction.commit()?;
    Ok(names)
}

/// Reverts the last ones and names them.
pub(super) fn down(
    connection: &mut Connection,
    steps: usize,
) -> Result<Vec<&'static str>, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut names = Vec::new();
    for migration in migrate::to_revert(SQLITE, &applied(&transaction)?, steps)? {
        transaction.execute_batch(migration.down)?;
        transaction
            .execute("delete from schema_migrations where version = $1", [migration.version])?;
        names.push(migration.name);
    }
    transaction.commit()?;
    Ok(names)
}

fn fold_search_texts(connection: &Connection) -> Result<(), StoreError> {
    let mut next = connection.prepare(search_text::NEXT)?;
    let mut replace = connection.prepare(search_text::REPLACE)?;
    let (mut user_id, mut id) = (String::new(), 0);
    loop {
        let rows = next.query_map(params![user_id, id], |row| {
            Ok(search_text::Row {
                user_id: row.get(0)?,
                id: row.get(1)?,
                title: row.get(2)?,
                description: row.get(3)?,
                search_text: row.get(4)?,
            })
        })?;
        let rows: Vec<search_text::Row> = rows.collect::<Result<_, _>>()?;
        for row in &rows {
            if let Some(folded) = row.mended() {
                replace.execute(params![folded, row.user_id, row.id])?;
            }
        }
        match rows.into_iter().last() {
            Some(last) => (user_id, id) = (last.user_id, last.id),
            None => return Ok(()),
        }
    }
}

/// Says which migrations there are and which are applied.
pub(super) fn status(connection: &Connection) -> Result<Vec<MigrationStatus>, StoreError> {
    Ok(migrate::status(SQLITE, &applied(connection)?))
}

/// The same for a database that does not exist yet.
pub(super) fn status_of_nothing() -> Vec<MigrationStatus> {
    migrate::status(SQLITE, &Applied::new())
}

fn applied(connection: &Connection) -> Result<Applied, StoreError> {
    let exists = connection
        .query_row("select 1 from sqlite_schema where name = 'schema_migrations'", [], |_| Ok(()))
        .optional()?;
    if exists.is_none() {
        return Ok(Applied::new());
    }
    let mut statement =
        connection.prepare("select version, name, checksum from schema_migrations")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
