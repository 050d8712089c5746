//! Bringing a PostgreSQL schema up to date, in one transaction.
//!
//! Several replicas may start at once on an empty database: the lock makes
//! them take turns, and it ends with the transaction, so nothing is left
//! behind by a replica that is killed.

use futures_util::future::try_join_all;
use tokio_postgres::{
    Client, GenericClient, Row, Transaction,
    types::{ToSql, Type},
};

use crate::{
    MigrationStatus, StoreError,
    migrate::{self, Applied, POSTGRES, search_text},
};

/// Any number that nobody else uses: "rondo" on a phone's keys.
const LOCK: i64 = 76_636;

const CREATE: &str = "create table if not exists schema_migrations (
    version bigint primary key not null,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
)";

/// Whether there is nothing to apply, seen without taking the lock.
pub(super) async fn is_up_to_date(client: &Client) -> Result<bool, StoreError> {
    Ok(migrate::pending(POSTGRES, &applied(client).await?)?.is_empty())
}

/// Applies what is missing and names it.
pub(super) async fn up(client: &mut Client) -> Result<Vec<&'static str>, StoreError> {
    let transaction = locked(client).await?;
    transaction.batch_execute(CREATE).await?;
    let mut names = Vec::new();
    for migration in migrate::pending(POSTGRES, &applied(&transaction).await?)? {
        transaction.batch_execute(migration.up).await?;
        if migration.version == search_text::SINCE {
            fold_search_texts(&transaction).await?;
        }
        let values = format!(
            "insert into schema_migrations (version, name, checksum) values ({}, '{}', '{}')",
            migration.version,
            migration.name,
            migration.checksum()
        );
        transaction.batch_execute(&values).await?;
        names.push(migration.name);
    }
    transaction.commit().await?;
    Ok(names)
}

/// Reverts the last ones and names them.
pub(super) async fn down(
    client: &mut Client,
    steps: usize,
) -> Result<Vec<&'static str>, StoreError> {
    let transaction = locked(client).await?;
    let mut names = Vec::new();
    for migration in migrate::to_revert(POSTGRES, &applied(&transaction).await?, steps)? {
        transaction.batch_execute(migration.down).await?;
        let version = migration.version;
        let forget = format!("delete from schema_migrations where version = {version}");
        transaction.batch_execute(&forget).await?;
        names.push(migration.name);
    }
    transaction.commit().await?;
    Ok(names)
}

async fn fold_search_texts(client: &impl GenericClient) -> Result<(), StoreError> {
    let (mut user_id, mut id) = (String::new(), 0_i64);
    loop {
        let behind: [(&(dyn ToSql + Sync), Type); 2] = [(&user_id, Type::TEXT), (&id, Type::INT8)];
        let rows = client.query_typed(search_text::NEXT, &behind).await?;
        let rows = rows.iter().map(search_row).collect::<Result<Vec<_>, _>>()?;
        // They travel together: a server far away is asked once for a thousand.
        let replacing = rows.iter().filter_map(|row| Some((row, row.mended()?)));
        let replacing = replacing.map(async |(row, folded)| {
            let params: [(&(dyn ToSql + Sync), Type); 3] =
                [(&folded, Type::TEXT), (&row.user_id, Type::TEXT), (&row.id, Type::INT8)];
            client.execute_typed(search_text::REPLACE, &params).await
        });
        try_join_all(replacing).await?;
        match rows.into_iter().last() {
            Some(last) => (user_id, id) = (last.user_id, last.id),
            None => return Ok(()),
        }
    }
}

fn search_row(row: &Row) -> Result<search_text::Row, tokio_postgres::Error> {
    Ok(search_text::Row {
        user_id: row.try_get(0)?,
        id: row.try_get(1)?,
        title: row.try_get(2)?,
        description: row.try_get(3)?,
        search_text: row.try_get(4)?,
    })
}

/// Says which migrations there are and which are applied.
pub(super) async fn status(client: &Client) -> Result<Vec<MigrationStatus>, StoreError> {
    Ok(migrate::status(POSTGRES, &applied(client).await?))
}

async fn locked(client: &mut Client) -> Result<Transaction<'_>, StoreError> {
    let transaction = client.transaction().await?;
    transaction.batch_execute(&format!("select pg_advisory_xact_lock({LOCK})")).await?;
    Ok(transaction)
}

/// Statements are unnamed here: the URL may lead through a pooler.
async fn applied(client: &impl GenericClient) -> Result<Applied, StoreError> {
    let exists = "select to_regclass('schema_migrations') is not null";
    let rows = client.query_typed(exists, &[]).await?;
    if !rows.first().is_some_and(|row| row.try_get(0).unwrap_or(false)) {
        return Ok(Applied::new());
    }
    let every = "select version, name, checksum from schema_migrations";
    let rows = client.query_typed(every, &[]).await?;
    let read = |row: &tokio_postgres::Row| -> Result<_, tokio_postgres::Error> {
        Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?)))
    };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}
