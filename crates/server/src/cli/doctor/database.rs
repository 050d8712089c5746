//! Whether the database answers, and with which schema.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rondo_store::{MigrationState, MigrationStatus, SqliteLocation, Store, Target};
use tokio::time::timeout;

use super::{
    super::{
        Failure,
        failure::{
            database::{hint, place},
            reason,
        },
    },
    report::Report,
};
use crate::config::Config;

/// A database that sleeps when nobody uses it takes seconds to wake.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Whether what is in the database can be looked at.
pub(super) async fn check(
    report: &mut Report,
    config: &Config,
    store: &Store,
) -> Result<bool, Failure> {
    if let Target::Sqlite(sqlite) = &config.database {
        match &sqlite.location {
            SqliteLocation::Memory => {
                report.warn(
                    "database",
                    "in memory: everything is lost when the server ends",
                    "DATABASE_URL=sqlite:///./rondo.db keeps it",
                )?;
                return Ok(false);
            }
            SqliteLocation::File(path) if !path.exists() => {
                return check_folder(report, path).map(|()| false);
            }
            SqliteLocation::File(_) => {}
        }
    }
    let started = Instant::now();
    match timeout(TIMEOUT, store.migration_status()).await {
        Ok(Ok(migrations)) => {
            let milliseconds = started.elapsed().as_millis();
            report.ok("database", &format!("connected in {milliseconds} ms"))?;
            check_schema(report, &migrations)?;
            Ok(migrations.iter().all(|migration| migration.state == MigrationState::Applied))
        }
        Ok(Err(error)) => fail(report, &config.database, &reason(&error)).map(|()| false),
        Err(_) => {
            let reason = format!("too long: no answer within {} seconds", TIMEOUT.as_secs());
            fail(report, &config.database, &reason).map(|()| false)
        }
    }
}

fn check_folder(report: &mut Report, path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if folder.is_dir() {
        let text = format!("{} is not there yet; the server makes it", path.display());
        return report.ok("database", &text);
    }
    report.fail(
        "database",
        &format!("the folder {} does not exist", folder.display()),
        &format!("mkdir -p {}", folder.display()),
    )
}

fn check_schema(report: &mut Report, migrations: &[MigrationStatus]) -> Result<(), Failure> {
    let count = |state| migrations.iter().filter(|migration| migration.state == state).count();
    if let Some(changed) = migrations.iter().find(|m| m.state == MigrationState::Changed) {
        return report.fail(
            "schema",
            &format!("{} was applied from another text than this program holds", changed.name),
            "run the program that made this database, or restore a backup",
        );
    }
    if count(MigrationState::Unknown) > 0 {
        return report.warn(
            "schema",
            "the database was made by a newer program",
            "an older one may run beside it during an upgrade, not for long",
        );
    }
    match count(MigrationState::Pending) {
        0 => report.ok("schema", &format!("up to date ({} migrations)", migrations.len())),
        pending => report.warn(
            "schema",
            &format!("{pending} of {} migrations are not applied yet", migrations.len()),
            "`rondo serve` applies them when it starts, `rondo migrate up` now",
        ),
    }
}

fn fail(report: &mut Report, target: &Target, reason: &str) -> Result<(), Failure> {
    let place = place(target);
    let text =
        if reason.contains(&place) { reason.to_owned() } else { format!("{place}: {reason}") };
    report.fail("database", &text, hint(target, reason))
}
