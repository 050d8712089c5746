//! The schema's history: numbered pairs of SQL files, embedded, with what
//! decides which of them to run. How they are run is each engine's business.

pub(crate) mod search_text;

use std::collections::BTreeMap;

use ring::digest::{SHA256, digest};

use crate::StoreError;

/// One step of the schema, forth and back, for one engine.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) up: &'static str,
    pub(crate) down: &'static str,
}

macro_rules! migrations {
    ($folder:literal: $($version:literal $name:literal),+ $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            up: include_str!(concat!("../../migrations/", $folder, "/", $name, ".up.sql")),
            down: include_str!(concat!("../../migrations/", $folder, "/", $name, ".down.sql")),
        }),+]
    };
}

macro_rules! both_engines {
    ($($version:literal $name:literal),+ $(,)?) => {
        /// The schema for SQLite.
        pub(crate) const SQLITE: &[Migration] = migrations!("sqlite": $($version $name),+);
        /// The schema for PostgreSQL.
        pub(crate) const POSTGRES: &[Migration] = migrations!("postgres": $($version $name),+);
    };
}

both_engines! {
    1 "0001_users",
    2 "0002_tasks",
    3 "0003_conversations",
    4 "0004_sessions",
    5 "0005_api_tokens",
    6 "0006_attempts",
    7 "0007_verifications",
    8 "0008_signing_keys",
    9 "0009_mail_jobs",
    10 "0010_imports",
    11 "0011_settings",
    12 "0012_planning",
    13 "0013_task_tags",
    14 "0014_changes",
    15 "0015_trash",
    16 "0016_idempotency_keys",
    17 "0017_turns",
}

/// A migration as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its number; migrations run in this order.
    pub version: i64,
    /// Its name; for one this program does not know, what the database says.
    pub name: String,
    /// Whether it is applied.
    pub state: MigrationState,
}

/// Whether a migration is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationState {
    /// The database has it.
    Applied,
    /// The database does not have it yet.
    Pending,
    /// The database has it, made from another text than this program holds.
    Changed,
    /// The database has it, from a newer program.
    Unknown,
}

/// What a database says it has: version → (name, checksum).
pub(crate) type Applied = BTreeMap<i64, (String, String)>;

impl Migration {
    /// The SHA-256 of the text that builds the schema, in hex. A released
    /// migration is never edited; the checksum notices when one was.
    pub(crate) fn checksum(&self) -> String {
        let hash = digest(&SHA256, self.up.as_bytes());
        hash.as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
            hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('?'));
            hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('?'));
            hex
        })
    }
}

/// The migrations still to apply, in order.
///
/// Versions that only the database knows are left alone: an older program runs
/// beside a newer one during an upgrade.
pub(crate) fn pending<'a>(
    all: &'a [Migration],
    applied: &Applied,
) -> Result<Vec<&'a Migration>, StoreError> {
    for migration in all {
        if let Some((name, checksum)) = applied.get(&migration.version)
            && *checksum != migration.checksum()
        {
            return Err(StoreError::internal(format!(
                "migration {name} was applied from another text than this program holds"
            )));
        }
    }
    Ok(all.iter().filter(|migration| !applied.contains_key(&migration.version)).collect())
}

/// The last `steps` applied migrations, newest first.
pub(crate) fn to_revert<'a>(
    all: &'a [Migration],
    applied: &Applied,
    steps: usize,
) -> Result<Vec<&'a Migration>, StoreError> {
    applied
        .iter()
        .rev()
        .take(steps)
        .map(|(version, (name, _))| {
            all.iter().find(|migration| migration.version == *version).ok_or_else(|| {
                StoreError::internal(format!(
                    "migration {name} comes from a newer program, which alone can revert it"
                ))
            })
        })
        .collect()
}

/// Every migration that the program or the database knows, oldest first.
pub(crate) fn status(all: &[Migration], applied: &Applied) -> Vec<MigrationStatus> {
    let known = all.iter().map(|migration| {
        let state = match applied.get(&migration.version) {
            None => MigrationState::Pending,
            Some((_, checksum)) if *checksum == migration.checksum() => MigrationState::Applied,
            Some(_) => MigrationState::Changed,
        };
        MigrationStatus { version: migration.version, name: migration.name.to_owned(), state }
    });
    let newer = applied
        .iter()
        .filter(|(version, _)| all.iter().all(|migration| migration.version != **version))
        .map(|(version, (name, _))| MigrationStatus {
            version: *version,
            name: name.clone(),
            state: MigrationState::Unknown,
        });
    let mut every: Vec<_> = known.chain(newer).collect();
    every.sort_by_key(|migration| migration.version);
    every
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(migrations: &[Migration]) -> Applied {
        migrations.iter().map(|m| (m.version, (m.name.to_owned(), m.checksum()))).collect()
    }

    fn versions(migrations: &[&Migration]) -> Vec<i64> {
        migrations.iter().map(|m| m.version).collect()
    }

    #[test]
    fn only_what_is_missing_is_applied() {
        let pending = pending(SQLITE, &applied(&SQLITE[..2])).expect("nothing changed");
        assert_eq!(versions(&pending), versions(&SQLITE[2..].iter().collect::<Vec<_>>()));
    }

    #[test]
    fn an_edited_migration_is_noticed() {
        let mut applied = applied(SQLITE);
        applied.get_mut(&2).expect("version 2 exists").1 = "other".to_owned();
        assert!(pending(SQLITE, &applied).is_err());
        assert_eq!(status(SQLITE, &applied)[1].state, MigrationState::Changed);
    }

    #[test]
    fn a_newer_database_is_left_alone_and_not_reverted() {
        let mut applied = applied(SQLITE);
        applied.insert(99, ("0099_future".to_owned(), String::new()));
        assert!(pending(SQLITE, &applied).expect("nothing changed").is_empty());
        assert!(to_revert(SQLITE, &applied, 1).is_err());
        assert_eq!(status(SQLITE, &applied).last().map(|m| m.state), Some(MigrationState::Unknown));
    }

    #[test]
    fn migrations_are_reverted_newest_first() {
        let reverted = to_revert(POSTGRES, &applied(&POSTGRES[..6]), 2).expect("all are known");
        assert_eq!(versions(&reverted), [6, 5]);
    }
}
